//! What bounds and protects the service.

use axum::body::Body;
use axum::http::{Method, header};
use greenlane_web::Config;
use serde_json::json;
use store::Role;

use crate::service::{Actor, PASSWORD, Service};

fn plain() -> Config {
    Config { secure_cookies: false, ..Config::default() }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let service = Service::with(Config { body_bytes_max: 1_000, ..plain() });
    let admin = service.actor("admin", Role::Administrator);
    let large = "<".repeat(1_001);
    assert_eq!(service.file(&admin, &large).await.problem(), (413, "GL-7007".into()));
    assert_eq!(service.file(&admin, "<a>").await.problem().0, 400);
}

#[tokio::test]
async fn more_than_can_be_worked_on_is_told_to_come_back() {
    let service = Service::with(Config { requests_max: 0, ..plain() });
    let turned_away = service.get(&Actor::nobody(), "/api/v1/board").await;
    assert_eq!(turned_away.problem(), (503, "GL-7011".into()));
    assert_eq!(turned_away.header(header::RETRY_AFTER), "1");
    let login = service.post_json(&Actor::nobody(), "/api/v1/sessions", json!({})).await;
    assert_eq!(login.problem(), (503, "GL-7011".into()));
    // An overloaded node lives, is watched, and hides nothing.
    for path in ["/healthz", "/readyz", "/metrics", "/log/checkpoint", "/log/vkey"] {
        assert_eq!(service.get(&Actor::nobody(), path).await.status, 200, "{path}");
    }
    let streams = Service::with(Config { streams_max: 0, ..plain() });
    let duty = streams.actor("duty", Role::Duty);
    assert_eq!(streams.get(&duty, "/api/v1/stream").await.problem(), (503, "GL-7011".into()));
}

#[tokio::test]
async fn a_form_sent_from_another_site_does_nothing() {
    let service = Service::new();
    service.actor("duty", Role::Duty);
    let form = format!("login=duty&password={PASSWORD}");
    let send = async |headers: &[(&str, &str)]| {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        service.send(&Actor::nobody(), Method::POST, "/login", &all, form.clone()).await.status.as_u16()
    };
    assert_eq!(send(&[("sec-fetch-site", "cross-site")]).await, 403);
    assert_eq!(send(&[("sec-fetch-site", "same-site")]).await, 403);
    assert_eq!(send(&[("origin", "https://evil.example")]).await, 403);
    assert_eq!(send(&[("origin", "null")]).await, 403);
    assert_eq!(send(&[("sec-fetch-site", "same-origin")]).await, 303);
    assert_eq!(send(&[("origin", "https://greenlane.example")]).await, 303);
    // The API is no way around it.
    let headers = [("sec-fetch-site", "cross-site"), ("content-type", "text/plain")];
    let api = service.send(&Actor::nobody(), Method::POST, "/api/v1/sessions", &headers, "{}").await;
    assert_eq!(api.problem(), (403, "GL-7006".into()));
}

#[tokio::test]
async fn a_login_leads_nowhere_that_stands_in_no_header() {
    let service = Service::new();
    service.actor("duty", Role::Duty);
    for next in ["/%01x", "/%7fx", "/%00", "/%0d%0aSet-Cookie:a=b", "/a%20b", "/%D0%B4", "//example.org"] {
        let form = format!("login=duty&password={PASSWORD}&next={next}");
        let answer = service.post_form(&Actor::nobody(), "/login", &form).await;
        assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/"), "{next}");
        let cookie = answer.header(header::SET_COOKIE).to_owned();
        let session = [("cookie", cookie.split(';').next().unwrap())];
        let path = format!("/login?next={next}");
        let on = service.send(&Actor::nobody(), Method::GET, &path, &session, Body::empty()).await;
        assert_eq!((on.status.as_u16(), on.header(header::LOCATION)), (303, "/"), "{next}");
    }
}

#[tokio::test]
async fn passwords_are_checked_a_few_at_a_time_and_nobody_queues() {
    let service = Service::new();
    service.actor("duty", Role::Duty);
    let login = || async {
        let body = json!({ "login": "duty", "password": PASSWORD });
        service.post_json(&Actor::nobody(), "/api/v1/sessions", body).await
    };
    // All of them are asked for before the first check is done.
    let (a, b, c, d, e, f) = tokio::join!(login(), login(), login(), login(), login(), login());
    let turned_away: Vec<_> = [a, b, c, d, e, f].into_iter().filter(|answer| answer.status != 201).collect();
    assert!((1..=2).contains(&turned_away.len()), "{}", turned_away.len());
    for answer in turned_away {
        assert_eq!(answer.problem(), (503, "GL-7011".into()));
        assert_eq!(answer.header(header::RETRY_AFTER), "1");
    }
    assert_eq!(login().await.status, 201);
}

#[tokio::test]
async fn the_session_cookie_is_for_this_site_and_no_script() {
    for (secure, expected) in [(true, true), (false, false)] {
        let service = Service::with(Config { secure_cookies: secure, ..Config::default() });
        service.actor("duty", Role::Duty);
        let form = format!("login=duty&password={PASSWORD}&next=/declarations?tab=open");
        let answer = service.post_form(&Actor::nobody(), "/login", &form).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header(header::LOCATION)),
            (303, "/declarations?tab=open")
        );
        let cookie = answer.header(header::SET_COOKIE);
        assert!(cookie.starts_with("greenlane_session="), "{cookie}");
        for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert_eq!(cookie.contains("Secure"), expected);

        // The cookie is a session; logging out ends it and takes it away.
        let token = cookie.split([';', '=']).nth(1).unwrap();
        let own = format!("greenlane_session={token}");
        let with_cookie = [("cookie", own.as_str()), ("sec-fetch-site", "same-origin")];
        let page = service.send(&Actor::nobody(), Method::GET, "/", &with_cookie, Body::empty()).await;
        assert_eq!(page.status, 200);
        let out = service.send(&Actor::nobody(), Method::POST, "/logout", &with_cookie, Body::empty()).await;
        assert!(out.header(header::SET_COOKIE).contains("Max-Age=0"));
        let gone = service.send(&Actor::nobody(), Method::GET, "/", &with_cookie, Body::empty()).await;
        assert_eq!((gone.status.as_u16(), gone.header(header::LOCATION)), (303, "/login"));
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let service = Service::new();
    let duty = service.actor("duty", Role::Duty);
    for path in ["/", "/login", "/nothing", "/api/v1/nothing", "/api/v1/board", "/healthz", "/assets/nothing"]
    {
        let answer = service.get(&duty, path).await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin", "{path}");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{path}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_told_to_programs_and_to_people() {
    let service = Service::new();
    let duty = service.actor("duty", Role::Duty);
    assert_eq!(service.get(&duty, "/api/v1/nothing").await.problem(), (404, "GL-7003".into()));
    let absent = "/api/v1/declarations/01890000-0000-7000-8000-000000000000";
    assert_eq!(service.get(&duty, absent).await.problem(), (404, "GL-7003".into()));
    assert_eq!(service.get(&Actor::nobody(), absent).await.problem(), (404, "GL-7003".into()));
    let method = service.send(&duty, Method::PUT, "/api/v1/declarations", &[], Body::empty()).await;
    assert_eq!(method.problem(), (405, "GL-7010".into()));
    let page = service.get_in("en", &duty, "/nothing").await;
    assert_eq!(page.status, 404);
    assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"));
    assert!(page.text().contains("GL-7003") && page.text().contains("Not found"));
}
