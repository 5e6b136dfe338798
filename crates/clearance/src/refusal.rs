//! Why an input does nothing to a case: code, and words in both languages.

use declaration::Text;
use rust_decimal::Decimal;

use crate::case::State;
use crate::look::{Ground, ResultFault};
use crate::step::VERSIONS_MAX;

/// Why an input does nothing to a case.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The case is decided.
    #[error("the case is {}: nothing can change it any more", state.as_str())]
    Final {
        /// Where it stands.
        state: State,
    },
    /// The input makes no sense where the case stands.
    #[error("{input} is not possible while the case is {}", state.as_str())]
    NotNow {
        /// Where it stands.
        state: State,
        /// The input.
        input: &'static str,
    },
    /// Another officer has the case.
    #[error("the case is with {}, not with you", holder.as_deref().unwrap_or("nobody yet"))]
    NotYours {
        /// Whose it is.
        holder: Option<String>,
    },
    /// A refusal must say why.
    #[error("a refusal needs a reason of 3 to 2000 characters for the declarant")]
    ReasonMissing,
    /// Release needs the money.
    #[error("{amount} {currency} is not covered by the payer's account; release is possible once it is paid")]
    PaymentOutstanding {
        /// What is missing.
        amount: Decimal,
        /// Currency.
        currency: String,
    },
    /// Release needs security for what is conditional.
    #[error("{amount} {currency} is not secured; release is possible once a guarantee covers it")]
    SecurityOutstanding {
        /// What is missing.
        amount: Decimal,
        /// Currency.
        currency: String,
    },
    /// A guarantee cannot cover the case.
    #[error("guarantee {guarantee} is not in force, not for this case, or has less than {amount} free")]
    NoCover {
        /// The number of the guarantee.
        guarantee: String,
        /// What it should cover.
        amount: Decimal,
    },
    /// No number can be given.
    #[error("the office has no registration number left this year")]
    NoNumberLeft,
    /// A filing came without its assessment.
    #[error("the filing was not assessed")]
    NotAssessed,
    /// An act must say what the declarant has to know.
    #[error(
        "say what is wanted: 1 to 100 documents, each beginning with the code of its kind; or measures and a line of goods there is; a reason of 3 to 2000 characters"
    )]
    UnclearAct,
    /// A result must say what came of a look.
    #[error("{}{}", nth.map_or_else(String::new, |nth| format!("result {nth}: ")), fault.text().en)]
    UnclearResult {
        /// Which of those given, from 1; none: all of them together.
        nth: Option<u32>,
        /// The bound it breaks.
        fault: ResultFault,
    },
    /// A result must be of a look that has a ground in the case.
    #[error(
        "{ground} is no ground for a look at this case; name a profile that fired here, chance or officer"
    )]
    NoGround {
        /// What was named.
        ground: Ground,
    },
    /// The service decides no case before it is said what came of each look.
    #[error("say first what came of: {}", joined(grounds))]
    ResultsMissing {
        /// The grounds nobody has answered for.
        grounds: Vec<Ground>,
    },
    /// The declaration has a version the officer has not seen.
    #[error("the declaration was corrected meanwhile: look at version {version} and decide again")]
    Corrected {
        /// The version that counts.
        version: u32,
    },
    /// A correction may not make another declaration of it.
    #[error("a correction cannot change the country, the office or the declarant; withdraw and file anew")]
    OtherDeclaration,
    /// A declaration is corrected so often that somebody should ask why.
    #[error("the declaration has {VERSIONS_MAX} versions; withdraw it and file anew")]
    TooManyVersions,
    /// Nothing would change.
    #[error("nothing to do")]
    Nothing,
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Final { .. } => "GL-5001",
            Refusal::NotNow { .. } => "GL-5002",
            Refusal::NotYours { .. } => "GL-5003",
            Refusal::ReasonMissing => "GL-5004",
            Refusal::PaymentOutstanding { .. } => "GL-5005",
            Refusal::NoNumberLeft => "GL-5006",
            Refusal::NotAssessed => "GL-5007",
            Refusal::Nothing => "GL-5008",
            Refusal::UnclearAct => "GL-5009",
            Refusal::Corrected { .. } => "GL-5010",
            Refusal::OtherDeclaration => "GL-5011",
            Refusal::TooManyVersions => "GL-5012",
            Refusal::UnclearResult { .. } => "GL-5015",
            Refusal::ResultsMissing { .. } => "GL-5016",
            Refusal::NoGround { .. } => "GL-5017",
            Refusal::SecurityOutstanding { .. } => "GL-5013",
            Refusal::NoCover { .. } => "GL-5014",
        }
    }

    /// What to tell a person.
    pub fn text(&self) -> Text {
        let en = self.to_string();
        let ru = match self {
            Refusal::Final { .. } => "Дело завершено: изменить его уже нельзя.".to_owned(),
            Refusal::NotNow { .. } => "В текущем состоянии дела это действие невозможно.".to_owned(),
            Refusal::NotYours { holder: Some(holder) } => format!("Дело находится у {holder}, а не у вас."),
            Refusal::NotYours { holder: None } => "Дело пока никому не назначено.".to_owned(),
            Refusal::ReasonMissing => {
                "Укажите причину отказа для декларанта: от 3 до 2000 знаков.".to_owned()
            }
            Refusal::PaymentOutstanding { amount, currency } => {
                format!("На счёте плательщика не хватает {amount} {currency}; выпуск возможен после уплаты.")
            }
            Refusal::SecurityOutstanding { amount, currency } => {
                format!("Не обеспечено {amount} {currency}; выпуск возможен после предоставления обеспечения.")
            }
            Refusal::NoCover { guarantee, amount } => {
                format!(
                    "Обеспечение {guarantee} не действует, не относится к этому делу или его остаток меньше {amount}."
                )
            }
            Refusal::NoNumberLeft => "У таможенного органа закончились номера этого года.".to_owned(),
            Refusal::NotAssessed => "Декларация не прошла контроль.".to_owned(),
            Refusal::UnclearAct => {
                "Укажите, что требуется: от 1 до 100 документов, каждый с кодом вида в начале; или меры и существующий товар; причину от 3 до 2000 знаков."
                    .to_owned()
            }
            Refusal::UnclearResult { nth, fault } => {
                let place = nth.map_or_else(String::new, |nth| format!("Результат {nth}: "));
                format!("{place}{}.", fault.text().ru)
            }
            Refusal::NoGround { ground } => format!(
                "{ground} — не основание для проверки по этому делу; укажите сработавший здесь профиль, chance или officer."
            ),
            Refusal::ResultsMissing { grounds } => {
                format!("Сначала укажите результат проверки: {}.", joined(grounds))
            }
            Refusal::Corrected { version } => {
                format!("Декларация тем временем исправлена: посмотрите версию {version} и решите снова.")
            }
            Refusal::OtherDeclaration => {
                "Корректировка не может менять страну, таможенный орган и декларанта: отзовите декларацию и подайте новую."
                    .to_owned()
            }
            Refusal::TooManyVersions => {
                format!("У декларации уже {VERSIONS_MAX} версий: отзовите её и подайте новую.")
            }
            Refusal::Nothing => "Менять нечего.".to_owned(),
        };
        Text::new(ru, en)
    }
}

fn joined(grounds: &[Ground]) -> String {
    grounds.iter().map(Ground::as_str).collect::<Vec<_>>().join(", ")
}
