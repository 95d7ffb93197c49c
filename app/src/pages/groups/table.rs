//! The groups themselves; cards on a phone.

use leptos::prelude::*;

use crate::components::sentences::{Label, Tone};
use crate::components::{Badge, Empty, Icon};
use crate::domain::{Group, GroupStanding};

/// Searchable as you type.
#[component]
pub(super) fn GroupsTable(groups: Signal<Vec<Group>>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let is_empty = Memo::new(move |_| groups.with(Vec::is_empty));
    let found = Memo::new(move |_| {
        let wanted = search.get().to_lowercase();
        groups.with(|groups| {
            groups
                .iter()
                .filter(|group| group.subject.to_lowercase().contains(wanted.trim()))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    move || {
        if is_empty.get() {
            return view! { <Empty icon="grupos" text=say!(groups.empty) children=Box::new(|| ().into_any()) /> }
                .into_any();
        }
        view! {
            <search class="toolbar">
                <div class="with-icon">
                    <label class="sr" for="busca">
                        {say!(groups.search)}
                    </label>
                    <Icon name="busca" class="small" />
                    <input
                        class="input"
                        id="busca"
                        type="search"
                        placeholder=say!(groups.search_placeholder)
                        prop:value=move || search.get()
                        on:input=move |event| search.set(event_target_value(&event))
                    />
                </div>
            </search>
            <table class="table">
                <thead>
                    <tr>
                        <th>{say!(groups.name)}</th>
                        <th class="num">{say!(groups.size)}</th>
                        <th>{say!(groups.role)}</th>
                        <th>{say!(groups.sending)}</th>
                    </tr>
                </thead>
                <tbody>{move || found.get().into_iter().map(row).collect_view()}</tbody>
            </table>
            <p class="note" role="status">
                {move || found.with(Vec::is_empty).then(|| say!(groups.none_found))}
            </p>
        }
        .into_any()
    }
}

fn row(group: Group) -> impl IntoView {
    let is_gone = group.standing == GroupStanding::Gone;
    let reason = if is_gone {
        Some(say!(groups.gone_text))
    } else if group.accepts_messages() {
        None
    } else {
        Some(say!(groups.blocked))
    };
    let sending = if is_gone {
        let label = Label {
            tone: Tone::Idle,
            icon: "pulado",
            word: say!(groups.gone),
        };
        view! { <Badge label plain=true /> }.into_any()
    } else if group.announce_only {
        let label = Label {
            tone: if group.is_admin { Tone::Ok } else { Tone::Warn },
            icon: "cadeado",
            word: say!(groups.announce_only),
        };
        view! { <Badge label plain=true /> }.into_any()
    } else {
        say!(groups.everyone).into_any()
    };
    view! {
        <tr>
            <td data-at="title">
                <span class="title">{group.subject}</span>
                {reason.map(|reason| view! { <span class="sub">{reason}</span> })}
            </td>
            <td class="num" data-label=say!(groups.size)>
                <span>{group.participants}</span>
            </td>
            <td data-label=say!(groups.role)>
                <span>
                    {if group.is_admin { say!(groups.admin) } else { say!(groups.member) }}
                </span>
            </td>
            <td data-label=say!(groups.sending)>
                <span>{sending}</span>
            </td>
        </tr>
    }
}
