//! One rate applied to one line of goods.

use declaration::{CurrencyCode, Finding, Path, Severity, Text};
use reference::rate::{Parts, Rate, RateUnit, Specific};
use rust_decimal::Decimal;

use super::goods::quantity_in;
use super::{Due, Goods, Work, admitted};
use crate::arithmetic::Unread;
use crate::assessment::{BoundWorking, Conversion, Join, Line, RateWorking, SpecificWorking, Working};

/// Per cent, part by quantity, how they are joined, further bounds.
type PartsOf = (Option<Decimal>, Option<SpecificWorking>, Option<Join>, Vec<BoundWorking>);

impl<'a> Work<'a> {
    /// Computes one payment and keeps its line; the amount, or none with a note.
    pub(super) fn pay(&mut self, goods: &Goods<'a>, due: Due<'_>) -> Option<Decimal> {
        let (percent, specific, join, bounds) = match due.rate.stated() {
            Some(rate) => self.parts_of(goods, rate)?,
            None => (None, None, None, Vec::new()),
        };
        let working = RateWorking {
            value: goods.value.clone(),
            added: due.added,
            percent,
            specific,
            join,
            bounds,
            preference: due.preference,
            rounding: due.rounding,
            admitted: None,
            norm: due.norm.to_owned(),
        };
        let computed = working.amount(&mut Unread).zip(working.value_base());
        let Some((amount, value_base)) = computed else {
            self.too_large(goods);
            return None;
        };
        let (base, base_unit) = match &working.specific {
            Some(specific) if !due.rate.is_by_value() => {
                (specific.quantity, specific.rate.unit.ru().to_owned())
            }
            _ => (value_base, self.pack.currency.to_string()),
        };
        let line = Line {
            item: u32::try_from(goods.at + 1).ok(),
            kind: due.kind,
            base,
            base_unit,
            rate: due.rate.to_string(),
            amount,
            status: due.status,
            working: Working::Rate(Box::new(working)),
        };
        match due.admitted {
            None => self.lines.push(line),
            Some(admitted) => {
                let Some(mut parts) = admitted::in_parts(line, &admitted) else {
                    self.too_large(goods);
                    return None;
                };
                self.lines.append(&mut parts);
            }
        }
        Some(amount)
    }

    fn too_large(&mut self, goods: &Goods<'a>) {
        let text = Text::new(
            "числа слишком велики: платёж не исчислен; проверьте стоимость и количество",
            "the numbers are too large: the payment is not computed; check value and quantity",
        );
        self.undone(goods.at, "GL-4008", "customs_value", text);
    }

    /// What a rate is computed from: two parts with how they are joined, and further bounds.
    ///
    /// A per cent bound by a rate per quantity is two parts, as box 47 has them; a bound that is itself a
    /// sum, or stands beside another or over a sum, is a bound.
    fn parts_of(&mut self, goods: &Goods<'a>, rate: &Rate) -> Option<PartsOf> {
        let bounds = [(Join::AtLeast, &rate.at_least), (Join::AtMost, &rate.at_most)];
        let mut bounds =
            bounds.into_iter().filter_map(|(join, bound)| Some((join, bound.as_ref()?))).peekable();
        let (percent, specific, join) = match (&rate.parts, bounds.peek()) {
            (Parts::Percent(percent), Some((join, Parts::Specific(bound)))) => {
                let two = (Some(*percent), Some(bound), Some(*join));
                bounds.next();
                two
            }
            (Parts::Percent(percent), _) => (Some(*percent), None, None),
            (Parts::Specific(specific), _) => (None, Some(specific), None),
            (Parts::Sum(percent, specific), _) => (Some(*percent), Some(specific), Some(Join::Plus)),
        };
        let specific = self.specific_of(goods, specific)?;
        let mut further = Vec::new();
        for (join, bound) in bounds {
            let specific = self.specific_of(goods, bound.specific())?;
            further.push(BoundWorking { join, percent: bound.percent(), specific });
        }
        Some((percent, specific, join, further))
    }

    /// The part by quantity, where there is one; none where it cannot be computed.
    fn specific_of(&mut self, goods: &Goods<'a>, rate: Option<&Specific>) -> Option<Option<SpecificWorking>> {
        match rate {
            None => Some(None),
            Some(rate) => self.specific(goods, rate).map(Some),
        }
    }

    /// The quantity and currency rate a specific rate needs, or a note what is missing.
    fn specific(&mut self, goods: &Goods<'a>, rate: &Specific) -> Option<SpecificWorking> {
        let Some(quantity) = quantity_in(goods.item, rate.unit) else {
            let (ru, en, code) = (rate.unit.ru(), rate.unit.en(), rate.unit.code());
            let field = if matches!(rate.unit, RateUnit::Kilogram | RateUnit::Tonne) {
                "mass_net"
            } else {
                "supplementary"
            };
            let text = Text::new(
                format!(
                    "ставка «{rate}» требует количества в «{ru}» (код {code}): платёж не исчислен; укажите его"
                ),
                format!(
                    "the rate {} needs a quantity in {en} (unit {code}): not computed; state it",
                    rate.english()
                ),
            );
            self.undone(goods.at, "GL-4003", field, text);
            return None;
        };
        let conversion = if rate.currency == self.pack.currency {
            None
        } else {
            let Some(conversion) = self.conversion(rate.currency) else {
                self.no_currency_rate(goods.at, rate.currency);
                return None;
            };
            Some(conversion)
        };
        Some(SpecificWorking { rate: *rate, quantity, conversion })
    }

    /// The currency rate in force: of the table, or of box 23 where that is for the currency.
    pub(super) fn conversion(&mut self, currency: CurrencyCode) -> Option<Conversion> {
        if let Some(set) = self.reference.exchange_rate(self.pack, currency, self.on) {
            return Some(Conversion { currency, rate: set.rate, units: set.units, date: Some(set.date) });
        }
        let declared = self.declaration.exchange_rate?.get();
        if self.declaration.invoice_currency != Some(currency) || declared.is_zero() {
            return None;
        }
        if !self.notes.iter().any(|note| note.code == "GL-4006") {
            let on = self.on;
            let text = Text::new(
                format!(
                    "курса {currency} на {on} нет в таблице: взят курс из графы 23; загрузите курсы валют"
                ),
                format!(
                    "there is no rate of {currency} on {on}: the rate of box 23 is taken; import currency rates"
                ),
            );
            self.notes.push(Finding::new("GL-4006", Severity::Hint, Path::new("exchange_rate"), text));
        }
        Some(Conversion { currency, rate: declared, units: Decimal::ONE, date: None })
    }

    pub(super) fn no_currency_rate(&mut self, at: usize, currency: CurrencyCode) {
        let text = self.currency_rate_missing(currency);
        self.undone(at, "GL-4004", "", text);
    }

    /// That a currency has no rate.
    pub(super) fn currency_rate_missing(&self, currency: CurrencyCode) -> Text {
        let on = self.on;
        Text::new(
            format!("нет курса {currency} на {on} и за 31 день до того: не исчислено; загрузите курсы валют"),
            format!(
                "there is no rate of {currency} on {on} or 31 days before: not computed; import currency rates"
            ),
        )
    }
}
