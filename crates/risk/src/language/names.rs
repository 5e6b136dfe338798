//! What an expression can name: the declaration's fields, and one table of values besides.

use declaration::{Declaration, Field, Item, LeafKind, Party, Record, Shape, TaxNumber, Value};

use super::tree::{Base, Holder, Scene, Source, Spot};
use crate::category::ParticipantFacts;
use crate::error::{Fault, ProfileError};
use crate::facts::PriceFacts;

/// One value that is no field: a row of [`NAMED`].
pub(crate) struct Named {
    /// The whole name.
    pub(crate) path: &'static str,
    /// The kind of value.
    pub(crate) kind: LeafKind,
    ru: &'static str,
    en: &'static str,
    /// Reads the value.
    pub(crate) read: for<'a> fn(&Scene<'a>) -> Option<Value<'a>>,
}

const TAX_NUMBER: LeafKind = LeafKind::Code { max_chars: TaxNumber::BYTES_MAX };

/// Money, as a total or per unit.
const MONEY: LeafKind = LeafKind::Decimal { scale: 2 };
/// A share or a quotient.
const RATIO: LeafKind = LeafKind::Decimal { scale: 4 };

/// A row for a value of the facts.
const fn fact(
    path: &'static str,
    kind: LeafKind,
    ru: &'static str,
    en: &'static str,
    read: for<'a> fn(&Scene<'a>) -> Option<Value<'a>>,
) -> Named {
    Named { path, kind, ru, en, read }
}

fn whole<'a>(number: u32) -> Value<'a> {
    Value::Integer(i64::from(number))
}

fn participant<'a>(scene: &Scene<'a>) -> Option<&'a ParticipantFacts> {
    scene.facts.participant.as_ref()
}

fn price(scene: &Scene) -> Option<PriceFacts> {
    scene.line?.price
}

/// Beginnings of names that belong to the current line of goods, as `item` does.
const OF_LINE: [&str; 3] = ["price.", "item_value.", "history.code_is_new"];

/// Whether a row of [`NAMED`] is about the current line of goods.
pub(crate) fn named_of_line(row: usize) -> bool {
    let path = NAMED.get(row).map_or("", |row| row.path);
    OF_LINE.iter().any(|begin| path.starts_with(begin))
}

/// The number a party is registered under for taxes, whatever the country, lent from the party.
fn tax_number(party: Option<&Party>) -> Option<Value<'_>> {
    let party = party?;
    let number = party.tax_number()?;
    // `Party::tax_number` decides which of the numbers it is; find the one it copied, to lend its text.
    (0..Party::FIELDS.len())
        .find_map(|field| party.value(field, 0).filter(|value| *value == Value::Text(number.as_str())))
}

