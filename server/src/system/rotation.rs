//! `arauto keys rotate`: seals every session key anew with the configured key.

use std::io::Write;

use arauto_app::say;

use crate::config::{Config, StoreChoice};
use crate::random::Random;
use crate::startup::{self, StartError};
use crate::whatsapp::{Rotation, rotate};

/// Rotates and tells what was done.
///
/// # Errors
/// When nothing could be done, or something is still sealed with a former key.
pub async fn run(config: &Config, out: &mut impl Write) -> Result<(), StartError> {
    config.check()?;
    let random = Random::from_os()?;
    let store = startup::open_store(config).await?;
    // The embedded store was opened by us, so by nobody else.
    let is_shared = config.store != StoreChoice::Embedded;
    let rotation = rotate(&config.keys(), is_shared, &store, &random).await?;
    writeln!(out, "{}", report(&rotation)).map_err(StartError::Output)?;
    if rotation.left > 0 {
        return Err(StartError::RotationUnfinished(rotation.left));
    }
    Ok(())
}

fn report(rotation: &Rotation) -> String {
    let key = rotation.key.to_string();
    let mut lines = vec![if rotation.resealed == 0 {
        say!(operator.rotation_nothing, key = key)
    } else {
        say!(
            operator.rotation_done,
            key = key,
            records = rotation.resealed,
            connections = rotation.connections
        )
    }];
    if rotation.damaged > 0 {
        lines.push(say!(operator.rotation_damaged, records = rotation.damaged));
    }
    if rotation.left > 0 {
        lines.push(say!(operator.rotation_left, records = rotation.left));
    } else {
        lines.push(say!(operator.rotation_next).to_owned());
    }
    lines.join("\n")
}
