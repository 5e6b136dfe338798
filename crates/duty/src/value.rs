//! The customs value by each of its six methods, as the declaration of customs value works it out: amounts in
//! the currencies they were paid in, converted at the rate of the day, each rounded, then summed.
//!
//! The methods and what is added or deducted are those of the Agreement on Implementation of Article VII of the
//! GATT 1994 (articles 1–8), which the Union's code repeats (articles 38–45) and the United Kingdom's law too.
//! The forms are those of decision 160 of the Commission's Board of 16.10.2018: DTS-1 for the first method,
//! DTS-2 for the others.

use declaration::{CurrencyCode, Text};
use reference::pack::{Norms, Rounding};
use rust_decimal::Decimal;

use crate::arithmetic::step;
use crate::assessment::{Conversion, Step};

/// An amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// How much.
    pub amount: Decimal,
    /// Of which currency.
    pub currency: CurrencyCode,
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $one:ident: $form:literal, $ru:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$of])* $one,)+ }

        impl $name {
            /// All of them, in the order of the form.
            pub const ALL: &'static [$name] = &[$($name::$one),+];

            /// The box of the form, where it has one of its own.
            pub fn form_box(self) -> &'static str {
                match self { $($name::$one => $form,)+ }
            }

            /// What it is, in words.
            pub fn words(self) -> (&'static str, &'static str) {
                match self { $($name::$one => ($ru, $en),)+ }
            }
        }
    };
}

named! {
    /// What is added to the price, as far as the price does not hold it (article 8; article 40 of the Union's code).
    Addition {
        /// Indirect payments, set off against debts.
        Indirect: "11б", "косвенные платежи", "indirect payments";
        /// Commissions but for buying ones, brokerage.
        Commissions: "13а", "вознаграждения посредникам, брокерам", "commissions and brokerage";
        /// Containers and packing.
        Packing: "13б", "тара и упаковка", "containers and packing";
        /// Materials and components supplied by the buyer.
        Materials: "14а", "сырьё, материалы, детали, предоставленные покупателем", "materials supplied by the buyer";
        /// Tools, dies, moulds.
        Tools: "14б", "инструменты, штампы, формы", "tools, dies, moulds";
        /// Materials consumed in production.
        Consumables: "14в", "материалы, израсходованные при производстве", "materials consumed";
        /// Engineering, development, design undertaken elsewhere.
        Design: "14г", "проектирование, разработка, дизайн", "engineering, development, design";
        /// Royalties and licence fees.
        Royalties: "15", "лицензионные платежи", "royalties and licence fees";
        /// Proceeds of resale that accrue to the seller.
        Proceeds: "16", "часть дохода, причитающаяся продавцу", "proceeds that accrue to the seller";
        /// Carriage to the place of arrival.
        Freight: "17", "перевозка до места прибытия", "carriage to the place of arrival";
        /// Loading, unloading, handling on that way.
        Handling: "18", "погрузка, разгрузка, перегрузка", "loading, unloading, handling";
        /// Insurance on that way.
        Insurance: "19", "страхование", "insurance";
    }
}

named! {
    /// What is deducted from the price, where it is set apart and the price holds it.
    Deduction {
        /// Building, assembly, maintenance after importation.
        Assembly: "21", "сборка, монтаж, обслуживание после ввоза", "assembly and maintenance after importation";
        /// Carriage after arrival.
        Inland: "22", "перевозка после прибытия", "carriage after arrival";
        /// Duties and taxes of the country of importation.
        Levies: "23", "пошлины, налоги и сборы", "duties, taxes and fees";
    }
}

named! {
    /// In what goods compared with differ (methods 2 and 3).
    Difference {
        /// Quantity sold.
        Quantity: "", "различие в количестве", "difference in quantity";
        /// Commercial level.
        Level: "", "различие в коммерческом уровне", "difference in commercial level";
        /// Cost of carriage and insurance.
        Carriage: "", "различие в расходах на перевозку", "difference in cost of carriage";
    }
}

named! {
    /// What is deducted from the price of resale (method 4; article 43 of the Union's code).
    FromResale {
        /// Commissions paid, or usual profit and general expenses.
        Margin: "", "вознаграждение либо прибыль и общие расходы", "commissions, or profit and general expenses";
        /// Carriage and insurance after arrival.
        Inland: "", "перевозка и страхование после прибытия", "carriage and insurance after arrival";
        /// Duties and taxes of the country of importation.
        Levies: "", "пошлины, налоги и сборы", "duties, taxes and fees";
        /// Value added by processing.
        Processing: "", "стоимость, добавленная переработкой", "value added by processing";
    }
}