/// The values besides fields. One row each: name, kind, labels, how it is read.
pub(crate) const NAMED: &[Named] = &[
    Named {
        path: "declaration.kind",
        kind: LeafKind::Code { max_chars: 7 },
        ru: "Направление: import, export или transit",
        en: "Movement: import, export or transit",
        read: |scene| scene.declaration.kind().map(|kind| Value::Text(kind.as_str())),
    },
    Named {
        path: "declaration.office",
        kind: LeafKind::Code { max_chars: 8 },
        ru: "Таможенный орган местонахождения товаров",
        en: "Office where the goods lie",
        read: |scene| {
            let mut places = scene.declaration.goods_locations.iter();
            places.find_map(|place| place.office.as_ref()).map(|code| Value::Text(code.as_str()))
        },
    },
    Named {
        path: "declaration.consignor.tax_number",
        kind: TAX_NUMBER,
        ru: "Налоговый номер отправителя",
        en: "Tax number of the consignor",
        read: |scene| tax_number(scene.declaration.consignor.as_ref()),
    },
    Named {
        path: "declaration.consignee.tax_number",
        kind: TAX_NUMBER,
        ru: "Налоговый номер получателя",
        en: "Tax number of the consignee",
        read: |scene| tax_number(scene.declaration.consignee.as_ref()),
    },
    Named {
        path: "declaration.financial_party.tax_number",
        kind: TAX_NUMBER,
        ru: "Налоговый номер лица, ответственного за финансовое урегулирование",
        en: "Tax number of the party responsible for financial settlement",
        read: |scene| tax_number(scene.declaration.financial_party.as_ref()),
    },
    Named {
        path: "declaration.declarant.tax_number",
        kind: TAX_NUMBER,
        ru: "Налоговый номер декларанта",
        en: "Tax number of the declarant",
        read: |scene| tax_number(scene.declaration.declarant.as_ref()),
    },
    Named {
        path: "declaration.carrier.tax_number",
        kind: TAX_NUMBER,
        ru: "Налоговый номер перевозчика",
        en: "Tax number of the carrier",
        read: |scene| tax_number(scene.declaration.carrier.as_ref()),
    },
    Named {
        path: "participant.category",
        kind: LeafKind::Code { max_chars: 6 },
        ru: "Категория участника: low, medium или high",
        en: "Category of the trader: low, medium or high",
        read: |scene| Some(Value::Text(scene.facts.category.as_str())),
    },
    Named {
        path: "totals.payments",
        kind: LeafKind::Decimal { scale: 2 },
        ru: "Платежи всего, в валюте страны",
        en: "Payments in total, in the country's currency",
        read: |scene| Some(Value::Decimal(scene.facts.payments_total)),
    },
    Named {
        path: "totals.customs_value",
        kind: LeafKind::Decimal { scale: 2 },
        ru: "Таможенная стоимость всего, в валюте страны",
        en: "Customs value in total, in the country's currency",
        read: |scene| Some(Value::Decimal(scene.facts.customs_value_total)),
    },
    Named {
        path: "findings.warnings",
        kind: LeafKind::Integer,
        ru: "Число предупреждений контроля",
        en: "Number of warnings of the control",
        read: |scene| Some(Value::Integer(i64::from(scene.facts.finding_warnings))),
    },
    Named {
        path: "findings.codes_outside_nomenclature",
        kind: LeafKind::Integer,
        ru: "Число кодов, которых нет в номенклатуре",
        en: "Number of codes outside the nomenclature",
        read: |scene| Some(Value::Integer(i64::from(scene.facts.codes_outside_nomenclature))),
    },
    Named {
        path: "filing.signed",
        kind: LeafKind::Flag,
        ru: "Подписано электронной подписью",
        en: "Signed electronically",
        read: |scene| Some(Value::Flag(scene.facts.signed)),
    },
    Named {
        path: "today",
        kind: LeafKind::Date,
        ru: "День подачи",
        en: "Day of filing",
        read: |scene| Some(Value::Date(scene.on)),
    },
    fact(
        "participant.years_active",
        LeafKind::Integer,
        "Полных лет деятельности участника",
        "Whole years the trader is active",
        |scene| participant(scene).map(|facts| whole(facts.years_active)),
    ),
    fact(
        "participant.declarations_year",
        LeafKind::Integer,
        "Деклараций участника за год",
        "Declarations of the trader in a year",
        |scene| participant(scene).map(|facts| whole(facts.declarations_year)),
    ),
    fact(
        "participant.offences_two_years",
        LeafKind::Integer,
        "Нарушений участника за два года",
        "Offences of the trader in two years",
        |scene| participant(scene).map(|facts| whole(facts.offences_two_years)),
    ),
    fact(
        "participant.debt",
        MONEY,
        "Просроченная задолженность участника, в валюте страны",
        "Overdue debt of the trader, in the country's currency",
        |scene| participant(scene).map(|facts| Value::Decimal(facts.debt)),
    ),
    fact(
        "participant.corrections_percent",
        RATIO,
        "Деклараций, исправленных после проверки, за год, %",
        "Declarations corrected after a check in a year, %",
        |scene| participant(scene).map(|facts| Value::Decimal(facts.corrections_percent)),
    ),
    fact(
        "participant.refusals_percent",
        RATIO,
        "Отказов и отзывов за год, %",
        "Declarations refused or withdrawn in a year, %",
        |scene| participant(scene).map(|facts| Value::Decimal(facts.refusals_percent)),
    ),
    fact(
        "participant.authorised_operator",
        LeafKind::Flag,
        "Участник — уполномоченный экономический оператор",
        "The trader is an authorised economic operator",
        |scene| participant(scene).map(|facts| Value::Flag(facts.authorised_operator)),
    ),
    fact(
        "history.declarations_total",
        LeafKind::Integer,
        "Деклараций участника всего",
        "Declarations of the trader so far",
        |scene| scene.facts.history.declarations_total.map(whole),
    ),
    fact(
        "history.hits_year",
        LeafKind::Integer,
        "Деклараций за год, на которых сработал профиль",
        "Declarations of a year on which a profile fired",
        |scene| scene.facts.history.hits_year.map(whole),
    ),
    fact(
        "history.findings_year",
        LeafKind::Integer,
        "Проверок за год, выявивших нарушение",
        "Checks of a year that found something",
        |scene| scene.facts.history.findings_year.map(whole),
    ),
    fact(
        "history.days_since_last",
        LeafKind::Integer,
        "Дней после предыдущей декларации",
        "Days since the declaration before",
        |scene| scene.facts.history.days_since_last.map(whole),
    ),
    fact(
        "history.code_is_new",
        LeafKind::Flag,
        "Участник впервые декларирует эту товарную позицию (4 знака)",
        "The trader declares this heading (four digits) for the first time",
        |scene| scene.line?.code_is_new.map(Value::Flag),
    ),
    fact(
        "price.median",
        MONEY,
        "Обычная цена единицы (медиана), в валюте страны",
        "Usual price of a unit (median), in the country's currency",
        |scene| price(scene).map(|price| Value::Decimal(price.median)),
    ),
    fact(
        "price.low",
        MONEY,
        "Нижняя граница обычной цены",
        "Lower bound of the usual price",
        |scene| price(scene).map(|price| Value::Decimal(price.low)),
    ),
    fact(
        "price.high",
        MONEY,
        "Верхняя граница обычной цены",
        "Upper bound of the usual price",
        |scene| price(scene).map(|price| Value::Decimal(price.high)),
    ),
    fact(
        "price.sample",
        LeafKind::Integer,
        "Деклараций, из которых взята обычная цена",
        "Declarations the usual price comes from",
        |scene| price(scene).map(|price| whole(price.sample)),
    ),
    fact(
        "price.deviation",
        RATIO,
        "Цена единицы к обычной: 1 — обычная, 0.5 — половина",
        "Price of the unit to the usual one: 1 is usual, 0.5 half of it",
        |scene| scene.line?.deviation().map(Value::Decimal),
    ),
    fact(
        "price.index",
        RATIO,
        "Насколько цена далека от обычной: 0 — обычная, -1 — ниже только десятая часть, -2 — вдвое дальше",
        "How far the price is from the usual one: 0 is usual, a tenth lies below -1, -2 is twice as far",
        |scene| scene.line?.price_index().map(Value::Decimal),
    ),
    fact(
        "item_value.per_kg",
        MONEY,
        "Таможенная стоимость килограмма нетто, в валюте страны",
        "Customs value of a kilogram net, in the country's currency",
        |scene| scene.line?.value_per_kg.map(Value::Decimal),
    ),
    fact(
        "item_value.per_unit",
        MONEY,
        "Таможенная стоимость дополнительной единицы, в валюте страны",
        "Customs value of one supplementary unit, in the country's currency",
        |scene| scene.line?.value_per_unit.map(Value::Decimal),
    ),
];

