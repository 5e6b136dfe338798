//! Generated conditions and declarations, the same for the same seed. Numbers are multiples of a half below 64, which
//! binary floats hold exactly: so a peer with floats can be asked the same.

use declaration::Declaration;
use greenlane_risk::*;

use crate::sample::set;

/// A stream of numbers: SplitMix64 (Steele, Lea and Flood, 2014).
pub struct Chance(pub u64);

impl Chance {
    fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.any() % end as u64) as usize
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn word(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const CODES: [&str; 6] = ["8517130000", "8517140000", "8544429009", "8471300000", "0303140000", "6203423100"];
const PREFIXES: [&str; 8] = ["8", "85", "8517", "851713", "8517130000", "0303", "84", "62"];
const COUNTRIES: [&str; 4] = ["CN", "TR", "BD", "AM"];
const FIRMS: [&str; 3] = ["7700000016", "5000000024", "5000000031"];
const KINDS: [&str; 4] = ["01191", "04021", "06011", "02013"];
const NUMBERS: [&str; 3] = ["INV-77", "INV-78", "A/1"];
const DATES: [&str; 4] = ["2026-01-31", "2026-03-19", "2026-03-20", "2027-01-01"];
const WORDS: [&str; 4] = ["Телефоны", "в упаковке", "Кабель", "б/у"];

fn half(chance: &mut Chance, below: usize) -> String {
    let halves = chance.below(below * 2);
    format!("{}.{}", halves / 2, if halves.is_multiple_of(2) { 0 } else { 5 })
}

/// A declaration in which about a third of the fields is absent.
pub fn a_declaration(chance: &mut Chance) -> Declaration {
    let mut declaration = Declaration::default();
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut maybe = |chance: &mut Chance, path: String, text: String| {
        if !chance.one_in(3) {
            fields.push((path, text));
        }
    };
    let text = |text: &str| -> String { text.to_owned() };
    maybe(chance, text("direction"), text("ИМ"));
    let country = text(chance.word(&COUNTRIES));
    maybe(chance, text("dispatch_country"), country);
    let count = chance.below(20).to_string();
    maybe(chance, text("package_count"), count);
    let firm = text(chance.word(&FIRMS));
    maybe(chance, text("consignee/inn"), firm);
    maybe(chance, text("consignee/name"), text("ООО «Северный причал»"));
    for seal in ["A-1", "A-2"] {
        maybe(chance, text("seals"), text(seal));
    }
    for line in 1..=1 + chance.below(4) {
        let item = |field: &str| format!("items/{line}/{field}");
        let code = text(chance.word(&CODES));
        maybe(chance, item("commodity_code"), code);
        let country = text(chance.word(&COUNTRIES));
        maybe(chance, item("origin_country"), country);
        for mass in ["mass_gross", "mass_net", "customs_value"] {
            let number = half(chance, 64);
            maybe(chance, item(mass), number);
        }
        let procedure = text(chance.word(&["40", "51", "78"]));
        maybe(chance, item("procedure/requested"), procedure);
        for _ in 0..2 {
            let words = text(chance.word(&WORDS));
            maybe(chance, item("description"), words);
        }
        for nth in 1..=chance.below(3) {
            let document = |field: &str| item(&format!("documents/{nth}/{field}"));
            let kind = text(chance.word(&KINDS));
            maybe(chance, document("kind"), kind);
            let number = text(chance.word(&NUMBERS));
            maybe(chance, document("number"), number);
            let date = text(chance.word(&DATES));
            maybe(chance, document("date"), date);
        }
    }
    if fields.iter().all(|(path, _)| !path.starts_with("items/1/")) {
        fields.push((text("items/1/mass_net"), text("1.5")));
    }
    for (path, text) in fields {
        set(&mut declaration, &path, &text);
    }
    declaration
}

pub fn some_facts(chance: &mut Chance, lines: usize) -> Facts {
    let number = |chance: &mut Chance| -> rust_decimal::Decimal { half(chance, 64).parse().unwrap() };
    let items = (0..lines).map(|_| ItemFacts {
        value_per_kg: (!chance.one_in(3)).then(|| number(chance)),
        value_per_unit: None,
        price: (!chance.one_in(3)).then(|| PriceFacts {
            median: number(chance),
            sample: chance.below(9) as u32,
            ..PriceFacts::default()
        }),
        code_is_new: (!chance.one_in(3)).then(|| chance.one_in(2)),
    });
    let items = items.collect();
    Facts {
        category: *chance.pick(&[Category::Low, Category::Medium, Category::High]),
        payments_total: number(chance),
        finding_warnings: chance.below(3) as u32,
        signed: chance.one_in(2),
        history: HistoryFacts {
            declarations_total: (!chance.one_in(3)).then(|| chance.below(9) as u32),
            ..HistoryFacts::default()
        },
        items,
        ..Facts::default()
    }
}

/// What a condition is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The current line of goods, and the declaration.
    Line,
    /// The declaration, and loops over its lines.
    Whole,
}

