//! Declarations of customs value, read line by line: what each states, and what its boxes come to when they are
//! converted at the rates of the day.
//!
//! Two documents are read: the album's (`customs_value`, DTS-1 and DTS-2) and the Commission's (`eec_value`, R.038). One
//! table, [`BOXES`], says which element of each is which box; the arithmetic is [`crate::value`]'s.

use declaration::{CurrencyCode, Form, Path};
use jiff::civil::Date;
use reference::Reference;
use reference::pack::Pack;
use rust_decimal::Decimal;

use crate::assessment::Conversion;
use crate::value::{
    Addition, Cost, Deduction, Difference, FromResale, Money, NotValued, Terms, Valuation, Valued,
    customs_value,
};

/// Lines of a declaration of customs value that are looked at; a declaration on goods has no more.
const LINES_MAX: usize = 999;

/// The documents that state customs values, by the stable name of their kind.
pub const KINDS: [&str; 2] = ["customs_value", "eec_value"];

/// One line of a declaration of customs value.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedValue {
    /// Where it states the value, in the document.
    pub path: Path,
    /// The number of the goods in the declaration on goods, from 1.
    pub item: Option<u32>,
    /// The value it states, in the national currency.
    pub stated: Option<Decimal>,
    /// What its boxes come to, step by step, or why they come to nothing; none where it shows no calculation.
    pub worked: Option<Result<Valued, NotValued>>,
}

/// What a box holds.
#[derive(Debug, Clone, Copy)]
enum Box {
    Add(Addition),
    Deduct(Deduction),
    Plus(Difference),
    Minus(Difference),
    Resale(FromResale),
    Cost(Cost),
}

