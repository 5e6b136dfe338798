//! Who asks, and what they may see: sessions by bearer token or cookie, cases by right or by their
//! unguessable identifier. Denied unless allowed.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use centre::{Action, Centre, Identity};
use clearance::{Case, CaseId};
use declaration::{OfficeCode, TaxNumber};
use store::{CaseFilter, Role};

use crate::App;
use crate::failure::{Failure, Kind};

/// The cookie that carries a session's token.
pub const SESSION_COOKIE: &str = "greenlane_session";
/// The longest token looked up: 32 bytes in base64url are 43.
const TOKEN_BYTES_MAX: usize = 128;

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The session's token of a request: `Authorization: Bearer`, else the cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let token = bearer.or_else(|| cookie(headers, SESSION_COOKIE))?;
    (!token.is_empty() && token.len() <= TOKEN_BYTES_MAX).then_some(token)
}

/// Whoever asks, logged in or not.
pub(crate) struct Visitor(pub(crate) Option<Identity>);

/// Somebody logged in.
pub(crate) struct Caller(pub(crate) Identity);

impl FromRequestParts<App> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Some(token) = token(&parts.headers).map(str::to_owned) else { return Ok(Self(None)) };
        Ok(Self(app.run(move |app| Ok(app.centre().session(&token)?)).await?))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Visitor(who) = Visitor::from_request_parts(parts, app).await?;
        who.map(Self).ok_or_else(|| Failure::of(Kind::LoginRequired))
    }
}

impl Caller {
    /// The identity, if its role allows the action.
    pub(crate) fn who_may(self, action: Action) -> Result<Identity, Failure> {
        if self.0.may(action) { Ok(self.0) } else { Err(Failure::of(Kind::Forbidden)) }
    }
}

/// Whether somebody may see a case.
pub(crate) fn sees(centre: &Centre, who: &Identity, case: &Case) -> Result<bool, Failure> {
    if centre.sees(who, case, "")? {
        return Ok(true);
    }
    // Only a trader's right can hang on who filed, which the case itself does not say.
    if who.role != Role::Declarant {
        return Ok(false);
    }
    let filer = centre.store().document(case.id)?.map(|document| document.filer);
    Ok(centre.sees(who, case, &filer.unwrap_or_default())?)
}

/// The case a person means, if they may see it; the read is recorded before anything is shown.
/// Whose case it is not learns only that there is none.
pub(crate) fn case_seen(
    centre: &Centre,
    who: &Identity,
    reference: &str,
    what: &str,
) -> Result<Case, Failure> {
    let missing = || Failure::of(Kind::NotFound);
    let id = centre.resolve(reference)?.ok_or_else(missing)?;
    let case = centre.store().case(id)?.ok_or_else(missing)?;
    if !sees(centre, who, &case)? {
        return Err(missing());
    }
    centre.record_read(who, case.id, what)?;
    Ok(case)
}

/// How somebody came to a case.
pub(crate) enum Reached {
    /// They may see it all.
    Seen(Identity, CaseId),
    /// They know its unguessable identifier: enough for its outcome and its receipt.
    Known(CaseId),
}

/// The case a visitor means, by right or by its unguessable identifier.
pub(crate) fn case_reached(
    centre: &Centre,
    who: Option<Identity>,
    reference: &str,
    what: &str,
) -> Result<Reached, Failure> {
    let by_identifier = reference.parse::<CaseId>().is_ok();
    match who {
        None if by_identifier => {}
        None => return Err(Failure::of(Kind::LoginRequired)),
        Some(who) => match case_seen(centre, &who, reference, what) {
            Ok(case) => return Ok(Reached::Seen(who, case.id)),
            Err(why) if by_identifier && why.is(Kind::NotFound) => {}
            Err(why) => return Err(why),
        },
    }
    centre.resolve(reference)?.map(Reached::Known).ok_or_else(|| Failure::of(Kind::NotFound))
}

/// What somebody sees of the flow of all cases: the same right as [`Centre::sees`], settled once, for
/// streams and lists. A trader's stream holds what is declared under their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Nothing.
    Nothing,
    /// Everything.
    Everything,
    /// Cases of these offices.
    Offices(Vec<OfficeCode>),
    /// Cases declared under this number.
    Declarant(TaxNumber),
}

