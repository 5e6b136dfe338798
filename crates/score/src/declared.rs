//! The line of a declaration as a row: what a running centre has at hand when it decides, by the names of columns.
//!
//! One table says which columns there are and how each is read; `tables/declared.toml` says what a model makes of them.
//! What is exported for learning has these columns too, so whatever was learned from is what is scored. Numbers of traders
//! are no column: a model that knows who trades forgets the goods.

use std::io::{self, Write};

use declaration::{Declaration, Document, Item};
use jiff::civil::Date;
use risk::{Facts, ItemFacts, ParticipantFacts};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::row::{Row, Value};

/// A line of goods of a declaration, with what is known of it when it is filed.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    declaration: &'a Declaration,
    item: &'a Item,
    facts: &'a Facts,
    known: Option<&'a ItemFacts>,
    day: Date,
}

/// The lines of a declaration, in its order; with the facts its risk is assessed by, on the day it is filed.
pub fn lines<'a>(declaration: &'a Declaration, facts: &'a Facts, day: Date) -> Vec<Line<'a>> {
    let known = facts.items.iter().map(Some).chain(std::iter::repeat(None));
    let line = |(item, known)| Line { declaration, item, facts, known, day };
    declaration.items.iter().zip(known).map(line).collect()
}

impl Row for Line<'_> {
    fn value(&self, column: &str) -> Value<'_> {
        COLUMNS.iter().find(|(name, _)| *name == column).map_or(Value::Missing, |(_, read)| read(self))
    }
}

/// The names of all columns, in their order.
pub fn columns() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(name, _)| *name)
}

/// A value as a CSV file has it; read again it is the same, to the bit.
pub fn written(value: Value<'_>) -> String {
    match value {
        Value::Missing => String::new(),
        Value::Text(text) => text.to_owned(),
        Value::Number(number) => number.to_string(),
    }
}

/// What is said of a line beside what was declared: what came of looking at it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The declaration, by a name that no two have: rows of one are joined by it.
    pub declaration: &'a str,
    /// The day of filing.
    pub day: Date,
    /// Whether something was found; nothing where nobody looked.
    pub found: Option<bool>,
    /// The amount found.
    pub amount: Option<Decimal>,
    /// By what it was looked at, joined by spaces: numbers of profiles, `chance`, `officer`, `model`.
    pub by: &'a str,
    /// Whether a profile selected the line.
    pub rules: bool,
    /// How many it stands for.
    pub weight: u32,
}

/// Columns of a file of lines besides [`columns`].
const TOLD: [&str; 8] = ["declaration", "line", "day", "found", "amount", "by", "rules", "weight"];

/// Writes lines as a CSV file of results, which a [`Table`](crate::Table) reads.
pub struct Writer<W: Write> {
    csv: csv::Writer<W>,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(TOLD.into_iter().chain(columns()))?;
        Ok(Self { csv })
    }

    /// Adds a line.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&mut self, line: &Line<'_>, told: &Told<'_>) -> io::Result<()> {
        let said = [
            told.declaration.to_owned(),
            line.number().map(|number| number.to_string()).unwrap_or_default(),
            told.day.to_string(),
            told.found.map(|found| u8::from(found).to_string()).unwrap_or_default(),
            told.amount.map(|amount| amount.to_string()).unwrap_or_default(),
            told.by.to_owned(),
            u8::from(told.rules).to_string(),
            told.weight.to_string(),
        ];
        let values = COLUMNS.iter().map(|(_, read)| written(read(line)));
        Ok(self.csv.write_record(said.into_iter().chain(values))?)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn end(self) -> io::Result<W> {
        self.csv.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

impl<W: Write> std::fmt::Debug for Writer<W> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Writer")
    }
}

/// How the value of a column is read.
type Read = for<'a> fn(&Line<'a>) -> Value<'a>;

