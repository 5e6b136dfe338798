//! Serving connections: as many as allowed, each with little time for the head of a request, and an
//! orderly end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::Layer;

use crate::bodies::Peer;

/// Open connections at a time; one more waits in the operating system's queue.
const CONNECTIONS_MAX: usize = 4_096;
/// How long the head of a request may take to arrive: a client that trickles it holds a connection.
const HEAD_SECONDS_MAX: u64 = 10;
/// The most bytes a connection buffers, which bounds the head of a request.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// How long requests under way may take to finish when the service ends.
const GRACE_SECONDS: u64 = 20;
/// How long to wait before accepting again when the system gives no more connections.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How often metrics are folded, so that they take no more memory than needed.
const UPKEEP: Duration = Duration::from_secs(5);

/// Tells long answers, such as event streams, that the service ends.
#[derive(Clone)]
pub(crate) struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Returns when the service ends.
    pub(crate) async fn wait(&mut self) {
        // The sender is gone only when the service has ended.
        let _ = self.0.wait_for(|stopping| *stopping).await;
    }
}

/// Serves until `shutdown` completes; then takes no more connections and finishes what is under way.
///
/// # Errors
/// Where the listener's address cannot be had. A connection that fails ends alone.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let (stop, stopping) = watch::channel(false);
    let router = router.layer(Extension(Stopping(stopping.clone())));
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS_MAX))
        .max_buf_size(BUFFER_BYTES_MAX);
    let mut connections = JoinSet::new();
    let metrics = crate::metrics_handle();
    let upkeep = tokio::spawn(async move {
        let mut often = tokio::time::interval(UPKEEP);
        loop {
            often.tick().await;
            metrics.run_upkeep();
        }
    });
    tokio::pin!(shutdown);
    tracing::info!(%address, "serving");
    loop {
        // Room first: what has none waits in the system's queue, not in ours.
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            () = &mut shutdown => break,
            next = next => next,
            // Finished connections are let go of as they end.
            Some(_) = connections.join_next() => continue,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(why) => {
                tracing::warn!(%why, "no connection could be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Answers are small and complete: waiting to fill a segment only delays them.
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        let service = TowerToHyperService::new(Extension(Peer(peer.ip())).layer(router.clone()));
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let mut stopping = Stopping(stopping.clone());
        connections.spawn(async move {
            let _permit = permit;
            tokio::pin!(connection);
            tokio::select! {
                ended = connection.as_mut() => return log_end(ended),
                () = stopping.wait() => connection.as_mut().graceful_shutdown(),
            }
            log_end(connection.await);
        });
    }
    drop(listener);
    tracing::info!(connections = connections.len(), "finishing what is under way");
    // Nobody listening is fine: then no connection is open.
    let _ = stop.send(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_secs(GRACE_SECONDS), all).await.is_err() {
        tracing::warn!("some requests did not finish in time");
        connections.abort_all();
    }
    upkeep.abort();
    Ok(())
}

fn log_end(ended: hyper::Result<()>) {
    if let Err(why) = ended {
        // Clients that go away are everyday; what they sent is nobody's business.
        tracing::debug!(%why, "a connection ended");
    }
}
