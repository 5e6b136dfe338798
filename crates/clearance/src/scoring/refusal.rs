//! Why a wish about a model leads to nothing: code, place, what is wrong, what cures it.

use declaration::Text;
use score::{Comparison, Hindrance, Scope};

use super::life::{Deed, State};
use crate::dossier::Area;
use crate::step::{REASON_CHARS_MAX, REASON_CHARS_MIN};

/// Why a wish about a model leads to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such model.
    NoModel,
    /// It is not possible where the model stands.
    NotNow {
        /// Where it stands.
        state: State,
    },
    /// Not with these rights.
    NoRight {
        /// What is wanted.
        deed: Deed,
    },
    /// A model scores everywhere; whoever asks is bound to an area.
    OutsideArea {
        /// The area.
        area: Area,
    },
    /// Whoever proposed does not approve.
    SamePerson,
    /// A reason is required.
    ReasonMissing,
    /// Its card says that it may not go live.
    Hindered {
        /// All that stands against it.
        hindrances: Vec<Hindrance>,
    },
    /// The file is no model, or was altered.
    Unreadable {
        /// What is wrong.
        why: String,
    },
    /// There are too many models.
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// It looks at other features than a declaration has here.
    Foreign {
        /// What differs.
        why: String,
    },
}

/// What stands against a model, for people.
pub fn hindrance_text(hindrance: &Hindrance) -> Text {
    let scope = |rows: Scope| match rows {
        Scope::All => "всех",
        Scope::Novel => "новых",
    };
    let other = |beside: &str| match beside {
        "rules" => "правила",
        "look-up" => "таблица прежних результатов",
        _ => "другой отбор",
    };
    let ru = match hindrance {
        Hindrance::NotMeasured => "она не измерена на строках, которых не видела".to_owned(),
        Hindrance::MeasuredOnItself => "она измерена на тех же строках, по которым училась".to_owned(),
        Hindrance::NothingNovel => "среди строк измерения нет новых, где было что найти".to_owned(),
        Hindrance::Worse(Comparison { rows, beside, inspected, model_found, other_found }) => format!(
            "из {} строк при {inspected} проверках она находит {model_found}, {} — {other_found}",
            scope(*rows),
            other(beside),
        ),
    };
    Text::new(ru, hindrance.to_string())
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoModel => "GL-R60",
            Refusal::NotNow { .. } => "GL-R61",
            Refusal::NoRight { .. } => "GL-R62",
            Refusal::OutsideArea { .. } => "GL-R63",
            Refusal::SamePerson => "GL-R64",
            Refusal::ReasonMissing => "GL-R65",
            Refusal::Hindered { .. } => "GL-R66",
            Refusal::Unreadable { .. } => "GL-R67",
            Refusal::Foreign { .. } => "GL-R68",
            Refusal::TooMany { .. } => "GL-R69",
        }
    }

    /// The field it is about; empty where it is the whole wish.
    pub fn place(&self) -> &'static str {
        match self {
            Refusal::NoModel | Refusal::Unreadable { .. } | Refusal::Foreign { .. } => "model",
            Refusal::ReasonMissing => "reason",
            Refusal::Hindered { .. } => "mode",
            Refusal::NotNow { .. }
            | Refusal::NoRight { .. }
            | Refusal::OutsideArea { .. }
            | Refusal::SamePerson
            | Refusal::TooMany { .. } => "",
        }
    }

    /// Whether it is a question of who asks, not of what is asked.
    pub fn is_of_rights(&self) -> bool {
        matches!(self, Refusal::NoRight { .. } | Refusal::OutsideArea { .. } | Refusal::SamePerson)
    }

    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Refusal::NoModel => Text::new("Такой модели нет.", "There is no such model."),
            Refusal::NotNow { state } => Text::new(
                format!("Сейчас это невозможно: модель {}.", state.title().ru),
                format!("This is not possible now: the model is {}.", state.title().en),
            ),
            Refusal::NoRight { .. } => Text::new(
                "У вас нет права на это действие с моделями.",
                "You have no right to do this to models.",
            ),
            Refusal::OutsideArea { area } => Text::new(
                format!("Модель оценивает декларации всех органов, а ваш регион — {area}."),
                format!("A model scores declarations of every office, and your area is {area}."),
            ),
            Refusal::SamePerson => {
                Text::new("Эту модель предложили вы.", "It was you who proposed this model.")
            }
            Refusal::ReasonMissing => Text::new(
                format!("Нужна причина: от {REASON_CHARS_MIN} до {REASON_CHARS_MAX} знаков."),
                format!("A reason is needed: {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters."),
            ),
            Refusal::Hindered { hindrances } => {
                let texts: Vec<Text> = hindrances.iter().map(hindrance_text).collect();
                let ru: Vec<&str> = texts.iter().map(|text| text.ru.as_ref()).collect();
                let en: Vec<&str> = texts.iter().map(|text| text.en.as_ref()).collect();
                Text::new(
                    format!("Модель нельзя ввести в действие: {}.", ru.join("; ")),
                    format!("The model may not go live: {}.", en.join("; ")),
                )
            }
            Refusal::Unreadable { why } => Text::new(
                format!("Файл не является целой моделью: {why}."),
                format!("No whole model: {why}."),
            ),
            Refusal::TooMany { most } => {
                Text::new(format!("Моделей уже {most}."), format!("There are {most} models already."))
            }
            Refusal::Foreign { why } => Text::new(
                format!("Модель сделана для других признаков: {why}."),
                format!("The model was made for other features: {why}."),
            ),
        }
    }

    /// What cures it.
    pub fn cure(&self) -> Text {
        match self {
            Refusal::NoModel => Text::new("Проверьте версию.", "Check the version."),
            Refusal::NotNow { .. } => Text::new(
                "Откройте модель заново: на странице видно, что возможно.",
                "Open the model again: its page shows what is possible.",
            ),
            Refusal::NoRight { .. } => Text::new(
                "Попросите того, чья это обязанность: предлагает аналитик, утверждает и отзывает руководитель.",
                "Ask whose duty it is: an analyst proposes, the head of the unit approves and withdraws.",
            ),
            Refusal::OutsideArea { .. } => {
                Text::new("Обратитесь в центральный орган.", "Ask the central authority.")
            }
            Refusal::SamePerson => {
                Text::new("Утвердить должен другой сотрудник.", "Somebody else has to approve it.")
            }
            Refusal::ReasonMissing => Text::new("Напишите, почему.", "Write why."),
            Refusal::Hindered { .. } => Text::new(
                "Поставьте её в тень и обучите новую на большем числе результатов.",
                "Put it into the shadow, and train another on more results.",
            ),
            Refusal::Unreadable { .. } => Text::new(
                "Возьмите файл, который записала команда `greenlane risk train`, без изменений.",
                "Take the file that `greenlane risk train` wrote, unchanged.",
            ),
            Refusal::TooMany { .. } => {
                Text::new("Предложите снова одну из прежних.", "Propose one of those again.")
            }
            Refusal::Foreign { .. } => Text::new(
                "Обучите модель по признакам декларации.",
                "Train a model on the features of a declaration.",
            ),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {} {}", self.code(), self.text().en, self.cure().en)
    }
}

impl std::error::Error for Refusal {}
