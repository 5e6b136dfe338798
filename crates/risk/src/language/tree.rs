//! The typed tree an expression becomes, and its evaluation: no allocation, no names, no kinds to
//! ask for. `None` is CEL's error value: absent, divided by zero, overflowed.

use std::cmp::Ordering;

use declaration::{Declaration, Item, Record, Value};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::names::{NAMED, named_of_line};
use super::scan::LOOPS_MAX;
use crate::category::Category;
use crate::facts::{Facts, ItemFacts};

/// A record as an expression walks it: one in memory, or a row of stored columns.
pub(crate) trait View<'a>: Copy {
    /// The `nth` value of a field, counted from 0.
    fn value(self, field: usize, nth: usize) -> Option<Value<'a>>;
    /// How many values or records the field holds.
    fn count(self, field: usize) -> usize;
    /// The `nth` record of a field, counted from 0. Of a field that holds at most one, an absent record may
    /// be given as one that holds nothing: no expression can tell them apart but by [`View::count`].
    fn record(self, field: usize, nth: usize) -> Option<Self>;
}

impl<'a> View<'a> for &'a dyn Record {
    fn value(self, field: usize, nth: usize) -> Option<Value<'a>> {
        Record::value(self, field, nth)
    }
    fn count(self, field: usize) -> usize {
        Record::count(self, field)
    }
    fn record(self, field: usize, nth: usize) -> Option<Self> {
        Record::record(self, field, nth)
    }
}

/// What profiles are asked of: a declaration as it is filed ([`Scene`]), or one of the past out of columns. The
/// same tree, index and gates work over both, so that what a profile would have found is what it finds.
pub(crate) trait Subject<'a>: Copy {
    /// How its records are walked.
    type Record: View<'a>;
    /// The declaration.
    fn declaration(self) -> Self::Record;
    /// The current line of goods; none for a condition asked once per declaration.
    fn item(self) -> Option<Self::Record>;
    /// The value of a row of the table of named values.
    fn named(self, row: usize) -> Option<Value<'a>>;
    /// The day.
    fn day(self) -> Date;
    /// The code of the office that registers the declaration, where it is known.
    fn office(self) -> Option<&'a str>;
    /// The trader's category, where profiles that leave it out are not to be asked; none: every profile is asked,
    /// and whoever asks looks at categories afterwards.
    fn asked_category(self) -> Option<Category>;
    /// A value of the current line of goods; what areas ask most.
    fn item_value(self, field: usize) -> Option<Value<'a>> {
        self.item()?.value(field, 0)
    }
    /// The commodity code of the current line of goods.
    fn commodity_code(self) -> Option<&'a str>;
}

/// A declaration as it is filed, or a line of its goods, with what is known besides.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The declaration.
    pub(crate) declaration: &'a Declaration,
    /// The current line of goods; none for a condition asked once per declaration.
    pub(crate) item: Option<&'a Item>,
    /// What is known besides.
    pub(crate) facts: &'a Facts,
    /// What is known of the current line of goods besides.
    pub(crate) line: Option<&'a ItemFacts>,
    /// The day.
    pub(crate) on: Date,
}

impl<'a> Scene<'a> {
    /// A scene without anything known of the line besides.
    pub(crate) fn new(
        declaration: &'a Declaration,
        item: Option<&'a Item>,
        facts: &'a Facts,
        on: Date,
    ) -> Self {
        Self { declaration, item, facts, line: None, on }
    }

    /// The same with what is known of the current line besides.
    pub(crate) fn at_line(self, line: Option<&'a ItemFacts>) -> Self {
        Self { line, ..self }
    }
}

impl<'a> Subject<'a> for Scene<'a> {
    type Record = &'a dyn Record;
    fn declaration(self) -> &'a dyn Record {
        self.declaration
    }
    fn item(self) -> Option<&'a dyn Record> {
        self.item.map(|item| item as &dyn Record)
    }
    fn named(self, row: usize) -> Option<Value<'a>> {
        (NAMED.get(row)?.read)(&self)
    }
    fn day(self) -> Date {
        self.on
    }
    fn office(self) -> Option<&'a str> {
        self.facts.office.as_ref().map(|office| office.as_str())
    }
    fn asked_category(self) -> Option<Category> {
        Some(self.facts.category)
    }
    fn item_value(self, field: usize) -> Option<Value<'a>> {
        self.item?.value(field, 0)
    }
    fn commodity_code(self) -> Option<&'a str> {
        self.item?.commodity_code.as_ref().map(|code| code.as_str())
    }
}

