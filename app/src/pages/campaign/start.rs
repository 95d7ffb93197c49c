//! The question before a campaign goes out.

use leptos::prelude::*;

use super::draft::Draft;
use super::form::START;
use crate::api::ScheduleKind;
use crate::components::sentences::draft_problem;
use crate::components::{Dialog, DialogButton, Icon};
use crate::domain::{DraftProblem, TimingProblem};

/// Says how many groups will receive the message, or what is still missing. Its button posts the
/// editor's form with the wish to start.
#[component]
pub(super) fn StartDialog(
    draft: Draft,
    /// What is wrong with when it would run.
    written: Memo<Vec<TimingProblem>>,
    is_alive: Signal<bool>,
    pending: Signal<bool>,
) -> impl IntoView {
    // Before hydration nobody counts along; the server refuses what lacks something.
    let problems = Memo::new(move |_| {
        if is_alive.get() {
            let mut problems = draft.problems_to_start();
            problems.extend(written.get().into_iter().map(DraftProblem::from));
            problems
        } else {
            Vec::new()
        }
    });
    let is_scheduled = move || {
        let kind = draft.timing.with(|timing| timing.schedule);
        !matches!(kind, ScheduleKind::Now | ScheduleKind::Every)
    };
    let is_ready = Memo::new(move |_| problems.with(Vec::is_empty));
    let title = Signal::derive(move || {
        if !is_ready.get() {
            say!(editor.not_ready).to_owned()
        } else if is_alive.get() && is_scheduled() {
            say!(when.start_title, count = draft.reach.get().groups)
        } else if is_alive.get() {
            say!(editor.start_title, count = draft.reach.get().groups)
        } else {
            say!(editor.start_title_unknown).to_owned()
        }
    });
    view! {
        <Dialog id=START title>
            <ul class="checks">
                {move || {
                    problems
                        .get()
                        .into_iter()
                        .map(|problem| {
                            view! {
                                <li data-state="error">
                                    <Icon name="error" />
                                    {draft_problem(problem)}
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <p class="note" hidden=move || !is_ready.get()>
                {move || {
                    if is_scheduled() { say!(when.start_text) } else { say!(editor.start_text) }
                }}
            </p>
            <p class="note" hidden=move || draft.reach.get().refusing == 0>
                {move || say!(editor.start_blocked, count = draft.reach.get().refusing)}
            </p>
            <div class="actions">
                <DialogButton dialog=START label=say!(common.back) />
                <button
                    class="btn primary"
                    name="form[then]"
                    value="start"
                    hidden=move || !is_ready.get()
                    disabled=move || pending.get()
                >
                    <Icon name="iniciar" />
                    {move || {
                        if is_scheduled() {
                            say!(when.start_confirm)
                        } else {
                            say!(editor.start_confirm)
                        }
                    }}
                </button>
            </div>
        </Dialog>
    }
}
