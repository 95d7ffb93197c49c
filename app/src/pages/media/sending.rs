//! How a browser sends a file: in pieces, from wherever the server says that it is, again and again while the
//! connection is gone. (`POST /midias/envios` and what follows it: see the server's `http/media/transfer`.)

use std::time::Duration;

use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DataTransfer, File, FileList, ProgressEvent, XmlHttpRequest};

use super::jobs::{Job, JobState};
use super::transfer::Handle;
use crate::api::ApiError;
use crate::domain::{MediaId, TRANSFER_PIECE_BYTES, TransferStep, TransferView};

const ADDRESS: &str = "/midias/envios";
/// How often in a row nothing moves before a person is asked: about five minutes.
const MOST_SETBACKS: u32 = 24;
/// How long the longest pause between two attempts is.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// How often a pause is looked out of.
const LOOK: Duration = Duration::from_millis(500);

/// A chosen file, and the request that it leaves by.
pub(super) struct Held {
    file: File,
    request: Option<XmlHttpRequest>,
    /// Under which the server knows it.
    transfer: Option<MediaId>,
}

type HeldFile = StoredValue<Held, LocalStorage>;

/// Why a request came to nothing.
enum Setback {
    /// Nobody answered, or nobody who knows.
    Lost,
    /// The server refused.
    Refused(ApiError),
}

impl From<JsValue> for Setback {
    fn from(_: JsValue) -> Self {
        Self::Lost
    }
}

/// Puts the files that are brought at the end of the queue; tells whether there are any.
pub(super) fn take(brought: Option<DataTransfer>, jobs: RwSignal<Vec<Job>>) -> bool {
    let files = brought.and_then(|brought| brought.files());
    let Some(files) = files.filter(|files| files.length() > 0) else {
        return false;
    };
    enqueue(&files, jobs);
    true
}

/// Puts files at the end of the queue.
pub(super) fn enqueue(files: &FileList, jobs: RwSignal<Vec<Job>>) {
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        let number = jobs.with_untracked(|jobs| jobs.last().map_or(0, |job| job.number + 1));
        let held = Held {
            file: file.clone(),
            request: None,
            transfer: None,
        };
        let job = Job {
            number,
            name: file.name(),
            bytes: whole(file.size()),
            state: RwSignal::new(JobState::Waiting),
            handle: Handle {
                held: StoredValue::new_local(held),
            },
        };
        jobs.update(|jobs| jobs.push(job));
    }
    send_next(jobs);
}

/// Sends the next file that waits, unless one is on its way; the others follow it.
pub(super) fn send_next(jobs: RwSignal<Vec<Job>>) {
    let is = |job: &Job, wanted: fn(&JobState) -> bool| {
        job.state.try_with_untracked(wanted).unwrap_or_default()
    };
    let next = jobs.try_with_untracked(|jobs| {
        if jobs.iter().any(|job| is(job, JobState::is_under_way)) {
            return None;
        }
        let mut jobs = jobs.iter();
        jobs.find(|job| is(job, |state| *state == JobState::Waiting))
            .map(|job| (job.state, job.handle.held))
    });
    let Some((state, held)) = next.flatten() else {
        return;
    };
    state.set(JobState::Sending(0));
    spawn_local(async move {
        let outcome = send(held, state).await;
        if is_canceled(state) {
            give_up(held).await;
        } else {
            state.try_set(outcome);
        }
        send_next(jobs);
    });
}

/// Breaks the request off, if there is one.
pub(super) fn abort(held: HeldFile) {
    let request = held.try_update_value(|held| held.request.take());
    if let Some(request) = request.flatten() {
        // What is over already cannot be broken off, and need not be.
        let _ = request.abort();
    }
}

/// Whether the person stopped it, or left the page.
fn is_canceled(state: RwSignal<JobState>) -> bool {
    let is_it = state.try_with_untracked(|state| *state == JobState::Canceled);
    is_it.unwrap_or(true)
}

