//! Papers that change a declaration, as the declaration's own vocabulary has them.
//!
//! A correction (KDTout_CU) has the boxes of the declaration in elements with names of their own, and the
//! tables call those as they call the elements of ESADout_CU. So its form is taken over into a form of
//! ESADout_CU, field by field of the same name, and that is read by the same rows as the declaration.

use declaration::{
    Alteration, ChangeRequest, Correction, Declaration, DeclarationNumber, Finding, Form, Leaf, Path, Record,
    RequestedChange, Severity, Text, Withdrawal,
};
use jiff::civil::{Date, Time};

use super::{Map, What, declaration_map};
use crate::notes::MALFORMED;
use crate::structure::{Element, Holds, Root, Type, roots};
use crate::xml::further;

/// The root elements of a correction that say something about the correction, not about the declaration.
const OWN: &[&str] = &[
    "document_id",
    "reference_document_id",
    "attorney_inn",
    "authority_id",
    "document_header",
    "language",
    "outgoing_number",
    "security_label",
];

/// What a paper of `kind` changes; none for a paper that changes nothing.
pub(crate) fn alteration(kind: &str, form: &Form) -> Result<Option<Alteration>, Vec<Finding>> {
    let mut taken = Taken { form, findings: Vec::new() };
    let amendment = match kind {
        "correction" => Alteration::Correction(Box::new(taken.correction())),
        "change_request" => Alteration::ChangeRequest(taken.change_request()),
        "withdrawal" => Alteration::Withdrawal(taken.withdrawal()),
        _ => return Ok(None),
    };
    if taken.findings.is_empty() { Ok(Some(amendment)) } else { Err(taken.findings) }
}

/// What is taken from a form, and what could not be.
struct Taken<'f> {
    form: &'f Form,
    findings: Vec<Finding>,
}

