//! A condition as alternatives of claims about single values, to see what follows from it without asking it of
//! anything. Sound, never complete: what is not understood is kept whole and equals only itself.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::language::{Cond, Match, Number, Order, Source, Words};

/// The most alternatives of a condition; beyond, nothing is said of it.
const ALTERNATIVES_MAX: usize = 128;
/// The most claims of an alternative.
const CLAIMS_MAX: usize = 128;

/// What a claim is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    Value(Source),
    /// A calculation, the same wherever it is written the same.
    Number(Number),
}

impl Subject {
    fn of(number: &Number) -> Self {
        match number {
            Number::Field(source) => Subject::Value(source.clone()),
            other => Subject::Number(other.clone()),
        }
    }
}

/// A text, or all texts that begin with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    text: Box<str>,
    whole: bool,
}

impl Pattern {
    fn covers(&self, other: &Self) -> bool {
        match (self.whole, other.whole) {
            (true, false) => false,
            (true, true) => self.text == other.text,
            (false, _) => other.text.starts_with(&*self.text),
        }
    }

    fn meets(&self, other: &Self) -> bool {
        self.covers(other) || other.covers(self)
    }
}

/// One end of a range; the bound itself belongs to it or not.
type End = Option<(Decimal, bool)>;

/// What holds in an alternative. Every claim but `Absent` and `Other` says that its subject has a value.
#[derive(Debug, Clone, PartialEq)]
enum Claim {
    Present(Subject),
    Absent(Subject),
    Flag(Subject, bool),
    Among(Subject, Vec<Pattern>),
    Beside(Subject, Vec<Pattern>),
    Range(Subject, End, End),
    OneOf(Subject, Vec<Decimal>),
    Not(Subject, Vec<Decimal>),
    /// A condition that is not looked into is true, or is false.
    Other(Cond, bool),
}

/// Claims that hold together.
type Alternative = Vec<Claim>;

/// When a condition has an answer: alternatives, one of which holds then and only then.
#[derive(Debug, Clone)]
pub(super) struct Normal {
    alternatives: Vec<Alternative>,
}

/// What the claims of one alternative come to, subject by subject.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    subjects: Vec<(Subject, Entry)>,
    others: Vec<(Cond, bool)>,
    /// The subject whose claims exclude each other, or nothing to name.
    contradiction: Option<Option<Subject>>,
}

#[derive(Debug, Clone, Default)]
struct Entry {
    absent: bool,
    present: bool,
    flag: Option<bool>,
    among: Option<Vec<Pattern>>,
    beside: Vec<Pattern>,
    low: End,
    high: End,
    one_of: Option<Vec<Decimal>>,
    not: Vec<Decimal>,
}

impl Normal {
    /// When the condition is true.
    pub(super) fn of(condition: &Cond) -> Option<Self> {
        alternatives(condition, true).map(|alternatives| Self { alternatives })
    }

    /// What each alternative comes to.
    pub(super) fn known(&self) -> Vec<Known> {
        self.alternatives.iter().map(|claims| Known::of(claims)).collect()
    }

    /// Whether the condition is true whatever is declared.
    pub(super) fn always(&self) -> bool {
        let single = |claims: &Alternative| match claims.as_slice() {
            [claim] => Some(claim.clone()),
            _ => None,
        };
        let singles: Vec<Claim> = self.alternatives.iter().filter_map(single).collect();
        let both = singles.iter().any(|claim| match claim {
            Claim::Present(subject) => singles.contains(&Claim::Absent(subject.clone())),
            _ => false,
        });
        both || self.alternatives.iter().any(Vec::is_empty)
    }
}

impl Known {
    fn of(claims: &[Claim]) -> Self {
        let mut known = Self::default();
        claims.iter().for_each(|claim| known.learn(claim));
        known.judge();
        known
    }

    /// The subject over which the claims exclude each other; `Some(None)` where it has no name.
    pub(super) fn contradiction(&self) -> Option<Option<&Subject>> {
        self.contradiction.as_ref().map(Option::as_ref)
    }

    fn entry(&mut self, subject: &Subject) -> Option<&mut Entry> {
        let at = self.subjects.iter().position(|(known, _)| known == subject).unwrap_or_else(|| {
            self.subjects.push((subject.clone(), Entry::default()));
            self.subjects.len() - 1
        });
        self.subjects.get_mut(at).map(|(_, entry)| entry)
    }

