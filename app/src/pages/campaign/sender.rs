//! What the editor holds of one more connection.

use leptos::prelude::*;

use super::audience::Audience;
use crate::api::{GroupListChoice, SenderForm};
use crate::domain::{ConnectionId, GroupBrief, GroupListId, SENDERS_MAX, Sender};

/// One more connection and whom it sends to, while a person chooses.
#[derive(Clone, Copy)]
pub(super) struct OtherSender {
    /// Tells it from the others for as long as the page is open.
    pub(super) key: u32,
    pub(super) chosen: RwSignal<Option<ConnectionId>>,
    /// Whether the connection that was chosen is there no more.
    pub(super) is_lost: RwSignal<bool>,
    pub(super) audience: Audience,
}

impl OtherSender {
    pub(super) fn begin(
        key: u32,
        connection: Option<ConnectionId>,
        every_list: Signal<Vec<GroupListChoice>>,
        lists: Vec<GroupListId>,
        groups: Vec<GroupBrief>,
    ) -> Self {
        let chosen = RwSignal::new(connection);
        Self {
            key,
            chosen,
            is_lost: RwSignal::new(false),
            audience: Audience::begin(chosen.into(), every_list, lists, groups),
        }
    }

    /// Follows the choice, without reading it.
    pub(super) fn track(self) {
        self.chosen.track();
        self.audience.track();
    }

    /// Forgets a connection that is there no more, and with it whom it sent to.
    pub(super) fn lose(self) {
        self.audience.choose_nobody();
        self.chosen.set(None);
        self.is_lost.set(true);
    }

    /// Whom it sends to; `None` without a connection.
    pub(super) fn sender(self) -> Option<Sender> {
        Some(Sender {
            connection: self.chosen.get()?,
            lists: self.audience.chosen_lists(),
            targets: self.audience.chosen_targets(),
        })
    }
}

/// Under which name the form posts a field of the connection with this number.
pub(super) fn field(number: usize, field: &str) -> String {
    format!("form[also][{number}][{field}]")
}

/// The connections that an address carries over; `None` for one that is still to be chosen.
pub(super) fn carried_over(get: impl Fn(&str) -> Option<String>) -> Vec<Option<Sender>> {
    let one = |number| {
        let answer = |name| get(&field(number, name)).unwrap_or_default();
        Some(SenderForm {
            connection: get(&field(number, "connection"))?,
            lists: answer("lists"),
            targets: answer("targets"),
        })
    };
    let forms = (0..SENDERS_MAX).map_while(one);
    forms.map(|form| form.sender()).collect()
}
