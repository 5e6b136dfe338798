//! Bodies of requests: admitted by their size before a byte is read, read in a time that grows with what
//! arrives, and counted until the memory they take is given back.
//!
//! ```text
//! right decided ─► seat of the peer ─► bytes of the pool ─► read in time ─► handler ─► given back
//!     401, 403          503                 503                 408
//! ```
//!
//! Whoever sends slowly, or nothing at all, holds bytes of a pool of bodies and no permit of those that
//! answer pages: uploads can crowd out uploads, but never health, the log, or somebody reading.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::response::IntoResponse;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};
use tokio_stream::StreamExt;

use crate::failure::{Failure, Kind};
use crate::{App, Config};

/// Pools count in these, in bytes; the least a body takes.
const UNIT: usize = 1 << 10;
/// The largest body that is no document: a login, a decision.
const FORM_BYTES_MAX: usize = 64 << 10;
/// The largest body with a risk profile: as a form writes it, three bytes for one, with what stands beside.
const PROFILE_BYTES_MAX: usize = 3 * risk::PROFILE_BYTES_MAX + (32 << 10);
/// The largest file of a model: some thousand deep trees.
const MODEL_BYTES_MAX: usize = 32 << 20;
/// Bodies that are no documents, all together, in bytes.
const FORMS_BYTES_MAX: usize = 16 << 20;
/// Files of reference data in one body, with what wraps them in a form.
const DATASETS_BYTES_MAX: usize = reference::DATASET_BYTES_MAX + (1 << 20);
/// Bodies of reference data, all together, in bytes: two at a time.
const IMPORTS_BYTES_MAX: usize = 2 * DATASETS_BYTES_MAX;
/// What a client must send at least in a second, in bytes, after the time it has anyway: half a megabit.
const BYTES_PER_SECOND_MIN: u64 = 64 << 10;
/// How long a client may pause in the middle of a body, whatever it sent before.
const PAUSE_MAX: Duration = Duration::from_secs(15);
/// Bodies under way at a time from one address.
const PEER_BODIES_MAX: usize = 16;
/// The same from this machine, where a proxy that speaks for many clients may stand.
const LOOPBACK_BODIES_MAX: usize = 256;

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// What a body is for; each sort has a pool of its own, so that none keeps another out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A form or a small object.
    Form,
    /// A risk profile from somebody who may write them.
    Profile,
    /// A model from somebody who may propose one.
    Model,
    /// Files of reference data from somebody who may import them.
    Dataset,
    /// A document from somebody logged in.
    Document,
    /// A document from somebody who is not: a seal speaks for them, which only the document proves.
    StrangersDocument,
}

/// The pools of all bodies under way.
pub(crate) struct Bodies {
    forms: Arc<Semaphore>,
    datasets: Arc<Semaphore>,
    documents: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    peers: Arc<Peers>,
    document_bytes_max: usize,
    patience: Duration,
}

/// Room for one body: bytes of its pool and a seat of its peer, given back when dropped.
pub(crate) struct Room {
    _bytes: OwnedSemaphorePermit,
    _seat: Option<Seat>,
}

/// A body that was read, and its room.
pub(crate) struct Received<T> {
    /// What was read.
    pub(crate) content: T,
    /// To be kept as long as the content is.
    pub(crate) room: Room,
}

impl Bodies {
    pub(crate) fn new(config: &Config) -> Self {
        let pool = |bytes: usize| Arc::new(Semaphore::new((bytes / UNIT).min(Semaphore::MAX_PERMITS)));
        Self {
            forms: pool(FORMS_BYTES_MAX),
            datasets: pool(IMPORTS_BYTES_MAX),
            documents: pool(config.bodies_bytes_max / 2),
            strangers: pool(config.bodies_bytes_max / 2),
            peers: Arc::default(),
            document_bytes_max: config.body_bytes_max,
            patience: config.body_patience,
        }
    }

    /// The time a body of this request may take at most: none where there is none.
    pub(crate) fn time_for(&self, request: &Request) -> Duration {
        if request.body().is_end_stream() {
            return Duration::ZERO;
        }
        let declared = request.body().size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok());
        let bytes = declared.unwrap_or(usize::MAX).min(self.document_bytes_max.max(DATASETS_BYTES_MAX));
        self.patience.saturating_add(time_of(bytes as u64))
    }

    fn admit(&self, sort: Sort, peer: Option<IpAddr>, bytes: usize) -> Result<Room, Failure> {
        let seat = peer.map(|peer| Peers::seat(&self.peers, peer)).transpose()?;
        let pool = match sort {
            Sort::Form | Sort::Profile => &self.forms,
            Sort::Dataset | Sort::Model => &self.datasets,
            Sort::Document => &self.documents,
            Sort::StrangersDocument => &self.strangers,
        };
        let units = u32::try_from(bytes.div_ceil(UNIT).max(1)).unwrap_or(u32::MAX);
        let bytes = Arc::clone(pool).try_acquire_many_owned(units);
        Ok(Room { _bytes: bytes.map_err(|_| Failure::of(Kind::Overloaded))?, _seat: seat })
    }
}

