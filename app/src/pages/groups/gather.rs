//! Putting marked groups into a list: the form around the table, its bar, its two dialogs.

use leptos::prelude::*;

use super::search::Asked;
use super::selection::{SelectAll, Selection};
use super::table::GroupsTable;
use crate::api::{ApiError, GatherGroups, GroupListName, GroupsView};
use crate::components::sentences::group_list_problem;
use crate::components::{ActionError, Dialog, DialogButton, FieldError};
use crate::domain::{ConnectionId, GROUP_LIST_NAME_MAX_CHARS, GroupJid, GroupQuery};

const CREATE: &str = "criar-lista";
const ADD: &str = "por-na-lista";

/// The groups that were looked for, each with a box. Without WASM one marks what the page shows, or
/// all that the search finds.
#[component]
pub(super) fn Gather(view: Signal<GroupsView>, asked: Signal<Asked>) -> impl IntoView {
    let gather = ServerAction::<GatherGroups>::new();
    let selection = Selection::empty();
    let is_alive = RwSignal::new(false);
    Effect::new(move || is_alive.set(true));
    let connection = Memo::new(move |_| asked.with(|asked| asked.connection));
    // Marks are of one connection's groups.
    Effect::new(move |before: Option<Option<ConnectionId>>| {
        let now = connection.get();
        if before.is_some_and(|before| before != now) {
            selection.clear();
        }
        now
    });
    let query = Memo::new(move |_| asked.with(|asked| asked.query.clone()));
    let hidden = move |name: &'static str, value: Signal<String>| {
        view! { <input type="hidden" name=name value=move || value.get() /> }
    };
    let id = move || connection.get().map(|id| id.to_string());
    let lists = Memo::new(move |_| view.with(|view| view.lists.clone()));
    view! {
        <ActionError value=gather.value() />
        <ActionForm action=gather>
            {hidden("form[connection]", Signal::derive(move || id().unwrap_or_default()))}
            {hidden("form[text]", Signal::derive(move || query.with(|query| query.text.clone())))}
            {hidden(
                "form[kind]",
                Signal::derive(move || query.with(|query| query.kind.as_str().to_owned())),
            )}
            {hidden(
                "form[others]",
                Signal::derive(move || view.with(|view| selection.beyond(&view.groups))),
            )} <Bar view connection query selection lists is_alive=is_alive.into() />
            <GroupsTable view asked selection /> <CreateDialog gather /> <AddDialog lists />
        </ActionForm>
    }
}

/// How many are marked, and what can be done with them.
#[component]
fn Bar(
    view: Signal<GroupsView>,
    connection: Memo<Option<ConnectionId>>,
    query: Memo<GroupQuery>,
    selection: Selection,
    lists: Memo<Vec<GroupListName>>,
    is_alive: Signal<bool>,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let kind = query.with(|query| query.kind);
        view.with(|view| view.counts.accepting(kind))
    });
    let marked = Memo::new(move |_| selection.count());
    // Before hydration nobody counts along: everything is offered.
    let is_idle = move || is_alive.get() && marked.get() == 0;
    view! {
        <div class="gather" role="group" aria-label=say!(group_lists.selection)>
            <p aria-live="polite">
                {move || match marked.get() {
                    0 => {
                        view! { <span class="note">{say!(group_lists.hint)}</span> }.into_any()
                    }
                    count => {
                        view! { <b>{say!(editor.selected, count = count)}</b> }.into_any()
                    }
                }}
            </p>
            <label class="check" hidden=move || is_alive.get() || found.get() == 0>
                <input type="checkbox" name="form[all]" value="true" />
                <span>{move || say!(group_lists.all_found, count = found.get())}</span>
            </label>
            <div class="actions" hidden=is_idle>
                <DialogButton dialog=CREATE label=say!(group_lists.create) icon="novo" />
                <div hidden=move || lists.with(Vec::is_empty)>
                    <DialogButton dialog=ADD label=say!(group_lists.add) />
                </div>
                <button
                    class="btn quiet"
                    type="button"
                    hidden=move || !is_alive.get()
                    on:click=move |_| selection.clear()
                >
                    {say!(editor.clear_selection)}
                </button>
            </div>
            <div class="push" hidden=move || !is_alive.get()>
                <SelectAll
                    connection
                    query
                    found
                    choose=move |groups| selection.mark_all(groups)
                />
            </div>
        </div>
    }
}

/// One group's box.
#[component]
pub(super) fn Mark(jid: GroupJid, subject: String, selection: Selection) -> impl IntoView {
    let of = jid.clone();
    let is_marked = Memo::new(move |_| selection.has(&of));
    view! {
        <label class="pick">
            <span class="sr">{say!(group_lists.pick, name = subject)}</span>
            <input
                type="checkbox"
                name="form[groups][]"
                value=jid.to_string()
                checked=is_marked.get_untracked()
                prop:checked=move || is_marked.get()
                on:change=move |event| selection.mark(&jid, event_target_checked(&event))
            />
        </label>
    }
}

/// Asks for the name of a new list.
#[component]
fn CreateDialog(gather: ServerAction<GatherGroups>) -> impl IntoView {
    let error = Signal::derive(move || match gather.value().get() {
        Some(Err(ApiError::GroupList(problem))) => Some(group_list_problem(problem)),
        _ => None,
    });
    view! {
        <Dialog id=CREATE title=Signal::stored(say!(group_lists.create).to_owned())>
            <div class="field">
                <label for="nome-lista">{say!(group_lists.new_name)}</label>
                <input
                    class="input"
                    id="nome-lista"
                    name="form[name]"
                    autocomplete="off"
                    autofocus
                    maxlength=GROUP_LIST_NAME_MAX_CHARS.to_string()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby="nome-lista-dica nome-lista-erro"
                />
                <p class="hint" id="nome-lista-dica">
                    {say!(group_lists.new_hint)}
                </p>
                <FieldError id="nome-lista-erro".to_owned() error />
            </div>
            <div class="actions">
                <DialogButton dialog=CREATE label=say!(common.back) />
                <button
                    class="btn primary"
                    name="form[then]"
                    value="create"
                    disabled=move || gather.pending().get()
                >
                    {say!(group_lists.create)}
                </button>
            </div>
        </Dialog>
    }
}

/// Asks for the list that they go into.
#[component]
fn AddDialog(lists: Memo<Vec<GroupListName>>) -> impl IntoView {
    view! {
        <Dialog id=ADD title=Signal::stored(say!(group_lists.add_title).to_owned())>
            <div class="field">
                <label for="qual-lista">{say!(group_lists.name)}</label>
                <select class="input" id="qual-lista" name="form[list]">
                    {move || {
                        lists
                            .get()
                            .into_iter()
                            .map(|list| {
                                view! { <option value=list.id.to_string()>{list.name}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </div>
            <div class="actions">
                <DialogButton dialog=ADD label=say!(common.back) />
                <button class="btn primary" name="form[then]" value="add">
                    {say!(group_lists.add_confirm)}
                </button>
            </div>
        </Dialog>
    }
}
