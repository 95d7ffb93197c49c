//! Leases, and the writes that only their holder may do.

use std::collections::HashSet;
use std::time::Duration;

use arauto::store::{KeyWrite, Lease, Seal, ServerId, SessionKeyStore, Store, StoreError};
use arauto_app::domain::{ConnectionId, ConnectionState, DeliveryState, WorkspaceId};
use bytes::Bytes;
use futures::future::join_all;

use super::home::Home;
use super::samples::{
    NOTHING_HELD, at, connection, connection_id, deliveries, hold, message_id, run, workspace_id,
};

const HOUR: Duration = Duration::from_hours(1);
/// Short, and yet longer than the few calls between taking a lease and looking at it.
const MOMENT: Duration = Duration::from_millis(400);
/// How long a test waits for a lease to expire.
const PATIENCE: Duration = Duration::from_secs(20);

const ONE: ServerId = ServerId::new([1; 16]);
const TWO: ServerId = ServerId::new([2; 16]);

fn seal(number: u8) -> Seal {
    Seal::of(&[number; Seal::LEN])
}

async fn stored(store: &Store) -> (WorkspaceId, ConnectionId) {
    let row = connection(workspace_id(), "Loja");
    store.connections.insert(&row).await.unwrap();
    (row.workspace, row.id)
}

async fn take(
    store: &Store,
    (workspace, connection): (WorkspaceId, ConnectionId),
    server: ServerId,
    period: Duration,
) -> Option<Lease> {
    let lease = store.leases.acquire(workspace, connection, server, period);
    lease.await.unwrap()
}

/// Waits until a server gets a lease that expires.
async fn take_once_expired(
    store: &Store,
    connection: (WorkspaceId, ConnectionId),
    server: ServerId,
) -> Lease {
    let taking = async {
        loop {
            if let Some(lease) = take(store, connection, server, HOUR).await {
                return lease;
            }
        }
    };
    let taken = tokio::time::timeout(PATIENCE, taking).await;
    taken.expect("a lease expires")
}

fn put(key: &[u8], value: &[u8]) -> KeyWrite {
    KeyWrite {
        space: "session",
        key: key.to_vec(),
        value: Some(Bytes::copy_from_slice(value)),
    }
}

fn is_lost<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::LeaseLost)), "{outcome:?}");
}

async fn value(keys: &dyn SessionKeyStore, connection: ConnectionId, key: &[u8]) -> Option<Bytes> {
    keys.get(connection, "session", key).await.unwrap()
}

pub async fn one_server_holds_it_until_it_expires_or_is_given_back(home: Home) {
    let store = &home.store;
    let this = stored(store).await;
    let first = take(store, this, ONE, HOUR).await.unwrap();
    assert_eq!((first.workspace, first.connection), this);
    assert_eq!(first.fence, 1);
    assert_eq!(take(store, this, TWO, HOUR).await, None);
    // A server that lost the answer takes its own again, as another holder.
    let again = take(store, this, ONE, HOUR).await.unwrap();
    assert_eq!(again.fence, 2);

    // What is given back late is somebody else's.
    store.leases.release(&first).await.unwrap();
    assert_eq!(take(store, this, TWO, HOUR).await, None);
    store.leases.release(&again).await.unwrap();
    let second = take(store, this, TWO, MOMENT).await.unwrap();
    assert_eq!(second.fence, 3);
    let third = take_once_expired(store, this, ONE).await;
    assert_eq!(third.fence, 4);

    let nowhere = (this.0, connection_id());
    assert_eq!(take(store, nowhere, ONE, HOUR).await, None);
}

pub async fn of_servers_that_race_for_it_one_wins(home: Home) {
    let store = &home.store;
    for _ in 0..5 {
        let this = stored(store).await;
        let racers = (1..=6).map(|number| take(store, this, ServerId::new([number; 16]), HOUR));
        let won: Vec<_> = join_all(racers).await.into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "{won:?}");
        assert_eq!(won[0].fence, 1);
    }
}

pub async fn a_heartbeat_renews_all_of_a_server_and_tells_what_it_lost(home: Home) {
    let store = &home.store;
    let (kept, lost) = (stored(store).await, stored(store).await);
    let mut mine = vec![
        take(store, kept, ONE, MOMENT).await.unwrap(),
        take(store, lost, ONE, MOMENT).await.unwrap(),
    ];
    // The store alone knows when a lease has expired: another server gets the one.
    take_once_expired(store, lost, TWO).await;
    let held = store.leases.heartbeat(ONE, HOUR, &seal(1)).await.unwrap();
    assert_eq!(
        held,
        mine[..1],
        "the other was not taken, and is ours still"
    );
    assert_eq!(take(store, kept, TWO, HOUR).await, None);

    let seen = store.leases.every_tenure().await.unwrap();
    let living: HashSet<_> = seen.servers.iter().copied().collect();
    assert!(living.contains(&ONE), "{living:?}");
    let holders: Vec<_> = seen
        .tenures
        .iter()
        .map(|tenure| (tenure.connection, tenure.holder.map(|(server, _)| server)))
        .collect();
    assert_eq!(holders, [(kept.1, Some(ONE)), (lost.1, Some(TWO))]);
    let tenure = store.leases.tenure(kept.0, kept.1).await.unwrap().unwrap();
    assert!(
        tenure
            .holder
            .is_some_and(|(_, left)| left <= HOUR && left > HOUR / 2)
    );

    // The end of a server frees everything that it holds, and nothing else.
    store.leases.retire(ONE).await.unwrap();
    assert_eq!(
        store.leases.heartbeat(ONE, HOUR, &seal(1)).await.unwrap(),
        []
    );
    mine.clear();
    mine.push(take(store, kept, TWO, HOUR).await.unwrap());
    assert_eq!(mine[0].fence, 2);
    assert_eq!(take(store, lost, ONE, HOUR).await, None);
}

