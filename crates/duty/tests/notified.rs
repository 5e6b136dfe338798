//! What the service of Great Britain notified (DMSTAX) beside what is computed for the same declaration, with
//! the notified rates imported. The corpus has the messages; they are no part of the project.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

use std::path::{Path, PathBuf};

use declaration::{Declaration, Purpose};
use greenlane_duty as duty;
use reference::{Dataset, DatasetKind, Reference};
use rust_decimal::Decimal;

/// Scenario, item, payment kind, why the line is not what is computed.
const NOT_COMPUTED: &[(&str, u32, &str, &str)] = &[
    ("TT_IM017b", 1, "A00", PRICE),
    ("TT_IM017b", 1, "B00", PRICE),
    ("TT_IM026a", 1, "B05", NORTHERN_IRELAND),
    ("TT_IM028a", 1, "B05", NORTHERN_IRELAND),
];
const PRICE: &str = "the price declared is 3000, with no addition; the notification values it at 10000";
const NORTHERN_IRELAND: &str =
    "Northern Ireland: a second tax, on the Union's duties alone (A50, A70), for which no rate is notified";

fn corpus() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let path = PathBuf::from(std::env::var("GREENLANE_CORPUS").unwrap_or_else(|_| beside.to_owned()));
    Some(path.join("wco/samples")).filter(|path| path.is_dir())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            found.push(path);
        }
    }
    found.sort();
}

/// The text of the first element of a name.
fn text<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let open = xml.find(&format!("<{name}>")).or_else(|| xml.find(&format!("<{name} ")))?;
    Some(xml.get(open..)?.split_once('>')?.1.split_once('<')?.0.trim())
}

fn number(xml: &str, name: &str) -> Option<Decimal> {
    text(xml, name)?.parse().ok()
}

/// One notified payment.
#[derive(Debug)]
struct Notified {
    item: u32,
    kind: String,
    base: Option<Decimal>,
    percent: Option<Decimal>,
    amount: Decimal,
}

fn notified(xml: &str) -> Vec<Notified> {
    let mut lines = Vec::new();
    for goods in xml.split("<GovernmentAgencyGoodsItem>").skip(1) {
        let item = text(goods, "SequenceNumeric").unwrap().parse().unwrap();
        for line in goods.split("<DutyTaxFee>").skip(1) {
            lines.push(Notified {
                item,
                kind: text(line, "TypeCode").unwrap().to_owned(),
                base: number(line, "AdValoremTaxBaseAmount"),
                percent: number(line, "TaxRateNumeric"),
                amount: number(line, "TaxAssessedAmount").unwrap(),
            });
        }
    }
    lines
}

/// What the rates of a notified kind are rates of; none for a deposit, a surcharge or a kind of Northern Ireland.
fn source(kind: &str) -> Option<&'static str> {
    match kind {
        "A00" => Some("duty"),
        "A30" => Some("antidumping"),
        "A40" => Some("countervailing"),
        "B00" => Some("vat"),
        _ if kind.bytes().all(|byte| byte.is_ascii_digit()) => Some("excise"),
        _ => None,
    }
}

/// A rates table that says what was notified. Of a payment by quantity only the amount is notified: its rate
/// is the amount by net mass.
fn rates(declaration: &Declaration, lines: &[Notified]) -> String {
    let mut table = "code,origin,kind,rate\n".to_owned();
    for (at, item) in declaration.items.iter().enumerate() {
        let code = item.commodity_code.as_ref().unwrap().common().to_owned();
        let of_item = || lines.iter().filter(|line| line.item as usize == at + 1);
        for line in of_item() {
            let Some(source) = source(&line.kind) else { continue };
            let rate = match line.percent {
                Some(percent) => format!("{percent}%"),
                None => format!("{} GBP за 1 кг", (line.amount / item.mass_net.unwrap().get()).normalize()),
            };
            table += &format!("{code},,{source},{rate}\n");
        }
        if of_item().next().is_some() && !of_item().any(|line| line.kind == "A00") {
            table += &format!("{code},,duty,0%\n");
        }
    }
    table
}

#[test]
fn every_ad_valorem_line_is_the_notified_one_to_the_penny() {
    let Some(samples) = corpus() else {
        println!("skipped: no corpus; set GREENLANE_CORPUS");
        return;
    };
    let mut paths = Vec::new();
    files(&samples, &mut paths);
    let (mut notifications, mut ad_valorem, mut equal, mut by_quantity) = (0, 0, 0, 0);
    let (mut listed, mut wrong) = (Vec::new(), Vec::new());
    for path in &paths {
        let name = path.strip_prefix(&samples).unwrap().to_string_lossy().into_owned();
        if !name.contains("DMSTAX") {
            continue;
        }
        let scenario = name.split('/').next().unwrap();
        let declaration =
            paths.iter().filter(|other| other.starts_with(samples.join(scenario))).find_map(|other| {
                let document = wire::read(&std::fs::read(other).unwrap()).ok()?;
                document.declaration().filter(|one| one.purpose() == Purpose::New).cloned()
            });
        let Some(declaration) = declaration else { panic!("{name}: no declaration") };
        let lines = notified(&std::fs::read_to_string(path).unwrap());
        assert!(!lines.is_empty(), "{name}");
        notifications += 1;

        let mut datasets = Reference::starter_datasets();
        let table = rates(&declaration, &lines);
        datasets.push(Dataset::new(DatasetKind::Rates, "gb", "notified", table.as_str()));
        let reference =
            Reference::build(&datasets).unwrap_or_else(|error| panic!("{name}: {error}\n{table}"));
        let pack = reference.pack("gb").unwrap();
        let assessment = duty::compute(&declaration, &reference, pack, "2024-02-22".parse().unwrap());
        for line in &lines {
            let (Some(base), Some(_)) = (line.base, line.percent) else {
                by_quantity += 1;
                continue;
            };
            ad_valorem += 1;
            let kind = line.kind.as_str();
            let known = NOT_COMPUTED
                .iter()
                .find(|(of, item, what, _)| (*of, *item, *what) == (scenario, line.item, kind));
            if let Some((.., why)) = known {
                listed.push(format!("{name}, item {}, {kind}: {why}", line.item));
                continue;
            }
            let computed =
                assessment.lines.iter().find(|own| own.item == Some(line.item) && own.kind == kind);
            let same = computed.is_some_and(|own| own.amount == line.amount && own.base == base);
            if same {
                equal += 1;
                let trace = computed.unwrap().trace(&assessment.norms);
                assert_eq!(trace.last().map(|step| step.result), Some(line.amount), "{name}");
            } else {
                let computed = computed.map(|own| (own.base, own.amount, own.status));
                wrong.push(format!("{name}: {line:?}, computed {computed:?}; {:?}", assessment.notes));
            }
        }
    }
    println!(
        "{notifications} notifications: {ad_valorem} ad valorem lines, {equal} equal to the penny; \
         {by_quantity} by quantity or not taxes"
    );
    for line in &listed {
        println!("not computed: {line}");
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!((notifications, ad_valorem, equal, listed.len()), (28, 60, 54, 6));
}