impl Taken<'_> {
    fn leaf<L: Leaf>(&mut self, path: &str) -> Option<L> {
        let form = self.form;
        self.leaf_of(form, path, path)
    }

    /// The leaf at a path below a form; `place` is its path in the paper.
    fn leaf_of<L: Leaf>(&mut self, form: &Form, path: &str, place: &str) -> Option<L> {
        let text = form.text(path)?;
        match L::parse(&text) {
            Ok(leaf) => Some(leaf),
            Err(bad) => {
                self.malformed(place, &text, &bad);
                None
            }
        }
    }

    fn malformed(&mut self, place: &str, text: &str, bad: &declaration::Malformed) {
        let ru = format!("Указано «{text}», ожидается {}.", bad.expected_ru);
        let en = format!("Found “{text}”, expected {}.", bad.expected_en);
        self.findings.push(Finding::new(MALFORMED, Severity::Error, Path::new(place), Text::new(ru, en)));
    }

    fn number(&mut self) -> DeclarationNumber {
        let number = DeclarationNumber {
            office: self.leaf("declaration_number/office"),
            date: self.leaf("declaration_number/registration_date"),
            serial: self.leaf("declaration_number/declaration_number"),
            further: None,
        };
        if number.office.is_none() || number.date.is_none() || number.serial.is_none() {
            self.findings.push(Finding::new(
                declaration::NUMBER_MISSING,
                Severity::Error,
                Path::new("declaration_number"),
                Text::new(
                    "Не указан номер декларации: код органа, дата и порядковый номер.",
                    "The number of the declaration is not stated: office, date and serial.",
                ),
            ));
        }
        number
    }

    fn kinds(&mut self, form: &Form, place: &str) -> Option<declaration::ChangeKinds> {
        let codes = form.forms("change_code").next()?;
        let mut kind = |name: &str| self.leaf_of(codes, name, &format!("{place}change_code/{name}"));
        Some(declaration::ChangeKinds {
            stage: kind("change_stage"),
            basis: kind("change_basis"),
            quantity: kind("quantity_change"),
            origin: kind("origin_change"),
            commodity_code: kind("commodity_code_change"),
            customs_value: kind("customs_value_change"),
            payments: kind("payment_change"),
            other: kind("other_change"),
            further: None,
        })
    }

    fn correction(&mut self) -> Correction {
        let form = self.form;
        let mut correction = Correction {
            declaration_number: self.number(),
            number: self.leaf("adjustment_number"),
            outgoing_number: self.leaf("outgoing_number"),
            filled_on: self.leaf("completion_info/signed_on"),
            corrected: self.corrected(),
            kinds: self.kinds(form, ""),
            item_count: self.leaf("shipment/adjusted_item_count"),
            previous_customs_value_total: self.leaf("shipment/customs_value_total_previous"),
            items: Vec::new(),
            payments: Vec::new(),
        };
        let shipment = || form.forms("shipment");
        for (nth, item) in shipment().flat_map(|shipment| shipment.forms("items")).enumerate() {
            let place = format!("shipment/items/{}/", nth + 1);
            let at = |name: &str| format!("{place}{name}");
            let change = declaration::ItemChange {
                number: self.leaf_of(item, "goods_number", &at("goods_number")),
                correction_number: self.leaf_of(
                    item,
                    "adjustment_item_number",
                    &at("adjustment_item_number"),
                ),
                previous_customs_value: self.leaf_of(
                    item,
                    "customs_value_previous",
                    &at("customs_value_previous"),
                ),
                kinds: self.kinds(item, &place),
                further: None,
            };
            correction.items.push(change);
        }
        let payments = shipment().flat_map(|shipment| shipment.forms("payment_details"));
        for (nth, payment) in payments.flat_map(|payments| payments.forms("payments")).enumerate() {
            let at = |name: &str| format!("shipment/payment_details/payments/{}/{name}", nth + 1);
            let change = declaration::PaymentChange {
                kind: self.leaf_of(payment, "kind", &at("kind")),
                amount: self.leaf_of(payment, "amount", &at("amount")),
                previous: self.leaf_of(payment, "amount_previous", &at("amount_previous")),
                change: self.leaf_of(payment, "amount_change", &at("amount_change")),
                total: self.leaf_of(payment, "amount_total", &at("amount_total")),
                further: None,
            };
            correction.payments.push(change);
            // The way of payment is said of each document; box B says one.
            let mut documents = payment.forms("payment_document");
            if let (Some(document), None, Some(total)) =
                (documents.next(), documents.next(), correction.corrected.payments.get_mut(nth))
            {
                total.way = self.leaf_of(document, "way", &at("payment_document/1/way"));
            }
        }
        correction
    }

    /// What the declaration is to say.
    fn corrected(&mut self) -> Declaration {
        let mut declaration = Declaration::default();
        let root = declaration_root();
        let (Some(root), Some(content)) = (root, root.and_then(Root::content)) else { return declaration };
        let Some(map) = declaration_map(root) else { return declaration };
        let mut form = Form::new(content.table);
        take_over(self.form, &mut form, OWN, &mut Vec::new(), "");
        self.fill(&form, content, map, content, &mut Vec::new(), &mut declaration, &Path::root());
        declaration
    }

    /// Fills a record from a form, as reading fills it from a document.
    #[allow(clippy::too_many_arguments, reason = "where it comes from, and where it goes")]
    fn fill(
        &mut self,
        form: &Form,
        kind: &'static Type,
        map: &'static Map,
        base: &'static Type,
        groups: &mut Vec<(usize, usize)>,
        record: &mut dyn Record,
        path: &Path,
    ) {
        let mut done: u128 = 0;
        for (at, element) in kind.elements.iter().enumerate() {
            // Two elements may be one field.
            let bit = 1_u128.checked_shl(u32::try_from(element.field).unwrap_or(u32::MAX)).unwrap_or(0);
            if done & bit != 0 {
                continue;
            }
            done |= bit;
            let spot = map.elements.get(at).and_then(Option::as_ref);
            for nth in 0..form.count(element.field) {
                let Some(spot) = spot else {
                    beyond(form, element, nth, record, base, groups);
                    continue;
                };
                match (spot.node.what, &element.holds, &spot.below) {
                    (What::Leaf { field, row }, Holds::Value(_), _) => {
                        let Some(text) = form.value(element.field, nth).map(|value| value.to_string()) else {
                            continue;
                        };
                        let taken = row.shape.is_list() || record.count(field) == 0;
                        let set = taken.then(|| record.set(field, spot.node.row.convert.read(&text)));
                        match set {
                            Some(Ok(())) => {}
                            Some(Err(bad)) => self.malformed(path.field(row.name).as_str(), &text, &bad),
                            None => beyond(form, element, nth, record, base, groups),
                        }
                    }
                    (What::Group, Holds::Type(held), Some(map)) if nth == 0 || spot.node.row.repeats => {
                        if let Some(below) = form.form(element.field, nth) {
                            groups.push((element.field, nth));
                            self.fill(below, held, map, base, groups, record, path);
                            groups.pop();
                        }
                    }
                    (What::Record { field, row }, Holds::Type(held), Some(map))
                        if row.shape.is_list() || record.count(field) == 0 =>
                    {
                        let place = path.field(row.name);
                        let place = if row.shape.is_list() { place.at(record.count(field)) } else { place };
                        if let (Some(below), Some(made)) = (form.form(element.field, nth), record.open(field))
                        {
                            self.fill(below, held, map, held, &mut Vec::new(), made, &place);
                        }
                    }
                    // What is always the same says nothing.
                    (What::Fixed(_), ..) => {}
                    _ => beyond(form, element, nth, record, base, groups),
                }
            }
        }
    }

    fn change_request(&mut self) -> ChangeRequest {
        let form = self.form;
        let mut request = ChangeRequest {
            declaration_number: self.number(),
            reasons: self.leaves_of(form, "justification", ""),
            requested_on: self.leaf("request_date"),
            changes: Vec::new(),
        };
        for (nth, change) in form.forms("change_descriptions").enumerate() {
            let place = format!("change_descriptions/{}/", nth + 1);
            request.changes.push(RequestedChange {
                box_number: self.leaf_of(change, "box", &format!("{place}box")),
                before: self.leaves_of(change, "previous_data", &place),
                after: self.leaves_of(change, "corrected_data", &place),
                further: None,
            });
        }
        request
    }

    fn leaves_of<L: Leaf>(&mut self, form: &Form, name: &str, place: &str) -> Vec<L> {
        let count = form.index_of(name).map_or(0, |field| form.count(field));
        let path = |nth: usize| format!("{name}/{nth}");
        (1..=count)
            .filter_map(|nth| self.leaf_of(form, &path(nth), &format!("{place}{}", path(nth))))
            .collect()
    }

    fn withdrawal(&mut self) -> Withdrawal {
        let day: Option<Date> = self.leaf("sending_date");
        let time: Option<Time> = self.leaf("sending_time");
        Withdrawal {
            declaration_number: self.number(),
            kind: self.leaf("document_type"),
            sent_at: day.map(|day| day.to_datetime(time.unwrap_or(Time::midnight()))),
            new_declaration_by: self.leaf("new_declaration_deadline"),
            reason: self.leaf("comments"),
        }
    }
}

