//! The life of a risk profile: draft, agreed, approved by a second person, in force, replaced or cancelled.
//!
//! Everything known of one number is its *dossier*: versions, each a text that never changes, and acts, each of which
//! moves one version. A [`Dossier`] is the fold of its acts; [`decide`] says which acts a wish leads to, or why it
//! leads to none. What is allowed stands in one table, [`ROWS`], from which `docs/profile-lifecycle.md` is printed.
//! Nothing here reads a clock or a store: who, what and the day are parameters.

mod area;
mod page;
mod refusal;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::str::FromStr;

use declaration::Text;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use area::{AREA_PREFIXES_MAX, Area, AreaError, Scope};
pub use page::page;
pub use refusal::Refusal;
pub use text::{Written, accept, read};

use crate::standing::is_printable;
use crate::step::{REASON_CHARS_MAX, REASON_CHARS_MIN};

/// Versions a profile may have: each is kept whole, for ever.
pub const VERSIONS_MAX: u32 = 10_000;
/// How far ahead a profile can be approved, in days.
pub const AHEAD_DAYS_MAX: i32 = 366;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal [$ru:literal, $en:literal] $of:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $(#[doc = $of] $variant,)+
        }

        impl $name {
            /// Every one, in the order of life.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name, as JSON and the store have it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The word for people.
            pub fn title(self) -> Text {
                match self {
                    $(Self::$variant => Text::new($ru, $en),)+
                }
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                let known = Self::ALL.iter().copied().find(|known| known.as_str() == text);
                known.ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.iter().map(|known| known.as_str()).collect();
                    format!("`{text}` is none of {}", words.join(", "))
                })
            }
        }
    };
}

pub(crate) use words;

words! {
    /// Where a version of a profile stands.
    State {
        Draft "draft" ["черновик", "draft"] "Being written.";
        Agreed "agreed" ["согласован", "agreed"] "Those concerned have agreed to the text.";
        Approved "approved" ["утверждён", "approved"] "Approved by a second person; its day has not come.";
        InForce "in_force" ["действует", "in force"] "Decisions are made by it.";
        Replaced "replaced" ["заменён", "replaced"] "A later version took its place.";
        Cancelled "cancelled" ["отменён", "cancelled"] "Given up, or out of force.";
    }
}

words! {
    /// What is done to a version.
    Deed {
        Write "write" ["записан", "written"] "Somebody wrote a text: a new version.";
        Agree "agree" ["согласован", "agreed"] "Somebody agreed to it.";
        Return "return" ["возвращён в черновики", "returned to draft"] "Somebody wants it changed.";
        Approve "approve" ["утверждён", "approved"] "A second person approved it, from a day on.";
        Enter "enter" ["вступил в силу", "came into force"] "Its day came.";
        Replace "replace" ["заменён следующей версией", "replaced by a later version"] "A later version took its place.";
        Cancel "cancel" ["отменён", "cancelled"] "Somebody gave it up.";
        Take "take" ["введён оператором", "taken into force by the operator"] "The operator took it into force on the data directory.";
        Start "start" ["действовал с начала", "in force from the start"] "It was in force when its dossier was opened.";
    }
}

words! {
    /// What somebody may do with profiles.
    Right {
        Write "write" ["составлять", "write"] "Write drafts, change them, give them up.";
        Agree "agree" ["согласовывать", "agree"] "Agree to drafts.";
        Approve "approve" ["утверждать и отменять", "approve and cancel"] "Approve what was agreed, cancel what is in force.";
    }
}

/// One row of the table: what moves a version from where to where, and who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What is done.
    pub deed: Deed,
    /// Where the version stands before; nowhere: it is new.
    pub from: Option<State>,
    /// Where it stands after.
    pub to: State,
    /// Any of these rights is enough; none: no person does it.
    pub rights: &'static [Right],
    /// Whether it must be somebody who neither wrote nor agreed the text.
    pub second: bool,
    /// Whether a reason is required.
    pub reason: bool,
}

const fn row(
    deed: Deed,
    from: Option<State>,
    to: State,
    rights: &'static [Right],
    second: bool,
    reason: bool,
) -> Row {
    Row { deed, from, to, rights, second, reason }
}

