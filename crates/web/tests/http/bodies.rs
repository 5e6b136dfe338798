//! Bodies that trickle in, never come, or should never be read: over real connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, header};
use greenlane_web::Config;
use store::Role;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::live::{PATIENCE, read_until};
use crate::service::{Actor, Service};

/// A header that says somebody's seal is there: base64url of «seal», which is none.
const SEAL: &str = "Greenlane-Seal: c2VhbA\r\n";

/// A service that listens.
struct Listening {
    service: Service,
    address: SocketAddr,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Listening {
    async fn with(config: Config) -> Self {
        let service = Service::with(Config { secure_cookies: false, ..config });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = service.router.clone();
        let serving = tokio::spawn(greenlane_web::serve(listener, router, std::future::pending()));
        Self { service, address, serving }
    }

    /// A request whose body begins and does not go on. Returns once the server reads it: it asks for a
    /// body with `100 Continue` only then.
    async fn idle(&self, path: &str, headers: &str, bytes: usize) -> TcpStream {
        let mut connection = self.send(path, &format!("{headers}Expect: 100-continue\r\n"), bytes).await;
        let answer = read_until(&mut connection, "\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 100"), "{path}: {answer}");
        connection.write_all(b"<").await.unwrap();
        connection
    }

    async fn send(&self, path: &str, headers: &str, bytes: usize) -> TcpStream {
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {bytes}\r\n{headers}\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        connection
    }

    async fn get(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        read_until(&mut connection, "\r\n\r\n").await
    }
}

#[tokio::test]
async fn idle_uploads_and_logins_keep_nobody_from_reading() {
    let listening = Listening::with(Config { requests_max: 2, ..Config::default() }).await;
    let mut idle = Vec::new();
    for _ in 0..20 {
        idle.push(listening.idle("/api/v1/declarations", SEAL, 2_000).await);
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        idle.push(listening.idle("/login", form, 200).await);
        let json = "Content-Type: application/json\r\n";
        idle.push(listening.idle("/api/v1/sessions", json, 200).await);
    }
    for path in ["/healthz", "/readyz", "/metrics", "/log/checkpoint", "/login", "/openapi.json"] {
        let answer = listening.get(path).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    // Others file meanwhile.
    let admin = listening.service.actor("admin", Role::Administrator);
    assert_eq!(listening.service.file(&admin, &listening.service.declaration(0).0).await.status, 201);
}

#[tokio::test]
async fn documents_beyond_the_room_for_them_are_told_to_come_back_at_once() {
    // Room for 32 KiB of documents of either sort.
    let config = Config { bodies_bytes_max: 64 << 10, body_bytes_max: 32 << 10, ..Config::default() };
    let listening = Listening::with(config).await;
    let first = listening.idle("/api/v1/declarations", SEAL, 20 << 10).await;
    // Nothing of the second is read, whether it says how long it is or not.
    let mut second = listening.send("/api/v1/declarations", SEAL, 20 << 10).await;
    let mut chunked = TcpStream::connect(listening.address).await.unwrap();
    let head = format!(
        "POST /api/v1/declarations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n{SEAL}\r\n1\r\n<\r\n"
    );
    chunked.write_all(head.as_bytes()).await.unwrap();
    for refused in [&mut second, &mut chunked] {
        let answer = read_until(refused, "GL-7011").await;
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        assert!(answer.to_ascii_lowercase().contains("retry-after: 1\r\n"), "{answer}");
    }
    // Whoever is logged in has room of their own.
    let token = listening.service.actor("admin", Role::Administrator).token.unwrap();
    let own = format!("Authorization: Bearer {token}\r\n");
    drop(listening.idle("/api/v1/declarations", &own, 20 << 10).await);
    // What the first held is there again once it has gone.
    drop(first);
    let document = " ".repeat(20 << 10);
    let again = async {
        loop {
            let mut third = listening.send("/api/v1/declarations", SEAL, document.len()).await;
            third.write_all(document.as_bytes()).await.unwrap();
            let answer = read_until(&mut third, "\r\n\r\n").await;
            if !answer.starts_with("HTTP/1.1 503") {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(PATIENCE, again).await.unwrap();
    // It was taken in; its seal is none.
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_with_a_timeout() {
    let config = Config { body_patience: Duration::from_millis(20), ..Config::default() };
    let listening = Listening::with(config).await;
    let token = listening.service.actor("admin", Role::Administrator).token.unwrap();
    let own = format!("Authorization: Bearer {token}\r\nSec-Fetch-Site: same-origin\r\n");
    let multipart = format!("{own}Content-Type: multipart/form-data; boundary=x\r\n");
    let json = "Content-Type: application/json\r\n";
    for (path, headers, bytes) in [
        ("/api/v1/declarations", SEAL, 32 << 20),
        ("/api/v1/declarations", own.as_str(), 100),
        ("/api/v1/sessions", json, 100),
        ("/file", multipart.as_str(), 1_000),
    ] {
        let mut idle = listening.send(path, headers, bytes).await;
        let answer = read_until(&mut idle, "GL-7012").await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn no_body_is_read_of_those_who_may_not_send_it() {
    let service = Service::with(Config { secure_cookies: false, body_bytes_max: 1_000, ..Config::default() });
    let (nobody, auditor) = (Actor::nobody(), service.actor("auditor", Role::Auditor));
    let admin = service.actor("admin", Role::Administrator);
    let multipart = [("content-type", "multipart/form-data; boundary=x")];
    let pdf = [("content-type", "application/pdf")];
    let no_seal = [("greenlane-seal", "not base64!")];
    let declarations = "/api/v1/declarations";
    for (actor, path, headers, expected) in [
        (&nobody, declarations, &[][..], 401),
        (&nobody, declarations, &no_seal, 400),
        (&auditor, declarations, &[], 403),
        (&admin, declarations, &pdf, 415),
        (&nobody, "/file", &multipart, 401),
        (&auditor, "/file", &multipart, 403),
        (&nobody, "/api/v1/declarations/1/inputs", &[], 401),
    ] {
        let read = Arc::new(AtomicBool::new(false));
        let noticed = Arc::clone(&read);
        let body = tokio_stream::iter(std::iter::from_fn(move || {
            noticed.store(true, Ordering::Relaxed);
            None::<Result<&[u8], std::io::Error>>
        }));
        let answer = service.send(actor, Method::POST, path, headers, Body::from_stream(body)).await;
        assert_eq!(answer.status.as_u16(), expected, "{path}");
        assert!(!read.load(Ordering::Relaxed), "{path} reads what it refuses with {expected}");
    }
    // What is too large by its own word is not read, either.
    let large = service.file(&admin, &" ".repeat(1_001)).await;
    assert_eq!(large.problem(), (413, "GL-7007".into()));
    // And what is so without saying is read no farther.
    let chunks = tokio_stream::iter([Ok::<_, std::io::Error>(vec![b' '; 600]), Ok(vec![b' '; 600])]);
    let answer = service.send(&admin, Method::POST, declarations, &[], Body::from_stream(chunks)).await;
    assert_eq!(answer.problem(), (413, "GL-7007".into()));
    let login = format!("{{\"login\":\"{}\"}}", "a".repeat(64 << 10));
    let json = [("content-type", "application/json")];
    let login = service.send(&nobody, Method::POST, "/api/v1/sessions", &json, login).await;
    assert_eq!(login.problem(), (413, "GL-7007".into()));
    assert_eq!(login.header(header::CACHE_CONTROL), "no-store");
}