/// Sends a file until it is there, is refused, or nothing moves any more.
async fn send(held: HeldFile, state: RwSignal<JobState>) -> JobState {
    let mut setbacks = 0;
    let mut furthest = 0;
    loop {
        match attempt(held, state).await {
            Ok(end) => return end,
            Err(Setback::Refused(error)) => return JobState::Failed(error),
            Err(Setback::Lost) => {}
        }
        let sent = state.try_with_untracked(|state| match state {
            JobState::Sending(sent) | JobState::Lost(sent) => Some(*sent),
            _ => None,
        });
        // What has moved on since is no setback of the same kind.
        let sent = sent.flatten().unwrap_or(furthest);
        setbacks = if sent > furthest { 1 } else { setbacks + 1 };
        furthest = furthest.max(sent);
        if is_canceled(state) || setbacks > MOST_SETBACKS {
            return JobState::Failed(ApiError::ServerUnreachable);
        }
        show(state, JobState::Lost(sent));
        let pause = Duration::from_secs(1 << setbacks.min(5)) / 2;
        rest(pause.min(LONGEST_PAUSE), state).await;
    }
}

/// One attempt: from where the server is to the end.
async fn attempt(held: HeldFile, state: RwSignal<JobState>) -> Result<JobState, Setback> {
    let mut view = begin_or_go_on(held).await?;
    while view.step == TransferStep::Receiving && view.received < view.bytes {
        if is_canceled(state) {
            return Ok(JobState::Canceled);
        }
        show(state, JobState::Sending(view.received));
        let before = view.received;
        view = send_piece(held, state, &view).await?;
        if view.received <= before {
            return Err(Setback::Lost);
        }
    }
    if view.step == TransferStep::Saved {
        return Ok(JobState::Done(view.id));
    }
    show(state, JobState::of(view.step, view.id));
    finish(held, state, view.id).await
}

/// Asks how far the file is, or begins with it.
async fn begin_or_go_on(held: HeldFile) -> Result<TransferView, Setback> {
    let known = held.try_with_value(|held| held.transfer).flatten();
    if let Some(id) = known {
        match ask(held, "GET", &format!("{ADDRESS}/{id}"), Sent::Nothing).await {
            // It was given up, or forgotten after a day.
            Err(Setback::Refused(ApiError::NotFound(_))) => {}
            answer => return answer,
        }
    }
    let announced = held.try_with_value(|held| {
        let (name, bytes) = (held.file.name(), whole(held.file.size()));
        serde_json::json!({ "name": name, "bytes": bytes }).to_string()
    });
    let announced = announced.ok_or(Setback::Lost)?;
    let view: TransferView = ask(held, "POST", ADDRESS, Sent::Text(announced)).await?;
    held.try_update_value(|held| held.transfer = Some(view.id));
    Ok(view)
}

async fn send_piece(
    held: HeldFile,
    state: RwSignal<JobState>,
    view: &TransferView,
) -> Result<TransferView, Setback> {
    let (start, end) = (
        view.received,
        (view.received + TRANSFER_PIECE_BYTES).min(view.bytes),
    );
    #[allow(clippy::cast_precision_loss, reason = "files are smaller than 2^53")]
    let piece =
        held.try_with_value(|held| held.file.slice_with_f64_and_f64(start as f64, end as f64));
    let piece = piece.ok_or(Setback::Lost)??;
    let address = format!("{ADDRESS}/{}?inicio={start}", view.id);
    ask(held, "PATCH", &address, Sent::Piece(piece, start, state)).await
}

/// Asks for the end, and looks now and then what is being done until it comes.
async fn finish(
    held: HeldFile,
    state: RwSignal<JobState>,
    id: MediaId,
) -> Result<JobState, Setback> {
    let look = move || {
        spawn_local(async move {
            let address = format!("{ADDRESS}/{id}");
            let seen: Result<TransferView, _> =
                exchange("GET", &address, Sent::Nothing, |_| {}).await;
            if let Ok(seen) = seen
                && seen.step != TransferStep::Saved
            {
                show(state, JobState::of(seen.step, id));
            }
        });
    };
    let looking = set_interval_with_handle(look, 2 * LOOK);
    let address = format!("{ADDRESS}/{id}/concluir");
    let ended = ask::<serde_json::Value>(held, "POST", &address, Sent::Nothing).await;
    if let Ok(looking) = looking {
        looking.clear();
    }
    ended.map(|_| JobState::Done(id))
}