/// The whole life of a version. What has no row is not possible.
pub const ROWS: &[Row] = {
    use {Right as R, State as S};
    &[
        row(Deed::Write, None, S::Draft, &[R::Write], false, false),
        row(Deed::Agree, Some(S::Draft), S::Agreed, &[R::Agree], false, false),
        row(Deed::Return, Some(S::Agreed), S::Draft, &[R::Agree, R::Approve], false, true),
        row(Deed::Return, Some(S::Approved), S::Draft, &[R::Approve], false, true),
        row(Deed::Approve, Some(S::Agreed), S::Approved, &[R::Approve], true, false),
        row(Deed::Enter, Some(S::Approved), S::InForce, &[], false, false),
        row(Deed::Replace, Some(S::Draft), S::Replaced, &[], false, false),
        row(Deed::Replace, Some(S::Agreed), S::Replaced, &[], false, false),
        row(Deed::Replace, Some(S::Approved), S::Replaced, &[], false, false),
        row(Deed::Replace, Some(S::InForce), S::Replaced, &[], false, false),
        row(Deed::Cancel, Some(S::Draft), S::Cancelled, &[R::Write, R::Approve], false, true),
        row(Deed::Cancel, Some(S::Agreed), S::Cancelled, &[R::Agree, R::Approve], false, true),
        row(Deed::Cancel, Some(S::Approved), S::Cancelled, &[R::Approve], false, true),
        row(Deed::Cancel, Some(S::InForce), S::Cancelled, &[R::Approve], false, true),
        row(Deed::Take, None, S::InForce, &[], false, false),
        row(Deed::Start, None, S::InForce, &[], false, false),
    ]
};

/// The row of a deed done to a version that stands there.
pub fn row_of(deed: Deed, from: Option<State>) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.deed == deed && row.from == from)
}

/// One act: what moved a version, by whom, why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The version it moves, from 1.
    pub version: u32,
    /// What was done.
    pub deed: Deed,
    /// Where the version stood; nowhere: it is new.
    pub from: Option<State>,
    /// Where it stands now.
    pub to: State,
    /// Who did it: a login, or a word for the program itself.
    pub by: String,
    /// Of an approval: the day from which the version is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// Why; empty where nothing was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Everything done to the profile of one number, folded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dossier {
    states: Vec<State>,
    /// Who wrote or agreed to what is open: whoever approves is none of them.
    hands: BTreeSet<String>,
}

impl Dossier {
    /// The dossier that acts, in order, lead to.
    pub fn of<'a>(acts: impl IntoIterator<Item = &'a Act>) -> Self {
        let mut dossier = Self::default();
        acts.into_iter().for_each(|act| dossier.take(act));
        dossier
    }

    /// Takes one more act.
    pub fn take(&mut self, act: &Act) {
        let place = usize::try_from(act.version).unwrap_or(usize::MAX);
        if place == self.states.len().saturating_add(1) {
            self.states.push(act.to);
        } else if let Some(state) = place.checked_sub(1).and_then(|place| self.states.get_mut(place)) {
            *state = act.to;
        }
        match act.deed {
            Deed::Write | Deed::Agree => {
                self.hands.insert(act.by.clone());
            }
            Deed::Enter | Deed::Take | Deed::Start => self.hands.clear(),
            Deed::Cancel if act.from != Some(State::InForce) => self.hands.clear(),
            Deed::Cancel | Deed::Approve | Deed::Return | Deed::Replace => {}
        }
    }

    /// The newest version, from 1; 0 where there is none.
    pub fn last(&self) -> u32 {
        u32::try_from(self.states.len()).unwrap_or(u32::MAX)
    }

    /// Where a version stands.
    pub fn state(&self, version: u32) -> Option<State> {
        let place = usize::try_from(version).ok()?.checked_sub(1)?;
        self.states.get(place).copied()
    }

    fn find(&self, is: impl Fn(State) -> bool) -> Option<u32> {
        let place = self.states.iter().rposition(|state| is(*state))?;
        u32::try_from(place).ok()?.checked_add(1)
    }

    /// The version that is being prepared: a draft, agreed, or approved for a day to come.
    pub fn open(&self) -> Option<u32> {
        self.find(|state| matches!(state, State::Draft | State::Agreed | State::Approved))
    }

    /// The version decisions are made by.
    pub fn in_force(&self) -> Option<u32> {
        self.find(|state| state == State::InForce)
    }

    /// Whether somebody wrote or agreed to what is open.
    pub fn has_hand_of(&self, login: &str) -> bool {
        self.hands.contains(login)
    }
}

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand<'a> {
    /// A person with an account.
    Person {
        /// The login.
        login: &'a str,
        /// What they may do.
        rights: &'a [Right],
        /// Where they may do it.
        area: &'a Area,
    },
    /// The operator, on the data directory.
    Operator,
    /// The program itself.
    Program,
}

