//! How long a run takes.

use std::time::Duration;

use arauto_app::domain::{Connection, Opening, Pacing, Timestamp, estimate};

use super::pace;
use super::shared::Shared;
use crate::store::StoreError;

/// How long a run takes that begins then, with each of its connections sending to so many groups at its
/// pace, and with the campaign's own; `None` when it never ends.
pub(super) async fn of_run(
    shared: &Shared,
    parts: impl IntoIterator<Item = (&Connection, u32)>,
    own: Option<Pacing>,
    begins: Timestamp,
) -> Result<Option<Duration>, StoreError> {
    let always = |_| Opening {
        opens: Timestamp::default(),
        closes: Timestamp::from_millis(i64::MAX),
    };
    let (mut slowest, mut messages) = (None, 0_u32);
    for (connection, receiving) in parts {
        let (limits, history) = pace::recent(shared, connection).await?;
        let limits = limits.slowed_by(own);
        let linked_at = connection.linked_at;
        let estimate = estimate(receiving, &limits, &history, linked_at, begins, always);
        if receiving > 0 {
            let Some(estimate) = estimate else {
                return Ok(None);
            };
            slowest = slowest.max(Some(estimate.ends_at.since(begins)));
        }
        messages = messages.saturating_add(receiving);
    }
    // A campaign's own pace is one for all of its connections.
    let own = own.map(|own| own.mean() * messages.saturating_sub(1));
    Ok(slowest.map(|slowest| slowest.max(own.unwrap_or_default())))
}