/// Where a part of a condition stands: the names it can use.
#[derive(Clone, Copy)]
struct Place {
    mode: Mode,
    /// A record of goods by this name.
    goods: Option<&'static str>,
    /// A document by this name.
    document: Option<&'static str>,
    /// A text by this name.
    word: Option<&'static str>,
}

/// A condition of at most so many levels.
pub fn a_condition(chance: &mut Chance, mode: Mode, depth: usize) -> String {
    let goods = (mode == Mode::Line).then_some("item");
    condition(chance, Place { mode, goods, document: None, word: None }, depth)
}

fn condition(chance: &mut Chance, place: Place, depth: usize) -> String {
    if depth == 0 {
        return plain(chance, place);
    }
    let next = depth - 1;
    match chance.below(14) {
        0..=3 => format!("({} && {})", condition(chance, place, next), condition(chance, place, next)),
        4..=6 => format!("({} || {})", condition(chance, place, next), condition(chance, place, next)),
        7 | 8 => format!("!({})", condition(chance, place, next)),
        9 => format!(
            "({} ? {} : {})",
            condition(chance, place, next),
            condition(chance, place, next),
            condition(chance, place, next)
        ),
        10 => format!("(({}) == ({}))", condition(chance, place, next), condition(chance, place, next)),
        11 | 12 => looped(chance, place, next),
        _ => plain(chance, place),
    }
}

fn looped(chance: &mut Chance, place: Place, depth: usize) -> String {
    let fold = *chance.pick(&["exists", "all"]);
    let literal = chance.one_in(4);
    match (place.goods, place.document.or(place.word)) {
        (Some(goods), _) if literal => {
            format!("[\"84\", \"85\", \"0303\"].{fold}(p, {goods}.commodity_code.startsWith(p))")
        }
        (_, Some(_)) => plain(chance, place),
        (Some(goods), None) if chance.one_in(3) => {
            let inner = Place { word: Some("w"), ..place };
            format!("{goods}.description.{fold}(w, {})", condition(chance, inner, depth.min(1)))
        }
        (Some(goods), None) => {
            let inner = Place { document: Some("d"), ..place };
            format!("{goods}.documents.{fold}(d, {})", condition(chance, inner, depth.min(2)))
        }
        (None, None) => {
            let inner = Place { goods: Some("i"), ..place };
            format!("declaration.items.{fold}(i, {})", condition(chance, inner, depth.min(2)))
        }
    }
}

fn plain(chance: &mut Chance, place: Place) -> String {
    let order = *chance.pick(&["==", "!=", "<", "<=", ">", ">="]);
    match chance.below(16) {
        0..=3 => format!("{} {order} {}", float(chance, place, 2), float(chance, place, 1)),
        4 => format!("{} {order} {}", whole(chance, place, 1), whole(chance, place, 1)),
        5 => format!("{} in [{}, {}]", whole(chance, place, 0), chance.below(9), chance.below(9)),
        6 => format!("{} in [{}, {}]", float(chance, place, 0), half(chance, 64), half(chance, 64)),
        7..=9 => {
            let (text, value) = text(chance, place);
            match chance.below(6) {
                0 => format!("{text} == \"{value}\""),
                1 => format!("\"{value}\" != {text}"),
                2 => format!("{text} {order} \"{value}\""),
                3 => format!("{text} in [\"{value}\", \"{value}\"]"),
                4 => format!("{text}.endsWith(\"{value}\")"),
                _ => format!("{text}.contains(\"{value}\")"),
            }
        }
        10 | 11 => match place.goods {
            Some(goods) => format!("{goods}.commodity_code.startsWith(\"{}\")", chance.pick(&PREFIXES)),
            None => format!("declaration.dispatch_country in [\"{}\", \"TR\"]", chance.pick(&COUNTRIES)),
        },
        12 => {
            let mut names =
                vec!["declaration.dispatch_country".to_owned(), "declaration.consignee".to_owned()];
            if let Some(goods) = place.goods {
                let fields = ["origin_country", "mass_net", "procedure", "commodity_code"];
                names.extend(fields.map(|field| format!("{goods}.{field}")));
            }
            names.extend(place.document.map(|document| format!("{document}.number")));
            format!("has({})", chance.pick(&names))
        }
        13 => {
            let date = |chance: &mut Chance| format!("date(\"{}\")", chance.pick(&DATES));
            let left = match place.document {
                Some(document) => format!("{document}.date"),
                None => "today".to_owned(),
            };
            format!("{left} {order} {}", date(chance))
        }
        14 => {
            let mut known = vec!["filing.signed".to_owned(), format!("\"A-1\" in declaration.seals")];
            known.push("participant.category == \"high\"".to_owned());
            if place.mode == Mode::Line {
                known.push("history.code_is_new".to_owned());
            }
            chance.pick(&known).clone()
        }
        _ => (*chance.pick(&["true", "false"])).to_owned(),
    }
}