/// What a name stands for, for editors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// One value.
    Value(LeafKind),
    /// A list of values.
    Values(LeafKind),
    /// A record: more names below it.
    Record,
    /// A list of records: `exists` and `all` go through it.
    Records,
}

/// A name an expression may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedField {
    /// The name, as `item.procedure.requested`; below a list of records as `item.documents[].kind`, where
    /// `item.documents[]` is a loop's variable.
    pub path: String,
    /// What it stands for.
    pub kind: NameKind,
    /// Label in Russian.
    pub ru: &'static str,
    /// Label in English.
    pub en: &'static str,
}

/// Every name an expression may use, for completion and documentation: the values besides fields
/// first, then the declaration's fields, then the current line's, in the order of the form.
pub fn fields() -> impl Iterator<Item = NamedField> {
    let named = NAMED.iter().map(|row| NamedField {
        path: row.path.to_owned(),
        kind: NameKind::Value(row.kind),
        ru: row.ru,
        en: row.en,
    });
    let mut rows = Vec::new();
    below("declaration", Declaration::FIELDS, &mut rows);
    below("item", Item::FIELDS, &mut rows);
    named.chain(rows)
}

fn below(above: &str, fields: &'static [Field], rows: &mut Vec<NamedField>) {
    for field in fields {
        let path = format!("{above}.{}", field.name);
        let kind = match field.shape {
            Shape::Leaf(kind) => NameKind::Value(kind),
            Shape::Leaves(kind) => NameKind::Values(kind),
            Shape::One(_) => NameKind::Record,
            Shape::Many(_) => NameKind::Records,
        };
        rows.push(NamedField { path: path.clone(), kind, ru: field.ru, en: field.en });
        if let Some(inner) = field.shape.fields() {
            let mark = if field.shape.is_list() { "[]" } else { "" };
            below(&format!("{path}{mark}"), inner, rows);
        }
    }
}

