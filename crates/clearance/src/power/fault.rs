//! Why a power does not allow something: a code, words and a cure for each reason.

use std::fmt::Write as _;

use declaration::{CurrencyCode, Finding, OfficeCode, Path, ProcedureCode, Severity, Text};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::document::{PowerAct, PowerNumber, ValueLimit};

/// Why somebody may not do something for a declarant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No power leads from the declarant to them.
    NoPower,
    /// It begins later.
    NotYetValid {
        /// Which one of the chain.
        power: PowerNumber,
        /// Its first day.
        from: Date,
    },
    /// It is over.
    Expired {
        /// Which one of the chain.
        power: PowerNumber,
        /// Its last day.
        to: Date,
    },
    /// It was revoked.
    Revoked {
        /// Which one of the chain.
        power: PowerNumber,
        /// When.
        at: Timestamp,
    },
    /// The power passed on may not be.
    NotToDelegate {
        /// The one passed on.
        power: PowerNumber,
    },
    /// What is passed on was passed on already.
    ChainTooLong {
        /// The last one.
        power: PowerNumber,
    },
    /// It says more than the power it passes on.
    TooWide {
        /// The wider one.
        power: PowerNumber,
        /// In which member.
        member: &'static str,
    },
    /// It does not name what is done.
    Act {
        /// What is done.
        act: PowerAct,
    },
    /// It does not name the procedure.
    Procedure {
        /// The procedure; none where the declaration states none.
        procedure: Option<ProcedureCode>,
        /// The line of goods, from 1; none for box 1.
        item: Option<usize>,
    },
    /// It does not name the office.
    Office {
        /// The registering office.
        office: OfficeCode,
    },
    /// The customs value is above its limit.
    Value {
        /// The limit.
        limit: ValueLimit,
        /// The value.
        value: Decimal,
    },
    /// The declaration does not state a customs value to hold against the limit.
    ValueUnknown {
        /// The limit.
        limit: ValueLimit,
    },
    /// The limit is in another currency than customs values are.
    ValueCurrency {
        /// The limit.
        limit: ValueLimit,
        /// The currency here.
        currency: CurrencyCode,
    },
}

/// One reason, for the page of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerRow {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong: Russian, English.
    pub title: (&'static str, &'static str),
    /// What cures it: Russian, English.
    pub cure: (&'static str, &'static str),
}

/// Every reason; [`Why::rank`] counts its rows.
const ROWS: [PowerRow; 9] = [
    PowerRow {
        code: "GL-3031",
        title: ("доверенности нет", "there is no power of attorney"),
        cure: (
            "Подайте доверенность декларанта или подпишите декларацию его подписью.",
            "File a power of attorney of the declarant, or let the declarant sign the declaration.",
        ),
    },
    PowerRow {
        code: "GL-3032",
        title: ("доверенность ещё не действует", "the power of attorney is not valid yet"),
        cure: (
            "Подайте декларацию, когда она начнёт действовать, или доверенность с более ранним сроком.",
            "File the declaration when it is, or a power of attorney that begins earlier.",
        ),
    },
    PowerRow {
        code: "GL-3033",
        title: ("срок доверенности истёк", "the power of attorney is over"),
        cure: ("Подайте новую доверенность.", "File a new power of attorney."),
    },
    PowerRow {
        code: "GL-3034",
        title: ("доверенность отозвана", "the power of attorney was revoked"),
        cure: (
            "Согласуйте с доверителем и подайте новую доверенность.",
            "Agree with the principal and file a new power of attorney.",
        ),
    },
    PowerRow {
        code: "GL-3035",
        title: ("передоверие не действует", "the delegation does not hold"),
        cure: (
            "Получите доверенность от самого декларанта или передоверие в пределах той, что его допускает.",
            "Get a power from the declarant itself, or a delegation within one that allows it.",
        ),
    },
    PowerRow {
        code: "GL-3036",
        title: ("доверенность не даёт права на это действие", "the power of attorney does not name this act"),
        cure: ("Подайте доверенность, которая его называет.", "File a power of attorney that names it."),
    },
    PowerRow {
        code: "GL-3037",
        title: ("доверенность не на эту процедуру", "the power of attorney is not for this procedure"),
        cure: (
            "Подайте доверенность на эту процедуру или исправьте процедуру.",
            "File a power of attorney for this procedure, or correct the procedure.",
        ),
    },
    PowerRow {
        code: "GL-3038",
        title: ("доверенность не на этот таможенный орган", "the power of attorney is not for this office"),
        cure: (
            "Подайте доверенность на этот орган или исправьте место нахождения товаров.",
            "File a power of attorney for this office, or correct the location of the goods.",
        ),
    },
    PowerRow {
        code: "GL-3039",
        title: (
            "таможенная стоимость не в пределах доверенности",
            "the customs value is not within the power of attorney",
        ),
        cure: (
            "Подайте доверенность с достаточным пределом или подпишите декларацию подписью декларанта.",
            "File a power of attorney with a sufficient limit, or let the declarant sign the declaration.",
        ),
    },
];

