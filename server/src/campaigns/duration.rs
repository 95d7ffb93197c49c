//! How long a run takes.

use std::time::Duration;

use arauto_app::domain::{Connection, Opening, Timestamp, estimate};

use super::pace;
use super::shared::Shared;
use crate::store::StoreError;

/// How long a run to so many groups takes that begins then, at the pace of its connection; `None` when it
/// never ends.
pub(super) async fn of_run(
    shared: &Shared,
    connection: Option<&Connection>,
    receiving: u32,
    begins: Timestamp,
) -> Result<Option<Duration>, StoreError> {
    let Some(connection) = connection else {
        return Ok(None);
    };
    let (limits, history) = pace::recent(shared, connection).await?;
    let always = |_| Opening {
        opens: Timestamp::default(),
        closes: Timestamp::from_millis(i64::MAX),
    };
    let linked_at = connection.linked_at;
    let estimate = estimate(receiving, &limits, &history, linked_at, begins, always);
    Ok(estimate.map(|estimate| estimate.ends_at.since(begins)))
}