pub async fn what_the_row_tells_is_written_by_the_holder_alone(home: Home) {
    let store = &home.store;
    let this = stored(store).await;
    let old = take(store, this, ONE, MOMENT).await.unwrap();
    let connections = &store.connections;
    connections.set_linked(&old, "551199", at(1)).await.unwrap();
    let new = take_once_expired(store, this, TWO).await;
    connections
        .set_state(&new, &ConnectionState::Online, at(5))
        .await
        .unwrap();

    is_lost(
        connections
            .set_state(&old, &ConnectionState::Replaced, at(9))
            .await,
    );
    is_lost(connections.set_linked(&old, "1", at(9)).await);
    is_lost(connections.set_unlinked(&old).await);
    let row = connections.get(this.0, this.1).await.unwrap().unwrap();
    assert_eq!(row.state, ConnectionState::Online);
    assert_eq!(row.phone.as_deref(), Some("551199"));
    let history = connections.history(this.0, this.1, at(0)).await.unwrap();
    assert_eq!(history.len(), 1, "{history:?}");
}

pub async fn claims_are_the_holders_alone(home: Home) {
    let store = &home.store;
    let run = run(workspace_id(), connection_id(), 0);
    let this = (run.workspace, run.connection);
    let first = hold(store, this.0, this.1).await;
    store.leases.release(&first).await.unwrap();
    let old = take(store, this, ONE, MOMENT).await.unwrap();
    let new = take_once_expired(store, this, TWO).await;
    // The run begins after the change of holder: nothing of it ever carried the old fence.
    let journal = &store.journal;
    journal.begin_run(&run, &deliveries(&run, 2)).await.unwrap();
    is_lost(
        journal
            .claim_due(&old, at(1), NOTHING_HELD, &message_id())
            .await,
    );
    let tally = journal.tally(run.workspace, run.id).await.unwrap();
    assert_eq!(tally.pending, 2);
    let claimed = journal
        .claim_due(&new, at(1), NOTHING_HELD, &message_id())
        .await;
    assert_eq!(claimed.unwrap().map(|claimed| claimed.position), Some(0));
}

/// A holder claims as fast as it can while another server takes over, again and again.
pub async fn a_claim_that_races_a_takeover_is_the_holders_or_nobodys(home: Home) {
    const ROUNDS: u32 = 12;
    let store = &home.store;
    for round in 0..ROUNDS {
        let run = run(workspace_id(), connection_id(), 0);
        let old = hold(store, run.workspace, run.connection).await;
        let journal = &store.journal;
        journal
            .begin_run(&run, &deliveries(&run, 40))
            .await
            .unwrap();
        let claiming = async {
            let mut claimed = Vec::new();
            loop {
                match journal
                    .claim_due(&old, at(1), NOTHING_HELD, &message_id())
                    .await
                {
                    Ok(Some(delivery)) => claimed.push(delivery.position),
                    Ok(None) | Err(StoreError::LeaseLost) => return claimed,
                    Err(error) => panic!("{error}"),
                }
            }
        };
        let taking = async {
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            store.leases.release(&old).await.unwrap();
            take(store, (run.workspace, run.connection), TWO, HOUR)
                .await
                .unwrap()
        };
        let (claimed, _) = tokio::join!(claiming, taking);
        for delivery in journal.deliveries(run.workspace, run.id).await.unwrap() {
            // Nothing is `Sending` that nobody believes to have claimed.
            let is_sending = delivery.state == DeliveryState::Sending;
            assert_eq!(
                is_sending,
                claimed.contains(&delivery.position),
                "{delivery:?}"
            );
        }
    }
}