/// The columns: name, and how its value is read of a line. Masses are in kilograms, amounts in the currency of the
/// customs value, ages in days.
static COLUMNS: &[(&str, Read)] = &[
    // The goods.
    ("code", |line| text(line.item.commodity_code.as_ref().map(|code| code.as_str()))),
    ("heading", |line| text(line.item.commodity_code.as_ref().map(|code| code.prefix(4)))),
    ("chapter", |line| text(line.item.commodity_code.as_ref().map(|code| code.prefix(2)))),
    // Their way.
    ("direction", |line| text(line.declaration.kind().map(|kind| kind.as_str()))),
    ("origin", |line| text(line.origin())),
    ("dispatch", |line| text(line.dispatch())),
    ("trade_country", |line| text(line.declaration.trade_country.as_ref().map(|country| country.as_str()))),
    ("destination", |line| {
        let country =
            line.item.destination_country.as_ref().or(line.declaration.destination_country.as_ref());
        text(country.map(|country| country.as_str()))
    }),
    ("origin_is_dispatch", |line| alike(line.origin(), line.dispatch())),
    ("trade_is_dispatch", |line| {
        alike(line.declaration.trade_country.as_ref().map(|country| country.as_str()), line.dispatch())
    }),
    ("transport_border", |line| {
        let transport = line.declaration.transport_border.as_ref();
        text(transport.and_then(|transport| transport.mode.as_ref()).map(|mode| mode.as_str()))
    }),
    ("transport_inland", |line| {
        let transport = line.declaration.transport_inland.as_ref();
        text(transport.and_then(|transport| transport.mode.as_ref()).map(|mode| mode.as_str()))
    }),
    ("container", |line| line.declaration.container_indicator.map_or(Value::Missing, flag)),
    ("border_office", |line| {
        let mut offices = line.declaration.border_offices.iter();
        text(offices.find_map(|office| office.code.as_ref()).map(|code| code.as_str()))
    }),
    ("office", |line| text(line.facts.office.as_ref().map(|office| office.as_str()))),
    ("terms", |line| {
        let delivery = line.declaration.delivery.as_ref();
        text(delivery.and_then(|delivery| delivery.terms.as_ref()).map(|terms| terms.as_str()))
    }),
    ("currency", |line| {
        let currency = line.item.invoice_currency.as_ref().or(line.declaration.invoice_currency.as_ref());
        text(currency.map(|currency| currency.as_str()))
    }),
    // The procedure.
    ("procedure", |line| {
        let requested = line.item.procedure.as_ref().and_then(|procedure| procedure.requested.as_ref());
        text(requested.or(line.declaration.procedure.as_ref()).map(|code| code.as_str()))
    }),
    ("procedure_before", |line| {
        let previous = line.item.procedure.as_ref().and_then(|procedure| procedure.previous.as_ref());
        text(previous.map(|code| code.as_str()))
    }),
    ("procedure_feature", |line| {
        let feature = line.item.procedure.as_ref().and_then(|procedure| procedure.feature.as_ref());
        text(feature.map(|code| code.as_str()))
    }),
    ("preference", |line| {
        let duty = line.item.preference.as_ref().and_then(|preference| preference.duty.as_ref());
        text(duty.map(|code| code.as_str()))
    }),
    ("deal_nature", |line| {
        let nature = line.item.deal_nature.as_ref().or(line.declaration.deal_nature.as_ref());
        text(nature.map(|code| code.as_str()))
    }),
    // The value.
    ("customs_value", |line| number(line.item.customs_value.map(|value| value.get()))),
    ("valuation_method", |line| text(line.item.valuation_method.as_ref().map(|code| code.as_str()))),
    ("priced_value", |line| number(line.known.and_then(ItemFacts::priced_value))),
    ("usual_price", |line| number(line.known.and_then(|known| Some(known.price?.median)))),
    ("low_price", |line| number(line.known.and_then(|known| Some(known.price?.low)))),
    ("at_stake", |line| number(Some(line.at_stake()))),
    // The masses.
    ("mass_net", |line| number(line.item.mass_net.map(|mass| mass.get()))),
    ("mass_gross", |line| number(line.item.mass_gross.map(|mass| mass.get()))),
    ("packages", |line| whole(line.item.package_count())),
    ("units", |line| {
        let units = line.item.supplementary.as_ref().and_then(|units| units.quantity.as_ref());
        number(units.map(|quantity| quantity.get()))
    }),
    // The papers, of the line and of the consignment.
    ("invoice", |line| flag(line.has(INVOICE))),
    ("contract_age", |line| line.age_of(CONTRACT)),
    ("invoice_age", |line| line.age_of(INVOICE)),
    ("papers_permits", |line| line.count("01")),
    ("papers_transport", |line| line.count("02")),
    ("papers_commercial", |line| line.count("04")),
    ("papers_origin", |line| line.count("06")),
    // The declaration as a whole.
    ("lines", |line| whole(u32::try_from(line.declaration.items.len()).ok())),
    ("customs_value_total", |line| number(Some(line.facts.customs_value_total))),
    ("payments_total", |line| number(Some(line.facts.payments_total))),
    ("warnings", |line| whole(Some(line.facts.finding_warnings))),
    // Who trades, without a name or a number.
    ("category", |line| text(Some(line.facts.category.as_str()))),
    ("years_active", |line| line.participant(|facts| Decimal::from(facts.years_active))),
    ("declarations_year", |line| line.participant(|facts| Decimal::from(facts.declarations_year))),
    ("offences_two_years", |line| line.participant(|facts| Decimal::from(facts.offences_two_years))),
    ("corrections_percent", |line| line.participant(|facts| facts.corrections_percent)),
    ("refusals_percent", |line| line.participant(|facts| facts.refusals_percent)),
    ("authorised", |line| line.participant(|facts| Decimal::from(u8::from(facts.authorised_operator)))),
    ("findings_year", |line| whole(line.facts.history.findings_year)),
    ("code_is_new", |line| line.known.and_then(|known| known.code_is_new).map_or(Value::Missing, flag)),
];

