//! Uploading: a plain form that also works by drag and drop, with the progress of each file, once
//! the page is alive.

use leptos::prelude::*;

use super::transfer::{self, Handle};
use crate::api::ApiError;
use crate::components::sentences::{Sentence, Tone, api_error};
use crate::components::{Icon, format};
use crate::domain::{ForeignFormat, MediaKind, MediaProblem};
use crate::pages::use_query_value;

/// Where the form posts to.
pub(super) const ADDRESS: &str = "/midias/enviar";
/// The form's field.
pub(super) const FIELD: &str = "file";

/// What the field offers to choose; the content decides.
const ACCEPTED: &str = "image/jpeg,image/png,image/webp,image/gif,video/mp4,audio/mpeg,audio/mp4,\
    audio/ogg,.m4a,.mp3,.ogg,.opus,.pdf,.docx,.xlsx,.pptx,.csv,.txt,.zip";

/// One file on its way.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) state: RwSignal<JobState>,
    pub(super) handle: Handle,
}

/// How far a file is.
#[cfg_attr(
    not(feature = "hydrate"),
    allow(dead_code, reason = "files only leave from a browser")
)]
#[derive(Clone, Debug, PartialEq)]
pub(super) enum JobState {
    /// Others come first.
    Waiting,
    /// So many bytes have left.
    Sending(u64),
    /// The server took it.
    Done,
    /// The server did not.
    Failed(ApiError),
    /// The person stopped it.
    Canceled,
}

impl JobState {
    const fn is_over(&self) -> bool {
        matches!(self, Self::Done | Self::Failed(_) | Self::Canceled)
    }

    /// Whether it could be sent once more: what the file itself is to blame for stays as it is.
    const fn can_be_retried(&self) -> bool {
        match self {
            Self::Failed(ApiError::Media(problem)) => matches!(
                problem,
                MediaProblem::Interrupted | MediaProblem::QuotaReached { .. }
            ),
            Self::Canceled | Self::Failed(_) => true,
            Self::Waiting | Self::Sending(_) | Self::Done => false,
        }
    }
}

/// The form, what became of it, and the files on their way.
#[component]
pub(super) fn Upload() -> impl IntoView {
    let jobs = RwSignal::new(Vec::<Job>::new());
    let is_alive = RwSignal::new(false);
    Effect::new(move || is_alive.set(true));
    transfer::on_paste(jobs);
    let limit = format::bytes(MediaKind::Image.max_bytes());
    let documents = format::bytes(MediaKind::Document.max_bytes());
    view! {
        <form
            class="drop"
            action=ADDRESS
            method="post"
            enctype="multipart/form-data"
            on:dragover=|event| event.prevent_default()
            on:drop=move |event| {
                event.prevent_default();
                transfer::take_dropped(&event, jobs);
            }
        >
            <label class="btn primary">
                <Icon name="subir" />
                {say!(media.choose)}
                <input
                    class="sr"
                    type="file"
                    name=FIELD
                    accept=ACCEPTED
                    multiple
                    required
                    on:change=move |event| transfer::take_chosen(&event, jobs)
                />
            </label>
            <button class="btn" hidden=move || is_alive.get()>
                {say!(media.send)}
            </button>
            <span>
                {move || {
                    if is_alive.get() {
                        say!(media.drop, limit = limit.clone(), documents = documents.clone())
                    } else {
                        say!(media.limits, limit = limit.clone(), documents = documents.clone())
                    }
                }}
            </span>
        </form>
        <Refusal />
        <Jobs jobs />
    }
}

/// What a form without WASM was led back with.
#[component]
fn Refusal() -> impl IntoView {
    let code = use_query_value::<String>("erro");
    let limit = use_query_value::<u64>("limite");
    let format = use_query_value::<String>("formato");
    let file = use_query_value::<String>("arquivo");
    move || {
        let error = refusal(&code.get()?, limit.get(), format.get().as_deref());
        let Sentence { title, text } = api_error(&error);
        let title = file
            .get()
            .map_or(title.clone(), |file| format!("{file}: {title}"));
        Some(view! {
            <div class="notice" data-state="error" role="alert">
                <Icon name="error" />
                <div>
                    <strong>{title}</strong>
                    {text}
                </div>
            </div>
        })
    }
}

/// Reads a code of the address; what is none of ours counts as our own fault.
fn refusal(code: &str, limit: Option<u64>, format: Option<&str>) -> ApiError {
    let limit = limit.unwrap_or(MediaKind::largest_max_bytes());
    let mut formats = ForeignFormat::EVERY.into_iter();
    let format = formats.find(|one| Some(one.as_str()) == format);
    let format = format.unwrap_or(ForeignFormat::OtherCodec);
    ApiError::Media(match code {
        "missing" => MediaProblem::Missing,
        "empty" => MediaProblem::Empty,
        "unsupported_kind" => MediaProblem::UnsupportedKind,
        "too_large" => MediaProblem::TooLarge { limit },
        "broken" => MediaProblem::Broken,
        "too_many_pixels" => MediaProblem::TooManyPixels,
        "interrupted" => MediaProblem::Interrupted,
        "unplayable" => MediaProblem::Unplayable { format },
        "quota_reached" => MediaProblem::QuotaReached { limit },
        _ => return ApiError::StoreUnavailable,
    })
}

