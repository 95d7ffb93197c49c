//! The groups of a list, and taking some out.

use leptos::prelude::*;
use leptos_router::components::A;

use super::super::choice::LISTS;
use super::super::pager::Pager;
use super::super::search::{Asked, Search};
use super::super::table::{page_of, refusal, sending};
use crate::api::{GroupListView, TakeOutOfGroupList};
use crate::components::{Empty, Icon, len_u32};
use crate::domain::{Group, GroupListId, Timestamp};

/// A page of the groups, each with a box.
#[component]
pub(super) fn Members(
    id: GroupListId,
    view: Signal<GroupListView>,
    asked: Signal<Asked>,
    take_out: ServerAction<TakeOutOfGroupList>,
) -> impl IntoView {
    let groups = Memo::new(move |_| view.with(|view| view.groups.clone()));
    let is_bare = Memo::new(move |_| view.with(|view| view.card.counts.total() == 0));
    let none_found = Memo::new(move |_| groups.with(Vec::is_empty));
    let shown = Signal::derive(move || groups.with(|groups| len_u32(groups)));
    let found = Signal::derive(move || view.with(|view| view.found));
    let next = Signal::derive(move || view.with(|view| view.next.clone()));
    let path = Signal::stored(format!("{LISTS}/{id}"));
    move || {
        if is_bare.get() {
            return view! {
                <Empty
                    icon="grupos"
                    text=say!(group_lists.no_members)
                    children=Box::new(|| ().into_any())
                />
            }
            .into_any();
        }
        view! {
            <div class="toolbar">
                <Search asked path />
            </div>
            <ActionForm action=take_out>
                <input type="hidden" name="id" value=id.to_string() />
                <table class="table pickable" hidden=move || none_found.get()>
                    <thead>
                        <tr>
                            <th>
                                <span class="sr">{say!(group_lists.selection)}</span>
                            </th>
                            <th>{say!(groups.name)}</th>
                            <th class="num">{say!(groups.size)}</th>
                            <th>{say!(groups.sending)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || groups.get() key=row_key let:group>
                            <Row group />
                        </For>
                    </tbody>
                </table>
                <p class="note" role="status">
                    {move || none_found.get().then(|| say!(groups.none_found))}
                </p>
                <div class="gather foot">
                    <button
                        class="btn"
                        hidden=move || none_found.get()
                        disabled=move || take_out.pending().get()
                    >
                        <Icon name="fechar" />
                        {say!(group_lists.take_out)}
                    </button>
                    <div class="push">
                        <Pager shown found next asked path />
                    </div>
                </div>
            </ActionForm>
        }
        .into_any()
    }
}

fn row_key(group: &Group) -> String {
    // The time of the sync alone is nothing that one sees.
    let group = Group {
        synced_at: Timestamp::default(),
        ..group.clone()
    };
    format!("{group:?}")
}

#[component]
fn Row(group: Group) -> impl IntoView {
    let (reason, sending, href) = (refusal(&group), sending(&group), page_of(&group));
    let words = say!(group_lists.pick, name = group.subject.clone());
    view! {
        <tr>
            <td class="pick">
                <label class="pick">
                    <span class="sr">{words}</span>
                    <input type="checkbox" name="groups[]" value=group.jid.to_string() />
                </label>
            </td>
            <td data-at="title">
                <A href=href attr:class="title">
                    {group.subject}
                </A>
                {reason.map(|reason| view! { <span class="sub">{reason}</span> })}
            </td>
            <td class="num" data-label=say!(groups.size)>
                <span>{group.participants}</span>
            </td>
            <td data-label=say!(groups.sending)>
                <span>{sending}</span>
            </td>
        </tr>
    }
}
