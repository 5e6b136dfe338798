//! How a trader stands: what was stated, which category it was in since when and why, what it appealed against and what
//! came of that. A history of acts that are only ever added; the category itself follows from facts
//! ([`crate::fact`]) by the pack's published criteria ([`risk::categorise`]).

use declaration::Text;
use jiff::civil::Date;
use risk::{Category, Reason};
use serde::{Deserialize, Serialize};

use crate::fact::{Fact, Impossible};
use crate::step::{REASON_CHARS_MAX, REASON_CHARS_MIN};

/// Why a category moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Basis {
    /// A fact came, or was annulled.
    Fact {
        /// Its number.
        fact: u64,
    },
    /// Time went by: something no longer counts, or has lasted long enough, or other criteria were published.
    Time,
    /// An official confirmed what the criteria propose.
    Confirmed {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// An appeal was upheld.
    Appeal {
        /// Its number.
        appeal: u64,
    },
}

/// What happened to the standing of a trader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Act {
    /// An official stated a fact, or annulled one.
    Stated {
        /// The number of the fact.
        number: u64,
        /// The fact.
        fact: Fact,
    },
    /// The category moved.
    Moved {
        /// Where it was.
        from: Category,
        /// Where it is now.
        to: Category,
        /// Why now.
        #[serde(flatten)]
        basis: Basis,
        /// The thresholds, as the trader met them.
        reasons: Vec<Reason>,
    },
    /// The criteria lead to another category than the trader is in; an official has to confirm it.
    Proposed {
        /// Where it is.
        from: Category,
        /// Where the criteria lead; where it is: what was proposed before is no longer.
        to: Category,
        /// The thresholds, as the trader met them.
        reasons: Vec<Reason>,
    },
    /// The trader appealed.
    Appealed {
        /// Against which fact; none: against the category.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fact: Option<u64>,
        /// In its own words.
        text: String,
        /// Who filed it: a login.
        by: String,
        /// The last day for deciding it.
        due: Date,
    },
    /// An official decided an appeal.
    Decided {
        /// Its number.
        appeal: u64,
        /// Whether it was upheld.
        upheld: bool,
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// The category the trader is in from now, where the appeal was against that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category: Option<Category>,
        /// Until the end of which day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
}

impl Act {
    /// Its name, as JSON has it.
    pub fn name(&self) -> &'static str {
        match self {
            Act::Stated { .. } => "stated",
            Act::Moved { .. } => "moved",
            Act::Proposed { .. } => "proposed",
            Act::Appealed { .. } => "appealed",
            Act::Decided { .. } => "decided",
        }
    }

    /// What it is, for people.
    pub fn title(&self) -> Text {
        match self {
            Act::Stated { fact, .. } if fact.annuls.is_some() => Text::new("факт отменён", "fact annulled"),
            Act::Stated { .. } => Text::new("факт внесён", "fact stated"),
            Act::Moved { .. } => Text::new("категория изменилась", "category changed"),
            Act::Proposed { from, to, .. } if from == to => {
                Text::new("предложение снято", "proposal withdrawn")
            }
            Act::Proposed { .. } => Text::new("предложена другая категория", "another category proposed"),
            Act::Appealed { .. } => Text::new("подано возражение", "appeal filed"),
            Act::Decided { upheld: true, .. } => Text::new("возражение удовлетворено", "appeal upheld"),
            Act::Decided { upheld: false, .. } => Text::new("в возражении отказано", "appeal dismissed"),
        }
    }

    /// The appeal it answers.
    pub fn answers(&self) -> Option<u64> {
        match self {
            Act::Decided { appeal, .. } => Some(*appeal),
            Act::Stated { .. } | Act::Moved { .. } | Act::Proposed { .. } | Act::Appealed { .. } => None,
        }
    }

    /// The categories it leads from and to: all that its leaf shows of it.
    pub fn way(&self) -> Option<(Category, Category)> {
        match self {
            Act::Moved { from, to, .. } | Act::Proposed { from, to, .. } => Some((*from, *to)),
            Act::Stated { .. } | Act::Appealed { .. } | Act::Decided { .. } => None,
        }
    }
}

/// What the criteria come to for a trader who is in a category already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Nothing changes.
    Stays,
    /// The category moves.
    Moves(Category),
    /// A move is proposed; to where the trader is: what was proposed before is no longer.
    Proposes(Category),
}

/// Where a trader who is in a category goes when the criteria lead to another one.
pub fn course(
    now: Category,
    proposed: Option<Category>,
    held_until: Option<Date>,
    leads_to: Category,
    automatic: bool,
    today: Date,
) -> Course {
    if held_until.is_some_and(|until| until >= today) {
        Course::Stays
    } else if automatic && leads_to != now {
        Course::Moves(leads_to)
    } else if proposed.unwrap_or(now) == leads_to {
        Course::Stays
    } else {
        Course::Proposes(leads_to)
    }
}

