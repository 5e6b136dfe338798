//! From a declaration to its payments.

mod admitted;
mod charges;
mod goods;
mod rate;

use std::borrow::Cow;

use declaration::{
    Code, CommodityCode, CurrencyCode, Declaration, Finding, Item, Kind, Path, PaymentKind, Severity, Text,
};
use jiff::civil::Date;
use reference::pack::{Levy, Pack, PaymentStatus, Procedure, Relief, Rounding};
use reference::rate::{Circumstances, QuotaSide, RateText};
use reference::rates::RateKind;
use reference::{CommodityLookup, Reference};
use rust_decimal::Decimal;

use crate::arithmetic::Unread;
use crate::assessment::{
    Admitted, Assessment, ChargeWorking, Conversion, CustomsValue, FeeWorking, Line, PreferenceWorking,
    Working,
};
use crate::declared;

/// Computes the payments of a declaration as of a day. Never fails: what cannot be computed is left
/// out and noted.
pub fn compute(declaration: &Declaration, reference: &Reference, pack: &Pack, on: Date) -> Assessment {
    let mut work = Work {
        declaration,
        reference,
        pack,
        on,
        kind: movement(declaration, pack),
        lines: Vec::with_capacity(declaration.items.len() * 2 + 1),
        notes: Vec::new(),
        undone: vec![false; declaration.items.len()],
        values_missing: false,
        undervalued: false,
        values_from_price: None,
        values_from_charges: None,
        shared: Vec::new(),
    };
    let value_total = work.run();
    let mut assessment = Assessment {
        totals: totals(&work.lines),
        payable_total: Decimal::ZERO,
        currency: pack.currency,
        customs_value_total: value_total,
        values_complete: !work.undervalued,
        complete: !work.values_missing && !work.undone.contains(&true),
        lines: work.lines,
        norms: pack.payments.norms.on(on),
        notes: work.notes,
    };
    let payable = assessment.totals.iter().filter(|(_, _, status)| *status == PaymentStatus::Payable);
    assessment.payable_total = payable.fold(Decimal::ZERO, |sum, (_, amount, _)| sum.saturating_add(*amount));
    declared::compare(declaration, pack, &work.undone, &mut assessment);
    assessment
}

/// The direction the goods move in: declared, or the only one the procedure knows.
fn movement(declaration: &Declaration, pack: &Pack) -> Kind {
    let by_procedure = || {
        let procedure = pack.procedures.get(&declaration.procedure?)?;
        let first = procedure.directions.first()?;
        [Kind::Import, Kind::Export, Kind::Transit].into_iter().find(|kind| kind.as_str() == first)
    };
    declaration.kind().or_else(by_procedure).unwrap_or(Kind::Import)
}

/// Sums by kind and status.
fn totals(lines: &[Line]) -> Vec<(PaymentKind, Decimal, PaymentStatus)> {
    let mut totals: Vec<(PaymentKind, Decimal, PaymentStatus)> = Vec::new();
    for line in lines {
        match totals.iter_mut().find(|(kind, _, status)| *kind == line.kind && *status == line.status) {
            Some((_, sum, _)) => *sum = sum.saturating_add(line.amount),
            None => totals.push((line.kind, line.amount, line.status)),
        }
    }
    totals.sort_unstable_by_key(|(kind, _, status)| (*kind, *status));
    totals
}

/// A computation under way.
struct Work<'a> {
    declaration: &'a Declaration,
    reference: &'a Reference,
    pack: &'a Pack,
    on: Date,
    kind: Kind,
    lines: Vec<Line>,
    notes: Vec<Finding>,
    /// Lines of goods for which something could not be computed.
    undone: Vec<bool>,
    values_missing: bool,
    /// Lines of goods are left out of the total customs value.
    undervalued: bool,
    /// The first line of goods whose value was computed from its price, and how many there are.
    values_from_price: Option<(usize, usize)>,
    /// The same for values of a price with additions and deductions.
    values_from_charges: Option<(usize, usize)>,
    /// What each line of goods bears of charges of the whole consignment.
    shared: Vec<Vec<ChargeWorking>>,
}

/// What there is to know of one line of goods before its payments are computed.
struct Goods<'a> {
    at: usize,
    item: &'a Item,
    code: &'a CommodityCode,
    value: CustomsValue,
    /// What the procedure says of payments.
    status: PaymentStatus,
}

/// One payment of one line of goods, to be computed.
struct Due<'a> {
    kind: PaymentKind,
    norm: &'a str,
    rate: &'a RateText,
    status: PaymentStatus,
    added: Vec<(PaymentKind, Decimal)>,
    preference: Option<PreferenceWorking>,
    rounding: Rounding,
    /// How it is paid by months, where the goods are admitted temporarily.
    admitted: Option<Admitted>,
}

