//! Random histories of the library: whatever happens to it, what it holds is what people put there and
//! did not delete. It also moves from one store to the other.

use std::sync::Arc;

use arauto::clock::SystemClock;
use arauto::live::LiveBoard;
use arauto::media::{Damage, Integrity, MediaLibrary, check_integrity};
use arauto::random::Random;
use arauto::store::Store;
use arauto_app::api::{ApiError, Media, Principal};
use arauto_app::domain::{CampaignState, MediaId, Role, Timestamp, User, Workspace, WorkspaceId};
use bytes::Bytes;
use futures::stream;

use super::copying::copy;
use super::home::Home;
use super::samples::{campaign, digest, media_item, user_id, workspace_id};

/// Steps of a history.
const STEPS: u32 = 60;
/// Different files that people upload.
const FILES: usize = 6;

fn library(store: &Store) -> MediaLibrary {
    let (clock, random) = (Arc::new(SystemClock), Random::from_os().unwrap());
    let live = LiveBoard::default();
    MediaLibrary::new(store.clone(), clock, random, live, u64::MAX, None)
}

fn somebody() -> Principal {
    let (id, created_at) = (workspace_id(), Timestamp::default());
    Principal {
        user: User {
            id: user_id(),
            workspace: id,
            role: Role::Owner,
            platform_admin: false,
            name: "Ana".into(),
            email: "ana@exemplo.com.br".into(),
            created_at,
        },
        workspace: Workspace {
            id,
            name: "Loja".into(),
            created_at,
        },
    }
}

/// A table that differs from the others, and is more than one row or chunk of either store long.
fn file(number: usize) -> Vec<u8> {
    format!("arquivo;{number}\n").into_bytes().repeat(30_000)
}

async fn upload(
    library: &MediaLibrary,
    who: &Principal,
    number: usize,
    len: usize,
) -> Option<MediaId> {
    let (file, name) = (file(number), format!("{number}.csv"));
    let is_whole = len >= file.len();
    let mut pieces: Vec<Result<Bytes, ()>> = file[..len.min(file.len())]
        .chunks(70_000)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    if !is_whole {
        pieces.push(Err(()));
    }
    let taken = library.upload(who, &name, stream::iter(pieces)).await;
    assert_eq!(taken.is_ok(), is_whole, "{taken:?}");
    taken.ok().map(|item| item.id)
}

/// A file on its way: which one, and how many of its bytes arrived.
type OnItsWay = (MediaId, usize, usize);

/// Goes on with a file for a while, and ends it when all of it is there; then it is an item.
async fn go_on(
    library: &MediaLibrary,
    who: &Principal,
    (id, number, sent): &mut OnItsWay,
    len: usize,
) -> Option<MediaId> {
    let file = file(*number);
    let end = (*sent + len).min(file.len());
    let piece = stream::iter([Ok::<_, ()>(Bytes::copy_from_slice(&file[*sent..end]))]);
    let view = library
        .append_to_transfer(who, *id, *sent as u64, piece)
        .await;
    *sent = end;
    assert_eq!(view.unwrap().received, end as u64);
    if end < file.len() {
        return None;
    }
    let item = library.finish_transfer(who, *id).await.unwrap();
    let again = library.finish_transfer(who, *id).await.unwrap();
    assert_eq!((item.id, &again), (*id, &item));
    Some(item.id)
}

/// What people believe is there: the item, which file it is, and whether an active campaign sends it.
#[derive(Default)]
struct Model(Vec<(MediaId, usize, bool)>);

impl Model {
    async fn check(&self, store: &Store, who: &Principal) {
        let listed = store.media.list(who.workspace_id()).await.unwrap();
        let mut listed: Vec<_> = listed
            .into_iter()
            .map(|item| (item.id, item.name))
            .collect();
        let mut known: Vec<_> = self
            .0
            .iter()
            .map(|(id, file, _)| (*id, format!("{file}.csv")))
            .collect();
        listed.sort_by_key(|(id, _)| id.as_uuid());
        known.sort_by_key(|(id, _)| id.as_uuid());
        assert_eq!(listed, known);
        let found = check_integrity(store).await.unwrap();
        let (items, damaged) = (self.0.len(), Vec::new());
        assert_eq!(found, Integrity { items, damaged });
    }
}

/// The same library in another store, of the same kind or of the other.
async fn moved(home: Home, to_the_other_kind: bool) -> Home {
    let target = if home.is_mongo() == to_the_other_kind {
        Home::sqlite().await
    } else {
        Home::mongo().await
    };
    copy(&home.store, &target.store).await.unwrap();
    target
}