/// Characters of an appeal.
pub const APPEAL_CHARS_MAX: usize = 2_000;
/// The furthest day a category can be set until after an appeal: as long as what it sets aside may count.
pub const UNTIL_DAYS_MAX: i64 = 731;

/// Why nothing is done about a trader's standing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StandingRefusal {
    /// A fact there cannot be.
    #[error(transparent)]
    Impossible(#[from] Impossible),
    /// Nobody knows such a participant.
    #[error(
        "GL-6211: number: nobody knows this participant; it is known from its first registered declaration on"
    )]
    NoParticipant,
    /// There is no such fact of this trader, or it is an annulment.
    #[error("GL-6212: fact: this participant has no such fact")]
    NoFact,
    /// The fact was annulled before.
    #[error("GL-6213: fact: the fact was annulled before")]
    AnnulledBefore,
    /// The same was stated before.
    #[error(
        "GL-6221: document: this was stated before, as fact {before}; what happened twice has two documents"
    )]
    Repeated {
        /// Its number.
        before: u64,
    },
    /// The name of a participant.
    #[error("GL-6222: name: at most 150 printable characters")]
    Name,
    /// No words, or too many, or signs that are none.
    #[error("GL-6214: text: say what is wrong, in 3 to 2000 printable characters")]
    Text,
    /// An appeal against the same is not decided yet.
    #[error("GL-6215: fact: an appeal against this is not decided yet")]
    Pending,
    /// There is no such appeal of this trader.
    #[error("GL-6216: appeal: this participant has filed no such appeal")]
    NoAppeal,
    /// The appeal was decided before.
    #[error("GL-6217: appeal: the appeal was decided before")]
    DecidedBefore,
    /// Nobody judges his own statement.
    #[error("GL-6218: appeal: you stated this fact, or one that counts; another official decides the appeal")]
    OwnStatement,
    /// What an upheld appeal against the category sets.
    #[error(
        "GL-6219: until: an upheld appeal against the category sets another one until a day after today, at most two years from now; one against a fact sets none"
    )]
    Until,
    /// There is nothing to confirm.
    #[error("GL-6220: category: nothing is proposed for this participant, or something else by now")]
    NothingProposed,
}

impl StandingRefusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Impossible(why) => why.code(),
            Self::NoParticipant => "GL-6211",
            Self::NoFact => "GL-6212",
            Self::AnnulledBefore => "GL-6213",
            Self::Repeated { .. } => "GL-6221",
            Self::Name => "GL-6222",
            Self::Text => "GL-6214",
            Self::Pending => "GL-6215",
            Self::NoAppeal => "GL-6216",
            Self::DecidedBefore => "GL-6217",
            Self::OwnStatement => "GL-6218",
            Self::Until => "GL-6219",
            Self::NothingProposed => "GL-6220",
        }
    }

    /// What to tell a person.
    pub fn text(&self) -> Text {
        let ru = match self {
            Self::Impossible(why) => return why.text(),
            Self::NoParticipant => "участник неизвестен; он известен с первой зарегистрированной декларации",
            Self::NoFact => "у этого участника нет такого факта",
            Self::AnnulledBefore => "факт уже отменён",
            Self::Repeated { before } => {
                let ru = format!("это уже внесено, факт {before}; у того, что было дважды, два документа");
                let en = format!(
                    "this was stated before, as fact {before}; what happened twice has two documents"
                );
                return Text::new(ru, en);
            }
            Self::Name => "не более 150 печатных знаков",
            Self::Text => "напишите, что неверно: от 3 до 2000 печатных знаков",
            Self::Pending => "возражение против этого ещё не рассмотрено",
            Self::NoAppeal => "этот участник такого возражения не подавал",
            Self::DecidedBefore => "возражение уже рассмотрено",
            Self::OwnStatement => {
                "этот факт или учитываемый факт внесли вы; возражение рассматривает другое должностное лицо"
            }
            Self::Until => {
                "удовлетворённое возражение против категории устанавливает другую категорию до дня после сегодняшнего, не \
                 далее двух лет; против факта — не устанавливает"
            }
            Self::NothingProposed => "для этого участника ничего не предложено или предложено уже другое",
        };
        let en = self.to_string();
        let en = en.splitn(3, ": ").nth(2).unwrap_or_default().to_owned();
        Text::new(ru, en)
    }
}

/// Whether words are some, and not too many.
pub fn says_enough(text: &str) -> bool {
    (REASON_CHARS_MIN..=REASON_CHARS_MAX).contains(&text.trim().chars().count()) && is_printable(text)
}

/// Whether a text can be shown as it is: no control characters but ends of lines.
pub fn is_printable(text: &str) -> bool {
    !text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r'))
}

/// Whether an official may decide an appeal: nobody judges his own statement.
///
/// # Errors
/// [`StandingRefusal::OwnStatement`].
pub fn may_decide(official: &str, appealed: Option<&Fact>) -> Result<(), StandingRefusal> {
    match appealed {
        Some(fact) if fact.stated_by == official => Err(StandingRefusal::OwnStatement),
        _ => Ok(()),
    }
}

