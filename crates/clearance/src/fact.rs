//! Facts about traders: dated rows that are only ever added. What is known of a trader is their fold
//! ([`crate::trader::Record`]); a wrong one is annulled by a later row that says why.

use std::fmt;

use declaration::Text;
use jiff::civil::{Date, date};
use risk::ParticipantFacts;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::case::CaseId;
use crate::look::{AMOUNT_MAX, Ground};
use crate::standing::{is_printable, says_enough};
use crate::step::{REASON_CHARS_MAX, REASON_CHARS_MIN};

/// What the amount of a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountKind {
    /// It has none.
    None,
    /// How many at once, where not one.
    Count,
    /// Money, in the currency of the trader's pack; required.
    Money,
}

macro_rules! kinds {
    ($($variant:ident $name:literal $amount:ident stated: $stated:literal withheld: $withheld:literal $ru:literal, $en:literal;)+) => {
        /// What a fact says. One row per kind: name, what its amount is, whether officials may state it (else cases
        /// do), whether it is withheld from the trader, labels.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FactKind {
            $(#[doc = concat!($en, " (", $ru, ").")] $variant,)+
        }

        impl FactKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name, as JSON and the store have it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it is, for people.
            pub fn title(self) -> Text {
                match self { $(Self::$variant => Text::new($ru, $en),)+ }
            }

            /// What its amount is.
            pub fn amount(self) -> AmountKind {
                match self { $(Self::$variant => AmountKind::$amount,)+ }
            }

            /// Whether an official may state it.
            pub fn is_stated(self) -> bool {
                match self { $(Self::$variant => $stated,)+ }
            }

            /// Whether the trader must not learn it: it names what is looked for.
            pub fn is_withheld(self) -> bool {
                match self { $(Self::$variant => $withheld,)+ }
            }
        }
    };
}

kinds! {
    Registered "registered" Count stated: true withheld: false
        "зарегистрированы декларации", "declarations registered";
    Corrected "corrected" Count stated: true withheld: false
        "исправлены после проверки", "corrected after a check";
    Stopped "stopped" Count stated: true withheld: false
        "отказано в выпуске или отозваны", "release refused, or withdrawn";
    Hit "hit" Count stated: false withheld: true
        "сработал профиль", "a profile fired";
    Found "found" Count stated: false withheld: true
        "проверка что-то нашла", "a look found something";
    Offence "offence" Count stated: true withheld: false
        "установлено нарушение", "offence established";
    DebtDue "debt_due" Money stated: true withheld: false
        "просрочена задолженность", "debt overdue";
    DebtPaid "debt_paid" Money stated: true withheld: false
        "задолженность погашена", "debt paid";
    Authorised "authorised" None stated: true withheld: false
        "стал уполномоченным оператором", "became an authorised operator";
    AuthorisationEnded "authorisation_ended" None stated: true withheld: false
        "перестал быть уполномоченным оператором", "authorisation ended";
    KnownSince "known_since" None stated: true withheld: false
        "ведёт внешнюю торговлю с этого дня", "has traded since this day";
    Annulled "annulled" None stated: false withheld: false
        "прежний факт отменён", "an earlier fact annulled";
}

impl std::str::FromStr for FactKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or("no such kind of fact")
    }
}

/// A fact about one trader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The day it counts from: of what a case shows, the day the case was filed; of a look that found something, the
    /// day that was recorded.
    pub day: Date,
    /// What it says.
    pub kind: FactKind,
    /// How many or how much, as the kind has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// The case that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Of a look that found something: why somebody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// The document that shows it, where an official states it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Who stated it: a login; empty where a case shows it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stated_by: String,
    /// Why it is stated.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The number of the fact it annuls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annuls: Option<u64>,
}

impl Fact {
    /// What a case shows.
    pub fn of_case(case: CaseId, kind: FactKind, day: Date) -> Self {
        Self { case: Some(case), ..Self::bare(kind, day) }
    }

