//! The mistakes that real declarations have, each in a stated share: one table, from which the page of
//! the documentation is printed and by which a test holds that the control finds every one.

use declaration::{Amount, Declaration, Item, Leaf, Mass, Rate, TaxNumber};
use jiff::ToSpan;
use rust_decimal::Decimal;

use crate::papers;
use crate::random::Random;
use crate::trade::{Trade, leaf, rounded};

/// How a mistake is made.
enum Slip {
    /// In the declaration; says whether there was an occasion.
    Declaration(fn(&mut Declaration, &mut Random, &Trade) -> bool),
    /// In the text of the document.
    Text(fn(&mut String, &mut Random) -> bool),
    /// In the seal.
    Seal,
}

macro_rules! mistakes {
    ($($variant:ident, $name:literal, $per_mille:literal, [$($code:literal),*], $slip:expr, $ru:literal, $en:literal;)+) => {
        /// One kind of mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum MistakeKind {
            $(#[doc = concat!($en, " (", $ru, ").")] $variant,)+
        }

        impl MistakeKind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [MistakeKind] = &[$(Self::$variant,)+];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The usual share of declarations that have it, in thousandths.
            pub fn per_mille(self) -> u16 {
                match self { $(Self::$variant => $per_mille,)+ }
            }

            /// The codes of which one answers it; none where only risk rules can notice.
            pub fn codes(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($code),*],)+ }
            }

            /// What is wrong, in Russian and English.
            pub fn title(self) -> declaration::Text {
                match self { $(Self::$variant => declaration::Text::new($ru, $en),)+ }
            }

            fn slip(self) -> Slip {
                match self { $(Self::$variant => $slip,)+ }
            }
        }
    };
}

mistakes! {
    WrongTotal, "wrong_total", 6, ["GL-2304"], Slip::Declaration(wrong_total),
        "общая стоимость не равна сумме товаров", "the total value is not the sum of the items";
    WrongPackages, "wrong_packages", 4, ["GL-2302"], Slip::Declaration(wrong_packages),
        "число мест не равно сумме товаров", "the packages are not the sum of the items";
    NetAboveGross, "net_above_gross", 4, ["GL-2306"], Slip::Declaration(net_above_gross),
        "вес нетто больше брутто", "the net mass exceeds the gross mass";
    TaxNumberDigit, "tax_number_digit", 3, ["GL-2205", "GL-2210"], Slip::Declaration(tax_number_digit),
        "опечатка в номере налогоплательщика", "a slip in the tax number";
    CodeOutside, "code_outside", 4, ["GL-2401", "GL-2402"], Slip::Declaration(code_outside),
        "кода товара нет в номенклатуре", "a commodity code outside the nomenclature";
    WrongRate, "wrong_rate", 8, ["GL-2525"], Slip::Declaration(wrong_rate),
        "курс валюты другого дня", "the currency rate of another day";
    MissingDocument, "missing_document", 10, ["GL-2601"], Slip::Declaration(missing_document),
        "нет обязательного документа", "a mandatory document is missing";
    FutureDocument, "future_document", 3, ["GL-2605"], Slip::Declaration(future_document),
        "дата документа ещё не наступила", "a document dated in the future";
    DuplicateItem, "duplicate_item", 4, ["GL-2411"], Slip::Declaration(duplicate_item),
        "товар заявлен дважды", "an item declared twice";
    ContainerDigit, "container_digit", 4, ["GL-2908"], Slip::Declaration(container_digit),
        "опечатка в номере контейнера", "a slip in a container number";
    VagueDescription, "vague_description", 6, ["GL-2408"], Slip::Declaration(vague_description),
        "описание товара слишком общее", "a description too general";
    WrongPayment, "wrong_payment", 5, ["GL-2703"], Slip::Declaration(wrong_payment),
        "платёж исчислен неверно", "a payment computed wrongly";
    Undervalued, "undervalued", 6, [], Slip::Declaration(undervalued),
        "цена занижена в двадцать раз, всё согласовано", "prices a twentieth of the usual, all consistent";
    MalformedDate, "malformed_date", 3, ["GL-1001"], Slip::Text(malformed_date),
        "дата записана не по формату", "a malformed date";
    Truncated, "truncated", 1, ["GL-0006"], Slip::Text(truncated),
        "документ обрывается", "the document is cut off";
    WrongSignature, "wrong_signature", 2, ["GL-3013"], Slip::Seal,
        "подпись под другими байтами", "a signature over other bytes";
}