    fn learn(&mut self, claim: &Claim) {
        let subject = match claim {
            Claim::Other(condition, truth) => {
                if self.others.iter().any(|(known, said)| known == condition && said != truth) {
                    self.contradiction.get_or_insert(None);
                }
                self.others.push((condition.clone(), *truth));
                return;
            }
            Claim::Present(subject)
            | Claim::Absent(subject)
            | Claim::Flag(subject, _)
            | Claim::Among(subject, _)
            | Claim::Beside(subject, _)
            | Claim::Range(subject, ..)
            | Claim::OneOf(subject, _)
            | Claim::Not(subject, _) => subject,
        };
        let Some(entry) = self.entry(subject) else { return };
        entry.present |= !matches!(claim, Claim::Absent(_));
        let mut clash = false;
        match claim {
            Claim::Present(_) | Claim::Other(..) => {}
            Claim::Absent(_) => entry.absent = true,
            Claim::Flag(_, flag) => clash = entry.flag.replace(*flag).is_some_and(|known| known != *flag),
            Claim::Among(_, patterns) => {
                entry.among = Some(match entry.among.take() {
                    None => patterns.clone(),
                    Some(known) => meeting(&known, patterns),
                });
            }
            Claim::Beside(_, patterns) => entry.beside.extend(patterns.iter().cloned()),
            Claim::Range(_, low, high) => {
                entry.low = tighter(entry.low, *low, Ordering::Greater);
                entry.high = tighter(entry.high, *high, Ordering::Less);
            }
            Claim::OneOf(_, numbers) => {
                entry.one_of = Some(match entry.one_of.take() {
                    None => numbers.clone(),
                    Some(known) => known.into_iter().filter(|number| numbers.contains(number)).collect(),
                });
            }
            Claim::Not(_, numbers) => entry.not.extend(numbers),
        }
        if clash {
            let subject = subject.clone();
            self.contradiction = Some(Some(subject));
        }
    }

    /// Finds the subject about which too much is claimed.
    fn judge(&mut self) {
        for (subject, entry) in &mut self.subjects {
            if let Some(among) = &mut entry.among {
                among.retain(|pattern| !entry.beside.iter().any(|beside| beside.covers(pattern)));
            }
            let (low, high, not) = (entry.low, entry.high, &entry.not);
            if let Some(one_of) = &mut entry.one_of {
                one_of.retain(|number| within(*number, low, high) && !not.contains(number));
            }
            if entry.is_impossible() && self.contradiction.as_ref().is_none_or(Option::is_none) {
                self.contradiction = Some(Some(subject.clone()));
            }
        }
    }

    /// Whether one of the alternatives of a condition holds wherever this does.
    pub(super) fn implies(&self, condition: &Normal) -> bool {
        self.contradiction.is_some()
            || condition
                .alternatives
                .iter()
                .any(|claims| claims.iter().all(|claim| self.implies_claim(claim)))
    }

    /// Whether a condition is never true where this holds.
    pub(super) fn excludes(&self, condition: &Normal) -> bool {
        condition.alternatives.iter().all(|claims| {
            let mut both = self.clone();
            claims.iter().for_each(|claim| both.learn(claim));
            both.judge();
            both.contradiction.is_some()
        })
    }

    fn implies_claim(&self, claim: &Claim) -> bool {
        let subject = match claim {
            Claim::Other(condition, truth) => {
                return self.others.iter().any(|(known, said)| known == condition && said == truth);
            }
            Claim::Present(subject)
            | Claim::Absent(subject)
            | Claim::Flag(subject, _)
            | Claim::Among(subject, _)
            | Claim::Beside(subject, _)
            | Claim::Range(subject, ..)
            | Claim::OneOf(subject, _)
            | Claim::Not(subject, _) => subject,
        };
        let Some((_, entry)) = self.subjects.iter().find(|(known, _)| known == subject) else { return false };
        match claim {
            Claim::Other(..) => false,
            Claim::Present(_) => entry.present,
            Claim::Absent(_) => entry.absent,
            Claim::Flag(_, flag) => entry.flag == Some(*flag),
            Claim::Among(_, patterns) => {
                entry.among.as_ref().is_some_and(|among| among.iter().all(|one| covered(one, patterns)))
            }
            Claim::Beside(_, patterns) => {
                let apart = |pattern: &Pattern| {
                    let none_of = |among: &Vec<Pattern>| !among.iter().any(|one| one.meets(pattern));
                    entry.among.as_ref().is_some_and(none_of) || covered(pattern, &entry.beside)
                };
                entry.present && patterns.iter().all(apart)
            }
            Claim::Range(_, low, high) => entry.lies_within(*low, *high),
            Claim::OneOf(_, numbers) => {
                entry.numbers().is_some_and(|known| known.iter().all(|number| numbers.contains(number)))
            }
            Claim::Not(_, numbers) => entry.present && numbers.iter().all(|number| entry.is_not(*number)),
        }
    }
}