/// Contracts between seller and buyer (classifier of documents, decision 378 of 20.09.2010).
const CONTRACT: &[&str] = &["03011", "03012", "03013"];
/// Invoices, under a contract or without one (the same classifier).
const INVOICE: &[&str] = &["04021", "04022"];

impl<'a> Line<'a> {
    /// The line's own number, where it states one.
    pub fn number(&self) -> Option<u32> {
        self.item.number
    }

    fn origin(&self) -> Option<&'a str> {
        let country = self.item.origin_country.as_ref().or(self.declaration.origin_country.as_ref());
        country.map(|country| country.as_str())
    }

    fn dispatch(&self) -> Option<&'a str> {
        let country = self.item.dispatch_country.as_ref().or(self.declaration.dispatch_country.as_ref());
        country.map(|country| country.as_str())
    }

    /// The line's share of the payments of the declaration, by customs value; all of them where no value tells.
    fn at_stake(&self) -> Decimal {
        let (all, total) = (self.facts.payments_total.max(Decimal::ZERO), self.facts.customs_value_total);
        let value = self.item.customs_value.map(|value| value.get());
        let share = value.and_then(|value| value.checked_div(total)).filter(|share| *share <= Decimal::ONE);
        share.and_then(|share| all.checked_mul(share)).unwrap_or(all).round_dp(2)
    }

    /// The papers of the line, then those of the consignment, which stand with the first line or by themselves.
    fn papers(&self) -> impl Iterator<Item = &'a Document> + use<'a> {
        let first = self.declaration.items.first().filter(|first| !std::ptr::eq(*first, self.item));
        let of_consignment = first.map(|first| first.documents.as_slice()).unwrap_or_default();
        self.item.documents.iter().chain(of_consignment).chain(&self.declaration.documents)
    }

    fn of_kinds(&self, kinds: &'static [&'static str]) -> impl Iterator<Item = &'a Document> + use<'a> {
        let is = move |paper: &&Document| paper.kind.is_some_and(|kind| kinds.iter().any(|one| kind == *one));
        self.papers().filter(is)
    }

    fn has(&self, kinds: &'static [&'static str]) -> bool {
        self.of_kinds(kinds).next().is_some()
    }

    /// The age of the oldest paper of these kinds.
    fn age_of(&self, kinds: &'static [&'static str]) -> Value<'a> {
        let oldest = self.of_kinds(kinds).filter_map(|paper| paper.date).min();
        let days = oldest.and_then(|date| self.day.since(date).ok()).map(|span| span.get_days());
        days.map_or(Value::Missing, |days| Value::Number(f64::from(days)))
    }

    /// How many papers of a group of the classifier there are.
    fn count(&self, group: &str) -> Value<'a> {
        let of_group = |paper: &&Document| paper.kind.is_some_and(|kind| kind.as_str().starts_with(group));
        whole(u32::try_from(self.papers().filter(of_group).count()).ok())
    }

    fn participant(&self, of: fn(&ParticipantFacts) -> Decimal) -> Value<'a> {
        number(self.facts.participant.as_ref().map(of))
    }
}

