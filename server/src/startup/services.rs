//! What runs behind the pages.

use std::sync::Arc;
use std::time::Duration;

use arauto_app::ShellAssets;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::identity::Identity;
use super::{StartError, refuse_unfinished};
use crate::accounts::AccountService;
use crate::campaigns::{CampaignConfig, CampaignEngine};
use crate::clock::SharedClock;
use crate::config::Config;
use crate::http::assets::AssetNames;
use crate::http::{Ports, Web};
use crate::live::LiveBoard;
use crate::media::{Ffmpeg, MediaLibrary, Studio, Workshop, report_integrity};
use crate::random::Random;
use crate::store::{MetaStore, Store};
use crate::whatsapp::{ConnectionService, GroupListService, GroupService, Hub, WhatsappConfig};

/// How long connections may take to store what they have to store and to close. A connection that
/// is closed while the server goes on has more time than that.
const CONNECTIONS_WITHIN: Duration = Duration::from_secs(4);

/// The folder, with the data, in which files lie while they are converted.
const WORKSHOP: &str = "converting";

/// Everything that runs behind the pages.
pub struct Services {
    ports: Ports,
    hub: Arc<Hub>,
    campaigns: CampaignEngine,
    live: LiveBoard,
    meta: Arc<dyn MetaStore>,
    clock: SharedClock,
    stopping: CancellationToken,
    /// Kept for as long as the process lives.
    _identity: Identity,
}

impl Services {
    /// Starts everything: connections come back, and what earlier processes left open goes on.
    pub async fn start(config: &Config, store: Store) -> Result<Self, StartError> {
        let clock = machine_clock();
        let random = Random::from_os()?;
        let live = LiveBoard::default();
        let identity = Identity::take(config, &random);
        let hub = Hub::start(
            WhatsappConfig {
                tenancy: identity.tenancy(config),
                ..whatsapp_config(config)
            },
            store.clone(),
            clock.clone(),
            random.clone(),
            live.clone(),
        )
        .await;
        let hub = match hub {
            Ok(hub) => hub,
            Err(error) => {
                // When a copy into this store began meanwhile, that is to be told.
                refuse_unfinished(&store).await?;
                return Err(error.into());
            }
        };
        // Once it is known which servers live.
        if let Err(error) = store.blobs.sweep_unfinished().await {
            tracing::warn!("failed to {error}");
        }
        let campaigns = CampaignEngine::start(
            store.clone(),
            hub.clone(),
            clock.clone(),
            random.clone(),
            live.clone(),
            campaign_config(config),
        )?;
        let studio = studio(config).await;
        let ports = ports(
            config, &store, &clock, &random, &live, &hub, &campaigns, studio,
        );
        let stopping = CancellationToken::new();
        let (accounts, media) = (ports.accounts.clone(), ports.media.clone());
        let (library, stops) = (media.clone(), stopping.clone());
        tokio::spawn(async move { stops.run_until_cancelled(library.complete_items()).await });
        tokio::spawn(async move { media.sweep_transfers().await });
        tokio::spawn(async move { accounts.sweep_sessions().await });
        tokio::spawn(report_integrity(store.clone()));
        Ok(Self {
            ports,
            hub,
            campaigns,
            live,
            meta: store.meta,
            clock,
            stopping,
            _identity: identity,
        })
    }

    /// What the pages may reach.
    pub fn web(&self, config: &Config) -> Web {
        Web {
            ports: self.ports.clone(),
            live: self.live.clone(),
            meta: self.meta.clone(),
            clock: self.clock.clone(),
            public_url: config.public_url.clone(),
            assets: shell_assets(),
            stopping: self.stopping.clone(),
        }
    }

    /// Ends everything in order, within eight seconds: the readiness probe and the streams to
    /// pages, the campaigns while their connections still work, then the connections.
    pub(super) async fn shutdown(&self) {
        self.stopping.cancel();
        self.campaigns.shutdown().await;
        let closing = self.hub.shutdown();
        if timeout(CONNECTIONS_WITHIN, closing).await.is_err() {
            tracing::warn!("failed to close every connection in time; what is left is cut off");
        }
    }
}

/// What converts files, if there is anything; the log tells why not.
async fn studio(config: &Config) -> Option<Studio> {
    let ffmpeg = match Ffmpeg::find(&config.ffmpeg).await {
        Ok(ffmpeg) => ffmpeg,
        Err(absent) => {
            tracing::info!("nothing is converted: failed to {absent}");
            return None;
        }
    };
    match Workshop::prepare(config.data.join(WORKSHOP)) {
        Ok(workshop) => {
            tracing::info!(version = ffmpeg.version(), "ffmpeg converts media");
            Some(Studio::new(ffmpeg, workshop))
        }
        Err(error) => {
            tracing::warn!("nothing is converted: failed to prepare a folder for it: {error}");
            None
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "what the services are made of")]
fn ports(
    config: &Config,
    store: &Store,
    clock: &SharedClock,
    random: &Random,
    live: &LiveBoard,
    hub: &Arc<Hub>,
    campaigns: &CampaignEngine,
    studio: Option<Studio>,
) -> Ports {
    let (store, clock, random) = (store.clone(), clock.clone(), random.clone());
    Ports {
        accounts: Arc::new(AccountService::new(
            store.clone(),
            clock.clone(),
            random.clone(),
        )),
        media: Arc::new(MediaLibrary::new(
            store.clone(),
            clock.clone(),
            random.clone(),
            live.clone(),
            config.media_quota,
            studio,
        )),
        connections: Arc::new(ConnectionService::new(
            hub.clone(),
            store.clone(),
            clock.clone(),
            random.clone(),
            live.clone(),
        )),
        group_lists: Arc::new(GroupListService::new(
            store.clone(),
            clock.clone(),
            random,
            live.clone(),
        )),
        groups: Arc::new(GroupService::new(hub.clone(), store, clock)),
        campaigns: campaigns.campaigns(),
        agenda: campaigns.agenda(),
        runs: campaigns.runs(),
        paces: campaigns.paces(),
    }
}

/// How connections are made with this configuration.
pub(crate) fn whatsapp_config(config: &Config) -> WhatsappConfig {
    WhatsappConfig {
        keys: config.keys(),
        #[cfg(feature = "simulator")]
        network: config.simulated_network(),
        ..WhatsappConfig::default()
    }
}

fn campaign_config(config: &Config) -> CampaignConfig {
    CampaignConfig {
        pacing: config.pacing(),
        caps: config.pace_caps,
        ack_deadline: config.ack_deadline,
        short_outage: config.short_outage,
        ..CampaignConfig::default()
    }
}

/// The files that every page loads. Without them pages can be read and forms can be sent; a server
/// that was compiled for its tests is like that.
fn shell_assets() -> ShellAssets {
    match AssetNames::embedded() {
        Ok(AssetNames { js, wasm, css }) => ShellAssets { js, wasm, css },
        Err(error) => {
            tracing::warn!("failed to {error}");
            ShellAssets {
                js: "/pkg/arauto.js".into(),
                wasm: "/pkg/arauto.wasm".into(),
                css: "/pkg/arauto.css".into(),
            }
        }
    }
}

/// The machine's clock.
#[cfg(not(feature = "simulator"))]
fn machine_clock() -> SharedClock {
    Arc::new(crate::clock::SystemClock)
}

/// The machine's clock, or one that is ahead of it as a test has it.
#[cfg(feature = "simulator")]
fn machine_clock() -> SharedClock {
    Arc::new(crate::clock::ShiftedClock::from_env())
}
