//! Conditions as authors of profiles write them, drawn from generated trade, each in the languages that are compared.

use std::collections::{BTreeMap, BTreeSet};

use declaration::Declaration;
use risk::Facts;

use crate::random::Random;

/// One of the conditions that a profile joins by `&&`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// A commodity code begins with one of these.
    Codes(Vec<String>),
    Origins(Vec<String>),
    Dispatch(String),
    Consignee(String),
    Declarant(String),
    Procedure(String),
    /// The declaration is registered there: of the profile, not of its area.
    Office(String),
    /// Value of a kilogram net, below.
    ValuePerKg(u64),
    /// Customs value, above.
    Value(u64),
    MassAbove(u64),
    /// Packaging weighs less than so many tenths of a kilogram.
    Packaging(u64),
    NoDocument(&'static str),
    TotalAbove(u64),
    HighRisk,
    /// Below so many tenths of the usual price, of so many declarations.
    Cheap(u64, u64),
}

/// Kinds of document (classifier of documents, decision 378 of 20.09.2010): certificate of origin, of conformity,
/// phytosanitary, invoice.
const DOCUMENTS: [&str; 4] = ["06011", "01191", "01041", "04021"];

impl Condition {
    pub(super) fn office(&self) -> Option<&str> {
        match self {
            Condition::Office(office) => Some(office),
            _ => None,
        }
    }

    /// In our language, which is CEL's; nothing where it is no part of the area.
    pub(super) fn cel(&self) -> Option<String> {
        let listed =
            |texts: &[String]| texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ");
        Some(match self {
            Condition::Codes(codes) if codes.iter().all(|code| code.len() == 10) => {
                format!("item.commodity_code in [{}]", listed(codes))
            }
            Condition::Codes(codes) => match codes.as_slice() {
                [code] => format!("item.commodity_code.startsWith(\"{code}\")"),
                _ => format!("[{}].exists(c, item.commodity_code.startsWith(c))", listed(codes)),
            },
            Condition::Origins(countries) => format!("item.origin_country in [{}]", listed(countries)),
            Condition::Dispatch(country) => format!("declaration.dispatch_country == \"{country}\""),
            Condition::Consignee(number) => format!("declaration.consignee.tax_number == \"{number}\""),
            Condition::Declarant(number) => format!("declaration.declarant.tax_number == \"{number}\""),
            Condition::Procedure(code) => format!("item.procedure.requested == \"{code}\""),
            Condition::Office(_) => return None,
            Condition::ValuePerKg(below) => format!("item.customs_value / item.mass_net < {below}.0"),
            Condition::Value(above) => format!("item.customs_value > {above}.0"),
            Condition::MassAbove(above) => format!("item.mass_net > {above}.0"),
            Condition::Packaging(tenths) => {
                format!("item.mass_gross - item.mass_net < {}.{}", tenths / 10, tenths % 10)
            }
            Condition::NoDocument(kind) => format!("!item.documents.exists(d, d.kind == \"{kind}\")"),
            Condition::TotalAbove(above) => format!("totals.customs_value > {above}.0"),
            Condition::HighRisk => "participant.category == \"high\"".to_owned(),
            Condition::Cheap(tenths, sample) => {
                format!("price.deviation < 0.{tenths} && price.sample >= {sample}")
            }
        })
    }

    /// In the `cel` crate, which knows nothing of offices of profiles.
    pub(super) fn plain_cel(&self) -> String {
        match self {
            Condition::Office(office) => format!("office.startsWith(\"{office}\")"),
            other => other.cel().unwrap_or_default(),
        }
    }

