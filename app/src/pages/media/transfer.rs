//! The browser's half of uploading, as the page asks for it: files leave one after the other, tell how far
//! they are, and can be stopped and sent once more.

#![cfg_attr(
    not(feature = "hydrate"),
    allow(unused_variables, reason = "files are only chosen in a browser")
)]

use leptos::ev::{DragEvent, Event};
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

/// Takes the files that were dropped on the form.
pub(super) fn take_dropped(event: &DragEvent, jobs: RwSignal<Vec<Job>>) {
    #[cfg(feature = "hydrate")]
    if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
        sending::enqueue(&files, jobs);
    }
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
            let files = event
                .clipboard_data()
                .and_then(|transfer| transfer.files())
                .filter(|files| files.length() > 0);
            if let Some(files) = files {
                event.prevent_default();
                sending::enqueue(&files, jobs);
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