    /// What an official states.
    pub fn stated(
        kind: FactKind,
        day: Date,
        amount: Option<Decimal>,
        by: &str,
        document: &str,
        reason: &str,
    ) -> Self {
        Self {
            amount,
            document: document.to_owned(),
            stated_by: by.to_owned(),
            reason: reason.to_owned(),
            ..Self::bare(kind, day)
        }
    }

    /// The row that annuls an earlier fact; the day is that of the annulment.
    pub fn annulment(of: u64, day: Date, by: &str, reason: &str) -> Self {
        Self {
            stated_by: by.to_owned(),
            reason: reason.to_owned(),
            annuls: Some(of),
            ..Self::bare(FactKind::Annulled, day)
        }
    }

    /// What officials say of a trader in figures as of a day, as facts of that day: for whoever comes with a record from
    /// elsewhere.
    ///
    /// # Errors
    /// [`Impossible`]: a share above 100 percent, a debt below zero, more years than there can be.
    pub fn of_figures(
        facts: &ParticipantFacts,
        day: Date,
        by: &str,
        document: &str,
        reason: &str,
    ) -> Result<Vec<Self>, Impossible> {
        let declarations = Decimal::from(facts.declarations_year);
        let mut all = Vec::new();
        let mut say = |kind, day, amount| all.push(Self::stated(kind, day, amount, by, document, reason));
        if facts.years_active > 0 {
            let years = i64::from(facts.years_active.min(1_000));
            let since = day.checked_sub(jiff::Span::new().years(years)).unwrap_or(Date::MIN);
            say(FactKind::KnownSince, since, None);
        }
        let share = |percent: Decimal, place| match percent {
            percent if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED => {
                Err(Impossible::Percent { place })
            }
            percent => Ok((declarations * percent / Decimal::ONE_HUNDRED).round()),
        };
        for (kind, count) in [
            (FactKind::Registered, declarations),
            (FactKind::Corrected, share(facts.corrections_percent, "corrections_percent")?),
            (FactKind::Stopped, share(facts.refusals_percent, "refusals_percent")?),
            (FactKind::Offence, Decimal::from(facts.offences_two_years)),
            (FactKind::DebtDue, facts.debt),
        ] {
            if !count.is_zero() {
                say(kind, day, Some(count));
            }
        }
        if facts.authorised_operator {
            say(FactKind::Authorised, day, None);
        }
        all.iter().try_for_each(|fact| fact.check(day))?;
        Ok(all)
    }

    fn bare(kind: FactKind, day: Date) -> Self {
        Self {
            day,
            kind,
            amount: None,
            case: None,
            ground: None,
            document: String::new(),
            stated_by: String::new(),
            reason: String::new(),
            annuls: None,
        }
    }

    /// How many it says; one where it does not say.
    pub fn count(&self) -> u32 {
        self.amount.and_then(|amount| u32::try_from(amount).ok()).unwrap_or(1)
    }

    /// Whether an official may state it on a day.
    ///
    /// # Errors
    /// [`Impossible`], with the field and what cures it.
    pub fn check(&self, today: Date) -> Result<(), Impossible> {
        let chars = |text: &str| text.trim().chars().count();
        if !self.kind.is_stated() {
            return Err(Impossible::Kind);
        }
        if self.day > today || self.day < DAY_MIN {
            return Err(Impossible::Day { day: self.day, today });
        }
        let Some(amount) = self.amount else {
            return if self.kind.amount() == AmountKind::Money {
                Err(Impossible::Amount)
            } else {
                self.words(chars)
            };
        };
        let possible = match self.kind.amount() {
            AmountKind::None => false,
            AmountKind::Count => amount.is_integer() && amount <= Decimal::from(COUNT_MAX),
            AmountKind::Money => amount.normalize().scale() <= 2 && amount <= Decimal::from(AMOUNT_MAX),
        };
        if !possible || amount <= Decimal::ZERO {
            return Err(Impossible::Amount);
        }
        self.words(chars)
    }

