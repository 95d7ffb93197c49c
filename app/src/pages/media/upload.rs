//! Uploading: a plain form that also works by drag and drop, with the progress of each file, once
//! the page is alive.

use leptos::prelude::*;

use super::jobs::{Job, JobState, Jobs};
use super::transfer;
use crate::api::ApiError;
use crate::components::sentences::{Sentence, api_error};
use crate::components::{Icon, format};
use crate::domain::{ForeignFormat, MediaId, MediaKind, MediaProblem};
use crate::pages::use_query_value;

/// Where the form posts to.
const ADDRESS: &str = "/midias/enviar";
/// The form's field.
const FIELD: &str = "file";

/// What the field offers to choose; the content decides.
const ACCEPTED: &str = "image/jpeg,image/png,image/webp,image/gif,video/*,audio/*,\
    .m4a,.mp3,.ogg,.opus,.amr,.pdf,.docx,.xlsx,.pptx,.csv,.txt,.zip";

/// The form, what became of it, and the files on their way.
#[component]
pub(super) fn Upload() -> impl IntoView {
    let jobs = RwSignal::new(Vec::<Job>::new());
    transfer::on_paste(jobs);
    view! {
        <UploadForm jobs />
        <Refusal />
        <Jobs jobs />
    }
}

/// The item of the latest file that the server took.
pub(crate) fn newest(jobs: &[Job]) -> Option<MediaId> {
    let item = |job: &Job| match job.state.try_get() {
        Some(JobState::Done(item)) => Some(item),
        _ => None,
    };
    jobs.iter().rev().find_map(item)
}

/// Whether the server took all of the files.
pub(crate) fn all_taken(jobs: &[Job]) -> bool {
    jobs.iter()
        .all(|job| matches!(job.state.try_get(), Some(JobState::Done(_))))
}

/// The form alone.
#[component]
pub(crate) fn UploadForm(jobs: RwSignal<Vec<Job>>) -> impl IntoView {
    let is_alive = RwSignal::new(false);
    Effect::new(move || is_alive.set(true));
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
        "too_many_pixels" => MediaProblem::TooManyPixels { limit },
        "conversion_too_long" => MediaProblem::ConversionTooLong,
        "interrupted" => MediaProblem::Interrupted,
        "unplayable" => MediaProblem::Unplayable { format },
        "quota_reached" => MediaProblem::QuotaReached { limit },
        _ => return ApiError::StoreUnavailable,
    })
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
    fn every_refusal_of_the_address_is_that_problem() {
        let limit = 7;
        for problem in [
            MediaProblem::Missing,
            MediaProblem::Empty,
            MediaProblem::UnsupportedKind,
            MediaProblem::TooLarge { limit },
            MediaProblem::Broken,
            MediaProblem::TooManyPixels { limit },
            MediaProblem::ConversionTooLong,
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
}
