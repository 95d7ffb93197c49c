//! Workspaces, users and sessions.

use arauto::store::{SessionRow, StoreError, TokenHash};

use super::home::Home;
use super::samples::{at, user, user_id, workspace};
use arauto_app::domain::Timestamp;

pub async fn of_two_first_users_one_wins(home: Home) {
    let accounts = &home.store.accounts;
    assert!(accounts.is_empty().await.unwrap());
    let (one, two) = (workspace(), workspace());
    let (ana, bia) = (
        user(one.id, "ana@exemplo.com"),
        user(two.id, "bia@exemplo.com"),
    );
    let (first, second) = tokio::join!(
        accounts.create_first(&one, &ana, "hash"),
        accounts.create_first(&two, &bia, "hash")
    );
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let lost = if first.is_ok() { second } else { first };
    assert!(matches!(lost, Err(StoreError::Conflict(_))), "{lost:?}");
    assert!(!accounts.is_empty().await.unwrap());
    let third = accounts.create_first(&one, &ana, "hash").await;
    assert!(matches!(third, Err(StoreError::Conflict(_))));
}

pub async fn users_are_found_by_email_and_by_id(home: Home) {
    let (space, hash) = (workspace(), "$argon2id$v=19$…");
    let ana = user(space.id, "ana@exemplo.com");
    let accounts = &home.store.accounts;
    accounts.create_first(&space, &ana, hash).await.unwrap();

    let home = home.reopen().await;
    let accounts = &home.store.accounts;
    let by_email = accounts.user_by_email("ana@exemplo.com").await.unwrap();
    assert_eq!(by_email, Some((ana.clone(), hash.to_owned())));
    let by_id = accounts.user(ana.id).await.unwrap();
    assert_eq!(by_id, Some((ana, space)));
    assert_eq!(
        accounts.user_by_email("bia@exemplo.com").await.unwrap(),
        None
    );
    assert_eq!(accounts.user(user_id()).await.unwrap(), None);
}

pub async fn sessions_end_by_time_and_by_hand(home: Home) {
    // Far ahead, so that MongoDB's own clock does not end them first.
    let day = |n: i64| Timestamp::from_millis(4_000_000_000_000 + n * 86_400_000);
    let row = |byte, expires_at| SessionRow {
        token: TokenHash([byte; 32]),
        user: user_id(),
        created_at: at(0),
        expires_at,
    };
    let (short, long) = (row(1, day(1)), row(2, day(5)));
    let accounts = &home.store.accounts;
    accounts.open_session(&short).await.unwrap();
    accounts.open_session(&long).await.unwrap();
    assert_eq!(
        accounts.session(short.token, day(0)).await.unwrap(),
        Some(short.clone())
    );
    assert_eq!(accounts.session(short.token, day(1)).await.unwrap(), None);

    accounts.extend_session(short.token, day(3)).await.unwrap();
    accounts.sweep_sessions(day(2)).await.unwrap();
    let extended = accounts
        .session(short.token, day(2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(extended.expires_at, day(3));
    accounts.sweep_sessions(day(3)).await.unwrap();
    assert_eq!(accounts.session(short.token, day(0)).await.unwrap(), None);

    accounts.close_session(long.token).await.unwrap();
    accounts.close_session(long.token).await.unwrap();
    assert_eq!(accounts.session(long.token, day(0)).await.unwrap(), None);
}
