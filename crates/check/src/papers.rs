//! Control of documents besides declarations: what can be told from the document alone, whatever its
//! kind. Masses that contradict each other, totals, numbers given twice.

use std::collections::HashMap;

use declaration::{Finding, Form, Path, Record};
use rust_decimal::Decimal;

use crate::is_container;
use crate::limits::FINDINGS_MAX;
use crate::table::{Check, rows};

rows! {
    NET_ABOVE_GROSS = "GL-7001", Error, "", "";
        "Вес нетто … больше веса брутто …",
        "The net mass … is above the gross mass …";
        "Исправьте один из весов: брутто включает упаковку.",
        "Correct one of the masses: the gross mass includes packaging.";
    PARTS_ABOVE_TOTAL = "GL-7002", Error, "", "";
        "Сумма веса брутто по частям … больше общего веса …",
        "The gross masses of the parts come to …, above the total of …";
        "Исправьте общий вес или веса частей.",
        "Correct the total or the masses of the parts.";
    GIVEN_TWICE = "GL-7003", Error, "", "";
        "Номер … в списке указан дважды: позиции … и …",
        "The number … is given twice in the list: entries … and …";
        "Дайте каждой записи свой номер.",
        "Give each entry a number of its own.";
    NO_ENTRIES = "GL-7004", Error, "", "";
        "В реестре нет ни одной партии",
        "The register has no consignment";
        "Укажите партии по индивидуальным накладным.",
        "List the consignments by house waybill.";
    CHECK_DIGIT = "GL-7005", Warning, "", "ISO 6346";
        "Контрольная цифра контейнера … не сходится",
        "The check digit of container … is wrong";
        "Сверьте номер с документом перевозчика.",
        "Compare the number with the carrier's document.";
    WITHOUT_MASS = "GL-7006", Warning, "", "";
        "У товара нет веса брутто",
        "The goods have no gross mass";
        "Укажите вес брутто: он нужен до прибытия.",
        "State the gross mass: it is needed before arrival.";
}

/// Fields that hold a mass or a record with one, in the order of preference.
const GROSS: [&str; 2] = ["mass_gross", "mass_gross_total"];
const NET: [&str; 2] = ["mass_net", "mass_net_total"];
/// Lists of goods: each entry has a mass.
const GOODS: &str = "items";
/// The list a register of parcels cannot be without.
const PARCELS: &str = "house_shipments";
/// Fields whose value tells the entries of a list apart.
const NUMBERS: [&str; 2] = ["ordinal", "consignment_id"];
/// Formats have three digits for an ordinal: a longer list, such as a register of parcels, begins again, and
/// its entries are told apart by what else they have.
const ORDINALS_MAX: usize = 999;
/// Fields that hold the number of a container.
const CONTAINERS: [&str; 3] = ["container_number", "container_id", "numbers"];

/// Everything the control finds in a document, in its order; at most [`FINDINGS_MAX`] findings.
pub fn check(form: &Form) -> Vec<Finding> {
    let mut findings = Vec::new();
    go(form, &Path::root(), &mut findings);
    findings.truncate(FINDINGS_MAX);
    findings
}

fn found(findings: &mut Vec<Finding>, check: &Check, path: &Path, values: &[&str]) {
    if findings.len() >= FINDINGS_MAX {
        return;
    }
    findings.push(check.finding(path, values));
}

fn go(record: &dyn Record, path: &Path, findings: &mut Vec<Finding>) {
    let gross = mass(record, &GROSS);
    if let (Some(net), Some(gross)) = (mass(record, &NET), gross)
        && net > gross
    {
        found(
            findings,
            &NET_ABOVE_GROSS,
            path,
            &[&net.normalize().to_string(), &gross.normalize().to_string()],
        );
    }
    for (at, field) in record.fields().iter().enumerate() {
        let count = record.count(at);
        let here = path.field(field.name);
        if field.shape.leaf().is_some() {
            if CONTAINERS.contains(&field.name) {
                containers(record, at, &here, findings);
            }
            continue;
        }
        if !field.shape.is_list() {
            if let Some(below) = record.record(at, 0) {
                go(below, &here, findings);
            }
            continue;
        }
        if field.name == PARCELS && count == 0 {
            found(findings, &NO_ENTRIES, &here, &[]);
        }
        list(record, at, field.name, &here, gross, findings);
    }
}

/// A list of records: each by itself, and all together.
fn list(
    record: &dyn Record,
    at: usize,
    name: &str,
    here: &Path,
    total: Option<Decimal>,
    findings: &mut Vec<Finding>,
) {
    let mut sum = Decimal::ZERO;
    let mut seen: [HashMap<String, usize>; NUMBERS.len()] = Default::default();
    for nth in 0..record.count(at) {
        let Some(entry) = record.record(at, nth) else { continue };
        let place = here.at(nth);
        for (number, seen) in NUMBERS.iter().zip(&mut seen) {
            if *number == "ordinal" && record.count(at) > ORDINALS_MAX {
                continue;
            }
            let Some(text) = leaf(entry, number) else { continue };
            match seen.get(&text) {
                Some(first) => {
                    let entries = [(first + 1).to_string(), (nth + 1).to_string()];
                    let values = [text.as_str(), &entries[0], &entries[1]];
                    found(findings, &GIVEN_TWICE, &place.field(number), &values);
                }
                None => drop(seen.insert(text, nth)),
            }
        }
        match mass(entry, &GROSS) {
            Some(mass) => sum = sum.saturating_add(mass),
            None if name == GOODS && GROSS.iter().any(|field| entry.index_of(field).is_some()) => {
                found(findings, &WITHOUT_MASS, &place, &[]);
            }
            None => {}
        }
        go(entry, &place, findings);
    }
    if let Some(total) = total.filter(|total| sum > *total) {
        let values = [sum.normalize().to_string(), total.normalize().to_string()];
        found(findings, &PARTS_ABOVE_TOTAL, here, &[&values[0], &values[1]]);
    }
}

