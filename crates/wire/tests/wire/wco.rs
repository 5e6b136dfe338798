//! Messages of the WCO's data model: what of them are fields, and how one amends another.

use crate::corpus::{corpus, files};
use declaration::{Declaration, Kind, Path, Purpose, Severity};
use greenlane_wire::{Completion, Format, Pointer, Target, amend, read, wco_path, write};

fn fixture(name: &str) -> Declaration {
    let path = format!("{}/fixtures/gb-{name}.xml", env!("CARGO_MANIFEST_DIR"));
    let document = read(&std::fs::read(path).unwrap()).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert_eq!(document.format, Format::Wco);
    let errors: Vec<_> = document.findings.iter().filter(|one| one.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
    document.declaration().unwrap().clone()
}

/// What a declaration says at a path.
fn says(declaration: &Declaration, path: &str) -> String {
    declaration::record::value_at(declaration, path).map(|value| value.to_string()).unwrap_or_default()
}

fn check(declaration: &Declaration, expected: &[(&str, &str)]) {
    for (path, text) in expected {
        assert_eq!(says(declaration, path), *text, "{path}");
    }
}

#[test]
fn an_import_is_read_into_fields() {
    let import = fixture("import");
    assert_eq!((import.kind(), import.purpose()), (Some(Kind::Import), Purpose::New));
    assert_eq!(import.customs_country().unwrap(), "GB");
    assert_eq!(import.items.len(), 2);
    assert_eq!(import.items[0].package_count(), Some(40));
    assert_eq!(import.declarant.as_ref().unwrap().tax_number().unwrap(), "GB111222333000");
    check(
        &import,
        &[
            ("function", "9"),
            ("local_reference", "GLN2026IMP0001"),
            ("direction", "IMA"),
            ("item_count", "2"),
            ("package_count", "46"),
            ("invoice_total", "18450.5"),
            ("invoice_currency", "GBP"),
            ("mass_gross_total", "1290.5"),
            ("documents/1/kind", "DAN"),
            ("agent/eori", "GB111222333000"),
            ("agent/role", "2"),
            ("authorisations/1/kind", "DPO"),
            ("authorisations/2/holder", "GB444555666000"),
            ("transport_border/mode", "1"),
            ("transport_border/nationality", "NO"),
            ("transport_arrival/identifier", "9321483"),
            ("exporter/name", "Fjordlys Verktøy AS"),
            ("exporter/address/1/street_house", "Storgata 114"),
            ("exporter/address/1/postal_code", "6002"),
            ("importer/eori", "GB444555666000"),
            ("deal_nature", "1"),
            ("container_indicator", "true"),
            ("equipment/1/number", "CSQU3054383"),
            ("equipment/1/seals/1/number", "NO-77120"),
            ("goods_locations/1/name", "IMMIMMIMM"),
            ("goods_locations/1/qualifier", "U"),
            ("charges/1/kind", "AK"),
            ("charges/1/amount", "240"),
            ("dispatch_country", "NO"),
            ("destination_country", "GB"),
            ("delivery/terms", "CIF"),
            ("delivery/place_code", "GBIMM"),
            ("trader_reference", "GLN-ORDER-5521"),
            ("guarantees/1/way", "1"),
            ("preceding_documents/1/kind", "DCR"),
            ("items/1/number", "1"),
            ("items/1/commodity_code", "8467211000"),
            ("items/1/classifications/1/code", ""),
            ("items/1/statistical_value", "15200"),
            ("items/1/documents/2/category", "N"),
            ("items/1/documents/2/kind", "935"),
            ("items/1/documents/2/status", "AC"),
            ("items/1/statements/1/code", "00500"),
            ("items/1/payments/1/kind", "A00"),
            ("items/1/payments/1/preference", "100"),
            ("items/1/payments/2/base", "15410.5"),
            ("items/1/payments/2/rate", "20"),
            ("items/1/payments/2/amount", "3082.1"),
            ("items/1/payments/2/currency", "GBP"),
            ("items/1/payments/2/method", "E"),
            ("items/1/mass_gross", "980"),
            ("items/1/mass_net", "905.25"),
            ("items/1/supplementary/quantity", "640"),
            ("items/1/supplementary/unit", "NAR"),
            ("items/1/invoice_value", "15170.5"),
            ("items/1/invoice_currency", "GBP"),
            ("items/1/valuation_method", "1"),
            ("items/1/valuation_indicator", "0000"),
            ("items/1/procedure/requested", "40"),
            ("items/1/procedure/previous", "00"),
            ("items/1/additional_procedures/1/code", "000"),
            ("items/1/origin_country", "NO"),
            ("items/1/packages/1/marks", "FV 1-40"),
            ("items/1/packages/1/code", "CT"),
            ("items/1/preceding_documents/1/kind", "355"),
            ("items/1/equipment/1/number", "CSQU3054383"),
            ("items/2/commodity_code", "8507600090"),
            ("items/2/classifications/1/code", "VATZ"),
            ("items/2/classifications/1/kind", "GN"),
            ("items/2/origin_kind", "2"),
        ],
    );
}

#[test]
fn an_export_is_read_into_fields() {
    let export = fixture("export");
    assert_eq!((export.kind(), export.purpose()), (Some(Kind::Export), Purpose::New));
    check(
        &export,
        &[
            ("direction", "EXD"),
            ("border_offices/1/code", "GB000060"),
            ("carrier/eori", "GB777888999000"),
            ("consignee/address/1/city", "Akureyri"),
            ("transport_border/identifier", "WIND DANCER"),
            ("transport_departure/mode", "3"),
            ("items/1/commodity_code", "82041100"),
            ("items/1/procedure/requested", "10"),
            ("items/1/procedure/previous", "40"),
            ("items/1/deal_nature", "1"),
        ],
    );
}

#[test]
fn changes_of_a_declaration_say_what_they_are_for() {
    let amendment = fixture("amendment");
    assert_eq!((amendment.purpose(), amendment.kind()), (Purpose::Amendment, None));
    assert_eq!(says(&amendment, "movement_reference"), "26GB3K7L0MNPQ2RSR5");
    assert_eq!(says(&amendment, "amendments/1/pointers/1/tag"), "146");
    assert_eq!(says(&amendment, "statements/2/pointers/2/section"), "06A");
    assert_eq!(fixture("cancellation").purpose(), Purpose::Cancellation);
    assert_eq!(fixture("arrival").purpose(), Purpose::Arrival);
}

#[test]
fn trade_with_a_territory_apart_goes_the_way_of_its_procedure() {
    let mut declaration = fixture("export");
    declaration.direction = "COA".parse().ok();
    assert_eq!(declaration.kind(), Some(Kind::Export));
    let mut declaration = fixture("import");
    declaration.direction = "COZ".parse().ok();
    assert_eq!(declaration.kind(), Some(Kind::Import));
    declaration.direction = "COR".parse().ok();
    declaration.function = "13".parse().ok();
    assert_eq!((declaration.kind(), declaration.purpose()), (None, Purpose::Amendment));
}

#[test]
fn what_is_written_is_what_was_read() {
    let completion =
        Completion { document_id: "0".into(), written_at: "2026-03-02T10:20:30".parse().unwrap() };
    for name in ["import", "export", "amendment", "cancellation", "arrival"] {
        let declaration = fixture(name);
        for target in [Target::Wco, Target::Json] {
            let written =
                write(&declaration, target, &completion).unwrap_or_else(|why| panic!("{name}: {why:?}"));
            let again = read(written.as_bytes()).unwrap();
            assert_eq!(again.declaration(), Some(&declaration), "{name} as {target:?}");
        }
    }
}

#[test]
fn an_amendment_changes_what_it_points_at() {
    let (import, amendment) = (fixture("import"), fixture("amendment"));
    let amended = amend(&import, &amendment);
    assert!(amended.refused.is_empty(), "{:?}", amended.refused);
    let changed: Vec<&str> = amended.changed.iter().map(Path::as_str).collect();
    assert_eq!(
        changed,
        [
            "package_count",
            "invoice_total",
            "items/2/packages/1/count",
            "items/2/invoice_value",
            "exporter/address/1/street_house",
            "items/1/documents/3",
            "items/1/statements/1",
        ]
    );
    check(
        &amended.declaration,
        &[
            ("package_count", "47"),
            ("invoice_total", "18590.5"),
            ("invoice_currency", "GBP"),
            ("items/2/packages/1/count", "7"),
            // Carried beside what is pointed at, and not pointed at.
            ("items/2/packages/1/marks", "FV 41-46"),
            ("items/2/invoice_value", "3420"),
            ("items/1/invoice_value", "15170.5"),
            ("exporter/address/1/street_house", "Storgata 116"),
            ("exporter/address/1/city", "Ålesund"),
            ("items/1/documents/2/kind", "935"),
            ("items/1/documents/3/kind", "271"),
            ("items/1/statements/1/code", ""),
            ("direction", "IMA"),
            ("function", "9"),
            ("items/1/commodity_code", "8467211000"),
        ],
    );
    // The amendment says nothing new the second time, but for what it adds and takes out.
    let again = amend(&amended.declaration, &amendment);
    assert!(again.changed.is_empty(), "{:?}", again.changed);
    assert_eq!(again.refused, [Path::new("amendments/7")]);
}

/// An amendment with these chains: sections with sequences, then a tag.
fn asking(chains: &[&str]) -> Declaration {
    let pointer = |text: &str| {
        let (rest, tag) = text.split_once('#').map_or((text, None), |(rest, tag)| (rest, Some(tag)));
        let (section, sequence) =
            rest.split_once('/').map_or((rest, None), |(section, sequence)| (section, Some(sequence)));
        declaration::Pointer {
            section: section.parse().ok(),
            sequence: sequence.map(|sequence| sequence.parse().unwrap()),
            tag: tag.map(|tag| tag.parse().unwrap()),
            further: None,
        }
    };
    let amendment = |chain: &&str| declaration::Amendment {
        reason: "32".parse().ok(),
        pointers: chain.split(' ').map(pointer).collect(),
        further: None,
    };
    Declaration { amendments: chains.iter().map(amendment).collect(), ..Declaration::default() }
}

#[test]
fn what_an_amendment_points_at_and_does_not_carry_is_taken_out() {
    let import = fixture("import");
    let asked = asking(&[
        "42A 17C/1",
        "42A 67A 68A/1",
        "42A 67A 35B#009",
        "42A 67A 28A 31B/1 44B/1",
        // Not there, or not in the data model.
        "42A 67A 68A/9",
        "42A 67A 68A/2 99X#001",
        "42A",
    ]);
    let amended = amend(&import, &asked);
    let refused: Vec<&str> = amended.refused.iter().map(Path::as_str).collect();
    assert_eq!(refused, ["amendments/5", "amendments/6", "amendments/7"]);
    check(
        &amended.declaration,
        &[
            ("authorisations/1/kind", "CGU"),
            ("authorisations/2/kind", ""),
            ("items/1/commodity_code", "8507600090"),
            ("items/1/number", "1"),
            ("trader_reference", ""),
            ("equipment/1/number", "CSQU3054383"),
            ("equipment/1/seals/1/number", ""),
        ],
    );
    assert_eq!(amended.declaration.items.len(), 1);
}

/// Pointers count the entries of the declaration that is amended, whatever else is taken out of it.
#[test]
fn what_is_taken_out_is_what_the_pointers_name_and_each_once() {
    let mut import = fixture("import");
    let documents = import.items[0].documents.clone();
    assert!(documents.len() >= 2 && import.items.len() == 2);
    import.items[1].documents = documents.clone();
    let amended = amend(&import, &asking(&["42A 67A 68A/1", "42A 67A 68A/2 02A/1", "42A 67A 68A/2 02A/1"]));
    let refused: Vec<&str> = amended.refused.iter().map(Path::as_str).collect();
    assert_eq!(refused, ["amendments/3"]);
    assert_eq!(amended.declaration.items.len(), 1);
    assert_eq!(amended.declaration.items[0].commodity_code, import.items[1].commodity_code);
    assert_eq!(amended.declaration.items[0].documents, documents[1..]);
}

#[test]
fn an_amendment_reaches_what_has_no_field_of_its_own() {
    let export = fixture("export");
    // The route and the way of paying the freight stand beside the declaration.
    let mut asked = asking(&["42A 28A 81A/2", "42A 28A 62A#098"]);
    asked.further = export.further.clone();
    let amended = amend(&export, &asked);
    assert!(amended.refused.is_empty(), "{:?}", amended.refused);
    assert!(amended.changed.is_empty(), "{:?}", amended.changed);
    assert_eq!(amended.declaration, export);
    let amended = amend(&export, &asking(&["42A 28A 81A/2", "42A 28A 62A#098"]));
    assert!(amended.refused.is_empty(), "{:?}", amended.refused);
    let changed: Vec<&str> = amended.changed.iter().map(Path::as_str).collect();
    assert_eq!(changed.len(), 2, "{changed:?}");
    assert!(changed.iter().all(|path| path.starts_with("further/")), "{changed:?}");
}

#[test]
fn a_pointer_of_an_error_leads_to_the_field() {
    let pointer = |section: &str, sequence, tag: Option<&str>| Pointer {
        section: section.into(),
        sequence,
        tag: tag.map(str::to_owned),
    };
    let chain = [
        pointer("42A", None, None),
        pointer("67A", Some(1), None),
        pointer("68A", Some(2), None),
        pointer("23A", None, None),
        pointer("21A", Some(1), Some("145")),
    ];
    assert_eq!(wco_path(&chain).unwrap().as_str(), "items/2/commodity_code");
}

#[test]
fn every_amendment_of_the_corpus_changes_the_declaration_it_amends() {
    let Some(corpus) = corpus() else { return };
    let mut paths = Vec::new();
    files(&corpus.join("wco/samples"), &mut paths);
    let declared: Vec<_> = paths
        .iter()
        .filter_map(|path| {
            let document = read(&std::fs::read(path).ok()?).ok()?;
            let declaration = document.declaration().filter(|_| document.format == Format::Wco)?;
            Some((path.clone(), declaration.clone()))
        })
        .collect();
    let (mut applied, mut asked, mut refused) = (0, 0, Vec::new());
    for (path, amendment) in declared.iter().filter(|(_, one)| one.purpose() == Purpose::Amendment) {
        // A scenario has its declaration in the same folder.
        let original = declared
            .iter()
            .find(|(other, one)| other.parent() == path.parent() && one.purpose() == Purpose::New);
        let Some((_, original)) = original else { continue };
        let amended = amend(original, amendment);
        applied += 1;
        asked += amendment.amendments.len();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!amended.changed.is_empty(), "{name}");
        refused.extend(amended.refused.iter().map(|at| {
            let chain = says_chain(amendment, at.as_str());
            format!("{name}: {at}: {chain}")
        }));
        println!("{name}: {:?}", amended.changed.iter().map(Path::as_str).collect::<Vec<_>>());
    }
    println!("{applied} amendments, {asked} changes asked for, {} refused", refused.len());
    assert_eq!(refused, [""; 0]);
    assert!(applied > 5, "{applied}");
}

fn says_chain(amendment: &Declaration, at: &str) -> String {
    let nth: usize = at.rsplit('/').next().unwrap().parse().unwrap();
    let pointers = amendment.amendments[nth - 1].pointers.iter().filter_map(Pointer::of);
    pointers.map(|pointer| pointer.to_string()).collect::<Vec<_>>().join(" ")
}
