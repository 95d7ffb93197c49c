//! The browser's half of uploading: files leave one after the other, tell how far they are, and can be
//! stopped and sent once more.

#![cfg_attr(
    not(feature = "hydrate"),
    allow(unused_variables, reason = "files are only chosen in a browser")
)]

use leptos::ev::{DragEvent, Event};
use leptos::prelude::*;

use super::upload::{Job, JobState};

/// What the browser holds of a file on its way.
#[derive(Clone, Copy)]
pub(super) struct Handle {
    #[cfg(feature = "hydrate")]
    held: StoredValue<browser::Held, LocalStorage>,
}

/// Takes the files that were dropped on the form.
pub(super) fn take_dropped(event: &DragEvent, jobs: RwSignal<Vec<Job>>) {
    #[cfg(feature = "hydrate")]
    if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
        browser::enqueue(&files, jobs);
    }
}

/// Takes the files that were chosen in the form's field, and empties it for the next choice.
pub(super) fn take_chosen(event: &Event, jobs: RwSignal<Vec<Job>>) {
    #[cfg(feature = "hydrate")]
    {
        let input = event_target::<web_sys::HtmlInputElement>(event);
        if let Some(files) = input.files() {
            browser::enqueue(&files, jobs);
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
                browser::enqueue(&files, jobs);
            }
        });
        on_cleanup(move || pasted.remove());
    }
}

/// Stops a file: what the server has of it is dropped.
pub(super) fn cancel(state: RwSignal<JobState>, handle: Handle) {
    state.set(JobState::Canceled);
    #[cfg(feature = "hydrate")]
    browser::abort(handle.held);
}

/// Sends a file once more, after those that wait.
pub(super) fn retry(state: RwSignal<JobState>, jobs: RwSignal<Vec<Job>>) {
    state.set(JobState::Waiting);
    #[cfg(feature = "hydrate")]
    browser::send_next(jobs);
}

#[cfg(feature = "hydrate")]
mod browser {
    use futures::channel::oneshot;
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use wasm_bindgen::prelude::*;
    use web_sys::{File, FileList, FormData, ProgressEvent, XmlHttpRequest};

    use super::super::upload::{ADDRESS, FIELD, Job, JobState, read_answer};
    use super::Handle;
    use crate::api::ApiError;

    /// A chosen file, and the request that it leaves by.
    pub(super) struct Held {
        file: File,
        request: Option<XmlHttpRequest>,
    }

    /// Puts files at the end of the queue.
    pub(super) fn enqueue(files: &FileList, jobs: RwSignal<Vec<Job>>) {
        for file in (0..files.length()).filter_map(|index| files.get(index)) {
            let number = jobs.with_untracked(|jobs| jobs.last().map_or(0, |job| job.number + 1));
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a file's size is a whole number"
            )]
            let bytes = file.size() as u64;
            let name = file.name();
            let request = None;
            let job = Job {
                number,
                name,
                bytes,
                state: RwSignal::new(JobState::Waiting),
                handle: Handle {
                    held: StoredValue::new_local(Held { file, request }),
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
            if jobs
                .iter()
                .any(|job| is(job, |state| matches!(state, JobState::Sending(_))))
            {
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
            let outcome = outcome.unwrap_or(JobState::Failed(ApiError::ServerUnreachable));
            let is_canceled = state.try_with_untracked(|state| *state == JobState::Canceled);
            if is_canceled == Some(false) {
                state.set(outcome);
            }
            send_next(jobs);
        });
    }

    /// Breaks the request off, if there is one.
    pub(super) fn abort(held: StoredValue<Held, LocalStorage>) {
        let request = held.try_update_value(|held| held.request.take());
        if let Some(request) = request.flatten() {
            // What is over already cannot be broken off, and need not be.
            let _ = request.abort();
        }
    }

    /// Sends one file. `fetch` cannot tell how far an upload is, so this is the older interface.
    async fn send(
        held: StoredValue<Held, LocalStorage>,
        state: RwSignal<JobState>,
    ) -> Result<JobState, JsValue> {
        let request = XmlHttpRequest::new()?;
        let form = FormData::new()?;
        held.try_update_value(|held| {
            held.request = Some(request.clone());
            form.append_with_blob_and_filename(FIELD, &held.file, &held.file.name())
        })
        .unwrap_or(Ok(()))?;
        request.open("POST", ADDRESS)?;
        request.set_request_header("Accept", "application/json")?;

        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bytes are whole numbers"
        )]
        let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            let sent = JobState::Sending(event.loaded() as u64);
            state.try_update(|state| {
                if matches!(state, JobState::Sending(_)) {
                    *state = sent;
                }
            });
        });
        request
            .upload()?
            .set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        let (end, ended) = oneshot::channel();
        let on_end = Closure::once(move || {
            let _ = end.send(());
        });
        request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));

        request.send_with_opt_form_data(Some(&form))?;
        let _ = ended.await;
        let body = request.response_text()?.unwrap_or_default();
        Ok(read_answer(request.status()?, &body))
    }
}
