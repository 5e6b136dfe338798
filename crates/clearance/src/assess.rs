//! Assessment: control, payments and risk of one declaration against one world. Pure and parallel.

use std::collections::BTreeSet;

use declaration::{Declaration, Finding, Kind, OfficeCode, Party, ProcedureCode, Severity, TaxNumber};
use jiff::Timestamp;
use jiff::civil::Date;
use reference::{CommodityLookup, Pack, PricedUnit, Prices, UsualPrice};
use risk::{Category, Draw, Facts, ItemFacts, Lane, PriceFacts, PriceUnit};
use rust_decimal::Decimal;

use crate::event::RouteReason;
use crate::input::{Filing, Standing};
use crate::power::{Occasion, PowerAct, Representation};
use crate::scoring::Scored;
use crate::security::{self, Demand};
use crate::share::{self, Part};
use crate::trader::{Heading, Known};
use crate::world::World;

/// Everything the pure crates say about a declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessed {
    /// The jurisdiction it falls under.
    pub pack: String,
    /// The calendar day there: codes and rates are those in force on it.
    pub day: Date,
    /// Import, export or transit, where stated.
    pub kind: Option<Kind>,
    /// The procedure, where stated.
    pub procedure: Option<ProcedureCode>,
    /// The office that registers it.
    pub office: OfficeCode,
    /// Who declares, for lists; may be empty.
    pub declarant: String,
    /// The declarant's tax number.
    pub declarant_number: Option<TaxNumber>,
    /// Who pays: the party for financial settlement, else the importer, the declarant, the consignee.
    pub payer: Option<TaxNumber>,
    /// Who pays which part of what is payable, where box B names others besides the payer; else empty.
    pub parts: Vec<Part>,
    /// What must be secured before release, where the pack demands it.
    pub security: Option<Demand>,
    /// The identifier the declarant's software gave the document.
    pub document_id: Option<String>,
    /// Lines of goods.
    pub items: u32,
    /// Headings of the goods, each once.
    pub headings: BTreeSet<Heading>,
    /// Supporting documents named in it.
    pub documents: u32,
    /// What reading, control and payments found, in document order.
    pub findings: Vec<Finding>,
    /// Payments, line by line.
    pub payments: duty::Assessment,
    /// Profiles that fired, lane, random selection.
    pub risk: risk::Assessment,
    /// What models in force say of it.
    pub scored: Vec<Scored>,
    /// Why no automatic release is possible; empty when it is.
    pub route: Vec<RouteReason>,
}

impl Assessed {
    /// What each payer has to pay.
    pub fn due(&self) -> Vec<Part> {
        share::due(self.payments.payable_total, self.payer, &self.parts)
    }

    /// Whose guarantees may cover it: the payers' and the declarant's.
    pub fn principals(&self) -> Vec<TaxNumber> {
        let named = self.parts.iter().map(|part| part.payer);
        let mut principals: Vec<TaxNumber> = named.chain(self.payer).chain(self.declarant_number).collect();
        principals.sort_unstable();
        principals.dedup();
        principals
    }
}

/// What is known about a filing besides the declaration itself.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// When it was filed.
    pub now: Timestamp,
    /// The declarant's category at that time.
    pub category: Category,
    /// Whether a valid seal covers it.
    pub signed: bool,
    /// In whose name it was filed.
    pub standing: Standing,
    /// By what power, where somebody else acts for the declarant.
    pub power: Option<&'a Representation>,
    /// What is done: the declaration is filed, or corrected to this.
    pub act: PowerAct,
    /// The lane of an earlier declaration of the same consignment that was withdrawn from under a look.
    pub withdrawn: Option<Lane>,
    /// What was known of the declarant.
    pub known: Option<&'a Known>,
    /// The case's draw.
    pub draw: &'a Draw,
}