/// How often each kind of mistake is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MistakeShares {
    per_mille: Vec<(MistakeKind, u16)>,
}

impl MistakeShares {
    /// The shares of the table.
    pub fn usual() -> Self {
        Self { per_mille: MistakeKind::ALL.iter().map(|kind| (*kind, kind.per_mille())).collect() }
    }

    /// No mistakes at all.
    pub fn none() -> Self {
        Self { per_mille: Vec::new() }
    }

    /// This kind in every declaration that gives occasion to it.
    pub fn only(kind: MistakeKind) -> Self {
        Self { per_mille: vec![(kind, 1_000)] }
    }

    /// The mistakes one declaration is to have. Each kind is drawn by itself: some have several.
    pub(crate) fn draw(&self, random: &mut Random) -> Vec<MistakeKind> {
        let drawn = self.per_mille.iter().filter(|(_, share)| random.happens(u32::from(*share)));
        drawn.map(|(kind, _)| *kind).collect()
    }
}

/// Makes the mistakes that lie in the declaration; keeps in the list those there was occasion for.
pub(crate) fn in_declaration(
    kinds: &mut Vec<MistakeKind>,
    declaration: &mut Declaration,
    random: &mut Random,
    trade: &Trade,
) {
    kinds.retain(|kind| match kind.slip() {
        Slip::Declaration(slip) => slip(declaration, random, trade),
        Slip::Text(_) | Slip::Seal => true,
    });
}

/// Makes the mistakes that lie in the text.
pub(crate) fn in_text(kinds: &mut Vec<MistakeKind>, text: &mut String, random: &mut Random) {
    kinds.retain(|kind| match kind.slip() {
        Slip::Text(slip) => slip(text, random),
        Slip::Declaration(_) | Slip::Seal => true,
    });
}

/// The section of the documentation about generated mistakes.
pub fn mistakes_page() -> String {
    let mut page = String::from(
        "# Mistakes in generated declarations\n\n\
         Printed from the table of mistakes (crate `rehearsal`). Each kind is drawn by itself, so a few \
         declarations have several. `‰` is the usual share; a declaration that gives no occasion \
         (no container, no foreign currency) stays as it is. `answered by` are the codes of which the \
         declarant is told one.\n\n\
         | name | ‰ | mistake | answered by |\n|---|---|---|---|\n",
    );
    for kind in MistakeKind::ALL {
        let (title, codes) = (kind.title(), kind.codes().join(", "));
        let codes = if codes.is_empty() { "risk profiles only" } else { &codes };
        page.push_str(&format!(
            "| `{}` | {} | {}<br>{} | {codes} |\n",
            kind.as_str(),
            kind.per_mille(),
            title.ru,
            title.en
        ));
    }
    page
}

fn any_item<'d>(declaration: &'d mut Declaration, random: &mut Random) -> Option<&'d mut Item> {
    let place = random.below(declaration.items.len() as u64);
    declaration.items.get_mut(usize::try_from(place).ok()?)
}

fn wrong_total(declaration: &mut Declaration, random: &mut Random, _: &Trade) -> bool {
    let wrong = |total: Amount| total + Amount::from_decimal(Decimal::from(random.between(1, 9) * 100));
    declaration.customs_value_total = declaration.customs_value_total.map(wrong);
    declaration.customs_value_total.is_some()
}