    fn words(&self, chars: impl Fn(&str) -> usize) -> Result<(), Impossible> {
        if !says_enough(&self.reason) {
            return Err(Impossible::Reason);
        }
        if !(1..=DOCUMENT_CHARS_MAX).contains(&chars(&self.document)) || !is_printable(&self.document) {
            return Err(Impossible::Document);
        }
        Ok(())
    }
}

/// The first day a fact can be of: our own bound, far enough back for the years of trade that any criterion asks for.
pub const DAY_MIN: Date = date(1993, 1, 1);
/// The most one fact may count.
pub const COUNT_MAX: u32 = 1_000_000;
/// Characters of the document a fact is taken from.
pub const DOCUMENT_CHARS_MAX: usize = 200;

/// Why a fact cannot be stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impossible {
    /// Only cases show it.
    Kind,
    /// The day has not come, or is too long ago.
    Day {
        /// What was said.
        day: Date,
        /// Which day it is.
        today: Date,
    },
    /// The amount is missing, too much, or one there cannot be.
    Amount,
    /// No reason, or too long a one.
    Reason,
    /// No document, or too long a name of one.
    Document,
    /// A share that is none.
    Percent {
        /// Of what.
        place: &'static str,
    },
}

impl Impossible {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Impossible::Kind => "GL-6201",
            Impossible::Day { .. } => "GL-6202",
            Impossible::Amount => "GL-6203",
            Impossible::Reason => "GL-6204",
            Impossible::Document => "GL-6205",
            Impossible::Percent { .. } => "GL-6206",
        }
    }

    /// The field.
    pub fn place(self) -> &'static str {
        match self {
            Impossible::Kind => "kind",
            Impossible::Day { .. } => "day",
            Impossible::Amount => "amount",
            Impossible::Reason => "reason",
            Impossible::Document => "document",
            Impossible::Percent { place } => place,
        }
    }

    /// What is wrong, and what cures it.
    pub fn text(self) -> Text {
        match self {
            Impossible::Kind => {
                let names = FactKind::ALL.iter().filter(|kind| kind.is_stated()).map(|kind| kind.as_str());
                let names = names.collect::<Vec<_>>().join(", ");
                Text::new(
                    format!("такой факт показывает только дело; укажите один из: {names}"),
                    format!("only a case shows such a fact; state one of {names}"),
                )
            }
            Impossible::Day { day, today } => Text::new(
                format!("{day}: день факта — с {DAY_MIN} по сегодня ({today})"),
                format!("{day}: the day of a fact lies between {DAY_MIN} and today ({today})"),
            ),
            Impossible::Amount => Text::new(
                format!(
                    "число деклараций или нарушений — целое от 1 до {COUNT_MAX}; сумма долга — больше нуля, не более двух \
                     знаков после запятой и не больше {AMOUNT_MAX}; у остальных фактов величины нет"
                ),
                format!(
                    "a count is a whole number from 1 to {COUNT_MAX}; a debt is above zero, with at most two decimals, and \
                     at most {AMOUNT_MAX}; other facts have no amount"
                ),
            ),
            Impossible::Reason => Text::new(
                format!("укажите основание: от {REASON_CHARS_MIN} до {REASON_CHARS_MAX} знаков"),
                format!("say why, in {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters"),
            ),
            Impossible::Document => Text::new(
                format!("укажите документ, из которого следует факт: до {DOCUMENT_CHARS_MAX} знаков"),
                format!("name the document that shows it, in at most {DOCUMENT_CHARS_MAX} characters"),
            ),
            Impossible::Percent { .. } => Text::new(
                "доля деклараций — от 0 до 100 процентов",
                "a share of declarations lies between 0 and 100 percent",
            ),
        }
    }
}

impl fmt::Display for Impossible {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}: {}", self.code(), self.place(), self.text().en)
    }
}

