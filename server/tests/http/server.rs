//! A server of one test.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arauto::accounts::AccountService;
use arauto::clock::{Clock, ManualClock};
use arauto::config::PublicUrl;
use arauto::http::{Ports, Web, router};
use arauto::live::LiveBoard;
use arauto::media::{Ffmpeg, FfmpegChoice, MediaLibrary, Studio, Workshop};
use arauto::random::Random;
use arauto::store::Store;
use arauto::whatsapp::GroupListService;
use arauto_app::ShellAssets;
use arauto_app::domain::{Timestamp, WorkspaceId};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::browser::Browser;
use crate::nothing::Nothing;

/// More than any test uploads.
const QUOTA: u64 = 1 << 30;

/// A server with an empty store; it ends with this value.
pub struct Server {
    pub url: String,
    pub store: Store,
    pub live: LiveBoard,
    pub stopping: CancellationToken,
    clock: ManualClock,
    /// Where files lie while they are converted.
    pub workshop: PathBuf,
    _data: tempfile::TempDir,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_at(None).await
    }

    /// One that browsers reach by another address than its own.
    pub async fn start_at(public_url: Option<&str>) -> Self {
        Self::start_with(public_url, |_| {}).await
    }

    /// One with other things behind its ports.
    pub async fn start_with(public_url: Option<&str>, change: impl FnOnce(&mut Ports)) -> Self {
        Self::start_holding(QUOTA, None, public_url, change).await
    }

    /// One whose workspaces may hold so many bytes of media.
    pub async fn start_with_quota(quota: u64) -> Self {
        Self::start_holding(quota, None, None, |_| {}).await
    }

    /// One that converts files, by the ffmpeg of this machine.
    pub async fn start_converting() -> Self {
        let ffmpeg = Ffmpeg::find(&FfmpegChoice::Found).await;
        let ffmpeg = ffmpeg.expect("ffmpeg is installed: `make setup` does it");
        Self::start_holding(QUOTA, Some(ffmpeg), None, |_| {}).await
    }

    async fn start_holding(
        quota: u64,
        ffmpeg: Option<Ffmpeg>,
        public_url: Option<&str>,
        change: impl FnOnce(&mut Ports),
    ) -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(data.path().join("arauto.db")).unwrap();
        let clock = ManualClock::new(Timestamp::from_seconds(1_780_000_000));
        let live = LiveBoard::default();
        let stopping = CancellationToken::new();
        let workshop = data.path().join("converting");
        let studio =
            ffmpeg.map(|ffmpeg| Studio::new(ffmpeg, Workshop::prepare(workshop.clone()).unwrap()));
        let mut ports = ports(&store, &clock, &live, quota, studio);
        change(&mut ports);
        let web = Web {
            ports,
            live: live.clone(),
            meta: store.meta.clone(),
            clock: Arc::new(clock.clone()),
            public_url: public_url.map(|url| url.parse::<PublicUrl>().unwrap()),
            assets: ShellAssets {
                js: "/pkg/arauto.js".into(),
                wasm: "/pkg/arauto.wasm".into(),
                css: "/pkg/arauto.css".into(),
            },
            stopping: stopping.clone(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self {
            url,
            store,
            live,
            stopping,
            clock,
            workshop,
            _data: data,
        }
    }

    /// Somebody who has never been here.
    pub fn stranger(&self) -> Browser {
        Browser::at(&self.url)
    }

    /// The administrator of the server, signed in.
    pub async fn administrator(&self) -> Browser {
        let browser = self.stranger();
        browser.create_administrator().await;
        browser
    }

    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A workspace of other people.
    pub fn other_workspace(&self) -> WorkspaceId {
        WorkspaceId::new(self.now(), [9; 10])
    }
}

fn ports(
    store: &Store,
    clock: &ManualClock,
    live: &LiveBoard,
    quota: u64,
    studio: Option<Studio>,
) -> Ports {
    let random = Random::from_seed(1);
    let clock = Arc::new(clock.clone());
    let accounts = AccountService::new(store.clone(), clock.clone(), random.clone());
    let media = MediaLibrary::new(
        store.clone(),
        clock.clone(),
        random.clone(),
        live.clone(),
        quota,
        studio,
    );
    let lists = GroupListService::new(store.clone(), clock, random, live.clone());
    Ports {
        accounts: Arc::new(accounts),
        media: Arc::new(media),
        connections: Arc::new(Nothing),
        groups: Arc::new(Nothing),
        group_lists: Arc::new(lists),
        campaigns: Arc::new(Nothing),
        agenda: Arc::new(Nothing),
        runs: Arc::new(Nothing),
        paces: Arc::new(Nothing),
    }
}
