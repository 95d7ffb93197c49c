//! Blobs.

use arauto::store::Store;
use arauto_app::domain::{ContentHash, WorkspaceId};
use bytes::Bytes;
use futures::TryStreamExt;

use super::home::Home;
use super::samples::{digest, workspace_id};

/// More than two rows or chunks of either store, with an odd rest.
const LEN: usize = 600_001;

fn content() -> Vec<u8> {
    (0..LEN).map(|i| u8::try_from(i % 251).unwrap()).collect()
}

async fn put(store: &Store, workspace: WorkspaceId, content: ContentHash, bytes: &[u8]) {
    let mut writer = store.blobs.begin(workspace).await.unwrap();
    for piece in bytes.chunks(100_000) {
        writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    writer.commit(content).await.unwrap();
}

async fn get(
    store: &Store,
    workspace: WorkspaceId,
    content: ContentHash,
    offset: u64,
) -> Option<(u64, Vec<u8>)> {
    let reader = store
        .blobs
        .open(workspace, content, offset)
        .await
        .unwrap()?;
    let pieces: Vec<Bytes> = reader.chunks.try_collect().await.unwrap();
    Some((reader.len, pieces.concat()))
}

pub async fn bytes_come_back_from_any_offset(home: Home) {
    let workspace = workspace_id();
    put(&home.store, workspace, digest(1), &content()).await;
    let home = home.reopen().await;
    let row = 256 * 1024;
    let chunk = 255 * 1024;
    for offset in [
        0,
        1,
        chunk - 1,
        chunk,
        row - 1,
        row,
        row + 1,
        LEN - 1,
        LEN,
        LEN + 9,
    ] {
        let read = get(&home.store, workspace, digest(1), offset as u64)
            .await
            .unwrap();
        let expected = content().split_off(offset.min(LEN));
        assert_eq!(read.0, LEN as u64);
        assert!(read.1 == expected, "from offset {offset}");
    }
}

pub async fn the_same_bytes_are_stored_once_per_workspace(home: Home) {
    let (one, two) = (workspace_id(), workspace_id());
    for workspace in [one, one, two] {
        put(&home.store, workspace, digest(1), &content()).await;
    }
    home.store.blobs.delete(one, digest(1)).await.unwrap();
    assert_eq!(get(&home.store, one, digest(1), 0).await, None);
    let (_, kept) = get(&home.store, two, digest(1), 0).await.unwrap();
    assert!(kept == content(), "another workspace's bytes went too");
    home.store.blobs.delete(one, digest(1)).await.unwrap();
}

pub async fn unfinished_blobs_are_invisible_and_swept(home: Home) {
    let workspace = workspace_id();
    let mut writer = home.store.blobs.begin(workspace).await.unwrap();
    writer.write(content().into()).await.unwrap();
    home.store.blobs.sweep_unfinished().await.unwrap();
    assert_eq!(get(&home.store, workspace, digest(1), 0).await, None);
    // The sweep is for what earlier processes left: this one goes on.
    writer.write(content().into()).await.unwrap();
    writer.commit(digest(1)).await.unwrap();
    let (len, _) = get(&home.store, workspace, digest(1), 0).await.unwrap();
    assert_eq!(len, 2 * LEN as u64);

    let mut writer = home.store.blobs.begin(workspace).await.unwrap();
    writer.write(content().into()).await.unwrap();
    // As a crash does: the writer's own cleaning up never runs.
    std::mem::forget(writer);
    let home = home.crash().await;
    home.store.blobs.sweep_unfinished().await.unwrap();
    assert_eq!(home.blob_leftovers().await, (1, 2 * LEN));
}

pub async fn a_dropped_upload_leaves_nothing(home: Home) {
    let workspace = workspace_id();
    let mut aborted = home.store.blobs.begin(workspace).await.unwrap();
    aborted.write(content().into()).await.unwrap();
    aborted.abort().await.unwrap();
    assert_eq!(home.blob_leftovers().await, (0, 0));

    let mut dropped = home.store.blobs.begin(workspace).await.unwrap();
    dropped.write(content().into()).await.unwrap();
    drop(dropped);
    home.until_no_blob_is_left().await;
}

pub async fn other_workspaces_see_no_blobs(home: Home) {
    let (one, two) = (workspace_id(), workspace_id());
    put(&home.store, one, digest(1), b"bytes").await;
    assert_eq!(get(&home.store, two, digest(1), 0).await, None);
    home.store.blobs.delete(two, digest(1)).await.unwrap();
    assert_eq!(
        get(&home.store, one, digest(1), 0).await,
        Some((5, b"bytes".to_vec()))
    );
}

pub async fn an_empty_blob_is_a_blob(home: Home) {
    let workspace = workspace_id();
    put(&home.store, workspace, digest(1), b"").await;
    assert_eq!(
        get(&home.store, workspace, digest(1), 0).await,
        Some((0, Vec::new()))
    );
}

pub async fn a_blob_that_was_deleted_can_come_again(home: Home) {
    let workspace = workspace_id();
    put(&home.store, workspace, digest(1), b"bytes").await;
    home.store.blobs.delete(workspace, digest(1)).await.unwrap();
    put(&home.store, workspace, digest(1), b"bytes").await;
    let read = get(&home.store, workspace, digest(1), 0).await;
    assert_eq!(read, Some((5, b"bytes".to_vec())));
}
