//! Documents that the program makes: they must not be stale.

use std::path::PathBuf;

use crate::service::{Actor, Service};

/// Set to write the documents anew instead of comparing.
const WRITE: &str = "GREENLANE_WRITE_DOCS";

#[test]
fn the_description_of_the_api_is_not_stale() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let made = greenlane_web::openapi();
    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "docs/openapi.json is stale: run the tests with {WRITE}=1");
}

#[tokio::test]
async fn the_description_names_every_route_of_the_api() {
    let service = Service::new();
    let described = service.get(&Actor::nobody(), "/openapi.json").await.json();
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<&str> = described["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    for path in [
        "/api/v1/declarations",
        "/api/v1/declarations/{case}",
        "/api/v1/declarations/{case}/document",
        "/api/v1/declarations/{case}/events",
        "/api/v1/declarations/{case}/inputs",
        "/api/v1/declarations/{case}/receipt",
        "/api/v1/models",
        "/api/v1/models/{version}",
        "/api/v1/models/{version}/acts",
        "/api/v1/payments",
        "/api/v1/payments/refunds",
        "/api/v1/payments/returns",
        "/api/v1/accounts/reconciliation",
        "/api/v1/accounts/{payer}/statement",
        "/api/v1/guarantees",
        "/api/v1/guarantees/covers",
        "/api/v1/guarantees/covers/{case}",
        "/api/v1/guarantees/{number}",
        "/api/v1/powers",
        "/api/v1/powers/revocations",
        "/api/v1/powers/{number}",
        "/api/v1/reference/imports",
        "/api/v1/reference/imports/{numbers}",
        "/api/v1/reference/manifest",
        "/api/v1/reference/datasets/{hash}",
        "/api/v1/reference/search",
        "/api/v1/reference/commodities/{code}",
        "/api/v1/reference/exchange",
        "/api/v1/sessions",
        "/api/v1/board",
        "/api/v1/stream",
        "/log/checkpoint",
        "/log/vkey",
        "/log/tile/{path}",
        "/healthz",
        "/readyz",
        "/metrics",
    ] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
    // Every described path is served: a wrong one would be a 404 with the code of an unknown address.
    for path in paths {
        let address =
            path.replace("{case}", "00000000-0000-0000-0000-000000000000").replace("{path}", "0/000");
        let answer = service.get(&Actor::nobody(), &address).await;
        let unknown = answer.status == 404 && !path.contains('{');
        assert!(!unknown, "{path}: {}", answer.text());
    }
}
