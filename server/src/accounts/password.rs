//! Passwords: hashed with Argon2id, never on a thread that serves requests.

use std::sync::Arc;

use arauto_app::api::Password;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use tokio::sync::Semaphore;

use crate::random::Random;

/// Memory of one hash, in KiB, its passes and lanes: the second of the equal choices in OWASP's
/// Password Storage Cheat Sheet.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many hashes are computed at a time: bounds the memory that a flood of sign-ins can take.
const AT_ONCE: usize = 4;
/// The salt's length, as RFC 9106 recommends (section 3.1).
const SALT_BYTES: usize = 16;

/// Why a password was not hashed or compared. Reads as "failed to {error}".
#[derive(Debug, thiserror::Error)]
pub(super) enum PasswordError {
    /// The hash function refused.
    #[error("hash a password: {0}")]
    Hash(argon2::password_hash::Error),
    /// What the store has as the hash is none.
    #[error("read a stored password hash: {0}")]
    Stored(argon2::password_hash::Error),
    /// The blocking thread ended early.
    #[error("hash a password: its thread ended")]
    Thread,
}

/// Hashes and compares passwords.
#[derive(Clone)]
pub(super) struct Passwords {
    random: Random,
    permits: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new(random: Random) -> Self {
        Self {
            random,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The hash of a new password, as a PHC string.
    pub(super) async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        let salt = self.random.bytes::<SALT_BYTES>();
        self.on_blocking_thread(move || hash(&password, &salt))
            .await
    }

    /// Whether `password` is the one that `stored` was made from. Without a stored hash the answer
    /// is no, after the same work: the time of an answer does not tell which accounts exist.
    pub(super) async fn matches(
        &self,
        password: Password,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        let salt = self.random.bytes::<SALT_BYTES>();
        self.on_blocking_thread(move || match stored {
            Some(stored) => verify(&password, &stored),
            None => hash(&password, &salt).map(|_| false),
        })
        .await
    }

    async fn on_blocking_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        // Moved into the thread: a request that gives up does not make room for another hash while
        // its own is still computed.
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Thread)?;
        tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(permit);
            outcome
        })
        .await
        .map_err(|_| PasswordError::Thread)?
    }
}

fn hash(password: &Password, salt: &[u8]) -> Result<String, PasswordError> {
    let salt = SaltString::encode_b64(salt).map_err(PasswordError::Hash)?;
    let hash = argon2id()?
        .hash_password(password.0.as_bytes(), &salt)
        .map_err(PasswordError::Hash)?;
    Ok(hash.to_string())
}

fn verify(password: &Password, stored: &str) -> Result<bool, PasswordError> {
    let stored = PasswordHash::new(stored).map_err(PasswordError::Stored)?;
    match argon2id()?.verify_password(password.0.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(PasswordError::Stored(error)),
    }
}

fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| PasswordError::Hash(error.into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_matches_its_hash_and_no_other() {
        let passwords = Passwords::new(Random::from_seed(1));
        let stored = passwords.hash(password("dez letras")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let matches = |text, stored| passwords.matches(password(text), stored);
        assert!(matches("dez letras", Some(stored.clone())).await.unwrap());
        assert!(!matches("Dez letras", Some(stored)).await.unwrap());
        assert!(!matches("dez letras", None).await.unwrap());
    }

    #[tokio::test]
    async fn the_same_password_has_another_hash_each_time() {
        let passwords = Passwords::new(Random::from_seed(1));
        let first = passwords.hash(password("dez letras")).await.unwrap();
        let second = passwords.hash(password("dez letras")).await.unwrap();
        assert_ne!(first, second);
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_and_not_a_wrong_password() {
        let passwords = Passwords::new(Random::from_seed(1));
        let answer = passwords
            .matches(password("dez letras"), Some("$argon2id$".to_owned()))
            .await;
        assert!(matches!(answer, Err(PasswordError::Stored(_))));
    }
}
