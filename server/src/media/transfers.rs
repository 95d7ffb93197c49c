//! Files that arrive piece by piece, and go on where they were after a dropped connection or a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use arauto_app::api::{ApiError, NotFound, Principal};
use arauto_app::domain::{
    MediaId, MediaItem, MediaKind, MediaProblem, TRANSFER_KEPT, Transfer, TransferStep,
    TransferView,
};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, TryStreamExt};
use tokio_util::sync::CancellationToken;

use super::desk::Origin;
use super::examine::Steps;
use super::intake::Source;
use super::library::{Arrival, MediaLibrary};
use super::sniff::{Format, SNIFFED_BYTES, sniff};
use crate::failure::api_error;

/// How many bytes are kept at a time.
const KEPT_AT_ONCE: usize = 1024 * 1024;
/// How often what was abandoned is looked for.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// The transfers that this server is ending.
#[derive(Default)]
pub(super) struct Finishing(Mutex<HashMap<MediaId, Weak<Finish>>>);

/// The end of one transfer.
#[derive(Default)]
struct Finish {
    /// Held by whoever ends it: a page that lost its answer asks once more.
    turn: tokio::sync::Mutex<()>,
    steps: Steps,
    canceled: CancellationToken,
}

impl Finishing {
    /// The end of this transfer, for as long as anybody holds it.
    fn of(&self, id: MediaId) -> Arc<Finish> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(finish) = known.get(&id).and_then(Weak::upgrade) {
            return finish;
        }
        known.retain(|_, finish| finish.strong_count() > 0);
        let finish = Arc::new(Finish::default());
        known.insert(id, Arc::downgrade(&finish));
        finish
    }
}

impl MediaLibrary {
    /// Begins a transfer of so many bytes, which count in the quota from now on.
    pub async fn begin_transfer(
        &self,
        who: &Principal,
        name: &str,
        bytes: u64,
    ) -> Result<TransferView, ApiError> {
        let limit = MediaKind::largest_max_bytes();
        if bytes == 0 {
            return Err(ApiError::Media(MediaProblem::Empty));
        }
        if bytes > limit {
            return Err(ApiError::Media(MediaProblem::TooLarge { limit }));
        }
        let (workspace, now) = (who.workspace_id(), self.clock.now());
        let _filling = self.filling.lock().await;
        let taken = self.taken_bytes(workspace).await.map_err(api_error)?;
        if taken.saturating_add(bytes) > self.quota {
            let limit = self.quota;
            return Err(ApiError::Media(MediaProblem::QuotaReached { limit }));
        }
        let transfer = Transfer {
            id: self.new_id(),
            workspace,
            user: who.user.id,
            name: name.to_owned(),
            bytes,
            received: 0,
            begun_at: now,
            touched_at: now,
        };
        let begun = self.store.transfers.begin(&transfer).await;
        begun.map_err(api_error)?;
        Ok(view(&transfer, TransferStep::Receiving))
    }

    /// How far a transfer is.
    pub async fn transfer(&self, who: &Principal, id: MediaId) -> Result<TransferView, ApiError> {
        match self.own_transfer(who, id).await {
            Ok(transfer) if transfer.received < transfer.bytes => {
                Ok(view(&transfer, TransferStep::Receiving))
            }
            Ok(transfer) => {
                let step = match *self.finishing.of(id).steps.borrow() {
                    TransferStep::Receiving => TransferStep::Checking,
                    step => step,
                };
                Ok(view(&transfer, step))
            }
            Err(unknown) => {
                let item = self.item(who, id).await.map_err(|_| unknown)?;
                Ok(TransferView {
                    id,
                    received: item.bytes,
                    bytes: item.bytes,
                    step: TransferStep::Saved,
                })
            }
        }
    }

    /// Keeps what follows the first `offset` bytes, as it comes: what arrived before the connection broke
    /// off stays. Bytes for another place than the end are passed over; the answer tells where that is.
    pub async fn append_to_transfer<E>(
        &self,
        who: &Principal,
        id: MediaId,
        offset: u64,
        chunks: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    ) -> Result<TransferView, ApiError> {
        let mut chunks = chunks.fuse();
        let mut transfer = self.own_transfer(who, id).await?;
        let mut rest = BytesMut::new();
        let mut goes_on = transfer.received == offset;
        while goes_on {
            let next = chunks.try_next().await;
            let is_broken = next.is_err();
            let chunk = next.ok().flatten();
            let left = usize::try_from(transfer.bytes - transfer.received).unwrap_or(usize::MAX);
            let is_last = chunk.is_none();
            rest.extend_from_slice(&chunk.unwrap_or_default());
            rest.truncate(left);
            goes_on = !is_last && rest.len() < left;
            if !goes_on || rest.len() >= KEPT_AT_ONCE {
                match self.keep(&mut transfer, rest.split().freeze()).await {
                    Ok(kept) => goes_on &= kept,
                    Err(error) => {
                        drain(chunks).await;
                        return Err(error);
                    }
                }
            }
            if is_broken {
                return Err(ApiError::Media(MediaProblem::Interrupted));
            }
        }
        drain(chunks).await;
        self.transfer(who, id).await
    }

