//! The configuration: from the environment, or the same as options.

mod command_line;
mod secret_key;
mod size;
mod store_address;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use arauto_app::domain::Pacing;
use clap::Args;

use crate::media::FfmpegChoice;
use crate::whatsapp::ConfiguredKeys;

pub use command_line::{Command, CommandLine, KeysCommand};
pub use secret_key::{PreviousKeys, SecretKeyChoice};
pub(crate) use store_address::STORE_FILE;
pub use store_address::StoreAddress;

/// Everything that can be configured.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address to listen on
    #[arg(
        long,
        env = "ARAUTO_ADDRESS",
        global = true,
        default_value = "127.0.0.1:3000"
    )]
    pub address: SocketAddr,

    /// Folder of the embedded store and of the generated secret key
    #[arg(long, env = "ARAUTO_DATA", global = true, default_value = "./data")]
    pub data: PathBuf,

    /// Where everything is kept: empty for one file in the data folder, or `mongodb://…/database`
    #[arg(
        long,
        env = "ARAUTO_STORE",
        global = true,
        default_value = "",
        hide_env_values = true
    )]
    pub store: StoreChoice,

    /// Key that session keys are encrypted with: 32 bytes in base64; empty to generate one and keep
    /// it with the data
    #[arg(
        long,
        env = "ARAUTO_SECRET_KEY",
        global = true,
        default_value = "",
        hide_env_values = true
    )]
    pub secret_key: SecretKeyChoice,

    /// Keys that session keys were encrypted with before, separated by commas: they still open what
    /// they sealed, until `arauto keys rotate` sealed it anew
    #[arg(
        long,
        env = "ARAUTO_SECRET_KEY_PREVIOUS",
        global = true,
        default_value = "",
        hide_env_values = true
    )]
    pub secret_key_previous: PreviousKeys,

    /// Where browsers find this server, when that is not its own address: `https://arauto.example`
    #[arg(long, env = "ARAUTO_PUBLIC_URL", global = true, default_value = "", value_parser = public_url)]
    // Written out so that clap does not take it for an option that may be absent: in an
    // environment, "not set" is often an empty text.
    pub public_url: std::option::Option<PublicUrl>,

    /// Shortest interval between two messages of a connection, in milliseconds
    #[arg(long = "pace-shortest-ms", env = "ARAUTO_PACE_SHORTEST_MS", global = true, default_value = "8000", value_parser = milliseconds, value_name = "MS")]
    pub pace_shortest: Duration,

    /// Longest interval between two messages of a connection, in milliseconds
    #[arg(long = "pace-longest-ms", env = "ARAUTO_PACE_LONGEST_MS", global = true, default_value = "20000", value_parser = milliseconds, value_name = "MS")]
    pub pace_longest: Duration,

    /// Whether the usual longer pause, caps and warm-up hold for connections whose owner sets none: on or
    /// off
    #[arg(long = "pace-caps", env = "ARAUTO_PACE_CAPS", global = true, default_value = "on", value_parser = clap::builder::BoolishValueParser::new(), action = clap::ArgAction::Set, value_name = "ON")]
    pub pace_caps: bool,

    /// How long WhatsApp may take to acknowledge a message before it counts as unconfirmed, in
    /// milliseconds
    #[arg(long = "ack-deadline-ms", env = "ARAUTO_ACK_DEADLINE_MS", global = true, default_value = "60000", value_parser = milliseconds, value_name = "MS")]
    pub ack_deadline: Duration,

    /// How long a connection may be away while messages wait for it, and they still go out by
    /// themselves, in milliseconds; after more than that its owner is asked
    #[arg(long = "short-outage-ms", env = "ARAUTO_SHORT_OUTAGE_MS", global = true, default_value = "600000", value_parser = milliseconds, value_name = "MS")]
    pub short_outage: Duration,

    /// How long the lease of a connection lasts without being renewed, in milliseconds: so soon another
    /// server on the same MongoDB takes over from one that died
    #[arg(long = "lease-ms", env = "ARAUTO_LEASE_MS", global = true, default_value = "15000", value_parser = lease, value_name = "MS")]
    pub lease: Duration,

    /// How many bytes of media a workspace may keep, such as 500M or 10G; 0 for no limit
    #[arg(long = "media-quota", env = "ARAUTO_MEDIA_QUOTA", global = true, default_value = "10G", value_parser = size::size, value_name = "BYTES")]
    pub media_quota: u64,

    /// The ffmpeg that converts what WhatsApp does not play: empty for the one on the `PATH`, a program's
    /// path, or off
    #[arg(long, env = "ARAUTO_FFMPEG", global = true, default_value = "")]
    pub ffmpeg: FfmpegChoice,

    /// What is logged: a level, or levels by module, such as `info,arauto=debug`
    #[arg(long, env = "ARAUTO_LOG", global = true, default_value = "info")]
    pub log: String,

    /// WebSocket address of a simulated WhatsApp network; on this machine only
    #[cfg(feature = "simulator")]
    #[arg(long, env = "ARAUTO_WHATSAPP_URL", global = true)]
    pub whatsapp_url: Option<String>,

    /// HTTP address of a simulated WhatsApp network's media hosts; on this machine only
    #[cfg(feature = "simulator")]
    #[arg(long, env = "ARAUTO_WHATSAPP_HTTP", global = true)]
    pub whatsapp_http: Option<String>,
}

