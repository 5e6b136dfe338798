//! A compiled set of profiles, and what it says of a declaration.

use declaration::{Declaration, Text};
use jiff::civil::Date;
use ring::digest;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::category::Category;
use crate::draw::Draw;
use crate::error::{Fault, ProfileError};
use crate::index::Index;
use crate::lane::{Lane, LanePolicy, RandomSelection};
use crate::language::{Compiled, Scene};
use crate::profile::{Measure, Profile};

/// The most profiles of one set.
pub const PROFILES_MAX: usize = 100_000;

/// What is known of a case besides its declaration when its risk is assessed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// The trader's category.
    pub category: Category,
    /// Payments in total, in the country's currency.
    pub payments_total: Decimal,
    /// Customs value in total, in the country's currency.
    pub customs_value_total: Decimal,
    /// Warnings among the findings of the control.
    pub finding_warnings: u32,
    /// Lines of goods whose code the nomenclature does not have.
    pub codes_outside_nomenclature: u32,
    /// Whether the document bears a valid signature.
    pub signed: bool,
}

/// A profile that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The profile's number.
    pub profile: String,
    /// The line of goods, by its position counted from 1; none: the declaration as a whole.
    pub item: Option<u32>,
    /// What an officer is to do.
    pub measures: Vec<Measure>,
    /// The lane it leads to.
    pub lane: Lane,
    /// What the officer will see.
    pub instruction: Text,
}

/// What the risk of a declaration is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The profiles that fired, by number and line.
    pub hits: Vec<Hit>,
    /// The lane: the strictest of the hits' and of the selection by chance.
    pub lane: Lane,
    /// The selection by chance, if there was one.
    pub random: Option<RandomSelection>,
    /// What was known.
    pub facts: Facts,
}

/// A compiled, immutable set of profiles.
#[derive(Debug)]
pub struct Rules {
    /// By number.
    profiles: Vec<Profile>,
    /// Area and exclusions of each profile, in the same order.
    compiled: Vec<(Compiled, Option<Compiled>)>,
    per_item: Index,
    per_declaration: Index,
    hash: String,
}

