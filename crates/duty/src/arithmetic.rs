//! The arithmetic of rates, and the same arithmetic written out: one function, so that what an
//! officer reads is what was computed.

use std::borrow::Cow;

use declaration::Text;
use reference::pack::{ChargeSign, Norms, Rounding, RoundingMode};
use rust_decimal::Decimal;

use crate::assessment::{
    Admitted, ChargeWorking, Conversion, CustomsValue, FeeWorking, Join, Line, RateWorking, ShareWorking,
    SpecificWorking, Step, Working,
};
use crate::later::calendar_months;

/// Digits after the point of an amount that are always written: kopecks, lumas.
pub const AMOUNT_SCALE: u32 = 2;

/// Per cent of a number.
pub(crate) fn percent_of(base: Decimal, percent: Decimal) -> Option<Decimal> {
    base.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)
}

/// Takes the steps of a computation, or lets them pass where nobody reads them.
pub(crate) trait Steps {
    fn step(&mut self, step: impl FnOnce(&Norms) -> Step);
}

/// Nobody reads: nothing is written.
pub(crate) struct Unread;

impl Steps for Unread {
    fn step(&mut self, _: impl FnOnce(&Norms) -> Step) {}
}

/// Steps written down, with the norms of what all payments have in common.
pub(crate) struct Written<'n> {
    pub(crate) steps: Vec<Step>,
    pub(crate) norms: &'n Norms,
}

impl Steps for Written<'_> {
    fn step(&mut self, step: impl FnOnce(&Norms) -> Step) {
        self.steps.push(step(self.norms));
    }
}

pub(crate) fn step(
    ru: impl Into<Cow<'static, str>>,
    en: impl Into<Cow<'static, str>>,
    formula: String,
    result: Decimal,
    norm: &str,
) -> Step {
    Step { what: Text::new(ru, en), formula, result: result.normalize(), norm: norm.to_owned() }
}

impl Conversion {
    /// The value of an amount in the currency of the assessment.
    pub(crate) fn convert(&self, amount: Decimal) -> Option<Decimal> {
        let value = amount.checked_mul(self.rate)?;
        if self.units == Decimal::ONE { Some(value) } else { value.checked_div(self.units) }
    }

    pub(crate) fn formula(&self) -> String {
        if self.units == Decimal::ONE {
            self.rate.to_string()
        } else {
            format!("{} / {}", self.rate, self.units)
        }
    }
}

impl CustomsValue {
    /// A value that box 45 states.
    pub(crate) fn stated(amount: Decimal) -> Self {
        Self { amount, from_price: None, charges: Vec::new() }
    }

    /// The value of a price with what is added and deducted, each part rounded as box 45 is; none where the
    /// numbers are too large.
    pub(crate) fn from_price(
        price: Decimal,
        conversion: Conversion,
        charges: Vec<ChargeWorking>,
    ) -> Option<Self> {
        let mut value = Self { amount: Decimal::ZERO, from_price: Some((price, conversion)), charges };
        value.amount = value.worked(&mut Unread)?;
        Some(value)
    }

    fn write(&self, steps: &mut impl Steps) {
        if self.worked(steps).is_none() {
            steps.step(|norms| {
                let formula = self.amount.normalize().to_string();
                let (ru, en) = ("таможенная стоимость (графа 45)", "customs value (box 45)");
                step(ru, en, formula, self.amount, &norms.value)
            });
        }
    }

