//! Why a wish about a profile leads to nothing: code, place, what is wrong, what cures it.

use declaration::Text;
use jiff::civil::Date;

use super::{AHEAD_DAYS_MAX, Area, Deed, State, VERSIONS_MAX};
use crate::step::{REASON_CHARS_MAX, REASON_CHARS_MIN};

/// Why a wish about a profile leads to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such version.
    NoVersion {
        /// The version.
        version: u32,
    },
    /// It is not possible where the version stands.
    NotNow {
        /// What is wanted.
        deed: Deed,
        /// Where it stands.
        state: Option<State>,
    },
    /// Not with these rights.
    NoRight {
        /// What is wanted.
        deed: Deed,
    },
    /// The profile reaches beyond the area of whoever asks.
    OutsideArea {
        /// The area.
        area: Area,
    },
    /// Whoever wrote or agreed does not approve.
    SamePerson,
    /// A reason is required.
    ReasonMissing,
    /// The day has passed.
    DayPast {
        /// The first day there can be.
        today: Date,
    },
    /// The day is too far.
    DayFar,
    /// The number has a dossier already.
    NumberTaken,
    /// Somebody wrote a version meanwhile.
    Outdated {
        /// The newest.
        last: u32,
    },
    /// It says what the version before says.
    Same,
    /// The text has another number than the dossier.
    OtherNumber {
        /// The number of the text.
        number: String,
    },
    /// There are too many versions.
    TooManyVersions,
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoVersion { .. } => "GL-R40",
            Refusal::NotNow { .. } => "GL-R41",
            Refusal::NoRight { .. } => "GL-R42",
            Refusal::OutsideArea { .. } => "GL-R43",
            Refusal::SamePerson => "GL-R44",
            Refusal::ReasonMissing => "GL-R45",
            Refusal::DayPast { .. } => "GL-R46",
            Refusal::DayFar => "GL-R47",
            Refusal::NumberTaken => "GL-R48",
            Refusal::Outdated { .. } => "GL-R49",
            Refusal::Same => "GL-R50",
            Refusal::OtherNumber { .. } => "GL-R51",
            Refusal::TooManyVersions => "GL-R52",
        }
    }

    /// The field it is about; empty where it is the whole wish.
    pub fn place(&self) -> &'static str {
        match self {
            Refusal::NoVersion { .. } | Refusal::Outdated { .. } => "version",
            Refusal::OutsideArea { .. } => "offices",
            Refusal::ReasonMissing => "reason",
            Refusal::DayPast { .. } | Refusal::DayFar => "from",
            Refusal::NumberTaken | Refusal::OtherNumber { .. } => "number",
            Refusal::NotNow { .. }
            | Refusal::NoRight { .. }
            | Refusal::SamePerson
            | Refusal::Same
            | Refusal::TooManyVersions => "",
        }
    }

    /// Whether it is a question of who asks, not of what is asked.
    pub fn is_of_rights(&self) -> bool {
        matches!(self, Refusal::NoRight { .. } | Refusal::OutsideArea { .. } | Refusal::SamePerson)
    }

    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Refusal::NoVersion { version } => Text::new(
                format!("Версии {version} у профиля нет."),
                format!("The profile has no version {version}."),
            ),
            Refusal::NotNow { state, .. } => {
                let stands = state.map_or_else(|| Text::new("новый", "new"), State::title);
                Text::new(
                    format!("Сейчас это невозможно: профиль {}.", stands.ru),
                    format!("This is not possible now: the profile is {}.", stands.en),
                )
            }
            Refusal::NoRight { .. } => Text::new(
                "У вас нет права на это действие с профилями.",
                "You have no right to do this to profiles.",
            ),
            Refusal::OutsideArea { area } => Text::new(
                format!("Профиль выходит за пределы вашего региона: {area}."),
                format!("The profile reaches beyond your area: {area}."),
            ),
            Refusal::SamePerson => Text::new(
                "Вы составляли или согласовывали этот профиль.",
                "You wrote this profile or agreed to it.",
            ),
            Refusal::ReasonMissing => Text::new(
                format!("Нужна причина: от {REASON_CHARS_MIN} до {REASON_CHARS_MAX} знаков."),
                format!("A reason is needed: {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters."),
            ),
            Refusal::DayPast { today } => Text::new(
                format!("День вступления в силу уже прошёл; сегодня {today}."),
                format!("The day has passed; today is {today}."),
            ),
            Refusal::DayFar => Text::new(
                format!("День вступления в силу дальше {AHEAD_DAYS_MAX} дней."),
                format!("The day is more than {AHEAD_DAYS_MAX} days ahead."),
            ),
            Refusal::NumberTaken => {
                Text::new("Профиль с таким номером уже есть.", "There is a profile of this number.")
            }
            Refusal::Outdated { last } => Text::new(
                format!("Тем временем появилась версия {last}."),
                format!("Version {last} was written meanwhile."),
            ),
            Refusal::Same => Text::new(
                "Текст не отличается от прежней версии.",
                "The text does not differ from the version before.",
            ),
            Refusal::OtherNumber { number } => Text::new(
                format!("В тексте другой номер: {number}."),
                format!("The text has another number: {number}."),
            ),
            Refusal::TooManyVersions => Text::new(
                format!("У профиля уже {VERSIONS_MAX} версий."),
                format!("The profile has {VERSIONS_MAX} versions."),
            ),
        }
    }

    /// What cures it.
    pub fn cure(&self) -> Text {
        match self {
            Refusal::NoVersion { .. } => {
                Text::new("Проверьте номер версии.", "Check the number of the version.")
            }
            Refusal::NotNow { state: Some(State::Agreed | State::Approved), deed: Deed::Write } => Text::new(
                "Сначала верните его в черновики или отмените.",
                "Return it to draft or cancel it first.",
            ),
            Refusal::NotNow { .. } => Text::new(
                "Откройте профиль заново: на странице видно, что возможно.",
                "Open the profile again: its page shows what is possible.",
            ),
            Refusal::NoRight { .. } => Text::new(
                "Попросите того, чья это обязанность: составляет и согласовывает аналитик, утверждает руководитель.",
                "Ask whose duty it is: an analyst writes and agrees, the head of the unit approves.",
            ),
            Refusal::OutsideArea { .. } => Text::new(
                "Оставьте региональный или зональный профиль с offices из вашего региона или обратитесь в центральный орган.",
                "Keep to a regional or zonal profile with offices of your area, or ask the central authority.",
            ),
            Refusal::SamePerson => {
                Text::new("Утвердить должен другой сотрудник.", "Somebody else has to approve it.")
            }
            Refusal::ReasonMissing => Text::new("Напишите, почему.", "Write why."),
            Refusal::DayPast { today } => {
                Text::new(format!("Назовите {today} или позже."), format!("Name {today} or later."))
            }
            Refusal::DayFar => Text::new("Назовите более близкий день.", "Name a day that is nearer."),
            Refusal::NumberTaken => Text::new(
                "Откройте его и измените или дайте новому профилю другой номер.",
                "Open that one and change it, or give the new profile another number.",
            ),
            Refusal::Outdated { .. } => Text::new(
                "Откройте её и внесите изменения заново.",
                "Open that version and make the changes again.",
            ),
            Refusal::Same => {
                Text::new("Внесите изменения или ничего не записывайте.", "Change it, or write nothing.")
            }
            Refusal::OtherNumber { .. } => Text::new(
                "Верните номер или создайте новый профиль.",
                "Put the number back, or make a new profile.",
            ),
            Refusal::TooManyVersions => Text::new(
                "Отмените его и создайте профиль с новым номером.",
                "Cancel it and make one of a new number.",
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
