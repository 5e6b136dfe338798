//! The units that rates are published per.

macro_rules! units {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $ru:literal, $en:literal, [$($alias:literal),*];)+) => {
        /// A unit that rates are published per.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum RateUnit {
            $($(#[$doc])* $name,)+
        }

        impl RateUnit {
            /// All units.
            pub const ALL: &'static [RateUnit] = &[$(RateUnit::$name),+];

            /// The code of the union's classifier of units of measure.
            pub fn code(self) -> &'static str {
                match self { $(RateUnit::$name => $code,)+ }
            }

            /// The short name in Russian, as published.
            pub fn ru(self) -> &'static str {
                match self { $(RateUnit::$name => $ru,)+ }
            }

            /// The short name in English.
            pub fn en(self) -> &'static str {
                match self { $(RateUnit::$name => $en,)+ }
            }

            /// The unit of a name in lower case.
            pub(super) fn parse(text: &str) -> Option<Self> {
                let names: &[(&[&str], RateUnit)] = &[$((&[$ru, $en, $($alias),*], RateUnit::$name),)+];
                names.iter().find(|(names, _)| names.contains(&text)).map(|(_, unit)| *unit)
            }
        }
    };
}

units! {
    /// Kilogram of net mass.
    Kilogram, "166", "кг", "kg", ["килограмм"];
    /// Gram.
    Gram, "163", "г", "g", ["гр"];
    /// Tonne of net mass.
    Tonne, "168", "т", "t", ["тонна", "тонну"];
    /// Litre.
    Litre, "112", "л", "l", ["литр"];
    /// Litre of pure (100 %) alcohol.
    LitreOfAlcohol, "831", "л 100% спирта", "l of pure alcohol", ["л безводного спирта", "л спирта"];
    /// Cubic metre.
    CubicMetre, "113", "м3", "m3", ["м³", "m³"];
    /// Thousand cubic metres.
    ThousandCubicMetres, "114", "1000 м3", "1000 m3", ["тыс. м3"];
    /// Square metre.
    SquareMetre, "055", "м2", "m2", ["м²", "m²", "кв. м"];
    /// Metre.
    Metre, "006", "м", "m", [];
    /// Cubic centimetre, in practice of engine volume.
    CubicCentimetre, "111", "см3, мл", "cm3", ["см3", "см³", "cm³", "мл", "см3 объема двигателя"];
    /// Piece.
    Piece, "796", "шт", "pcs", ["шт.", "штука", "штуку", "pc"];
    /// A thousand pieces.
    ThousandPieces, "798", "1000 шт", "1000 pcs", ["1000 шт.", "тыс. шт", "тыс. шт."];
    /// Pair.
    Pair, "715", "пар", "pairs", ["пара", "пару", "pair"];
    /// Horsepower of the engine.
    Horsepower, "251", "л.с.", "hp", ["л. с.", "лс"];
    /// Carat.
    Carat, "162", "кар", "ct", ["карат"];
    /// Thousand kilowatt-hours.
    MegawattHour, "246", "1000 кВт·ч", "MWh", ["1000 квт·ч", "1000 квт*ч", "mwh"];
}

impl RateUnit {
    /// The unit that is a thousand of this one: `1000 шт` has a code of its own.
    pub(super) fn thousand(self) -> Option<Self> {
        match self {
            RateUnit::Piece => Some(RateUnit::ThousandPieces),
            RateUnit::CubicMetre => Some(RateUnit::ThousandCubicMetres),
            _ => None,
        }
    }

    /// Whether the name itself begins with a thousand.
    pub(super) fn counts_thousands(self) -> bool {
        self.ru().starts_with("1000")
    }
}
