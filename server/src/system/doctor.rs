//! `arauto doctor`: the configuration as the server would use it, and whether its store answers.

use std::io::{self, Write};

use crate::config::{Config, PublicUrl, StoreChoice};
use crate::startup::{self, StartError};

/// Writes the diagnosis, without any secret.
///
/// # Errors
/// When the store does not answer, or the diagnosis cannot be written.
pub async fn run(config: &Config, out: &mut impl Write) -> Result<(), StartError> {
    describe(config, out).map_err(StartError::Output)?;
    let file = startup::store_file(config);
    if config.store == StoreChoice::Embedded && !file.exists() {
        let answer = "it does not exist yet: the first start makes it";
        return line(out, "store answers", answer).map_err(StartError::Output);
    }
    let store = startup::open_store(config).await?;
    store.meta.ping().await?;
    line(out, "store answers", store.meta.describe()).map_err(StartError::Output)
}

fn describe(config: &Config, out: &mut impl Write) -> io::Result<()> {
    line(out, "version", env!("CARGO_PKG_VERSION"))?;
    line(out, "address", config.address)?;
    let public_url = config.public_url.as_ref().map(PublicUrl::origin);
    line(out, "public address", public_url.unwrap_or("the same"))?;
    line(out, "data folder", config.data.display())?;
    line(out, "store", &config.store)?;
    line(out, "secret key", &config.secret_key)?;
    let pacing = config.pacing();
    let interval = format!("{:?} to {:?}", pacing.shortest, pacing.longest);
    line(out, "interval between messages", interval)?;
    line(
        out,
        "acknowledgement within",
        format!("{:?}", config.ack_deadline),
    )?;
    line(out, "log", &config.log)?;
    #[cfg(feature = "simulator")]
    line(
        out,
        "WhatsApp",
        config
            .whatsapp_url
            .as_deref()
            .unwrap_or("none (this build only talks to a simulated network)"),
    )?;
    Ok(())
}

fn line(out: &mut impl Write, name: &str, value: impl std::fmt::Display) -> io::Result<()> {
    writeln!(out, "{name:<26} {value}")
}