    /// The value worked out from the price; none where it was stated, or the numbers are too large.
    fn worked(&self, steps: &mut impl Steps) -> Option<Decimal> {
        let (price, conversion) = self.from_price.as_ref()?;
        let of_price = Rounding::default().of(conversion.convert(*price)?);
        let alone = self.charges.is_empty();
        steps.step(|norms| {
            let formula = format!("≈ {price} {} × {}", conversion.currency, conversion.formula());
            let (ru, en, norm) = if alone {
                let (ru, en) =
                    ("таможенная стоимость: графа 42 × графа 23", "customs value: box 42 × box 23");
                (ru, en, norms.value.as_str())
            } else {
                ("цена товара: графа 42 × графа 23", "price: box 42 × box 23", norms.currency.as_str())
            };
            step(ru, en, formula, of_price, norm)
        });
        if alone {
            return Some(of_price);
        }
        let mut sum = of_price;
        let mut parts = Vec::with_capacity(self.charges.len());
        for charge in &self.charges {
            let part = charge.part(steps)?;
            sum = match charge.sign {
                ChargeSign::Add => sum.checked_add(part)?,
                ChargeSign::Deduct => sum.checked_sub(part)?,
            };
            parts.push((charge.sign, part));
        }
        steps.step(|norms| {
            let mut formula = of_price.normalize().to_string();
            for (sign, part) in &parts {
                let sign = if *sign == ChargeSign::Add { '+' } else { '-' };
                formula += &format!(" {sign} {}", part.normalize());
            }
            let (ru, en) = (
                "таможенная стоимость: цена, добавления и вычеты",
                "customs value: price, additions, deductions",
            );
            step(ru, en, formula, sum, &norms.value)
        });
        Some(sum)
    }
}

impl ChargeWorking {
    /// The whole charge in the currency of the assessment, rounded.
    pub(crate) fn whole(&self) -> Option<Decimal> {
        let amount = match &self.conversion {
            None => self.amount,
            Some(conversion) => conversion.convert(self.amount)?,
        };
        Some(Rounding::default().of(amount))
    }

    /// What of it counts for the line of goods.
    fn part(&self, steps: &mut impl Steps) -> Option<Decimal> {
        let whole = self.whole()?;
        steps.step(|norms| {
            let mut formula = format!("≈ {} {}", self.amount.normalize(), self.currency);
            let mut norm = "";
            if let Some(conversion) = &self.conversion {
                formula += &format!(" × {}", conversion.formula());
                norm = norms.currency.as_str();
            }
            step(self.name.ru.clone(), self.name.en.clone(), formula, whole, norm)
        });
        match &self.share {
            None => Some(whole),
            Some(share) => share.of(whole, steps),
        }
    }
}

impl ShareWorking {
    /// The share of a charge, as [`crate::value::distribute`] gives it.
    fn of(&self, whole: Decimal, steps: &mut impl Steps) -> Option<Decimal> {
        let left = whole.checked_sub(self.before)?;
        let by_weight = || {
            let product = whole.checked_mul(self.weight)?;
            Some(Rounding::default().of(product.checked_div(self.all)?)).filter(|share| *share <= left)
        };
        let by_weight = if self.last { None } else { by_weight() };
        let share = by_weight.unwrap_or(left);
        steps.step(|_| {
            let whole = whole.normalize();
            let formula = match by_weight {
                Some(_) => format!("≈ {whole} × {} / {}", self.weight.normalize(), self.all.normalize()),
                None => format!("{whole} - {}", self.before.normalize()),
            };
            let (ru, en) = ("доля товара", "share of the goods");
            step(ru, en, formula, share, "")
        });
        Some(share)
    }
}

impl Admitted {
    /// What is paid of the whole for the months of the term, or what remains conditional.
    pub(crate) fn amount(
        &self,
        whole: Decimal,
        rounding: Rounding,
        steps: &mut impl Steps,
    ) -> Option<Decimal> {
        let months = calendar_months(self.first, self.last);
        let share = percent_of(whole, self.percent_per_month.checked_mul(months.into())?)?;
        let paid = rounding.of(share.min(whole));
        steps.step(|_| {
            let (whole, per_month) = (whole.normalize(), self.percent_per_month);
            let (first, last) = (self.first, self.last);
            let what = (
                format!("доля за месяцы, полные и неполные ({first} – {last})"),
                format!("share for the months, whole or not ({first} – {last})"),
            );
            step(what.0, what.1, format!("{whole} × {per_month}% × {months}"), share, &self.norm)
        });
        steps.step(|_| {
            let formula = format!("≈ min({}; {})", share.normalize(), whole.normalize());
            let (ru, en) = (
                "не больше суммы при выпуске для внутреннего потребления",
                "not more than release would cost",
            );
            step(ru, en, formula, paid, &self.norm)
        });
        if self.paid {
            return Some(paid);
        }
        let rest = whole.checked_sub(paid)?;
        steps.step(|_| {
            let formula = format!("{} - {}", whole.normalize(), paid.normalize());
            step("остаётся условно начисленным", "remains conditional", formula, rest, &self.norm)
        });
        Some(rest)
    }
}

