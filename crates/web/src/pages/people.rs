//! People: login and logout, an officer's shift, a trader's account, who read what.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use centre::Action;
use declaration::TaxNumber;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use store::{AccountId, GuaranteeKind, Posting, Purpose, Role};

use super::list::push_row;
use super::{Shell, home, rendered};
use crate::access::{Caller, SESSION_COOKIE, Visitor, token};
use crate::api::filter::escaped;
use crate::api::sessions::{Credentials, logged_in};
use crate::bodies::Small;
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::{App, figures};

/// Postings shown on an account.
const POSTINGS_SHOWN: usize = 100;
/// Reads shown to an auditor.
const READS_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    shell: Shell,
    login: String,
    next: String,
    error: Option<String>,
    demo: Vec<DemoRow>,
}

struct DemoRow {
    role: &'static str,
    login: String,
    password: String,
}

/// Where to go after a login.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Next {
    next: String,
}

/// What the login form carries.
#[derive(Deserialize)]
pub(crate) struct LoginForm {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// The login page that leads back to an address.
pub(crate) fn login_address(uri: &Uri) -> String {
    match uri.path_and_query().map(|wanted| wanted.as_str()) {
        None | Some("/") => "/login".to_owned(),
        Some(wanted) => format!("/login?next={}", escaped(wanted)),
    }
}

/// An address of this system and no other: it begins with one slash. Browsers take a backslash for a
/// slash, and two slashes for another host. Whatever is not a visible character of ASCII stands escaped in
/// an address, and could stand in no header.
fn own_address(next: &str) -> Option<&str> {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    (own && next.bytes().all(|byte| byte.is_ascii_graphic())).then_some(next)
}

fn login_page(
    app: &App,
    language: Language,
    uri: &Uri,
    login: String,
    next: String,
    error: Option<String>,
) -> Result<Html<String>, Failure> {
    let shell = Shell::new(app, None, language, uri, "login");
    let demo = app.config().demo_logins.iter().map(|demo| DemoRow {
        role: shell.t.role(demo.role),
        login: demo.login.clone(),
        password: demo.password.clone(),
    });
    rendered(&LoginPage { demo: demo.collect(), login, next, error, shell })
}

/// The login page; who is logged in goes on.
pub(crate) async fn login_form(
    State(app): State<App>,
    Visitor(who): Visitor,
    language: Language,
    uri: Uri,
    Query(asked): Query<Next>,
) -> Result<Response, Failure> {
    if let Some(who) = who {
        return Ok(Redirect::to(own_address(&asked.next).unwrap_or(home(&who))).into_response());
    }
    Ok(login_page(&app, language, &uri, String::new(), asked.next, None)?.into_response())
}

fn session_cookie(app: &App, token: &str, seconds: u32) -> Result<HeaderValue, Failure> {
    let secure = if app.config().secure_cookies { "; Secure" } else { "" };
    let cookie =
        format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).map_err(|_| Failure::of(Kind::Internal))
}

/// As long as the centre keeps a session.
const SESSION_SECONDS: u32 = 12 * 3_600;

/// Logs in.
pub(crate) async fn login(
    State(app): State<App>,
    language: Language,
    uri: Uri,
    Small(Form(form), _held): Small<Form<LoginForm>>,
) -> Result<Response, Failure> {
    let credentials = Credentials { login: form.login.clone(), password: form.password };
    match logged_in(&app, credentials).await {
        Ok((token, who)) => {
            let cookie = session_cookie(&app, &token, SESSION_SECONDS)?;
            let to = own_address(&form.next).unwrap_or(home(&who));
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response())
        }
        Err(why) if why.is(Kind::WrongLogin) || why.is(Kind::TooManyLogins) => {
            let status = if why.is(Kind::WrongLogin) { StatusCode::UNPROCESSABLE_ENTITY } else { why.status };
            let cure = why.cure.as_ref().map(|cure| language.pick(cure)).unwrap_or_default();
            let error = format!("{}. {cure}", language.pick(&why.title));
            let page = login_page(&app, language, &uri, form.login, form.next, Some(error))?;
            Ok((status, page).into_response())
        }
        Err(why) => Err(why),
    }
}

/// Logs out.
pub(crate) async fn logout(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    if let Some(token) = token(&headers).map(str::to_owned) {
        app.run(move |app| Ok(app.centre().logout(&token)?)).await?;
    }
    let gone = session_cookie(&app, "", 0)?;
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/login")).into_response())
}