impl Config {
    /// Checks what no single setting shows.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.pace_longest < self.pace_shortest {
            return Err(ConfigError::Pace {
                shortest: self.pace_shortest.as_millis(),
                longest: self.pace_longest.as_millis(),
            });
        }
        if !self.secret_key_previous.is_empty() && self.secret_key.configured().is_none() {
            return Err(ConfigError::OnlyPreviousKeys);
        }
        #[cfg(feature = "simulator")]
        if self.whatsapp_url.is_some() != self.whatsapp_http.is_some() {
            return Err(ConfigError::HalfNetwork);
        }
        Ok(())
    }

    /// The simulated network that this build talks to, when both of its addresses are given.
    #[cfg(feature = "simulator")]
    pub fn simulated_network(&self) -> Option<crate::whatsapp::SimulatedNetwork> {
        Some(crate::whatsapp::SimulatedNetwork {
            websocket_url: self.whatsapp_url.clone()?,
            http_url: self.whatsapp_http.clone()?,
        })
    }

    /// The keys that session keys are encrypted with.
    pub fn keys(&self) -> ConfiguredKeys {
        ConfiguredKeys {
            current: self.secret_key.configured(),
            previous: self.secret_key_previous.keys().to_vec(),
        }
    }

    /// The interval between two messages of a connection.
    pub const fn pacing(&self) -> Pacing {
        Pacing {
            shortest: self.pace_shortest,
            longest: self.pace_longest,
        }
    }
}

/// What is wrong with the configuration. Reads as "failed to {error}".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The interval's bounds are the wrong way round.
    #[error(
        "accept ARAUTO_PACE_SHORTEST_MS={shortest}: it is longer than ARAUTO_PACE_LONGEST_MS={longest}"
    )]
    Pace {
        /// In milliseconds.
        shortest: u128,
        /// In milliseconds.
        longest: u128,
    },
    /// A key is replaced by none.
    #[error("accept ARAUTO_SECRET_KEY_PREVIOUS: ARAUTO_SECRET_KEY names no key in their place")]
    OnlyPreviousKeys,
    /// The simulated network has one address of two.
    #[cfg(feature = "simulator")]
    #[error(
        "accept the simulated network: it needs both ARAUTO_WHATSAPP_URL and ARAUTO_WHATSAPP_HTTP"
    )]
    HalfNetwork,
}

/// Where everything is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// One SQLite file in the data folder.
    Embedded,
    /// A MongoDB by its connection string, which may hold a password.
    MongoDb(String),
}

impl FromStr for StoreChoice {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => Ok(Self::Embedded),
            url if store_address::is_mongodb(url) => Ok(Self::MongoDb(url.to_owned())),
            _ => Err("expected nothing (for the embedded store) or mongodb://…"),
        }
    }
}