/// What a name turned out to be.
pub(crate) enum Resolved {
    /// One value.
    Value(Source, LeafKind),
    /// A list of values.
    Values(Spot, LeafKind),
    /// A record, absent or not.
    Record(Spot),
    /// A list of records.
    Records(Spot, &'static [Field]),
    /// The whole declaration, item or loop variable.
    Whole,
}

/// What a name that starts at no loop variable stands for.
pub(crate) fn resolve(path: &[&str]) -> Result<Resolved, ProfileError> {
    let whole = path.join(".");
    if let Some(row) = NAMED.iter().position(|row| row.path == whole) {
        return Ok(Resolved::Value(
            Source::Named(row),
            NAMED.get(row).map_or(LeafKind::Flag, |row| row.kind),
        ));
    }
    match path.split_first() {
        Some((&"declaration", rest)) => walk(Base::Declaration, Declaration::FIELDS, "declaration", rest),
        Some((&"item", rest)) => walk(Base::Item, Item::FIELDS, "item", rest),
        _ => Err(unknown(&whole, "", &[])),
    }
}

/// The name of a value, as an expression has it; nothing for what a loop's variable stands for.
pub(crate) fn name_of(source: &Source) -> Option<String> {
    let spot = match source {
        Source::Named(row) => return NAMED.get(*row).map(|row| row.path.to_owned()),
        Source::Loop(_) => return None,
        Source::Field(spot) => spot,
    };
    let (mut fields, mut name) = match spot.holder.base {
        Base::Declaration => (Declaration::FIELDS, "declaration".to_owned()),
        Base::Item => (Item::FIELDS, "item".to_owned()),
        Base::Loop(_) => return None,
    };
    for step in &spot.holder.steps {
        let field = fields.get(*step)?;
        name = format!("{name}.{}", field.name);
        fields = field.shape.fields()?;
    }
    Some(format!("{name}.{}", fields.get(spot.field)?.name))
}

/// Walks from a base by names.
pub(super) fn walk(
    base: Base,
    fields: &'static [Field],
    root: &str,
    names: &[&str],
) -> Result<Resolved, ProfileError> {
    let mut holder = Holder { base, steps: Vec::new() };
    let (mut fields, mut above) = (fields, root.to_owned());
    let mut names = names.iter().peekable();
    while let Some(name) = names.next() {
        let Some((at, field)) = fields.iter().enumerate().find(|(_, field)| field.name == *name) else {
            return Err(unknown(&format!("{above}.{name}"), &above, fields));
        };
        let last = names.peek().is_none();
        above = format!("{above}.{name}");
        match field.shape {
            Shape::Leaf(kind) if last => {
                return Ok(Resolved::Value(Source::Field(Spot { holder, field: at }), kind));
            }
            Shape::Leaves(kind) if last => return Ok(Resolved::Values(Spot { holder, field: at }, kind)),
            Shape::Many(inner) if last => {
                return Ok(Resolved::Records(Spot { holder, field: at }, inner.all()));
            }
            Shape::One(_) if last => return Ok(Resolved::Record(Spot { holder, field: at })),
            Shape::One(inner) => {
                holder.steps.push(at);
                fields = inner.all();
            }
            Shape::Many(_) | Shape::Leaves(_) => {
                let text = (format!("`{above}` — список"), format!("`{above}` is a list"));
                let cure =
                    format!("{above}.exists(x, x{} …)", if field.shape.leaf().is_some() { "" } else { ".…" });
                return Err(ProfileError::new(
                    Fault::Name,
                    "",
                    (&text.0, &text.1),
                    (&format!("пройдите по нему: {cure}"), &format!("go through it: {cure}")),
                ));
            }
            Shape::Leaf(_) => {
                let text =
                    (format!("у значения `{above}` нет полей"), format!("the value `{above}` has no fields"));
                let cure = ("уберите всё после него", "remove what follows it");
                return Err(ProfileError::new(Fault::Name, "", (&text.0, &text.1), cure));
            }
        }
    }
    Ok(Resolved::Whole)
}

/// The largest part of a name that may differ for another to be suggested: one letter of three.
const LETTERS_PER_SLIP: usize = 3;

/// An unknown name, with the nearest one known: among the fields at hand first, then anywhere.
fn unknown(path: &str, above: &str, at_hand: &[Field]) -> ProfileError {
    let last = path.rsplit('.').next().unwrap_or(path);
    let here = at_hand.iter().map(|field| NamedField {
        path: format!("{above}.{}", field.name),
        kind: NameKind::Record,
        ru: field.ru,
        en: field.en,
    });
    let near = |name: &str, other: &str| {
        let slips = distance(name, other);
        (slips <= name.chars().count() / LETTERS_PER_SLIP).then_some(slips)
    };
    let by_last = |row: &NamedField| near(last, row.path.rsplit('.').next().unwrap_or(&row.path));
    let best_here = here.filter_map(|row| Some((by_last(&row)?, row))).min_by_key(|(slips, _)| *slips);
    // Elsewhere the whole name may have a slip, or the right field was looked for in the wrong record.
    let elsewhere = || {
        let whole = fields().filter_map(|row| Some((near(path, &row.path)?, row)));
        let moved = fields()
            .filter(|row| !row.path.contains("[]"))
            .filter_map(|row| Some((by_last(&row)? * 2 + 1, row)));
        whole.chain(moved).min_by_key(|(slips, row)| (*slips, row.path.len()))
    };
    let cure = match best_here.or_else(elsewhere) {
        Some((_, row)) => (
            format!("может быть, `{}` ({})?", row.path, row.ru),
            format!("perhaps `{}` ({})?", row.path, row.en),
        ),
        None => (
            "имена начинаются с declaration, item, item_value, participant, history, price, totals, findings, filing или today"
                .to_owned(),
            "names begin with declaration, item, item_value, participant, history, price, totals, findings, filing or today".to_owned(),
        ),
    };
    let text = (format!("нет имени `{path}`"), format!("there is no `{path}`"));
    ProfileError::new(Fault::Name, "", (&text.0, &text.1), (&cure.0, &cure.1))
}

/// Names longer than this are not compared: no field's name is.
const COMPARED_CHARS_MAX: usize = 80;

/// How many letters to insert, leave out or replace to turn one name into the other (Levenshtein).
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(COMPARED_CHARS_MAX).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().take(COMPARED_CHARS_MAX).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (b, above) in other.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = *above;
            *above = replaced.min(left + 1).min(diagonal + 1);
            left = *above;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use declaration::Leaf;
    use jiff::civil::date;