impl Why {
    /// How close it came: the later the reason, the more was right before it.
    pub fn rank(&self) -> usize {
        match self {
            Why::NoPower => 0,
            Why::NotYetValid { .. } => 1,
            Why::Expired { .. } => 2,
            Why::Revoked { .. } => 3,
            Why::NotToDelegate { .. } | Why::ChainTooLong { .. } | Why::TooWide { .. } => 4,
            Why::Act { .. } => 5,
            Why::Procedure { .. } => 6,
            Why::Office { .. } => 7,
            Why::Value { .. } | Why::ValueUnknown { .. } | Why::ValueCurrency { .. } => 8,
        }
    }

    fn row(&self) -> &'static PowerRow {
        static TABLE: [PowerRow; 9] = ROWS;
        TABLE.get(self.rank()).unwrap_or(&TABLE[0])
    }

    /// The stable code, `GL-3031` to `GL-3039`.
    pub fn code(&self) -> &'static str {
        self.row().code
    }

    /// What is wrong here, as the rest of a sentence.
    pub fn text(&self) -> Text {
        let (ru, en) = self.row().title;
        match self {
            Why::NoPower => Text::new(ru, en),
            Why::NotYetValid { power, from } => Text::new(
                format!("{ru}: {power} действует с {from}"),
                format!("{en}: {power} begins on {from}"),
            ),
            Why::Expired { power, to } => Text::new(
                format!("{ru}: {power} действовала до {to}"),
                format!("{en}: {power} ended on {to}"),
            ),
            Why::Revoked { power, at } => {
                Text::new(format!("{ru}: {power}, {at}"), format!("{en}: {power}, {at}"))
            }
            Why::NotToDelegate { power } => Text::new(
                format!("{ru}: доверенность {power} его не допускает"),
                format!("{en}: power {power} does not allow it"),
            ),
            Why::ChainTooLong { power } => Text::new(
                format!("{ru}: {power} передаёт то, что уже передоверено"),
                format!("{en}: {power} passes on what was passed on already"),
            ),
            Why::TooWide { power, member } => Text::new(
                format!("{ru}: {power} шире доверенности, которую передаёт ({member})"),
                format!("{en}: {power} is wider than the power it passes on ({member})"),
            ),
            Why::Act { act } => {
                let act = act.text();
                Text::new(format!("{ru}: {}", act.ru), format!("{en}: {}", act.en))
            }
            Why::Procedure { procedure, item } => {
                let stated =
                    |none: &str| procedure.map_or_else(|| none.to_owned(), |procedure| procedure.to_string());
                let place = |word: &str| item.map_or_else(String::new, |item| format!(", {word} {item}"));
                Text::new(
                    format!("{ru}: {}{}", stated("не указана"), place("товар")),
                    format!("{en}: {}{}", stated("none is stated"), place("item")),
                )
            }
            Why::Office { office } => Text::new(format!("{ru}: {office}"), format!("{en}: {office}")),
            Why::Value { limit, value } => Text::new(
                format!("{ru}: {value} больше предела {limit}"),
                format!("{en}: {value} is above the limit of {limit}"),
            ),
            Why::ValueUnknown { limit } => Text::new(
                format!("{ru}: в декларации её нет, а предел — {limit}"),
                format!("{en}: the declaration states none, and the limit is {limit}"),
            ),
            Why::ValueCurrency { limit, currency } => Text::new(
                format!("{ru}: предел {limit} не в валюте таможенной стоимости ({currency})"),
                format!("{en}: the limit {limit} is not in the currency of customs values ({currency})"),
            ),
        }
    }

    /// What cures it.
    pub fn cure(&self) -> Text {
        let (ru, en) = self.row().cure;
        Text::new(ru, en)
    }

    /// The error of a declaration that one signed for another: who, for whom, why not, and the cure.
    pub fn finding(&self, signer: &str, declarant: &str) -> Finding {
        let (text, cure) = (self.text(), self.cure());
        let path = match self {
            Why::Procedure { item: Some(item), .. } => Path::new(format!("items/{item}/procedure/requested")),
            Why::Procedure { item: None, .. } => Path::new("procedure"),
            _ => Path::root(),
        };
        Finding::new(
            self.code(),
            Severity::Error,
            path,
            Text::new(
                format!("Подписал {signer}, декларант — {declarant}: {}. {}", text.ru, cure.ru),
                format!("Signed by {signer}, declared by {declarant}: {}. {}", text.en, cure.en),
            ),
        )
    }
}

