//! The pages: server-rendered, whole without script, in two languages, for keyboard and screen reader.

pub(crate) mod board;
pub(crate) mod case;
pub(crate) mod currencies;
pub(crate) mod effects;
pub(crate) mod file;
mod form;
pub(crate) mod imports;
pub(crate) mod list;
pub(crate) mod looks;
mod meaning;
pub(crate) mod models;
pub(crate) mod nomenclature;
pub(crate) mod participants;
mod payments;
pub(crate) mod people;
pub(crate) mod powers;
pub(crate) mod prices;
pub(crate) mod profiles;
mod seal;
pub(crate) mod sheet;
pub(crate) mod standing;
mod timeline;
pub(crate) mod value_decisions;

use askama::Template;
use axum::http::Uri;
use axum::response::Html;
use centre::{Action, Identity};
use store::Role;

use crate::App;
use crate::assets::{Names, names};
use crate::failure::{Failure, Kind};
use crate::language::Language;
use crate::texts::Texts;

/// What surrounds every page.
pub(crate) struct Shell {
    pub(crate) t: &'static Texts,
    pub(crate) language: Language,
    pub(crate) who: Option<Identity>,
    pub(crate) assets: &'static Names,
    /// The part of the navigation the page belongs to.
    pub(crate) section: &'static str,
    /// The same page in the other language.
    pub(crate) switch: String,
    /// The zone of every moment shown.
    pub(crate) zone: String,
}

/// One way of the navigation.
pub(crate) struct Way {
    pub(crate) name: &'static str,
    pub(crate) href: &'static str,
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
}

impl Shell {
    pub(crate) fn new(
        app: &App,
        who: Option<Identity>,
        language: Language,
        uri: &Uri,
        section: &'static str,
    ) -> Self {
        let zone = app.config().time_zone.iana_name().unwrap_or("UTC").to_owned();
        let other = if language == Language::Ru { Language::En } else { Language::Ru };
        let switch = in_language(uri, other);
        Self { t: Texts::of(language), language, who, assets: names(), section, switch, zone }
    }

    fn may(&self, action: Action) -> bool {
        self.who.as_ref().is_some_and(|who| who.may(action))
    }

    /// The navigation, as the role allows it: what is for everybody for nobody too.
    pub(crate) fn ways(&self) -> Vec<Way> {
        let t = self.t;
        let trader = self.who.as_ref().is_some_and(|who| who.role == Role::Declarant);
        let all = [
            (self.may(Action::Board), Way { name: "board", href: "/", key: "b", label: t.board }),
            (
                self.may(Action::SeeCases),
                Way { name: "declarations", href: "/declarations", key: "d", label: t.declarations },
            ),
            (
                self.may(Action::SeeCases) && !trader,
                Way { name: "participants", href: "/participants", key: "c", label: t.participants },
            ),
            (self.may(Action::SeeCases), Way { name: "powers", href: "/powers", key: "p", label: t.powers }),
            (
                self.may(Action::SeeProfiles),
                Way { name: "profiles", href: "/profiles", key: "f", label: t.risk_profiles },
            ),
            (true, Way { name: "reference", href: "/reference", key: "t", label: t.tariff }),
            (self.may(Action::File), Way { name: "file", href: "/file", key: "n", label: t.file }),
            (
                self.may(Action::JudgeTraders),
                Way { name: "appeals", href: "/appeals", key: "o", label: t.appeals },
            ),
            (trader, Way { name: "account", href: "/account", key: "a", label: t.account }),
            (self.may(Action::SeeReads), Way { name: "reads", href: "/reads", key: "r", label: t.reads }),
        ];
        all.into_iter().filter_map(|(allowed, way)| allowed.then_some(way)).collect()
    }

    /// The role in words.
    pub(crate) fn role(&self) -> &'static str {
        self.who.as_ref().map_or("", |who| self.t.role(who.role))
    }
}

/// An address with another language asked for.
fn in_language(uri: &Uri, language: Language) -> String {
    let kept = uri.query().unwrap_or_default().split('&');
    let kept = kept.filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    let asked = format!("lang={}", language.as_str());
    let query: Vec<&str> = kept.chain([asked.as_str()]).collect();
    format!("{}?{}", uri.path(), query.join("&"))
}

/// Where somebody's work begins.
pub(crate) fn home(who: &Identity) -> &'static str {
    match who.role {
        Role::Declarant | Role::Officer => "/declarations",
        Role::Analyst | Role::RiskChief => "/profiles",
        Role::Duty | Role::Auditor | Role::Administrator => "/",
    }
}

/// A page from its template.
pub(crate) fn rendered(page: &impl Template) -> Result<Html<String>, Failure> {
    page.render().map(Html).map_err(|why| {
        tracing::error!(%why, "a page cannot be rendered");
        Failure::of(Kind::Internal)
    })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    shell: Shell,
    status: u16,
    code: &'a str,
    title: &'a str,
    detail: &'a str,
    cure: &'a str,
    logged_in: bool,
}

/// The page of a failure: what happened, the code, what cures it.
pub(crate) fn problem_page(
    app: &App,
    failure: &Failure,
    language: Language,
    uri: &Uri,
    logged_in: bool,
) -> Html<String> {
    let text = |text: &'_ Option<declaration::Text>| text.as_ref().map(|text| language.pick(text).to_owned());
    let (detail, cure) = (text(&failure.detail).unwrap_or_default(), text(&failure.cure).unwrap_or_default());
    let page = ProblemPage {
        shell: Shell::new(app, None, language, uri, ""),
        status: failure.status.as_u16(),
        code: &failure.code,
        title: language.pick(&failure.title),
        detail: &detail,
        cure: &cure,
        logged_in,
    };
    Html(page.render().unwrap_or_else(|_| format!("{} {}", page.code, page.title)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_keeps_the_address() {
        for (address, expected) in [
            ("/", "/?lang=en"),
            (
                "/declarations?state=routed&lang=ru&office=10013160",
                "/declarations?state=routed&office=10013160&lang=en",
            ),
        ] {
            assert_eq!(in_language(&address.parse().unwrap(), Language::En), expected);
        }
    }
}