/// The newest structure of the declaration that has goods and transit.
fn declaration_root() -> Option<&'static Root> {
    roots().iter().find(|root| root.edition.name == "album-5.23" && root.kind == "declaration").copied()
}

/// Puts one value or form an element has beside the record.
fn beyond(
    form: &Form,
    element: &'static Element,
    nth: usize,
    record: &mut dyn Record,
    base: &'static Type,
    groups: &[(usize, usize)],
) {
    let Some(beside) = further(record, base, groups) else { return };
    match &element.holds {
        Holds::Value(_) => {
            if let Some(value) = form.value(element.field, nth) {
                // The form comes from the same table, which has allowed the value already.
                let _ = beside.set(element.field, &value.to_string());
            }
        }
        Holds::Type(_) => {
            if let (Some(below), Some(slot)) =
                (form.form(element.field, nth), beside.open_form(element.field))
            {
                *slot = below.clone();
            }
        }
    }
}

/// The field of ESADout_CU for a field of KDTout_CU, where they are not called the same.
fn name_there(table: &str, name: &'static str) -> &'static str {
    match (table.rsplit('.').next(), name) {
        (Some("KDToutGoods"), "direction") => "procedure",
        (Some("KDToutGoods"), "processing_conditions") => "processing_terms",
        _ => name,
    }
}

/// Takes a form over into one of another table, by the names of the fields; `lost` are the paths of what
/// that has no field for. Of several where it has room for one, the first is taken.
fn take_over(from: &Form, to: &mut Form, without: &[&str], lost: &mut Vec<String>, above: &str) {
    for (field, row) in from.fields().iter().enumerate() {
        if without.contains(&row.name) {
            continue;
        }
        let name = name_there(from.table().name, row.name);
        for nth in 0..from.count(field) {
            let path = if above.is_empty() { row.name.to_owned() } else { format!("{above}/{}", row.name) };
            let target = to.index_of(name).filter(|target| {
                let list = to.fields().get(*target).is_some_and(|row| row.shape.is_list());
                list || to.count(*target) == 0
            });
            let taken = match (from.value(field, nth), from.form(field, nth), target) {
                (Some(value), _, Some(target)) => {
                    let is_leaf = to.fields().get(target).is_some_and(|row| row.shape.leaf().is_some());
                    is_leaf && to.set(target, &value.to_string()).is_ok()
                }
                (None, Some(below), Some(target)) => match to.open_form(target) {
                    Some(slot) => {
                        take_over(below, slot, &[], lost, &path);
                        true
                    }
                    None => false,
                },
                _ => false,
            };
            if !taken && !lost.contains(&path) {
                lost.push(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::xml::tests::fill as fill_form;

    fn root(kind: &str) -> &'static Root {
        roots().iter().find(|root| root.edition.name == "album-5.23" && root.kind == kind).unwrap()
    }

    /// What a correction says that a declaration has no element for. What is typed in [`Correction`] is
    /// read from there; the rest stays in the paper.
    #[test]
    fn what_a_correction_has_beyond_a_declaration_is_known() {
        let mut lost = Vec::new();
        for seed in 0..300 {
            let content = root("correction").content().unwrap();
            let mut form = Form::new(content.table);
            fill_form(content, &mut form, &mut Dice(seed), 0);
            let mut taken = Form::new(declaration_root().unwrap().content().unwrap().table);
            take_over(&form, &mut taken, OWN, &mut lost, "");
        }
        // A correction names the documents a payment was made by, with their amounts; box B has one.
        let documents = "shipment/payment_details/payments/payment_document";
        lost.iter_mut()
            .filter(|path| path.starts_with(documents))
            .for_each(|path| path.truncate(documents.len()));
        lost.sort();
        lost.dedup();
        assert_eq!(lost, BEYOND);
    }

    const BEYOND: &[&str] = &[
        "adjustment_number",
        "change_code",
        "completion_info",
        "declaration_number",
        "filler_stamp_number",
        "office",
        "shipment/adjusted_item_count",
        "shipment/customs_value_total_previous",
        "shipment/items/adjustment_item_number",
        "shipment/items/change_code",
        "shipment/items/customs_value_previous",
        "shipment/payment_details/payments/amount_change",
        "shipment/payment_details/payments/amount_previous",
        "shipment/payment_details/payments/amount_total",
        "shipment/payment_details/payments/payment_document",
        "shipment/payment_details/payments/previous_amount_currency",
    ];
}
