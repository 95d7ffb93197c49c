//! `Salvo há 5 s`, beside the button that saves.

use leptos::prelude::*;

use super::Keeper;
use super::keeper::Kept;
use crate::api::ApiError;
use crate::components::Ago;
use crate::components::sentences::{api_error, draft_problem};
use crate::domain::Timestamp;

/// Says what became of the last change, and tries again what failed.
#[component]
pub(in crate::pages::campaign) fn KeptNote(
    keeper: Keeper,
    now: Signal<Timestamp>,
    /// The button that saves.
    save: &'static str,
) -> impl IntoView {
    let shown = move || match keeper.kept.get() {
        Kept::Unchanged => ().into_any(),
        Kept::Not => view! { <span>{say!(editor.not_kept)}</span> }.into_any(),
        Kept::Saving => view! { <span>{say!(editor.saving)}</span> }.into_any(),
        Kept::Since(at) => view! {
            <span>
                {say!(editor.kept)} " " <Ago at now />
            </span>
        }
        .into_any(),
        Kept::Failed(error) => view! {
            <span class="over">{format!("{} {}", say!(editor.keeping_failed), why(&error))}</span>
            " "
            <button type="button" class="btn small" on:click=move |_| keeper.retry(save)>
                {say!(editor.keep_again)}
            </button>
        }
        .into_any(),
    };
    // What ticks, and what comes and goes at each pause, is not read out.
    let told = move || match keeper.kept.get() {
        Kept::Since(_) => say!(editor.kept).to_owned(),
        Kept::Failed(error) => format!("{} {}", say!(editor.keeping_failed), why(&error)),
        Kept::Unchanged | Kept::Not | Kept::Saving => String::new(),
    };
    view! {
        <span class="note kept">{shown}</span>
        <span class="sr" role="status">
            {told}
        </span>
    }
}

fn why(error: &ApiError) -> String {
    match error {
        ApiError::Draft(problems) => {
            let first = problems.first().copied().map(draft_problem);
            first.unwrap_or_default()
        }
        error => api_error(error).title,
    }
}