impl Rules {
    /// Compiles a set of profiles, in any order. All that is wrong is reported at once, one error
    /// per profile; lines and columns are those of the field's own text.
    pub fn compile(mut profiles: Vec<Profile>) -> Result<Self, Vec<ProfileError>> {
        if profiles.len() > PROFILES_MAX {
            return Err(vec![ProfileError::new(
                Fault::Limit,
                "",
                (&format!("больше {PROFILES_MAX} профилей"), &format!("more than {PROFILES_MAX} profiles")),
                ("снимите ненужные профили", "withdraw profiles no longer needed"),
            )]);
        }
        profiles.sort_by(|one, other| one.number.cmp(&other.number));
        let mut errors = Vec::new();
        let mut compiled = Vec::with_capacity(profiles.len());
        for profile in &profiles {
            match profile.compile() {
                Ok(both) => compiled.push(both),
                Err(error) => errors.push(error.of_profile(&profile.number)),
            }
        }
        for (one, other) in profiles.iter().zip(profiles.iter().skip(1)) {
            if one.number == other.number {
                let error = ProfileError::new(
                    Fault::Duplicate,
                    "number",
                    ("два профиля с одним номером", "two profiles of one number"),
                    ("оставьте одну версию или смените номер", "keep one version or change the number"),
                );
                errors.push(error.of_profile(&one.number));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let hash = hash(&profiles).map_err(|error| vec![error])?;
        let areas = |per_item: bool| {
            let numbered = (0u32..).zip(&compiled).filter(move |(_, (area, _))| area.per_item == per_item);
            numbered.map(|(profile, (area, _))| (profile, &area.condition))
        };
        let (per_item, per_declaration) = (Index::of(areas(true)), Index::of(areas(false)));
        Ok(Self { profiles, per_item, per_declaration, compiled, hash })
    }

    /// No profiles at all.
    pub fn empty() -> Self {
        let hash = hex_sha256(&[]);
        let (per_item, per_declaration) = (Index::default(), Index::default());
        Self { profiles: Vec::new(), compiled: Vec::new(), per_item, per_declaration, hash }
    }

    /// The profiles, by number.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// SHA-256, in hexadecimal, of the profiles by number, each as one line of JSON: equal for equal
    /// sets, whatever the order and layout they were written in.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Assesses a declaration as of a day. The same input gives the same assessment.
    pub fn assess(
        &self,
        declaration: &Declaration,
        facts: &Facts,
        policy: &LanePolicy,
        draw: &Draw,
        on: Date,
    ) -> Assessment {
        let mut fired: Vec<(u32, Option<u32>)> = Vec::new();
        self.candidates(declaration, facts, on, |profile, scene, item| {
            if self.fires(profile, scene) {
                fired.push((profile, item));
            }
        });
        fired.sort_unstable();
        let mut hits = Vec::with_capacity(fired.len());
        for group in fired.chunk_by(|one, other| one.0 == other.0) {
            let profile = group.first().and_then(|(profile, _)| self.profile(*profile));
            let Some((profile, effect)) = profile.and_then(|it| Some((it, it.effect(facts.category)?)))
            else {
                continue;
            };
            // One draw per case and profile: all the lines of a declaration share its luck.
            if effect.share < crate::Share::ALL && !effect.share.takes(draw.share(&profile.number)) {
                continue;
            }
            hits.extend(group.iter().map(|(_, item)| Hit {
                profile: profile.number.clone(),
                item: *item,
                measures: effect.measures.to_vec(),
                lane: effect.lane,
                instruction: profile.instruction.clone(),
            }));
        }
        let lane = hits.iter().map(|hit| hit.lane).max().unwrap_or_default();
        let random = policy.select(lane, facts.category, draw);
        let lane = random.as_ref().map_or(lane, |selected| lane.max(selected.lane));
        Assessment { hits, lane, random, facts: facts.clone() }
    }

    /// Calls `ask` with every profile that can apply, its scene and the line's position from 1.
    fn candidates(
        &self,
        declaration: &Declaration,
        facts: &Facts,
        on: Date,
        mut ask: impl FnMut(u32, &Scene, Option<u32>),
    ) {
        let whole = Scene::new(declaration, None, facts, on);
        self.per_declaration.open(&whole).candidates(&whole, |profile| ask(profile, &whole, None));
        let per_item = self.per_item.open(&whole);
        for (position, item) in (1u32..).zip(&declaration.items) {
            let scene = Scene::new(declaration, Some(item), facts, on);
            per_item.candidates(&scene, |profile| ask(profile, &scene, Some(position)));
        }
    }

    fn profile(&self, at: u32) -> Option<&Profile> {
        self.profiles.get(usize::try_from(at).ok()?)
    }

    /// Whether a profile's area holds, and its exclusions do not.
    fn fires(&self, at: u32, scene: &Scene) -> bool {
        let Ok(at) = usize::try_from(at) else { return false };
        let (Some(profile), Some((area, exclusions))) = (self.profiles.get(at), self.compiled.get(at)) else {
            return false;
        };
        profile.valid_on(scene.on)
            && area.condition.eval(scene) == Some(true)
            && !exclusions.as_ref().is_some_and(|exclusions| exclusions.condition.eval(scene) == Some(true))
    }
}

fn hash(profiles: &[Profile]) -> Result<String, ProfileError> {
    let mut lines = Vec::new();
    for profile in profiles {
        serde_json::to_writer(&mut lines, profile).map_err(|error| {
            let text = (
                format!("профиль не записывается: {error}"),
                format!("the profile cannot be written: {error}"),
            );
            let cure = ("сообщите разработчикам", "tell the developers");
            ProfileError::new(Fault::Document, "", (&text.0, &text.1), cure).of_profile(&profile.number)
        })?;
        lines.push(b'\n');
    }
    Ok(hex_sha256(&lines))
}

fn hex_sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}