impl Entry {
    fn is_impossible(&self) -> bool {
        let empty = match (self.low, self.high) {
            (Some((low, low_in)), Some((high, high_in))) => {
                low > high || (low == high && !(low_in && high_in))
            }
            _ => false,
        };
        let excluded =
            self.numbers().is_some_and(|numbers| numbers.iter().all(|number| self.not.contains(number)));
        (self.absent && self.present)
            || empty
            || excluded
            || self.among.as_ref().is_some_and(Vec::is_empty)
            || self.one_of.as_ref().is_some_and(Vec::is_empty)
    }

    /// The numbers it can be, where they are few.
    fn numbers(&self) -> Option<Vec<Decimal>> {
        self.one_of.clone().or_else(|| match (self.low, self.high) {
            (Some((low, true)), Some((high, true))) if low == high => Some(vec![low]),
            _ => None,
        })
    }

    fn lies_within(&self, low: End, high: End) -> bool {
        if let Some(numbers) = self.numbers() {
            return numbers.iter().all(|number| within(*number, low, high));
        }
        let above = low.is_none_or(|end| tighter(self.low, Some(end), Ordering::Greater) == self.low);
        let below = high.is_none_or(|end| tighter(self.high, Some(end), Ordering::Less) == self.high);
        // A range without ends still says that there is a value.
        above && below && self.present
    }

    fn is_not(&self, number: Decimal) -> bool {
        let apart = self.numbers().is_some_and(|numbers| !numbers.contains(&number));
        apart || self.not.contains(&number) || !within(number, self.low, self.high)
    }
}

fn within(number: Decimal, low: End, high: End) -> bool {
    low.is_none_or(|(end, inside)| number > end || (inside && number == end))
        && high.is_none_or(|(end, inside)| number < end || (inside && number == end))
}

/// Of two ends of the same side the one that leaves less: `greater` for the low end, `less` for the high one.
fn tighter(one: End, other: End, side: Ordering) -> End {
    match (one, other) {
        (Some((a, a_in)), Some((b, b_in))) => Some(match a.cmp(&b) {
            Ordering::Equal => (a, a_in && b_in),
            order if order == side => (a, a_in),
            _ => (b, b_in),
        }),
        (one, other) => one.or(other),
    }
}

fn covered(pattern: &Pattern, by: &[Pattern]) -> bool {
    by.iter().any(|wider| wider.covers(pattern))
}

/// The texts that belong to both.
fn meeting(ones: &[Pattern], others: &[Pattern]) -> Vec<Pattern> {
    let narrower = |one: &Pattern, other: &Pattern| {
        if one.covers(other) { Some(other.clone()) } else { other.covers(one).then(|| one.clone()) }
    };
    ones.iter().flat_map(|one| others.iter().filter_map(move |other| narrower(one, other))).collect()
}