fn text(value: Option<&str>) -> Value<'_> {
    value.filter(|text| !text.is_empty()).map_or(Value::Missing, Value::Text)
}

fn flag<'a>(holds: bool) -> Value<'a> {
    Value::Number(f64::from(u8::from(holds)))
}

fn whole<'a>(count: Option<u32>) -> Value<'a> {
    count.map_or(Value::Missing, |count| Value::Number(f64::from(count)))
}

/// Whether two names are the same; missing where one is.
fn alike<'a>(one: Option<&str>, other: Option<&str>) -> Value<'a> {
    one.zip(other).map_or(Value::Missing, |(one, other)| flag(one == other))
}

fn number<'a>(value: Option<Decimal>) -> Value<'a> {
    value.and_then(float).map_or(Value::Missing, Value::Number)
}

/// Whole numbers up to here are 64-bit floats exactly.
const EXACT: i128 = 1 << 53;
/// Powers of ten up to this one are, too.
const EXACT_POWER: usize = 22;
const POWERS: [f64; EXACT_POWER + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The float nearest to a decimal: where both parts of the fraction are floats exactly, one division, which IEEE 754
/// rounds alike everywhere; else by its digits, as a CSV file is read.
fn float(value: Decimal) -> Option<f64> {
    let (mantissa, scale) = (value.mantissa(), usize::try_from(value.scale()).ok()?);
    let power = POWERS.get(scale).copied();
    let float = match (mantissa.abs() <= EXACT, power) {
        (true, Some(power)) => mantissa.to_f64()? / power,
        _ => value.to_string().parse().ok()?,
    };
    // Minus zero is zero.
    Some(float + 0.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use declaration::{Amount, Leaf, Mass};
    use jiff::civil::date;
    use risk::{PriceFacts, PriceUnit};

    use super::*;
    use crate::FeatureTable;

    fn leaf<T: Leaf>(text: &str) -> Option<T> {
        Some(T::parse(text).unwrap())
    }

    fn paper(kind: &str, on: Date) -> Document {
        Document { kind: leaf(kind), date: Some(on), ..Document::default() }
    }

    fn declared() -> (Declaration, Facts) {
        let item = |number, code, value: &str| Item {
            number: Some(number),
            commodity_code: leaf(code),
            origin_country: leaf("CN"),
            customs_value: leaf(value),
            mass_net: leaf::<Mass>("40"),
            mass_gross: leaf::<Mass>("44.5"),
            ..Item::default()
        };
        let mut first = item(1, "8539229000", "1000.10");
        first.documents = vec![paper("03011", date(2020, 1, 1)), paper("04021", date(2026, 1, 1))];
        let declaration = Declaration {
            direction: leaf("ИМ"),
            dispatch_country: leaf("HK"),
            items: vec![first, item(2, "8517130000", "3000.30")],
            ..Declaration::default()
        };
        let mut lines = ItemFacts::of_lines(&declaration);
        lines[1].price = Some(PriceFacts {
            per: PriceUnit::Kilogram,
            median: Decimal::new(300, 0),
            low: Decimal::new(100, 0),
            high: Decimal::new(900, 0),
            sample: 50,
        });
        let facts = Facts {
            payments_total: Decimal::from(400),
            customs_value_total: leaf::<Amount>("4000.40").unwrap().get(),
            items: lines,
            ..Facts::default()
        };
        (declaration, facts)
    }

    #[test]
    fn a_line_says_what_the_declaration_says() {
        let (declaration, facts) = declared();
        let lines = lines(&declaration, &facts, date(2026, 3, 2));
        let (first, second) = (&lines[0], &lines[1]);
        for (line, column, wanted) in [
            (first, "code", Value::Text("8539229000")),
            (first, "chapter", Value::Text("85")),
            (second, "dispatch", Value::Text("HK")),
            (second, "origin_is_dispatch", Value::Number(0.0)),
            (second, "trade_is_dispatch", Value::Missing),
            (first, "customs_value", Value::Number(1000.1)),
            (first, "usual_price", Value::Missing),
            (second, "usual_price", Value::Number(300.0)),
            (second, "priced_value", Value::Number(75.0075)),
            (first, "at_stake", Value::Number(100.0)),
            // Papers of the consignment stand with the first line and hold for every one.
            (second, "invoice", Value::Number(1.0)),
            (second, "contract_age", Value::Number(2252.0)),
            (second, "papers_origin", Value::Number(0.0)),
            (second, "papers_commercial", Value::Number(1.0)),
            (first, "category", Value::Text("medium")),
            (first, "findings_year", Value::Missing),
            (first, "nowhere", Value::Missing),
        ] {
            assert_eq!(line.value(column), wanted, "{column}");
        }
    }

    /// What a model looks at is there, once; and whatever is there says something to it or is the whole of a part that does.
    #[test]
    fn the_table_of_features_and_the_columns_agree() {
        let table = FeatureTable::declared().unwrap();
        let names: BTreeSet<&str> = columns().collect();
        assert_eq!(names.len(), COLUMNS.len());
        let read: BTreeSet<&str> = table.columns().into_iter().map(|(column, _)| column).collect();
        assert_eq!(read, names);
        assert!(!names.contains("tax_number") && !names.iter().any(|name| name.contains("declarant")));
    }

    #[test]
    fn decimals_become_the_nearest_float_on_either_way() {
        for text in
            ["0", "-0.0", "0.1", "8727.28", "1e-28", "9007199254740993", "33.333333333333333333333333333"]
        {
            let decimal = Decimal::from_scientific(text).or_else(|_| text.parse()).unwrap();
            let wanted: f64 = decimal.to_string().parse::<f64>().unwrap() + 0.0;
            assert_eq!(float(decimal).map(f64::to_bits), Some(wanted.to_bits()), "{text}");
        }
    }

    /// Written and read, every value has the same bits.
    #[test]
    fn what_is_written_is_read_again() {
        for number in [0.1, 1.0 / 3.0, 1e-28, 123_456_789.123_456_78, 7.9e28] {
            let text = written(Value::Number(number));
            assert_eq!(crate::row::number_of(&text).map(f64::to_bits), Some(number.to_bits()), "{text}");
        }
        assert_eq!(
            (written(Value::Missing), written(Value::Text("0102"))),
            (String::new(), "0102".to_owned())
        );
    }
}
