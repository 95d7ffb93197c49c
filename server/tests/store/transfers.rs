//! Files on their way, piece by piece.

use std::time::Duration;

use arauto::store::{Store, StoreError};
use arauto_app::domain::{MediaId, Transfer, WorkspaceId};
use bytes::Bytes;
use futures::TryStreamExt;

use super::home::Home;
use super::samples::{at, media_id, user_id, workspace_id};

fn transfer(workspace: WorkspaceId, bytes: u64) -> Transfer {
    Transfer {
        id: media_id(),
        workspace,
        user: user_id(),
        name: "Vídeo da loja.mp4".into(),
        bytes,
        received: 0,
        begun_at: at(0),
        touched_at: at(0),
    }
}

async fn append(store: &Store, to: &Transfer, offset: u64, piece: &'static [u8]) -> bool {
    let piece = Bytes::from_static(piece);
    let appended = store
        .transfers
        .append(to.workspace, to.id, offset, piece, at(5));
    appended.await.unwrap()
}

async fn read(store: &Store, workspace: WorkspaceId, id: MediaId) -> Vec<u8> {
    let transfer = store.transfers.get(workspace, id).await.unwrap().unwrap();
    let pieces = store.transfers.read(&transfer).await.unwrap();
    let pieces: Vec<Bytes> = pieces.try_collect().await.unwrap();
    pieces.concat()
}

pub async fn what_arrived_is_there_after_a_crash(home: Home) {
    let transfer = transfer(workspace_id(), 9);
    home.store.transfers.begin(&transfer).await.unwrap();
    let again = home.store.transfers.begin(&transfer).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    assert!(append(&home.store, &transfer, 0, b"abc").await);
    assert!(append(&home.store, &transfer, 3, b"defg").await);
    let home = home.crash().await;
    let (workspace, id) = (transfer.workspace, transfer.id);
    let kept = home.store.transfers.get(workspace, id).await.unwrap();
    let expected = Transfer {
        received: 7,
        touched_at: at(5),
        ..transfer
    };
    assert_eq!(kept.as_ref(), Some(&expected));
    assert_eq!(read(&home.store, workspace, id).await, b"abcdefg");
    assert!(append(&home.store, &expected, 7, b"hi").await);
    assert_eq!(read(&home.store, workspace, id).await, b"abcdefghi");
    home.store.transfers.end(workspace, id).await.unwrap();
    home.store.transfers.end(workspace, id).await.unwrap();
    let kept = home.store.transfers.get(workspace, id).await.unwrap();
    assert_eq!(kept, None);
    assert!(!append(&home.store, &expected, 9, b"j").await);
    assert_eq!(home.transfer_pieces().await, 0);
}

pub async fn of_two_who_go_on_at_the_same_place_one_does(home: Home) {
    let transfer = transfer(workspace_id(), 100);
    home.store.transfers.begin(&transfer).await.unwrap();
    assert!(!append(&home.store, &transfer, 1, b"too early").await);
    for place in 0..8 {
        let (one, other) = tokio::join!(
            append(&home.store, &transfer, 3 * place, b"one"),
            append(&home.store, &transfer, 3 * place, b"two"),
        );
        assert!(one != other, "{one} {other}");
    }
    let all = read(&home.store, transfer.workspace, transfer.id).await;
    assert_eq!(all.len(), 24);
    assert!(
        all.chunks(3)
            .all(|piece| piece == b"one" || piece == b"two")
    );
    assert_eq!(home.transfer_pieces().await, 8);
}

pub async fn what_is_announced_counts_and_what_is_abandoned_goes(home: Home) {
    let workspace = workspace_id();
    let transfers = &home.store.transfers;
    let (old, fresh) = (transfer(workspace, 5_000_000_000), transfer(workspace, 70));
    transfers.begin(&old).await.unwrap();
    transfers.begin(&fresh).await.unwrap();
    append(&home.store, &fresh, 0, b"abc").await;
    assert_eq!(
        transfers.announced_bytes(workspace).await.unwrap(),
        5_000_000_070
    );
    assert_eq!(transfers.announced_bytes(workspace_id()).await.unwrap(), 0);
    let before = at(5).minus(Duration::from_millis(1));
    assert_eq!(
        transfers
            .end_every_one_untouched_since(before)
            .await
            .unwrap(),
        1
    );
    assert_eq!(transfers.get(workspace, old.id).await.unwrap(), None);
    assert_eq!(transfers.announced_bytes(workspace).await.unwrap(), 70);
    assert_eq!(read(&home.store, workspace, fresh.id).await, b"abc");
}

pub async fn other_workspaces_see_no_transfers(home: Home) {
    let own = transfer(workspace_id(), 9);
    let transfers = &home.store.transfers;
    transfers.begin(&own).await.unwrap();
    let stranger = Transfer {
        workspace: workspace_id(),
        ..own.clone()
    };
    assert_eq!(
        transfers.get(stranger.workspace, own.id).await.unwrap(),
        None
    );
    assert!(!append(&home.store, &stranger, 0, b"abc").await);
    transfers.end(stranger.workspace, own.id).await.unwrap();
    assert_eq!(
        transfers.get(own.workspace, own.id).await.unwrap(),
        Some(own)
    );
}