    /// Keeps a piece; tells whether it belonged where the transfer is.
    async fn keep(&self, transfer: &mut Transfer, piece: Bytes) -> Result<bool, ApiError> {
        if piece.is_empty() {
            return Ok(true);
        }
        if transfer.received == 0
            && let Err(error) = self.check_first(transfer, &piece)
        {
            self.end_transfer(transfer).await?;
            return Err(error);
        }
        let len = piece.len() as u64;
        let (workspace, id, at) = (transfer.workspace, transfer.id, self.clock.now());
        let transfers = &self.store.transfers;
        let kept = transfers.append(workspace, id, transfer.received, piece, at);
        let kept = kept.await.map_err(api_error)?;
        if kept {
            transfer.received += len;
        }
        Ok(kept)
    }

    /// Refuses what the first bytes show already, before the others have to come.
    fn check_first(&self, transfer: &Transfer, piece: &[u8]) -> Result<(), ApiError> {
        if piece.len() < SNIFFED_BYTES && (piece.len() as u64) < transfer.bytes {
            return Ok(());
        }
        let first = &piece[..piece.len().min(SNIFFED_BYTES)];
        let format = sniff(first, &transfer.name).map_err(ApiError::Media)?;
        let limit = format.max_bytes();
        if transfer.bytes > limit {
            return Err(ApiError::Media(MediaProblem::TooLarge { limit }));
        }
        if let Format::Foreign(format) = format {
            self.examiner.bench_for(format)?;
        }
        Ok(())
    }

    /// Makes a transfer that is complete an item. Whoever asks again, because the answer was lost, gets the
    /// same item.
    pub async fn finish_transfer(
        &self,
        who: &Principal,
        id: MediaId,
    ) -> Result<MediaItem, ApiError> {
        let finish = self.finishing.of(id);
        let _turn = finish.turn.lock().await;
        let transfer = match self.own_transfer(who, id).await {
            Ok(transfer) => transfer,
            Err(unknown) => return self.item(who, id).await.map_err(|_| unknown),
        };
        if let Ok(item) = self.item(who, id).await {
            self.end_transfer(&transfer).await?;
            return Ok(item);
        }
        if transfer.received < transfer.bytes {
            return Err(ApiError::Media(MediaProblem::Interrupted));
        }
        let made = self.make_item(who, &transfer, &finish).await;
        let is_over = match &made {
            Ok(_) => true,
            Err(ApiError::Media(problem)) => !matches!(
                problem,
                MediaProblem::Interrupted | MediaProblem::QuotaReached { .. }
            ),
            Err(_) => false,
        };
        if is_over {
            self.end_transfer(&transfer).await?;
        }
        made
    }

    async fn make_item(
        &self,
        who: &Principal,
        transfer: &Transfer,
        finish: &Finish,
    ) -> Result<MediaItem, ApiError> {
        let chunks = self.store.transfers.read(transfer).await;
        let source = Source {
            origin: Origin::AtHand,
            expected: Some(transfer.bytes),
            chunks: chunks.map_err(api_error)?,
        };
        let arrival = Arrival {
            id: transfer.id,
            name: transfer.name.clone(),
            reserved: transfer.bytes,
        };
        let stored = tokio::select! {
            biased;
            () = finish.canceled.cancelled() => {
                return Err(ApiError::Media(MediaProblem::Interrupted));
            }
            stored = self.prepare(who, &arrival, source, &finish.steps) => stored?,
        };
        self.name(who, arrival, stored).await
    }

    /// Forgets a transfer, and breaks off what is being done with it. What is an item already stays one.
    pub async fn abandon_transfer(&self, who: &Principal, id: MediaId) -> Result<(), ApiError> {
        let transfer = self.own_transfer(who, id).await?;
        let finish = self.finishing.of(id);
        finish.canceled.cancel();
        let _turn = finish.turn.lock().await;
        self.end_transfer(&transfer).await
    }

    /// Forgets, now and then, the transfers that nobody went on with. Never returns.
    pub async fn sweep_transfers(&self) {
        loop {
            let before = self.clock.now().minus(TRANSFER_KEPT);
            let swept = self.store.transfers.end_every_one_untouched_since(before);
            match swept.await {
                Ok(0) => {}
                Ok(transfers) => tracing::info!(transfers, "forgot uploads that were abandoned"),
                Err(error) => tracing::warn!("failed to {error}"),
            }
            self.clock.sleep(SWEEP_EVERY).await;
        }
    }

    /// A transfer of this very person.
    async fn own_transfer(&self, who: &Principal, id: MediaId) -> Result<Transfer, ApiError> {
        let found = self.store.transfers.get(who.workspace_id(), id).await;
        found
            .map_err(api_error)?
            .filter(|transfer| transfer.user == who.user.id)
            .ok_or(ApiError::NotFound(NotFound::Media))
    }

    async fn end_transfer(&self, transfer: &Transfer) -> Result<(), ApiError> {
        let ended = self.store.transfers.end(transfer.workspace, transfer.id);
        ended.await.map_err(api_error)
    }
}

/// Reads what nobody needs: a browser that is still sending does not read the answer.
async fn drain<E>(mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin) {
    while let Ok(Some(_)) = chunks.try_next().await {}
}

fn view(transfer: &Transfer, step: TransferStep) -> TransferView {
    TransferView {
        id: transfer.id,
        received: transfer.received,
        bytes: transfer.bytes,
        step,
    }
}