impl App {
    /// Reads the body of a request with `read`, where there is room for it and while it keeps arriving.
    pub(crate) async fn receive<T, R>(
        &self,
        sort: Sort,
        request: Request,
        read: impl FnOnce(Request) -> R,
    ) -> Result<Received<T>, Failure>
    where
        R: Future<Output = Result<T, Failure>>,
    {
        let bodies = self.bodies();
        let limit = match sort {
            Sort::Form => FORM_BYTES_MAX,
            Sort::Profile => PROFILE_BYTES_MAX,
            Sort::Model => MODEL_BYTES_MAX,
            Sort::Dataset => DATASETS_BYTES_MAX,
            Sort::Document | Sort::StrangersDocument => bodies.document_bytes_max,
        };
        let declared = request.body().size_hint().exact();
        let declared = declared.map_or(limit, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        if declared > limit {
            return Err(Failure::of(Kind::TooLarge));
        }
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
        let room = bodies.admit(sort, peer, declared)?;
        let progress = Arc::new(Progress::new(bodies.patience, limit as u64));
        let (mut head, body) = request.into_parts();
        head.extensions.insert(Declared(body.size_hint().exact().map_or(0, |_| declared)));
        let reading = read(Request::from_parts(head, noted(body, Arc::clone(&progress))));
        let content = progress.watch(reading).await?;
        Ok(Received { content, room })
    }
}

/// A form or small object, its room, and the right to be worked on: held until the handler has answered.
pub(crate) struct Small<E>(pub(crate) E, pub(crate) Held);

/// What a small body holds.
pub(crate) struct Held {
    _room: Room,
    _work: OwnedSemaphorePermit,
}

impl<E: FromRequest<App>> FromRequest<App> for Small<E> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let read = async |request| {
            let refused = |why: E::Rejection| Failure::of_status(why.into_response().status());
            E::from_request(request, app).await.map_err(refused)
        };
        let Received { content, room } = app.receive(Sort::Form, request, read).await?;
        Ok(Self(content, Held { _room: room, _work: app.work()? }))
    }
}

/// How long a body that there is room for says it is, in bytes; none where it does not.
#[derive(Debug, Clone, Copy)]
struct Declared(usize);

/// Reads a body into memory it takes once: as much as was declared, so that nothing grows or is copied.
pub(crate) async fn whole(request: Request) -> Result<Vec<u8>, Failure> {
    let declared = request.extensions().get::<Declared>().map_or(0, |declared| declared.0);
    let mut bytes = Vec::with_capacity(declared);
    let mut chunks = request.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.map_err(|_| Failure::of(Kind::BadRequest))?);
    }
    Ok(bytes)
}

/// How long so many bytes may take at the least speed.
fn time_of(bytes: u64) -> Duration {
    Duration::from_millis(bytes.saturating_mul(1_000) / BYTES_PER_SECOND_MIN)
}

/// How far a body has come, and when it must have come farther.
struct Progress {
    began: Instant,
    patience: Duration,
    limit: u64,
    received: AtomicU64,
    /// When something came last, in milliseconds from the beginning.
    last: AtomicU64,
}

impl Progress {
    fn new(patience: Duration, limit: u64) -> Self {
        Self { began: Instant::now(), patience, limit, received: AtomicU64::new(0), last: AtomicU64::new(0) }
    }

    /// Takes note of bytes that came; whether the body may go on.
    fn note(&self, bytes: u64) -> bool {
        let since = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(since, Ordering::Relaxed);
        self.received.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= self.limit
    }

    /// What arrived buys time at the least speed, and no pause is longer than [`PAUSE_MAX`]. A body of
    /// the limit never has longer than [`Bodies::time_for`] it.
    fn deadline(&self) -> Instant {
        let received = self.received.load(Ordering::Relaxed).min(self.limit);
        let bought = self.patience.saturating_add(time_of(received));
        let pause = Duration::from_millis(self.last.load(Ordering::Relaxed)).saturating_add(PAUSE_MAX);
        self.began + bought.min(pause)
    }

    /// Lets somebody read until the body is there, is too large, or is late.
    async fn watch<T>(&self, reading: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        tokio::pin!(reading);
        loop {
            let deadline = self.deadline();
            tokio::select! {
                read = &mut reading => {
                    // Readers know only that the body ended early.
                    let too_large = self.received.load(Ordering::Relaxed) > self.limit;
                    return if too_large { Err(Failure::of(Kind::TooLarge)) } else { read };
                }
                () = sleep_until(deadline) => if self.deadline() <= deadline {
                    return Err(Failure::of(Kind::Timeout));
                }
            }
        }
    }
}