pub async fn keys_go_over_to_the_next_holder_and_the_one_before_is_refused(home: Home) {
    let store = &home.store;
    let this = stored(store).await;
    let old = take(store, this, ONE, MOMENT).await.unwrap();
    let of_old = store.leases.keys(&old);
    let writes = [put(b"a", b"1"), put(b"b", b"1")];
    of_old.write(this.1, &writes).await.unwrap();
    assert_eq!(
        value(&*of_old, this.1, b"a").await.as_deref(),
        Some(&b"1"[..])
    );

    let new = take_once_expired(store, this, TWO).await;
    let of_new = store.leases.keys(&new);
    assert_eq!(
        value(&*of_new, this.1, b"a").await.as_deref(),
        Some(&b"1"[..])
    );
    of_new.write(this.1, &[put(b"a", b"2")]).await.unwrap();

    is_lost(of_old.write(this.1, &[put(b"a", b"stale")]).await);
    is_lost(of_old.take(this.1, "session", b"b").await);
    is_lost(of_old.erase(this.1).await);
    let delete = KeyWrite {
        value: None,
        ..put(b"b", b"")
    };
    is_lost(of_old.write(this.1, &[delete]).await);
    // A key that nobody wrote before is no way in either, nor one that was deleted.
    is_lost(of_old.write(this.1, &[put(b"c", b"stale")]).await);
    of_new.take(this.1, "session", b"b").await.unwrap().unwrap();
    is_lost(of_old.write(this.1, &[put(b"b", b"stale")]).await);

    let all = async |keys: &dyn SessionKeyStore| keys.scan(this.1, "session", b"").await.unwrap();
    let expected = vec![(b"a".to_vec(), Bytes::from_static(b"2"))];
    assert_eq!(all(&*of_new).await, expected);
    assert_eq!(value(&*of_new, this.1, b"c").await, None);
    of_new.write(this.1, &[put(b"c", b"3")]).await.unwrap();
    assert_eq!(
        value(&*of_new, this.1, b"c").await.as_deref(),
        Some(&b"3"[..])
    );

    // What was refused is not inherited.
    let third = take(store, this, TWO, HOUR).await.unwrap();
    let of_third = store.leases.keys(&third);
    let keys: Vec<_> = all(&*of_third)
        .await
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(keys, [b"a".to_vec(), b"c".to_vec()]);
    is_lost(of_new.write(this.1, &[put(b"a", b"stale")]).await);
}

/// A holder writes new keys as fast as it can while others take over: what it was told is kept is
/// what the next holder finds.
pub async fn a_write_that_races_a_takeover_is_kept_or_refused(home: Home) {
    const ROUNDS: u8 = 8;
    let store = &home.store;
    let this = stored(store).await;
    let mut holder = take(store, this, ONE, HOUR).await.unwrap();
    let mut kept: Vec<Vec<u8>> = Vec::new();
    for round in 0..ROUNDS {
        let keys = store.leases.keys(&holder);
        let writing = async {
            let mut kept = Vec::new();
            for number in 0..=u8::MAX {
                let key = vec![round, number];
                match keys.write(this.1, &[put(&key, &key)]).await {
                    Ok(()) => kept.push(key),
                    Err(StoreError::LeaseLost) => return kept,
                    Err(error) => panic!("{error}"),
                }
            }
            panic!("the lease was never lost");
        };
        let taking = async {
            for _ in 0..u32::from(round) * 3 {
                tokio::task::yield_now().await;
            }
            store.leases.release(&holder).await.unwrap();
            take(store, this, ServerId::new([round + 2; 16]), HOUR)
                .await
                .unwrap()
        };
        let (of_round, next) = tokio::join!(writing, taking);
        kept.extend(of_round);
        holder = next;
        let found = store
            .leases
            .keys(&holder)
            .scan(this.1, "session", b"")
            .await
            .unwrap();
        let found: HashSet<_> = found.into_iter().map(|(key, _)| key).collect();
        for key in &kept {
            assert!(found.contains(key), "{key:?} was lost");
        }
    }
}

pub async fn one_holder_may_write_one_new_key_many_times_at_once(home: Home) {
    let store = &home.store;
    let this = stored(store).await;
    let lease = take(store, this, ONE, HOUR).await.unwrap();
    let keys = store.leases.keys(&lease);
    for round in 0..10_u8 {
        let writes: Vec<_> = (0..6_u8).map(|number| [put(&[round], &[number])]).collect();
        let written = join_all(writes.iter().map(|write| keys.write(this.1, write))).await;
        for outcome in written {
            outcome.unwrap();
        }
    }
}

pub async fn the_servers_that_live_tell_what_they_seal_with(home: Home) {
    let leases = &home.store.leases;
    assert_eq!(leases.every_server().await.unwrap(), []);
    leases.heartbeat(TWO, HOUR, &seal(1)).await.unwrap();
    leases.heartbeat(ONE, HOUR, &seal(1)).await.unwrap();
    leases.heartbeat(TWO, HOUR, &seal(2)).await.unwrap();
    let told = [(ONE, Some(seal(1))), (TWO, Some(seal(2)))];
    assert_eq!(leases.every_server().await.unwrap(), told);
    // Taking a lease is a sign of life, and changes nothing of this.
    let connection = stored(&home.store).await;
    take(&home.store, connection, TWO, HOUR).await.unwrap();
    assert_eq!(leases.every_server().await.unwrap(), told);
    leases.retire(ONE).await.unwrap();
    leases.heartbeat(TWO, MOMENT, &seal(2)).await.unwrap();
    let gone = async { while !leases.every_server().await.unwrap().is_empty() {} };
    let gone = tokio::time::timeout(PATIENCE, gone).await;
    gone.expect("one that is silent lives no more");
}