named! {
    /// What the value is computed from (method 5; article 44 of the Union's code).
    Cost {
        /// Materials and making.
        Production: "", "изготовление: материалы и работы", "materials and fabrication";
        /// Profit and general expenses.
        Profit: "", "прибыль и общие расходы", "profit and general expenses";
        /// Carriage, handling and insurance to the place of arrival.
        Carriage: "", "перевозка, погрузка, страхование до места прибытия", "carriage, handling and insurance to the place of arrival";
    }
}

/// What a customs value is worked out from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Valuation {
    /// Method 1: the price paid or payable.
    Transaction {
        /// The price, in as many currencies as it is paid in.
        price: Vec<Money>,
        /// What is added.
        additions: Vec<(Addition, Money)>,
        /// What is deducted.
        deductions: Vec<(Deduction, Money)>,
    },
    /// Methods 2 and 3: the accepted value of identical or similar goods.
    Comparable {
        /// Whether they are identical, or only similar.
        identical: bool,
        /// Their customs value.
        value: Money,
        /// Their quantity.
        quantity: Decimal,
        /// The quantity of the goods valued, in the same unit.
        wanted: Decimal,
        /// What is added to their value.
        additions: Vec<(Difference, Money)>,
        /// What is deducted from it.
        deductions: Vec<(Difference, Money)>,
    },
    /// Method 4: the price of one unit sold in the country of importation.
    Deductive {
        /// The price of the unit.
        unit_price: Money,
        /// The quantity of the goods valued.
        quantity: Decimal,
        /// What is deducted for all of them.
        deductions: Vec<(FromResale, Money)>,
    },
    /// Method 5: what making and bringing the goods costs.
    Computed {
        /// The costs.
        costs: Vec<(Cost, Money)>,
    },
    /// Method 6: one of the others, applied with flexibility.
    FallBack(Box<Valuation>),
}

impl Valuation {
    /// The number of the method, as box 43 states it.
    pub fn method(&self) -> u8 {
        match self {
            Valuation::Transaction { .. } => 1,
            Valuation::Comparable { identical: true, .. } => 2,
            Valuation::Comparable { identical: false, .. } => 3,
            Valuation::Deductive { .. } => 4,
            Valuation::Computed { .. } => 5,
            Valuation::FallBack(_) => 6,
        }
    }
}

/// A customs value and how it was worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct Valued {
    /// In the national currency.
    pub amount: Decimal,
    /// Step by step; the last is the amount.
    pub steps: Vec<Step>,
}

/// Why there is no customs value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotValued {
    /// A currency has no rate on the day.
    NoRate(CurrencyCode),
    /// A quantity to divide by is zero.
    NoQuantity,
    /// More is deducted than there is.
    BelowZero,
    /// The numbers are too large.
    TooLarge,
}

/// Currency rates of the day, the national currency, how boxes are rounded, and norms to cite.
pub struct Terms<'t> {
    /// The national currency.
    pub currency: CurrencyCode,
    /// What a currency is worth on the day.
    pub rate: &'t dyn Fn(CurrencyCode) -> Option<Conversion>,
    /// How each box is rounded.
    pub rounding: Rounding,
    /// The norms.
    pub norms: &'t Norms,
}

/// Works a customs value out.
///
/// # Errors
/// Where a rate or a quantity is missing, or the numbers make no sense.
pub fn customs_value(valuation: &Valuation, terms: &Terms<'_>) -> Result<Valued, NotValued> {
    let mut form = Form { terms, sum: Decimal::ZERO, steps: Vec::new(), formula: String::new() };
    form.fill(valuation)?;
    let Form { sum, mut steps, formula, .. } = form;
    if sum < Decimal::ZERO {
        return Err(NotValued::BelowZero);
    }
    let method = valuation.method();
    let words =
        (format!("таможенная стоимость, метод {method}"), format!("customs value by method {method}"));
    steps.push(step(words.0, words.1, formula, sum, &terms.norms.value));
    Ok(Valued { amount: sum, steps })
}

/// A declaration of customs value being filled in.
struct Form<'t> {
    terms: &'t Terms<'t>,
    sum: Decimal,
    steps: Vec<Step>,
    /// The sum so far as it is written.
    formula: String,
}