    /// In the language of zen-engine.
    #[cfg(feature = "peers")]
    pub(super) fn zen(&self) -> String {
        let begins = |name: &str, begins: &[String]| {
            let each: Vec<String> =
                begins.iter().map(|begin| format!("startsWith({name}, \"{begin}\")")).collect();
            format!("({})", each.join(" or "))
        };
        match self {
            Condition::Codes(codes) if codes.iter().any(|code| code.len() < 10) => {
                begins("item.commodity_code", codes)
            }
            Condition::Office(office) => begins("office.whole", std::slice::from_ref(office)),
            Condition::NoDocument(kind) => format!("not some(item.documents, #.kind == \"{kind}\")"),
            Condition::Cheap(tenths, sample) => {
                format!("price != null and price.deviation < 0.{tenths} and price.sample >= {sample}")
            }
            other => other.cel().unwrap_or_default(),
        }
    }
}

/// What is traded, to draw from.
pub(super) struct Trade {
    codes: Vec<String>,
    headings: BTreeSet<String>,
    origins: Vec<String>,
    dispatches: Vec<String>,
    consignees: Vec<String>,
    declarants: Vec<String>,
    procedures: Vec<String>,
    offices: Vec<String>,
}

impl Trade {
    pub(super) fn of<'d>(cases: impl Iterator<Item = (&'d Declaration, &'d Facts)>) -> Self {
        let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut note = |what: &'static str, text: Option<String>| {
            seen.entry(what).or_default().extend(text);
        };
        for (declaration, facts) in cases {
            let party = |party: &Option<declaration::Party>| {
                party.as_ref().and_then(|party| party.tax_number()).map(|number| number.to_string())
            };
            note("consignee", party(&declaration.consignee));
            note("declarant", party(&declaration.declarant));
            note("dispatch", declaration.dispatch_country.as_ref().map(ToString::to_string));
            note("office", facts.office.as_ref().map(ToString::to_string));
            for item in &declaration.items {
                note("code", item.commodity_code.as_ref().map(ToString::to_string));
                note("origin", item.origin_country.as_ref().map(ToString::to_string));
                let procedure = item.procedure.as_ref().and_then(|procedure| procedure.requested.as_ref());
                note("procedure", procedure.map(ToString::to_string));
            }
        }
        let mut of =
            |what: &str| -> Vec<String> { seen.remove(what).unwrap_or_default().into_iter().collect() };
        let codes = of("code");
        let headings = codes.iter().filter_map(|code| code.get(..4)).map(str::to_owned).collect();
        Self {
            codes,
            headings,
            origins: of("origin"),
            dispatches: of("dispatch"),
            consignees: of("consignee"),
            declarants: of("declarant"),
            procedures: of("procedure"),
            offices: of("office"),
        }
    }

    /// A code that is traded, or one that is not: of three codes that profiles name, one is in this trade.
    fn code(&self, random: &mut Random) -> String {
        if random.happens(333)
            && let Some(code) = random.pick(&self.codes)
        {
            return code.clone();
        }
        self.code_elsewhere(random)
    }

    fn code_elsewhere(&self, random: &mut Random) -> String {
        /// Few draws are needed: most headings are not traded here.
        const TRIES: u32 = 50;
        let mut code = String::new();
        for _ in 0..TRIES {
            let (chapter, heading) = (random.between(1, 97), random.between(1, 20));
            code = format!("{chapter:02}{heading:02}{:06}", random.between(0, 999_999));
            if !code.get(..4).is_some_and(|heading| self.headings.contains(heading)) {
                break;
            }
        }
        code
    }
}

/// Codes as profiles name them: of 4, 6 or 10 digits, one to four of one length.
fn codes(random: &mut Random, mut code: impl FnMut(&mut Random) -> String) -> Condition {
    let digits = [4, 6, 10].get(random.weighted([250, 250, 500].into_iter())).copied().unwrap_or(10);
    let count = random.between(1, 4);
    let mut one = |random: &mut Random| {
        let code = code(random);
        code.get(..digits).map_or(code.clone(), str::to_owned)
    };
    let mut found: Vec<String> = (0..count).map(|_| one(random)).collect();
    found.sort_unstable();
    found.dedup();
    Condition::Codes(found)
}

fn firm(random: &mut Random, known: &[String]) -> String {
    // Of ten traders that profiles name, one files in this trade.
    match random.pick(known).filter(|_| random.happens(100)) {
        Some(number) => number.clone(),
        None => format!("77{:08}", random.between(0, 99_999_999)),
    }
}

