//! The sessions of browsers: a random token in the cookie, its digest in the store.

use std::time::Duration;

use arauto_app::api::{Principal, SessionToken};
use arauto_app::domain::{Timestamp, UserId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tokio::sync::broadcast;

use crate::clock::SharedClock;
use crate::random::Random;
use crate::store::{SessionRow, Store, StoreError, TokenHash};

/// How long a session lives without a visit.
pub const SESSION_LIFETIME: Duration = Duration::from_hours(30 * 24);
/// A visit moves the end of a session, at most this often: most visits only read.
const EXTEND_EVERY: Duration = Duration::from_hours(24);
/// How many ends of sessions a slow listener may lag behind; it then asks the store instead.
const ENDED_BACKLOG: usize = 64;

/// A session that lives, as one request finds it.
#[derive(Clone, Debug)]
pub struct Resumed {
    /// Whose it is.
    pub principal: Principal,
    /// Whether its end was moved just now, so that the cookie's has to follow.
    pub extended: bool,
}

/// The digest under which the store knows a session.
pub fn hash_of(token: &SessionToken) -> TokenHash {
    TokenHash(Sha256::digest(token.0.as_bytes()).into())
}

/// Opens, finds and ends sessions.
pub(super) struct Sessions {
    store: Store,
    clock: SharedClock,
    random: Random,
    ended: broadcast::Sender<TokenHash>,
}

impl Sessions {
    pub(super) fn new(store: Store, clock: SharedClock, random: Random) -> Self {
        Self {
            store,
            clock,
            random,
            ended: broadcast::Sender::new(ENDED_BACKLOG),
        }
    }

    pub(super) async fn open(&self, user: UserId) -> Result<SessionToken, StoreError> {
        let token = SessionToken(URL_SAFE_NO_PAD.encode(self.random.bytes::<32>()));
        let now = self.clock.now();
        self.store
            .accounts
            .open_session(&SessionRow {
                token: hash_of(&token),
                user,
                created_at: now,
                expires_at: now.plus(SESSION_LIFETIME),
            })
            .await?;
        Ok(token)
    }

    pub(super) async fn resume(&self, token: &SessionToken) -> Result<Option<Resumed>, StoreError> {
        let accounts = &self.store.accounts;
        let now = self.clock.now();
        let Some(session) = accounts.session(hash_of(token), now).await? else {
            return Ok(None);
        };
        let Some((user, workspace)) = accounts.user(session.user).await? else {
            return Ok(None);
        };
        let extended = self.extend_if_due(&session, now).await?;
        Ok(Some(Resumed {
            principal: Principal { user, workspace },
            extended,
        }))
    }

    async fn extend_if_due(
        &self,
        session: &SessionRow,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let expires_at = now.plus(SESSION_LIFETIME);
        if expires_at.since(session.expires_at) < EXTEND_EVERY {
            return Ok(false);
        }
        self.store
            .accounts
            .extend_session(session.token, expires_at)
            .await?;
        Ok(true)
    }

    pub(super) async fn close(&self, token: &SessionToken) -> Result<(), StoreError> {
        let token = hash_of(token);
        self.store.accounts.close_session(token).await?;
        // Nobody listening is no error.
        let _ = self.ended.send(token);
        Ok(())
    }

    pub(super) fn ended(&self) -> broadcast::Receiver<TokenHash> {
        self.ended.subscribe()
    }
}
