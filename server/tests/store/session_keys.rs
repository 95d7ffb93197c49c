//! Keys of WhatsApp sessions.

use arauto::store::{KeyExchange, KeyWrite, Seal, StoredKey};
use bytes::Bytes;

use super::home::Home;
use super::samples::connection_id;

fn put(space: &'static str, key: &[u8], value: &[u8]) -> KeyWrite {
    KeyWrite {
        space,
        key: key.to_vec(),
        value: Some(Bytes::copy_from_slice(value)),
    }
}

fn delete(space: &'static str, key: &[u8]) -> KeyWrite {
    KeyWrite {
        space,
        key: key.to_vec(),
        value: None,
    }
}

fn stored(space: &str, key: &[u8], value: &[u8]) -> StoredKey {
    StoredKey {
        space: space.to_owned(),
        key: key.to_vec(),
        value: Bytes::copy_from_slice(value),
    }
}

fn pairs(expected: &[(&[u8], &[u8])]) -> Vec<(Vec<u8>, Bytes)> {
    expected
        .iter()
        .map(|(key, value)| (key.to_vec(), Bytes::copy_from_slice(value)))
        .collect()
}

pub async fn a_write_is_read_by_the_next_call(home: Home) {
    let (keys, connection) = (&home.store.session_keys, connection_id());
    for round in 0..20_u8 {
        keys.write(connection, &[put("session", b"k", &[round])])
            .await
            .unwrap();
        let read = keys.get(connection, "session", b"k").await.unwrap();
        assert_eq!(read.as_deref(), Some(&[round][..]));
    }
    let home = home.reopen().await;
    let keys = &home.store.session_keys;
    let read = keys.get(connection, "session", b"k").await.unwrap();
    assert_eq!(read.as_deref(), Some(&[19][..]));
    keys.write(connection, &[delete("session", b"k")])
        .await
        .unwrap();
    assert_eq!(keys.get(connection, "session", b"k").await.unwrap(), None);
    keys.write(connection, &[]).await.unwrap();
}

pub async fn writes_happen_in_order(home: Home) {
    let (keys, connection) = (&home.store.session_keys, connection_id());
    let writes = [
        put("s", b"a", b"1"),
        put("s", b"a", b"2"),
        put("s", b"b", b"1"),
        delete("s", b"b"),
        delete("s", b"c"),
        put("s", b"c", b"3"),
        put("s", b"", b"empty"),
    ];
    keys.write(connection, &writes).await.unwrap();
    let read = keys.scan(connection, "s", b"").await.unwrap();
    assert_eq!(read, pairs(&[(b"", b"empty"), (b"a", b"2"), (b"c", b"3")]));
}

pub async fn a_key_is_taken_once(home: Home) {
    let (keys, connection) = (&home.store.session_keys, connection_id());
    keys.write(connection, &[put("prekey", b"7", b"value")])
        .await
        .unwrap();
    let takes = (0..8).map(|_| keys.take(connection, "prekey", b"7"));
    let taken: Vec<_> = futures::future::join_all(takes).await;
    let taken: Vec<Bytes> = taken.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(taken, [&b"value"[..]]);
    assert_eq!(keys.get(connection, "prekey", b"7").await.unwrap(), None);
}

