//! From the parser's tree to the typed tree: names resolved, kinds checked, lists sorted, literal
//! loops written out, costs bounded.

use cel::Program;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};
use declaration::{Field, LeafKind};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::names::{Resolved, resolve, walk};
use super::scan::{LIST_MAX, NODES_MAX, NUMBER_DIGITS_MAX, over_limit, scan};
use super::tree::{Base, Calculation, Cond, Match, Moment, Number, Order, Source, Spot, Words};
use crate::error::{Bilingual, Fault, ProfileError, place_of_byte};

/// A compiled expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compiled {
    /// The condition.
    pub(crate) condition: Cond,
    /// Whether it mentions the current line of goods.
    pub(crate) per_item: bool,
    /// The codes and countries it names, each with its place.
    pub(crate) mentions: Vec<Mention>,
}

/// A code of a classifier that an expression names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) what: Mentioned,
    pub(crate) text: Box<str>,
    /// Line and column in the expression.
    pub(crate) place: (u32, u32),
}

/// Of which classifier it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mentioned {
    /// The nomenclature; the text may be the beginning of a code.
    Commodity,
    /// The countries.
    Country,
}

impl Compiled {
    /// Asked per line of goods, a condition must not go through all of them: the time would grow
    /// with the square of the declaration.
    pub(crate) fn check_loops(&self, per_item: bool, field: &str) -> Result<(), ProfileError> {
        if !per_item || !goes_through_items(&self.condition) {
            return Ok(());
        }
        Err(ProfileError::new(
            Fault::Unsupported,
            field,
            (
                "условие спрашивает текущий товар и перебирает все товары",
                "the condition asks the current line of goods and goes through all of them",
            ),
            (
                "оставьте либо item, либо declaration.items.exists(…)",
                "keep either item or declaration.items.exists(…)",
            ),
        ))
    }
}

/// Where the parser runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stack {
    /// On a stack of its own, made for this one expression.
    Apart,
    /// Here: the caller is within [`on_parser_stack`].
    Here,
}

/// Compiles an expression that says yes or no; `field` is where it stands, for errors.
pub(crate) fn compile(source: &str, field: &str, stack: Stack) -> Result<Compiled, ProfileError> {
    let lowered = match stack {
        Stack::Apart => scan(source).and_then(|()| lower_apart(source)),
        Stack::Here => scan(source).and_then(|()| lower(source)),
    };
    let compiled = lowered.map_err(|mut error| {
        error.field = field.to_owned();
        error
    })?;
    compiled.check_loops(compiled.per_item, field)?;
    Ok(compiled)
}

/// The stack the parser gets. It takes up to 250 kB per nested bracket where nothing is optimised.
const PARSER_STACK_BYTES: usize = 16 << 20;

/// Does what parses on a stack of its own: the parser recurses deeply, and how much stack the caller has left must
/// not decide what is a valid rule. A bug of the parser stays there too: then there is no answer.
pub(crate) fn on_parser_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("rule-parser".into()).stack_size(PARSER_STACK_BYTES);
        builder.spawn_scoped(scope, work).ok().and_then(|parser| parser.join().ok())
    })
}

fn lower_apart(source: &str) -> Result<Compiled, ProfileError> {
    on_parser_stack(|| lower(source)).unwrap_or_else(|| {
        Err(ProfileError::new(
            Fault::Syntax,
            "",
            ("разбор выражения прервался", "reading the expression broke off"),
            ("упростите выражение и сообщите разработчикам", "simplify it and tell the developers"),
        ))
    })
}

fn lower(source: &str) -> Result<Compiled, ProfileError> {
    let program = Program::compile(source).map_err(|errors| syntax(source, &errors))?;
    let mut lowering = Lowering {
        source,
        program: &program,
        nodes: 0,
        per_item: false,
        scope: Vec::new(),
        mentions: Vec::new(),
    };
    let condition = lowering.cond(program.expression())?;
    Ok(Compiled { condition, per_item: lowering.per_item, mentions: lowering.mentions })
}