fn one(random: &mut Random, known: &[String], other: &str) -> String {
    random.pick(known).cloned().unwrap_or_else(|| other.to_owned())
}

/// The shares of the kinds of profile, in thousandths: our own picture of a national set, most of it by code.
const KINDS: [u32; 15] = [330, 150, 100, 60, 100, 60, 60, 40, 30, 30, 20, 10, 5, 3, 2];

/// The conditions of one profile.
pub(super) fn draw(random: &mut Random, trade: &Trade) -> Vec<Condition> {
    let by_code = |random: &mut Random| codes(random, |random| trade.code(random));
    let origin = |random: &mut Random| one(random, &trade.origins, "CN");
    let office = |random: &mut Random| {
        let office = one(random, &trade.offices, "10013160");
        let digits = [2, 5, 8].get(random.weighted([100, 300, 600].into_iter())).copied().unwrap_or(8);
        // Of five offices, one is that of these declarations.
        let known = random.happens(200);
        let code = if known { office } else { format!("10{:06}", random.between(0, 999_999)) };
        Condition::Office(code.get(..digits).map_or(code.clone(), str::to_owned))
    };
    match random.weighted(KINDS.into_iter()) {
        0 => vec![by_code(random), Condition::ValuePerKg(random.between(1, 60))],
        1 => vec![by_code(random), Condition::Origins(vec![origin(random), origin(random)])],
        2 => {
            vec![by_code(random), Condition::NoDocument(random.pick(&DOCUMENTS).copied().unwrap_or("04021"))]
        }
        3 => vec![by_code(random), Condition::Cheap(random.between(3, 8), random.between(10, 100))],
        4 => vec![
            Condition::Consignee(firm(random, &trade.consignees)),
            Condition::Value(random.between(1, 100_000)),
        ],
        5 => vec![Condition::Declarant(firm(random, &trade.declarants))],
        6 => vec![office(random), by_code(random), Condition::Packaging(random.between(1, 20))],
        7 => vec![
            Condition::Origins(vec![origin(random)]),
            Condition::Procedure(one(random, &trade.procedures, "40")),
            Condition::Value(random.between(1_000_000, 50_000_000)),
        ],
        8 => vec![
            Condition::Dispatch(one(random, &trade.dispatches, "CN")),
            Condition::MassAbove(random.between(20_000, 400_000)),
        ],
        9 => vec![
            Condition::Dispatch(one(random, &trade.dispatches, "CN")),
            Condition::HighRisk,
            Condition::TotalAbove(random.between(1_000_000, 900_000_000)),
        ],
        10 => vec![office(random), Condition::Value(random.between(1_000_000, 50_000_000))],
        11 => vec![
            Condition::Procedure(one(random, &trade.procedures, "40")),
            Condition::HighRisk,
            Condition::Value(random.between(1_000_000, 20_000_000)),
        ],
        12 => vec![Condition::Value(random.between(20_000_000, 500_000_000))],
        13 => vec![Condition::HighRisk, Condition::TotalAbove(random.between(100_000_000, 900_000_000))],
        // No key at all.
        _ => vec![Condition::Packaging(random.between(1, 3)), Condition::ValuePerKg(random.between(1, 10))],
    }
}

/// The conditions of one profile that nothing traded here can meet.
pub(super) fn draw_elsewhere(random: &mut Random, trade: &Trade) -> Vec<Condition> {
    let by_code = |random: &mut Random| codes(random, |random| trade.code_elsewhere(random));
    match random.weighted([600, 200, 200].into_iter()) {
        0 => vec![by_code(random), Condition::ValuePerKg(random.between(1, 60))],
        1 => vec![by_code(random), Condition::Origins(vec![one(random, &trade.origins, "CN")])],
        // Numbers of ten digits from 99: no region of Russia has that code.
        _ => vec![Condition::Consignee(format!("99{:08}", random.between(0, 99_999_999)))],
    }
}
