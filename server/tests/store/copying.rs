//! Copies of everything, from either store to either store.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use arauto::clock::SystemClock;
use arauto::live::LiveBoard;
use arauto::random::Random;
use arauto::store::{
    Fate, Kind, Pages, Record, Seal, Store, StoreError, StoredBlob, UNFINISHED_COPY,
};
use arauto::system::copy::{CopyError, Part, Step, Sum, carry};
use arauto::whatsapp::{Hub, HubError, WhatsappConfig};
use arauto_app::domain::{Connection, Timestamp, Transfer};
use bytes::Bytes;
use futures::TryStreamExt;

use super::copying_targets::{Trouble, troubled};
use super::filled::fill;
use super::home::Home;
use super::samples::{SERVER, at, connection, take_lease, workspace_id};

/// Sessions that end before it are not compared.
const HORIZON: Timestamp = at(9_000_000_000);

/// An installation whose server was killed a while ago.
pub async fn filled(home: Home) -> (Home, Connection) {
    let connection = fill(&home.store).await;
    (home.crash().await, connection)
}

/// Copies as the program does.
pub async fn copy(from: &Store, to: &Store) -> Result<Vec<(Part, Sum)>, CopyError> {
    let mut carried = Vec::new();
    let mut progress = |step| {
        if let Step::Carried(part, sum) = step {
            carried.push((part, sum));
        }
    };
    let damaged = carry(from, to, ("origem", "destino"), HORIZON, &mut progress).await?;
    assert_eq!(damaged, 0);
    Ok(carried)
}

/// Everything that a store holds.
#[derive(Debug, PartialEq)]
struct Everything {
    records: Vec<Record>,
    blobs: Vec<(StoredBlob, Vec<u8>)>,
    transfers: Vec<(Transfer, Vec<u8>)>,
}

async fn all<T>(pages: Pages<T>) -> Vec<T> {
    let pages: Vec<Vec<T>> = pages.try_collect().await.unwrap();
    pages.into_iter().flatten().collect()
}

async fn everything(store: &Store) -> Everything {
    let mut records = Vec::new();
    for kind in Kind::ALL {
        records.extend(all(store.copying.records(kind)).await);
    }
    records.retain(|record| match record {
        Record::BrowserSession(session) => session.expires_at > HORIZON,
        _ => true,
    });
    let mut blobs = Vec::new();
    for blob in all(store.copying.blobs()).await {
        let opened = store.blobs.open(blob.workspace, blob.content, 0).await;
        let chunks: Vec<Bytes> = opened.unwrap().unwrap().chunks.try_collect().await.unwrap();
        blobs.push((blob, chunks.concat()));
    }
    let mut transfers = Vec::new();
    for transfer in all(store.copying.transfers()).await {
        let pieces = store.transfers.read(&transfer).await.unwrap();
        let pieces: Vec<Bytes> = pieces.try_collect().await.unwrap();
        transfers.push((transfer, pieces.concat()));
    }
    Everything {
        records,
        blobs,
        transfers,
    }
}

async fn mark(store: &Store) -> Option<Vec<u8>> {
    store.meta.get(UNFINISHED_COPY).await.unwrap()
}

pub async fn everything_is_found_in_either_store(home: Home) {
    let (home, _) = filled(home).await;
    let before = everything(&home.store).await;
    for kind in Kind::ALL {
        let is_it = |record: &&Record| record.kind() == kind;
        assert!(
            before.records.iter().any(|record| is_it(&record)),
            "{kind:?}"
        );
    }
    assert_eq!((before.blobs.len(), before.transfers.len()), (2, 2));
    for target in [Home::sqlite().await, Home::mongo().await] {
        let carried = copy(&home.store, &target.store).await.unwrap();
        assert_eq!(carried.len(), Part::all().count());
        assert_eq!(mark(&target.store).await, None);
        let target = target.reopen().await;
        assert_eq!(everything(&target.store).await, before);
    }
    assert_eq!(everything(&home.store).await, before, "it is as it was");
}

pub async fn the_next_holder_goes_on_with_the_keys(home: Home) {
    let (home, connection) = filled(home).await;
    let (workspace, id) = (connection.workspace, connection.id);
    let held = home.store.session_keys.scan(id, "session", b"one").await;
    for target in [Home::sqlite().await, Home::mongo().await] {
        copy(&home.store, &target.store).await.unwrap();
        let servers = target.store.leases.every_server().await.unwrap();
        assert_eq!(servers, [], "who lives is not copied");
        // Nobody holds it, and nobody counts from the beginning.
        let lease = take_lease(&target.store, workspace, id).await;
        assert_eq!(lease.fence, 3);
        let keys = target.store.leases.keys(&lease);
        let found = keys.scan(id, "session", b"one").await.unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(&found, held.as_ref().unwrap());
        let seals = target.store.session_keys.every_seal().await.unwrap();
        assert_eq!(seals, home.store.session_keys.every_seal().await.unwrap());
    }
}

async fn lives(store: &Store) -> bool {
    let (hour, seal) = (Duration::from_hours(1), Seal::of(b"seal!"));
    let told = store.leases.heartbeat(SERVER, hour, &seal).await;
    told.unwrap().is_empty()
}

