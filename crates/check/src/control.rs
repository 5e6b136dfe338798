//! One run of the control over one declaration: what is looked at, and the findings so far.

use std::fmt::Write as _;

use declaration::{
    Amount, Code, CommodityCode, ContainerNumber, CountryCode, CurrencyCode, Declaration, DeliveryTerms,
    DocumentKind, Field, Finding, Kind, Mass, OfficeCode, Path, PaymentKind, ProcedureCode, Quantity, Rate,
    Severity, TaxNumber, Text, TransportMode, UnitCode,
};
use jiff::civil::Date;
use reference::pack::DataSet;
use reference::{Classified, Pack, Reference};
use rust_decimal::Decimal;

use crate::limits::{FINDINGS_MAX, MORE};
use crate::table::Check;

/// The language a value is said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Russian,
    English,
}

/// A value that can stand in a finding's text.
pub(crate) trait Said {
    fn say(&self, language: Language, out: &mut String);
}

macro_rules! said {
    ($($type:ty),+) => {
        $(impl Said for $type {
            fn say(&self, _: Language, out: &mut String) {
                // Writing to a string cannot fail.
                let _ = write!(out, "{self}");
            }
        })+
    };
}
said!(Amount, Code, CommodityCode, ContainerNumber, CountryCode, CurrencyCode, Date, Decimal, DeliveryTerms);
said!(DocumentKind, Mass, OfficeCode, PaymentKind, ProcedureCode, Quantity, Rate, TaxNumber, TransportMode);
said!(UnitCode, str, &str, String, u32, usize);

impl Said for Text {
    fn say(&self, language: Language, out: &mut String) {
        out.push_str(if language == Language::Russian { &self.ru } else { &self.en });
    }
}

/// Which kinds of declaration a check is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) const IMPORT: Self = Self(1);
    pub(crate) const TRANSIT: Self = Self(4);
    pub(crate) const GOODS: Self = Self(3);
    pub(crate) const ALL: Self = Self(7);

    /// A declaration whose kind nobody can tell is controlled as one on goods, import or export alike.
    fn of(kind: Option<Kind>) -> Self {
        match kind {
            Some(Kind::Import) => Self::IMPORT,
            Some(Kind::Export) => Self(2),
            Some(Kind::Transit) => Self::TRANSIT,
            None => Self::GOODS,
        }
    }

    fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// One run over one declaration.
pub(crate) struct Control<'a> {
    pub(crate) declaration: &'a Declaration,
    pub(crate) reference: &'a Reference,
    pub(crate) pack: &'a Pack,
    /// The day the declaration is controlled as of.
    pub(crate) on: Date,
    pub(crate) kind: Option<Kind>,
    kinds: Kinds,
    /// The data sets of the pack that the declaration is of.
    data_sets: Vec<&'a DataSet>,
    /// Findings by severity (hint, warning, error), each at most [`FINDINGS_MAX`], and how many more.
    kept: [Vec<Finding>; 3],
    left: [usize; 3],
}

impl<'a> Control<'a> {
    pub(crate) fn new(
        declaration: &'a Declaration,
        reference: &'a Reference,
        pack: &'a Pack,
        on: Date,
    ) -> Self {
        let kind = declaration.kind();
        Self {
            declaration,
            reference,
            pack,
            on,
            kind,
            kinds: Kinds::of(kind),
            data_sets: pack.data_sets.iter().filter(|one| one.holds(declaration)).collect(),
            kept: Default::default(),
            left: [0; 3],
        }
    }

    /// Whether a check for `kinds` is made here.
    pub(crate) fn is(&self, kinds: Kinds) -> bool {
        kinds.covers(self.kinds)
    }

    pub(crate) fn is_import(&self) -> bool {
        self.kind == Some(Kind::Import)
    }

    pub(crate) fn is_export(&self) -> bool {
        self.kind == Some(Kind::Export)
    }

    pub(crate) fn is_transit(&self) -> bool {
        self.kind == Some(Kind::Transit)
    }