/// Tells the server that nobody goes on with a file.
async fn give_up(held: HeldFile) {
    let known = held.try_update_value(|held| held.transfer.take());
    if let Some(id) = known.flatten() {
        let address = format!("{ADDRESS}/{id}");
        // One that is not told finds out after a day.
        let _ = exchange::<serde_json::Value>("DELETE", &address, Sent::Nothing, |_| {}).await;
    }
}

/// Shows how far a file is, unless its person stopped it.
fn show(state: RwSignal<JobState>, now: JobState) {
    let is_under_way = state.try_with_untracked(JobState::is_under_way);
    if is_under_way == Some(true) {
        state.set(now);
    }
}

/// What goes with a request.
enum Sent {
    Nothing,
    Text(String),
    /// A piece of a file from this byte on, and where its progress shows.
    Piece(Blob, u64, RwSignal<JobState>),
}

/// A request that its person can break off.
async fn ask<T: DeserializeOwned>(
    held: HeldFile,
    method: &str,
    address: &str,
    sent: Sent,
) -> Result<T, Setback> {
    let answer = exchange(method, address, sent, |request| {
        held.try_update_value(|held| held.request = Some(request.clone()));
    });
    answer.await
}

/// Sends a request and reads the answer. `fetch` cannot tell how far an upload is, so this is the older
/// interface.
async fn exchange<T: DeserializeOwned>(
    method: &str,
    address: &str,
    sent: Sent,
    keep: impl FnOnce(&XmlHttpRequest),
) -> Result<T, Setback> {
    let request = XmlHttpRequest::new()?;
    request.open(method, address)?;
    request.set_request_header("Accept", "application/json")?;
    let (end, ended) = oneshot::channel();
    let on_end = Closure::once(move || {
        let _ = end.send(());
    });
    request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
    keep(&request);
    let mut on_progress = None;
    match sent {
        Sent::Nothing => request.send()?,
        Sent::Text(text) => {
            request.set_request_header("Content-Type", "application/json")?;
            request.send_with_opt_str(Some(&text))?;
        }
        Sent::Piece(piece, start, state) => {
            let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
                show(state, JobState::Sending(start + whole(event.loaded())));
            });
            let upload = request.upload()?;
            upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
            on_progress = Some(progress);
            request.set_request_header("Content-Type", "application/octet-stream")?;
            request.send_with_opt_blob(Some(&piece))?;
        }
    }
    let _ = ended.await;
    drop(on_progress);
    let (status, body) = (request.status()?, request.response_text()?);
    read(status, &body.unwrap_or_default())
}

/// Reads an answer. What stands before a server answers with these while it is away.
fn read<T: DeserializeOwned>(status: u16, body: &str) -> Result<T, Setback> {
    match status {
        204 => serde_json::from_str("null").map_err(|_| Setback::Lost),
        200..=299 => serde_json::from_str(body).map_err(|_| Setback::Lost),
        0 | 408 | 429 | 502 | 503 | 504 => Err(Setback::Lost),
        _ => match serde_json::from_str(body) {
            Ok(ApiError::Media(crate::domain::MediaProblem::Interrupted)) => Err(Setback::Lost),
            Ok(error) => Err(Setback::Refused(error)),
            Err(_) => Err(Setback::Refused(ApiError::ServerUnreachable)),
        },
    }
}

/// Waits, unless the person stops it.
async fn rest(pause: Duration, state: RwSignal<JobState>) {
    let mut left = pause;
    while !left.is_zero() && !is_canceled(state) {
        let (end, ended) = oneshot::channel();
        set_timeout(
            move || {
                let _ = end.send(());
            },
            left.min(LOOK),
        );
        let _ = ended.await;
        left = left.saturating_sub(LOOK);
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are whole numbers"
)]
const fn whole(size: f64) -> u64 {
    size as u64
}
