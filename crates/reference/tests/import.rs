//! Datasets are taken whole or refused with the place of the fault, and add up as documented.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test is a panic")]

use std::path::PathBuf;

use declaration::{CommodityCode, CountryCode};
use greenlane_reference as reference;
use jiff::civil::Date;
use reference::{CommodityLookup, ContentHash, Dataset, DatasetKind, RateKind, RateText, Reference};

fn dataset(kind: DatasetKind, content: &str) -> Dataset {
    Dataset::new(kind, "", format!("{}.csv", kind.as_str()), content)
}

/// The starter with datasets imported after it.
fn with(imported: &[Dataset]) -> Result<Reference, reference::Faults> {
    Reference::build(&[Reference::starter_datasets(), imported.to_vec()].concat())
}

fn built(imported: &[Dataset]) -> Reference {
    with(imported).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_fault_is_named_by_dataset_line_and_column() {
    use DatasetKind::*;
    let table: &[(DatasetKind, &str, &str, u64, &str)] = &[
        (Tnved, "code,name\n", "GL-8003", 1, "duty"),
        (Tnved, "code,name,duty\n0101210000,a,5%\n010121000,b,5%\n", "GL-8004", 3, "code"),
        (Tnved, "code,name,duty\n0101210000,\"a\nb\",5%\n0101210001,b,five\n", "GL-8004", 4, "duty"),
        (Tnved, "code,name,duty\n0101210000,a,5%\n0101210001,b,5%\n0101210000,c,7%\n", "GL-8009", 4, "code"),
        (Tnved, "code,name,duty\n0101210000,a\n", "GL-8002", 2, ""),
        (Tnved, "code,name,duty\r\n0101210000,\"a\r\nb\",5%\r\n0101210001,b,five\r\n", "GL-8004", 4, "duty"),
        (Tnved, "code,name,duty\r\n\r\n0101210000,a\r\n", "GL-8002", 3, ""),
        (Tnved, "code,name,duty\n\n0101210000,a,5%\n\n\n0101210001,b,five\n", "GL-8004", 6, "duty"),
        (Tnved, "code,name,duty\n", "GL-8014", 1, ""),
        (Tnved, "code,name,duty,duty\n0101210000,a,5%,6%\n", "GL-8003", 1, "duty"),
        (Tnved, "code,name,duty,valid_form\n0101210000,a,5%,2026-01-01\n", "GL-8003", 1, "valid_form"),
        (Tnved, "code,name,duty\n0101210000,a\u{1b}[31m,5%\n", "GL-8004", 2, "name"),
        (Tnved, "code,name,duty\n0101210000,a\u{202e}b,5%\n", "GL-8004", 2, "name"),
        (Rates, "code,origin,kind,rate,Season\n0101,,duty,5%,06-01..10-31\n", "GL-8003", 1, "Season"),
        (Rates, "code,origin,kind,rate\n0101,,tax,5%\n", "GL-8004", 2, "kind"),
        (Rates, "code,origin,kind,rate\n0101,China,duty,5%\n", "GL-8004", 2, "origin"),
        (Rates, "code,origin,kind,rate\n1,,duty,5%\n", "GL-8004", 2, "code"),
        (
            Rates,
            "code,origin,kind,rate,valid_from,valid_to\n0101,,duty,5%,2026-02-01,2026-01-01\n",
            "GL-8004",
            2,
            "valid_to",
        ),
        (Exchange, "date,currency,units,rate\n2026-01-01,EUR,0,90\n", "GL-8004", 2, "units"),
        (Exchange, "date,currency,units,rate\n2026-01-01,EUR,1,-90\n", "GL-8004", 2, "rate"),
        (Exchange, "date,currency,units,rate\n2026-01-01,EUR,1,0\n", "GL-8004", 2, "rate"),
        (Exchange, "date,currency,units,rate\n01.01.2026,EUR,1,90\n", "GL-8004", 2, "date"),
        (Countries, "code,name_ru,name_en\nRUS,Россия,Russia\n", "GL-8004", 2, "code"),
        (Currencies, "code,number,minor_units,name\nRUB,64,2,Ruble\n", "GL-8004", 2, "number"),
        (Offices, "code,name,kind,centre\n10131010,Пост,shop,\n", "GL-8004", 2, "kind"),
        (Prices, "code,origin,unit,sample,low,median\n8517,CN,kg,40,1,2\n", "GL-8003", 1, "high"),
        (Prices, "code,origin,unit,sample,low,median,high\n8,CN,kg,40,1,2,3\n", "GL-8004", 2, "code"),
        (Prices, "code,origin,unit,sample,low,median,high\n8517,China,kg,40,1,2,3\n", "GL-8004", 2, "origin"),
        (
            Prices,
            "code,origin,unit,sample,low,median,high\n8517,CN,per kilo,40,1,2,3\n",
            "GL-8004",
            2,
            "unit",
        ),
        (Prices, "code,origin,unit,sample,low,median,high\n8517,CN,kg,0,1,2,3\n", "GL-8004", 2, "sample"),
        (Prices, "code,origin,unit,sample,low,median,high\n8517,CN,kg,40,0,2,3\n", "GL-8004", 2, "low"),
        (Prices, "code,origin,unit,sample,low,median,high\n8517,CN,kg,40,2,1,3\n", "GL-8004", 2, "median"),
        (Prices, "code,origin,unit,sample,low,median,high\n8517,CN,kg,40,1,2,1.9\n", "GL-8004", 2, "high"),
        (
            Prices,
            "code,origin,unit,sample,low,median,high\n8517,CN,kg,40,1,2,3\n8517,CN,kg,41,1,2,3\n",
            "GL-8009",
            3,
            "code",
        ),
        (Pack, "name = \"x\"\ncountry = \"Russia\"\n", "GL-8007", 2, ""),
        (Pack, "", "GL-8007", 1, ""),
    ];
    for (kind, content, code, line, column) in table {
        let error = with(&[dataset(*kind, content)]).expect_err(content).named.remove(0);
        let place = (error.code, error.dataset.as_str(), error.line, error.column.as_str());
        assert_eq!(place, (*code, format!("{}.csv", kind.as_str()).as_str(), *line, *column), "{error}");
        assert!(!error.cure.ru.is_empty() && !error.cure.en.is_empty());
    }
}

#[test]
fn a_first_day_is_one_of_this_time_and_of_a_kind_that_has_none_of_its_own() {
    let from = |kind: DatasetKind, content: &str, day: &str| {
        with(&[Dataset { valid_from: Some(day.parse().unwrap()), ..dataset(kind, content) }])
    };
    let rates = "code,origin,kind,rate\n0101,,duty,5%\n";
    assert!(from(DatasetKind::Rates, rates, "2026-04-01").is_ok());
    for day in ["0001-01-01", "-009999-01-01", "9999-12-31"] {
        let fault = from(DatasetKind::Rates, rates, day).unwrap_err().named.remove(0);
        assert_eq!((fault.code, fault.column.as_str()), ("GL-8013", "valid_from"), "{fault}");
    }
    for kind in [DatasetKind::Pack, DatasetKind::Anchors, DatasetKind::Revocation, DatasetKind::Certificates]
    {
        let fault = from(kind, "", "2026-04-01").unwrap_err().named.remove(0);
        assert_eq!(fault.code, "GL-8013", "{fault}");
        assert!(fault.cure.en.contains("without --valid-from"), "{fault}");
    }
}

#[test]
fn sections_alone_do_not_take_the_place_of_the_excerpt() {
    let sections = dataset(DatasetKind::Tnved, "01|ЖИВОТНЫЕ|Примечание|01.01.2022||\n");
    let reference = built(&[sections]);
    let on = DAY.parse().unwrap();
    assert!(reference.commodities(on).count() > 300 && !reference.nomenclature().is_whole(on));
}

#[test]
fn what_seals_are_verified_against_is_told_apart() {
    let before = built(&[]);
    let after = built(&[dataset(DatasetKind::Anchors, "-----BEGIN CERTIFICATE-----")]);
    let changes = reference::changes::Changes::between(&before, &after);
    let told: Vec<_> = changes.tables.iter().map(|table| (table.table, table.rows[0].key.as_str())).collect();
    assert_eq!(told, [("sets", "anchors")]);
}

#[test]
fn a_pack_that_makes_no_sense_is_refused_by_key() {
    let pack = Reference::starter_datasets().remove(0);
    let text = String::from_utf8(pack.content.clone()).unwrap();
    let table = [
        ("time_zone = \"Asia/Yerevan\"", "time_zone = \"Asia/Atlantis\"", "time_zone"),
        ("items_max = 999", "items_max = 0", "filing.items_max"),
        ("percent = \"75\"", "percent = \"750\"", "payments"),
        ("directions = [\"transit\"]", "directions = [\"sideways\"]", "procedures.directions"),
        ("name = \"eaeu-am\"", "name = \"EAEU am\"", "name"),
        ("groups = [\"ldc\"]", "groups = [\"lcd\"]", "payments.tariff_preferences.groups"),
    ];
    for (good, bad, key) in table {
        assert!(text.contains(good), "{good}");
        let changed = Dataset { content: text.replace(good, bad).into_bytes(), ..pack.clone() };
        let error = Reference::build(&[changed]).unwrap_err().named.remove(0);
        assert_eq!((error.code, error.column.as_str()), ("GL-8008", key), "{error}");
    }
    let elsewhere = Dataset { jurisdiction: "eaeu-ru".into(), ..pack };
    assert_eq!(Reference::build(&[elsewhere]).unwrap_err().named[0].code, "GL-8007");
}

#[test]
fn a_pack_names_the_format_of_its_notices() {
    use reference::pack::NoticeFormat;
    let pack = Reference::starter_datasets().remove(0);
    let text = String::from_utf8(pack.content.clone()).unwrap();
    let named = |line: &str| {
        let content = text.replace("notices = \"album\"\n", line).into_bytes();
        Reference::build(&[Dataset { content, ..pack.clone() }])
            .map(|built| built.packs().next().map(|pack| pack.notices))
    };
    assert_eq!(named("notices = \"wco\"\n").unwrap(), Some(NoticeFormat::Wco));
    assert_eq!(named("").unwrap(), Some(NoticeFormat::Album));
    assert_eq!(named("notices = \"telegram\"\n").unwrap_err().named[0].code, "GL-8007");
}

#[test]
fn without_a_pack_or_for_no_jurisdiction_nothing_is_built() {
    assert_eq!(Reference::build(&[]).unwrap_err().named[0].code, "GL-8005");
    let lost = Dataset {
        jurisdiction: "eaeu-kg".into(),
        ..dataset(DatasetKind::Offices, "code,name,kind,centre\n")
    };
    let error = with(&[lost]).unwrap_err().named.remove(0);
    assert_eq!(error.code, "GL-8006");
    assert!(error.cure.en.contains("eaeu-am, eaeu-by, eaeu-kz, eaeu-ru"));
}

#[test]
fn the_hash_names_the_content_not_the_files_or_the_order_of_import() {
    let starter = built(&[]);
    let mut shuffled = Reference::starter_datasets();
    shuffled.reverse();
    for dataset in &mut shuffled {
        dataset.source = "elsewhere".into();
    }
    // Tables that add up keep their order among themselves: it decides which stands first.
    shuffled.sort_by_key(|dataset| dataset.kind == DatasetKind::Rates);
    let rates = shuffled.iter().filter(|dataset| dataset.kind == DatasetKind::Rates).count();
    let first = shuffled.len() - rates;
    shuffled[first..].reverse();
    assert_eq!(Reference::build(&shuffled).unwrap().hash(), starter.hash());
    assert_eq!(starter.hash().to_string().parse::<ContentHash>(), Ok(starter.hash()));
    let again = built(&Reference::starter_datasets());
    assert_eq!(again.hash(), starter.hash(), "the same import again changes nothing");
    let changed = built(&[dataset(DatasetKind::Tnved, "code,name,duty\n0101210000,a,5%\n")]);
    assert_ne!(changed.hash(), starter.hash());
    let kinds: Vec<_> = changed.datasets().iter().map(|set| (set.kind, set.jurisdiction.clone())).collect();
    assert!(
        kinds.is_sorted() && kinds.iter().all(|(kind, _)| *kind != DatasetKind::Commodities),
        "{kinds:?}"
    );
}

#[test]
fn the_whole_nomenclature_takes_the_place_of_the_excerpt() {
    let rows =
        "code,name,duty,valid_from,valid_to\n0101210000,old,5%,,2025-12-31\n0101210000,new,7%,2026-01-01,\n";
    let reference = built(&[dataset(DatasetKind::Tnved, &format!("\u{feff}{rows}"))]);
    let on = |text: &str, day: &str| match reference.commodity(&text.parse().unwrap(), day.parse().unwrap()) {
        CommodityLookup::Known(commodity) => commodity.name.to_owned(),
        other => format!("{other:?}"),
    };
    assert!(reference.nomenclature().is_whole(DAY.parse().unwrap()));
    assert_eq!(on("0101210000", "2025-12-31"), "old");
    assert_eq!(on("01012100001", "2026-01-01"), "new");
    assert_eq!(on("0101290000", "2026-01-01"), "Unknown");
}

const DAY: &str = "2026-03-02";

fn rate(reference: &Reference, code: &str, origin: Option<&str>, on: &str) -> Option<String> {
    let pack = reference.pack("eaeu-ru").unwrap();
    let code: CommodityCode = code.parse().unwrap();
    let origin: Option<CountryCode> = origin.map(|origin| origin.parse().unwrap());
    reference.rate(pack, RateKind::Duty, &code, origin, on.parse().unwrap()).map(RateText::to_string)
}

#[test]
fn the_longest_prefix_wins_then_the_origin_then_the_later_dataset() {
    let first = "code,origin,kind,rate,valid_from,valid_to
77,,duty,1%,,
7707,,duty,2%,,
7707,CN,duty,3%,,
770711,,duty,4%,2026-01-01,2026-06-30
7708,,duty,5%,,
";
    let later = "code,origin,kind,rate\n7708,,duty,6%\n";
    let reference = built(&[dataset(DatasetKind::Rates, first), dataset(DatasetKind::Rates, later)]);
    let table = [
        ("7701000000", None, DAY, "1%"),
        ("7707000000", None, DAY, "2%"),
        ("7707000000", Some("CN"), DAY, "3%"),
        ("7707000000", Some("DE"), DAY, "2%"),
        ("7707110000", Some("CN"), DAY, "4%"),
        ("77071100001", Some("CN"), DAY, "4%"),
        ("7707110000", Some("CN"), "2026-07-01", "3%"),
        ("7707", None, DAY, "2%"),
        ("7708000000", None, DAY, "6%"),
    ];
    for (code, origin, on, expected) in table {
        assert_eq!(rate(&reference, code, origin, on).as_deref(), Some(expected), "{code} {origin:?} {on}");
    }
    assert_eq!(rate(&reference, "7600000000", None, DAY), None);
}

#[test]
fn a_currency_rate_holds_for_a_month_and_gives_way_to_what_is_imported() {
    let reference = built(&[dataset(
        DatasetKind::Exchange,
        "date,currency,units,rate\n2029-01-10,USD,1,101.5\n2029-01-12,USD,10,1020\n2026-03-15,EUR,1,77\n",
    )]);
    let pack = reference.pack("eaeu-ru").unwrap();
    let on = |currency: &str, day: &str| {
        let day: Date = day.parse().unwrap();
        reference
            .exchange_rate(pack, currency.parse().unwrap(), day)
            .map(|rate| (rate.units.to_string().parse::<u32>().unwrap(), rate.rate.to_string()))
    };
    let some = |units, rate: &str| Some((units, rate.to_owned()));
    assert_eq!(on("USD", "2029-01-09"), None);
    assert_eq!(on("USD", "2029-01-11"), some(1, "101.5"));
    assert_eq!(on("USD", "2029-02-12"), some(10, "1020"));
    assert_eq!(on("USD", "2029-02-13"), None, "older than 31 days");
    assert_eq!(on("GBP", "2029-01-11"), None, "another currency's rate is no rate");
    assert_eq!(on("EUR", "2026-04-10"), some(1, "77"), "the starter's first of April gave way");
    assert_ne!(on("EUR", "2026-05-01"), some(1, "77"));
}

#[test]
fn a_reference_made_upon_another_is_as_one_made_alone() {
    use DatasetKind::*;
    let hs = "section,hscode,description,parent,level\nXVI,8413,Xylophonic pumps,84,4\n";
    let imports = [
        dataset(Exchange, "date,currency,units,rate\n2029-01-10,USD,1,100\n2029-01-10,EUR,1,110\n"),
        dataset(Rates, "code,origin,kind,rate\n8413,TV,antidumping,7%\n"),
        dataset(Exchange, "date,currency,units,rate\n2029-01-11,USD,1,101\n2026-04-10,EUR,1,77\n"),
        dataset(Hs, hs),
        dataset(Exchange, "date,currency,units,rate\n2029-01-10,USD,1,99\n"),
        dataset(Rates, "code,origin,kind,rate\n8413,TV,antidumping,8%\n8414,,vat,0%\n"),
        dataset(Classifiers, "classifier,code,name_ru,name_en\npackages,XX,Ящик,Crate\n"),
    ];
    let mut all: Vec<Dataset> = Reference::starter_datasets();
    let mut known = built(&[]);
    assert!(known.nomenclature().search("xylophonic", 5).is_empty());
    for (nth, import) in imports.iter().enumerate() {
        let import = import.clone().placed().unwrap();
        all.push(import.clone());
        let entries: Vec<_> = all.iter().map(|set| set.clone().placed().unwrap().entry()).collect();
        let mut brought = Vec::new();
        let bring = |set: &reference::DatasetEntry| {
            brought.push(set.hash);
            Ok::<_, std::convert::Infallible>(import.clone())
        };
        let mut notes = reference::Notes::default();
        let next =
            Reference::assemble(Some(&known), reference::effective(&entries), bring, &mut notes).unwrap();
        assert!(
            !brought.is_empty() && brought.iter().all(|hash| *hash == import.hash()),
            "{nth}: {brought:?}"
        );
        let alone = built(&imports[..=nth]);
        assert_eq!(next.hash(), alone.hash());
        let changes = reference::changes::Changes::between(&next, &alone);
        assert!(changes.is_empty(), "{nth}: {changes:?}");
        for pack in alone.packs() {
            assert_eq!(next.exchange_rates(pack), alone.exchange_rates(pack));
            assert_eq!(next.rates(pack), alone.rates(pack));
            assert_eq!(next.classifiers(pack), alone.classifiers(pack));
        }
        assert_eq!(next.nomenclature(), alone.nomenclature());
        known = next;
    }
    assert!(!known.nomenclature().search("xylophonic", 5).is_empty(), "what was laid over is found");
}

#[test]
fn kinds_are_read_as_they_are_written() {
    for kind in DatasetKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
    assert!("gold".parse::<DatasetKind>().unwrap_err().contains("tnved, rates"));
}

fn corpus() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let path = PathBuf::from(std::env::var("GREENLANE_CORPUS").unwrap_or_else(|_| beside.to_owned()));
    path.is_dir().then_some(path)
}