/// The body, noting how far it has come; it breaks off beyond its limit.
fn noted(body: Body, progress: Arc<Progress>) -> Body {
    Body::from_stream(body.into_data_stream().map(move |chunk| {
        let chunk = chunk?;
        let goes_on = progress.note(chunk.len() as u64);
        goes_on.then_some(chunk).ok_or_else(|| axum::Error::new("the body is too large"))
    }))
}

/// Bodies under way by address. An address of version 6 counts as its network of 64 bits: that is what
/// one client has.
#[derive(Default)]
struct Peers(Mutex<HashMap<IpAddr, usize>>);

/// A body of a peer under way.
struct Seat {
    peers: Arc<Peers>,
    network: IpAddr,
}

impl Peers {
    fn seat(peers: &Arc<Self>, peer: IpAddr) -> Result<Seat, Failure> {
        let most = if peer.is_loopback() { LOOPBACK_BODIES_MAX } else { PEER_BODIES_MAX };
        let network = network_of(peer);
        let mut seats = peers.0.lock().map_err(|_| Failure::of(Kind::Internal))?;
        let taken = seats.entry(network).or_default();
        if *taken >= most {
            return Err(Failure::of(Kind::Overloaded));
        }
        *taken += 1;
        Ok(Seat { peers: Arc::clone(peers), network })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Ok(mut seats) = self.peers.0.lock() else { return };
        if let Some(taken) = seats.get_mut(&self.network) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.network);
            }
        }
    }
}

fn network_of(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(bodies_bytes_max: usize) -> Bodies {
        Bodies::new(&Config { bodies_bytes_max, ..Config::default() })
    }

    #[test]
    fn a_pool_gives_what_it_has_and_takes_it_back() {
        let bodies = bodies(2 * (10 << 10));
        let admit = |sort, bytes| bodies.admit(sort, None, bytes);
        let first = admit(Sort::StrangersDocument, 6 << 10).ok().unwrap();
        assert!(admit(Sort::StrangersDocument, (4 << 10) + 1).is_err_and(|why| why.is(Kind::Overloaded)));
        // Neither those logged in nor forms have to wait for strangers.
        let others = [admit(Sort::Document, 10 << 10), admit(Sort::Form, FORM_BYTES_MAX)];
        assert!(others.iter().all(Result::is_ok));
        drop(first);
        assert!(admit(Sort::StrangersDocument, 10 << 10).is_ok());
    }

    #[test]
    fn one_address_has_only_so_many_bodies_under_way() {
        let bodies = bodies(256 << 20);
        let fill = |peers: &[&str], most: usize| {
            let admit = |nth: usize| {
                let peer = peers[nth % peers.len()].parse().unwrap();
                bodies.admit(Sort::Form, Some(peer), 1)
            };
            let rooms: Vec<Room> = (0..most).filter_map(|nth| admit(nth).ok()).collect();
            assert_eq!(rooms.len(), most, "{peers:?}");
            assert!((0..peers.len()).all(|nth| admit(nth).is_err()), "{peers:?}");
            rooms
        };
        let full = fill(&["192.0.2.1", "::ffff:192.0.2.1"], PEER_BODIES_MAX);
        // Another address has its own seats; addresses of one network share them.
        fill(&["192.0.2.2"], PEER_BODIES_MAX);
        fill(&["2001:db8::1", "2001:db8::ffff:1"], PEER_BODIES_MAX);
        fill(&["2001:db8:0:1::1"], PEER_BODIES_MAX);
        fill(&["127.0.0.1"], LOOPBACK_BODIES_MAX);
        drop(full);
        fill(&["192.0.2.1"], PEER_BODIES_MAX);
        assert!(bodies.peers.0.lock().unwrap().is_empty());
    }

    #[test]
    fn time_is_bought_by_what_arrives_and_a_pause_ends_it() {
        let patience = Duration::from_secs(10);
        let progress = Progress::new(patience, 64 << 20);
        let left = || progress.deadline() - progress.began;
        assert_eq!(left(), patience);
        // A minute's worth at once: what bounds it now is the pause.
        assert!(progress.note(60 * BYTES_PER_SECOND_MIN));
        assert!(left() >= PAUSE_MAX && left() < PAUSE_MAX + Duration::from_secs(1), "{:?}", left());
        // Fifty seconds later something came: now it is the least speed that bounds it.
        progress.last.store(60_000, Ordering::Relaxed);
        assert_eq!(left(), Duration::from_secs(70));
        // More than the limit buys nothing.
        assert!(!progress.note(64 << 20));
        progress.last.store(u64::from(u32::MAX), Ordering::Relaxed);
        assert_eq!(left(), patience + time_of(64 << 20));
    }
}
