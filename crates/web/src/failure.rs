//! What a request can fail by, and how that is told: `application/problem+json` (RFC 9457) to programs,
//! a page to people. Handlers return a [`Failure`]; [`crate::guard`] renders it at the very edge.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use centre::{CentreError, InputError, LoginError, SubmitError};
use clearance::{Refusal, dossier};
use declaration::{Finding, Text};
use reference::{Faults, ImportError};
use risk::ProfileError;
use serde::Serialize;
use serde_json::{Map, Value};
use store::StoreError;

use crate::language::Language;
use crate::profile_object::ProfileFaultObject;
use crate::reference_object::FaultObject;
use crate::submit_object::FindingObject;

/// One row of the table of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureRow {
    /// The stable code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened: Russian, English.
    pub title: (&'static str, &'static str),
    /// What cures it: Russian, English.
    pub cure: (&'static str, &'static str),
}

macro_rules! failures {
    ($($kind:ident $code:literal $status:literal [$ru:literal, $en:literal] [$cure_ru:literal, $cure_en:literal];)+) => {
        /// A failure of the service itself; each has one row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind {
            $(#[doc = $en] $kind,)+
        }

        /// Every failure of the service itself, for the page that documents the codes. Failures of a
        /// document, a seal or a case carry the codes of the crates that find them.
        pub const FAILURES: &[FailureRow] = &[
            $(FailureRow { code: $code, status: $status, title: ($ru, $en), cure: ($cure_ru, $cure_en) },)+
        ];

        impl Kind {
            fn row(self) -> FailureRow {
                match self {
                    $(Kind::$kind => FailureRow {
                        code: $code, status: $status, title: ($ru, $en), cure: ($cure_ru, $cure_en),
                    },)+
                }
            }
        }
    };
}

failures! {
    LoginRequired "GL-7001" 401
        ["Нужно войти", "You have to log in"]
        ["Войдите в систему или приложите действующий токен.", "Log in, or send a token that is still valid."];
    Forbidden "GL-7002" 403
        ["Ваша роль этого не позволяет", "Your role does not allow this"]
        ["Обратитесь к администратору, если это входит в ваши обязанности.", "Ask an administrator if this is part of your duties."];
    NotFound "GL-7003" 404
        ["Не найдено", "Not found"]
        ["Проверьте адрес или номер. Чужие дела не показываются.", "Check the address or the number. Cases of others are not shown."];
    WrongLogin "GL-7004" 401
        ["Логин или пароль неверны", "Login or password is wrong"]
        ["Проверьте раскладку клавиатуры и повторите.", "Check the keyboard layout and try again."];
    TooManyLogins "GL-7005" 429
        ["Слишком много неудачных входов", "Too many failed logins"]
        ["Подождите пять минут и повторите.", "Wait five minutes and try again."];
    CrossSite "GL-7006" 403
        ["Запрос пришёл с чужого сайта", "The request came from another site"]
        ["Откройте страницу этой системы и отправьте форму с неё.", "Open the page of this system and send the form from there."];
    TooLarge "GL-7007" 413
        ["Запрос слишком велик", "The request is too large"]
        ["Разделите партию на несколько деклараций.", "Divide the consignment into several declarations."];
    MediaType "GL-7008" 415
        ["Такой вид содержимого не принимается", "This kind of content is not accepted"]
        ["Отправьте XML или JSON без сжатия.", "Send XML or JSON, uncompressed."];
    BadRequest "GL-7009" 400
        ["Запрос составлен неверно", "The request is not well formed"]
        ["Сверьте запрос с описанием /openapi.json.", "Compare the request with /openapi.json."];
    Method "GL-7010" 405
        ["Этот метод здесь не применяется", "This method does not apply here"]
        ["Сверьте запрос с описанием /openapi.json.", "Compare the request with /openapi.json."];
    Overloaded "GL-7011" 503
        ["Слишком много запросов", "Too many requests"]
        ["Повторите через секунду.", "Try again in a second."];
    Timeout "GL-7012" 408
        ["Запрос занял слишком много времени", "The request took too long"]
        ["Повторите; повторная подача тех же байтов безопасна.", "Try again; filing the same bytes again is safe."];
    Unavailable "GL-7013" 503
        ["Хранилище недоступно", "The store is unavailable"]
        ["Повторите через несколько секунд; ничего не потеряно.", "Try again in a few seconds; nothing was lost."];
    Internal "GL-7014" 500
        ["Ошибка программы", "A fault of the program"]
        ["Сообщите код и время дежурному; данные не пострадали.", "Tell the duty officer the code and the time; no data were harmed."];
    NotReady "GL-7015" 503
        ["Система останавливается", "The system is stopping"]
        ["Повторите через несколько секунд.", "Try again in a few seconds."];
    RegistrationRefused "GL-7016" 422
        ["В регистрации отказано", "Registration refused"]
        ["Исправьте графы и подайте декларацию снова.", "Correct the boxes and file the declaration again."];
    ImportRefused "GL-7017" 422
        ["Справочник не принят", "The reference data were not taken"]
        ["Исправьте названные строки и загрузите файлы снова; ничего не изменилось.", "Correct the lines named and import the files again; nothing has changed."];
    ProfileRefused "GL-7019" 422
        ["Профиль риска не принят", "The risk profile was not taken"]
        ["Исправьте названные места и повторите; ничего не изменилось.", "Correct the places named and try again; nothing has changed."];
    EmptyHanded "GL-7018" 503
        ["Справочники вышестоящего узла ещё не получены", "The reference data of the node above are not here yet"]
        ["Повторите, когда узел их получит; почему их нет, сказано в журнале.", "Try again when the node has them; the log says what keeps them."];
}