impl Form<'_> {
    fn fill(&mut self, valuation: &Valuation) -> Result<(), NotValued> {
        match valuation {
            Valuation::Transaction { price, additions, deductions } => {
                for money in price {
                    self.enter(
                        "11а",
                        ("цена, фактически уплаченная", "price paid or payable"),
                        *money,
                        true,
                    )?;
                }
                for (what, money) in additions {
                    self.enter(what.form_box(), what.words(), *money, true)?;
                }
                for (what, money) in deductions {
                    self.enter(what.form_box(), what.words(), *money, false)?;
                }
            }
            Valuation::Comparable { identical, value, quantity, wanted, additions, deductions } => {
                let words = if *identical {
                    ("стоимость идентичных товаров", "value of identical goods")
                } else {
                    ("стоимость однородных товаров", "value of similar goods")
                };
                self.enter("", words, *value, true)?;
                for (what, money) in additions {
                    self.enter("", what.words(), *money, true)?;
                }
                for (what, money) in deductions {
                    self.enter("", what.words(), *money, false)?;
                }
                self.scale(*wanted, *quantity)?;
            }
            Valuation::Deductive { unit_price, quantity, deductions } => {
                let amount = unit_price.amount.checked_mul(*quantity).ok_or(NotValued::TooLarge)?;
                let all = Money { amount, ..*unit_price };
                let words = ("цена перепродажи × количество", "price of resale × quantity");
                self.enter("", words, all, true)?;
                for (what, money) in deductions {
                    self.enter("", what.words(), *money, false)?;
                }
            }
            Valuation::Computed { costs } => {
                for (what, money) in costs {
                    self.enter("", what.words(), *money, true)?;
                }
            }
            Valuation::FallBack(other) => self.fill(other)?,
        }
        Ok(())
    }

    /// One box: converted, rounded, added or deducted.
    fn enter(
        &mut self,
        form_box: &str,
        words: (&str, &str),
        money: Money,
        add: bool,
    ) -> Result<(), NotValued> {
        let Money { amount, currency } = money;
        let own = currency == self.terms.currency;
        let (value, formula) = if own {
            (amount, format!("{amount} {currency}"))
        } else {
            let conversion = (self.terms.rate)(currency).ok_or(NotValued::NoRate(currency))?;
            let value = conversion.convert(amount).ok_or(NotValued::TooLarge)?;
            (value, format!("{amount} {currency} × {}", conversion.formula()))
        };
        let value = self.terms.rounding.of(value);
        let of_form = |words: &str, of: &str| {
            if form_box.is_empty() { words.to_owned() } else { format!("{words} ({of} {form_box})") }
        };
        let what = Text::new(of_form(words.0, "графа ДТС"), of_form(words.1, "DTS box"));
        let norm = if own { String::new() } else { self.terms.norms.currency.clone() };
        self.steps.push(Step { what, formula, result: value.normalize(), norm });
        let sum = if add { self.sum.checked_add(value) } else { self.sum.checked_sub(value) };
        self.sum = sum.ok_or(NotValued::TooLarge)?;
        let sign = match (self.formula.is_empty(), add) {
            (true, true) => "",
            (true, false) => "-",
            (false, true) => " + ",
            (false, false) => " - ",
        };
        self.formula += &format!("{sign}{}", value.normalize());
        Ok(())
    }

    /// The share of another quantity.
    fn scale(&mut self, wanted: Decimal, quantity: Decimal) -> Result<(), NotValued> {
        if quantity.is_zero() {
            return Err(NotValued::NoQuantity);
        }
        let product = self.sum.checked_mul(wanted).ok_or(NotValued::TooLarge)?;
        let share = product.checked_div(quantity).ok_or(NotValued::TooLarge)?;
        self.sum = self.terms.rounding.of(share);
        self.formula = format!("({}) × {} / {}", self.formula, wanted.normalize(), quantity.normalize());
        Ok(())
    }
}

/// An amount for all goods, such as freight, shared out by weights: gross mass, or price. Each share is rounded,
/// none goes beyond what is left, and the last that has a weight takes what remains, so that the shares sum up
/// to the amount.
///
/// None where no weight is above zero, one is below it, or the numbers are too large.
pub fn distribute(amount: Decimal, weights: &[Decimal], rounding: Rounding) -> Option<Vec<Decimal>> {
    if amount < Decimal::ZERO || weights.iter().any(|weight| *weight < Decimal::ZERO) {
        return None;
    }
    let all = weights.iter().try_fold(Decimal::ZERO, |sum, weight| sum.checked_add(*weight))?;
    let last = weights.iter().rposition(|weight| !weight.is_zero())?;
    let mut left = amount;
    let mut shares = Vec::with_capacity(weights.len());
    for (nth, weight) in weights.iter().enumerate() {
        let share = if nth == last {
            left
        } else {
            rounding.of(amount.checked_mul(*weight)?.checked_div(all)?).min(left)
        };
        left = left.checked_sub(share)?;
        shares.push(share);
    }
    Some(shares)
}