/// The form of a shift.
#[derive(Debug, Deserialize)]
pub(crate) struct ShiftForm {
    on: String,
}

/// Begins or ends an officer's shift.
pub(crate) async fn shift(
    State(app): State<App>,
    caller: Caller,
    Small(Form(form), _held): Small<Form<ShiftForm>>,
) -> Result<Redirect, Failure> {
    let who = caller.who_may(Action::Shift)?;
    let on = form.on == "1";
    app.run(move |app| Ok(app.centre().set_shift(&who.login, on)?)).await?;
    Ok(Redirect::to("/account"))
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    shell: Shell,
    notice: Option<&'static str>,
    name: String,
    login: String,
    participant: Option<String>,
    category: Option<&'static str>,
    category_why: String,
    /// Whether a threshold is near that would change the category.
    category_near: bool,
    shift: Option<ShiftState>,
    from: String,
    to: String,
    export: String,
    balances: Vec<BalanceRow>,
    postings: Vec<PostingRow>,
    guarantees: Vec<GuaranteeRow>,
}

struct ShiftState {
    on: bool,
    load: u32,
    offices: String,
    lane: &'static str,
}

struct BalanceRow {
    currency: String,
    available: String,
    reserved: String,
    /// Only where days were asked for.
    opening: Option<String>,
    closing: Option<String>,
}

/// A guarantee of the payer's payments.
struct GuaranteeRow {
    number: String,
    kind: &'static str,
    days: String,
    ended: bool,
    amount: String,
    covers: String,
    available: String,
    currency: String,
    /// The cases it covers, with how much of each.
    covered: Vec<(String, String)>,
}

fn guarantees(app: &App, payer: TaxNumber, shell: &Shell) -> Result<Vec<GuaranteeRow>, Failure> {
    let (store, language) = (app.centre().store(), shell.language);
    let mut rows = Vec::new();
    let covers = store.covers()?;
    for guarantee in store.guarantees(Some(&payer))? {
        let amount = |amount| figures::amount(amount, language);
        let covered = covers.iter().filter(|cover| cover.guarantee == guarantee.number);
        let covered = covered.map(|cover| (cover.case.to_string(), amount(cover.amount)));
        rows.push(GuaranteeRow {
            covered: covered.take(POSTINGS_SHOWN).collect(),
            kind: match guarantee.kind {
                GuaranteeKind::Single => shell.t.guarantee_single,
                GuaranteeKind::General => shell.t.guarantee_general,
            },
            days: format!("{} — {}", guarantee.valid_from, guarantee.valid_to),
            ended: guarantee.ended_at.is_some(),
            amount: amount(guarantee.amount),
            covers: amount(store.balance(&guarantee.covered())?),
            available: amount(store.balance(&guarantee.cover())?),
            number: guarantee.number,
            currency: guarantee.currency,
        });
    }
    Ok(rows)
}

struct PostingRow {
    iso: String,
    moment: String,
    what: &'static str,
    document: String,
    case: Option<String>,
    arrived: String,
    left: String,
    currency: String,
}

/// What the address of an account can carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AccountAsked {
    /// What was just done, for a word about it.
    done: String,
    /// The first day of a statement.
    from: String,
    /// The last one.
    to: String,
    /// `csv` for a statement to take along.
    format: String,
}

impl AccountAsked {
    /// The days asked for; what is no day counts as none.
    fn period(&self) -> (Option<Date>, Option<Date>) {
        (self.from.parse().ok(), self.to.parse().ok())
    }
}

/// What moved on an account, newest first.
struct Moved {
    opening: Option<Decimal>,
    entries: Vec<Posting>,
    closing: Option<Decimal>,
}

/// Without days the newest postings, along their chain; with days a statement, which reads all of it.
fn moved(
    app: &App,
    payer: TaxNumber,
    account: &AccountId,
    (from, to): (Option<Date>, Option<Date>),
) -> Result<Moved, Failure> {
    if from.is_none() && to.is_none() {
        let entries = app.centre().store().postings(account, POSTINGS_SHOWN)?;
        return Ok(Moved { opening: None, entries, closing: None });
    }
    let statements = app.centre().statement(payer, from, to, &app.config().time_zone)?;
    let Some(statement) = statements.into_iter().find(|statement| statement.account == *account) else {
        return Ok(Moved { opening: None, entries: Vec::new(), closing: None });
    };
    let newest = statement.entries.into_iter().rev().take(POSTINGS_SHOWN).map(|(posting, _)| posting);
    Ok(Moved {
        opening: Some(statement.opening),
        entries: newest.collect(),
        closing: Some(statement.closing),
    })
}