pub async fn a_server_that_lives_on_either_is_found(home: Home) {
    let (home, _) = filled(home).await;
    let (free, used) = (Home::mongo().await, Home::sqlite().await);
    for target in [&free.store, &used.store] {
        lives(target).await;
        match copy(&home.store, target).await {
            Err(CopyError::InUse(which)) => assert_eq!(which, "destino"),
            other => panic!("{other:?}"),
        }
        assert_eq!(mark(target).await, None, "its server goes on");
        target.leases.retire(SERVER).await.unwrap();
        lives(&home.store).await;
        match copy(&home.store, target).await {
            Err(CopyError::InUse(which)) => assert_eq!(which, "origem"),
            other => panic!("{other:?}"),
        }
        assert!(mark(target).await.is_some(), "it may be torn");
        home.store.leases.retire(SERVER).await.unwrap();
        copy(&home.store, target).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_comes_and_goes_meanwhile_is_found() {
    let (home, connection) = filled(Home::mongo().await).await;
    home.store.leases.retire(SERVER).await.unwrap();
    let target = Home::sqlite().await;
    let disturbs = Trouble::Disturbs(Box::new((home.store.clone(), connection)));
    let disturbed = troubled(&target.store, disturbs);
    match copy(&home.store, &disturbed).await {
        Err(CopyError::InUse(which)) => assert_eq!(which, "origem"),
        other => panic!("{other:?}"),
    }
    assert!(mark(&target.store).await.is_some());
}

/// It looked before the copy began, and tells that it lives only now.
pub async fn no_server_moves_into_a_part(home: Home) {
    let copied = connection(workspace_id(), "Loja");
    home.store.connections.insert(&copied).await.unwrap();
    let mark = home.store.meta.put(UNFINISHED_COPY, b"origem");
    mark.await.unwrap();
    let started = Hub::start(
        WhatsappConfig::default(),
        home.store.clone(),
        Arc::new(SystemClock),
        Random::from_os().unwrap(),
        LiveBoard::default(),
    );
    match started.await.map(drop) {
        Err(HubError::Store(StoreError::Conflict(_))) => {}
        other => panic!("{other:?}"),
    }
    let servers = home.store.leases.every_server().await.unwrap();
    assert_eq!(servers, [], "it holds up no copy");
    let tenure = home.store.leases.tenure(copied.workspace, copied.id).await;
    assert_eq!(tenure.unwrap().unwrap().holder, None, "nothing is taken");
}

pub async fn a_copy_that_was_broken_off_begins_anew(home: Home) {
    let (home, _) = filled(home).await;
    let before = everything(&home.store).await;
    let seed = u64::from(std::process::id());
    println!("seed: {seed}");
    let dice = Random::from_seed(seed);
    for mut target in [Home::sqlite().await, Home::mongo().await] {
        for _ in 0..4 {
            let record = u64::from(u16::from_le_bytes(dice.bytes()));
            let left = AtomicU64::new(record % before.records.len() as u64);
            let breaks_off = troubled(&target.store, Trouble::BreaksOff(left));
            let copied = copy(&home.store, &breaks_off).await;
            assert!(
                matches!(copied, Err(CopyError::Target { .. })),
                "{copied:?}"
            );
            drop(breaks_off);
            target = target.crash().await;
            assert_eq!(mark(&target.store).await.as_deref(), Some(&b"origem"[..]));
        }
        copy(&home.store, &target.store).await.unwrap();
        assert_eq!(everything(&target.store).await, before);
        assert_eq!(mark(&target.store).await, None);
    }
}

pub async fn what_is_not_the_same_is_found(home: Home) {
    let (home, _) = filled(home).await;
    let target = Home::sqlite().await;
    for kind in [
        Kind::Connections,
        Kind::Runs,
        Kind::Deliveries,
        Kind::Receipts,
    ] {
        let forgets = troubled(&target.store, Trouble::Forgets(kind));
        match copy(&home.store, &forgets).await {
            Err(CopyError::Differs(part)) => assert_eq!(part, Part::Records(kind)),
            other => panic!("{other:?}"),
        }
        assert!(mark(&target.store).await.is_some());
    }
}

pub async fn bytes_that_were_damaged_before_do_not_hold_it_up(home: Home) {
    let (home, _) = filled(home).await;
    home.lose_a_chunk().await;
    for target in [Home::sqlite().await, Home::mongo().await] {
        let names = ("origem", "destino");
        let damaged = carry(&home.store, &target.store, names, HORIZON, &mut |_| ()).await;
        assert_eq!(damaged.unwrap(), 1, "the caller is told of it");
        assert_eq!(all(target.store.copying.blobs()).await.len(), 1);
    }
}

pub async fn every_place_is_copied_or_left_for_a_reason(home: Home) {
    let (home, _) = filled(home).await;
    let places = home.store.copying.places();
    let mut known: Vec<String> = places.iter().map(|(name, _)| (*name).to_owned()).collect();
    known.sort();
    let mut there = home.places().await;
    // Some come into being with what is in them.
    if home.is_mongo() {
        for (name, fate) in places {
            let is_there = there.iter().any(|one| one == name);
            assert!(is_there || *fate == Fate::Left, "{name} is filled");
        }
        known.retain(|name| there.contains(name));
    }
    there.sort();
    assert_eq!(known, there, "a copy knows what to do about each of them");
    for kind in Kind::ALL {
        let copied = (places.iter()).filter(|(_, fate)| *fate == Fate::Copied(kind));
        assert_eq!(copied.count(), 1, "{kind:?}");
    }
}
