//! The parts of a run: each of its connections, with whom it sends to.

use arauto_app::domain::{Campaign, Connection, Group, GroupJid};

use super::begin::groups_of;
use super::shared::Shared;
use super::targets;
use crate::store::StoreError;

/// A connection of a run that is about to begin.
pub(super) struct Part {
    pub(super) connection: Connection,
    /// The groups that it sends to, in their order.
    pub(super) targets: Vec<GroupJid>,
    /// What it knows of them.
    pub(super) groups: Vec<Group>,
}

/// The parts of a run that would begin now. A connection that sends to nobody has none.
pub(super) async fn of(shared: &Shared, campaign: &Campaign) -> Result<Vec<Part>, StoreError> {
    let (store, workspace) = (&shared.store, campaign.workspace);
    let mut parts = Vec::new();
    for share in targets::now(store, campaign).await? {
        let connection = store.connections.get(workspace, share.connection).await?;
        let Some(connection) = connection.filter(|_| !share.groups.is_empty()) else {
            continue;
        };
        parts.push(Part {
            groups: groups_of(shared, workspace, connection.id, &share.groups).await?,
            targets: share.groups,
            connection,
        });
    }
    Ok(parts)
}