/// The first of the parser's errors.
fn syntax(source: &str, errors: &cel::ParseErrors) -> ProfileError {
    let first = errors.errors.first();
    let said = first.map_or("", |error| error.msg.as_str());
    let said = said.strip_prefix("Syntax error: ").unwrap_or(said);
    let number = |n: isize| u32::try_from(n).unwrap_or(1).max(1);
    let last_line = u32::try_from(source.lines().count()).unwrap_or(u32::MAX).max(1);
    let place = first.map_or((1, 1), |error| (number(error.pos.0).min(last_line), number(error.pos.1)));
    ProfileError::new(
        Fault::Syntax,
        "",
        (&format!("выражение не разобрано: {said}"), &format!("the expression cannot be read: {said}")),
        (
            "проверьте скобки, кавычки и знаки операций около этого места",
            "check brackets, quotes and operators near this place",
        ),
    )
    .at(place)
}

/// Whether a condition loops over the lines of goods.
fn goes_through_items(condition: &Cond) -> bool {
    match condition {
        Cond::Loop { list, body, .. } => {
            let items = matches!(resolve(&["declaration", "items"]), Ok(Resolved::Records(items, _)) if items == *list);
            items || goes_through_items(body)
        }
        Cond::Not(inner) => goes_through_items(inner),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().any(goes_through_items),
        Cond::Choose(parts) => [&parts.0, &parts.1, &parts.2].into_iter().any(goes_through_items),
        Cond::Flags(_, pair) => goes_through_items(&pair.0) || goes_through_items(&pair.1),
        _ => false,
    }
}

/// What a loop variable stands for while its body is lowered.
pub(super) enum Meaning {
    Record(&'static [Field], u8),
    Value(LeafKind, u8),
    Literal(LiteralElement),
}

#[derive(Clone)]
pub(super) enum LiteralElement {
    Number(Decimal),
    Text(Box<str>),
}

/// A lowered expression with its kind.
pub(super) enum Typed {
    Cond(Cond),
    Number(Number),
    /// With the longest text the field can hold, where it is a field.
    Words(Words, Option<usize>),
    Moment(Moment, Clock),
    Values(Spot, LeafKind),
    Records(Spot, &'static [Field]),
    Record,
}

/// The kinds of moments, which do not mix.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    Date,
    Time,
    DateTime,
}

impl Typed {
    fn title(&self) -> Bilingual<'static> {
        match self {
            Typed::Cond(_) => ("да/нет", "yes or no"),
            Typed::Number(_) => ("число", "a number"),
            Typed::Words(..) => ("текст", "a text"),
            Typed::Moment(_, Clock::Date) => ("дата", "a date"),
            Typed::Moment(_, Clock::Time) => ("время", "a time"),
            Typed::Moment(_, Clock::DateTime) => ("дата и время", "a date and time"),
            Typed::Values(..) | Typed::Records(..) => ("список", "a list"),
            Typed::Record => ("группа полей", "a group of fields"),
        }
    }

    fn of(source: Source, kind: LeafKind) -> Self {
        match kind {
            LeafKind::Text { max_chars } | LeafKind::Code { max_chars } => {
                Typed::Words(Words::Field(source), Some(max_chars))
            }
            LeafKind::Integer | LeafKind::Decimal { .. } => Typed::Number(Number::Field(source)),
            LeafKind::Flag => Typed::Cond(Cond::Flag(source)),
            LeafKind::Date => Typed::Moment(Moment::Field(source), Clock::Date),
            LeafKind::Time => Typed::Moment(Moment::Field(source), Clock::Time),
            LeafKind::DateTime => Typed::Moment(Moment::Field(source), Clock::DateTime),
        }
    }
}

