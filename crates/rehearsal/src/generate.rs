//! The generator: realistic signed declarations, the same for the same seed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use declaration::{Declaration, TaxNumber};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reference::Reference;
use rust_decimal::Decimal;
use seal::{Algorithm, Authority, DetachedSeal, Sealer};
use wire::{Completion, Target};

use crate::error::GenerateError;
use crate::goods::{GROUPS, Good, Goods, Market, Way};
use crate::mistakes::{self, MistakeKind, MistakeShares};
use crate::papers;
use crate::planted::{PATTERNS, Planting};
use crate::random::Random;
use crate::trade::{Deal, Trade};
use crate::traders::{TRADERS_USUAL, Trader};

/// The usual mean of lines of goods in a declaration.
pub const ITEMS_MEAN_USUAL: f64 = 10.0;
/// The most lines of goods in a generated declaration.
pub const ITEMS_MAX: u32 = 500;
/// Lines of goods that are not of the declaration's main group, in thousandths.
const OTHER_GOODS: u32 = 250;
/// Draws of a deal before it is given up that one of them is an import.
const TRIES: u64 = 64;
/// Certificates with Ed25519 keys, one of so many.
const ED25519_ONE_IN: u64 = 8;

/// What to generate.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// How many declarations.
    pub count: u64,
    /// The seed: the same seed gives the same declarations.
    pub seed: u64,
    /// The mean of lines of goods in a declaration, 1 to 100.
    pub items_mean: f64,
    /// The pack they are filed under, such as `eaeu-ru`.
    pub jurisdiction: String,
    /// The day they are filled in: rates and codes are those of this day.
    pub day: Date,
    /// How often each mistake is made.
    pub mistakes: MistakeShares,
    /// How many firms there are.
    pub traders: u32,
}

impl Plan {
    /// The usual plan for so many declarations of a day, of Russia.
    pub fn usual(count: u64, seed: u64, day: Date) -> Self {
        Self {
            count,
            seed,
            items_mean: ITEMS_MEAN_USUAL,
            jurisdiction: "eaeu-ru".to_owned(),
            day,
            mistakes: MistakeShares::usual(),
            traders: TRADERS_USUAL,
        }
    }
}

/// One generated declaration.
#[derive(Debug, Clone)]
pub struct Generated {
    /// Its name, `000001.xml`.
    pub name: String,
    /// The document, album of formats 5.23.
    pub xml: String,
    /// The seal of its declarant; none where the generator has no authority.
    pub seal: Option<DetachedSeal>,
    /// What was meant before mistakes in the text or the seal.
    pub declaration: Declaration,
    /// The mistakes made.
    pub mistakes: Vec<MistakeKind>,
    /// Who declares and signs.
    pub declarant: TaxNumber,
    /// The firm.
    pub trader: Trader,
}

/// Generates declarations. Any of them can be had by its place, in any order and from any thread.
#[derive(Debug)]
pub struct Generator {
    plan: Plan,
    trade: Trade,
    sizes: Sizes,
    signing: Option<Signing>,
}

/// The authority of a rehearsal with the signers it has issued certificates for. Keys are of this run.
#[derive(Debug)]
struct Signing {
    authority: Authority,
    sealers: Mutex<HashMap<u64, Arc<Sealer>>>,
    validity: (jiff::Timestamp, jiff::Timestamp),
}

/// Signers kept at hand: about 2 kB each.
const SEALERS_MAX: usize = 20_000;