/// The files on their way, each with its progress.
#[component]
fn Jobs(jobs: RwSignal<Vec<Job>>) -> impl IntoView {
    let done = move || {
        jobs.with(|jobs| {
            let over = jobs.iter().filter(|job| job.state.with(JobState::is_over));
            (over.count(), jobs.len())
        })
    };
    view! {
        <section
            aria-label=say!(media.uploads)
            aria-live="polite"
            hidden=move || jobs.with(Vec::is_empty)
        >
            <div class="block-head">
                <h2>
                    {say!(media.uploads)} " "
                    <small class="soft">
                        {move || {
                            let (done, total) = done();
                            say!(media.uploading, done = done, total = total)
                        }}
                    </small>
                </h2>
                <button
                    class="btn quiet"
                    type="button"
                    on:click=move |_| {
                        jobs.update(|jobs| {
                            jobs.retain(|job| !job.state.with_untracked(JobState::is_over));
                        });
                    }
                >
                    {say!(media.clear)}
                </button>
            </div>
            <ul class="rows">
                <For each=move || jobs.get() key=|job| job.number let:job>
                    <JobRow job jobs />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn JobRow(job: Job, jobs: RwSignal<Vec<Job>>) -> impl IntoView {
    let Job {
        name, bytes, state, ..
    } = job.clone();
    let handle = job.handle;
    let tone = move || {
        state.with(|state| match state {
            JobState::Waiting | JobState::Canceled => Tone::Idle,
            JobState::Sending(_) => Tone::Progress,
            JobState::Done => Tone::Ok,
            JobState::Failed(_) => Tone::Error,
        })
    };
    let icon = Signal::derive(move || tone().name());
    let words = move || {
        state.with(|state| match state {
            JobState::Waiting => say!(media.upload_waiting).to_owned(),
            JobState::Sending(sent) if *sent >= bytes => say!(media.upload_checking).to_owned(),
            JobState::Sending(sent) => say!(
                media.uploading,
                done = format::bytes(*sent),
                total = format::bytes(bytes)
            ),
            JobState::Done => say!(media.upload_done).to_owned(),
            JobState::Failed(error) => api_error(error).text,
            JobState::Canceled => say!(media.upload_canceled).to_owned(),
        })
    };
    let sent = move || {
        state.with(|state| match state {
            JobState::Sending(sent) => Some(*sent),
            _ => None,
        })
    };
    view! {
        <li data-state=move || tone().name()>
            <Icon name=icon class="state" />
            <div class="grow">
                <span class="title">{name.clone()}</span>
                <span class="sub">{words}</span>
                <progress
                    hidden=move || sent().is_none()
                    max=bytes.to_string()
                    value=move || sent().unwrap_or_default().to_string()
                    aria-label=name.clone()
                ></progress>
            </div>
            <button
                class="btn quiet small"
                type="button"
                hidden=move || state.with(JobState::is_over)
                aria-label=say!(media.cancel_of, name = name.clone())
                on:click=move |_| transfer::cancel(state, handle)
            >
                {say!(media.cancel)}
            </button>
            <button
                class="btn quiet small"
                type="button"
                hidden=move || !state.with(JobState::can_be_retried)
                aria-label=say!(media.retry_of, name = name)
                on:click=move |_| transfer::retry(state, jobs)
            >
                {say!(media.retry)}
            </button>
        </li>
    }
}

/// Reads what the server said to a script: nothing on success, an [`ApiError`] otherwise.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
pub(super) fn read_answer(status: u16, body: &str) -> JobState {
    if (200..300).contains(&status) {
        return JobState::Done;
    }
    JobState::Failed(serde_json::from_str(body).unwrap_or(ApiError::ServerUnreachable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_called_in_an_address_as_in_json() {
        for format in ForeignFormat::EVERY {
            let json = serde_json::to_value(format).unwrap();
            assert_eq!(json.as_str(), Some(format.as_str()));
        }
    }

    #[test]
    fn only_what_may_end_otherwise_is_tried_again() {
        let failed = |problem| JobState::Failed(ApiError::Media(problem));
        assert!(JobState::Canceled.can_be_retried());
        assert!(JobState::Failed(ApiError::ServerUnreachable).can_be_retried());
        assert!(failed(MediaProblem::Interrupted).can_be_retried());
        assert!(!failed(MediaProblem::Broken).can_be_retried());
        assert!(!JobState::Done.can_be_retried());
    }

    #[test]
    fn every_refusal_of_the_address_is_that_problem() {
        let limit = 7;
        for problem in [
            MediaProblem::Missing,
            MediaProblem::Empty,
            MediaProblem::UnsupportedKind,
            MediaProblem::TooLarge { limit },
            MediaProblem::Broken,
            MediaProblem::TooManyPixels,
            MediaProblem::Interrupted,
            MediaProblem::QuotaReached { limit },
            MediaProblem::Unplayable {
                format: ForeignFormat::Hevc,
            },
        ] {
            let json = serde_json::to_value(problem).unwrap();
            let code = json
                .as_str()
                .or_else(|| json.as_object()?.keys().next().map(String::as_str))
                .unwrap();
            assert_eq!(
                refusal(code, Some(limit), Some("hevc")),
                ApiError::Media(problem)
            );
        }
    }

    #[test]
    fn an_answer_that_is_none_counts_as_an_unreachable_server() {
        assert_eq!(read_answer(201, "{}"), JobState::Done);
        assert_eq!(
            read_answer(502, "<html>"),
            JobState::Failed(ApiError::ServerUnreachable)
        );
        let refused = ApiError::Media(MediaProblem::Empty);
        let body = serde_json::to_string(&refused).unwrap();
        assert_eq!(read_answer(422, &body), JobState::Failed(refused));
    }
}