#[test]
fn the_common_tariff_is_read_whole() {
    let Some(corpus) = corpus() else {
        println!("skipped: no corpus; set GREENLANE_CORPUS");
        return;
    };
    let content = std::fs::read(corpus.join("codes/tnved.csv")).unwrap();
    let reference = built(&[Dataset { content, ..dataset(DatasetKind::Tnved, "") }]);
    let on = DAY.parse().unwrap();
    assert_eq!(reference.commodities(on).count(), 13_289);
    let unstated: Vec<String> = reference
        .commodities(on)
        .filter(|commodity| commodity.duty.plain() == Some(RateText::NotStated))
        .map(|commodity| commodity.code.to_string())
        .collect();
    assert_eq!(unstated, ["2845908000", "7318290001", "7326909801", "7606129203"]);
    for commodity in reference.commodities(on) {
        assert_eq!(commodity.duty.to_string().parse().as_ref(), Ok(commodity.duty), "{}", commodity.code);
        assert_eq!(commodity.duty.english().parse().as_ref(), Ok(commodity.duty), "{}", commodity.code);
    }
}

#[test]
fn every_fuzz_target_has_something_to_begin_with() {
    let aside = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("GREENLANE_FUZZ_SEEDS").map_or(aside.path().to_owned(), PathBuf::from);
    let keep = |target: &str, name: &str, content: &[u8]| {
        std::fs::create_dir_all(folder.join(target)).unwrap();
        std::fs::write(folder.join(target).join(name), content).unwrap();
    };
    let pick = |kind: DatasetKind| DatasetKind::ALL.iter().position(|other| *other == kind).unwrap() as u8;
    for dataset in Reference::starter_datasets() {
        // The beginning of a table has all its columns.
        let lines: Vec<&[u8]> = dataset.content.split_inclusive(|byte| *byte == b'\n').take(12).collect();
        let content = [vec![pick(dataset.kind)], lines.concat()].concat();
        keep("reference_table", &dataset.source.replace('/', "-"), &content);
    }
    let forms: [(&str, DatasetKind, &str); 9] = [
        (
            "bank",
            DatasetKind::Exchange,
            "<?xml version=\"1.0\"?><ValCurs Date=\"02.03.2026\" name=\"x\"><Valute ID=\"R01235\"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal><Name>d</Name><Value>80,5</Value></Valute></ValCurs>",
        ),
        (
            "bank-period",
            DatasetKind::Exchange,
            "<ValCurs ID=\"R01235\" DateRange1=\"01.03.2026\" DateRange2=\"02.03.2026\" name=\"x\"><Record Date=\"02.03.2026\" Id=\"R01235\"><Nominal>1</Nominal><Value>80,5</Value></Record></ValCurs>",
        ),
        ("euro-day", DatasetKind::Exchange, "Date, USD, GBP,\n02 March 2026, 1.08, 0.85,\n"),
        (
            "euro-history",
            DatasetKind::Exchange,
            "Date,USD,GBP,\n2026-03-02,1.08,0.85,\n2026-03-01,N/A,0.85,\n",
        ),
        ("sections", DatasetKind::Tnved, "01|ЖИВОТНЫЕ|Примечание|01.01.2022||\n"),
        ("chapters", DatasetKind::Tnved, "01|02|МЯСО|Примечание|01.01.2022||\n"),
        ("codes", DatasetKind::Tnved, "01|01|210000|- лошади|01.01.2022|31.12.2025|\n"),
        ("hs", DatasetKind::Hs, "section,hscode,description,parent,level\nI,0101,Horses,01,4\n"),
        (
            "currencies",
            DatasetKind::Currencies,
            "Entity,Currency,AlphabeticCode,NumericCode,MinorUnit,WithdrawalDate\nX,Peseta,ADP,020,0,2003-07\n",
        ),
    ];
    for (name, kind, content) in forms {
        keep("reference_table", name, &[&[pick(kind)], content.as_bytes()].concat());
        assert!(with(&[dataset(kind, content)]).is_ok() || kind == DatasetKind::Exchange, "{name}");
    }
    let texts =
        ["5%", "15%, но не менее 0.36 EUR за 1 см3, мл", "5%; с 1 июня по 31 октября: 10%; для CN: 20%"];
    for (nth, text) in texts.iter().enumerate() {
        keep("reference_rate", &nth.to_string(), text.as_bytes());
    }
    for (nth, text) in ["насосы центробежные", "8413 70", "pumps elektric"].iter().enumerate()
    {
        keep("reference_query", &nth.to_string(), text.as_bytes());
    }
}