impl Hand<'_> {
    /// As acts have it.
    fn name(&self) -> String {
        match self {
            Hand::Person { login, .. } => (*login).to_owned(),
            Hand::Operator => OPERATOR.to_owned(),
            Hand::Program => String::new(),
        }
    }
}

/// Who took a profile into force on the data directory, as acts have it. No login has a colon.
pub const OPERATOR: &str = "operator:";
/// Who brought the profiles the program comes with, as acts have it.
pub const STARTER: &str = "starter";

/// What somebody wants of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// To write a text: a new version.
    Write {
        /// The version it was made from; none for a number that is new.
        seen: Option<u32>,
        /// Whether it says what that version says.
        same: bool,
        /// What changed and why; may be empty.
        reason: String,
    },
    /// To agree.
    Agree {
        /// To what.
        version: u32,
    },
    /// To send back.
    Return {
        /// What.
        version: u32,
        /// Why.
        reason: String,
    },
    /// To approve.
    Approve {
        /// What.
        version: u32,
        /// From which day on it is in force; today: at once.
        from: Date,
    },
    /// To give up, or take out of force.
    Cancel {
        /// What.
        version: u32,
        /// Why.
        reason: String,
    },
    /// That what was approved comes into force, its day having come.
    Enter {
        /// What.
        version: u32,
    },
    /// To take a text into force at once, on the data directory.
    Take,
    /// To open the dossier of what is in force already.
    Start {
        /// Who brought it.
        by: String,
    },
}

impl Wish {
    /// The deed that is wanted.
    pub fn deed(&self) -> Deed {
        match self {
            Wish::Write { .. } => Deed::Write,
            Wish::Agree { .. } => Deed::Agree,
            Wish::Return { .. } => Deed::Return,
            Wish::Approve { .. } => Deed::Approve,
            Wish::Cancel { .. } => Deed::Cancel,
            Wish::Enter { .. } => Deed::Enter,
            Wish::Take => Deed::Take,
            Wish::Start { .. } => Deed::Start,
        }
    }

    /// The version it is about; none where it makes one.
    pub fn version(&self) -> Option<u32> {
        match self {
            Wish::Agree { version }
            | Wish::Return { version, .. }
            | Wish::Approve { version, .. }
            | Wish::Cancel { version, .. }
            | Wish::Enter { version } => Some(*version),
            Wish::Write { .. } | Wish::Take | Wish::Start { .. } => None,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Wish::Write { reason, .. } | Wish::Return { reason, .. } | Wish::Cancel { reason, .. } => {
                reason.trim()
            }
            _ => "",
        }
    }
}

