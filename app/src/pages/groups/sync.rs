//! The head of the page: syncing, how far it is, when it last was.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{CancelGroupSync, ConnectionView, GroupsView, SyncGroups, SyncProgress};
use crate::components::sentences::{Label, Sentence, Tone, connection_cause, connection_state};
use crate::components::time::duration;
use crate::components::{ActionError, Ago, Icon, Notice, groups_count, ticking};
use crate::domain::{GroupSync, SyncOutcome, Timestamp};

/// Title, state of the sync, the button.
#[component]
pub(super) fn Sync(
    chosen: Signal<(ConnectionView, GroupsView)>,
    sync: ServerAction<SyncGroups>,
) -> impl IntoView {
    let now = ticking(move || chosen.with(|(_, groups)| groups.now));
    let progress = Memo::new(move |_| chosen.with(|(_, groups)| groups.sync));
    let synced_at = Memo::new(move |_| chosen.with(|(_, groups)| groups.synced_at));
    let count = Memo::new(move |_| chosen.with(|(_, groups)| groups.total));
    let can_sync = Memo::new(move |_| chosen.with(|(view, _)| view.connection.state.can_send()));
    let busy = Memo::new(move |_| progress.get().is_under_way());
    let cancel = ServerAction::<CancelGroupSync>::new();
    let id = move || chosen.with(|(view, _)| view.connection.id.to_string());
    view! {
        <div class="page-head">
            <div>
                <h1>{say!(groups.title)}</h1>
                <p class="note">
                    {move || groups_count(count.get())} " · "
                    {move || match synced_at.get() {
                        Some(at) => {
                            view! {
                                {say!(groups.synced)}
                                " "
                                <Ago at now />
                            }
                                .into_any()
                        }
                        None => say!(groups.never_synced).into_any(),
                    }}
                </p>
            </div>
            <div class="actions">
                <ActionForm action=cancel>
                    <input type="hidden" name="connection" value=id />
                    <button class="btn" hidden=move || !busy.get()>
                        {say!(groups.cancel)}
                    </button>
                </ActionForm>
                <ActionForm action=sync>
                    <input type="hidden" name="connection" value=id />
                    <button
                        class="btn primary"
                        hidden=move || !can_sync.get()
                        disabled=move || busy.get()
                    >
                        <Icon name="atualizar" />
                        {move || if busy.get() { say!(groups.syncing) } else { say!(groups.sync) }}
                    </button>
                </ActionForm>
            </div>
        </div>
        <div class="notices">
            <ActionError value=sync.value() />
            <ActionError value=cancel.value() />
            <Progress progress now />
            <Ending chosen />
            <Offline chosen can_sync />
        </div>
    }
}

/// How far the sync is.
#[component]
fn Progress(progress: Memo<SyncProgress>, now: Signal<Timestamp>) -> impl IntoView {
    view! {
        <div aria-live="polite">
            {move || match progress.get() {
                SyncProgress::Idle => ().into_any(),
                SyncProgress::Asking => {
                    view! { <p class="note">{say!(groups.asking)}</p> }.into_any()
                }
                SyncProgress::Waiting { until } => {
                    let span = move || duration(until.since(now.get()));
                    view! {
                        <div class="notice" data-state="warn">
                            <Icon name="relogio" />
                            <div>
                                <strong>{say!(groups.waiting)}</strong>
                                <span aria-live="off">
                                    {move || say!(groups.waiting_text, span = span())}
                                </span>
                            </div>
                        </div>
                    }
                        .into_any()
                }
                SyncProgress::Storing { done, total } => {
                    let words = say!(groups.storing, done = done, total = total);
                    view! {
                        <div class="progress" data-state="progress">
                            <div class="progress-nums">
                                <b>{words}</b>
                            </div>
                            <progress
                                max=total.to_string()
                                value=done.to_string()
                                aria-label=say!(groups.storing_label)
                            ></progress>
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// How the latest sync ended, when it did not end well and none is under way.
#[component]
fn Ending(chosen: Signal<(ConnectionView, GroupsView)>) -> impl IntoView {
    let ending = Memo::new(move |_| {
        chosen.with(|(_, groups)| ending(groups.latest?).filter(|_| !groups.sync.is_under_way()))
    });
    move || {
        let (label, sentence) = ending.get()?;
        Some(view! { <Notice sentence label /> })
    }
}

fn ending(latest: GroupSync) -> Option<(Label, Sentence)> {
    let label = |tone, icon| Label {
        tone,
        icon,
        word: "",
    };
    match latest.end.map(|end| end.outcome) {
        Some(SyncOutcome::Completed { .. }) => None,
        Some(SyncOutcome::Cancelled) => Some((
            label(Tone::Idle, "idle"),
            Sentence::new(say!(groups.cancelled), say!(groups.cancelled_text)),
        )),
        Some(SyncOutcome::Failed { cause }) if !latest.was_interrupted() => {
            let text = say!(groups.sync_failed_text, cause = connection_cause(cause));
            Some((
                label(Tone::Error, "error"),
                Sentence::new(say!(groups.sync_failed), text),
            ))
        }
        // It begins anew by itself.
        Some(SyncOutcome::Failed { .. }) | None => Some((
            label(Tone::Warn, "warn"),
            Sentence::new(say!(groups.interrupted), say!(groups.interrupted_text)),
        )),
    }
}

/// Why the sync button is absent.
#[component]
fn Offline(chosen: Signal<(ConnectionView, GroupsView)>, can_sync: Memo<bool>) -> impl IntoView {
    let label =
        Signal::derive(move || chosen.with(|(view, _)| connection_state(&view.connection.state)));
    let sentence = Sentence::new(say!(groups.offline), say!(groups.offline_text));
    let href = move || chosen.with(|(view, _)| format!("/conexoes/{}", view.connection.id));
    move || {
        (!can_sync.get()).then(|| {
            view! {
                <Notice sentence=sentence.clone() label>
                    <A href=href attr:class="btn">
                        {say!(groups.open_connection)}
                    </A>
                </Notice>
            }
        })
    }
}