pub(super) struct Lowering<'p> {
    source: &'p str,
    program: &'p Program,
    nodes: usize,
    per_item: bool,
    /// The loop variables around, the innermost last.
    pub(super) scope: Vec<(String, Meaning)>,
    mentions: Vec<Mention>,
}

pub(super) type Lowered<T> = Result<T, ProfileError>;

impl Lowering<'_> {
    pub(super) fn place(&self, at: &IdedExpr) -> (u32, u32) {
        place_of_byte(self.source, self.offset(at))
    }

    /// The byte at which the parser says an expression stands.
    fn offset(&self, at: &IdedExpr) -> usize {
        let start = self.program.source_info().offset_for(at.id).map_or(0, |(start, _)| start);
        usize::try_from(start).unwrap_or_default()
    }

    pub(super) fn error(&self, at: &IdedExpr, code: Fault, text: Bilingual, cure: Bilingual) -> ProfileError {
        ProfileError::new(code, "", text, cure).at(self.place(at))
    }

    pub(super) fn unsupported(&self, at: &IdedExpr, what: &str) -> ProfileError {
        let cures: &[(&str, Bilingual)] = &[
            (
                "matches",
                ("используйте startsWith, endsWith или contains", "use startsWith, endsWith or contains"),
            ),
            (operators::INDEX, ("используйте exists(x, …)", "use exists(x, …)")),
            ("null", ("об отсутствии спрашивает !has(…)", "ask for absence by !has(…)")),
            ("loop", ("из циклов есть exists и all", "of the loops, exists and all are there")),
        ];
        let known = cures.iter().find(|(name, _)| *name == what);
        let cure = known.map_or(
            (
                "есть: && || ! == != < <= > >= in + - * / ?: has size date startsWith endsWith contains exists all",
                "there are: && || ! == != < <= > >= in + - * / ?: has size date startsWith endsWith contains exists all",
            ),
            |(_, cure)| *cure,
        );
        let text = (format!("`{what}` не поддерживается"), format!("`{what}` is not supported"));
        self.error(at, Fault::Unsupported, (&text.0, &text.1), cure)
    }

    pub(super) fn mismatch(&self, at: &IdedExpr, wanted: Bilingual, found: &Typed) -> ProfileError {
        let (ru, en) = found.title();
        let text =
            (format!("нужно: {}, а здесь: {ru}", wanted.0), format!("wanted {}, found {en}", wanted.1));
        let cure = match found {
            Typed::Cond(_) => ("сравнение и условие — не значения", "a condition is no value"),
            Typed::Words(..) => (
                "числа пишутся без кавычек, даты — date(\"2026-01-31\")",
                "write numbers without quotes, dates as date(\"2026-01-31\")",
            ),
            Typed::Number(_) => ("коды и тексты пишутся в кавычках", "write codes and texts in quotes"),
            Typed::Moment(..) => (
                "даты сравниваются с датами: date(\"2026-01-31\")",
                "compare dates with dates: date(\"2026-01-31\")",
            ),
            Typed::Values(..) | Typed::Records(..) => {
                ("пройдите по списку: .exists(x, …)", "go through the list: .exists(x, …)")
            }
            Typed::Record => ("назовите поле этой группы", "name a field of the group"),
        };
        self.error(at, Fault::Type, (&text.0, &text.1), cure)
    }

    pub(super) fn cond(&mut self, at: &IdedExpr) -> Lowered<Cond> {
        match self.lower(at)? {
            Typed::Cond(condition) => Ok(condition),
            other => Err(self.mismatch(at, ("условие (да/нет)", "a condition (yes or no)"), &other)),
        }
    }

    fn number(&mut self, at: &IdedExpr) -> Lowered<Number> {
        match self.lower(at)? {
            Typed::Number(number) => Ok(number),
            other => Err(self.mismatch(at, ("число", "a number"), &other)),
        }
    }

    fn words(&mut self, at: &IdedExpr) -> Lowered<(Words, Option<usize>)> {
        match self.lower(at)? {
            Typed::Words(words, max) => Ok((words, max)),
            other => Err(self.mismatch(at, ("текст", "a text"), &other)),
        }
    }

    pub(super) fn lower(&mut self, at: &IdedExpr) -> Lowered<Typed> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(
                over_limit(NODES_MAX, ("узлов в выражении", "nodes in an expression")).at(self.place(at))
            );
        }
        match &at.expr {
            Expr::Literal(literal) => self.literal(at, literal),
            Expr::Ident(_) => self.name(at),
            Expr::Select(select) if select.test => self.has(at),
            Expr::Select(_) => self.name(at),
            Expr::Call(call) => self.call(at, call),
            Expr::Comprehension(inner) => self.comprehension(at, inner),
            Expr::List(_) => Err(self.unsupported(at, "[…]")),
            Expr::Map(_) => Err(self.unsupported(at, "{…}")),
            Expr::Struct(inner) => Err(self.unsupported(at, &inner.type_name)),
            Expr::Unspecified => Err(self.unsupported(at, "")),
        }
    }

    // ---- literals ----

    fn literal(&self, at: &IdedExpr, literal: &LiteralValue) -> Lowered<Typed> {
        let number = |number| Ok(Typed::Number(Number::Const(number)));
        match literal {
            LiteralValue::Boolean(flag) => Ok(Typed::Cond(Cond::Const(*flag.inner()))),
            LiteralValue::Int(whole) => number(Decimal::from(*whole.inner())),
            LiteralValue::UInt(whole) => number(Decimal::from(*whole.inner())),
            LiteralValue::Double(float) => number(self.exact(at, *float.inner())?),
            LiteralValue::String(text) => Ok(Typed::Words(Words::Const(text.inner().into()), None)),
            LiteralValue::Null => Err(self.unsupported(at, "null")),
            LiteralValue::Bytes(_) => Err(self.unsupported(at, "b\"…\"")),
        }
    }

    /// The number as it is written, not as a binary float has it. The parser keeps only the float,
    /// so the digits are read again from the text; the sign may stand in another token.
    fn exact(&self, at: &IdedExpr, float: f64) -> Lowered<Decimal> {
        let text = self.source.get(self.offset(at)..).unwrap_or_default().chars();
        let digits: String =
            text.take_while(|c| c.is_ascii_digit() || *c == '.').take(2 * NUMBER_DIGITS_MAX).collect();
        let count = digits.bytes().filter(u8::is_ascii_digit).count();
        let same = digits.parse::<f64>().is_ok_and(|read| read == float.abs());
        match Decimal::from_str_exact(&digits) {
            Ok(number) if same && count <= NUMBER_DIGITS_MAX => {
                Ok(if float < 0.0 { -number } else { number })
            }
            _ => Err(self.error(
                at,
                Fault::Type,
                (
                    &format!("число не читается точно: цифры и точка, не более {NUMBER_DIGITS_MAX} цифр"),
                    &format!(
                        "the number cannot be read exactly: digits and a point, at most {NUMBER_DIGITS_MAX}"
                    ),
                ),
                ("напишите число без степени, например 0.015", "write it without an exponent, as 0.015"),
            )),
        }
    }

    /// The elements of a literal list, all of one kind.
    pub(super) fn elements(&mut self, list: &[IdedExpr]) -> Lowered<Vec<LiteralElement>> {
        if let Some(surplus) = list.get(LIST_MAX) {
            return Err(
                over_limit(LIST_MAX, ("элементов в списке", "elements in a list")).at(self.place(surplus))
            );
        }
        let mut elements: Vec<LiteralElement> = Vec::with_capacity(list.len());
        for at in list {
            let element = match self.lower_constant(at)? {
                Typed::Number(Number::Const(number)) => LiteralElement::Number(number),
                Typed::Words(Words::Const(text), _) => LiteralElement::Text(text),
                other => {
                    return Err(self.mismatch(at, ("число или текст", "a plain number or text"), &other));
                }
            };
            if let Some(first) = elements.first()
                && std::mem::discriminant(first) != std::mem::discriminant(&element)
            {
                let found = match element {
                    LiteralElement::Number(number) => Typed::Number(Number::Const(number)),
                    LiteralElement::Text(text) => Typed::Words(Words::Const(text), None),
                };
                let wanted = match first {
                    LiteralElement::Number(_) => ("число", "a number"),
                    LiteralElement::Text(_) => ("текст", "a text"),
                };
                return Err(self.mismatch(at, wanted, &found));
            }
            elements.push(element);
        }
        Ok(elements)
    }

    /// A literal, with its sign: elements of lists do not count as nodes, lists have their own bound.
    fn lower_constant(&mut self, at: &IdedExpr) -> Lowered<Typed> {
        match &at.expr {
            Expr::Literal(literal) => self.literal(at, literal),
            _ => self.lower(at),
        }
    }

    // ---- names ----

    /// The names of a chain `a.b.c`, or nothing if something else stands at its beginning.
    fn chain(at: &IdedExpr) -> Option<Vec<&str>> {
        let mut names = Vec::new();
        let mut at = at;
        loop {
            match &at.expr {
                Expr::Ident(name) => {
                    names.push(name.as_str());
                    names.reverse();
                    return Some(names);
                }
                Expr::Select(select) => {
                    names.push(select.field.as_str());
                    at = &select.operand;
                }
                _ => return None,
            }
        }
    }

    fn resolve(&mut self, at: &IdedExpr) -> Lowered<Result<Resolved, LiteralElement>> {
        let Some(names) = Self::chain(at) else {
            let operand = match &at.expr {
                Expr::Select(select) => select.operand.as_ref(),
                _ => at,
            };
            // Say what is wrong with the operand itself, before saying that it has no fields.
            self.lower(operand)?;
            return Err(self.unsupported(at, "(…).…"));
        };
        let (root, rest) = names.split_first().map_or(("", &names[..]), |(root, rest)| (*root, rest));
        let place = self.place(at);
        let found = match self.scope.iter().rev().find(|(name, _)| name == root) {
            Some((_, Meaning::Record(fields, depth))) => walk(Base::Loop(*depth), fields, root, rest),
            Some((_, Meaning::Value(kind, depth))) if rest.is_empty() => {
                Ok(Resolved::Value(Source::Loop(*depth), *kind))
            }
            Some((_, Meaning::Literal(element))) if rest.is_empty() => return Ok(Err(element.clone())),
            Some(_) => Err(ProfileError::new(
                Fault::Name,
                "",
                (&format!("у значения `{root}` нет полей"), &format!("the value `{root}` has no fields")),
                ("уберите всё после него", "remove what follows it"),
            )),
            None => resolve(&names),
        };
        let of_line =
            matches!(&found, Ok(Resolved::Value(source @ Source::Named(_), _)) if source.is_of_item());
        if root == "item" || of_line {
            self.per_item = true;
        }
        found.map(Ok).map_err(|error| error.at(place))
    }

    fn name(&mut self, at: &IdedExpr) -> Lowered<Typed> {
        Ok(match self.resolve(at)? {
            Ok(Resolved::Value(source, kind)) => Typed::of(source, kind),
            Ok(Resolved::Values(spot, kind)) => Typed::Values(spot, kind),
            Ok(Resolved::Records(spot, fields)) => Typed::Records(spot, fields),
            Ok(Resolved::Record(_) | Resolved::Whole) => Typed::Record,
            Err(LiteralElement::Number(number)) => Typed::Number(Number::Const(number)),
            Err(LiteralElement::Text(text)) => Typed::Words(Words::Const(text), None),
        })
    }

    fn has(&mut self, at: &IdedExpr) -> Lowered<Typed> {
        match self.resolve(at)? {
            Ok(Resolved::Value(source, _)) => Ok(Typed::Cond(Cond::HasValue(source))),
            Ok(Resolved::Values(spot, _) | Resolved::Record(spot) | Resolved::Records(spot, _)) => {
                Ok(Typed::Cond(Cond::HasAny(spot)))
            }
            Ok(Resolved::Whole) | Err(_) => Err(self.unsupported(at, "has")),
        }
    }

    // ---- operators and functions ----

    fn call(&mut self, at: &IdedExpr, call: &CallExpr) -> Lowered<Typed> {
        let name = call.func_name.as_str();
        let order = match name {
            operators::EQUALS => Some(Order::Equal),
            operators::NOT_EQUALS => Some(Order::Unequal),
            operators::LESS => Some(Order::Less),
            operators::LESS_EQUALS => Some(Order::LessOrEqual),
            operators::GREATER => Some(Order::Greater),
            operators::GREATER_EQUALS => Some(Order::GreaterOrEqual),
            _ => None,
        };
        let calculation = match name {
            operators::ADD => Some(Calculation::Add),
            operators::SUBSTRACT => Some(Calculation::Subtract),
            operators::MULTIPLY => Some(Calculation::Multiply),
            operators::DIVIDE => Some(Calculation::Divide),
            _ => None,
        };
        let matching = match name {
            "startsWith" => Some(Match::Start),
            "endsWith" => Some(Match::End),
            "contains" => Some(Match::Anywhere),
            _ => None,
        };
        match (call.target.as_deref(), call.args.as_slice()) {
            (None, [one, other]) if order.is_some() => {
                let Some(order) = order else { return Err(self.unsupported(at, name)) };
                self.comparison(order, one, other)
            }
            (None, [one, other]) if calculation.is_some() => {
                let Some(how) = calculation else { return Err(self.unsupported(at, name)) };
                self.calculation(how, one, other)
            }
            (Some(text), [part]) if matching.is_some() => {
                let Some(how) = matching else { return Err(self.unsupported(at, name)) };
                let (words, max) = self.words(text)?;
                let (looked_for, _) = self.words(part)?;
                self.fits(part, &looked_for, max)?;
                if how == Match::Start {
                    self.mention(text, part, &looked_for);
                }
                Ok(Typed::Cond(Cond::Matches(how, Box::new((words, looked_for)))))
            }
            (None, [_, _]) if name == operators::LOGICAL_AND || name == operators::LOGICAL_OR => {
                self.junction(at, name)
            }
            (None, [inner]) if name == operators::LOGICAL_NOT => {
                Ok(Typed::Cond(Cond::Not(Box::new(self.cond(inner)?))))
            }
            (None, [inner]) if name == operators::NEGATE => Ok(Typed::Number(match self.number(inner)? {
                Number::Const(number) => Number::Const(-number),
                number => Number::Negate(Box::new(number)),
            })),
            (None, [asked, yes, no]) if name == operators::CONDITIONAL => self.choice(asked, yes, no),
            (None, [element, list]) if name == operators::IN => self.membership(element, list),
            (None, [inner]) | (Some(inner), []) if name == "size" => self.size(inner),
            (None, [inner]) if name == "date" => self.date(inner),
            _ => Err(self.unsupported(at, name)),
        }
    }

    /// A chain of `&&` or of `||` as one node, the cheap parts first: parts commute, errors included.
    fn junction(&mut self, at: &IdedExpr, name: &str) -> Lowered<Typed> {
        fn flatten<'e>(at: &'e IdedExpr, name: &str, parts: &mut Vec<&'e IdedExpr>) {
            match &at.expr {
                Expr::Call(call) if call.func_name == name => {
                    call.args.iter().for_each(|part| flatten(part, name, parts));
                }
                _ => parts.push(at),
            }
        }
        let mut written = Vec::new();
        flatten(at, name, &mut written);
        let parts = written.into_iter().map(|part| self.cond(part)).collect::<Lowered<Vec<Cond>>>()?;
        Ok(Typed::Cond(if name == operators::LOGICAL_AND { all(parts) } else { any(parts) }))
    }

    fn comparison(&mut self, order: Order, one: &IdedExpr, other: &IdedExpr) -> Lowered<Typed> {
        let (left, right) = (self.lower(one)?, self.lower(other)?);
        let equality = matches!(order, Order::Equal | Order::Unequal);
        let condition = match (left, right) {
            (Typed::Number(left), Typed::Number(right)) => Cond::Numbers(order, Box::new((left, right))),
            (Typed::Words(left, left_max), Typed::Words(right, right_max)) => {
                if equality {
                    self.fits(one, &left, right_max)?;
                    self.fits(other, &right, left_max)?;
                    self.mention(one, other, &right);
                    self.mention(other, one, &left);
                }
                Cond::Texts(order, Box::new((left, right)))
            }
            (Typed::Moment(left, clock), Typed::Moment(right, other_clock)) if clock == other_clock => {
                Cond::Moments(order, Box::new((left, right)))
            }
            (Typed::Cond(left), Typed::Cond(right)) if equality => {
                Cond::Flags(order, Box::new((left, right)))
            }
            (left, right) => return Err(self.mismatch(other, left.title(), &right)),
        };
        Ok(Typed::Cond(condition))
    }

    /// A text longer than the field can hold is never found there: a slip of the author.
    fn fits(&self, at: &IdedExpr, words: &Words, max: Option<usize>) -> Lowered<()> {
        let (Words::Const(text), Some(max)) = (words, max) else { return Ok(()) };
        if text.chars().count() <= max {
            return Ok(());
        }
        Err(self.error(
            at,
            Fault::Type,
            (
                &format!("«{text}» длиннее поля: в нём не больше {max} знаков"),
                &format!("\"{text}\" is longer than the field, which holds at most {max} characters"),
            ),
            ("сверьте код с классификатором", "compare the code with its classifier"),
        ))
    }

    /// Notes a literal that is compared with a field of codes, for whoever knows the classifier.
    fn mention(&mut self, field: &IdedExpr, literal: &IdedExpr, words: &Words) {
        let Words::Const(text) = words else { return };
        let what = match Self::chain(field).and_then(|names| names.last().copied()) {
            Some("commodity_code") => Mentioned::Commodity,
            Some(name) if name.ends_with("country") => Mentioned::Country,
            _ => return,
        };
        self.mentions.push(Mention { what, text: text.clone(), place: self.place(literal) });
    }

    fn calculation(&mut self, how: Calculation, one: &IdedExpr, other: &IdedExpr) -> Lowered<Typed> {
        match (self.lower(one)?, self.lower(other)?) {
            (Typed::Number(left), Typed::Number(right)) => {
                Ok(Typed::Number(Number::Calculate(how, Box::new((left, right)))))
            }
            (Typed::Moment(later, Clock::Date), Typed::Moment(earlier, Clock::Date))
                if how == Calculation::Subtract =>
            {
                Ok(Typed::Number(Number::Days(Box::new((later, earlier)))))
            }
            (Typed::Number(_), found) => Err(self.mismatch(other, ("число", "a number"), &found)),
            (found, _) => Err(self.mismatch(one, ("число", "a number"), &found)),
        }
    }

    fn choice(&mut self, asked: &IdedExpr, yes: &IdedExpr, no: &IdedExpr) -> Lowered<Typed> {
        let condition = self.cond(asked)?;
        Ok(match (self.lower(yes)?, self.lower(no)?) {
            (Typed::Cond(yes), Typed::Cond(no)) => Typed::Cond(Cond::Choose(Box::new((condition, yes, no)))),
            (Typed::Number(yes), Typed::Number(no)) => {
                Typed::Number(Number::Choose(Box::new((condition, yes, no))))
            }
            (Typed::Words(yes, _), Typed::Words(no, _)) => {
                Typed::Words(Words::Choose(Box::new((condition, yes, no))), None)
            }
            (Typed::Moment(yes, clock), Typed::Moment(no, other)) if clock == other => {
                Typed::Moment(Moment::Choose(Box::new((condition, yes, no))), clock)
            }
            (yes, found) => return Err(self.mismatch(no, yes.title(), &found)),
        })
    }

    fn membership(&mut self, element: &IdedExpr, list: &IdedExpr) -> Lowered<Typed> {
        let wanted = self.lower(element)?;
        if let Expr::List(literal) = &list.expr {
            let elements = self.elements(&literal.elements)?;
            let (mut numbers, mut texts) = (Vec::new(), Vec::new());
            for (at, listed) in literal.elements.iter().zip(elements) {
                match (&wanted, listed) {
                    (Typed::Number(_), LiteralElement::Number(number)) => numbers.push(number),
                    (Typed::Words(_, max), LiteralElement::Text(text)) => {
                        let words = Words::Const(text);
                        self.fits(at, &words, *max)?;
                        self.mention(element, at, &words);
                        if let Words::Const(text) = words {
                            texts.push(text);
                        }
                    }
                    (_, LiteralElement::Number(_)) => {
                        return Err(self.mismatch(element, ("число", "a number"), &wanted));
                    }
                    (_, LiteralElement::Text(_)) => {
                        return Err(self.mismatch(element, ("текст", "a text"), &wanted));
                    }
                }
            }
            numbers.sort_unstable();
            texts.sort_unstable();
            return match wanted {
                Typed::Number(number) => Ok(Typed::Cond(Cond::NumberIn(number, numbers))),
                Typed::Words(words, _) => Ok(Typed::Cond(Cond::TextIn(words, texts))),
                other => Err(self.mismatch(element, ("число или текст", "a number or a text"), &other)),
            };
        }
        match (wanted, self.lower(list)?) {
            (Typed::Words(words, _), Typed::Values(spot, LeafKind::Text { .. } | LeafKind::Code { .. })) => {
                Ok(Typed::Cond(Cond::TextAmong(words, spot)))
            }
            (_, found) => Err(self.mismatch(list, ("список текстов", "a list of texts"), &found)),
        }
    }

    fn size(&mut self, inner: &IdedExpr) -> Lowered<Typed> {
        match self.lower(inner)? {
            Typed::Values(spot, _) | Typed::Records(spot, _) => Ok(Typed::Number(Number::Size(spot))),
            Typed::Words(words, _) => Ok(Typed::Number(Number::Length(Box::new(words)))),
            other => Err(self.mismatch(inner, ("список или текст", "a list or a text"), &other)),
        }
    }

    fn date(&mut self, inner: &IdedExpr) -> Lowered<Typed> {
        match self.lower(inner)? {
            Typed::Words(Words::Const(text), _) => {
                let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
                let date = date.ok_or_else(|| {
                    let said = (format!("«{text}» — не дата"), format!("\"{text}\" is no date"));
                    let cure = ("дата пишется 2026-01-31", "write the date as 2026-01-31");
                    self.error(inner, Fault::Type, (&said.0, &said.1), cure)
                })?;
                Ok(Typed::Moment(Moment::Const(date), Clock::Date))
            }
            Typed::Moment(moment, Clock::DateTime) => {
                Ok(Typed::Moment(Moment::Day(Box::new(moment)), Clock::Date))
            }
            found => Err(self.mismatch(inner, ("дата в кавычках", "a date in quotes"), &found)),
        }
    }
}

pub(super) fn all(mut parts: Vec<Cond>) -> Cond {
    parts.sort_by_key(Cond::cost);
    Cond::All(parts)
}

pub(super) fn any(mut parts: Vec<Cond>) -> Cond {
    parts.sort_by_key(Cond::cost);
    Cond::Any(parts)
}