impl Sight {
    /// What a person sees.
    pub(crate) fn of(centre: &Centre, who: &Identity) -> Result<Self, Failure> {
        if !who.may(Action::SeeCases) {
            return Ok(Sight::Nothing);
        }
        Ok(match who.role {
            Role::Declarant => who.participant.map_or(Sight::Nothing, Sight::Declarant),
            Role::Officer => {
                let officers = centre.store().officers()?;
                match officers.into_iter().find(|officer| officer.id.0 == who.login) {
                    None => Sight::Nothing,
                    Some(officer) if officer.offices.is_empty() => Sight::Everything,
                    Some(officer) => Sight::Offices(officer.offices),
                }
            }
            Role::Analyst | Role::RiskChief | Role::Duty | Role::Auditor | Role::Administrator => {
                Sight::Everything
            }
        })
    }

    /// Whether a case of this office and declarant is in sight.
    pub(crate) fn covers(&self, office: Option<OfficeCode>, declarant: Option<TaxNumber>) -> bool {
        match self {
            Sight::Nothing => false,
            Sight::Everything => true,
            Sight::Offices(offices) => office.is_some_and(|office| offices.contains(&office)),
            Sight::Declarant(number) => declarant == Some(*number),
        }
    }
}

/// Rows read at most to fill one page for an officer of few offices.
const ROWS_READ_MAX: usize = 5_000;

/// One page of the cases somebody may see, newest first, and where the next page begins.
pub(crate) fn page_of(
    centre: &Centre,
    who: &Identity,
    filter: CaseFilter,
) -> Result<(Vec<Case>, Option<CaseId>), Failure> {
    let wanted = filter.limit;
    let mut filter = centre.narrow(who, filter);
    // What a trader files is theirs whoever declares it: the store narrows that itself.
    let sight = match who.role {
        Role::Declarant if who.may(Action::SeeCases) => Sight::Everything,
        _ => Sight::of(centre, who)?,
    };
    if let Sight::Offices(offices) = &sight
        && let [only] = offices.as_slice()
        && filter.office.is_none()
    {
        filter.office = Some(*only);
    }
    let mut page: Vec<Case> = Vec::with_capacity(wanted);
    if sight == Sight::Nothing || wanted == 0 {
        return Ok((page, None));
    }
    let mut read = 0;
    loop {
        // One more than wanted tells whether there is a next page.
        filter.limit = wanted + 1;
        let rows = centre.store().list(&filter)?;
        let whole = rows.len() < filter.limit;
        read += rows.len();
        for case in rows {
            filter.after = Some(case.id);
            if !sight.covers(case.office, case.declarant_number) {
                continue;
            }
            if page.len() == wanted {
                let next = page.last().map(|case| case.id);
                return Ok((page, next));
            }
            page.push(case);
        }
        if whole {
            return Ok((page, None));
        }
        if read >= ROWS_READ_MAX {
            // A short page; the next one goes on from where the reading ended.
            return Ok((page, filter.after));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_token_comes_as_bearer_or_cookie() {
        let authorization = header::AUTHORIZATION;
        for (given, expected) in [
            (headers(&[(authorization.clone(), "Bearer abc")]), Some("abc")),
            (headers(&[(authorization.clone(), "bearer abc")]), Some("abc")),
            (headers(&[(authorization.clone(), "Basic abc")]), None),
            (headers(&[(header::COOKIE, "a=1; greenlane_session=xyz; b=2")]), Some("xyz")),
            (headers(&[(header::COOKIE, "greenlane_sessions=xyz")]), None),
            (headers(&[(header::COOKIE, "greenlane_session=")]), None),
            (
                headers(&[(authorization, "Bearer abc"), (header::COOKIE, "greenlane_session=xyz")]),
                Some("abc"),
            ),
            (HeaderMap::new(), None),
        ] {
            assert_eq!(token(&given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_token_longer_than_any_is_not_looked_up() {
        assert_eq!(token(&headers(&[(header::AUTHORIZATION, &format!("Bearer {}", "a".repeat(129)))])), None);
    }

    #[test]
    fn sight_ends_where_the_right_ends() {
        let (office, other): (OfficeCode, OfficeCode) =
            ("10013160".parse().unwrap(), "10702070".parse().unwrap());
        let number: TaxNumber = "7712345678".parse().unwrap();
        assert!(Sight::Everything.covers(None, None));
        assert!(!Sight::Nothing.covers(Some(office), Some(number)));
        assert!(Sight::Offices(vec![office]).covers(Some(office), None));
        assert!(!Sight::Offices(vec![office]).covers(Some(other), Some(number)));
        assert!(!Sight::Offices(vec![office]).covers(None, None));
        assert!(Sight::Declarant(number).covers(Some(other), Some(number)));
        assert!(!Sight::Declarant(number).covers(Some(other), None));
    }
}