#[test]
fn the_price_nearest_to_the_goods_is_found() {
    let csv = "code,origin,unit,valid_from,valid_to,sample,low,median,high\n\
               8517,,kg,,,100,1,2,3\n\
               851713,CN,kg,2026-01-01,2026-06-30,40,10,20,30\n\
               851713,CN,kg,2026-07-01,,50,11,21,31\n\
               851713,CN,796,2026-01-01,,60,100,200,300\n\
               851713,,796,,,70,101,201,301\n";
    let reference = built(&[dataset(DatasetKind::Prices, csv)]);
    let pack = reference.pack("eaeu-ru").unwrap();
    let prices = reference.prices(pack).unwrap();
    let sample = |code: &str, origin: &str, unit: &str, day: &str| {
        let code: CommodityCode = code.parse().unwrap();
        let row = prices.find(&code, origin.parse().ok(), unit.parse().ok(), day.parse().unwrap());
        row.map(|row| row.value.sample)
    };
    for (code, origin, unit, day, expected) in [
        ("8517130000", "CN", "", "2026-03-01", Some(40)),
        ("8517130000", "CN", "", "2026-07-01", Some(50)),
        ("8517130000", "CN", "796", "2026-07-01", Some(60)),
        ("8517130000", "VN", "796", "2026-07-01", Some(70)),
        ("8517130000", "", "796", "2026-07-01", Some(70)),
        // The longest beginning that has a row for the goods as they are declared decides.
        ("8517130000", "VN", "", "2026-07-01", Some(100)),
        ("8517130000", "CN", "", "2025-12-31", Some(100)),
        ("8517620003", "CN", "796", "2026-07-01", Some(100)),
        ("8518100000", "CN", "", "2026-07-01", None),
    ] {
        assert_eq!(sample(code, origin, unit, day), expected, "{code} {origin} {unit} {day}");
    }
    // What a later file names it says anew; the rest stays.
    let later = dataset(DatasetKind::Prices, "code,origin,unit,sample,low,median,high\n8517,,kg,7,4,5,6\n");
    let after = built(&[dataset(DatasetKind::Prices, csv), later]);
    let changes = reference::changes::Changes::between(&reference, &after);
    let table = changes.tables.iter().find(|table| table.table == "prices").unwrap();
    assert_eq!((table.jurisdiction.as_str(), table.changed(), table.rows.len()), ("eaeu-ru", 1, 1));
    assert!(changes.touches_code("8517620003") && !changes.touches_code("8518100000"));
    assert_eq!(after.prices(after.pack("eaeu-ru").unwrap()).unwrap().rows().len(), 5);
}