impl fmt::Display for StoreChoice {
    /// Without user name and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("embedded"),
            Self::MongoDb(url) => f.write_str(&store_address::without_secrets(url)),
        }
    }
}

impl fmt::Debug for StoreChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The scheme, host and port by which browsers reach the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// As a browser writes it into `Origin`: lower case, no port that the scheme implies, no slash
    /// at the end.
    pub fn origin(&self) -> &str {
        &self.0
    }

    /// Whether browsers come by HTTPS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "expected a scheme and a host, such as https://arauto.example";
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or(SHAPE)?;
        let implied_port = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return Err(SHAPE),
        };
        let strange = |c: char| !(c.is_ascii_alphanumeric() || "-.:[]".contains(c));
        if authority.is_empty() || authority.contains(strange) {
            return Err(SHAPE);
        }
        let authority = authority.strip_suffix(implied_port).unwrap_or(authority);
        Ok(Self(format!("{scheme}://{authority}")))
    }
}

fn public_url(text: &str) -> Result<Option<PublicUrl>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.parse().map(Some)
}

fn milliseconds(text: &str) -> Result<Duration, std::num::ParseIntError> {
    text.trim().parse().map(Duration::from_millis)
}

/// Long enough to be renewed three times on a busy machine.
const LEASE_SHORTEST: Duration = Duration::from_millis(500);

fn lease(text: &str) -> Result<Duration, String> {
    match milliseconds(text) {
        Ok(lease) if lease >= LEASE_SHORTEST => Ok(lease),
        Ok(_) => Err(format!("expected at least {}", LEASE_SHORTEST.as_millis())),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use clap::Parser;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Config, clap::Error> {
        let arguments = ["arauto"].iter().chain(arguments);
        CommandLine::try_parse_from(arguments).map(|line| line.config)
    }

    #[test]
    fn nothing_needs_to_be_configured() {
        let config = parse(&[]).unwrap();
        assert_eq!(config.store, StoreChoice::Embedded);
        assert!(config.secret_key.configured().is_none());
        assert_eq!(config.public_url, None);
        assert_eq!(config.pacing(), Pacing::default());
        assert_eq!(config.check(), Ok(()));
    }

    #[test]
    fn what_cannot_work_is_refused_at_the_start() {
        for arguments in [
            ["--store", "postgres://here"],
            ["--secret-key", "c2hvcnQ="],
            ["--secret-key-previous", "c2hvcnQ="],
            ["--public-url", "arauto.example"],
            ["--public-url", "https://arauto.example/app"],
            ["--address", "3000"],
            ["--pace-shortest-ms", "soon"],
            ["--lease-ms", "1"],
        ] {
            assert!(parse(&arguments).is_err(), "{arguments:?}");
        }
        let config = parse(&["--pace-shortest-ms", "30000"]).unwrap();
        assert!(matches!(config.check(), Err(ConfigError::Pace { .. })));
        let key = STANDARD.encode([7; 32]);
        let config = parse(&["--secret-key-previous", &key]).unwrap();
        assert_eq!(config.check(), Err(ConfigError::OnlyPreviousKeys));
    }

    #[test]
    fn no_secret_is_ever_shown() {
        let key = STANDARD.encode([7; 32]);
        let config = parse(&[
            "--store",
            "mongodb://ana:segredo@db1:27017,db2/arauto?tlsCertificateKeyFilePassword=oculta",
            "--secret-key",
            &key,
            "--secret-key-previous",
            &format!("{key}, {key}"),
        ])
        .unwrap();
        assert_eq!(config.keys().previous.len(), 2);
        let shown = format!("{config:?}");
        assert!(shown.contains("mongodb://db1:27017,db2/arauto"), "{shown}");
        for secret in ["segredo", "oculta", &key, "7, 7"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn a_public_url_is_written_as_browsers_write_origins() {
        let url: PublicUrl = "HTTPS://Arauto.Example:443/".parse().unwrap();
        assert_eq!(url.origin(), "https://arauto.example");
        assert!(url.is_https());
        let url: PublicUrl = "http://[::1]:3000".parse().unwrap();
        assert_eq!(url.origin(), "http://[::1]:3000");
        assert!(!url.is_https());
    }
}