fn containers(record: &dyn Record, at: usize, here: &Path, findings: &mut Vec<Finding>) {
    for nth in 0..record.count(at) {
        let Some(value) = record.value(at, nth) else { continue };
        let text = value.to_string();
        // Trailers and wagons stand in the same field; only what looks like a container is one.
        let looks = text.len() == 11
            && text.bytes().take(4).all(|b| b.is_ascii_uppercase())
            && text.bytes().skip(4).all(|b| b.is_ascii_digit());
        if looks && !is_container(&text) {
            found(findings, &CHECK_DIGIT, here, &[&text]);
        }
    }
}

fn leaf(record: &dyn Record, name: &str) -> Option<String> {
    record.value(record.index_of(name)?, 0).map(|value| value.to_string())
}

/// A mass: a value, or the quantity of a record with a unit.
fn mass(record: &dyn Record, names: &[&str]) -> Option<Decimal> {
    names.iter().find_map(|name| {
        let at = record.index_of(name)?;
        let text = match record.value(at, 0) {
            Some(value) => value.to_string(),
            None => leaf(record.record(at, 0)?, "quantity")?,
        };
        Decimal::from_str_exact(&text).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a document of a kind in which fields are set by path.
    fn said(kind: &str, fields: &[(&str, &str)]) -> Vec<String> {
        let mut form = wire::Paper::new(kind).unwrap().form;
        for (path, text) in fields {
            set(&mut form, path, text);
        }
        check(&form).iter().map(|finding| format!("{} {}", finding.code, finding.path)).collect()
    }

    fn set(record: &mut dyn Record, path: &str, text: &str) {
        let (name, rest) = path.split_once('/').unwrap_or((path, ""));
        let at = record.index_of(name).unwrap_or_else(|| panic!("no field {name}"));
        if rest.is_empty() {
            record.set(at, text).unwrap();
            return;
        }
        let (nth, rest) = match rest.split_once('/') {
            Some((nth, below)) if nth.parse::<usize>().is_ok() => (nth.parse().unwrap(), below),
            _ => (1, rest),
        };
        while record.count(at) < nth {
            record.open(at);
        }
        set(record.record_mut(at, nth - 1).unwrap(), rest, text);
    }

    #[test]
    fn a_register_of_parcels_adds_up() {
        let parcel = |nth: usize, field: &str| format!("shipment/house_shipments/{nth}/{field}");
        let sound = [
            (parcel(1, "consignment_id"), "A1"),
            (parcel(1, "ordinal"), "1"),
            (parcel(1, "mass_gross_total/quantity"), "1.5"),
            (parcel(2, "consignment_id"), "A2"),
            (parcel(2, "ordinal"), "2"),
            (parcel(2, "mass_gross_total/quantity"), "2"),
            ("shipment/mass_gross_total/quantity".to_owned(), "3.5"),
        ];
        let with = |changes: &[(usize, &'static str)]| {
            let mut fields: Vec<(&str, &str)> =
                sound.iter().map(|(path, text)| (path.as_str(), *text)).collect();
            for (at, text) in changes {
                fields[*at].1 = text;
            }
            said("parcels", &fields)
        };
        assert_eq!(with(&[]), [""; 0]);
        assert_eq!(with(&[(3, "A1")]), ["GL-7003 shipment/house_shipments/2/consignment_id"]);
        assert_eq!(with(&[(4, "1")]), ["GL-7003 shipment/house_shipments/2/ordinal"]);
        assert_eq!(with(&[(6, "3.4")]), ["GL-7002 shipment/house_shipments"]);
        assert_eq!(
            said("parcels", &[("shipment/mass_gross_total/quantity", "1")]),
            ["GL-7004 shipment/house_shipments"]
        );
    }

    #[test]
    fn preliminary_information_has_sound_masses() {
        let item = "consignment/consignments/1/items/1";
        let field = |name: &str| format!("{item}/{name}");
        let (gross, net) = (field("mass_gross"), field("mass_net"));
        assert_eq!(said("preliminary_road", &[(&gross, "10"), (&net, "9")]), [""; 0]);
        assert_eq!(
            said("preliminary_road", &[(&gross, "10"), (&net, "10.001")]),
            ["GL-7001 consignment/consignments/1/items/1"]
        );
        assert_eq!(said("preliminary_road", &[(&net, "9")]), ["GL-7006 consignment/consignments/1/items/1"]);
        assert_eq!(
            said("preliminary_road", &[(&gross, "10"), ("consignment/consignments/1/mass_gross", "9")]),
            ["GL-7002 consignment/consignments/1/items"]
        );
        let container = "consignment/consignments/1/containers/1/container_number";
        assert_eq!(said("preliminary_road", &[(container, "CSQU3054383")]), [""; 0]);
        assert_eq!(
            said("preliminary_road", &[(container, "CSQU3054384")]),
            ["GL-7005 consignment/consignments/1/containers/1/container_number"]
        );
    }
}
