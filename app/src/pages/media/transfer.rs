//! The browser's half of uploading: files leave one after the other, and tell how far they are.

#![cfg_attr(
    not(feature = "hydrate"),
    allow(unused_variables, reason = "files are only chosen in a browser")
)]

use leptos::ev::{DragEvent, Event};
use leptos::prelude::*;

use super::upload::Job;

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

#[cfg(feature = "hydrate")]
mod browser {
    use futures::channel::oneshot;
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use wasm_bindgen::prelude::*;
    use web_sys::{File, FileList, FormData, ProgressEvent, XmlHttpRequest};

    use super::super::upload::{ADDRESS, FIELD, Job, JobState, read_answer};
    use crate::api::ApiError;

    /// Puts files at the end of the queue and sends them in turn.
    pub(super) fn enqueue(files: &FileList, jobs: RwSignal<Vec<Job>>) {
        let mut queue = Vec::new();
        for file in (0..files.length()).filter_map(|index| files.get(index)) {
            let number = jobs.with_untracked(|jobs| jobs.last().map_or(0, |job| job.number + 1));
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a file's size is a whole number"
            )]
            let bytes = file.size() as u64;
            let job = Job {
                number,
                name: file.name(),
                bytes,
                state: RwSignal::new(JobState::Waiting),
            };
            jobs.update(|jobs| jobs.push(job.clone()));
            queue.push((file, job.state));
        }
        spawn_local(async move {
            for (file, state) in queue {
                state.set(JobState::Sending(0));
                let outcome = send(&file, state).await;
                state.set(outcome.unwrap_or(JobState::Failed(ApiError::ServerUnreachable)));
            }
        });
    }

    /// Sends one file. `fetch` cannot tell how far an upload is, so this is the older interface.
    async fn send(file: &File, state: RwSignal<JobState>) -> Result<JobState, JsValue> {
        let form = FormData::new()?;
        form.append_with_blob_and_filename(FIELD, file, &file.name())?;
        let request = XmlHttpRequest::new()?;
        request.open("POST", ADDRESS)?;
        request.set_request_header("Accept", "application/json")?;

        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bytes are whole numbers"
        )]
        let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            state.try_set(JobState::Sending(event.loaded() as u64));
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