    use super::*;
    use crate::facts::{Facts, HistoryFacts, ItemFacts};

    #[test]
    fn every_name_offered_is_understood() {
        let mut count = 0;
        for field in fields() {
            count += 1;
            if field.path.contains("[]") {
                continue;
            }
            let path: Vec<&str> = field.path.split('.').collect();
            let found = resolve(&path).unwrap_or_else(|error| panic!("{}: {error}", field.path));
            let kind = match found {
                Resolved::Value(_, kind) => NameKind::Value(kind),
                Resolved::Values(_, kind) => NameKind::Values(kind),
                Resolved::Record(_) => NameKind::Record,
                Resolved::Records(..) => NameKind::Records,
                Resolved::Whole => panic!("{} is no field", field.path),
            };
            assert_eq!(kind, field.kind, "{}", field.path);
            if let Ok(Resolved::Value(source, _)) = resolve(&path) {
                assert_eq!(name_of(&source).as_deref(), Some(field.path.as_str()));
            }
        }
        assert!(count > 300, "{count}");
    }

    #[test]
    fn named_values_have_the_kind_they_announce() {
        let mut declaration = Declaration::default();
        let direction = declaration.index_of("direction").unwrap();
        declaration.set(direction, "ИМ").unwrap();
        for party in ["consignor", "consignee", "financial_party", "declarant", "carrier"] {
            let at = declaration.index_of(party).unwrap();
            let party = declaration.open(at).unwrap();
            party.set(party.index_of("inn").unwrap(), "7700000016").unwrap();
        }
        let place = declaration.index_of("goods_locations").unwrap();
        let place = declaration.open(place).unwrap();
        place.set(place.index_of("office").unwrap(), "10013160").unwrap();
        let known = Some(1);
        let line = ItemFacts {
            value_per_kg: Some(2.into()),
            value_per_unit: Some(3.into()),
            price: Some(PriceFacts {
                low: 3.into(),
                median: 4.into(),
                high: 5.into(),
                ..PriceFacts::default()
            }),
            code_is_new: Some(true),
        };
        let facts = Facts {
            participant: Some(ParticipantFacts::default()),
            history: HistoryFacts {
                declarations_total: known,
                hits_year: known,
                findings_year: known,
                days_since_last: known,
            },
            ..Facts::default()
        };
        let scene = Scene::new(&declaration, None, &facts, date(2026, 3, 1)).at_line(Some(&line));
        for row in NAMED {
            let value = (row.read)(&scene).unwrap_or_else(|| panic!("{} has no value", row.path));
            let fits = match row.kind {
                LeafKind::Code { max_chars } => matches!(value, Value::Text(text) if text.len() <= max_chars),
                LeafKind::Decimal { .. } => matches!(value, Value::Decimal(_)),
                LeafKind::Integer => matches!(value, Value::Integer(_)),
                LeafKind::Flag => matches!(value, Value::Flag(_)),
                LeafKind::Date => matches!(value, Value::Date(_)),
                _ => false,
            };
            assert!(fits, "{}: {value:?}", row.path);
        }
    }

