//! What imports did and what differs, as commands print it and the API answers it: one shape for both.

use centre::{ImportReport, WorldChanges};
use reference::ImportError;
use reference::changes::Change;
use serde::{Deserialize, Serialize};
use store::Import;
use utoipa::ToSchema;

use crate::language::Language;

/// What a change of reference data did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportObject {
    /// Whether it was only looked at what it would do.
    pub dry_run: bool,
    /// What was imported, in order.
    pub imported: Vec<ImportedObject>,
    /// Numbers of the imports that were taken back.
    pub undone: Vec<u64>,
    /// The same with what they had brought.
    pub taken_back: Vec<TakenBackObject>,
    /// What is worth saying of what was read.
    pub remarks: Vec<RemarkObject>,
    /// What differs.
    pub changes: ChangesObject,
    /// The world before.
    pub before: String,
    /// The world after.
    pub after: String,
}

/// A dataset that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportedObject {
    /// The number of the import, if it was taken.
    pub import: Option<u64>,
    /// What it holds, such as `exchange`.
    pub kind: String,
    /// The jurisdiction, or what stands in its place; empty where it serves all.
    pub jurisdiction: String,
    /// The first day it speaks for; null if for all days.
    pub valid_from: Option<String>,
    /// Where it came from.
    pub source: String,
    /// The hash that names it.
    pub hash: String,
    /// Rows read and taken.
    pub rows: usize,
    /// Whether it says nothing that holds.
    pub hidden: bool,
}

/// An import that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenBackObject {
    /// Its number.
    pub import: u64,
    /// What it held.
    pub kind: String,
    /// Where it came from.
    pub source: String,
}

/// Something worth saying about some lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemarkObject {
    /// Where the dataset came from.
    pub source: String,
    /// The first lines it is said of, counted from 1.
    pub lines: Vec<u64>,
    /// Of how many lines it is said.
    pub total: usize,
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

/// What differs between two worlds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangesObject {
    /// In the reference data, by table.
    pub tables: Vec<TableObject>,
    /// Numbers of risk profiles that only the first has, or that read otherwise in the second.
    pub profiles_before: Vec<String>,
    /// The same the other way round.
    pub profiles_after: Vec<String>,
    /// What may be judged otherwise from now on.
    pub touched: TouchedObject,
}

/// What differs in one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TableObject {
    /// The table, such as `duties`.
    pub table: String,
    /// The jurisdiction; empty where it serves all.
    pub jurisdiction: String,
    /// Keys that had nothing.
    pub added: usize,
    /// Keys that have something else.
    pub changed: usize,
    /// Keys that have nothing any more.
    pub ended: usize,
    /// What differs, by key: `key`, facts `before` and `after`.
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<Change>,
}

/// What a change touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TouchedObject {
    /// Numbers of risk profiles in force that need something that differs.
    pub profiles: Vec<String>,
    /// How many open cases; looked for only where nothing was taken yet.
    pub cases_total: usize,
    /// Whether there are more open cases than were looked at.
    pub cases_cut: bool,
    /// The first of them, the newest first.
    pub cases: Vec<String>,
}

/// An import, or the taking back of one, as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportObject {
    /// Its number.
    pub import: u64,
    /// When.
    pub at: String,
    /// Who did it.
    pub by: String,
    /// The import that this one takes back.
    pub undoes: Option<u64>,
    /// Whether it is an import in force.
    pub in_force: bool,
    /// What the dataset holds.
    pub kind: String,
    /// The jurisdiction, or what stands in its place.
    pub jurisdiction: String,
    /// The first day it speaks for; null if for all days.
    pub valid_from: Option<String>,
    /// Where it came from.
    pub source: String,
    /// The hash that names it.
    pub hash: String,
    /// The world it led to.
    pub world: String,
}

/// Why a dataset was not taken, at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaultObject {
    /// The stable code, such as `GL-8002`.
    pub code: String,
    /// Where the dataset came from.
    pub source: String,
    /// The line, counted from 1; 0 where the fault is in no line.
    pub line: u64,
    /// The column by its name, or the key in a pack; may be empty.
    pub column: String,
    /// What is wrong.
    pub what: String,
    /// What cures it.
    pub cure: String,
}

impl ReportObject {
    /// What an import did, or would do.
    pub fn new(report: &ImportReport, dry_run: bool) -> Self {
        let imported = report.imported.iter().map(|imported| ImportedObject {
            import: imported.ordinal,
            kind: imported.set.kind.as_str().to_owned(),
            jurisdiction: imported.set.jurisdiction.clone(),
            valid_from: imported.set.valid_from.map(|day| day.to_string()),
            source: imported.set.source.clone(),
            hash: imported.set.hash.to_string(),
            rows: imported.rows,
            hidden: imported.hidden,
        });
        let remarks = report.remarks.iter().map(|remark| RemarkObject {
            source: remark.dataset.clone(),
            lines: remark.lines.clone(),
            total: remark.total,
            ru: remark.what.ru.clone().into_owned(),
            en: remark.what.en.clone().into_owned(),
        });
        let taken_back = report.undone.iter().map(|(ordinal, set)| TakenBackObject {
            import: *ordinal,
            kind: set.kind.as_str().to_owned(),
            source: set.source.clone(),
        });
        Self {
            dry_run,
            imported: imported.collect(),
            undone: report.undone.iter().map(|(ordinal, _)| *ordinal).collect(),
            taken_back: taken_back.collect(),
            remarks: remarks.collect(),
            changes: ChangesObject::new(&report.changes),
            before: report.before.to_string(),
            after: report.after.to_string(),
        }
    }
}

impl ChangesObject {
    /// What differs.
    pub fn new(changes: &WorldChanges) -> Self {
        let tables = changes.reference.tables.iter().map(|table| TableObject {
            table: table.table.to_owned(),
            jurisdiction: table.jurisdiction.clone(),
            added: table.added(),
            changed: table.changed(),
            ended: table.ended(),
            rows: table.rows.clone(),
        });
        Self {
            tables: tables.collect(),
            profiles_before: changes.profiles_before.clone(),
            profiles_after: changes.profiles_after.clone(),
            touched: TouchedObject {
                profiles: changes.touched.profiles.clone(),
                cases_total: changes.touched.cases_total,
                cases_cut: changes.touched.cases_cut,
                cases: changes.touched.cases.iter().map(ToString::to_string).collect(),
            },
        }
    }
}

impl ImportObject {
    /// The whole journal, in order.
    pub fn journal(imports: &[Import]) -> Vec<Self> {
        let undone: std::collections::HashSet<u64> =
            imports.iter().filter_map(|import| import.undoes).collect();
        let object = |import: &Import| Self {
            import: import.ordinal,
            at: import.at.to_string(),
            by: import.actor.clone(),
            undoes: import.undoes,
            in_force: import.undoes.is_none() && !undone.contains(&import.ordinal),
            kind: import.dataset.kind.as_str().to_owned(),
            jurisdiction: import.dataset.jurisdiction.clone(),
            valid_from: import.dataset.valid_from.map(|day| day.to_string()),
            source: import.dataset.source.clone(),
            hash: import.dataset.hash.to_string(),
            world: import.world.to_string(),
        };
        imports.iter().map(object).collect()
    }
}

impl FaultObject {
    /// A fault in the language of whoever asked.
    pub(crate) fn new(fault: &ImportError, language: Language) -> Self {
        Self {
            code: fault.code.to_owned(),
            source: fault.dataset.clone(),
            line: fault.line,
            column: fault.column.clone(),
            what: language.pick(&fault.what).to_owned(),
            cure: language.pick(&fault.cure).to_owned(),
        }
    }
}