/// Seconds after which it makes sense to come back.
const RETRY_SECONDS: u32 = 1;

/// Why a request was not done. Small to pass on: failures are rare, results are everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Box<Reason>);

/// What a failure tells.
#[derive(Debug, Clone)]
pub(crate) struct Reason {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) title: Text,
    pub(crate) detail: Option<Text>,
    pub(crate) cure: Option<Text>,
    /// Members beside the standard ones, such as `findings`.
    pub(crate) members: Map<String, Value>,
    /// Findings about a document, told in the language of the answer.
    pub(crate) findings: Vec<Finding>,
    /// What is wrong in files of reference data, told in the language of the answer.
    pub(crate) faults: Vec<ImportError>,
    /// What is wrong in a risk profile, told in the language of the answer.
    pub(crate) errors: Vec<ProfileError>,
    /// The format of that document, such as `wco-2`; empty where no document is spoken of.
    pub(crate) format: String,
}

impl Deref for Failure {
    type Target = Reason;

    fn deref(&self) -> &Reason {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Reason {
        &mut self.0
    }
}

/// The body of a failure, as RFC 9457 has it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// `urn:greenlane:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// What happened, in a few words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened here.
    detail: String,
    /// The stable code, such as `GL-7003`.
    code: String,
    /// What cures it.
    cure: String,
    /// Members beside the standard ones: of a refused registration those of the submit object.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    members: Map<String, Value>,
}

impl Failure {
    /// A failure of the service itself.
    pub(crate) fn of(kind: Kind) -> Self {
        let row = kind.row();
        Self(Box::new(Reason {
            status: StatusCode::from_u16(row.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code: Cow::Borrowed(row.code),
            title: Text::new(row.title.0, row.title.1),
            detail: None,
            cure: Some(Text::new(row.cure.0, row.cure.1)),
            members: Map::new(),
            findings: Vec::new(),
            faults: Vec::new(),
            errors: Vec::new(),
            format: String::new(),
        }))
    }

    /// The same failure with what happened here.
    pub(crate) fn because(mut self, ru: impl Into<String>, en: impl Into<String>) -> Self {
        self.detail = Some(Text::new(ru.into(), en.into()));
        self
    }

    /// The failure that a bare status stands for, as extractors and layers answer it.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let kind = match status.as_u16() {
            401 => Kind::LoginRequired,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            405 => Kind::Method,
            408 => Kind::Timeout,
            413 => Kind::TooLarge,
            415 => Kind::MediaType,
            429 => Kind::Overloaded,
            500.. => Kind::Internal,
            _ => Kind::BadRequest,
        };
        Self::of(kind)
    }

    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        title: Text,
        detail: Text,
    ) -> Self {
        let (code, detail) = (code.into(), Some(detail));
        Self(Box::new(Reason {
            status,
            code,
            title,
            detail,
            cure: None,
            members: Map::new(),
            findings: Vec::new(),
            faults: Vec::new(),
            errors: Vec::new(),
            format: String::new(),
        }))
    }

    /// Why a wish about a risk profile came to nothing.
    pub(crate) fn of_dossier(why: &dossier::Refusal) -> Self {
        let title = Text::new("Профиль риска не изменён", "The risk profile was not changed");
        let status = match why {
            _ if why.is_of_rights() => StatusCode::FORBIDDEN,
            dossier::Refusal::NoVersion { .. } => StatusCode::NOT_FOUND,
            dossier::Refusal::NotNow { .. }
            | dossier::Refusal::NumberTaken
            | dossier::Refusal::Outdated { .. }
            | dossier::Refusal::TooManyVersions => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let mut failure = Failure::new(status, why.code(), title, why.text());
        failure.cure = Some(why.cure());
        failure.members.insert("field".to_owned(), Value::from(why.place()));
        failure
    }

    /// Whether it is a failure of this kind.
    pub(crate) fn is(&self, kind: Kind) -> bool {
        self.code == kind.row().code
    }

    /// The body for programs.
    pub(crate) fn problem(&self, language: Language) -> Problem {
        let title = language.pick(&self.title).to_owned();
        let text = |text: &Option<Text>| text.as_ref().map(|text| language.pick(text).to_owned());
        let mut members = self.members.clone();
        if !self.findings.is_empty() {
            let told = |finding| FindingObject::new(finding, language, &self.format);
            let told: Vec<_> = self.findings.iter().map(told).collect();
            members.insert("findings".to_owned(), serde_json::to_value(told).unwrap_or_default());
        }
        if !self.faults.is_empty() {
            let told: Vec<_> = self.faults.iter().map(|fault| FaultObject::new(fault, language)).collect();
            members.insert("faults".to_owned(), serde_json::to_value(told).unwrap_or_default());
        }
        if !self.errors.is_empty() {
            let told: Vec<_> =
                self.errors.iter().map(|error| ProfileFaultObject::new(error, language)).collect();
            members.insert("errors".to_owned(), serde_json::to_value(told).unwrap_or_default());
        }
        Problem {
            kind: format!("urn:greenlane:{}", self.code),
            status: self.status.as_u16(),
            detail: text(&self.detail).unwrap_or_else(|| title.clone()),
            title,
            code: self.code.clone().into_owned(),
            cure: text(&self.cure).unwrap_or_default(),
            members,
        }
    }

    /// When to come back, where that helps.
    pub(crate) fn retry_after(&self) -> Option<HeaderValue> {
        let helps = matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
        let seconds = if self.is(Kind::TooManyLogins) { 300 } else { RETRY_SECONDS };
        helps.then(|| HeaderValue::from(seconds))
    }
}