pub async fn nothing_is_deleted_but_by_a_person(mut home: Home) {
    for seed in 0..3 {
        home = history(home, seed).await;
    }
}

async fn history(mut home: Home, seed: u64) -> Home {
    let (who, dice) = (somebody(), Random::from_seed(seed));
    let below = |bound: usize| usize::from(u16::from_le_bytes(dice.bytes())) % bound;
    let mut model = Model::default();
    let mut on_their_way: Vec<OnItsWay> = Vec::new();
    let mut library_ = library(&home.store);
    for _ in 0..STEPS {
        let one = below(model.0.len().max(1));
        match below(15) {
            0..=3 => {
                let number = below(FILES);
                let id = upload(&library_, &who, number, usize::MAX).await.unwrap();
                model.0.push((id, number, false));
            }
            4 => {
                let (number, len) = (below(FILES), 100_000 + below(100_000));
                upload(&library_, &who, number, len).await;
            }
            5 if !model.0.is_empty() => {
                let mut active = campaign(who.workspace_id(), "Ativa");
                active.state = CampaignState::Active;
                active.content.media = Some(model.0[one].0);
                home.store.campaigns.insert(&active).await.unwrap();
                model.0[one].2 = true;
            }
            6..=7 if !model.0.is_empty() => {
                let (id, _, is_sent) = model.0[one];
                let deleted = library_.delete(&who, id).await;
                if is_sent {
                    assert!(matches!(deleted, Err(ApiError::MediaInUse(_))));
                } else {
                    deleted.unwrap();
                    model.0.remove(one);
                }
            }
            10 => {
                let number = below(FILES);
                let (name, len) = (format!("{number}.csv"), file(number).len() as u64);
                let begun = library_.begin_transfer(&who, &name, len).await.unwrap();
                on_their_way.push((begun.id, number, 0));
            }
            11..=12 if !on_their_way.is_empty() => {
                let place = below(on_their_way.len());
                let len = 1 + below(60_000) * 8;
                let ended = go_on(&library_, &who, &mut on_their_way[place], len).await;
                if let Some(id) = ended {
                    let (_, number, _) = on_their_way.swap_remove(place);
                    model.0.push((id, number, false));
                }
            }
            13 if !on_their_way.is_empty() => {
                let (id, ..) = on_their_way.swap_remove(below(on_their_way.len()));
                library_.abandon_transfer(&who, id).await.unwrap();
            }
            8 => {
                drop(library_);
                home = home.crash().await;
                home.store.blobs.sweep_unfinished().await.unwrap();
                library_ = library(&home.store);
            }
            14 => {
                drop(library_);
                home = moved(home, below(2) == 0).await;
                library_ = library(&home.store);
            }
            _ => {
                home.store.blobs.sweep_unfinished().await.unwrap();
            }
        }
        model.check(&home.store, &who).await;
    }
    for (id, ..) in on_their_way {
        library_.abandon_transfer(&who, id).await.unwrap();
    }
    assert_eq!(home.transfer_pieces().await, 0);
    for (id, _, is_sent) in model.0 {
        if !is_sent {
            library_.delete(&who, id).await.unwrap();
        }
    }
    drop(library_);
    // The next history begins with an empty library.
    let left = home.store.media.list(who.workspace_id()).await.unwrap();
    for item in left {
        home.store
            .media
            .delete(item.workspace, item.id)
            .await
            .unwrap();
    }
    home
}

pub async fn what_is_missing_or_changed_is_told_by_name(home: Home) {
    let who = somebody();
    let library = library(&home.store);
    upload(&library, &who, 1, usize::MAX).await.unwrap();
    let workspace: WorkspaceId = who.workspace_id();
    let missing = media_item(workspace, "sumiu.jpg", 1, 2);
    let mut changed = media_item(workspace, "mudou.jpg", 3, 3);
    changed.thumbnail = None;
    home.store.media.insert(&missing).await.unwrap();
    home.store.media.insert(&changed).await.unwrap();
    let mut writer = home.store.blobs.begin(workspace).await.unwrap();
    writer.write(Bytes::from_static(b"others")).await.unwrap();
    writer.commit(digest(3)).await.unwrap();
    let found = check_integrity(&home.store).await.unwrap();
    let mut damaged = found.damaged;
    damaged.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    assert_eq!(found.items, 3);
    assert_eq!(
        damaged,
        [(changed, Damage::Changed), (missing, Damage::Missing)]
    );
}