pub async fn scans_follow_the_order_of_bytes(home: Home) {
    let (keys, connection) = (&home.store.session_keys, connection_id());
    let names: [&[u8]; 6] = [b"a", b"a\x00", b"a\xff", b"a\xff\xff", b"b", b"\xff"];
    let writes: Vec<_> = names
        .iter()
        .rev()
        .map(|name| put("s", name, b"v"))
        .collect();
    keys.write(connection, &writes).await.unwrap();
    let scan = async |prefix: &[u8]| {
        let found = keys.scan(connection, "s", prefix).await.unwrap();
        found.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert_eq!(scan(b"").await, names);
    assert_eq!(scan(b"a").await, names[..4]);
    assert_eq!(scan(b"a\xff").await, names[2..4]);
    assert_eq!(scan(b"\xff").await, names[5..]);
    assert!(scan(b"c").await.is_empty());
}

pub async fn spaces_and_connections_are_apart(home: Home) {
    let (keys, one, two) = (&home.store.session_keys, connection_id(), connection_id());
    keys.write(one, &[put("s", b"k", b"1"), put("t", b"k", b"2")])
        .await
        .unwrap();
    keys.write(two, &[put("s", b"k", b"3")]).await.unwrap();
    keys.erase(one).await.unwrap();
    for space in ["s", "t"] {
        assert_eq!(keys.get(one, space, b"k").await.unwrap(), None);
    }
    let kept = keys.scan(two, "s", b"").await.unwrap();
    assert_eq!(kept, pairs(&[(b"k", b"3")]));
    assert_eq!(keys.take(two, "t", b"k").await.unwrap(), None);
}

pub async fn hundreds_of_keys_are_written_at_once(home: Home) {
    let (keys, connection) = (&home.store.session_keys, connection_id());
    let writes: Vec<_> = (0..1200_u32)
        .map(|n| {
            put(
                "prekey",
                &n.to_be_bytes(),
                &[u8::try_from(n % 256).unwrap(); 200],
            )
        })
        .collect();
    keys.write(connection, &writes).await.unwrap();
    let wanted: Vec<Vec<u8>> = [3_u32, 1199, 5000]
        .iter()
        .map(|n| n.to_be_bytes().to_vec())
        .collect();
    let mut found = keys.get_many(connection, "prekey", &wanted).await.unwrap();
    found.sort();
    let names: Vec<_> = found.iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(names, wanted[..2]);
    let deletes: Vec<_> = (0..1200_u32)
        .map(|n| delete("prekey", &n.to_be_bytes()))
        .collect();
    keys.write(connection, &deletes).await.unwrap();
    assert!(
        keys.scan(connection, "prekey", b"")
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn values_are_found_by_what_sealed_them(home: Home) {
    let (keys, one, two) = (&home.store.session_keys, connection_id(), connection_id());
    let old = Seal::of(b"old-1 and more");
    assert_eq!(old.as_bytes(), b"old-1");
    assert_eq!(keys.every_seal().await.unwrap(), []);
    let writes = [put("s", b"a", b"old-1 a"), put("t", b"b", b"new-1 b")];
    keys.write(one, &writes).await.unwrap();
    keys.write(two, &[put("s", b"", b"old-1"), put("s", b"x", b"abc")])
        .await
        .unwrap();
    let home = home.reopen().await;
    let keys = &home.store.session_keys;
    let seals = [Seal::of(b"abc"), Seal::of(b"new-1"), old.clone()];
    assert_eq!(keys.every_seal().await.unwrap(), seals);
    let mut connections = keys.every_connection_under(&old).await.unwrap();
    connections.sort();
    let mut both = [one, two];
    both.sort();
    assert_eq!(connections, both);
    let of_one = keys.under(one, &old).await.unwrap();
    assert_eq!(of_one, [stored("s", b"a", b"old-1 a")]);
    let of_two = keys.under(two, &old).await.unwrap();
    assert_eq!(of_two, [stored("s", b"", b"old-1")]);

    keys.write(one, &[put("s", b"a", b"new-1 a")])
        .await
        .unwrap();
    assert_eq!(keys.under(one, &old).await.unwrap(), []);
    keys.erase(two).await.unwrap();
    let seals = keys.every_seal().await.unwrap();
    assert_eq!(seals, [Seal::of(b"new-1")]);
    let connections = keys.every_connection_under(&old).await.unwrap();
    assert_eq!(connections, []);
}

pub async fn an_exchange_spares_what_changed_meanwhile(home: Home) {
    let (keys, connection) = (&home.store.session_keys, connection_id());
    let names: Vec<Vec<u8>> = (0..1200_u32).map(|n| n.to_be_bytes().to_vec()).collect();
    let writes: Vec<_> = names.iter().map(|key| put("s", key, b"old-1 v")).collect();
    keys.write(connection, &writes).await.unwrap();
    let found = keys.under(connection, &Seal::of(b"old-1")).await.unwrap();
    assert_eq!(found.len(), names.len());
    let changed = put("s", &names[7], b"old-1 changed");
    let writes = [changed, delete("s", &names[8])];
    keys.write(connection, &writes).await.unwrap();

    let exchanges: Vec<_> = found
        .into_iter()
        .map(|from| KeyExchange {
            from,
            to: Bytes::from_static(b"new-1 v"),
        })
        .collect();
    let exchanged = keys.exchange(connection, exchanges.clone()).await.unwrap();
    assert_eq!(exchanged, 1198);
    let again = keys.exchange(connection, exchanges).await.unwrap();
    assert_eq!(again, 0);
    let left = keys.under(connection, &Seal::of(b"old-1")).await.unwrap();
    assert_eq!(left, [stored("s", &names[7], b"old-1 changed")]);
    let deleted = keys.get(connection, "s", &names[8]).await.unwrap();
    assert_eq!(deleted, None, "an exchange brings nothing back");
    assert_eq!(keys.exchange(connection, Vec::new()).await.unwrap(), 0);
}
