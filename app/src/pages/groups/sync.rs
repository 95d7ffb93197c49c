//! The head of the page: syncing, how far it is, when it last was.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::{ConnectionView, GroupsView, SyncGroups, SyncProgress};
use crate::components::sentences::{Sentence, connection_cause, connection_state};
use crate::components::{ActionError, Ago, Icon, Notice, groups_count, len_u32, ticking};

/// Title, state of the sync, the button.
#[component]
pub(super) fn Sync(
    chosen: Signal<(ConnectionView, GroupsView)>,
    sync: ServerAction<SyncGroups>,
) -> impl IntoView {
    let now = ticking(move || chosen.with(|(_, groups)| groups.now));
    let progress = Memo::new(move |_| chosen.with(|(_, groups)| groups.sync));
    let synced_at = Memo::new(move |_| chosen.with(|(_, groups)| groups.synced_at));
    let count = Memo::new(move |_| chosen.with(|(_, groups)| len_u32(&groups.groups)));
    let can_sync = Memo::new(move |_| chosen.with(|(view, _)| view.connection.state.can_send()));
    let busy = Memo::new(move |_| {
        matches!(
            progress.get(),
            SyncProgress::Asking | SyncProgress::Storing { .. }
        )
    });
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
        <div class="notices">
            <ActionError value=sync.value() />
            <Progress progress />
            <Offline chosen can_sync />
        </div>
    }
}

/// How far the sync is, or why it failed.
#[component]
fn Progress(progress: Memo<SyncProgress>) -> impl IntoView {
    view! {
        <div aria-live="polite">
            {move || match progress.get() {
                SyncProgress::Idle => ().into_any(),
                SyncProgress::Asking => {
                    view! { <p class="note">{say!(groups.asking)}</p> }.into_any()
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
                SyncProgress::Failed { cause } => {
                    let cause = connection_cause(cause);
                    view! {
                        <div class="notice" data-state="error">
                            <Icon name="error" />
                            <div>
                                <strong>{say!(groups.sync_failed)}</strong>
                                {say!(groups.sync_failed_text, cause = cause)}
                            </div>
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
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
