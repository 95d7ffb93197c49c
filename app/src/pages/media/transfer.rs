//! The browser's half of uploading, as the page asks for it: files leave one after the other, tell how far
//! they are, and can be stopped and sent once more.

#![cfg_attr(
    not(feature = "hydrate"),
    allow(unused_variables, reason = "files are only chosen in a browser")
)]

use leptos::ev::{ClipboardEvent, DragEvent, Event};
use leptos::prelude::*;

use super::jobs::{Job, JobState};
#[cfg(feature = "hydrate")]
use super::sending;

/// What the browser holds of a file on its way.
#[derive(Clone, Copy)]
pub(super) struct Handle {
    #[cfg(feature = "hydrate")]
    pub(super) held: StoredValue<sending::Held, LocalStorage>,
}

/// Takes the files that were dropped; tells whether there were any.
pub(crate) fn take_dropped(event: &DragEvent, jobs: RwSignal<Vec<Job>>) -> bool {
    #[cfg(feature = "hydrate")]
    return sending::take(event.data_transfer(), jobs);
    #[cfg(not(feature = "hydrate"))]
    false
}

/// Takes the files that were pasted; tells whether there were any.
pub(crate) fn take_pasted(event: &ClipboardEvent, jobs: RwSignal<Vec<Job>>) -> bool {
    #[cfg(feature = "hydrate")]
    return sending::take(event.clipboard_data(), jobs);
    #[cfg(not(feature = "hydrate"))]
    false
}

/// Whether what is pasted is a text, perhaps with a picture of it, as spreadsheets copy.
pub(crate) fn brings_text(event: &ClipboardEvent) -> bool {
    #[cfg(feature = "hydrate")]
    return event
        .clipboard_data()
        .and_then(|transfer| transfer.get_data("text/plain").ok())
        .is_some_and(|text| !text.is_empty());
    #[cfg(not(feature = "hydrate"))]
    false
}

/// Takes the files that were chosen in the form's field, and empties it for the next choice.
pub(super) fn take_chosen(event: &Event, jobs: RwSignal<Vec<Job>>) {
    #[cfg(feature = "hydrate")]
    {
        let input = event_target::<web_sys::HtmlInputElement>(event);
        if let Some(files) = input.files() {
            sending::enqueue(&files, jobs);
        }
        input.set_value("");
    }
}

/// Takes the files that are pasted anywhere on the page, while it is open.
pub(super) fn on_paste(jobs: RwSignal<Vec<Job>>) {
    #[cfg(feature = "hydrate")]
    {
        let pasted = window_event_listener(leptos::ev::paste, move |event| {
            if take_pasted(&event, jobs) {
                event.prevent_default();
            }
        });
        on_cleanup(move || pasted.remove());
    }
}

/// Stops a file: what the server has of it is dropped.
pub(super) fn cancel(state: RwSignal<JobState>, handle: Handle) {
    state.set(JobState::Canceled);
    #[cfg(feature = "hydrate")]
    sending::abort(handle.held);
}

/// Sends a file once more, after those that wait.
pub(super) fn retry(state: RwSignal<JobState>, jobs: RwSignal<Vec<Job>>) {
    state.set(JobState::Waiting);
    #[cfg(feature = "hydrate")]
    sending::send_next(jobs);
}