    #[test]
    fn the_tax_number_is_the_one_the_party_says() {
        for name in ["inn", "unn", "bin", "iin", "unp", "kg_inn", "social_number", "ogrn"] {
            let mut party = Party::default();
            let field = party.index_of(name).unwrap();
            party.set(field, "123456789012").unwrap();
            let expected = party.tax_number();
            let found = tax_number(Some(&party)).map(|value| value.to_string());
            assert_eq!(found, expected.map(|number| number.to_string()), "{name}");
        }
        let both = Party {
            bin: Some(TaxNumber::parse("111111111111").unwrap()),
            inn: Some(TaxNumber::parse("7700000016").unwrap()),
            ..Party::default()
        };
        assert_eq!(tax_number(Some(&both)), Some(Value::Text("7700000016")));
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        for (wrong, right) in [
            ("item.mas_gross", "item.mass_gross"),
            ("item.comodity_code", "item.commodity_code"),
            ("declaration.consignee.adress", "declaration.consignee.address"),
            ("declaration.commodity_code", "item.commodity_code"),
            ("participant.categories", "participant.category"),
            ("totals.payment", "totals.payments"),
            ("tody", "today"),
        ] {
            let path: Vec<&str> = wrong.split('.').collect();
            let Err(error) = resolve(&path) else { panic!("{wrong} exists") };
            assert_eq!(error.code, Fault::Name);
            assert!(error.cure.en.contains(&format!("`{right}`")), "{wrong}: {}", error.cure.en);
            assert!(error.cure.ru.contains(&format!("`{right}`")), "{wrong}: {}", error.cure.ru);
        }
        let Err(error) = resolve(&["weather"]) else { panic!("weather exists") };
        assert!(error.cure.en.contains("names begin with"), "{}", error.cure.en);
    }

    #[test]
    fn distance_counts_slips() {
        for (one, other, slips) in
            [("", "", 0), ("abc", "abc", 0), ("kitten", "sitting", 3), ("", "абв", 3), ("ab", "ba", 2)]
        {
            assert_eq!(distance(one, other), slips, "{one} {other}");
            assert_eq!(distance(other, one), slips, "{other} {one}");
        }
    }
}