/// A subject with what the loops around are at.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a, S: Subject<'a>> {
    /// What is asked of.
    pub(crate) subject: S,
    bound: [Bound<'a, S::Record>; LOOPS_MAX],
}

/// What a loop variable stands for.
#[derive(Clone, Copy)]
enum Bound<'a, R> {
    Nothing,
    Record(R),
    Value(Value<'a>),
}

impl<'a, S: Subject<'a>> Asked<'a, S> {
    /// A subject outside all loops.
    pub(crate) fn of(subject: S) -> Self {
        Self { subject, bound: [Bound::Nothing; LOOPS_MAX] }
    }
}

/// Where a walk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Declaration,
    Item,
    /// The variable of the loop at this depth.
    Loop(u8),
}

/// A record, found by walking from a base through fields that hold at most one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) base: Base,
    pub(crate) steps: Vec<usize>,
}

impl Holder {
    fn record<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>) -> Option<S::Record> {
        let start = match self.base {
            Base::Declaration => scene.subject.declaration(),
            Base::Item => scene.subject.item()?,
            Base::Loop(depth) => match scene.bound.get(usize::from(depth))? {
                Bound::Record(record) => *record,
                Bound::Nothing | Bound::Value(_) => return None,
            },
        };
        self.steps.iter().try_fold(start, |record, step| record.record(*step, 0))
    }
}

/// A field of a record: a value, a list or another record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) holder: Holder,
    pub(crate) field: usize,
}

impl Spot {
    fn is_of_item(&self) -> bool {
        self.holder.base == Base::Item
    }

    fn count<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>) -> usize {
        self.holder.record(scene).map_or(0, |record| record.count(self.field))
    }
}

/// Where a single value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A field of a record.
    Field(Spot),
    /// A row of the table of named values.
    Named(usize),
    /// The value a loop variable stands for.
    Loop(u8),
}

impl Source {
    /// The value, if there is one.
    pub(crate) fn value<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>) -> Option<Value<'a>> {
        match self {
            Source::Field(Spot { holder: Holder { base: Base::Item, steps }, field }) if steps.is_empty() => {
                scene.subject.item_value(*field)
            }
            Source::Field(spot) => spot.holder.record(scene)?.value(spot.field, 0),
            Source::Named(row) => scene.subject.named(*row),
            Source::Loop(depth) => match scene.bound.get(usize::from(*depth))? {
                Bound::Value(value) => Some(*value),
                Bound::Nothing | Bound::Record(_) => None,
            },
        }
    }

    /// The value as a number, if it is one.
    pub(crate) fn number<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>) -> Option<Decimal> {
        match self.value(scene)? {
            Value::Decimal(number) => Some(number),
            Value::Integer(number) => Some(Decimal::from(number)),
            _ => None,
        }
    }

    /// Whether the value is one of the current line of goods.
    pub(crate) fn is_of_item(&self) -> bool {
        match self {
            Source::Field(spot) => spot.is_of_item(),
            Source::Named(row) => named_of_line(*row),
            Source::Loop(_) => false,
        }
    }

    /// The value as a text, if it is one.
    pub(crate) fn text<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>) -> Option<&'a str> {
        match self.value(scene)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// The same comparison with the sides exchanged.
    pub(crate) fn reversed(self) -> Self {
        match self {
            Order::Equal | Order::Unequal => self,
            Order::Less => Order::Greater,
            Order::LessOrEqual => Order::GreaterOrEqual,
            Order::Greater => Order::Less,
            Order::GreaterOrEqual => Order::LessOrEqual,
        }
    }

    /// The comparison that holds where this one does not.
    pub(crate) fn negated(self) -> Self {
        match self {
            Order::Equal => Order::Unequal,
            Order::Unequal => Order::Equal,
            Order::Less => Order::GreaterOrEqual,
            Order::LessOrEqual => Order::Greater,
            Order::Greater => Order::LessOrEqual,
            Order::GreaterOrEqual => Order::Less,
        }
    }

    pub(crate) fn holds(self, found: Ordering) -> bool {
        match self {
            Order::Equal => found.is_eq(),
            Order::Unequal => found.is_ne(),
            Order::Less => found.is_lt(),
            Order::LessOrEqual => found.is_le(),
            Order::Greater => found.is_gt(),
            Order::GreaterOrEqual => found.is_ge(),
        }
    }
}