impl SpecificWorking {
    /// Quantity × rate × currency rate, not rounded.
    pub(crate) fn amount(&self, steps: &mut impl Steps) -> Option<Decimal> {
        let rate = &self.rate;
        let money = self.quantity.checked_mul(rate.amount)?;
        let money = if rate.per == Decimal::ONE { money } else { money.checked_div(rate.per)? };
        let amount = match &self.conversion {
            None => money,
            Some(conversion) => conversion.convert(money)?,
        };
        steps.step(|norms| {
            let per = if rate.per == Decimal::ONE { String::new() } else { format!(" / {}", rate.per) };
            let unit = rate.unit.ru();
            let quantity = self.quantity.normalize();
            let mut formula = format!("{quantity} {unit} × {} {}{per}", rate.amount, rate.currency);
            let mut norm = "";
            if let Some(conversion) = &self.conversion {
                formula += &format!(" × {}", conversion.formula());
                norm = norms.currency.as_str();
            }
            step("специфическая часть", "specific part", formula, amount, norm)
        });
        Some(amount)
    }
}

impl RateWorking {
    /// The value with all that is added to it: the base of a part by value.
    pub(crate) fn value_base(&self) -> Option<Decimal> {
        self.added.iter().try_fold(self.value.amount, |sum, (_, amount)| sum.checked_add(*amount))
    }

    /// The amount, rounded.
    pub(crate) fn amount(&self, steps: &mut impl Steps) -> Option<Decimal> {
        self.value.write(steps);
        let base = self.value_base()?;
        if !self.added.is_empty() {
            steps.step(|_| {
                let added: String = self
                    .added
                    .iter()
                    .map(|(kind, amount)| format!(" + {} ({kind})", amount.normalize()))
                    .collect();
                let formula = format!("{}{added}", self.value.amount.normalize());
                let (ru, en) = ("основа: стоимость и платежи", "base: value and payments");
                step(ru, en, formula, base, &self.norm)
            });
        }
        let mut due = self.parts(base, self.percent, self.specific.as_ref(), self.join, steps)?;
        for bound in &self.bounds {
            let limit = self.parts(base, bound.percent, bound.specific.as_ref(), None, steps)?;
            due = self.joined(bound.join, due, limit, steps)?;
        }
        let due = match &self.preference {
            None => due,
            Some(preference) => {
                let share = percent_of(due, preference.percent)?;
                steps.step(|_| {
                    let formula = format!("{} × {}%", due.normalize(), preference.percent);
                    let (ru, en) = (
                        format!("тарифная преференция {}", preference.code),
                        format!("tariff preference {}", preference.code),
                    );
                    step(ru, en, formula, share, &preference.norm)
                });
                share
            }
        };
        let amount = self.rounding.of(due);
        steps.step(|norms| {
            let formula = format!("≈ {}", due.normalize());
            let (ru, en) = rounding_words(self.rounding);
            step(ru, en, formula, amount, &norms.rounding)
        });
        match &self.admitted {
            None => Some(amount),
            Some(admitted) => admitted.amount(amount, self.rounding, steps),
        }
    }