impl Generator {
    /// A generator for a plan over reference data. With an authority every declaration is sealed.
    ///
    /// # Errors
    /// Where the plan names no pack of the reference data, or no goods are in force on its day.
    pub fn new(
        plan: Plan,
        reference: Arc<Reference>,
        authority: Option<Authority>,
    ) -> Result<Self, GenerateError> {
        let pack = reference.pack(&plan.jurisdiction).cloned();
        let pack = pack.ok_or_else(|| GenerateError::Jurisdiction(plan.jurisdiction.clone()))?;
        if !(1.0..=100.0).contains(&plan.items_mean) {
            return Err(GenerateError::Mean(plan.items_mean));
        }
        if Trader::at(0, pack.country).is_none() {
            return Err(GenerateError::Jurisdiction(plan.jurisdiction.clone()));
        }
        let goods = Goods::of(&reference, &pack, plan.day);
        if goods.is_empty() {
            return Err(GenerateError::NoGoods(plan.day));
        }
        let midnight =
            |date: Date| date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).unwrap_or_default();
        let validity = (
            midnight(plan.day.saturating_sub(jiff::ToSpan::days(30))),
            midnight(plan.day.saturating_add(jiff::ToSpan::years(1))),
        );
        let signing = authority.map(|authority| Signing { authority, sealers: Mutex::default(), validity });
        let market = Market { reference, pack: Arc::new(pack), goods: Arc::new(goods) };
        let sizes = Sizes::of_mean(plan.items_mean);
        Ok(Self { trade: Trade::of(market, plan.day), sizes, signing, plan })
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The same trade on another day.
    ///
    /// # Errors
    /// Where no goods are in force on it.
    pub fn on(self, day: Date) -> Result<Self, GenerateError> {
        let authority = self.signing.map(|signing| signing.authority);
        Self::new(Plan { day, ..self.plan }, Arc::clone(&self.trade.market.reference), authority)
    }

    /// The certificate of the authority, PEM, to be trusted by whoever takes the declarations.
    pub fn authority_pem(&self) -> Option<String> {
        self.signing.as_ref().map(|signing| signing.authority.certificate_pem())
    }

    /// The pack's currency.
    pub fn currency(&self) -> declaration::CurrencyCode {
        self.trade.market.pack.currency
    }

    /// The country of the customs service.
    pub(crate) fn country(&self) -> declaration::CountryCode {
        self.trade.market.pack.country
    }

    /// The declaration at a place, from 0; the plan's count does not bound it.
    ///
    /// # Errors
    /// Where a certificate cannot be made or the document cannot be written.
    pub fn at(&self, place: u64) -> Result<Generated, GenerateError> {
        let mut random = Random::of(self.plan.seed, place);
        let (deal, mut declaration) = self.clean(&mut random)?;
        let mut kinds = self.plan.mistakes.draw(&mut random);
        mistakes::in_declaration(&mut kinds, &mut declaration, &mut random, &self.trade);
        let mut xml = self.written(&declaration)?;
        mistakes::in_text(&mut kinds, &mut xml, &mut random);
        let forged = kinds.contains(&MistakeKind::WrongSignature);
        if forged && self.signing.is_none() {
            kinds.retain(|kind| *kind != MistakeKind::WrongSignature);
        }
        let seal = match &self.signing {
            None => None,
            Some(signing) => {
                let sealer = signing.sealer(&deal.trader)?;
                let covered = if forged { "another document".as_bytes() } else { xml.as_bytes() };
                Some(sealer.seal(covered)?)
            }
        };
        Ok(Generated {
            name: format!("{:06}.xml", place + 1),
            xml,
            seal,
            declaration,
            mistakes: kinds,
            declarant: deal.trader.number,
            trader: deal.trader,
        })
    }

    /// The document that states a declaration, album of formats 5.23.
    pub(crate) fn written(&self, declaration: &Declaration) -> Result<String, GenerateError> {
        let completion = Completion {
            document_id: declaration
                .document_id
                .as_ref()
                .map(|id| id.as_str().to_owned())
                .unwrap_or_default(),
            written_at: declaration.created_at.unwrap_or_else(|| self.plan.day.at(12, 0, 0, 0)),
        };
        wire::write(declaration, Target::Album523, &completion)
            .map_err(|findings| GenerateError::Written(crate::error::first(&findings)))
    }