fn wrong_packages(declaration: &mut Declaration, _: &mut Random, _: &Trade) -> bool {
    declaration.package_count = declaration.package_count.map(|count| count.saturating_add(1));
    declaration.package_count.is_some()
}

fn net_above_gross(declaration: &mut Declaration, random: &mut Random, _: &Trade) -> bool {
    let Some(item) = any_item(declaration, random) else { return false };
    let Some(net) = item.mass_net else { return false };
    // Half of it: the two were typed into each other's boxes, and a digit went missing.
    item.mass_gross =
        Some(Mass::from_decimal((net.get() / Decimal::TWO).round_dp(6).max(Decimal::new(1, 6))));
    item.mass_gross < item.mass_net
}

fn tax_number_digit(declaration: &mut Declaration, _: &mut Random, _: &Trade) -> bool {
    let Some(party) = &mut declaration.declarant else { return false };
    let slipped = |number: TaxNumber| -> Option<TaxNumber> {
        let (head, last) = number.as_str().split_at_checked(number.as_str().len().checked_sub(1)?)?;
        let next = (last.parse::<u8>().ok()? + 1) % 10;
        format!("{head}{next}").parse().ok()
    };
    let wrong = party.inn.and_then(slipped);
    party.inn = wrong.or(party.inn);
    wrong.is_some()
}

fn code_outside(declaration: &mut Declaration, random: &mut Random, trade: &Trade) -> bool {
    let Some(item) = any_item(declaration, random) else { return false };
    // A code of the tariff's reserved heading, and of none that any nomenclature has.
    item.commodity_code = leaf(&format!("77{:08}", random.below(100_000_000)));
    item.commodity_code.is_some_and(|code| {
        !matches!(trade.market.reference.commodity(&code, trade.day), reference::CommodityLookup::Known(_))
    })
}

fn wrong_rate(declaration: &mut Declaration, _: &mut Random, _: &Trade) -> bool {
    let wrong = |rate: Rate| Rate::from_decimal((rate.get() * Decimal::new(1_013, 3)).round_dp(4));
    declaration.exchange_rate = declaration.exchange_rate.map(wrong);
    declaration.exchange_rate.is_some()
}

fn missing_document(declaration: &mut Declaration, random: &mut Random, trade: &Trade) -> bool {
    let Some(direction) = declaration.kind().map(declaration::Kind::as_str) else { return false };
    let procedure = declaration.procedure;
    let demanded = trade.market.pack.required_documents.iter().filter(|row| {
        (row.direction.is_empty() || row.direction == direction)
            && (row.procedures.is_empty() || procedure.is_some_and(|code| row.procedures.contains(&code)))
            && row.commodities.is_empty()
            && row.origins.is_empty()
    });
    let demanded: Vec<_> = demanded.collect();
    let Some(row) = random.pick(&demanded) else { return false };
    let before: usize = declaration.items.iter().map(|item| item.documents.len()).sum();
    for item in &mut declaration.items {
        item.documents.retain(|document| {
            document.kind.is_none_or(|kind| !row.kinds.iter().any(|one| kind == one.as_str()))
        });
    }
    declaration.items.iter().map(|item| item.documents.len()).sum::<usize>() < before
}

fn future_document(declaration: &mut Declaration, random: &mut Random, trade: &Trade) -> bool {
    let document = declaration.items.iter_mut().flat_map(|item| &mut item.documents).next();
    let days = i64::try_from(random.between(2, 300)).unwrap_or(2);
    document.is_some_and(|document| {
        document.date = Some(trade.day.saturating_add(days.days()));
        true
    })
}

/// The line is typed in again, and the totals follow it.
fn duplicate_item(declaration: &mut Declaration, _: &mut Random, trade: &Trade) -> bool {
    if declaration.items.len() as u32 >= trade.market.pack.filing.items_max {
        return false;
    }
    let Some(last) = declaration.items.last_mut() else { return false };
    last.groups.clear();
    let mut again = last.clone();
    again.number = again.number.map(|number| number.saturating_add(1));
    declaration.items.push(again);
    agree(declaration, trade);
    true
}

