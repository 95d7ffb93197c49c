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
            audience: Audience::begin(chosen.into(), every_list, lists, groups),
        }
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

/// The connections that an address carries over.
pub(super) fn carried_over(get: impl Fn(&str) -> Option<String>) -> Vec<Sender> {
    let one = |number| {
        let answer = |name| get(&field(number, name)).unwrap_or_default();
        Some(SenderForm {
            connection: get(&field(number, "connection"))?,
            lists: answer("lists"),
            targets: answer("targets"),
        })
    };
    let forms = (0..SENDERS_MAX).map_while(one);
    forms.filter_map(|form| form.sender()).collect()
}