impl std::error::Error for Impossible {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_names_of_their_json() {
        for kind in FactKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(kind.as_str().parse::<FactKind>(), Ok(*kind));
            assert!(
                !(kind.is_stated() && kind.is_withheld()),
                "officials tell the trader what they hold against him"
            );
        }
    }

    #[test]
    fn figures_become_facts_that_come_to_the_same() {
        let today = date(2026, 3, 5);
        let figures = ParticipantFacts {
            years_active: 6,
            declarations_year: 400,
            offences_two_years: 2,
            debt: Decimal::new(1050, 2),
            corrections_percent: Decimal::new(15, 1),
            refusals_percent: Decimal::from(3),
            authorised_operator: true,
        };
        let facts =
            |figures: &ParticipantFacts| Fact::of_figures(figures, today, "operator", "register", "register");
        let record = crate::trader::Record::of(&facts(&figures).unwrap());
        assert_eq!(
            record.facts_on(today).0,
            ParticipantFacts { debt: Decimal::new(105, 1), ..figures.clone() }
        );
        let wrong = |change: fn(&mut ParticipantFacts)| {
            let mut figures = figures.clone();
            change(&mut figures);
            facts(&figures).map_err(|why| (why.code(), why.place()))
        };
        let percent = wrong(|figures| figures.refusals_percent = Decimal::from(300));
        assert_eq!(percent, Err(("GL-6206", "refusals_percent")));
        assert_eq!(wrong(|figures| figures.debt = Decimal::NEGATIVE_ONE), Err(("GL-6203", "amount")));
        assert_eq!(wrong(|figures| figures.years_active = 300), Err(("GL-6202", "day")));
        assert_eq!(wrong(|figures| figures.offences_two_years = u32::MAX), Err(("GL-6203", "amount")));
    }

    #[test]
    fn impossible_facts_are_refused_with_code_and_place() {
        let today = date(2026, 3, 5);
        let stated = |kind, day, amount: Option<&str>, document: &str, reason: &str| {
            let amount = amount.map(|text| text.parse().unwrap());
            Fact::stated(kind, day, amount, "heron", document, reason).check(today)
        };
        use FactKind::*;
        let cases = [
            (Offence, today, None, "decree 7", "decree", None),
            (Offence, today, Some("2"), "decree 7", "decree", None),
            (Offence, date(2026, 3, 6), None, "decree 7", "decree", Some(("GL-6202", "day"))),
            (Offence, date(1992, 12, 31), None, "decree 7", "decree", Some(("GL-6202", "day"))),
            (Offence, today, Some("0.5"), "decree 7", "decree", Some(("GL-6203", "amount"))),
            (Offence, today, Some("0"), "decree 7", "decree", Some(("GL-6203", "amount"))),
            (Registered, today, Some("1000001"), "register", "register", Some(("GL-6203", "amount"))),
            (DebtDue, today, Some("-1"), "notice 1", "notice", Some(("GL-6203", "amount"))),
            (DebtDue, today, None, "notice 1", "notice", Some(("GL-6203", "amount"))),
            (DebtDue, today, Some("0.001"), "notice 1", "notice", Some(("GL-6203", "amount"))),
            (DebtDue, today, Some("10.50"), "notice 1", "notice", None),
            (Authorised, today, Some("1"), "certificate", "register", Some(("GL-6203", "amount"))),
            (Authorised, today, None, "certificate", "register", None),
            (Authorised, today, None, "certificate", " ab ", Some(("GL-6204", "reason"))),
            (Authorised, today, None, " ", "register", Some(("GL-6205", "document"))),
            (Hit, today, None, "certificate", "register", Some(("GL-6201", "kind"))),
            (Annulled, today, None, "certificate", "register", Some(("GL-6201", "kind"))),
        ];
        for (kind, day, amount, document, reason, refused) in cases {
            let found =
                stated(kind, day, amount, document, reason).err().map(|why| (why.code(), why.place()));
            assert_eq!(found, refused, "{} {day} {amount:?} {document:?} {reason:?}", kind.as_str());
        }
    }
}
