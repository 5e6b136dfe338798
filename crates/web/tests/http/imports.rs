//! Imports of reference data while the centre runs, and what nodes below take over.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::Value;
use store::Role;

use crate::service::{Actor, Answer, Service};

const IMPORTS: &str = "/api/v1/reference/imports";
const MANIFEST: &str = "/api/v1/reference/manifest";

fn dollar_at(price: &str) -> String {
    format!("date,currency,units,rate\n2026-01-01,USD,1,{price}\n")
}

async fn post(service: &Service, actor: &Actor, query: &str, body: String) -> Answer {
    let headers = [("content-type", "text/csv"), ("accept-language", "en")];
    service.send(actor, Method::POST, &format!("{IMPORTS}?{query}"), &headers, body).await
}

async fn delete(service: &Service, actor: &Actor, path: &str) -> Answer {
    service.send(actor, Method::DELETE, &format!("{IMPORTS}/{path}"), &[], Body::empty()).await
}

#[tokio::test]
async fn a_file_is_imported_and_taken_back_while_the_centre_runs() {
    let service = Service::new();
    let anna = service.actor("anna", Role::Analyst);
    let before = service.centre.world().hash();
    let query = "kind=exchange&jurisdiction=eaeu-ru&source=rates/march.csv&valid_from=2026-01-01";
    let trial = post(&service, &anna, &format!("{query}&dry_run=true"), dollar_at("71")).await;
    assert_eq!((trial.status.as_u16(), service.centre.world().hash()), (200, before), "{}", trial.text());
    assert_eq!(
        (&trial.json()["dry_run"], &trial.json()["imported"][0]["import"]),
        (&true.into(), &Value::Null)
    );

    let taken = post(&service, &anna, query, dollar_at("71")).await;
    assert_eq!(taken.status, 201, "{}", taken.text());
    let report = taken.json();
    let imported = &report["imported"][0];
    assert_eq!((&imported["source"], &imported["rows"]), (&"march.csv".into(), &1.into()), "{report}");
    assert_eq!(imported["valid_from"], "2026-01-01");
    assert_eq!(report["changes"]["tables"][0]["table"], "exchange", "{report}");
    assert_eq!(report["before"], before.to_string());
    assert_eq!(report["after"], service.centre.world().hash().to_string());
    let number = imported["import"].as_u64().unwrap();

    let listed = service.get(&anna, IMPORTS).await.json();
    let last = listed["imports"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["import"], &last["by"], &last["in_force"]),
        (&number.into(), &"anna".into(), &true.into())
    );

    let trial = delete(&service, &anna, &format!("{number}?dry_run=true")).await.json();
    assert_eq!((&trial["undone"][0], &trial["after"]), (&number.into(), &before.to_string().into()));
    assert_eq!(delete(&service, &anna, &number.to_string()).await.status, 200);
    assert_eq!(service.centre.world().hash(), before);
    let again = delete(&service, &anna, &number.to_string()).await;
    assert_eq!(again.problem(), (422, "GL-8010".into()));
}

#[tokio::test]
async fn several_files_of_a_form_are_taken_in_one_step_or_none_is() {
    let service = Service::new();
    let anna = service.actor("anna", Role::Analyst);
    let form = |files: &[(&str, String)]| {
        let part = |(name, content): &(&str, String)| {
            format!(
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n"
            )
        };
        files.iter().map(part).collect::<String>() + "--x--\r\n"
    };
    let send = async |language: &str, files: &[(&str, String)]| {
        let headers = [("content-type", "multipart/form-data; boundary=x"), ("accept-language", language)];
        service.send(&anna, Method::POST, &format!("{IMPORTS}?kind=exchange"), &headers, form(files)).await
    };
    let (good, before) = (("1.csv", dollar_at("71")), service.centre.world().hash());
    let bad = ("2.csv", "date,currency,units,rate\n2026-01-01,USD,1,x\n2026-13-01,USD,1,2\n".to_owned());
    let refused = send("en", &[good.clone(), bad.clone()]).await;
    assert_eq!(refused.problem(), (422, "GL-7017".into()));
    let problem = refused.json();
    let faults = problem["faults"].as_array().unwrap();
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault["source"].as_str().unwrap(), fault["line"].as_u64().unwrap()))
        .collect();
    assert_eq!(places, [("2.csv", 2), ("2.csv", 3)], "{problem}");
    let cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
    for member in ["code", "column", "what", "cure"] {
        let english = |text: &str| !text.is_empty() && !cyrillic(text);
        assert!(faults[0][member].as_str().is_some_and(english), "{problem}");
    }
    let russian = send("ru", &[bad]).await.json();
    assert!(cyrillic(russian["faults"][0]["cure"].as_str().unwrap()), "{russian}");
    assert_eq!(service.centre.world().hash(), before);

    let taken = send("en", &[good, ("2.csv", dollar_at("72"))]).await;
    assert_eq!(taken.status, 201, "{}", taken.text());
    assert_eq!(taken.json()["imported"].as_array().unwrap().len(), 2);
    assert_eq!(send("en", &[]).await.problem(), (400, "GL-7009".into()));
}

