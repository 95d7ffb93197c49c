//! Choosing the lists of groups that receive the message.

use leptos::prelude::*;

use super::audience::Audience;
use crate::api::GroupListChoice;
use crate::components::{groups_count, len_u32};
use crate::domain::GroupListId;

/// The lists of the chosen connection. Without any there is nothing to see.
#[component]
pub(super) fn ListPicker(
    audience: Audience,
    /// Under which name the form posts the boxes.
    #[prop(into)]
    boxes: String,
) -> impl IntoView {
    let boxes = StoredValue::new(boxes);
    let offered = Memo::new(move |_| audience.offered_lists());
    view! {
        <fieldset class="list-picker" hidden=move || offered.with(Vec::is_empty)>
            <legend class="label">{say!(editor.lists)}</legend>
            <For each=move || offered.get() key=list_key let:list>
                <Choice list audience boxes />
            </For>
        </fieldset>
    }
}

/// A list is drawn anew when anything that it shows changes.
fn list_key(list: &GroupListChoice) -> (GroupListId, String, String) {
    (list.id, list.name.clone(), size(list))
}

/// One list.
#[component]
fn Choice(list: GroupListChoice, audience: Audience, boxes: StoredValue<String>) -> impl IntoView {
    let (id, size) = (list.id, size(&list));
    let is_chosen = Memo::new(move |_| audience.lists.with(|lists| lists.contains(&id)));
    view! {
        <label class="check">
            <input
                type="checkbox"
                name=boxes.get_value()
                value=id.to_string()
                checked=is_chosen.get_untracked()
                prop:checked=move || is_chosen.get()
                on:change=move |event| {
                    let is_checked = event_target_checked(&event);
                    audience
                        .lists
                        .update(|lists| {
                            if is_checked {
                                lists.insert(id);
                            } else {
                                lists.remove(&id);
                            }
                        });
                }
            />
            <span>{list.name} <span class="sub">{size}</span></span>
        </label>
    }
}

/// `52 grupos`, with those that do not take our messages.
fn size(list: &GroupListChoice) -> String {
    let groups = groups_count(len_u32(&list.groups));
    let refusing = list.groups.iter().filter(|group| !group.accepts_messages);
    match u32::try_from(refusing.count()).unwrap_or(u32::MAX) {
        0 => groups,
        count => format!("{groups} · {}", say!(editor.refusing, count = count)),
    }
}