/// How a text is matched against a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    Start,
    End,
    Anywhere,
}

/// A calculation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calculation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// A condition: true, false, or `None`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cond {
    Const(bool),
    Flag(Source),
    HasValue(Source),
    HasAny(Spot),
    Not(Box<Cond>),
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Choose(Box<(Cond, Cond, Cond)>),
    Flags(Order, Box<(Cond, Cond)>),
    Numbers(Order, Box<(Number, Number)>),
    Texts(Order, Box<(Words, Words)>),
    Moments(Order, Box<(Moment, Moment)>),
    /// The list is sorted.
    NumberIn(Number, Vec<Decimal>),
    /// The list is sorted.
    TextIn(Words, Vec<Box<str>>),
    TextAmong(Words, Spot),
    Matches(Match, Box<(Words, Words)>),
    /// Some element, or every one, meets the condition.
    Loop {
        every: bool,
        list: Spot,
        depth: u8,
        body: Box<Cond>,
    },
}

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Number {
    Const(Decimal),
    Field(Source),
    Size(Spot),
    Length(Box<Words>),
    Days(Box<(Moment, Moment)>),
    Negate(Box<Number>),
    Calculate(Calculation, Box<(Number, Number)>),
    Choose(Box<(Cond, Number, Number)>),
}

/// A text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Words {
    Const(Box<str>),
    Field(Source),
    Choose(Box<(Cond, Words, Words)>),
}

/// A date, a time of day, or both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Moment {
    Const(Date),
    Field(Source),
    /// The calendar day of a date with a time.
    Day(Box<Moment>),
    Choose(Box<(Cond, Moment, Moment)>),
}

