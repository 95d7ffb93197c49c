//! The installation's facts.

use super::home::Home;

pub async fn the_first_value_stays(home: Home) {
    let meta = &home.store.meta;
    let (one, two) = tokio::join!(
        meta.get_or_insert("encryption-key", b"one"),
        meta.get_or_insert("encryption-key", b"two")
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one, two, "of two that race, both get the same");
    assert!(one == b"one" || one == b"two");
    let home = home.reopen().await;
    let kept = home.store.meta.get_or_insert("encryption-key", b"three");
    assert_eq!(kept.await.unwrap(), one);
    let other = home.store.meta.get_or_insert("schema", b"four").await;
    assert_eq!(
        other.unwrap(),
        b"four",
        "no name is taken by the store itself"
    );
    home.reopen().await;
}

pub async fn a_value_is_put_in_the_place_of_another(home: Home) {
    let meta = &home.store.meta;
    assert_eq!(meta.get("key").await.unwrap(), None);
    let (one, two) = tokio::join!(meta.put("key", b"one"), meta.put("key", b"one"));
    one.and(two).unwrap();
    meta.put("key", b"two").await.unwrap();
    let home = home.reopen().await;
    let meta = &home.store.meta;
    assert_eq!(meta.get("key").await.unwrap().as_deref(), Some(&b"two"[..]));
    let kept = meta.get_or_insert("key", b"three").await.unwrap();
    assert_eq!(kept, b"two");
}

pub async fn it_answers_and_says_what_it_is(home: Home) {
    home.store.meta.ping().await.unwrap();
    home.store.meta.ping().await.unwrap();
    let told = home.store.meta.describe();
    let version = told
        .strip_prefix("SQLite 3.")
        .or(told.strip_prefix("MongoDB "));
    assert!(
        version.is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit())),
        "{told}"
    );
}
