//! The files on their way, each with how far it is.

use leptos::prelude::*;

use super::transfer::{self, Handle};
use crate::api::ApiError;
use crate::components::sentences::{Tone, api_error};
use crate::components::{Icon, format};
use crate::domain::{MediaId, MediaProblem, TransferStep};

/// One file on its way.
#[derive(Clone)]
pub(crate) struct Job {
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
    /// The connection dropped after so many bytes. It goes on by itself.
    Lost(u64),
    /// The server has all of it and looks through it.
    Checking,
    /// The server turns it into what WhatsApp plays; so much of it is done, in percent.
    Converting(Option<u8>),
    /// The server took it, as this item.
    Done(MediaId),
    /// The server did not.
    Failed(ApiError),
    /// The person stopped it.
    Canceled,
}

impl JobState {
    const fn is_over(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(_) | Self::Canceled)
    }

    /// Whether it is this file's turn.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    pub(super) const fn is_under_way(&self) -> bool {
        !self.is_over() && !matches!(self, Self::Waiting)
    }

    /// What a server says that it does.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    pub(super) const fn of(step: TransferStep, id: MediaId) -> Self {
        match step {
            TransferStep::Receiving | TransferStep::Checking => Self::Checking,
            TransferStep::Converting { percent } => Self::Converting(percent),
            TransferStep::Saved => Self::Done(id),
        }
    }

    /// Whether it could be sent once more: what the file itself is to blame for stays as it is.
    const fn can_be_retried(&self) -> bool {
        match self {
            Self::Failed(ApiError::Media(problem)) => matches!(
                problem,
                MediaProblem::Interrupted | MediaProblem::QuotaReached { .. }
            ),
            Self::Canceled | Self::Failed(_) => true,
            _ => false,
        }
    }

    fn bar(&self, bytes: u64) -> Bar {
        match self {
            Self::Sending(sent) | Self::Lost(sent) => Bar::At(sent * 100 / bytes.max(1)),
            Self::Converting(Some(percent)) => Bar::At(u64::from(*percent)),
            Self::Checking | Self::Converting(None) => Bar::Busy,
            Self::Waiting | Self::Done(_) | Self::Failed(_) | Self::Canceled => Bar::Hidden,
        }
    }

    const fn tone(&self) -> Tone {
        match self {
            Self::Waiting | Self::Canceled => Tone::Idle,
            Self::Sending(_) | Self::Checking | Self::Converting(_) => Tone::Progress,
            Self::Lost(_) => Tone::Warn,
            Self::Done(_) => Tone::Ok,
            Self::Failed(_) => Tone::Error,
        }
    }

    fn words(&self, bytes: u64) -> String {
        let total = format::bytes(bytes);
        match self {
            Self::Waiting => say!(media.upload_waiting).to_owned(),
            Self::Sending(sent) => {
                say!(media.uploading, done = format::bytes(*sent), total = total)
            }
            Self::Lost(sent) => say!(
                media.upload_lost,
                done = format::bytes(*sent),
                total = total
            ),
            Self::Checking => say!(media.upload_checking).to_owned(),
            Self::Converting(None) => say!(media.upload_converting).to_owned(),
            Self::Converting(Some(percent)) => {
                say!(media.upload_converting_percent, percent = *percent)
            }
            Self::Done(_) => say!(media.upload_done).to_owned(),
            Self::Failed(error) => api_error(error).text,
            Self::Canceled => say!(media.upload_canceled).to_owned(),
        }
    }
}

/// The bar of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bar {
    /// There is nothing to show.
    Hidden,
    /// Something is done, and nobody knows how much of it.
    Busy,
    /// So many hundredths are done.
    At(u64),
}

/// The files on their way, each with its progress.
#[component]
pub(crate) fn Jobs(jobs: RwSignal<Vec<Job>>) -> impl IntoView {
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
        name,
        bytes,
        state,
        handle,
        ..
    } = job;
    let tone = move || state.with(JobState::tone);
    let icon = Signal::derive(move || tone().name());
    let bar = Memo::new(move |_| state.with(|state| state.bar(bytes)));
    view! {
        <li data-state=move || tone().name()>
            <Icon name=icon class="state" />
            <div class="grow">
                <span class="title">{name.clone()}</span>
                <span class="sub">{move || state.with(|state| state.words(bytes))}</span>
                <progress
                    hidden=move || bar.get() == Bar::Hidden
                    max="100"
                    value=move || match bar.get() {
                        Bar::At(part) => Some(part.to_string()),
                        Bar::Hidden | Bar::Busy => None,
                    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn only_what_may_end_otherwise_is_tried_again() {
        let failed = |problem| JobState::Failed(ApiError::Media(problem));
        assert!(JobState::Canceled.can_be_retried());
        assert!(JobState::Failed(ApiError::ServerUnreachable).can_be_retried());
        assert!(failed(MediaProblem::Interrupted).can_be_retried());
        assert!(!failed(MediaProblem::Broken).can_be_retried());
        assert!(!JobState::Done(MediaId::new(Timestamp::default(), [1; 10])).can_be_retried());
        assert!(!JobState::Lost(1).can_be_retried(), "it goes on by itself");
    }

    #[test]
    fn the_bar_stays_where_it_was_when_the_connection_drops() {
        assert_eq!(JobState::Sending(30).bar(60), Bar::At(50));
        assert_eq!(JobState::Lost(30).bar(60), Bar::At(50));
        assert_eq!(JobState::Converting(None).bar(60), Bar::Busy);
        assert_eq!(
            JobState::Done(MediaId::new(Timestamp::default(), [1; 10])).bar(60),
            Bar::Hidden
        );
        let one_at_a_time = [JobState::Lost(1), JobState::Checking, JobState::Sending(0)];
        assert!(one_at_a_time.iter().all(JobState::is_under_way));
        assert!(!JobState::Waiting.is_under_way());
    }
}
