//! The table of checks: one row per check, written beside the code that makes it.

use std::sync::OnceLock;

use declaration::{Finding, Path, Severity, Text};

use crate::{
    documents, goods, header, limits, moments, papers, parties, payments, presence, totals, transit,
    transport, values,
};

/// One check: what it is called, how much it weighs, what it says and what cures it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The stable code, `GL-2101`; never used again for anything else.
    pub code: &'static str,
    /// Its weight where the pack says nothing else.
    pub severity: Severity,
    /// What is wrong; each `…` is replaced by a value of the declaration, in the same order in both languages.
    pub title: Text,
    /// What the declarant does about it.
    pub cure: Text,
    /// The norm it rests on; empty where it is plain arithmetic or common sense.
    pub norm: &'static str,
    /// The boxes of the form it looks at, separated by commas; empty where the field has no box.
    pub boxes: &'static str,
}

impl Check {
    /// The finding of the check at a place; each `…` of its title is replaced by a value.
    pub(crate) fn finding(&self, path: &Path, values: &[&str]) -> Finding {
        let filled = |title: &str, cure: &str| {
            let mut values = values.iter();
            let mut text = String::new();
            for (nth, part) in title.split('…').enumerate() {
                if nth > 0 {
                    text.push_str(values.next().copied().unwrap_or("…"));
                }
                text.push_str(part);
            }
            format!("{text}. {cure}")
        };
        let text = Text::new(filled(&self.title.ru, &self.cure.ru), filled(&self.title.en, &self.cure.en));
        Finding::new(self.code, self.severity, path.clone(), text)
    }
}

/// How to fill in the declaration on goods.
pub(crate) const RULES: &str = "Порядок заполнения ДТ, решение КТС от 20.05.2010 № 257";
/// How to fill in the transit declaration.
pub(crate) const TRANSIT_RULES: &str = "Порядок заполнения ТД, решение КТС от 18.06.2010 № 289";
/// The union's classifiers.
pub(crate) const CLASSIFIERS: &str = "решение КТС от 20.09.2010 № 378";
/// What is stated in a declaration on goods.
pub(crate) const CODE_106: &str = "ТК ЕАЭС, статья 106";
/// What is stated in a transit declaration.
pub(crate) const CODE_107: &str = "ТК ЕАЭС, статья 107";
/// The documents that confirm what is stated.
pub(crate) const CODE_108: &str = "ТК ЕАЭС, статья 108";

/// Declares rows: the name in code, the code, the weight, the boxes, the norm; then title and cure,
/// each in Russian and in English. `TABLE` lists them in order.
macro_rules! rows {
    ($($name:ident = $code:literal, $severity:ident, $boxes:literal, $norm:expr;
        $ru:literal, $en:literal;
        $cure_ru:literal, $cure_en:literal;)+) => {
        $(
            #[doc = $en]
            pub(crate) static $name: $crate::table::Check = $crate::table::Check {
                code: $code,
                severity: declaration::Severity::$severity,
                title: declaration::Text {
                    ru: std::borrow::Cow::Borrowed($ru),
                    en: std::borrow::Cow::Borrowed($en),
                },
                cure: declaration::Text {
                    ru: std::borrow::Cow::Borrowed($cure_ru),
                    en: std::borrow::Cow::Borrowed($cure_en),
                },
                norm: $norm,
                boxes: $boxes,
            };
        )+
        /// The rows of this module.
        pub(crate) const TABLE: &[&$crate::table::Check] = &[$(&$name),+];
    };
}
pub(crate) use rows;

/// All parts of the table with their headings, in the order of their codes.
fn parts() -> [(&'static str, &'static [&'static Check]); 13] {
    [
        ("Сама проверка · The control itself", limits::TABLE),
        ("Обязательные графы · Mandatory boxes", presence::TABLE),
        ("Лица · Parties", parties::TABLE),
        ("Итоги и количества · Totals and quantities", totals::TABLE),
        ("Товары · Goods", goods::TABLE),
        ("Коды и процедуры · Codes and procedures", header::TABLE),
        ("Документы · Documents", documents::TABLE),
        ("Платежи · Payments", payments::TABLE),
        ("Даты и подпись · Dates and signature", moments::TABLE),
        ("Транспорт и контейнеры · Transport and containers", transport::TABLE),
        ("Транзит и обеспечение · Transit and security", transit::TABLE),
        ("Декларация таможенной стоимости · Customs value declaration", values::TABLE),
        ("Другие документы · Other documents", papers::TABLE),
    ]
}

/// Every check there is, in the order of the codes.
pub fn checks() -> &'static [Check] {
    static CHECKS: OnceLock<Vec<Check>> = OnceLock::new();
    CHECKS.get_or_init(|| parts().into_iter().flat_map(|(_, rows)| rows).map(|row| (*row).clone()).collect())
}

/// The page `docs/findings.md`: every check, printed from the table.
pub fn findings_page() -> String {
    let mut page = String::from(
        "# Findings\n\n\
         Printed from the table of checks (crate `check`); a test fails when this page is stale.\n\n\
         Each row: the code, its usual severity, the boxes it looks at, what it says and what cures it, the norm.\n\
         A pack changes the severity or switches a check off in its table `[checks]`, for example\n\
         `\"GL-2101\" = \"off\"` (also `\"hint\"`, `\"warning\"`, `\"error\"`). An `…` stands for a value of the declaration.\n\
         Errors GL-3031 to GL-3039 are those of who signs for another without a power: [powers.md](powers.md).\n",
    );
    for (heading, rows) in parts() {
        page.push_str("\n## ");
        page.push_str(heading);
        page.push_str("\n\n| code | severity | box | finding | cure | norm |\n|---|---|---|---|---|---|\n");
        for row in rows {
            let Check { code, severity, title, cure, norm, boxes } = row;
            page.push_str(&format!(
                "| <a id=\"{code}\"></a>{code} | {} | {boxes} | {}<br>{} | {}<br>{} | {norm} |\n",
                severity.as_str(),
                title.ru,
                title.en,
                cure.ru,
                cure.en,
            ));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_texts_are_whole() {
        for pair in checks().windows(2) {
            assert!(pair[0].code < pair[1].code, "{} then {}", pair[0].code, pair[1].code);
        }
        for check in checks() {
            let code = check.code;
            let gaps = |text: &str| text.matches('…').count();
            assert_eq!(gaps(&check.title.ru), gaps(&check.title.en), "{code}: values differ by language");
            assert_eq!(gaps(&check.cure.ru) + gaps(&check.cure.en), 0, "{code}: a cure has no values");
            assert!(
                !check.title.ru.ends_with('.') && !check.title.en.ends_with('.'),
                "{code}: full stop in title"
            );
            assert!(
                check.cure.ru.ends_with('.') && check.cure.en.ends_with('.'),
                "{code}: cure without full stop"
            );
            assert!(!check.title.ru.contains('|') && !check.cure.ru.contains('|'), "{code}: breaks the page");
        }
        assert!(checks().len() >= 64, "{}", checks().len());
    }

    #[test]
    fn the_page_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/findings.md");
        let page = findings_page();
        if std::env::var_os("GREENLANE_WRITE_PAGES").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == page, "docs/findings.md is stale: run this test with GREENLANE_WRITE_PAGES=1");
    }
}