impl Cond {
    /// Evaluates the condition; `None` is CEL's error.
    pub(crate) fn eval<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>) -> Option<bool> {
        match self {
            Cond::Const(known) => Some(*known),
            Cond::Flag(source) => match source.value(scene)? {
                Value::Flag(flag) => Some(flag),
                _ => None,
            },
            Cond::HasValue(source) => Some(source.value(scene).is_some()),
            Cond::HasAny(spot) => Some(spot.count(scene) > 0),
            Cond::Not(inner) => inner.eval(scene).map(|known| !known),
            Cond::All(parts) => fold(true, parts.iter().map(|part| part.eval(scene))),
            Cond::Any(parts) => fold(false, parts.iter().map(|part| part.eval(scene))),
            Cond::Choose(parts) => {
                if parts.0.eval(scene)? {
                    parts.1.eval(scene)
                } else {
                    parts.2.eval(scene)
                }
            }
            Cond::Flags(order, pair) => Some(order.holds(pair.0.eval(scene)?.cmp(&pair.1.eval(scene)?))),
            Cond::Numbers(order, pair) => Some(order.holds(pair.0.eval(scene)?.cmp(&pair.1.eval(scene)?))),
            Cond::Texts(order, pair) => Some(order.holds(pair.0.eval(scene)?.cmp(pair.1.eval(scene)?))),
            Cond::Moments(order, pair) => {
                let found = match (pair.0.eval(scene)?, pair.1.eval(scene)?) {
                    (Value::Date(one), Value::Date(other)) => one.cmp(&other),
                    (Value::Time(one), Value::Time(other)) => one.cmp(&other),
                    (Value::DateTime(one), Value::DateTime(other)) => one.cmp(&other),
                    _ => return None,
                };
                Some(order.holds(found))
            }
            Cond::NumberIn(number, list) => Some(list.binary_search(&number.eval(scene)?).is_ok()),
            Cond::TextIn(words, list) => {
                let text = words.eval(scene)?;
                Some(list.binary_search_by(|listed| (**listed).cmp(text)).is_ok())
            }
            Cond::TextAmong(words, list) => {
                let text = words.eval(scene)?;
                let Some(record) = list.holder.record(scene) else { return Some(false) };
                let mut found = (0..record.count(list.field)).map(|nth| record.value(list.field, nth));
                Some(found.any(|value| value == Some(Value::Text(text))))
            }
            Cond::Matches(how, pair) => {
                let (text, part) = (pair.0.eval(scene)?, pair.1.eval(scene)?);
                Some(match how {
                    Match::Start => text.starts_with(part),
                    Match::End => text.ends_with(part),
                    Match::Anywhere => text.contains(part),
                })
            }
            Cond::Loop { every, list, depth, body } => {
                let Some(record) = list.holder.record(scene) else { return Some(*every) };
                let mut inner = *scene;
                let results = (0..record.count(list.field)).map(|nth| {
                    let bound = match record.record(list.field, nth) {
                        Some(element) => Bound::Record(element),
                        None => record.value(list.field, nth).map_or(Bound::Nothing, Bound::Value),
                    };
                    if let Some(slot) = inner.bound.get_mut(usize::from(*depth)) {
                        *slot = bound;
                    }
                    body.eval(&inner)
                });
                fold(*every, results)
            }
        }
    }

    /// Whether the answer depends on the current line of goods.
    pub(crate) fn is_of_line(&self) -> bool {
        match self {
            Cond::Const(_) => false,
            Cond::Flag(source) | Cond::HasValue(source) => source.is_of_item(),
            Cond::HasAny(spot) => spot.is_of_item(),
            Cond::Not(inner) => inner.is_of_line(),
            Cond::All(parts) | Cond::Any(parts) => parts.iter().any(Cond::is_of_line),
            Cond::Choose(parts) => parts.0.is_of_line() || parts.1.is_of_line() || parts.2.is_of_line(),
            Cond::Flags(_, pair) => pair.0.is_of_line() || pair.1.is_of_line(),
            Cond::Numbers(_, pair) => pair.0.is_of_line() || pair.1.is_of_line(),
            Cond::Texts(_, pair) | Cond::Matches(_, pair) => pair.0.is_of_line() || pair.1.is_of_line(),
            Cond::Moments(_, pair) => pair.0.is_of_line() || pair.1.is_of_line(),
            Cond::NumberIn(number, _) => number.is_of_line(),
            Cond::TextIn(words, _) => words.is_of_line(),
            Cond::TextAmong(words, list) => words.is_of_line() || list.is_of_item(),
            Cond::Loop { list, body, .. } => list.is_of_item() || body.is_of_line(),
        }
    }

    /// About how much an evaluation costs, in comparisons of a code; orders what commutes.
    pub(crate) fn cost(&self) -> usize {
        match self {
            Cond::Const(_) => 0,
            Cond::Flag(_) | Cond::HasValue(_) | Cond::HasAny(_) => 1,
            Cond::Not(inner) => inner.cost(),
            Cond::All(parts) | Cond::Any(parts) => parts.iter().map(Cond::cost).sum(),
            Cond::Choose(parts) => parts.0.cost() + parts.1.cost() + parts.2.cost(),
            Cond::Flags(_, pair) => pair.0.cost() + pair.1.cost(),
            Cond::Texts(..) | Cond::TextIn(..) | Cond::Moments(..) => 2,
            Cond::Matches(Match::Start | Match::End, _) => 2,
            Cond::Numbers(_, pair) => 1 + pair.0.cost() + pair.1.cost(),
            Cond::NumberIn(number, _) => 2 + number.cost(),
            Cond::Matches(Match::Anywhere, _) | Cond::TextAmong(..) => 10,
            Cond::Loop { body, .. } => 10 + 5 * body.cost(),
        }
    }
}

/// Whether all of some conditions hold, as `&&` has it.
pub(crate) fn all_of<'a, S: Subject<'a>>(parts: &[Cond], scene: &Asked<'a, S>) -> Option<bool> {
    fold(true, parts.iter().map(|part| part.eval(scene)))
}

