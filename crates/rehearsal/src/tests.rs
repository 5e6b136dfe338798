//! What is generated, held against everything that judges it.

use std::sync::Arc;

use declaration::Severity;
use jiff::civil::Date;
use reference::Reference;
use seal::{Anchors, Authority, Verifier};

use crate::*;

const DAY: Date = Date::constant(2026, 3, 2);

fn reference() -> Arc<Reference> {
    Arc::new(Reference::starter().unwrap())
}

fn generator(plan: Plan) -> Generator {
    Generator::new(plan, reference(), None).unwrap()
}

fn clean(count: u64, jurisdiction: &str) -> Plan {
    Plan { jurisdiction: jurisdiction.into(), mistakes: MistakeShares::none(), ..Plan::usual(count, 11, DAY) }
}

/// Everything that is found in a document: by the reader, the control, the payments.
fn found(reference: &Reference, xml: &str) -> Vec<declaration::Finding> {
    let read = wire::read(xml.as_bytes()).unwrap();
    let pack = reference.pack_for(read.declaration().unwrap());
    let mut findings = read.findings.clone();
    findings.extend(check::check(read.declaration().unwrap(), reference, pack, DAY));
    let payments = duty::compute(read.declaration().unwrap(), reference, pack, DAY);
    findings.extend(payments.notes);
    findings
}

