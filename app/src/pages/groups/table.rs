//! The groups themselves; cards on a phone.

use leptos::prelude::*;
use leptos_router::components::A;

use super::search::Asked;
use crate::api::GroupsView;
use crate::components::sentences::{Label, Tone};
use crate::components::{Badge, Icon, format, len_u32};
use crate::domain::{Group, GroupJid, GroupStanding};

/// One page of what was looked for.
#[component]
pub(super) fn GroupsTable(view: Signal<GroupsView>, asked: Signal<Asked>) -> impl IntoView {
    let groups = Memo::new(move |_| view.with(|view| view.groups.clone()));
    let is_empty = Memo::new(move |_| groups.with(Vec::is_empty));
    view! {
        <table class="table" hidden=move || is_empty.get()>
            <thead>
                <tr>
                    <th>{say!(groups.name)}</th>
                    <th class="num">{say!(groups.size)}</th>
                    <th>{say!(groups.role)}</th>
                    <th>{say!(groups.sending)}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || groups.get() key=row_key let:group>
                    {row(group)}
                </For>
            </tbody>
        </table>
        <p class="note" role="status">
            {move || is_empty.get().then(|| say!(groups.none_found))}
        </p>
        <Pager view asked />
    }
}

/// A row is drawn anew when anything about its group changes.
fn row_key(group: &Group) -> (GroupJid, String, u32, bool, bool, bool, Option<String>) {
    (
        group.jid.clone(),
        group.subject.clone(),
        group.participants,
        group.announce_only,
        group.is_admin,
        group.standing == GroupStanding::Member,
        group.community.clone(),
    )
}

/// How many are shown of how many, and the ways on.
#[component]
fn Pager(view: Signal<GroupsView>, asked: Signal<Asked>) -> impl IntoView {
    let shown = Memo::new(move |_| view.with(|view| len_u32(&view.groups)));
    let found =
        Memo::new(move |_| asked.with(|asked| view.with(|view| view.counts.of(asked.query.kind))));
    let next = Memo::new(move |_| view.with(|view| view.next.clone()));
    let at = move |after| {
        let mut asked = asked.get();
        asked.after = after;
        asked.address()
    };
    let is_later = move || asked.with(|asked| asked.after.is_some());
    view! {
        <nav class="actions" aria-label=say!(groups.pages)>
            <span class="note">
                {move || {
                    say!(
                        groups.shown, shown = format::thousands(shown.get() as usize), found =
                        format::thousands(found.get() as usize)
                    )
                }}
            </span>
            {move || {
                is_later()
                    .then(|| {
                        view! {
                            <A href=move || at(None) attr:class="btn">
                                {say!(groups.first_page)}
                            </A>
                        }
                    })
            }}
            {move || {
                next.get()
                    .map(|next| {
                        view! {
                            <A href=move || at(Some(next.clone())) attr:class="btn">
                                {say!(groups.next_page)}
                                <Icon name="dir" class="small" />
                            </A>
                        }
                    })
            }}
        </nav>
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
    let community = group
        .community
        .map(|name| say!(groups.community, name = name));
    view! {
        <tr>
            <td data-at="title">
                <span class="title">{group.subject}</span>
                {community.map(|community| view! { <span class="sub">{community}</span> })}
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
