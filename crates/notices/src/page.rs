//! The page of documentation, made from the table.

use std::fmt::Write;

use crate::album::Decision;
use crate::table::{Audience, ROWS, Row};

/// The table of notices as Markdown.
pub fn page() -> String {
    let mut page = String::from(
        "# Notices\n\nMade by `greenlane docs notices`; a test fails when it is stale.\n\n\
         For every event below that somebody outside may see, the service makes one notice: a CloudEvents 1.0\n\
         envelope in JSON, and, where the trade has one, a document. Which format the document has is a fact of\n\
         the pack (`notices = \"album\"` or `\"wco\"`). The document stands in the envelope as text\n\
         (`data.document.content`).\n\n\
         | event | says | who may see it | type | album 5.23 | WCO response |\n|---|---|---|---|---|---|\n",
    );
    for row in ROWS {
        let who = match row.audience {
            Audience::Declarant => "filer, declarant",
            Audience::DeclarantAndPayer => "filer, declarant, payer",
            Audience::Nobody => "nobody outside",
        };
        let kind = match row.audience {
            Audience::Nobody => "—".to_owned(),
            _ => format!("`{}`", row.cloud_event_type()),
        };
        let wco =
            row.wco.map_or("—".to_owned(), |function| format!("{} ({})", function.name(), function.code()));
        let _ = writeln!(
            page,
            "| `{}` | {} / {} | {who} | {kind} | {} | {wco} |",
            row.name,
            row.en,
            row.ru,
            album(row)
        );
    }
    page.push_str("\n## Decisions in the album\n\n| code | decision |\n|---|---|\n");
    let mut decisions: Vec<Decision> = ROWS.iter().flat_map(|row| row.decisions).copied().collect();
    decisions.sort_by_key(|decision| decision.code());
    for decision in decisions {
        let _ = writeln!(page, "| {} | {} / {} |", decision.code(), decision.en(), decision.ru());
    }
    page.push_str(
        "\nThe data of an envelope: `case`, `step`, `number`, `declaration_document_id`, `declaration_version`, `pack`,\n\
         `state`, `state_before`, `outcome`, `title`, what the event itself says in `details`, and the `document`, or\n\
         in `document_missing` why it could not be made.\n\n\
         Not told: which profiles fired or whether it was chance, the lane, which official a case waits with, how\n\
         much work officials have, and remarks that are not addressed to the declarant. An official who decides\n\
         signs the document with name and stamp.\n",
    );
    page
}

fn album(row: &Row) -> String {
    if row.album.is_empty() {
        return "—".to_owned();
    }
    let element = wire::Paper::new(row.album).map_or("?", |paper| paper.element());
    let codes: Vec<&str> = row.decisions.iter().map(|decision| decision.code()).collect();
    if codes.is_empty() { element.to_owned() } else { format!("{element}, {}", codes.join(" or ")) }
}