/// Conjunction (`every`) or disjunction: one deciding part decides, whatever the others are.
fn fold(every: bool, parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = true;
    for part in parts {
        match part {
            Some(holds) if holds != every => return Some(!every),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(every)
}

impl Number {
    fn is_of_line(&self) -> bool {
        match self {
            Number::Const(_) => false,
            Number::Field(source) => source.is_of_item(),
            Number::Size(spot) => spot.is_of_item(),
            Number::Length(words) => words.is_of_line(),
            Number::Days(pair) => pair.0.is_of_line() || pair.1.is_of_line(),
            Number::Negate(number) => number.is_of_line(),
            Number::Calculate(_, pair) => pair.0.is_of_line() || pair.1.is_of_line(),
            Number::Choose(parts) => parts.0.is_of_line() || parts.1.is_of_line() || parts.2.is_of_line(),
        }
    }

    fn eval<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>) -> Option<Decimal> {
        match self {
            Number::Const(number) => Some(*number),
            Number::Field(source) => source.number(scene),
            Number::Size(spot) => Some(Decimal::from(spot.count(scene))),
            Number::Length(words) => Some(Decimal::from(words.eval(scene)?.chars().count())),
            Number::Days(pair) => match (pair.0.eval(scene)?, pair.1.eval(scene)?) {
                (Value::Date(later), Value::Date(earlier)) => {
                    Some(Decimal::from(earlier.until(later).ok()?.get_days()))
                }
                _ => None,
            },
            Number::Negate(number) => number.eval(scene).map(|number| -number),
            Number::Calculate(how, pair) => {
                let (one, other) = (pair.0.eval(scene)?, pair.1.eval(scene)?);
                match how {
                    Calculation::Add => one.checked_add(other),
                    Calculation::Subtract => one.checked_sub(other),
                    Calculation::Multiply => one.checked_mul(other),
                    Calculation::Divide => one.checked_div(other),
                }
            }
            Number::Choose(parts) => {
                if parts.0.eval(scene)? {
                    parts.1.eval(scene)
                } else {
                    parts.2.eval(scene)
                }
            }
        }
    }

    fn cost(&self) -> usize {
        match self {
            Number::Const(_) => 0,
            Number::Field(_) | Number::Size(_) => 1,
            Number::Negate(number) => number.cost(),
            Number::Length(_) | Number::Days(_) => 4,
            Number::Calculate(Calculation::Divide, pair) => 6 + pair.0.cost() + pair.1.cost(),
            Number::Calculate(_, pair) => 2 + pair.0.cost() + pair.1.cost(),
            Number::Choose(parts) => parts.0.cost() + parts.1.cost() + parts.2.cost(),
        }
    }
}

impl Words {
    fn is_of_line(&self) -> bool {
        match self {
            Words::Const(_) => false,
            Words::Field(source) => source.is_of_item(),
            Words::Choose(parts) => parts.0.is_of_line() || parts.1.is_of_line() || parts.2.is_of_line(),
        }
    }

    // The text lives either in the scene or in the tree; the shorter of both lives suffices.
    fn eval<'s, 'a, S: Subject<'a>>(&'s self, scene: &'s Asked<'a, S>) -> Option<&'s str> {
        match self {
            Words::Const(text) => Some(text),
            Words::Field(source) => source.text(scene),
            Words::Choose(parts) => {
                if parts.0.eval(scene)? {
                    parts.1.eval(scene)
                } else {
                    parts.2.eval(scene)
                }
            }
        }
    }
}

impl Moment {
    fn is_of_line(&self) -> bool {
        match self {
            Moment::Const(_) => false,
            Moment::Field(source) => source.is_of_item(),
            Moment::Day(moment) => moment.is_of_line(),
            Moment::Choose(parts) => parts.0.is_of_line() || parts.1.is_of_line() || parts.2.is_of_line(),
        }
    }