    /// Whether the country is a member of the union.
    pub(crate) fn is_member(&self, country: CountryCode) -> bool {
        self.pack.union_members.contains(&country)
    }

    /// Whether the classifier has the code on the day; `None` where there is no such classifier.
    pub(crate) fn classified(&self, classifier: &str, code: &str) -> Option<bool> {
        match self.reference.classified(self.pack, classifier, code, self.on) {
            Classified::Known(_) => Some(true),
            Classified::Unknown => Some(false),
            Classified::NotHeld => None,
        }
    }

    /// Notes that `check` fails at `path`, naming `values`, unless the pack switches it off.
    pub(crate) fn find(&mut self, check: &'static Check, path: impl Into<String>, values: &[&dyn Said]) {
        let of_data_set = self.data_sets.iter().find_map(|one| one.checks.get(check.code));
        let severity = match of_data_set.or_else(|| self.pack.checks.get(check.code)) {
            Some(switch) => match switch.severity() {
                Some(severity) => severity,
                None => return,
            },
            None => check.severity,
        };
        let rank = rank(severity);
        if self.kept[rank].len() >= FINDINGS_MAX {
            self.left[rank] += 1;
            return;
        }
        let text = Text::new(
            said(&check.title.ru, &check.cure.ru, values, Language::Russian),
            said(&check.title.en, &check.cure.en, values, Language::English),
        );
        self.kept[rank].push(Finding::new(check.code, severity, Path::new(path), text));
    }

    /// The findings in document order, the gravest kept where there are too many.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let Self { kept, left, .. } = self;
        let mut findings = Vec::new();
        let mut more = 0;
        let mut gravest = Severity::Hint;
        for (mut of_rank, left) in kept.into_iter().zip(left).rev() {
            let severity = of_rank.first().map(|finding| finding.severity);
            let room = FINDINGS_MAX - findings.len().min(FINDINGS_MAX);
            let beyond = of_rank.len().saturating_sub(room) + left;
            if let (Some(severity), true) = (severity, beyond > 0) {
                gravest = gravest.max(severity);
            }
            more += beyond;
            if of_rank.len() > room {
                // What stands first in the document is kept.
                of_rank.sort_by_cached_key(order);
                of_rank.truncate(room);
            }
            findings.append(&mut of_rank);
        }
        if findings.len() > 1 {
            findings.sort_by_cached_key(order);
        }
        if more > 0 {
            let text = Text::new(
                said(&MORE.title.ru, &MORE.cure.ru, &[&more], Language::Russian),
                said(&MORE.title.en, &MORE.cure.en, &[&more], Language::English),
            );
            findings.push(Finding::new(MORE.code, gravest, Path::root(), text));
        }
        findings
    }
}

fn rank(severity: Severity) -> usize {
    match severity {
        Severity::Hint => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
    }
}

/// Title with its values, full stop, cure.
fn said(title: &str, cure: &str, values: &[&dyn Said], language: Language) -> String {
    let mut text = String::with_capacity(title.len() + cure.len() + 16 * values.len() + 2);
    let mut values = values.iter();
    let mut parts = title.split('…');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match values.next() {
            Some(value) => value.say(language, &mut text),
            None => text.push('…'),
        }
        text.push_str(part);
    }
    text.push_str(". ");
    text.push_str(cure);
    text
}

/// Where a finding stands: the order of the table of fields, then positions in lists, then the code.
fn order(finding: &Finding) -> (Vec<usize>, String) {
    let mut place = Vec::new();
    let mut fields: &[Field] = Declaration::FIELDS;
    for part in finding.path.as_str().split('/').filter(|part| !part.is_empty()) {
        if let Ok(position) = part.parse::<usize>() {
            place.push(position);
            continue;
        }
        let Some(at) = fields.iter().position(|field| field.name == part) else { break };
        place.push(at);
        fields = fields.get(at).and_then(|field| field.shape.fields()).unwrap_or_default();
    }
    (place, finding.code.to_string())
}

/// The path of a field of the item at `index`, counted from 0.
pub(crate) fn item_path(index: usize, field: &str) -> String {
    format!("items/{}/{field}", index + 1)
}
