//! Whether the master keys at hand open everything that is stored.

use arauto_app::say;

use super::report::{Check, Verdict};
use crate::config::Config;
use crate::startup;
use crate::store::Store;
use crate::whatsapp::{KeyRing, MasterKeyError};

/// The keys at hand, and what is to be said of them.
pub(super) async fn check(config: &Config, store: &Store) -> (Option<KeyRing>, Vec<Check>) {
    let configured = config.keys();
    let ring = match KeyRing::at_hand(&configured, store.meta.as_ref()).await {
        Ok(ring) => ring,
        Err(error) => return (None, vec![failed(&error)]),
    };
    let mut checks = Vec::new();
    match KeyRing::check(ring.as_ref(), &configured, store).await {
        Ok(()) => checks.push(opens(Verdict::Ok, say!(doctor.keys_ok))),
        Err(error) => checks.push(failed(&error)),
    }
    if configured.current.is_none() {
        let found = say!(doctor.key_partial);
        let check = Check::new(
            "keys.source",
            say!(doctor.key_source),
            Verdict::Warning,
            found,
        );
        checks.push(check.advise(say!(doctor.key_partial_advice)));
    }
    if let Some(ring) = &ring {
        match ring.is_behind(store).await {
            Ok(false) => {}
            Ok(true) => checks.push(
                rotation(Verdict::Warning, say!(doctor.rotation_due))
                    .advise(say!(doctor.rotation_due_advice)),
            ),
            Err(error) => checks.push(failed(&error.into())),
        }
    }
    (ring, checks)
}

fn opens(verdict: Verdict, found: impl Into<String>) -> Check {
    Check::new("keys.open", say!(doctor.keys), verdict, found)
}

fn rotation(verdict: Verdict, found: impl Into<String>) -> Check {
    Check::new("keys.rotation", say!(doctor.rotation), verdict, found)
}

fn failed(error: &MasterKeyError) -> Check {
    match error {
        MasterKeyError::Locked(locked) => opens(
            Verdict::Failed,
            say!(doctor.keys_locked, keys = locked.needed()),
        )
        .advise(startup::about_keys(locked)),
        MasterKeyError::Form | MasterKeyError::Store(_) => {
            let reason = error.to_string();
            opens(Verdict::Failed, say!(doctor.keys_bad, reason = reason))
        }
    }
}
