//! Media items.

use arauto::store::StoreError;

use super::home::Home;
use super::samples::{at, digest, media_item, workspace_id};

pub async fn they_are_listed_newest_first_and_renamed(home: Home) {
    let workspace = workspace_id();
    let (old, mut new) = (
        media_item(workspace, "a.jpg", 1, 2),
        media_item(workspace, "b.jpg", 3, 4),
    );
    new.uploaded_at = at(1);
    let media = &home.store.media;
    media.insert(&old).await.unwrap();
    media.insert(&new).await.unwrap();
    let again = media.insert(&new).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    media.rename(workspace, new.id, "Ação.jpg").await.unwrap();
    new.name = "Ação.jpg".into();
    let home = home.reopen().await;
    let media = &home.store.media;
    assert_eq!(
        media.list(workspace).await.unwrap(),
        [new.clone(), old.clone()]
    );
    media.delete(workspace, new.id).await.unwrap();
    media.delete(workspace, new.id).await.unwrap();
    assert_eq!(media.get(workspace, new.id).await.unwrap(), None);
    assert_eq!(media.get(workspace, old.id).await.unwrap(), Some(old));
}

pub async fn content_is_named_by_items_and_thumbnails(home: Home) {
    let item = media_item(workspace_id(), "a.jpg", 1, 2);
    let media = &home.store.media;
    media.insert(&item).await.unwrap();
    for (byte, named) in [(1, true), (2, true), (3, false)] {
        let found = media.names_content(item.workspace, digest(byte)).await;
        assert_eq!(found.unwrap(), named, "content {byte}");
    }
    media.delete(item.workspace, item.id).await.unwrap();
    assert!(
        !media
            .names_content(item.workspace, digest(1))
            .await
            .unwrap()
    );
}

pub async fn other_workspaces_see_no_media(home: Home) {
    let (item, stranger) = (media_item(workspace_id(), "a.jpg", 1, 2), workspace_id());
    let media = &home.store.media;
    media.insert(&item).await.unwrap();
    assert!(media.list(stranger).await.unwrap().is_empty());
    assert_eq!(media.get(stranger, item.id).await.unwrap(), None);
    assert!(!media.names_content(stranger, digest(1)).await.unwrap());
    media.rename(stranger, item.id, "x").await.unwrap();
    media.delete(stranger, item.id).await.unwrap();
    assert_eq!(media.list(item.workspace).await.unwrap(), [item]);
}
