//! The question before a campaign goes out.

use leptos::prelude::*;

use super::draft::Draft;
use super::form::START;
use crate::api::{ApiError, GroupsView};
use crate::components::sentences::draft_problem;
use crate::components::{Dialog, DialogButton, Icon};
use crate::domain::GroupJid;

/// Says how many groups will receive the message, or what is still missing. Its button posts the
/// editor's form with the wish to start.
#[component]
pub(super) fn StartDialog(
    groups: Resource<Result<Option<GroupsView>, ApiError>>,
    draft: Draft,
    is_alive: Signal<bool>,
    pending: Signal<bool>,
) -> impl IntoView {
    let count = move || {
        let chosen = draft.targets.with(std::collections::BTreeSet::len);
        u32::try_from(chosen).unwrap_or(u32::MAX)
    };
    // Before hydration nobody counts along; the server refuses what lacks something.
    let problems = Memo::new(move |_| {
        if is_alive.get() {
            draft.to_domain().problems_to_start()
        } else {
            Vec::new()
        }
    });
    let is_ready = Memo::new(move |_| problems.with(Vec::is_empty));
    let title = Signal::derive(move || {
        if !is_ready.get() {
            say!(editor.not_ready).to_owned()
        } else if is_alive.get() {
            say!(editor.start_title, count = count())
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
                {say!(editor.start_text)}
            </p>
            <Transition>
                {move || {
                    let blocked = groups
                        .get()
                        .and_then(Result::ok)
                        .flatten()
                        .map_or(0, |view| count_blocked(&view, draft));
                    (blocked > 0)
                        .then(|| {
                            view! { <p class="note">{say!(editor.start_blocked, count = blocked)}</p> }
                        })
                }}
            </Transition>
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
                    {say!(editor.start_confirm)}
                </button>
            </div>
        </Dialog>
    }
}

/// How many of the chosen groups would refuse the message.
fn count_blocked(view: &GroupsView, draft: Draft) -> u32 {
    let is_chosen = |jid: &GroupJid| draft.targets.with(|targets| targets.contains(jid));
    let blocked = view
        .groups
        .iter()
        .filter(|group| is_chosen(&group.jid) && !group.accepts_messages());
    u32::try_from(blocked.count()).unwrap_or(u32::MAX)
}