fn text(chance: &mut Chance, place: Place) -> (String, String) {
    let mut texts: Vec<(String, &[&str])> = vec![
        ("declaration.dispatch_country".to_owned(), &COUNTRIES),
        ("declaration.consignee.inn".to_owned(), &FIRMS),
        ("participant.category".to_owned(), &["low", "high"]),
    ];
    if let Some(goods) = place.goods {
        texts.push((format!("{goods}.commodity_code"), &CODES));
        texts.push((format!("{goods}.origin_country"), &COUNTRIES));
        texts.push((format!("{goods}.procedure.requested"), &["40", "51", "78"]));
    }
    if let Some(document) = place.document {
        texts.push((format!("{document}.kind"), &KINDS));
        texts.push((format!("{document}.number"), &NUMBERS));
    }
    if let Some(word) = place.word {
        texts.push((word.to_owned(), &WORDS));
    }
    // What stands innermost is asked most.
    let at = if chance.one_in(2) { texts.len() - 1 } else { chance.below(texts.len()) };
    let (name, values) = &texts[at];
    (name.clone(), (*chance.pick(values)).to_owned())
}

fn float(chance: &mut Chance, place: Place, depth: usize) -> String {
    let mut names = vec!["totals.payments".to_owned()];
    if let Some(goods) = place.goods {
        names.extend(["mass_net", "mass_gross", "customs_value"].map(|field| format!("{goods}.{field}")));
    }
    if place.mode == Mode::Line {
        names.extend(["price.median".to_owned(), "item_value.per_kg".to_owned()]);
    }
    if depth == 0 {
        return chance.pick(&names).clone();
    }
    match chance.below(9) {
        0 => format!("({} + {})", float(chance, place, depth - 1), float(chance, place, depth - 1)),
        1 => format!("({} - {})", float(chance, place, depth - 1), float(chance, place, depth - 1)),
        2 => format!("({} * {})", chance.pick(&names), half(chance, 8)),
        3 => format!("({} / {})", chance.pick(&names), chance.pick(&["2.0", "4.0"])),
        4 => format!("-({})", float(chance, place, depth - 1)),
        5 => {
            let asked = plain(chance, place);
            format!("({asked} ? {} : {})", chance.pick(&names), half(chance, 64))
        }
        6 | 7 => chance.pick(&names).clone(),
        _ => half(chance, 64),
    }
}

fn whole(chance: &mut Chance, place: Place, depth: usize) -> String {
    let mut names = vec![
        "declaration.package_count".to_owned(),
        "findings.warnings".to_owned(),
        "history.declarations_total".to_owned(),
        "size(declaration.seals)".to_owned(),
    ];
    if let Some(goods) = place.goods {
        names.push(format!("size({goods}.documents)"));
        names.push(format!("size({goods}.commodity_code)"));
    }
    if place.mode == Mode::Line {
        names.push("price.sample".to_owned());
    }
    if depth == 0 {
        return chance.pick(&names).clone();
    }
    match chance.below(5) {
        0 => format!("({} + {})", whole(chance, place, 0), chance.below(9)),
        1 => format!("({} - {})", whole(chance, place, 0), whole(chance, place, 0)),
        2 => format!("({} * {})", whole(chance, place, 0), chance.below(4)),
        3 => chance.below(20).to_string(),
        _ => chance.pick(&names).clone(),
    }
}