impl<'a> Circumstances<'a> {
    /// Those of a recorded filing or correction.
    pub fn of(filing: &'a Filing, act: PowerAct, now: Timestamp, draw: &'a Draw) -> Self {
        Self {
            now,
            category: filing.category,
            signed: filing.signer.is_some(),
            standing: filing.standing,
            power: filing.power.as_deref(),
            act,
            withdrawn: filing.withdrawn.map(|before| before.lane),
            known: filing.known.as_deref(),
            draw,
        }
    }
}

/// Control, payments and risk of a declaration. `read_findings` are what the reader already found.
pub fn assess(
    declaration: &Declaration,
    read_findings: &[Finding],
    world: &World,
    circumstances: &Circumstances<'_>,
) -> Assessed {
    let reference = world.reference();
    let pack = world.pack_for(declaration);
    let day = world.day(pack, circumstances.now);
    let mut findings = control(declaration, read_findings, world, pack, day);
    if !circumstances.signed && !pack.filing.unsigned_allowed {
        findings.push(unsigned());
    }
    let represented = represented(declaration, world, circumstances);
    findings.extend(represented.as_ref().and_then(|represented| represented.as_ref().err().cloned()));
    let payments = duty::compute(declaration, reference, pack, day);
    let office = reference.registering_office(declaration, day);
    let mut lines = ItemFacts::of_lines(declaration);
    mark_prices(declaration, reference.prices(pack), day, &mut lines);
    if let Some(known) = circumstances.known {
        known.mark_lines(declaration, &mut lines);
    }
    let facts = Facts {
        category: circumstances.category,
        payments_total: payments.payable_total,
        customs_value_total: payments.customs_value_total,
        finding_warnings: count(findings.iter().filter(|finding| finding.severity == Severity::Warning)),
        codes_outside_nomenclature: count(declaration.items.iter().filter(|item| {
            if !pack.nomenclature {
                return false;
            }
            let lookup = item.commodity_code.map(|code| reference.commodity(&code, day));
            matches!(lookup, Some(CommodityLookup::OutsideExcerpt))
        })),
        signed: circumstances.signed,
        office: Some(office),
        participant: circumstances.known.map(|known| known.participant.clone()),
        history: circumstances.known.map(|known| known.history).unwrap_or_default(),
        items: lines,
    };
    let default_lanes = risk::LanePolicy::default();
    let lanes = world.jurisdiction(pack).map_or(&default_lanes, |jurisdiction| &jurisdiction.lanes);
    let mut risk = world.rules().assess(declaration, &facts, lanes, circumstances.draw, day);
    // A model makes a lane stricter and never milder; one in the shadow moves nothing.
    let scored = world.models().score(declaration, &facts, day, circumstances.draw);
    risk.lane = scored.iter().filter_map(Scored::leads_to).fold(risk.lane, Lane::max);
    // What was to be looked at is looked at, however often it is filed anew.
    risk.lane = circumstances.withdrawn.map_or(risk.lane, |lane| risk.lane.max(lane));
    let time = world.time_of_day(pack, circumstances.now);
    // One word on one mistake: a code the control has named needs no second hint from the payments.
    let named = |note: &Finding| {
        note.code == UNCOMPUTED && findings.iter().any(|f| f.code.starts_with(CODES) && f.path == note.path)
    };
    let notes: Vec<Finding> = payments.notes.iter().filter(|note| !named(note)).cloned().collect();
    findings.extend(notes);
    let payer = payer(declaration);
    let mut route = route_reasons(declaration, pack, &findings, &payments, &risk, time);
    if circumstances.withdrawn.is_some() {
        route.push(RouteReason::Withdrawn);
    }
    let standing = circumstances.standing;
    let declarant_number = declaration.declarant.as_ref().and_then(|party| party.tax_number());
    // Who has a power speaks for its principal as the principal does, and for nobody else.
    let by_power = matches!(represented, Some(Ok(())));
    if !standing.speaks_for(declarant_number) && !by_power {
        route.push(RouteReason::Filer);
    }
    let parts = share::parts(declaration, pack, &payments, payer);
    let security = security::demand(declaration, pack, &payments);
    let spends = |payer| standing.speaks_for(payer) || (by_power && payer == declarant_number);
    let all_spend = match &parts[..] {
        [] => spends(payer),
        parts => parts.iter().all(|part| spends(Some(part.payer))),
    };
    if (payments.payable_total > Decimal::ZERO || security.is_some()) && !all_spend {
        route.push(RouteReason::Payer);
    }
    let party = declaration.declarant.as_ref();
    Assessed {
        pack: pack.name.clone(),
        day,
        kind: declaration.kind(),
        procedure: declaration.requested_procedure(),
        office,
        declarant: party.map(known_as).unwrap_or_default(),
        declarant_number,
        payer,
        parts,
        security,
        document_id: document_id(declaration),
        items: count(declaration.items.iter()),
        headings: Heading::all_of(declaration),
        documents: count(declaration.items.iter().flat_map(|item| &item.documents)),
        findings,
        payments,
        risk,
        scored,
        route,
    }
}