fn container_digit(declaration: &mut Declaration, _: &mut Random, _: &Trade) -> bool {
    let numbers = declaration.items.iter_mut().flat_map(|item| &mut item.containers);
    let Some(number) = numbers.flat_map(|container| &mut container.numbers).next() else { return false };
    let Some((head, last)) = number.as_str().split_at_checked(10) else { return false };
    let next = last.parse::<u8>().map_or(0, |digit| (digit + 1) % 10);
    let Ok(wrong) = format!("{head}{next}").parse() else { return false };
    *number = wrong;
    true
}

fn vague_description(declaration: &mut Declaration, random: &mut Random, _: &Trade) -> bool {
    let Some(item) = any_item(declaration, random) else { return false };
    item.groups.clear();
    item.description = Leaf::parse("Запчасти").into_iter().collect();
    true
}

fn wrong_payment(declaration: &mut Declaration, _: &mut Random, _: &Trade) -> bool {
    let lines = declaration.items.iter_mut().flat_map(|item| &mut item.payments);
    let mut by_value = lines.filter(|line| {
        line.second_rate.is_none() && line.rate_kind.as_ref().is_some_and(|kind| *kind == "%")
    });
    let line = by_value.find(|line| line.amount.is_some_and(|amount| amount.get() > Decimal::TEN));
    line.is_some_and(|line| {
        line.amount = line.amount.map(|amount| Amount::from_decimal(rounded(amount.get() / Decimal::TWO)));
        true
    })
}

fn undervalued(declaration: &mut Declaration, _: &mut Random, trade: &Trade) -> bool {
    let Some(rate) = declaration.exchange_rate.map(Rate::get) else { return false };
    let low = |amount: Amount| rounded(amount.get() / Decimal::from(20)).max(Decimal::ONE);
    for item in &mut declaration.items {
        let price = item.invoice_value.map(low);
        item.invoice_value = price.map(Amount::from_decimal);
        item.customs_value = price.map(|price| Amount::from_decimal(rounded(price * rate)));
        item.statistical_value = item.statistical_value.map(|value| {
            Amount::from_decimal(rounded(value.get() / Decimal::from(20)).max(Decimal::new(1, 2)))
        });
    }
    agree(declaration, trade);
    true
}

/// Totals and payments follow the items again.
fn agree(declaration: &mut Declaration, trade: &Trade) {
    let items = &declaration.items;
    let invoice: Amount = items.iter().filter_map(|item| item.invoice_value).sum();
    let customs: Amount = items.iter().filter_map(|item| item.customs_value).sum();
    let packages: u32 = items.iter().filter_map(|item| item.packaging.as_ref()?.package_count).sum();
    declaration.item_count = u32::try_from(items.len()).ok();
    declaration.invoice_total = Some(invoice);
    declaration.customs_value_total = Some(customs);
    declaration.package_count = Some(packages);
    declaration.payments.clear();
    declaration.items.iter_mut().for_each(|item| item.payments.clear());
    papers::calculate(trade, declaration);
}

fn malformed_date(text: &mut String, random: &mut Random) -> bool {
    const ELEMENT: &str = "PrDocumentDate>";
    const DAY: &str = "2026-01-31";
    let Some(at) = text.find(ELEMENT).map(|at| at + ELEMENT.len()) else { return false };
    let Some(day) = text.get(at..at + DAY.len()) else { return false };
    if day.len() != DAY.len() || !day.starts_with("20") {
        return false;
    }
    let wrong = random.pick(&["31.01.2026", "2026-02-30", "2026/01/31"]).copied().unwrap_or("31.01.2026");
    text.replace_range(at..at + DAY.len(), wrong);
    true
}

fn truncated(text: &mut String, random: &mut Random) -> bool {
    let share = random.between(30, 95);
    let mut end = text.len() / 100 * usize::try_from(share).unwrap_or(50);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.truncate(end);
    true
}