    /// The declaration at a place of a history with smuggling in it, without mistakes; with the pattern it follows,
    /// by its number, where one is planted there.
    ///
    /// # Errors
    /// Where a pattern's goods are not traded here.
    pub(crate) fn with_patterns(
        &self,
        place: u64,
        planting: Planting,
    ) -> Result<(Trader, Declaration, Option<usize>), GenerateError> {
        let planted = planting.at(place).and_then(|number| Some((number, PATTERNS.get(number)?)));
        let Some((number, pattern)) = planted else {
            let (deal, declaration) = self.clean(&mut Random::of(self.plan.seed, place))?;
            return Ok((deal.trader, declaration, None));
        };
        let none = || GenerateError::NoGoods(self.plan.day);
        let code = self.goods_of(pattern.heading).ok_or_else(none)?;
        for nth in 0..TRIES {
            let mut random = Random::of(self.plan.seed, place | (nth + 1) << 48);
            let (deal, mut declaration) = self.clean(&mut random)?;
            // Smuggled in is what is released for consumption.
            if deal.procedure.as_str() == "40" {
                pattern.plant(&mut declaration, code, self.trade.dollar(), &mut random);
                papers::calculate(&self.trade, &mut declaration);
                return Ok((deal.trader, declaration, Some(number)));
            }
        }
        Err(none())
    }

    /// A commodity of a heading, one that raises no finding where there is one.
    fn goods_of(&self, heading: &str) -> Option<declaration::CommodityCode> {
        let goods = || self.trade.market.goods.all().filter(|good| good.code.prefix(4) == heading);
        let clean = goods().find(|good| good.unit.is_none() && self.is_clean(good, Way::Import));
        clean.or_else(|| goods().next()).map(|good| good.code)
    }

    /// Who files the declaration at a place.
    ///
    /// # Errors
    /// Where the pack knows no procedure of trade.
    pub fn trader_at(&self, place: u64) -> Result<Trader, GenerateError> {
        let mut random = Random::of(self.plan.seed, place);
        let deal = self.trade.deal(&mut random, self.plan.traders);
        deal.map(|deal| deal.trader).ok_or(GenerateError::NoGoods(self.plan.day))
    }

    /// A declaration without mistakes.
    fn clean(&self, random: &mut Random) -> Result<(Deal, Declaration), GenerateError> {
        let none = || GenerateError::NoGoods(self.plan.day);
        let deal = self.trade.deal(random, self.plan.traders).ok_or_else(none)?;
        let count = self.sizes.draw(random).min(self.trade.market.pack.filing.items_max);
        let stock = &self.trade.market.goods;
        let is_clean = |good: &Good| self.is_clean(good, deal.way);
        let main = stock.draw_group(random, deal.way);
        let mut goods = Vec::with_capacity(count as usize);
        for nth in 0..count {
            let group = if nth > 0 && random.happens(OTHER_GOODS) {
                stock.draw_group(random, deal.way)
            } else {
                main
            };
            let drawn = stock.draw(random, group, deal.way, is_clean);
            // A group without a single clean commodity gives way to the others in turn.
            let drawn = drawn.or_else(|| {
                (0..GROUPS.len()).find_map(|other| stock.draw(random, other, deal.way, is_clean))
            });
            goods.push(drawn.ok_or_else(none)?);
        }
        let declaration = self.trade.declaration(random, &deal, &goods);
        Ok((deal, declaration))
    }

