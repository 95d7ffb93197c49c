//! What the editor holds of one more connection.

use leptos::prelude::*;

use super::audience::Audience;
use super::search::Search;
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
    /// Whether its groups are shown.
    pub(super) shows_groups: RwSignal<bool>,
    pub(super) search: Search,
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
            shows_groups: RwSignal::new(false),
            search: Search::everything(key),
        }
    }

    /// The same, with those of its groups shown that the address looks for.
    pub(super) fn shown_as_asked(self) -> Self {
        self.shows_groups.set(true);
        Self {
            search: Search::from_address(self.key),
            ..self
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

/// The same of a field that is posted once for each of its boxes.
pub(super) fn boxes(number: usize, name: &str) -> String {
    format!("{}[]", field(number, name))
}

/// The connections that an address carries over; `None` for one that is still to be chosen.
pub(super) fn carried_over(
    get: impl Fn(&str) -> Option<String>,
    get_all: impl Fn(&str) -> Vec<String>,
) -> Vec<Option<Sender>> {
    let one = |number| {
        let answer = |name| get(&field(number, name)).unwrap_or_default();
        Some(SenderForm {
            connection: get(&field(number, "connection"))?,
            lists: answer("lists"),
            targets: answer("targets"),
            list_boxes: get_all(&boxes(number, "list_boxes")),
            boxes: get_all(&boxes(number, "boxes")),
        })
    };
    let forms = (0..SENDERS_MAX).map_while(one);
    forms.map(|form| form.sender()).collect()
}