/// What an upheld appeal sets: of one against a fact nothing, the fact is annulled; of one against the category another
/// one until a day.
///
/// # Errors
/// [`StandingRefusal::Until`].
pub fn sets(
    against_fact: bool,
    upheld: bool,
    now: Category,
    category: Option<Category>,
    until: Option<Date>,
    today: Date,
) -> Result<(), StandingRefusal> {
    let fits = match (upheld && !against_fact, category, until) {
        (false, None, None) => true,
        (true, Some(category), Some(until)) => {
            let last = today.checked_add(jiff::Span::new().days(UNTIL_DAYS_MAX)).unwrap_or(Date::MAX);
            category != now && until > today && until <= last
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(StandingRefusal::Until) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::fact::FactKind;

    #[test]
    fn a_category_moves_is_proposed_or_is_held() {
        use Category::{High, Low, Medium};
        let today = date(2026, 3, 5);
        let held = Some(today);
        let over = Some(date(2026, 3, 4));
        let cases = [
            (Low, None, None, Low, true, Course::Stays),
            (Low, None, None, High, true, Course::Moves(High)),
            (Low, None, held, High, true, Course::Stays),
            (Low, None, over, High, true, Course::Moves(High)),
            (Low, Some(High), None, High, true, Course::Moves(High)),
            (Low, None, None, High, false, Course::Proposes(High)),
            (Low, Some(High), None, High, false, Course::Stays),
            (Low, Some(High), None, Medium, false, Course::Proposes(Medium)),
            (Low, Some(High), None, Low, false, Course::Proposes(Low)),
            (Low, Some(High), None, Low, true, Course::Proposes(Low)),
            (Low, None, held, High, false, Course::Stays),
        ];
        for (now, proposed, held, to, automatic, expected) in cases {
            let found = course(now, proposed, held, to, automatic, today);
            assert_eq!(found, expected, "{now:?} {proposed:?} {held:?} {to:?} {automatic}");
        }
    }

    #[test]
    fn nobody_decides_on_his_own_statement() {
        let today = date(2026, 3, 5);
        let fact = Fact::stated(FactKind::Offence, today, None, "heron", "decree 7", "decree");
        assert_eq!(may_decide("heron", Some(&fact)), Err(StandingRefusal::OwnStatement));
        assert_eq!(may_decide("tern", Some(&fact)), Ok(()));
        assert_eq!(may_decide("heron", None), Ok(()));
    }

    #[test]
    fn an_appeal_sets_a_category_where_it_is_against_one() {
        use Category::{High, Low, Medium};
        let (today, later) = (date(2026, 3, 5), date(2026, 6, 1));
        let cases = [
            (true, true, None, None, true),
            (true, true, Some(Low), Some(later), false),
            (false, true, Some(Low), Some(later), true),
            (false, true, Some(High), Some(later), false),
            (false, true, Some(Low), None, false),
            (false, true, None, None, false),
            (false, true, Some(Medium), Some(today), false),
            (false, true, Some(Medium), Some(date(2028, 3, 6)), false),
            (false, false, None, None, true),
            (false, false, Some(Low), Some(later), false),
        ];
        for (against_fact, upheld, category, until, fits) in cases {
            let set = sets(against_fact, upheld, High, category, until, today);
            assert_eq!(set.is_ok(), fits, "{against_fact} {upheld} {category:?} {until:?}");
        }
    }

    #[test]
    fn acts_come_back_from_json() {
        let today = date(2026, 3, 5);
        let fact = Fact::stated(FactKind::Offence, today, None, "heron", "decree 7", "decree");
        let moved =
            |basis| Act::Moved { from: Category::Low, to: Category::High, basis, reasons: Vec::new() };
        let acts = [
            Act::Stated { number: 7, fact },
            moved(Basis::Fact { fact: 7 }),
            moved(Basis::Time),
            moved(Basis::Confirmed { by: "tern".into(), reason: "as proposed".into() }),
            moved(Basis::Appeal { appeal: 3 }),
            Act::Proposed { from: Category::Low, to: Category::Low, reasons: Vec::new() },
            Act::Appealed { fact: Some(7), text: "paid".into(), by: "trader".into(), due: today },
            Act::Decided {
                appeal: 3,
                upheld: true,
                by: "tern".into(),
                reason: "paid in time".into(),
                category: None,
                until: None,
            },
        ];
        for act in acts {
            let json = serde_json::to_value(&act).unwrap();
            assert_eq!(json["deed"], act.name());
            assert_eq!(serde_json::from_value::<Act>(json).unwrap(), act);
        }
    }

    #[test]
    fn refusals_have_code_place_and_cure() {
        let refusals = [StandingRefusal::NoFact, StandingRefusal::OwnStatement, StandingRefusal::Until];
        for refusal in refusals {
            assert!(refusal.to_string().starts_with(refusal.code()));
            assert!(!refusal.text().en.contains("GL-") && !refusal.text().ru.is_empty());
        }
    }
}