/// Method of the calculation, element of the album's document, element of the Commission's, what it is.
type Row = (&'static str, &'static str, &'static str, Box);

/// Every box of the forms that is an amount of money, but for the price.
const BOXES: &[Row] = &[
    (
        METHOD_1,
        "basis/indirect_payments_national",
        "basis/indirect_payments_national",
        Box::Add(Addition::Indirect),
    ),
    (METHOD_1, "additions/agent_broker_fees", "additions/agent_broker_fees", Box::Add(Addition::Commissions)),
    (METHOD_1, "additions/packaging_costs", "additions/packaging_costs", Box::Add(Addition::Packing)),
    (
        METHOD_1,
        "additions/raw_materials_value",
        "additions/raw_materials_value",
        Box::Add(Addition::Materials),
    ),
    (METHOD_1, "additions/tools_cost", "additions/tools_value", Box::Add(Addition::Tools)),
    (
        METHOD_1,
        "additions/consumed_materials_value",
        "additions/consumables_cost",
        Box::Add(Addition::Consumables),
    ),
    (METHOD_1, "additions/design_cost", "additions/design_cost", Box::Add(Addition::Design)),
    (METHOD_1, "additions/royalties", "additions/royalty_amount", Box::Add(Addition::Royalties)),
    (METHOD_1, "additions/resale_proceeds", "additions/resale_proceeds", Box::Add(Addition::Proceeds)),
    (METHOD_1, "additions/border_transport_costs", "additions/transport_costs", Box::Add(Addition::Freight)),
    (METHOD_1, "additions/loading_costs", "additions/loading_costs", Box::Add(Addition::Handling)),
    (METHOD_1, "additions/insurance_costs", "additions/insurance_costs", Box::Add(Addition::Insurance)),
    (METHOD_1, "deductions/assembly_costs", "deductions/assembly_costs", Box::Deduct(Deduction::Assembly)),
    (
        METHOD_1,
        "deductions/union_transport_costs",
        "deductions/transport_costs",
        Box::Deduct(Deduction::Inland),
    ),
    (
        METHOD_1,
        "deductions/union_taxes_amount",
        "deductions/union_taxes_amount",
        Box::Deduct(Deduction::Levies),
    ),
    (
        METHOD_236,
        "adjustments/quantity_minus",
        "adjustment_deductions/quantity_adjustment",
        Box::Minus(Difference::Quantity),
    ),
    (
        METHOD_236,
        "adjustments/commercial_level_minus",
        "adjustment_deductions/commercial_level_adjustment",
        Box::Minus(Difference::Level),
    ),
    (
        METHOD_236,
        "adjustments/border_transport_minus",
        "adjustment_deductions/transport_adjustment",
        Box::Minus(Difference::Carriage),
    ),
    (
        METHOD_236,
        "adjustments/loading_minus",
        "adjustment_deductions/loading_adjustment",
        Box::Minus(Difference::Carriage),
    ),
    (
        METHOD_236,
        "adjustments/insurance_minus",
        "adjustment_deductions/insurance_adjustment",
        Box::Minus(Difference::Carriage),
    ),
    (
        METHOD_236,
        "adjustments/quantity_plus",
        "adjustment_additions/quantity_adjustment",
        Box::Plus(Difference::Quantity),
    ),
    (
        METHOD_236,
        "adjustments/commercial_level_plus",
        "adjustment_additions/commercial_level_adjustment",
        Box::Plus(Difference::Level),
    ),
    (
        METHOD_236,
        "adjustments/border_transport_plus",
        "adjustment_additions/transport_adjustment",
        Box::Plus(Difference::Carriage),
    ),
    (
        METHOD_236,
        "adjustments/loading_plus",
        "adjustment_additions/loading_adjustment",
        Box::Plus(Difference::Carriage),
    ),
    (
        METHOD_236,
        "adjustments/insurance_plus",
        "adjustment_additions/insurance_adjustment",
        Box::Plus(Difference::Carriage),
    ),
    (METHOD_46, "deductions/agent_commission", "profit", Box::Resale(FromResale::Margin)),
    (METHOD_46, "deductions/union_transport_costs", "transport_costs", Box::Resale(FromResale::Inland)),
    (METHOD_46, "deductions/union_taxes_amount", "union_taxes_amount", Box::Resale(FromResale::Levies)),
    (
        METHOD_46,
        "deductions/processing_added_value",
        "processing_added_value",
        Box::Resale(FromResale::Processing),
    ),
    (METHOD_56, "basis/production_costs", "production_costs", Box::Cost(Cost::Production)),
    (METHOD_56, "basis/packaging_costs", "packaging_costs", Box::Cost(Cost::Production)),
    (METHOD_56, "basis/design_cost_union", "design_cost_union", Box::Cost(Cost::Production)),
    (METHOD_56, "basis/raw_materials_value", "raw_materials_value", Box::Cost(Cost::Production)),
    (METHOD_56, "basis/tools_cost", "tools_value", Box::Cost(Cost::Production)),
    (METHOD_56, "basis/consumables_cost", "consumables_cost", Box::Cost(Cost::Production)),
    (METHOD_56, "basis/design_cost", "design_cost", Box::Cost(Cost::Production)),
    (METHOD_56, "basis/other_production_costs", "other_production_costs", Box::Cost(Cost::Production)),
    (METHOD_56, "basis/profit_and_expenses", "profit", Box::Cost(Cost::Profit)),
    (METHOD_56, "basis/border_transport_costs", "transport_costs", Box::Cost(Cost::Carriage)),
    (METHOD_56, "basis/loading_costs", "loading_costs", Box::Cost(Cost::Carriage)),
    (METHOD_56, "basis/insurance_costs", "insurance_costs", Box::Cost(Cost::Carriage)),
];

const METHOD_1: &str = "method_1_calculation";
const METHOD_236: &str = "method_236_calculation";
const METHOD_46: &str = "method_46_calculation";
const METHOD_56: &str = "method_56_calculation";

/// How one of the two documents is laid out.
struct Layout {
    /// The list of its lines.
    lines: &'static str,
    /// The number of the goods.
    item: &'static str,
    /// The record its calculations stand in; empty where they stand in the line itself.
    calculation: &'static str,
    /// Which column of [`BOXES`] names its elements.
    element: fn(&Row) -> &'static str,
    /// Price and its currency (method 1).
    price: (&'static str, &'static str),
    /// Value of comparable goods, their quantity, that of the goods valued (methods 2, 3).
    comparable: (&'static str, &'static str, &'static str),
    /// Price of a unit, quantity (method 4).
    resale: (&'static str, &'static str),
    /// Amounts in other currencies: list, box, amount, currency.
    foreign: (&'static str, &'static str, &'static str, &'static str),
    /// The method, as the line states it.
    method: &'static str,
}

const ALBUM: Layout = Layout {
    lines: "goods_values",
    item: "declaration_item_number",
    calculation: "calculation/",
    element: |row| row.1,
    price: ("basis/price_foreign", "basis/price_currency"),
    comparable: (
        "basis/similar_deal_value_national",
        "identical_goods_quantity/quantity",
        "imported_quantity/quantity",
    ),
    resale: ("basis/unit_price_national", "imported_quantity/quantity"),
    foreign: ("currency_payments", "box", "amount", "currency"),
    method: "valuation_method",
};

const COMMISSION: Layout = Layout {
    lines: "items",
    item: "item_number",
    calculation: "",
    element: |row| row.2,
    price: ("basis/invoice_price/value", "basis/invoice_price/currency"),
    comparable: (
        "identical_goods_value/value",
        "identical_goods_quantity/quantity/value",
        "quantity/quantity/value",
    ),
    resale: ("unit_price/value", "quantity/quantity/value"),
    foreign: ("currency_conversions", "box", "value/value", "value/currency"),
    method: "valuation_method/value",
};

/// The elements that hold the boxes: of the album's document and of the Commission's, below the calculation of a line.
pub fn elements() -> impl Iterator<Item = (String, String)> {
    BOXES.iter().map(|row| (format!("{}/{}", row.0, row.1), format!("{}/{}", row.0, row.2)))
}

/// Reads a declaration of customs value and works out each line at the rates of a day; empty for any other document.
pub fn stated_values(
    kind: &str,
    form: &Form,
    reference: &Reference,
    pack: &Pack,
    on: Date,
) -> Vec<StatedValue> {
    let layout = match kind {
        "customs_value" => &ALBUM,
        "eec_value" => &COMMISSION,
        _ => return Vec::new(),
    };
    let rate = |currency: CurrencyCode| {
        let set = reference.exchange_rate(pack, currency, on)?;
        Some(Conversion { currency, rate: set.rate, units: set.units, date: Some(set.date) })
    };
    let norms = pack.payments.norms.on(on);
    let terms =
        Terms { currency: pack.currency, rate: &rate, rounding: pack.payments.rounding, norms: &norms };
    let mut values = Vec::new();
    for (nth, line) in form.forms(layout.lines).take(LINES_MAX).enumerate() {
        let reading = Reading { layout, line, national: pack.currency };
        let valuation = reading.valuation(form);
        let (field, stated) = reading.stated();
        values.push(StatedValue {
            path: Path::new(layout.lines).at(nth).field(field),
            item: line.text(layout.item).and_then(|text| text.parse().ok()),
            stated,
            worked: valuation.map(|valuation| customs_value(&valuation, &terms)),
        });
    }
    values
}

/// One line under reading.
struct Reading<'f> {
    layout: &'f Layout,
    line: &'f Form,
    national: CurrencyCode,
}

impl Reading<'_> {
    /// The value the line states, and the field it stands in.
    fn stated(&self) -> (&'static str, Option<Decimal>) {
        if let Some(value) = number(self.line, "customs_value_national") {
            return ("customs_value_national", Some(value));
        }
        let national = self.national.to_string();
        let mut values = self.line.forms("customs_value");
        let own = values.find(|value| value.text("currency").as_deref() == Some(&national));
        ("customs_value", own.and_then(|value| number(value, "value")))
    }

    /// What the value is worked out from; none where the line shows no calculation.
    fn valuation(&self, form: &Form) -> Option<Valuation> {
        let valuation = self.by_price().or_else(|| self.by_comparison()).or_else(|| self.by_resale());
        let valuation = valuation.or_else(|| self.by_costs())?;
        let method = self.line.text(self.layout.method).or_else(|| form.text(self.layout.method));
        Some(match (method.as_deref(), valuation) {
            (Some("6"), valuation) => Valuation::FallBack(valuation.into()),
            (Some("3"), Valuation::Comparable { value, quantity, wanted, additions, deductions, .. }) => {
                Valuation::Comparable { identical: false, value, quantity, wanted, additions, deductions }
            }
            (_, valuation) => valuation,
        })
    }

    fn by_price(&self) -> Option<Valuation> {
        let (price, currency) = self.layout.price;
        let amount = self.number(METHOD_1, price)?;
        let currency = self.text(METHOD_1, currency)?.parse().ok()?;
        let (mut additions, mut deductions) = (Vec::new(), Vec::new());
        for (what, amount) in self.amounts(METHOD_1) {
            match what {
                Box::Add(what) => self.each(what, what.form_box(), amount, &mut additions),
                Box::Deduct(what) => self.each(what, what.form_box(), amount, &mut deductions),
                _ => {}
            }
        }
        Some(Valuation::Transaction { price: vec![Money { amount, currency }], additions, deductions })
    }

    /// An amount as it was paid: in the currencies the line names for its box, else in the national one.
    fn each<W: Copy>(&self, what: W, form_box: &str, amount: Decimal, into: &mut Vec<(W, Money)>) {
        let (list, of_box, sum, currency) = self.layout.foreign;
        let mut found = false;
        for row in self.line.forms(list) {
            let same = row.text(of_box).is_some_and(|text| same_box(&text, form_box));
            let currency = row.text(currency).and_then(|text| text.parse().ok());
            if let (true, Some(amount), Some(currency)) = (same, number(row, sum), currency) {
                into.push((what, Money { amount, currency }));
                found = true;
            }
        }
        if !found {
            into.push((what, self.national(amount)));
        }
    }

    fn by_comparison(&self) -> Option<Valuation> {
        let (value, quantity, wanted) = self.layout.comparable;
        let value = self.national(self.number(METHOD_236, value)?);
        let quantities = self.number(METHOD_236, quantity).zip(self.number(METHOD_236, wanted));
        let (quantity, wanted) = quantities.unwrap_or((Decimal::ONE, Decimal::ONE));
        let (mut additions, mut deductions) = (Vec::new(), Vec::new());
        for (what, amount) in self.amounts(METHOD_236) {
            match what {
                Box::Plus(what) => additions.push((what, self.national(amount))),
                Box::Minus(what) => deductions.push((what, self.national(amount))),
                _ => {}
            }
        }
        Some(Valuation::Comparable { identical: true, value, quantity, wanted, additions, deductions })
    }

    /// The form deducts from the price of one unit; the value is worked out for all of them.
    fn by_resale(&self) -> Option<Valuation> {
        let (price, quantity) = self.layout.resale;
        let unit_price = self.national(self.number(METHOD_46, price)?);
        let quantity = self.number(METHOD_46, quantity)?;
        let mut deductions = Vec::new();
        for (what, amount) in self.amounts(METHOD_46) {
            if let Box::Resale(what) = what {
                deductions.push((what, self.national(amount.checked_mul(quantity)?)));
            }
        }
        Some(Valuation::Deductive { unit_price, quantity, deductions })
    }

    fn by_costs(&self) -> Option<Valuation> {
        let costs = self.amounts(METHOD_56).into_iter().filter_map(|(what, amount)| match what {
            Box::Cost(what) => Some((what, self.national(amount))),
            _ => None,
        });
        let costs: Vec<(Cost, Money)> = costs.collect();
        (!costs.is_empty()).then_some(Valuation::Computed { costs })
    }

    /// The amounts of one calculation, in the order of the form.
    fn amounts(&self, method: &str) -> Vec<(Box, Decimal)> {
        let rows = BOXES.iter().filter(|row| row.0 == method);
        let amount = |row: &Row| Some((row.3, self.number(method, (self.layout.element)(row))?));
        rows.filter_map(amount).collect()
    }

    fn national(&self, amount: Decimal) -> Money {
        Money { amount, currency: self.national }
    }

    /// A number: an element's, or its value where the element has a currency of its own.
    fn number(&self, method: &str, element: &str) -> Option<Decimal> {
        let path = format!("{}{method}/{element}", self.layout.calculation);
        number(self.line, &path).or_else(|| number(self.line, &format!("{path}/value")))
    }

    fn text(&self, method: &str, element: &str) -> Option<String> {
        self.line.text(&format!("{}{method}/{element}", self.layout.calculation))
    }
}

fn number(form: &Form, path: &str) -> Option<Decimal> {
    Decimal::from_str_exact(&form.text(path)?).ok()
}

/// Whether a line names a box of the form: `13а`, and `13a` in Latin letters.
fn same_box(text: &str, form_box: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        letters.map(|c| if c == 'a' { 'а' } else { c }).collect()
    };
    plain(text) == plain(form_box)
}
