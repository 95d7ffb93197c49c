//! Which connection sends a campaign to which of its groups.

use serde::{Deserialize, Serialize};

use super::{ConnectionId, GroupJid, GroupListId};

/// Most connections of one campaign.
pub const SENDERS_MAX: usize = 20;

/// A connection of a campaign, with those of its groups that it sends to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The connection.
    pub connection: ConnectionId,
    /// Its lists whose groups receive the message.
    pub lists: Vec<GroupListId>,
    /// Its groups that receive it besides.
    pub targets: Vec<GroupJid>,
}

impl Sender {
    /// Whether it sends to anybody at all, as far as its choice tells.
    pub const fn has_targets(&self) -> bool {
        !self.lists.is_empty() || !self.targets.is_empty()
    }
}

/// A connection of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSender {
    /// The connection.
    pub connection: ConnectionId,
    /// What it was called when the run began: what a text says of it.
    pub name: String,
}

/// One sender for each connection: what several say of the same one is put together, in the order of the
/// first.
pub fn one_per_connection(senders: impl IntoIterator<Item = Sender>) -> Vec<Sender> {
    let mut merged: Vec<Sender> = Vec::new();
    for sender in senders {
        match merged
            .iter_mut()
            .find(|known| known.connection == sender.connection)
        {
            Some(known) => {
                known.lists.extend(sender.lists);
                known.targets.extend(sender.targets);
            }
            None => merged.push(sender),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_connection_that_is_chosen_twice_sends_to_all_of_its_groups() {
        let connection = |n| ConnectionId::new(Timestamp::default(), [n; 10]);
        let sender = |n, jid: &str| Sender {
            connection: connection(n),
            lists: Vec::new(),
            targets: vec![jid.parse().unwrap()],
        };
        let merged = one_per_connection([
            sender(2, "1@g.us"),
            sender(1, "2@g.us"),
            sender(2, "3@g.us"),
        ]);
        let connections: Vec<_> = merged.iter().map(|one| one.connection).collect();
        assert_eq!(connections, [connection(2), connection(1)]);
        assert_eq!(merged[0].targets.len(), 2);
        assert!(merged[0].has_targets());
    }
}
