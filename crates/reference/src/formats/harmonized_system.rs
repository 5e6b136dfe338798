//! The Harmonized System as CSV.

use declaration::Text;

use crate::content::Dataset;
use crate::dated::Said;
use crate::nomenclature::Position;
use crate::report::Notes;
use crate::table::{headers, read_rows};

/// Reads names of two, four and six digits: `section,hscode,description,parent,level` as statistical offices
/// publish them, or `code,name_en` with days of force where known.
pub(crate) fn read(dataset: &Dataset, notes: &mut Notes) -> Vec<Said<Position, Box<str>>> {
    let published = headers(&dataset.content).iter().any(|name| name == "hscode");
    let columns = if published { ["hscode", "description"] } else { ["code", "name_en"] };
    read_rows(dataset, notes, &columns, &["valid_from", "valid_to"], |row, notes| {
        let [code, name] = columns;
        if row.text(code) == "TOTAL" {
            notes.remark(
                row.line(),
                Text::new("пропущена: итог, а не код", "passed over: a total, not a code"),
            );
            return Ok(None);
        }
        let digits = Some(row.text(code)).filter(|digits| matches!(digits.len(), 2 | 4 | 6));
        let key = digits.and_then(Position::of);
        let key =
            key.ok_or_else(|| row.error(code, "две, четыре или шесть цифр", "two, four or six digits"))?;
        match row.text(name) {
            "" => Err(row.error(name, "наименование", "a name")),
            text => row.said(key, text.into()).map(Some),
        }
    })
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::super::tests::{corpus, outcome, places};
    use super::*;

    pub(crate) const PUBLISHED: &str = "section,hscode,description,parent,level\n\
        I,01,Reindeer and other beasts,TOTAL,2\n\
        I,0102,\"Reindeer, live\",01,4\n\
        I,010290,\"Reindeer; live, other\",0102,6\n\
        TOTAL,TOTAL,Everything,TOTAL,5\n";

    #[test]
    fn both_forms_are_read() {
        let ours = "code,name_en,valid_from,valid_to\n01,Beasts,,2021-12-31\n01,Reindeer,2022-01-01,\n";
        let table: [(&str, &[&str], &[&str]); 3] = [
            (
                PUBLISHED,
                &[
                    "2. 01 Reindeer and other beasts",
                    "3. 0102 Reindeer, live",
                    "4. 010290 Reindeer; live, other",
                ],
                &["[5]: passed over: a total, not a code"],
            ),
            (ours, &["2. 01 Beasts", "3. 01 Reindeer"], &[]),
            ("name_en,code\nReindeer,010290\n", &["2. 010290 Reindeer"], &[]),
        ];
        for (text, names, remarks) in table {
            let got = outcome(text.as_bytes(), read);
            assert_eq!(got.faults, [], "{text}");
            let printed: Vec<String> =
                got.read.iter().map(|said| format!("{}. {} {}", said.line, said.key, said.value)).collect();
            assert_eq!(printed, names);
            assert_eq!(got.remarks, remarks);
        }
        let days = outcome(ours.as_bytes(), read).read;
        assert_eq!(days[0].valid_to.map(|day| day.to_string()).as_deref(), Some("2021-12-31"));
    }

    #[test]
    fn what_does_not_fit_is_named_with_line_and_column() {
        let table = [
            ("code,name_en\n101,Reindeer\n", ("GL-8004", 2, "code")),
            ("code,name_en\n00,Reindeer\n", ("GL-8004", 2, "code")),
            ("code,name_en\n01,\n", ("GL-8004", 2, "name_en")),
            ("hscode,description\n01,Reindeer\n0101210000,Horses\n", ("GL-8004", 3, "hscode")),
            ("hscode,name\n01,Reindeer\n", ("GL-8003", 1, "description")),
            ("code,name_ru\n01,Олени\n", ("GL-8003", 1, "name_en")),
        ];
        for (text, place) in table {
            assert_eq!(places(&outcome(text.as_bytes(), read)), [place], "{text}");
        }
    }

    #[test]
    fn the_published_table_is_read_whole() {
        let Some(content) = corpus("hs2022.csv") else { return };
        let got = outcome(&content, read);
        assert_eq!(got.faults, []);
        assert_eq!(got.remarks.len(), 1);
        let mut by_digits = BTreeMap::new();
        for said in &got.read {
            *by_digits.entry(said.key.digits()).or_insert(0) += 1;
        }
        assert_eq!(by_digits, BTreeMap::from([(2, 97), (4, 1229), (6, 5613)]));
    }
}