/// Says of each line what such goods usually cost on the day, where the reference data know.
fn mark_prices(declaration: &Declaration, prices: Option<&Prices>, day: Date, lines: &mut [ItemFacts]) {
    let Some(prices) = prices.filter(|prices| !prices.rows().is_empty()) else { return };
    for (item, line) in declaration.items.iter().zip(lines) {
        let Some(code) = &item.commodity_code else { continue };
        let origin = item.origin_country.or(declaration.origin_country);
        let unit = item.supplementary.as_ref().and_then(|quantity| quantity.unit);
        line.price = prices.find(code, origin, unit, day).map(|row| {
            let per = match row.key.unit {
                PricedUnit::Kilogram => PriceUnit::Kilogram,
                PricedUnit::Supplementary(_) => PriceUnit::Supplementary,
            };
            let UsualPrice { sample, low, median, high, .. } = row.value;
            PriceFacts { per, median, low, high, sample }
        });
    }
}

/// Whether a power allows what somebody else does for the declarant; an error where their seal says they do
/// and none allows it. Nothing where nobody else does, and where an account alone says so: an official
/// looks at that.
fn represented(
    declaration: &Declaration,
    world: &World,
    circumstances: &Circumstances<'_>,
) -> Option<Result<(), Finding>> {
    let Circumstances { power: Some(power), act, now, .. } = *circumstances else { return None };
    let occasion = Occasion::of(act, power.attorney, declaration, world, now)?;
    match power.judge(&occasion) {
        Ok(()) => Some(Ok(())),
        Err(why) if power.sealed => Some(Err(power.finding(&why, declaration))),
        Err(_) => None,
    }
}

/// What the declarant's software calls the document: its identifier, or the reference it gave itself.
fn document_id(declaration: &Declaration) -> Option<String> {
    let own = declaration.document_id.as_ref().map(|id| id.as_str());
    own.or(declaration.local_reference.as_ref().map(|reference| reference.as_str())).map(str::to_owned)
}

/// A party's name, or the number it is known by where a format has nothing else.
fn known_as(party: &Party) -> String {
    let number = || party.tax_number().map(|number| number.to_string());
    party.display_name().map(str::to_owned).or_else(number).unwrap_or_default()
}

/// What reading and control found, in document order. A field the reader could not understand is not
/// reported as missing as well: there is one mistake to mend.
pub fn control(
    declaration: &Declaration,
    read_findings: &[Finding],
    world: &World,
    pack: &Pack,
    day: Date,
) -> Vec<Finding> {
    let mut findings = read_findings.to_vec();
    let found = check::check(declaration, world.reference(), pack, day);
    let said = |finding: &Finding| {
        finding.code.starts_with(MISSING) && read_findings.iter().any(|read| read.path == finding.path)
    };
    findings.extend(found.into_iter().filter(|finding| !said(finding)));
    findings
}

