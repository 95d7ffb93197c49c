//! The configuration as the server would use it.

use arauto_app::say;

use super::report::{Check, Setting, Verdict};
use crate::config::{Config, PublicUrl};

/// Every setting, without any secret.
pub(super) fn list(config: &Config) -> Vec<Setting> {
    let setting = |name, title, value: String| Setting { name, title, value };
    let public_url = config.public_url.as_ref().map(PublicUrl::origin);
    let key = match config.keys().current {
        None => say!(doctor.key_generated).to_owned(),
        Some(key) => say!(doctor.key_configured, key = key.id().to_string()),
    };
    let pacing = config.pacing();
    let seconds = |span: std::time::Duration| format!("{} s", span.as_secs_f64());
    let data = config.data.display().to_string();
    let store = config.store.to_string();
    let previous = config.secret_key_previous.keys().len().to_string();
    let pace = format!("{} a {}", seconds(pacing.shortest), seconds(pacing.longest));
    vec![
        setting("address", say!(doctor.address), config.address.to_string()),
        setting(
            "public_url",
            say!(doctor.public_url),
            public_url.unwrap_or(say!(doctor.same_address)).to_owned(),
        ),
        setting("data", say!(doctor.data), data),
        setting("store", say!(doctor.store), store),
        setting("secret_key", say!(doctor.secret_key), key),
        setting("previous_keys", say!(doctor.previous_keys), previous),
        setting("pace", say!(doctor.pace), pace),
        setting(
            "ack_deadline",
            say!(doctor.ack_deadline),
            seconds(config.ack_deadline),
        ),
        setting(
            "media_quota",
            say!(media.quota_setting),
            match config.media_quota {
                u64::MAX => say!(media.quota_none).to_owned(),
                quota => format!("{quota} B"),
            },
        ),
        setting("ffmpeg", say!(doctor.ffmpeg), config.ffmpeg.to_string()),
        setting("log", say!(doctor.log), config.log.clone()),
    ]
}

/// Whether the settings go together.
pub(super) fn check(config: &Config) -> Check {
    let check = |verdict, found| Check::new("settings", say!(doctor.settings), verdict, found);
    match config.check() {
        Ok(()) => check(Verdict::Ok, say!(doctor.settings_ok).to_owned()),
        Err(error) => {
            let reason = error.to_string();
            check(Verdict::Failed, say!(doctor.settings_bad, reason = reason))
                .advise(say!(doctor.settings_advice))
        }
    }
}
