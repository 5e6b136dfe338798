//! What a declaration means as a whole: which way the goods go, what it is filed for, who and how much.

use crate::codes::{Code, CountryCode, OfficeCode, ProcedureCode, TaxNumber};
use crate::leaf::Words;
use crate::model::{Declaration, Item, Party};

/// What kind of movement a declaration is for (box 1, first part).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Into the territory: `ИМ`.
    Import,
    /// Out of the territory: `ЭК`.
    Export,
    /// Across the territory under transit: `ТТ`.
    Transit,
}

impl Kind {
    /// `import`, `export` or `transit`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Import => "import",
            Kind::Export => "export",
            Kind::Transit => "transit",
        }
    }
}

/// What a declaration is filed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// To place goods under a procedure.
    New,
    /// To change a declaration filed before.
    Amendment,
    /// To have a declaration filed before made void.
    Cancellation,
    /// To say that the goods of a declaration filed before have arrived.
    Arrival,
}

impl Purpose {
    /// `new`, `amendment`, `cancellation` or `arrival`.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::New => "new",
            Purpose::Amendment => "amendment",
            Purpose::Cancellation => "cancellation",
            Purpose::Arrival => "arrival",
        }
    }
}

/// The function of a message that changes one sent before (WCO data model, element 017).
const CHANGE: &str = "13";

impl Declaration {
    /// Import, export or transit; national dialects write the code in Latin letters. In the WCO's data model a
    /// third letter says how the declaration is made (`IMA`), and `CO` stands for trade with a territory that
    /// has taxes of its own, in the direction of the procedure.
    pub fn kind(&self) -> Option<Kind> {
        // The commission's structure R.048 (`R.RU.XX.01.048` in its national editions) is for transit alone.
        if self.document_code.as_ref().is_some_and(|code| code.as_str().ends_with(".048")) {
            return Some(Kind::Transit);
        }
        let direction = self.direction.as_ref()?.as_str();
        match direction {
            "ИМ" | "IM" => return Some(Kind::Import),
            "ЭК" | "EK" | "EX" => return Some(Kind::Export),
            "ТТ" | "TT" => return Some(Kind::Transit),
            _ => {}
        }
        // `COR` is a correction there, not trade of such a territory.
        if self.purpose() != Purpose::New || direction.len() != 3 {
            return None;
        }
        match direction.get(..2)? {
            "IM" => Some(Kind::Import),
            "EX" => Some(Kind::Export),
            "CO" => {
                // Procedures are numbered alike everywhere: those that take goods out begin with 1 to 3.
                let requested = self.items.first()?.procedure.as_ref()?.requested?;
                let outward = requested.as_str().starts_with(['1', '2', '3']);
                Some(if outward { Kind::Export } else { Kind::Import })
            }
            _ => None,
        }
    }

    /// What the declaration is filed for: a new case, or a change of one there is. Formats that have other
    /// documents for changes only know new declarations.
    pub fn purpose(&self) -> Purpose {
        let is = |code: &Option<Code>, text: &str| code.as_ref().is_some_and(|code| *code == *text);
        if !is(&self.function, CHANGE) {
            return Purpose::New;
        }
        let kind = self.direction.as_ref().map(Code::as_str);
        match kind {
            Some("INV") => Purpose::Cancellation,
            Some("GPR") => Purpose::Arrival,
            _ => Purpose::Amendment,
        }
    }

    /// The procedure asked for: that of box 1, or of the first item in formats that state it there only.
    pub fn requested_procedure(&self) -> Option<ProcedureCode> {
        let of_item = || self.items.first()?.procedure.as_ref()?.requested;
        self.procedure.or_else(of_item)
    }

    /// The office where the goods lie: the first of box 30.
    pub fn goods_office(&self) -> Option<OfficeCode> {
        self.goods_locations.iter().find_map(|place| place.office)
    }

    /// Whose customs service the declaration is for: the country stated, or that of box 30.
    pub fn customs_country(&self) -> Option<CountryCode> {
        self.recipient_country.or_else(|| self.goods_locations.iter().find_map(|place| place.country))
    }
}

impl Party {
    /// The number the party is registered under for taxes, whatever the country.
    pub fn tax_number(&self) -> Option<TaxNumber> {
        let numbers =
            [self.inn, self.unn, self.bin, self.iin, self.unp, self.kg_inn, self.social_number, self.eori];
        numbers.into_iter().flatten().next()
    }

    /// The party's country: stated, or that of its first address.
    pub fn country(&self) -> Option<CountryCode> {
        self.country.or_else(|| self.address.iter().find_map(|address| address.country))
    }

    /// The name to show.
    pub fn display_name(&self) -> Option<&str> {
        self.name.as_ref().map(Words::as_str).or(self.short_name.as_ref().map(Words::as_str))
    }
}

impl Item {
    /// The description as one text.
    pub fn description_text(&self) -> String {
        let parts: Vec<&str> = self.description.iter().map(Words::as_str).collect();
        parts.join(" ")
    }

    /// How many packages the goods are in: as stated, or the sum over the kinds of package.
    pub fn package_count(&self) -> Option<u32> {
        let stated = self.packaging.as_ref().and_then(|packaging| packaging.package_count);
        let listed = || self.packages.iter().filter_map(|package| package.count);
        stated.or_else(|| listed().next().is_some().then(|| listed().fold(0, u32::saturating_add)))
    }
}
