//! The groups themselves; cards on a phone.

use leptos::prelude::*;
use leptos_router::components::A;

use super::choice::GROUPS;
use super::gather::Mark;
use super::pager::Pager;
use super::search::Asked;
use super::selection::Selection;
use crate::api::{GroupsView, SentMessage};
use crate::components::sentences::{Label, Tone};
use crate::components::{Ago, Badge, len_u32, ticking};
use crate::domain::{Group, GroupStanding, Timestamp};

/// One page of what was looked for.
#[component]
pub(super) fn GroupsTable(
    view: Signal<GroupsView>,
    asked: Signal<Asked>,
    selection: Selection,
) -> impl IntoView {
    let now = ticking(move || view.with(|view| view.now));
    // Each group with what was last sent to it.
    let rows = Memo::new(move |_| {
        view.with(|view| {
            let sent = |group: &Group| view.sent.iter().find(|sent| sent.jid == group.jid);
            let groups = view.groups.iter();
            groups
                .map(|group| (group.clone(), sent(group).cloned()))
                .collect::<Vec<_>>()
        })
    });
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let shown = Signal::derive(move || view.with(|view| len_u32(&view.groups)));
    let found = Signal::derive(move || {
        asked.with(|asked| view.with(|view| view.counts.of(asked.query.kind)))
    });
    let next = Signal::derive(move || view.with(|view| view.next.clone()));
    view! {
        <table class="table pickable" hidden=move || is_empty.get()>
            <thead>
                <tr>
                    <th>
                        <span class="sr">{say!(group_lists.selection)}</span>
                    </th>
                    <th>{say!(groups.name)}</th>
                    <th class="num">{say!(groups.size)}</th>
                    <th>{say!(groups.role)}</th>
                    <th>{say!(groups.sending)}</th>
                </tr>
            </thead>
            <tbody>
                // A row is drawn anew when anything about it changes.
                <For each=move || rows.get() key=|row| row_key(row) let:row>
                    <Row group=row.0 sent=row.1 now selection />
                </For>
            </tbody>
        </table>
        <p class="note" role="status">
            {move || is_empty.get().then(|| say!(groups.none_found))}
        </p>
        <Pager shown found next asked path=Signal::stored(GROUPS.to_owned()) />
    }
}

fn row_key((group, sent): &(Group, Option<SentMessage>)) -> String {
    // The time of the sync alone is nothing that one sees.
    let group = Group {
        synced_at: Timestamp::default(),
        ..group.clone()
    };
    format!("{group:?} {sent:?}")
}

/// Who may send to a group.
pub(super) fn sending(group: &Group) -> AnyView {
    let label = if group.standing == GroupStanding::Gone {
        Label {
            tone: Tone::Idle,
            icon: "pulado",
            word: say!(groups.gone),
        }
    } else if group.announce_only {
        Label {
            tone: if group.is_admin { Tone::Ok } else { Tone::Warn },
            icon: "cadeado",
            word: say!(groups.announce_only),
        }
    } else {
        return say!(groups.everyone).into_any();
    };
    view! { <Badge label plain=true /> }.into_any()
}

/// Why a group does not take our messages.
pub(super) fn refusal(group: &Group) -> Option<&'static str> {
    if group.standing == GroupStanding::Gone {
        Some(say!(groups.gone_text))
    } else if group.accepts_messages() {
        None
    } else {
        Some(say!(groups.blocked))
    }
}

/// The address of a group's page.
pub(super) fn page_of(group: &Group) -> String {
    format!("{GROUPS}/{}?conexao={}", group.jid, group.connection)
}

/// The last message to a group, with the way to its run.
#[component]
pub(super) fn SentTo(sent: SentMessage, now: Signal<Timestamp>) -> impl IntoView {
    view! {
        <A href=format!("/execucoes/{}", sent.run)>
            {say!(groups.sent_by, campaign = sent.campaign)}
        </A>
        " · "
        <Ago at=sent.at now />
    }
}

#[component]
fn Row(
    group: Group,
    sent: Option<SentMessage>,
    now: Signal<Timestamp>,
    selection: Selection,
) -> impl IntoView {
    let (reason, sending, href) = (refusal(&group), sending(&group), page_of(&group));
    let community = group
        .community
        .map(|name| say!(groups.community, name = name));
    let subject = group.subject.clone();
    view! {
        <tr>
            <td class="pick">
                <Mark jid=group.jid subject selection />
            </td>
            <td data-at="title">
                <A href=href attr:class="title">
                    {group.subject}
                </A>
                {community.map(|community| view! { <span class="sub">{community}</span> })}
                {reason.map(|reason| view! { <span class="sub">{reason}</span> })}
                {sent
                    .map(|sent| {
                        view! {
                            <span class="sub">
                                <SentTo sent now />
                            </span>
                        }
                    })}
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