/// A statement as CSV (RFC 4180), with the byte order mark that spreadsheets want: every account of a payer,
/// from its opening to its closing balance.
fn statement_csv(app: &App, payer: TaxNumber, asked: &AccountAsked) -> Result<Response, Failure> {
    let (from, to) = asked.period();
    let mut text = String::from('\u{feff}');
    let head = ["account", "at", "purpose", "document", "case", "in", "out", "balance"];
    push_row(&mut text, head.into_iter());
    for statement in app.centre().statement(payer, from, to, &app.config().time_zone)? {
        let account = statement.account.name();
        let edge = |text: &mut String, which: &str, balance: Decimal| {
            push_row(text, [&account, "", which, "", "", "", "", &balance.to_string()].into_iter());
        };
        edge(&mut text, "opening", statement.opening);
        for (posting, balance) in &statement.entries {
            let (amount, none) = (posting.amount.to_string(), String::new());
            let arrives = posting.to == statement.account;
            let (arrived, left) = if arrives { (&amount, &none) } else { (&none, &amount) };
            let (at, balance) = (posting.at.to_string(), balance.to_string());
            let case = posting.case.map(|case| case.to_string()).unwrap_or_default();
            let purpose = posting.purpose.as_str();
            let cells: [&str; 8] = [&account, &at, purpose, &posting.what, &case, arrived, left, &balance];
            push_row(&mut text, cells.into_iter());
        }
        edge(&mut text, "closing", statement.closing);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"statement.csv\""),
    ];
    Ok((headers, text).into_response())
}

/// A trader's money, an officer's shift.
pub(crate) async fn account(
    State(app): State<App>,
    Caller(who): Caller,
    language: Language,
    uri: Uri,
    Query(asked): Query<AccountAsked>,
) -> Result<Response, Failure> {
    app.run(move |app| {
        if let ("csv", Role::Declarant, Some(payer)) = (asked.format.as_str(), who.role, who.participant) {
            return statement_csv(app, payer, &asked);
        }
        let period = asked.period();
        let shell = Shell::new(app, Some(who.clone()), language, &uri, "account");
        let store = app.centre().store();
        let (mut balances, mut postings, mut standing) = (Vec::new(), Vec::new(), None);
        if who.role == Role::Declarant
            && let Some(number) = who.participant
        {
            standing = app.centre().standing(&number)?;
            let world = app.centre().world();
            let mut currencies: Vec<String> =
                world.reference().packs().map(|pack| pack.currency.to_string()).collect();
            currencies.sort();
            currencies.dedup();
            for currency in currencies {
                let (advance, reserved) = (
                    AccountId::Advance(number, currency.clone()),
                    AccountId::Reserved(number, currency.clone()),
                );
                let (available, set_aside) = (store.balance(&advance)?, store.balance(&reserved)?);
                let moved = moved(app, number, &advance, period)?;
                if moved.entries.is_empty() && available == Decimal::ZERO && set_aside == Decimal::ZERO {
                    continue;
                }
                balances.push(BalanceRow {
                    available: figures::amount(available, language),
                    reserved: figures::amount(set_aside, language),
                    opening: moved.opening.map(|opening| figures::amount(opening, language)),
                    closing: moved.closing.map(|closing| figures::amount(closing, language)),
                    currency: currency.clone(),
                });
                postings.extend(moved.entries.into_iter().map(|posting| {
                    let amount = figures::amount(posting.amount, language);
                    let arrived = posting.to == advance;
                    PostingRow {
                        iso: posting.at.to_string(),
                        moment: figures::moment(posting.at, &app.config().time_zone, language),
                        what: shell.t.purpose(posting.purpose).unwrap_or_default(),
                        // Of a case its step says more than its event's name does.
                        document: match posting.purpose {
                            Purpose::Reserved | Purpose::Posted | Purpose::Paid | Purpose::Released => {
                                String::new()
                            }
                            _ => posting.what,
                        },
                        case: posting.case.map(|case| case.to_string()),
                        arrived: if arrived { amount.clone() } else { String::new() },
                        left: if arrived { String::new() } else { amount },
                        currency: currency.clone(),
                    }
                }));
            }
        }
        let officer = match who.may(Action::Shift) {
            true => store.officers()?.into_iter().find(|officer| officer.id.0 == who.login),
            false => None,
        };
        let page = AccountPage {
            notice: shell.t.notice(&asked.done),
            name: who.name.clone(),
            login: who.login.clone(),
            participant: who.participant.map(|number| number.to_string()),
            category: standing.as_ref().map(|known| shell.t.category(known.participant.category)),
            category_near: standing.as_ref().is_some_and(|known| !known.explanation.near.is_empty()),
            category_why: standing
                .map(|known| language.pick(&known.explanation.text()).to_owned())
                .unwrap_or_default(),
            shift: officer.map(|officer| ShiftState {
                on: officer.on_shift,
                load: officer.load,
                offices: officer.offices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                lane: shell.t.lane(officer.lane_max),
            }),
            from: period.0.map(|day| day.to_string()).unwrap_or_default(),
            to: period.1.map(|day| day.to_string()).unwrap_or_default(),
            export: format!(
                "/account?format=csv&from={}&to={}",
                period.0.map(|day| day.to_string()).unwrap_or_default(),
                period.1.map(|day| day.to_string()).unwrap_or_default()
            ),
            guarantees: match who.participant.filter(|_| who.role == Role::Declarant) {
                Some(payer) => guarantees(app, payer, &shell)?,
                None => Vec::new(),
            },
            balances,
            postings,
            shell,
        };
        Ok(rendered(&page)?.into_response())
    })
    .await
}

