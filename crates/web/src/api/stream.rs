//! What happens, as it happens: server-sent events. Whoever was away catches up from the log.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use centre::{Action, Notice};
use tokio::sync::{OwnedSemaphorePermit, broadcast, mpsc};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use crate::App;
use crate::access::{Caller, Sight, token};
use crate::failure::{Failure, Problem};
use crate::serve::Stopping;

/// Notices that wait for a slow reader; then it is caught up from the log instead.
const WAITING_MAX: usize = 64;
/// Steps read at a time to catch up.
const STEPS_AT_ONCE: usize = 256;
/// The farthest somebody is caught up, in steps; who was away longer starts anew.
const CATCH_UP_MAX: u64 = 50_000;
/// How often an idle stream shows that it lives, and the right to it is looked at again.
const ALIVE: Duration = Duration::from_secs(15);

/// The stream of notices. The id of an event is its place in the log.
#[utoipa::path(
    get, path = "/api/v1/stream", tag = "operations",
    params(("Last-Event-ID" = Option<u64>, Header, description = "The last event seen: the stream begins after it.")),
    responses(
        (status = 200, description = "Events `step`, each a JSON object; `reset` when too much was missed.", body = String, content_type = "text/event-stream"),
        (status = 401, description = "Log in.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many streams are open.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("session" = []))
)]
pub(crate) async fn stream(
    State(app): State<App>,
    caller: Caller,
    stopping: Option<Extension<Stopping>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let who = caller.who_may(Action::SeeCases)?;
    let permit = app.stream()?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let token = token(&headers).unwrap_or_default().to_owned();
    // Listening begins before catching up: nothing falls between.
    let notices = app.centre().notices();
    let sight = app.run(move |app| Sight::of(app.centre(), &who)).await?;
    let (tell, told) = mpsc::channel(WAITING_MAX);
    let stopping = stopping.map(|Extension(stopping)| stopping);
    tokio::spawn(Feed { app, sight, token, tell, notices, last, stopping, _permit: permit }.run());
    let events = ReceiverStream::new(told).map(Ok::<_, std::convert::Infallible>);
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)).into_response();
    // Proxies that collect answers would hold events back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// One open stream.
struct Feed {
    app: App,
    sight: Sight,
    token: String,
    tell: mpsc::Sender<Event>,
    notices: broadcast::Receiver<Arc<Notice>>,
    /// The last leaf told.
    last: Option<u64>,
    stopping: Option<Stopping>,
    _permit: OwnedSemaphorePermit,
}

/// Why a stream ends.
struct Ended;

impl Feed {
    async fn run(mut self) {
        let mut stopping = self.stopping.take();
        let stopped = async {
            match &mut stopping {
                Some(stopping) => stopping.wait().await,
                None => std::future::pending().await,
            }
        };
        let gone = self.tell.clone();
        tokio::select! {
            () = stopped => {}
            () = gone.closed() => {}
            _ = self.feed() => {}
        }
    }

    async fn feed(&mut self) -> Result<(), Ended> {
        self.catch_up().await?;
        let mut look_again = tokio::time::interval(ALIVE);
        loop {
            tokio::select! {
                notice = self.notices.recv() => match notice {
                    Ok(notice) => self.tell(&notice).await?,
                    Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up().await?,
                    Err(broadcast::error::RecvError::Closed) => return Err(Ended),
                },
                _ = look_again.tick() => self.still_allowed().await?,
            }
        }
    }

    /// A session that ended, or a right that was taken away, ends the stream.
    async fn still_allowed(&mut self) -> Result<(), Ended> {
        let token = self.token.clone();
        let sight = self.app.run(move |app| match app.centre().session(&token)? {
            Some(who) => Sight::of(app.centre(), &who),
            None => Ok(Sight::Nothing),
        });
        self.sight = sight.await.map_err(|_| Ended)?;
        if self.sight == Sight::Nothing { Err(Ended) } else { Ok(()) }
    }

    async fn tell(&mut self, notice: &Notice) -> Result<(), Ended> {
        if self.last.is_some_and(|last| notice.leaf <= last) {
            return Ok(());
        }
        self.last = Some(notice.leaf);
        if !self.sight.covers(notice.office, notice.declarant_number) {
            return Ok(());
        }
        let event = Event::default().event("step").id(notice.leaf.to_string());
        let event = match self.sight {
            Sight::Declarant(_) => event.json_data(without_withheld(notice)),
            _ => event.json_data(notice),
        };
        let event = event.map_err(|_| Ended)?;
        self.tell.send(event).await.map_err(|_| Ended)
    }

    /// Tells what the log holds after the last event told.
    async fn catch_up(&mut self) -> Result<(), Ended> {
        let Some(last) = self.last else { return Ok(()) };
        let size = self.app.run(|app| Ok(app.centre().store().checkpoint()?.map_or(0, |stored| stored.size)));
        let size = size.await.map_err(|_| Ended)?;
        let mut next = last.saturating_add(1);
        if size.saturating_sub(next) > CATCH_UP_MAX {
            self.last = size.checked_sub(1);
            let reset = Event::default().event("reset").id(size.saturating_sub(1).to_string()).data("{}");
            return self.tell.send(reset).await.map_err(|_| Ended);
        }
        while next < size {
            let notices = self.app.run(move |app| noticed(app, next)).await.map_err(|_| Ended)?;
            let Some(read_to) = notices.read_to else { break };
            next = read_to + 1;
            for notice in notices.notices {
                self.tell(&notice).await?;
            }
            self.last = Some(self.last.map_or(read_to, |last| last.max(read_to)));
        }
        Ok(())
    }
}

/// A notice as a trader may have it: that something was withheld says that the case was selected.
fn without_withheld(notice: &Notice) -> Notice {
    let mut notice = notice.clone();
    notice.events.retain(|name| !clearance::Event::WITHHELD.contains(name));
    notice
}

struct Noticed {
    notices: Vec<Notice>,
    read_to: Option<u64>,
}

/// The notices of steps from a leaf on, made from what is stored. Where a case stands is where it stands
/// now, not where it stood then.
fn noticed(app: &App, from: u64) -> Result<Noticed, Failure> {
    let store = app.centre().store();
    let steps = store.steps_from(from, STEPS_AT_ONCE)?;
    let read_to = steps.last().map(|step| step.leaf);
    let mut notices = Vec::with_capacity(steps.len());
    for step in steps {
        let Some(id) = step.case else { continue };
        let (Some(case), Ok(record)) = (store.case(id)?, centre::view::read_record(&step)) else {
            continue;
        };
        notices.push(Notice {
            leaf: step.leaf,
            case: id,
            at: step.at,
            events: record.events.iter().map(clearance::Event::name).collect(),
            state: case.state.outcome(),
            number: case.number.map(|number| number.to_string()),
            office: case.office,
            lane: case.lane,
            decided_by: case.decided_by.as_ref().map(clearance::DecidedBy::as_str),
            officer: case.officer.map(|officer| officer.0),
            declarant_number: case.declarant_number,
        });
    }
    Ok(Noticed { notices, read_to })
}