#[tokio::test]
async fn only_who_may_change_rules_imports_and_only_so_much() {
    let service = Service::new();
    let query = "kind=exchange";
    for (actor, status) in [
        (Actor::nobody(), 401),
        (service.trader("trader", None), 403),
        (service.officer("officer", &[]), 403),
        (service.actor("duty", Role::Duty), 403),
        (service.actor("auditor", Role::Auditor), 403),
        (service.actor("analyst", Role::Analyst), 201),
        (service.actor("administrator", Role::Administrator), 201),
    ] {
        let answer = post(&service, &actor, query, dollar_at("71")).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        let number =
            service.centre.imports().unwrap().iter().rfind(|import| import.undoes.is_none()).unwrap().ordinal;
        let answer = delete(&service, &actor, &number.to_string()).await;
        assert_eq!(answer.status, if status == 201 { 200 } else { status }, "{}", answer.text());
    }
    let anna = service.actor("anna", Role::Analyst);
    assert_eq!(
        post(&service, &anna, "kind=recipes", dollar_at("71")).await.problem(),
        (400, "GL-7009".into())
    );
    assert_eq!(post(&service, &anna, "", dollar_at("71")).await.problem().0, 400);
    // Beyond the limit nothing is read: what is declared is enough.
    let length = (66u64 << 20).to_string();
    let headers = [("content-type", "text/csv"), ("content-length", length.as_str())];
    let chunk = vec![b'\n'; 1 << 20];
    let body =
        Body::from_stream(tokio_stream::iter((0..66).map(move |_| Ok::<_, std::io::Error>(chunk.clone()))));
    let large = service.send(&anna, Method::POST, &format!("{IMPORTS}?{query}"), &headers, body).await;
    assert_eq!(large.problem(), (413, "GL-7007".into()));
}

#[tokio::test]
async fn the_manifest_is_answered_at_once_or_when_it_changes() {
    let service = Service::new();
    let (duty, anna) = (service.actor("duty", Role::Duty), service.actor("anna", Role::Analyst));
    for (actor, status) in [(Actor::nobody(), 401), (service.trader("trader", None), 403)] {
        assert_eq!(service.get(&actor, MANIFEST).await.status, status);
        let dataset = format!("/api/v1/reference/datasets/{}", "0".repeat(64));
        assert_eq!(service.get(&actor, &dataset).await.status, status);
    }
    let first = service.get(&duty, MANIFEST).await;
    let tag = first.header(header::ETAG).to_owned();
    let manifest =
        centre::distribution::Manifest::open(first.text(), &service.centre.vkey().unwrap()).unwrap();
    assert_eq!(manifest.reference, service.centre.world().reference().hash());
    let known = async |wait: u32| {
        let headers = [("if-none-match", tag.as_str())];
        service.send(&duty, Method::GET, &format!("{MANIFEST}?wait={wait}"), &headers, Body::empty()).await
    };
    assert_eq!(known(0).await.status, 304);
    let began = Instant::now();
    assert_eq!(known(1).await.status, 304);
    assert!((Duration::from_millis(900)..Duration::from_secs(3)).contains(&began.elapsed()));
    let import = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let taken = post(&service, &anna, "kind=exchange&source=a.csv", dollar_at("71")).await;
        assert_eq!(taken.status, 201, "{}", taken.text());
        Instant::now()
    };
    let (second, imported) = tokio::join!(known(20), import);
    assert!(imported.elapsed() < Duration::from_secs(1));
    assert_eq!(second.status, 200);
    assert_ne!(second.header(header::ETAG), tag);
    let manifest =
        centre::distribution::Manifest::open(second.text(), &service.centre.vkey().unwrap()).unwrap();
    let hash = manifest.datasets.last().unwrap().hash;
    let dataset = service.get(&duty, &format!("/api/v1/reference/datasets/{hash}")).await;
    assert_eq!((dataset.status.as_u16(), dataset.text()), (200, dollar_at("71").as_str()));
    assert!(dataset.header(header::CACHE_CONTROL).contains("immutable"));
    assert_eq!(dataset.header(header::CONTENT_LENGTH), dataset.bytes.len().to_string());
    for hash in ["x".to_owned(), "0".repeat(64)] {
        let absent = service.get(&duty, &format!("/api/v1/reference/datasets/{hash}")).await;
        assert_eq!(absent.problem(), (404, "GL-7003".into()));
    }
}