    fn eval<'a, S: Subject<'a>>(&self, scene: &Asked<'a, S>) -> Option<Value<'a>> {
        match self {
            Moment::Const(date) => Some(Value::Date(*date)),
            Moment::Field(source) => source.value(scene),
            Moment::Day(moment) => match moment.eval(scene)? {
                Value::DateTime(moment) => Some(Value::Date(moment.date())),
                _ => None,
            },
            Moment::Choose(parts) => {
                if parts.0.eval(scene)? {
                    parts.1.eval(scene)
                } else {
                    parts.2.eval(scene)
                }
            }
        }
    }
}

/// What a condition reads, for whoever has to have it at hand before.
pub(crate) enum Reads<'t> {
    /// A single value.
    Value(&'t Source),
    /// How many there are.
    Count(&'t Spot),
    /// The values of a list.
    Values(&'t Spot),
    /// The elements of a list, one after another, under the loop variable of this depth; what is read of them
    /// is told afterwards.
    Elements(&'t Spot, u8),
}

impl Cond {
    /// Tells everything the condition may read, lists before their elements.
    pub(crate) fn reads<'t>(&'t self, tell: &mut impl FnMut(Reads<'t>)) {
        match self {
            Cond::Const(_) => {}
            Cond::Flag(source) | Cond::HasValue(source) => tell(Reads::Value(source)),
            Cond::HasAny(spot) => tell(Reads::Count(spot)),
            Cond::Not(inner) => inner.reads(tell),
            Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|part| part.reads(tell)),
            Cond::Choose(parts) => {
                [&parts.0, &parts.1, &parts.2].into_iter().for_each(|part| part.reads(tell))
            }
            Cond::Flags(_, pair) => [&pair.0, &pair.1].into_iter().for_each(|part| part.reads(tell)),
            Cond::Numbers(_, pair) => [&pair.0, &pair.1].into_iter().for_each(|part| part.reads(tell)),
            Cond::Texts(_, pair) | Cond::Matches(_, pair) => {
                [&pair.0, &pair.1].into_iter().for_each(|part| part.reads(tell));
            }
            Cond::Moments(_, pair) => [&pair.0, &pair.1].into_iter().for_each(|part| part.reads(tell)),
            Cond::NumberIn(number, _) => number.reads(tell),
            Cond::TextIn(words, _) => words.reads(tell),
            Cond::TextAmong(words, spot) => {
                words.reads(tell);
                tell(Reads::Values(spot));
            }
            Cond::Loop { list, depth, body, .. } => {
                tell(Reads::Elements(list, *depth));
                body.reads(tell);
            }
        }
    }
}

impl Number {
    fn reads<'t>(&'t self, tell: &mut impl FnMut(Reads<'t>)) {
        match self {
            Number::Const(_) => {}
            Number::Field(source) => tell(Reads::Value(source)),
            Number::Size(spot) => tell(Reads::Count(spot)),
            Number::Length(words) => words.reads(tell),
            Number::Days(pair) => [&pair.0, &pair.1].into_iter().for_each(|part| part.reads(tell)),
            Number::Negate(number) => number.reads(tell),
            Number::Calculate(_, pair) => [&pair.0, &pair.1].into_iter().for_each(|part| part.reads(tell)),
            Number::Choose(parts) => {
                parts.0.reads(tell);
                [&parts.1, &parts.2].into_iter().for_each(|part| part.reads(tell));
            }
        }
    }
}

impl Words {
    fn reads<'t>(&'t self, tell: &mut impl FnMut(Reads<'t>)) {
        match self {
            Words::Const(_) => {}
            Words::Field(source) => tell(Reads::Value(source)),
            Words::Choose(parts) => {
                parts.0.reads(tell);
                [&parts.1, &parts.2].into_iter().for_each(|part| part.reads(tell));
            }
        }
    }
}

impl Moment {
    fn reads<'t>(&'t self, tell: &mut impl FnMut(Reads<'t>)) {
        match self {
            Moment::Const(_) => {}
            Moment::Field(source) => tell(Reads::Value(source)),
            Moment::Day(moment) => moment.reads(tell),
            Moment::Choose(parts) => {
                parts.0.reads(tell);
                [&parts.1, &parts.2].into_iter().for_each(|part| part.reads(tell));
            }
        }
    }
}
