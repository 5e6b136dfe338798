//! Usual prices on pages: the list, one over time, and a line of a declaration held against it.

use reference::{Dataset, DatasetKind};
use rust_decimal::Decimal;
use store::Role;

use crate::service::Service;

#[tokio::test]
async fn a_price_far_below_the_usual_one_is_shown_to_officials_with_its_source() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    // A declaration whose first line costs a tenth of what such goods usually cost.
    let read = |nth: u64| {
        let (document, trader) = service.declaration(nth);
        let declaration = wire::read(document.as_bytes()).unwrap().declaration().unwrap().clone();
        (document, trader, declaration)
    };
    // An import: what is exported has no usual price here.
    let import = |(_, _, declaration): &(_, _, declaration::Declaration)| {
        declaration.kind() == Some(declaration::Kind::Import)
    };
    let (document, trader, declaration) = (0..50).map(read).find(import).unwrap();
    let item = &declaration.items[0];
    let code = item.commodity_code.as_ref().unwrap().common().to_owned();
    let value = item.customs_value.unwrap().get() / item.mass_net.unwrap().get();
    let price = |percent: i64| (value * Decimal::new(percent, 2)).round_dp(6).max(Decimal::new(1, 6));
    let (low, median, high) = (price(700), price(1_000), price(1_300));
    let older = price(2_000);
    let csv = format!(
        "code,origin,unit,valid_from,valid_to,sample,low,median,high,below_1_5,below_2,below_3\n\
         {code},,kg,2020-01-01,2020-03-31,40,{low},{older},{older},2,1,0\n\
         {code},,kg,2020-04-01,,64,{low},{median},{high},3,1,0\n\
         {},,kg,2020-04-01,,900,{low},{median},{high},30,9,2\n",
        &code[..4]
    );
    let set =
        Dataset::new(DatasetKind::Prices, "eaeu-ru".to_owned(), "prices-q1.csv".to_owned(), csv.into_bytes());
    service.centre.import(set).unwrap();
    let declarant = service.trader("declarant", Some(trader.number));
    let filed = service.file(&declarant, &document).await.json();
    let id = filed["id"].as_str().unwrap();
    let office = filed["number"].as_str().unwrap().split('/').next().unwrap().to_owned();
    let officer = service.officer("here", &[&office]);
    let page = |lang: &str| format!("/declarations/{id}?lang={lang}");
    let shown = service.get(&officer, &page("en")).await.text().to_owned();
    assert!(shown.contains("Usual price") && shown.contains("prices-q1.csv"), "the source is named");
    assert!(shown.contains("10\u{a0}% of the usual"));
    assert!(shown.contains("times as far below the usual price as the lower bound (10%)"));
    assert!(shown.contains("of the sample below −3: 0\u{a0}%"), "{shown}");
    assert!(service.get(&officer, &page("ru")).await.text().contains("Обычная цена"));
    let own = service.get(&declarant, &page("en")).await.text().to_owned();
    assert!(!own.contains("Usual price") && !own.contains("prices-q1.csv"), "not to whoever declares");

    // The list and the price itself.
    let auditor = service.actor("auditor", Role::Auditor);
    let listed = service.get(&auditor, &format!("/prices?q={code}&lang=en")).await.text().to_owned();
    assert!(
        listed.contains(&format!("/prices/{code}?origin=all&#38;unit=kg"))
            || listed.contains(&format!("/prices/{code}?origin=all"))
    );
    let one = service.get(&auditor, &format!("/prices/{code}?lang=en")).await.text().to_owned();
    assert!(one.contains("<svg") && one.contains("prices-q1.csv"));
    assert!(one.contains("−50\u{a0}%"), "the median fell by half: {one}");
    assert!(one.contains("4.7\u{a0}%") && one.contains("price.index"), "measured rates");
    assert!(one.contains(&format!("/prices/{}?origin=all", &code[..4])), "the heading is a level above");
    let lines = service.get(&auditor, &format!("/prices/{code}?lines=1&lang=en")).await.text().to_owned();
    assert!(lines.contains(&format!("/declarations/{id}#items/1")), "{lines}");
    assert!(service.get(&auditor, "/prices?q=0101&lang=en").await.text().contains("No prices match"));
}

#[tokio::test]
async fn documents_on_the_value_are_asked_for_with_a_prefilled_text() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let (document, trader) = service.declaration(0);
    let declarant = service.trader("declarant", Some(trader.number));
    // Whoever is on shift when it is filed gets it.
    let officer = service.officer("here", &[]);
    let filed = service.file(&declarant, &document).await.json();
    let id = filed["id"].as_str().unwrap();
    let asked = service.get(&officer, &format!("/declarations/{id}?value=1&lang=en")).await.text().to_owned();
    assert!(asked.contains("Bank documents of payment (item 1)"), "{asked}");
    let plain = service.get(&officer, &format!("/declarations/{id}?lang=en")).await.text().to_owned();
    assert!(!plain.contains("Bank documents of payment"));
}