/// The alternatives under which a condition is true, or is false; `None` if they are too many.
fn alternatives(condition: &Cond, truth: bool) -> Option<Vec<Alternative>> {
    let one = |claim: Claim| Some(vec![vec![claim]]);
    let constant = |holds: bool| Some(if holds == truth { vec![Vec::new()] } else { Vec::new() });
    let other = || one(Claim::Other(condition.clone(), truth));
    match condition {
        Cond::Const(known) => constant(*known),
        Cond::Flag(source) => one(Claim::Flag(Subject::Value(source.clone()), truth)),
        Cond::HasValue(source) => {
            let subject = Subject::Value(source.clone());
            one(if truth { Claim::Present(subject) } else { Claim::Absent(subject) })
        }
        Cond::Not(inner) => alternatives(inner, !truth),
        // One part that is false decides a conjunction, whatever the others are; likewise the other way round.
        Cond::All(parts) if truth => every(parts, true),
        Cond::All(parts) => some(parts, false),
        Cond::Any(parts) if truth => some(parts, true),
        Cond::Any(parts) => every(parts, false),
        Cond::Choose(parts) => {
            let yes = product(alternatives(&parts.0, true)?, alternatives(&parts.1, truth)?)?;
            let no = product(alternatives(&parts.0, false)?, alternatives(&parts.2, truth)?)?;
            bounded(yes.into_iter().chain(no).collect())
        }
        Cond::Numbers(order, pair) => {
            let (number, limit, order) = match (&pair.0, &pair.1) {
                (Number::Const(one), Number::Const(other)) => return constant(order.holds(one.cmp(other))),
                (number, Number::Const(limit)) => (number, *limit, *order),
                (Number::Const(limit), number) => (number, *limit, order.reversed()),
                _ => return other(),
            };
            let subject = Subject::of(number);
            one(match if truth { order } else { order.negated() } {
                Order::Equal => Claim::Range(subject, Some((limit, true)), Some((limit, true))),
                Order::Unequal => Claim::Not(subject, vec![limit]),
                Order::Less => Claim::Range(subject, None, Some((limit, false))),
                Order::LessOrEqual => Claim::Range(subject, None, Some((limit, true))),
                Order::Greater => Claim::Range(subject, Some((limit, false)), None),
                Order::GreaterOrEqual => Claim::Range(subject, Some((limit, true)), None),
            })
        }
        Cond::NumberIn(Number::Const(number), list) => constant(list.contains(number)),
        Cond::NumberIn(number, list) => {
            let subject = Subject::of(number);
            one(if truth { Claim::OneOf(subject, list.clone()) } else { Claim::Not(subject, list.clone()) })
        }
        Cond::Texts(order @ (Order::Equal | Order::Unequal), pair) => match (&pair.0, &pair.1) {
            (Words::Const(one), Words::Const(other)) => constant(order.holds(one.cmp(other))),
            (Words::Field(source), Words::Const(text)) | (Words::Const(text), Words::Field(source)) => {
                one(texts(source, [text], true, (*order == Order::Equal) == truth))
            }
            _ => other(),
        },
        Cond::TextIn(Words::Const(text), list) => constant(list.contains(text)),
        Cond::TextIn(Words::Field(source), list) => one(texts(source, list, true, truth)),
        Cond::Matches(Match::Start, pair) => match (&pair.0, &pair.1) {
            (Words::Const(text), Words::Const(part)) => constant(text.starts_with(&**part)),
            (Words::Field(source), Words::Const(part)) => one(texts(source, [part], false, truth)),
            _ => other(),
        },
        // Some element must meet the body, or miss it: if none can, none does.
        Cond::Loop { every, body, .. } if *every != truth => {
            let can = alternatives(body, truth).is_none_or(|alternatives| {
                alternatives.iter().any(|claims| Known::of(claims).contradiction.is_none())
            });
            if can { other() } else { Some(Vec::new()) }
        }
        Cond::HasAny(_)
        | Cond::Flags(..)
        | Cond::Texts(..)
        | Cond::Moments(..)
        | Cond::TextIn(..)
        | Cond::TextAmong(..)
        | Cond::Matches(..)
        | Cond::Loop { .. } => other(),
    }
}

fn texts<'t>(
    source: &Source,
    list: impl IntoIterator<Item = &'t Box<str>>,
    whole: bool,
    among: bool,
) -> Claim {
    let patterns = list.into_iter().map(|text| Pattern { text: text.clone(), whole }).collect();
    let subject = Subject::Value(source.clone());
    if among { Claim::Among(subject, patterns) } else { Claim::Beside(subject, patterns) }
}

fn every(parts: &[Cond], truth: bool) -> Option<Vec<Alternative>> {
    parts.iter().try_fold(vec![Vec::new()], |known, part| product(known, alternatives(part, truth)?))
}

fn some(parts: &[Cond], truth: bool) -> Option<Vec<Alternative>> {
    let mut all: Vec<Alternative> = Vec::new();
    for part in parts {
        for alternative in alternatives(part, truth)? {
            // One of these texts or one of those is one of them all: `85… || 84…`.
            let joined = match alternative.as_slice() {
                [Claim::Among(subject, patterns)] => {
                    all.iter_mut().find_map(|known| match known.as_mut_slice() {
                        [Claim::Among(same, known)] if same == subject => Some((known, patterns)),
                        _ => None,
                    })
                }
                _ => None,
            };
            match joined {
                Some((known, patterns)) => known.extend(patterns.iter().cloned()),
                None => all.push(alternative),
            }
        }
    }
    bounded(all)
}

fn product(ones: Vec<Alternative>, others: Vec<Alternative>) -> Option<Vec<Alternative>> {
    if ones.len().saturating_mul(others.len()) > ALTERNATIVES_MAX {
        return None;
    }
    let joined = |one: &Alternative, other: &Alternative| one.iter().chain(other).cloned().collect();
    bounded(ones.iter().flat_map(|one| others.iter().map(move |other| joined(one, other))).collect())
}

fn bounded(all: Vec<Alternative>) -> Option<Vec<Alternative>> {
    (all.len() <= ALTERNATIVES_MAX && all.iter().all(|claims| claims.len() <= CLAIMS_MAX)).then_some(all)
}
