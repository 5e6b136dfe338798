//! Event streams and the orderly end of the service.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use serde_json::Value;
use store::Role;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_stream::StreamExt;
use tower::ServiceExt;

use crate::service::{Actor, Service};

/// Longer than anything here takes; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A stream that is read event by event.
struct Stream {
    body: axum::body::BodyDataStream,
    read: String,
}

impl Stream {
    async fn open(service: &Service, actor: &Actor, last: Option<&str>) -> Self {
        let headers: Vec<(&str, &str)> = last.map(|id| ("last-event-id", id)).into_iter().collect();
        let request = actor.asks(Method::GET, "/api/v1/stream", &headers, Body::empty());
        let response = service.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), read: String::new() }
    }

    /// The id and data of the next event.
    async fn next(&mut self) -> (u64, Value) {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let of =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                let (id, data) = (of("id: "), of("data: "));
                self.read = rest.to_owned();
                if let (Some(id), Some(data)) = (id, data) {
                    return (id.parse().unwrap(), serde_json::from_str(&data).unwrap());
                }
                continue;
            }
            let more = tokio::time::timeout(PATIENCE, self.body.next()).await.unwrap();
            self.read += std::str::from_utf8(&more.unwrap().unwrap()).unwrap();
        }
    }
}

#[tokio::test]
async fn a_stream_begins_where_the_last_one_ended_and_goes_on_live() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let mut cases = Vec::new();
    for nth in 0..3 {
        cases.push(service.file(&admin, &service.declaration(nth).0).await.json()["id"].clone());
    }
    let steps = service.centre.store().steps_from(0, 100).unwrap();
    let first = steps.iter().find(|step| step.case.is_some()).unwrap().leaf;
    let mut stream = Stream::open(&service, &admin, Some(&first.to_string())).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let (id, notice) = stream.next().await;
        assert!(id > first);
        assert_eq!(notice["leaf"], id);
        seen.push(notice["case"].clone());
    }
    assert_eq!(seen, cases[1..]);
    let live = service.file(&admin, &service.declaration(3).0).await.json();
    let (_, notice) = stream.next().await;
    assert_eq!((&notice["case"], &notice["state"]), (&live["id"], &live["state"]));
    assert!(!notice.to_string().contains("declarant"), "{notice}");
}

#[tokio::test]
async fn a_stream_holds_only_what_its_reader_may_see() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let (_, own) = service.declaration(0);
    let declarant = service.trader("trader", Some(own.number));
    let mut stream = Stream::open(&service, &declarant, None).await;
    let mut expected = None;
    for nth in (0..6).rev() {
        let (document, trader) = service.declaration(nth);
        let filed = service.file(&admin, &document).await.json();
        if trader.number == own.number && expected.is_none() {
            expected = Some(filed["id"].clone());
        }
    }
    assert_eq!(Some(stream.next().await.1["case"].clone()), expected);
}

#[tokio::test]
async fn a_stream_does_not_tell_a_trader_that_they_were_selected() {
    let service = Service::new();
    service.send_everything_to_officers("Досмотреть.");
    let (document, own) = service.declaration(0);
    let (declarant, duty) = (service.trader("trader", Some(own.number)), service.actor("duty", Role::Duty));
    let mut live =
        [Stream::open(&service, &declarant, None).await, Stream::open(&service, &duty, None).await];
    service.file(&declarant, &document).await;
    let from = service.centre.store().steps_from(0, 100).unwrap();
    let first = from.iter().find(|step| step.case.is_some()).unwrap().leaf;
    let before = (first - 1).to_string();
    let mut later = [
        Stream::open(&service, &declarant, Some(&before)).await,
        Stream::open(&service, &duty, Some(&before)).await,
    ];
    for [trader, officer] in [&mut live, &mut later] {
        for (stream, selected) in [(trader, false), (officer, true)] {
            let (leaf, notice) = stream.next().await;
            let events = notice["events"].as_array().unwrap();
            assert_eq!(leaf, first);
            assert!(events.contains(&"routed".into()), "{notice}");
            assert_eq!(events.contains(&"selected".into()), selected, "{notice}");
        }
    }
}

/// Reads a connection until it has `wanted`, or to its end.
pub async fn read_until(connection: &mut TcpStream, wanted: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4_096];
    while !text.contains(wanted) {
        let count = tokio::time::timeout(PATIENCE, connection.read(&mut buffer)).await.unwrap().unwrap();
        if count == 0 {
            break;
        }
        text += std::str::from_utf8(&buffer[..count]).unwrap();
    }
    text
}

#[tokio::test]
async fn the_service_ends_in_order_and_ends_streams() {
    let service = Service::new();
    let duty = service.actor("duty", Role::Duty);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ended = async { stopped.await.unwrap() };
    let serving = tokio::spawn(greenlane_web::serve(listener, service.router.clone(), ended));

    let mut health = TcpStream::connect(address).await.unwrap();
    health.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(read_until(&mut health, "ok\n").await.starts_with("HTTP/1.1 200"));

    let mut stream = TcpStream::connect(address).await.unwrap();
    let token = duty.token.unwrap();
    let request = format!("GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 200"));

    stop.send(()).unwrap();
    let rest = read_until(&mut stream, "never").await;
    assert!(rest.ends_with("0\r\n\r\n"), "{rest:?}");
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