    /// Whether declarations of one commodity alone raise no finding and have all payments computed: what
    /// does not is not traded here, be it for a rate that needs quantities nobody states.
    fn is_clean(&self, good: &Good, way: Way) -> bool {
        /// Declarations tried: different origins, currencies and procedures.
        const PROBES: u64 = 3;
        let (reference, pack) = (&self.trade.market.reference, &self.trade.market.pack);
        (0..PROBES).all(|probe| {
            let code: u64 = good.code.as_str().parse().unwrap_or_default();
            let mut random = Random::of(code, probe);
            let Some(deal) = self.trade.deal(&mut random, 1) else { return false };
            let (procedure, deal_way) = match way {
                Way::Import => ("40", Way::Import),
                Way::Export => ("10", Way::Export),
            };
            let deal = Deal { way: deal_way, procedure: procedure.parse().unwrap_or(deal.procedure), ..deal };
            let declaration = self.trade.declaration(&mut random, &deal, &[good]);
            check::check(&declaration, reference, pack, self.plan.day).is_empty() && {
                let payments = duty::compute(&declaration, reference, pack, self.plan.day);
                payments.complete && payments.notes.is_empty() && payments.payable_total < MONEY_MAX
            }
        })
    }
}

/// The most one declaration of a single line may cost: beyond it the goods are no ordinary trade.
const MONEY_MAX: Decimal = Decimal::from_parts(0, 1_000, 0, false, 2);

impl Signing {
    fn sealer(&self, trader: &Trader) -> Result<Arc<Sealer>, GenerateError> {
        let mut sealers = self.sealers.lock().map_err(|_| GenerateError::Broken)?;
        if let Some(sealer) = sealers.get(&trader.index) {
            return Ok(Arc::clone(sealer));
        }
        let algorithm = match trader.index % ED25519_ONE_IN {
            0 => Algorithm::Ed25519,
            _ => Algorithm::EcdsaP256Sha256,
        };
        let name = format!("Условнов Пример ({})", trader.index + 1);
        let number = Some(trader.number.as_str());
        let credential = self.authority.issue(&name, Some(&trader.name), number, algorithm, self.validity)?;
        let sealer = Arc::new(Sealer::new(&credential)?);
        if sealers.len() >= SEALERS_MAX {
            sealers.clear();
        }
        sealers.insert(trader.index, Arc::clone(&sealer));
        Ok(sealer)
    }
}

/// The declarations of a generator, one after another, as many as its plan says.
#[derive(Debug)]
pub struct Declarations<'g> {
    generator: &'g Generator,
    next: u64,
}

impl Iterator for Declarations<'_> {
    type Item = Result<Generated, GenerateError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.next;
        if place >= self.generator.plan.count {
            return None;
        }
        self.next += 1;
        Some(self.generator.at(place))
    }
}

impl Generator {
    /// The declarations of the plan.
    pub fn iter(&self) -> Declarations<'_> {
        Declarations { generator: self, next: 0 }
    }
}

impl<'g> IntoIterator for &'g Generator {
    type Item = Result<Generated, GenerateError>;
    type IntoIter = Declarations<'g>;
    fn into_iter(self) -> Declarations<'g> {
        self.iter()
    }
}

/// How many lines of goods declarations have: the logarithm is normal with deviation 1, as measured on
/// real baskets, cut to 1 … [`ITEMS_MAX`], and set so that the mean comes out.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    median: f64,
}

const SIZE_DEVIATION: f64 = 1.0;

impl Sizes {
    fn of_mean(mean: f64) -> Self {
        /// Draws the mean is taken over; the same for every plan.
        const SAMPLE: usize = 4_096;
        let mut random = Random::of(0x517e, 0);
        let factors: Vec<f64> = (0..SAMPLE).map(|_| (SIZE_DEVIATION * random.normal()).exp()).collect();
        let mean_of = |median: f64| {
            let size = |factor: &f64| (median * factor).round().clamp(1.0, f64::from(ITEMS_MAX));
            factors.iter().map(size).sum::<f64>() / SAMPLE as f64
        };
        let (mut low, mut high) = (0.0, f64::from(ITEMS_MAX));
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if mean_of(middle) < mean { low = middle } else { high = middle }
        }
        Self { median: (low + high) / 2.0 }
    }

    fn draw(self, random: &mut Random) -> u32 {
        let size = random.spread(self.median, SIZE_DEVIATION, 1.0, (1, u64::from(ITEMS_MAX)));
        u32::try_from(size).unwrap_or(ITEMS_MAX)
    }
}