/// Codes of checks that demand a field.
const MISSING: &str = "GL-21";
/// Codes of checks on commodity codes.
const CODES: &str = "GL-240";
/// The note that nothing was computed because of a commodity code.
const UNCOMPUTED: &str = "GL-4002";

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

fn payer(declaration: &Declaration) -> Option<TaxNumber> {
    // Where an agent declares in another's name, the debt is the importer's.
    let parties =
        [&declaration.financial_party, &declaration.importer, &declaration.declarant, &declaration.consignee];
    parties.into_iter().flatten().find_map(|party| party.tax_number())
}

/// Whether any line claims relief from a payment, or a preferential rate without a document of origin
/// (box 36). Whether it is due is a question of documents, which an official looks at.
fn claims_relief(declaration: &Declaration, pack: &Pack) -> bool {
    let claimed = |code: &Option<declaration::Code>| {
        code.filter(|code| !pack.payments.no_relief.iter().any(|none| *code == none.as_str()))
    };
    let first = declaration.items.first();
    declaration.items.iter().any(|item| {
        // Where a format states preferences with each payment, any that claims something.
        if item.payments.iter().any(|line| claimed(&line.preference).is_some()) {
            return true;
        }
        let Some(preference) = &item.preference else { return false };
        let proved = || {
            let documents = item.documents.iter().chain(first.iter().flat_map(|item| &item.documents));
            documents.filter_map(|document| document.kind).any(|kind| kind.as_str().starts_with(ORIGIN))
        };
        let by_origin = |code: declaration::Code| {
            pack.payments.tariff_preferences.iter().any(|rate| code == rate.code.as_str())
        };
        let duty = claimed(&preference.duty).is_some_and(|code| !(by_origin(code) && proved()));
        let others = [&preference.fee, &preference.excise, &preference.vat];
        duty || others.into_iter().any(|code| claimed(code).is_some())
    })
}

/// Kinds of document that prove origin begin so (classifier of documents, decision 378 of 20.09.2010).
const ORIGIN: &str = "06";

fn unsigned() -> Finding {
    Finding::new(
        "GL-3101",
        Severity::Error,
        declaration::Path::root(),
        declaration::Text::new(
            "Декларация не подписана. Приложите электронную подпись декларанта.",
            "The declaration is not signed. Attach the declarant's electronic signature.",
        ),
    )
}

/// Every criterion of the pack for automatic release that does not hold.
fn route_reasons(
    declaration: &Declaration,
    pack: &Pack,
    findings: &[Finding],
    payments: &duty::Assessment,
    risk: &risk::Assessment,
    time: jiff::civil::Time,
) -> Vec<RouteReason> {
    let rules = &pack.automatic;
    let warned = findings.iter().any(|finding| finding.severity == Severity::Warning);
    let own = declaration.items.iter().filter_map(|item| item.procedure.as_ref()?.requested);
    let mut stated = own.chain(declaration.procedure).peekable();
    let procedure_listed = stated.peek().is_some() && stated.all(|code| rules.procedures.contains(&code));
    let valued_over = rules.value_max.is_some_and(|max: Decimal| payments.customs_value_total > max);
    let out_of_hours = rules.hours.is_some_and(|(from, to)| time < from || time >= to);
    let reasons = [
        (!rules.release, RouteReason::ReleaseIsManual),
        (risk.lane >= Lane::Yellow, RouteReason::Lane),
        (warned && rules.warnings_prevent, RouteReason::Warnings),
        (risk.facts.codes_outside_nomenclature > 0, RouteReason::CodeOutsideNomenclature),
        (!payments.complete, RouteReason::PaymentsIncomplete),
        (claims_relief(declaration, pack), RouteReason::Relief),
        (!procedure_listed, RouteReason::Procedure),
        (valued_over, RouteReason::Value),
        (out_of_hours, RouteReason::Hours),
    ];
    reasons.into_iter().filter_map(|(holds, reason)| holds.then_some(reason)).collect()
}