#[test]
fn a_declaration_without_mistakes_raises_no_finding() {
    let reference = reference();
    for jurisdiction in ["eaeu-ru", "eaeu-am"] {
        let generator = generator(clean(120, jurisdiction));
        for generated in &generator {
            let Generated { name, xml, declaration, mistakes, .. } = generated.unwrap();
            assert!(mistakes.is_empty());
            let findings = found(&reference, &xml);
            assert!(findings.is_empty(), "{jurisdiction} {name}: {findings:#?}");
            assert!(
                wire::read(xml.as_bytes()).unwrap().declaration() == Some(&declaration),
                "{name} reads otherwise"
            );
            let pack = reference.pack_for(&declaration);
            assert_eq!(pack.name, jurisdiction);
            assert!(duty::compute(&declaration, &reference, pack, DAY).complete, "{name}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_documents() {
    let plan = Plan::usual(20, 5, DAY);
    let (one, two) = (generator(plan.clone()), generator(plan.clone()));
    let backwards: Vec<String> = (0..20).rev().map(|place| two.at(place).unwrap().xml).collect();
    for (generated, again) in one.iter().zip(backwards.iter().rev()) {
        assert_eq!(&generated.unwrap().xml, again);
    }
    let other = generator(Plan { seed: 6, ..plan });
    assert_ne!(one.at(0).unwrap().xml, other.at(0).unwrap().xml);
}

#[test]
fn sizes_and_shares_are_those_of_the_plan() {
    let generator = generator(Plan { mistakes: MistakeShares::none(), ..Plan::usual(1_500, 1, DAY) });
    let (mut items, mut imports, mut usual, mut longest) = (0, 0, 0, 0);
    for generated in &generator {
        let declaration = generated.unwrap().declaration;
        items += declaration.items.len();
        longest = longest.max(declaration.items.len());
        imports += usize::from(declaration.kind() == Some(declaration::Kind::Import));
        let code = declaration.procedure.unwrap();
        usual += usize::from(code == "40" || code == "10");
    }
    // Mean 10, deviation 13 of one, 0.34 of 1 500; 1 050 imports, deviation 18; 1 380 usual, deviation 11.
    let mean = items as f64 / 1_500.0;
    assert!((9.0..=11.2).contains(&mean), "{mean}");
    assert!(longest > 50 && longest <= ITEMS_MAX as usize, "{longest}");
    assert!((980..=1_120).contains(&imports), "{imports}");
    assert!((1_335..=1_425).contains(&usual), "{usual}");
}

#[test]
fn every_mistake_is_answered_by_its_code() {
    let reference = reference();
    let authority = Authority::generate("Rehearsal").unwrap();
    let anchors = Anchors::from_pem(&authority.certificate_pem()).unwrap();
    let verifier = Verifier::new(anchors);
    let at = DAY.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let mut authority = Some(authority);
    for kind in MistakeKind::ALL {
        let plan = Plan { mistakes: MistakeShares::only(*kind), ..Plan::usual(60, 3, DAY) };
        let keys = if *kind == MistakeKind::WrongSignature { authority.take() } else { None };
        let generator = Generator::new(plan, Arc::clone(&reference), keys).unwrap();
        let mut made = 0;
        for generated in &generator {
            let generated = generated.unwrap();
            if generated.mistakes.is_empty() {
                continue;
            }
            assert_eq!(generated.mistakes, [*kind]);
            made += 1;
            let codes: Vec<String> = match (kind, wire::read(generated.xml.as_bytes())) {
                (MistakeKind::WrongSignature, _) => {
                    let seal = generated.seal.unwrap();
                    let why = verifier.verify(generated.xml.as_bytes(), &seal, at).unwrap_err();
                    vec![why.code().to_owned()]
                }
                (_, Err(unreadable)) => vec![unreadable.code.to_owned()],
                (_, Ok(_)) => {
                    let found = found(&reference, &generated.xml);
                    let told = found
                        .iter()
                        .filter(|finding| !kind.codes().is_empty() || finding.severity > Severity::Hint);
                    told.map(|finding| finding.code.to_string()).collect()
                }
            };
            if kind.codes().is_empty() {
                assert!(codes.is_empty(), "{}: {codes:?}", kind.as_str());
            } else {
                let answered = codes.iter().any(|code| kind.codes().contains(&code.as_str()));
                assert!(answered, "{} of {}: {codes:?}", kind.as_str(), generated.name);
            }
        }
        assert!(made >= 5, "{}: {made} occasions", kind.as_str());
    }
}

#[test]
fn seals_hold_and_name_the_declarant() {
    let authority = Authority::generate("Rehearsal").unwrap();
    let verifier = Verifier::new(Anchors::from_pem(&authority.certificate_pem()).unwrap());
    let plan = Plan { mistakes: MistakeShares::none(), ..Plan::usual(30, 3, DAY) };
    let generator = Generator::new(plan, reference(), Some(authority)).unwrap();
    let at = DAY.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let mut algorithms = std::collections::BTreeSet::new();
    for generated in &generator {
        let generated = generated.unwrap();
        let seal = generated.seal.unwrap();
        algorithms.insert(seal.algorithm.as_str());
        let signer = verifier.verify(generated.xml.as_bytes(), &seal, at).unwrap();
        assert_eq!(signer.tax_number.as_deref(), Some(generated.declarant.as_str()));
        let stated = generated.declaration.declarant.unwrap().tax_number();
        assert_eq!(stated, Some(generated.declarant));
    }
    assert_eq!(algorithms.len(), 2, "{algorithms:?}");
}

fn corpus() -> std::path::PathBuf {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    std::env::var_os("GREENLANE_CORPUS").unwrap_or_else(|| default.into()).into()
}

#[test]
fn the_whole_nomenclature_is_traded_clean() {
    let file = corpus().join("codes/tnved.csv");
    let Ok(content) = std::fs::read(&file) else {
        println!("skipped: no nomenclature of the union");
        return;
    };
    let mut datasets = reference::starter::datasets();
    let kind = reference::DatasetKind::Tnved;
    let source = file.display().to_string();
    datasets.push(reference::Dataset::new(kind, "", source, content));
    let reference = Arc::new(Reference::build(&datasets).unwrap());
    let day = Date::constant(2026, 4, 6);
    let plan = Plan { mistakes: MistakeShares::none(), ..Plan::usual(80, 21, day) };
    let generator = Generator::new(plan, Arc::clone(&reference), None).unwrap();
    let mut codes = std::collections::BTreeSet::new();
    for generated in &generator {
        let declaration = generated.unwrap().declaration;
        let pack = reference.pack_for(&declaration);
        let findings = check::check(&declaration, &reference, pack, day);
        assert!(findings.is_empty(), "{findings:#?}");
        codes.extend(declaration.items.iter().filter_map(|item| item.commodity_code));
    }
    assert!(codes.len() > 300, "{}", codes.len());
}

#[test]
fn documents_are_valid_by_the_official_schema() {
    let schema = corpus().join("eaeu/xsd-5.23/ESADout_CU.xsd");
    let xmllint = std::process::Command::new("xmllint").arg("--version").output();
    if !schema.exists() || xmllint.is_err() {
        println!("skipped: no official schemas or no xmllint");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut lint = std::process::Command::new("xmllint");
    lint.args(["--noout", "--nonet", "--schema"]).arg(&schema);
    for jurisdiction in ["eaeu-ru", "eaeu-am"] {
        for generated in &generator(clean(60, jurisdiction)) {
            let generated = generated.unwrap();
            let file = dir.path().join(format!("{jurisdiction}-{}", generated.name));
            std::fs::write(&file, &generated.xml).unwrap();
            lint.arg(file);
        }
    }
    let output = lint.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<&str> = said.lines().filter(|line| !line.ends_with(" validates")).take(10).collect();
    assert!(output.status.success(), "{}", complaints.join("\n"));
}

#[test]
fn plans_that_make_no_sense_are_refused() {
    let refused = |plan| Generator::new(plan, reference(), None).unwrap_err().to_string();
    assert!(refused(clean(1, "nowhere")).contains("nowhere"));
    assert!(refused(Plan { items_mean: 0.5, ..clean(1, "eaeu-ru") }).contains("0.5"));
    assert!(refused(Plan { items_mean: f64::NAN, ..clean(1, "eaeu-ru") }).contains("NaN"));
}

#[test]
fn the_page_has_every_mistake() {
    let page = mistakes_page();
    for kind in MistakeKind::ALL {
        assert!(page.contains(&format!("`{}`", kind.as_str())));
    }
    // A few in a hundred have a mistake, as a service would wish.
    let shares: u16 = MistakeKind::ALL.iter().map(|kind| kind.per_mille()).sum();
    assert!((50..=100).contains(&shares), "{shares}");
}