#[derive(Template)]
#[template(path = "reads.html")]
struct ReadsPage {
    shell: Shell,
    rows: Vec<ReadRow>,
    participants: Vec<ReadProfileRow>,
    profiles: Vec<ReadProfileRow>,
}

/// That somebody looked at a profile or a participant's file, or with no number at the list.
struct ReadProfileRow {
    iso: String,
    moment: String,
    login: String,
    number: String,
    href: String,
    what: &'static str,
}

struct ReadRow {
    iso: String,
    moment: String,
    login: String,
    case: String,
    what: &'static str,
}

/// Who read what, for those who watch over it.
pub(crate) async fn reads(
    State(app): State<App>,
    caller: Caller,
    language: Language,
    uri: Uri,
) -> Result<Html<String>, Failure> {
    let who = caller.who_may(Action::SeeReads)?;
    app.run(move |app| {
        let shell = Shell::new(app, Some(who), language, &uri, "reads");
        let rows = app.centre().store().reads(READS_SHOWN)?.into_iter().map(|read| ReadRow {
            iso: read.at.to_string(),
            moment: figures::moment(read.at, &app.config().time_zone, language),
            login: read.login,
            case: read.case.to_string(),
            what: shell.t.read_through(&read.what),
        });
        let rows: Vec<ReadRow> = rows.collect();
        let profiles =
            app.centre().store().profile_reads(READS_SHOWN)?.into_iter().map(|read| ReadProfileRow {
                iso: read.at.to_string(),
                moment: figures::moment(read.at, &app.config().time_zone, language),
                login: read.login,
                href: super::profiles::address_of(&read.number),
                number: read.number,
                what: shell.t.read_through(&read.what),
            });
        let participants = app.centre().store().participant_reads(READS_SHOWN)?.into_iter().map(|read| {
            let number = read.number.map(|number| number.to_string()).unwrap_or_default();
            ReadProfileRow {
                iso: read.at.to_string(),
                moment: figures::moment(read.at, &app.config().time_zone, language),
                login: read.login,
                href: format!("/participants/{number}"),
                number,
                what: shell.t.read_through(&read.what),
            }
        });
        let (participants, profiles) = (participants.collect(), profiles.collect());
        rendered(&ReadsPage { rows, participants, profiles, shell })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_back_into_this_system_only() {
        assert_eq!(own_address("/declarations?state=routed"), Some("/declarations?state=routed"));
        for foreign in [
            "",
            "https://example.org/",
            "//example.org",
            "/\\example.org",
            "declarations",
            "/a\r\nb",
            "/\t/example.org",
            "/\u{1}x",
            "/\u{7f}x",
            "/\0",
            "/a b",
            "/дела",
        ] {
            assert_eq!(own_address(foreign), None, "{foreign:?}");
        }
    }

    #[test]
    fn the_way_to_the_login_keeps_where_somebody_wanted_to_go() {
        let address = |uri: &str| login_address(&uri.parse().unwrap());
        assert_eq!(address("/"), "/login");
        assert_eq!(address("/declarations?a=b&c=d"), "/login?next=%2Fdeclarations%3Fa%3Db%26c%3Dd");
    }
}
