//! What the owner of a connection is asked after a long outage.

use arauto_app::api::OutageQuestion;
use arauto_app::domain::{Connection, ConnectionState};

use crate::store::{Store, StoreError};

/// The question that is open for a connection, which is in `state` now. While it is away again there
/// is none: the answer is worth something once it is back.
///
/// # Errors
/// When the store does not answer.
pub async fn outage_question(
    store: &Store,
    connection: &Connection,
    state: &ConnectionState,
) -> Result<Option<OutageQuestion>, StoreError> {
    let asked = connection.outage.filter(|outage| !outage.dropping);
    let Some(outage) = asked.filter(|_| state.can_send()) else {
        return Ok(None);
    };
    let (workspace, id) = (connection.workspace, connection.id);
    let backlog = store.journal.backlog(workspace, id, outage.back_at).await?;
    Ok((backlog.pending > 0).then_some(OutageQuestion { outage, backlog }))
}