/// Which acts a wish leads to, in order.
///
/// `reach` is what every text says that is touched: the new one, the one being prepared, the one in force, the newest. `today` is
/// the day of the service.
///
/// # Errors
/// A [`Refusal`] where it leads to none; then nothing changes.
pub fn decide(
    dossier: &Dossier,
    wish: &Wish,
    hand: &Hand<'_>,
    reach: &[Scope],
    today: Date,
) -> Result<Vec<Act>, Refusal> {
    let from = wish.version().map(|version| dossier.state(version).ok_or(Refusal::NoVersion { version }));
    let from = from.transpose()?;
    let deed = wish.deed();
    let row = row_of(deed, from);
    // Whoever has no right to the deed at all learns that before how things stand.
    let rights: BTreeSet<Right> =
        ROWS.iter().filter(|row| row.deed == deed).flat_map(|row| row.rights.iter().copied()).collect();
    permitted(hand, deed, row, &rights)?;
    if let Hand::Person { area, .. } = hand
        && !reach.iter().all(|scope| area.covers(scope))
    {
        return Err(Refusal::OutsideArea { area: (*area).clone() });
    }
    let row = row.ok_or(Refusal::NotNow { deed, state: from })?;
    if let Hand::Person { login, .. } = hand
        && row.second
        && dossier.has_hand_of(login)
    {
        return Err(Refusal::SamePerson);
    }
    let (reason, length) = (wish.reason().to_owned(), wish.reason().chars().count());
    let fits = length <= REASON_CHARS_MAX && is_printable(&reason);
    if !fits || (row.reason && length < REASON_CHARS_MIN) {
        return Err(Refusal::ReasonMissing);
    }
    let by = match wish {
        Wish::Start { by } => by.clone(),
        _ => hand.name(),
    };
    let act =
        |version, day| Act { version, deed, from, to: row.to, by: by.clone(), day, reason: reason.clone() };
    // What is being prepared gives way to what is written or taken, what is in force to what comes into force.
    let replaced = |version: Option<u32>| {
        version.and_then(|version| dossier.state(version).map(|state| (version, state))).map(
            |(version, state)| Act {
                version,
                deed: Deed::Replace,
                from: Some(state),
                to: State::Replaced,
                by: by.clone(),
                day: None,
                reason: String::new(),
            },
        )
    };
    let new = || match dossier.last() {
        last if last >= VERSIONS_MAX => Err(Refusal::TooManyVersions),
        last => Ok(last + 1),
    };
    Ok(match wish {
        Wish::Write { seen, same, .. } => {
            match seen {
                None if dossier.last() > 0 => return Err(Refusal::NumberTaken),
                Some(seen) if *seen != dossier.last() => {
                    return Err(Refusal::Outdated { last: dossier.last() });
                }
                None | Some(_) => {}
            }
            let open = dossier.open();
            if let Some(state) =
                open.and_then(|open| dossier.state(open)).filter(|state| *state != State::Draft)
            {
                return Err(Refusal::NotNow { deed, state: Some(state) });
            }
            if *same {
                return Err(Refusal::Same);
            }
            replaced(open).into_iter().chain([act(new()?, None)]).collect()
        }
        Wish::Approve { version, from } => {
            if *from < today {
                return Err(Refusal::DayPast { today });
            }
            if today.checked_add(AHEAD_DAYS_MAX.days()).is_ok_and(|latest| *from > latest) {
                return Err(Refusal::DayFar);
            }
            let approved = act(*version, Some(*from));
            let mut acts = vec![approved];
            if *from == today {
                acts.extend(replaced(dossier.in_force()));
                acts.push(entered(*version));
            }
            acts
        }
        Wish::Enter { version } => {
            replaced(dossier.in_force()).into_iter().chain([entered(*version)]).collect()
        }
        Wish::Take => {
            let before = [dossier.open(), dossier.in_force()];
            before.into_iter().filter_map(replaced).chain([act(new()?, None)]).collect()
        }
        Wish::Start { .. } if dossier.last() > 0 => return Err(Refusal::NumberTaken),
        Wish::Start { .. } => vec![act(1, None)],
        Wish::Agree { version } | Wish::Return { version, .. } | Wish::Cancel { version, .. } => {
            vec![act(*version, None)]
        }
    })
}

/// That a version comes into force: nobody's deed but the day's.
fn entered(version: u32) -> Act {
    Act {
        version,
        deed: Deed::Enter,
        from: Some(State::Approved),
        to: State::InForce,
        by: String::new(),
        day: None,
        reason: String::new(),
    }
}

fn permitted(hand: &Hand<'_>, deed: Deed, row: Option<&Row>, any: &BTreeSet<Right>) -> Result<(), Refusal> {
    let allowed = match hand {
        Hand::Person { rights, .. } => {
            let has = |right: &Right| rights.contains(right);
            any.iter().any(has) && row.is_none_or(|row| row.rights.iter().any(has))
        }
        Hand::Operator => deed == Deed::Take,
        Hand::Program => matches!(deed, Deed::Enter | Deed::Start),
    };
    if allowed { Ok(()) } else { Err(Refusal::NoRight { deed }) }
}