/// A rate that must be there is not; a note says so.
struct Missing;

/// What came of a payment that others may be levied on.
#[derive(Clone, Copy)]
enum Levied {
    /// Payable like the goods: part of what is levied on it.
    Due(Decimal),
    /// Relieved: part of nothing.
    Relieved,
    /// It could not be computed, so that nothing can be levied on it.
    Unknown,
}

impl<'a> Work<'a> {
    /// All payments; returns the total customs value.
    fn run(&mut self) -> Decimal {
        let mut value_total = Decimal::ZERO;
        self.share_charges();
        for (at, item) in self.declaration.items.iter().enumerate() {
            // A value that nothing is levied on need not be stated.
            if item.customs_value.is_none() && item.invoice_value.is_none() && self.owes_nothing(item) {
                self.undervalued = true;
                continue;
            }
            let Some(value) = self.customs_value(at, item) else {
                self.values_missing = true;
                self.undervalued = true;
                self.undone[at] = true;
                continue;
            };
            value_total = value_total.saturating_add(value.amount);
            self.goods(at, item, value);
        }
        self.note_values_from_price();
        self.note_values_from_charges();
        if !self.values_missing && !self.declaration.items.is_empty() {
            self.fee(value_total);
        }
        value_total
    }

    fn procedure(&self, item: Option<&Item>) -> Option<&'a Procedure> {
        let own = item.and_then(|item| item.procedure.as_ref()?.requested);
        self.pack.procedures.get(&own.or(self.declaration.procedure)?)
    }

    /// Whether no payment of the pack can fall on an item: exports where exports pay neither duty nor fee.
    fn owes_nothing(&self, item: &Item) -> bool {
        let procedure = self.procedure(Some(item));
        self.kind == Kind::Export
            && self.pack.payments.export_duty.is_none()
            && procedure.is_some_and(|procedure| procedure.fee == PaymentStatus::None)
    }

    fn goods(&mut self, at: usize, item: &'a Item, value: CustomsValue) {
        let status =
            self.procedure(Some(item)).map_or(PaymentStatus::Payable, |procedure| procedure.payments);
        if status == PaymentStatus::None || self.kind == Kind::Transit {
            return;
        }
        let Some(code) = &item.commodity_code else {
            let text = Text::new(
                "нет кода товара: платежи не исчислены; укажите код",
                "no commodity code: payments are not computed; state the code",
            );
            return self.undone(at, "GL-4002", "commodity_code", text);
        };
        let goods = Goods { at, item, code, value, status };
        match self.kind {
            Kind::Export => self.export(&goods),
            Kind::Import | Kind::Transit => self.import(&goods),
        }
    }

    fn export(&mut self, goods: &Goods<'a>) {
        let (reference, pack) = (self.reference, self.pack);
        let Some(levy) = pack.payments.levy(RateKind::ExportDuty) else { return };
        let circumstances = self.circumstances(goods.item);
        if let Some(row) = reference.rate_row(pack, RateKind::ExportDuty, goods.code, &circumstances) {
            let due = Due {
                kind: levy.kind_of(goods.code),
                norm: levy.norm.on(self.on),
                rate: &row.rate,
                status: goods.status,
                added: Vec::new(),
                preference: None,
                rounding: levy.rounding,
                admitted: None,
            };
            self.pay(goods, due);
        }
    }

    /// The payments of imported goods, in the pack's order.
    fn import(&mut self, goods: &Goods<'a>) {
        let payments = &self.pack.payments;
        let circumstances = self.circumstances(goods.item);
        let mut levied = Vec::with_capacity(payments.order.len());
        let admitted = self.admitted(goods);
        for levy in payments.order.iter().filter_map(|source| payments.levy(*source)) {
            let kind = levy.kind_of(goods.code);
            if let Some(what) = self.levy(goods, &circumstances, &levy, kind, &levied, admitted.as_ref()) {
                levied.push((kind, what));
            }
        }
    }

    /// One payment of imported goods; none where it is not due at all.
    fn levy(
        &mut self,
        goods: &Goods<'a>,
        circumstances: &Circumstances<'a>,
        levy: &Levy<'a>,
        kind: PaymentKind,
        levied: &[(PaymentKind, Levied)],
        admitted: Option<&Admitted>,
    ) -> Option<Levied> {
        let mut added = Vec::new();
        for (kind, what) in levied.iter().filter(|(kind, _)| levy.plus.contains(kind)) {
            match what {
                Levied::Due(amount) => added.push((*kind, *amount)),
                Levied::Relieved => {}
                Levied::Unknown => return Some(Levied::Unknown),
            }
        }
        let rate = match self.rate(goods, circumstances, levy.source) {
            Ok(rate) => rate?,
            Err(Missing) => return Some(Levied::Unknown),
        };
        let reliefs = goods.item.preference.as_ref();
        let (relieved, preference) = match levy.relief {
            Relief::Duty => self.duty_relief(goods, reliefs.and_then(|relief| relief.duty.as_ref())),
            Relief::Excise => {
                (self.claims(reliefs.and_then(|relief| relief.excise.as_ref())).is_some(), None)
            }
            Relief::Vat => (self.claims(reliefs.and_then(|relief| relief.vat.as_ref())).is_some(), None),
            Relief::None => (false, None),
        };
        let status = if relieved { PaymentStatus::Conditional } else { goods.status };
        // Whole relief is claimed in box 36; what is not relieved is paid by months.
        let admitted = admitted.filter(|_| !relieved && self.paid_by_months(levy.source)).cloned();
        // A rate by quantity has no base of value.
        if rate.stated().is_some() && !rate.is_by_value() {
            added = Vec::new();
        }
        let norm = levy.norm.on(self.on);
        let due =
            Due { kind, norm, rate: &rate, status, added, preference, rounding: levy.rounding, admitted };
        Some(match self.pay(goods, due) {
            None => Levied::Unknown,
            // The base of a tax holds what is payable: a duty relieved under a preference is not.
            Some(amount) if status == goods.status => Levied::Due(amount),
            Some(_) => Levied::Relieved,
        })
    }

    /// The rate of a payment: of the rates tables, else of the nomenclature for the duty and of the pack for
    /// value added tax; none where the payment is not due.
    fn rate(
        &mut self,
        goods: &Goods<'a>,
        circumstances: &Circumstances<'a>,
        source: RateKind,
    ) -> Result<Option<Cow<'a, RateText>>, Missing> {
        let (reference, pack, on) = (self.reference, self.pack, self.on);
        if let Some(row) = reference.rate_row(pack, source, goods.code, circumstances) {
            return Ok(Some(Cow::Borrowed(&row.rate)));
        }
        match source {
            RateKind::Duty => match self.nomenclature_rate(goods, circumstances) {
                Some(rate) => Ok(Some(Cow::Borrowed(rate))),
                None => Err(Missing),
            },
            RateKind::Vat => match pack.vat_percent(Some(goods.code), on) {
                Some(percent) => Ok(Some(Cow::Owned(RateText::percent_of_value(percent)))),
                None => {
                    let text = Text::new(
                        format!("на {on} нет ставки налога на добавленную стоимость; дополните пакет"),
                        format!("there is no rate of value added tax on {on}; complete the pack"),
                    );
                    self.undone(goods.at, "GL-4011", "commodity_code", text);
                    Err(Missing)
                }
            },
            _ => Ok(None),
        }
    }

    /// The rate of import duty of the nomenclature, or a note why there is none.
    fn nomenclature_rate(
        &mut self,
        goods: &Goods<'a>,
        circumstances: &Circumstances<'_>,
    ) -> Option<&'a RateText> {
        let code = goods.code;
        let on = self.on;
        let text = match self.reference.commodity(code, on) {
            // Codes of another tariff say nothing here, even where they look alike.
            _ if !self.pack.nomenclature => Text::new(
                format!(
                    "ставки для кода {code} на {on} нет: пошлина и налоги не исчислены; загрузите ставки тарифа"
                ),
                format!(
                    "there is no rate for {code} on {on}: duty and taxes are not computed; import the tariff's rates"
                ),
            ),
            CommodityLookup::Known(commodity)
                if let Some(rate) = commodity.duty.on(circumstances)
                    && *rate != RateText::NotStated =>
            {
                return Some(rate);
            }
            CommodityLookup::Known(_) => Text::new(
                format!(
                    "в номенклатуре у кода {code} нет ставки: пошлина и налоги не исчислены; добавьте ставку"
                ),
                format!(
                    "the nomenclature states no rate for {code}: duty and taxes are not computed; import the rate"
                ),
            ),
            CommodityLookup::Unknown => Text::new(
                format!("кода {code} нет в номенклатуре: пошлина и налоги не исчислены; исправьте код"),
                format!("there is no code {code}: duty and taxes are not computed; correct the code"),
            ),
            CommodityLookup::OutsideExcerpt => Text::new(
                format!(
                    "кода {code} нет в загруженной части номенклатуры: пошлина и налоги не исчислены; загрузите всю"
                ),
                format!(
                    "{code} is outside the part of the nomenclature loaded: duty and taxes are not computed; import it whole"
                ),
            ),
        };
        self.undone(goods.at, "GL-4002", "commodity_code", text);
        None
    }

    /// Whether a code of box 36 claims relief.
    fn claims(&self, code: Option<&'a Code>) -> Option<&'a str> {
        let code = code?.as_str();
        let none = self.pack.payments.no_relief.iter().any(|none| none == code);
        (!none).then_some(code)
    }

    /// Whether box 36 claims no more than a rate of the tables for the origin.
    fn claims_rate(&self, code: &str) -> bool {
        self.pack.payments.rate_preferences.iter().any(|rate| rate == code)
    }

    /// Whether box 36 claims that the goods are within a tariff quota.
    fn claims_quota(&self, item: &Item) -> bool {
        let declared = item.preference.as_ref().and_then(|relief| relief.duty.as_ref());
        let quotas = &self.pack.payments.quota_reliefs;
        declared.is_some_and(|code| quotas.iter().any(|quota| quota == code.as_str()))
    }

    /// What the rates tables are asked with.
    fn circumstances(&self, item: &'a Item) -> Circumstances<'a> {
        let quota = if self.claims_quota(item) { QuotaSide::In } else { QuotaSide::Over };
        let pack: &'a Pack = self.pack;
        Circumstances {
            manufacturer: goods::manufacturer(item),
            quota,
            ..pack.circumstances(item.origin_country, self.on)
        }
    }

    fn relieved(&self, status: PaymentStatus, code: Option<&'a Code>) -> PaymentStatus {
        if self.claims(code).is_some() { PaymentStatus::Conditional } else { status }
    }

    /// What box 36 does to the duty: a share of the rate under a tariff preference for the origin;
    /// any other relief, which is what is told first, leaves the sum computed but not paid.
    fn duty_relief(
        &mut self,
        goods: &Goods<'a>,
        code: Option<&'a Code>,
    ) -> (bool, Option<PreferenceWorking>) {
        let Some(code) = self.claims(code) else { return (false, None) };
        // Goods within a tariff quota, or of an origin with a rate of its own, pay that rate whole.
        if self.claims_quota(goods.item) || self.claims_rate(code) {
            return (false, None);
        }
        let Some(preference) = self.pack.payments.tariff_preferences.iter().find(|one| one.code == code)
        else {
            return (true, None);
        };
        let origin = goods.item.origin_country;
        if origin.is_some_and(|origin| self.pack.prefers(preference, origin, self.on)) {
            let working = PreferenceWorking {
                code: code.to_owned(),
                percent: preference.percent,
                norm: preference.norm.on(self.on).to_owned(),
            };
            return (false, Some(working));
        }
        let origin = origin.map_or("—".to_owned(), |origin| origin.to_string());
        let text = Text::new(
            format!(
                "преференция {code} не для товаров из {origin}: пошлина исчислена полностью; проверьте графы 34 и 36"
            ),
            format!(
                "preference {code} is not for goods of {origin}: the duty is computed in full; check boxes 34 and 36"
            ),
        );
        self.note(goods.at, "GL-4010", Severity::Warning, "preference/duty", text);
        (false, None)
    }

    /// The customs value: declared, or the price in the currency of payments with its additions and deductions.
    fn customs_value(&mut self, at: usize, item: &'a Item) -> Option<CustomsValue> {
        if let Some(value) = item.customs_value {
            return Some(CustomsValue::stated(value.get()));
        }
        let Some((price, currency)) = self.price(item) else {
            let text = Text::new(
                "нет ни таможенной стоимости, ни цены с валютой: платежи не исчислены; укажите графу 45 или 42",
                "neither customs value nor price with currency: payments are not computed; state box 45 or 42",
            );
            self.undone(at, "GL-4005", "customs_value", text);
            return None;
        };
        let conversion = if currency == self.pack.currency {
            Some(Conversion { currency, rate: Decimal::ONE, units: Decimal::ONE, date: None })
        } else {
            self.conversion(currency)
        };
        let Some(conversion) = conversion else {
            self.no_currency_rate(at, currency);
            return None;
        };
        let charges = self.charges(at, item)?;
        let charged = !charges.is_empty();
        let value = CustomsValue::from_price(price, conversion, charges);
        if value.as_ref().is_some_and(|value| value.amount < Decimal::ZERO) {
            let text = Text::new(
                "вычетов больше, чем цены и добавлений: платежи не исчислены; проверьте вычеты",
                "more is deducted than price and additions come to: payments are not computed; check the deductions",
            );
            self.undone(at, "GL-4014", "charges", text);
            return None;
        }
        let counted = if charged { &mut self.values_from_charges } else { &mut self.values_from_price };
        match &value {
            Some(_) => {
                let (first, count) = counted.unwrap_or((at, 0));
                *counted = Some((first, count + 1));
            }
            None => {
                let text = Text::new(
                    "цена слишком велика: платежи не исчислены; проверьте графы 42 и 23",
                    "the price is too large: payments are not computed; check boxes 42 and 23",
                );
                self.undone(at, "GL-4008", "invoice_value", text);
            }
        }
        value
    }

    /// The price of a line of goods with its currency.
    fn price(&self, item: &Item) -> Option<(Decimal, CurrencyCode)> {
        let currency = item.invoice_currency.or(item.currency).or(self.declaration.invoice_currency);
        item.invoice_value.map(declaration::Amount::get).zip(currency)
    }

    /// One note for all lines without box 45: in some dialects it is all of them.
    fn note_values_from_price(&mut self) {
        let Some((first, count)) = self.values_from_price else { return };
        let text = Text::new(
            format!(
                "таможенная стоимость не указана (товаров: {count}): взята цена по курсу (графа 42 × графа 23)"
            ),
            format!(
                "customs value is not stated (items: {count}): price times currency rate is taken (box 42 × box 23)"
            ),
        );
        self.note(first, "GL-4001", Severity::Hint, "customs_value", text);
    }

    fn fee(&mut self, value_total: Decimal) {
        let fee = &self.pack.payments.fee;
        let first = self.declaration.items.first();
        let procedure = self.procedure(first);
        let status = procedure.map_or(PaymentStatus::Payable, |procedure| procedure.fee);
        let dutiable = self.lines.iter().any(|line| !line.amount.is_zero());
        let free_from = fee.exports_without_duty_free_from;
        let free_export =
            self.kind == Kind::Export && !dutiable && free_from.is_some_and(|from| from <= self.on);
        if status == PaymentStatus::None || self.kind == Kind::Transit || free_export {
            return;
        }
        let relief = first.and_then(|item| item.preference.as_ref()?.fee.as_ref());
        let status = self.relieved(status, relief);
        let Some(band) = self.pack.fee_band(value_total, self.on) else {
            let on = self.on;
            let text = Text::new(
                format!("на {on} нет ставки таможенного сбора: сбор не исчислен; дополните пакет"),
                format!("there is no customs fee on {on}: the fee is not computed; complete the pack"),
            );
            self.notes.push(Finding::new("GL-4012", Severity::Hint, Path::new("customs_value_total"), text));
            self.values_missing = true;
            return;
        };
        let conversion = match band.currency.filter(|currency| *currency != self.pack.currency) {
            None => None,
            Some(currency) => match self.conversion(currency) {
                Some(conversion) => Some(conversion),
                None => {
                    let text = self.currency_rate_missing(currency);
                    let path = Path::new("customs_value_total");
                    self.notes.push(Finding::new("GL-4004", Severity::Hint, path, text));
                    self.values_missing = true;
                    return;
                }
            },
        };
        let percent = band.electronic_percent;
        let working = FeeWorking {
            band_to: band.value_to,
            band_amount: band.amount,
            electronic_percent: percent,
            conversion,
            rounding: self.pack.payments.rounding,
            norm: fee.norm.on(self.on).to_owned(),
        };
        let Some(amount) = working.amount(value_total, &mut Unread) else {
            self.values_missing = true;
            return;
        };
        let mut rate = band.amount.to_string();
        if let Some(conversion) = &working.conversion {
            rate += &format!(" {}", conversion.currency);
        }
        if percent != Decimal::ONE_HUNDRED {
            rate += &format!(" × {percent}%");
        }
        self.lines.push(Line {
            item: None,
            kind: fee.kind,
            base: value_total,
            base_unit: self.pack.currency.to_string(),
            rate,
            amount,
            status,
            working: Working::Fee(working),
        });
    }

    fn undone(&mut self, at: usize, code: &'static str, field: &str, text: Text) {
        self.undone[at] = true;
        self.note(at, code, Severity::Hint, field, text);
    }

    fn note(&mut self, at: usize, code: &'static str, severity: Severity, field: &str, text: Text) {
        let item = Path::new("items").at(at);
        let path = if field.is_empty() { item } else { item.field(field) };
        self.notes.push(Finding::new(code, severity, path, text));
    }
}