    /// A part by value and a part by quantity, joined; summed where nothing else is said.
    fn parts(
        &self,
        base: Decimal,
        percent: Option<Decimal>,
        specific: Option<&SpecificWorking>,
        join: Option<Join>,
        steps: &mut impl Steps,
    ) -> Option<Decimal> {
        let by_value = match percent {
            None => None,
            Some(percent) => {
                let amount = percent_of(base, percent)?;
                steps.step(|_| {
                    let formula = format!("{} × {percent}%", base.normalize());
                    step("адвалорная часть", "ad valorem part", formula, amount, &self.norm)
                });
                Some(amount)
            }
        };
        let by_quantity = match specific {
            None => None,
            Some(specific) => Some(specific.amount(steps)?),
        };
        match (by_value, by_quantity) {
            (Some(value), Some(quantity)) => self.joined(join.unwrap_or(Join::Plus), value, quantity, steps),
            (Some(one), None) | (None, Some(one)) => Some(one),
            (None, None) => Some(Decimal::ZERO),
        }
    }

    fn joined(&self, join: Join, one: Decimal, other: Decimal, steps: &mut impl Steps) -> Option<Decimal> {
        let (due, name, ru, en) = match join {
            Join::AtLeast => (one.max(other), "max", "большая из частей", "the greater part"),
            Join::AtMost => (one.min(other), "min", "меньшая из частей", "the smaller part"),
            Join::Plus => (one.checked_add(other)?, "sum", "сумма частей", "the sum of the parts"),
        };
        steps.step(|_| {
            let formula = format!("{name}({}; {})", one.normalize(), other.normalize());
            step(ru, en, formula, due, &self.norm)
        });
        Some(due)
    }
}

impl Line {
    /// The working, step by step, as an officer reads it; the last step is the amount.
    pub fn trace(&self, norms: &Norms) -> Vec<Step> {
        let mut steps = Written { steps: Vec::with_capacity(8), norms };
        match &self.working {
            Working::Rate(rate) => {
                rate.amount(&mut steps);
            }
            Working::Fee(fee) => {
                fee.amount(self.base, &mut steps);
            }
        }
        steps.steps
    }
}

impl FeeWorking {
    /// The fee of the band, filed electronically.
    pub(crate) fn amount(&self, value_total: Decimal, steps: &mut impl Steps) -> Option<Decimal> {
        let Self { band_to, band_amount, electronic_percent, conversion, rounding, norm } = self;
        steps.step(|_| {
            let formula = match band_to {
                Some(to) => format!("{} ≤ {to}", value_total.normalize()),
                None => format!("{} ≤ ∞", value_total.normalize()),
            };
            let (ru, en) = ("сбор по общей таможенной стоимости", "fee by total customs value");
            step(ru, en, formula, *band_amount, norm)
        });
        let fee = match conversion {
            None => *band_amount,
            Some(conversion) => {
                let fee = conversion.convert(*band_amount)?;
                steps.step(|norms| {
                    let formula = format!("{band_amount} {} × {}", conversion.currency, conversion.formula());
                    step("сбор по курсу", "fee at the currency rate", formula, fee, &norms.currency)
                });
                fee
            }
        };
        let amount = rounding.of(percent_of(fee, *electronic_percent)?);
        steps.step(|_| {
            let formula = format!("≈ {} × {electronic_percent}%", fee.normalize());
            step("доля при электронной подаче", "share when filed electronically", formula, amount, norm)
        });
        Some(amount)
    }
}

/// How an amount is rounded, in words.
fn rounding_words(rounding: Rounding) -> (Cow<'static, str>, Cow<'static, str>) {
    if rounding.is_usual() {
        return ("сумма, округлённая до сотых".into(), "amount, rounded to hundredths".into());
    }
    let (ru, en) = match rounding.mode {
        RoundingMode::HalfUp => ("половина вверх", "half up"),
        RoundingMode::HalfEven => ("половина к чётной цифре", "half to even"),
        RoundingMode::Down => ("в меньшую сторону", "down"),
        RoundingMode::Up => ("в большую сторону", "up"),
    };
    let scale = rounding.scale;
    (
        format!("сумма, округлённая до {scale} знаков после запятой, {ru}").into(),
        format!("amount, rounded to {scale} digits after the point, {en}").into(),
    )
}