/// An example for the page: everything a power can say.
const EXAMPLE: &str = r#"{
  "greenlane": "power/1",
  "number": "5f0c3b9e-6a51-4f0e-9d4b-8f1f3f1f7a10",
  "principal": { "name": "ООО «Пеликан»", "tax_number": "7700000016" },
  "attorney": { "name": "ООО «Брокер»", "tax_number": "7800000015" },
  "acts": ["file", "correct", "withdraw"],
  "procedures": ["40"],
  "offices": ["10013160"],
  "value_limit": { "amount": "5000000.00", "currency": "RUB" },
  "valid_from": "2026-01-01",
  "valid_to": "2026-12-31",
  "may_delegate": true
}
"#;

/// The page of the documentation, Markdown.
pub fn page() -> String {
    let mut page = format!(
        "# Powers of attorney\n\n\
         Made by `greenlane docs powers` from the rules (`crates/clearance/src/power`); a test fails when it is stale.\n\n\
         A power is a JSON document, sealed over its exact bytes by its principal (the tax number in the certificate\n\
         is that of `principal`). Unknown members are refused; at most {} bytes.\n\n\
         ```json\n{EXAMPLE}```\n\n\
         | member | meaning |\n|---|---|\n\
         | `number` | chosen by the principal, a UUID usually: 1 to 64 Latin letters, digits, `-`, `_`, `.` |\n\
         | `acts` | `file`, `correct`, `withdraw`: one at least |\n\
         | `procedures`, `offices` | empty or absent: all. Every procedure of the declaration must be named; the office is the registering one |\n\
         | `value_limit` | the highest customs value of one declaration, in the currency of customs values there; absent: none |\n\
         | `valid_from`, `valid_to` | first and last day, on the calendar of the jurisdiction |\n\
         | `may_delegate` | whether the attorney may pass it on, once |\n\
         | `delegates` | the number of the power this one passes on. Its principal is the attorney of that one; what it names must be within it, what it leaves open it takes from it |\n\n\
         A revocation is sealed by the principal of the power, or by the principal of the power it passes on. It counts\n\
         from the moment it is taken: what was filed before stays as it was decided.\n\n\
         ```json\n{{\n  \"greenlane\": \"power-revocation/1\",\n  \"power\": \"5f0c3b9e-6a51-4f0e-9d4b-8f1f3f1f7a10\",\n  \"reason\": \"договор расторгнут\"\n}}\n```\n\n\
         A declaration whose seal names another than its declarant is registered only if a power leads from the declarant\n\
         to the signer and allows what is done. Otherwise it is an error, with the reason that came closest:\n\n\
         | code | reason | cure |\n|---|---|---|\n",
        super::DOCUMENT_BYTES_MAX,
    );
    for row in ROWS {
        // Writing to a text cannot fail.
        let _ = writeln!(
            page,
            "| <a id=\"{0}\"></a>{0} | {1}<br>{2} | {3}<br>{4} |",
            row.code, row.title.0, row.title.1, row.cure.0, row.cure.1
        );
    }
    page
}