impl IntoResponse for Failure {
    /// Only the status; the body is written by the layer that knows language and form.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<StoreError> for Failure {
    fn from(why: StoreError) -> Self {
        tracing::error!(%why, "the store failed");
        Failure::of(Kind::Unavailable)
    }
}

impl From<CentreError> for Failure {
    fn from(why: CentreError) -> Self {
        match why {
            CentreError::Store(why) => why.into(),
            CentreError::NotFound(_) => Failure::of(Kind::NotFound),
            CentreError::Invalid(why) => Failure::of(Kind::BadRequest).because(why.clone(), why),
            CentreError::Import(faults) => of_faults(faults),
            CentreError::Refused { code, text } => {
                let title = Text::new("Справочники не изменены", "The reference data were not changed");
                // Where a node has its data from another, it is the wrong place, not the wrong file.
                let status =
                    if code == "GL-8012" { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
                Failure::new(status, code, title, *text)
            }
            // What seals and packs say of a file comes as words that begin with a code.
            CentreError::Reference(why) if why.starts_with("GL-") => {
                let (code, words) = why.split_once(": ").unwrap_or((why.as_str(), ""));
                let title = Text::new("Справочники не изменены", "The reference data were not changed");
                let text = Text::new(words.to_owned(), words.to_owned());
                Failure::new(StatusCode::UNPROCESSABLE_ENTITY, code.to_owned(), title, text)
            }
            CentreError::Reference(_)
            | CentreError::Profile(_)
            | CentreError::Anchors(_)
            | CentreError::Thread(_)
            | CentreError::Randomness
            | CentreError::Log(_)
            | CentreError::History(_)
            | CentreError::Broken => {
                tracing::error!(%why, "the centre failed");
                Failure::of(Kind::Internal)
            }
        }
    }
}

/// Everything that is wrong in files of reference data.
fn of_faults(faults: Faults) -> Failure {
    let Faults { named, total } = faults;
    let mut failure = Failure::of(Kind::ImportRefused).because(
        format!("Ошибок: {total}. Каждая названа в faults."),
        format!("Errors: {total}. Each is named in faults."),
    );
    failure.members.insert("faults_total".to_owned(), Value::from(total));
    failure.faults = named;
    failure
}

impl From<LoginError> for Failure {
    fn from(why: LoginError) -> Self {
        match why {
            LoginError::Wrong => Failure::of(Kind::WrongLogin),
            LoginError::TooMany => Failure::of(Kind::TooManyLogins),
            LoginError::Unavailable(why) => {
                tracing::error!(%why, "a login failed");
                Failure::of(Kind::Unavailable)
            }
        }
    }
}

fn of_refusal(why: &Refusal) -> Failure {
    let title = Text::new("Это действие сейчас невозможно", "This is not possible now");
    let status = match why {
        Refusal::ReasonMissing
        | Refusal::UnclearAct
        | Refusal::UnclearResult
        | Refusal::NoGround { .. }
        | Refusal::OtherDeclaration => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::NotYours { .. } => StatusCode::FORBIDDEN,
        Refusal::Final { .. }
        | Refusal::NotNow { .. }
        | Refusal::PaymentOutstanding { .. }
        | Refusal::SecurityOutstanding { .. }
        | Refusal::NoCover { .. }
        | Refusal::NoNumberLeft
        | Refusal::NotAssessed
        | Refusal::Corrected { .. }
        | Refusal::ResultsMissing { .. }
        | Refusal::TooManyVersions
        | Refusal::Nothing => StatusCode::CONFLICT,
    };
    Failure::new(status, why.code(), title, why.text())
}

impl From<InputError> for Failure {
    fn from(why: InputError) -> Self {
        match why {
            InputError::NotFound => Failure::of(Kind::NotFound),
            InputError::Forbidden => Failure::of(Kind::Forbidden),
            InputError::Refused(why) => of_refusal(&why),
            InputError::Unavailable(why) => {
                tracing::error!(%why, "an input was not taken");
                Failure::of(Kind::Unavailable)
            }
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(why: SubmitError) -> Self {
        let (code, text) = (why.code().to_owned(), why.text());
        match why {
            SubmitError::Unreadable(why) => {
                let title = Text::new("Документ не читается", "The document cannot be read");
                let mut failure = Failure::new(StatusCode::BAD_REQUEST, why.code, title, why.text.clone());
                failure.cure = Some(why.cure.clone());
                failure.members.insert("line".to_owned(), Value::from(why.line));
                failure.members.insert("element".to_owned(), Value::from(why.element.clone()));
                failure.members.insert("path".to_owned(), Value::from(why.path.as_str()));
                failure.members.insert("findings".to_owned(), Value::Array(Vec::new()));
                failure
            }
            SubmitError::NoDeclaration { .. } | SubmitError::NotTheirs { .. } => {
                let title = Text::new("Это не декларация", "This is no declaration");
                Failure::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, text)
            }
            SubmitError::Faulty { findings, format } => {
                let title = Text::new("В документе ошибки", "The document has errors");
                let mut failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, text);
                failure.findings = findings;
                failure.format = format;
                failure
            }
            SubmitError::Outdated => {
                let title = Text::new("Декларация изменилась", "The declaration has changed");
                Failure::new(StatusCode::CONFLICT, code, title, text)
            }
            SubmitError::Seal { .. } => {
                let title = Text::new("Подпись не подтверждена", "The seal does not hold");
                Failure::new(StatusCode::UNAUTHORIZED, code, title, text)
            }
            SubmitError::Busy => {
                let title = Text::new("Очередь приёма полна", "The intake is full");
                Failure::new(StatusCode::SERVICE_UNAVAILABLE, code, title, text)
            }
            SubmitError::Unavailable(why) => {
                // What failed inside is for the log; the filer learns that nothing was kept.
                tracing::error!(%why, "a filing was not taken");
                let title = Text::new("Приём остановлен", "Intake has stopped");
                let text = Text::new(
                    "Декларация не принята, ничего не сохранено. Повторите позже.",
                    "The declaration was not taken, nothing was kept. Try again later.",
                );
                Failure::new(StatusCode::SERVICE_UNAVAILABLE, code, title, text)
            }
            SubmitError::Refused(why) => of_refusal(&why),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_failure_has_its_own_code_a_cure_and_both_languages() {
        let codes: BTreeSet<&str> = FAILURES.iter().map(|row| row.code).collect();
        assert_eq!(codes.len(), FAILURES.len());
        for row in FAILURES {
            assert!(StatusCode::from_u16(row.status).is_ok_and(|status| status.as_u16() >= 400));
            for (ru, en) in [row.title, row.cure] {
                assert!(ru.chars().any(|c| ('а'..='я').contains(&c)), "{}: {ru}", row.code);
                assert!(en.is_ascii() && !en.is_empty(), "{}: {en}", row.code);
            }
        }
    }

    #[test]
    fn a_problem_speaks_the_language_of_whoever_asked() {
        let failure = Failure::of(Kind::NotFound);
        let json = |language| serde_json::to_value(failure.problem(language)).unwrap();
        assert_eq!(json(Language::Ru)["title"], "Не найдено");
        assert_eq!(json(Language::En)["title"], "Not found");
        assert_eq!(json(Language::En)["code"], "GL-7003");
        assert_eq!(json(Language::En)["type"], "urn:greenlane:GL-7003");
        assert_eq!(json(Language::En)["status"], 404);
    }

    #[test]
    fn what_failed_inside_is_not_told_outside() {
        let failure = Failure::from(SubmitError::Unavailable("/secret/path is full".to_owned()));
        let told = serde_json::to_string(&failure.problem(Language::En)).unwrap();
        assert!(!told.contains("secret"), "{told}");
        assert!(failure.retry_after().is_some());
    }
}
