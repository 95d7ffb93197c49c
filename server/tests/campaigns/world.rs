//! One workspace with a connection, its groups and an image, on a real SQLite store, a manual
//! clock and a scripted network.

use std::sync::Arc;
use std::time::Duration;

use arauto::campaigns::{Backoff, CampaignConfig, CampaignEngine};
use arauto::clock::{Clock, ManualClock};
use arauto::live::LiveBoard;
use arauto::random::Random;
use arauto::store::{ServerId, Store};
use arauto_app::api::{Acted, ApiError, CampaignSummary, LiveEvent, Principal, RunView};
use arauto_app::domain::*;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::faults::Faults;
use super::network::Network;

/// How long any wait of a test may take in real time.
const DEADLINE: Duration = Duration::from_mins(1);

pub const IMAGE: &[u8] = b"the bytes of an image, as far as campaigns care";
pub const THUMBNAIL: &[u8] = b"the bytes of its thumbnail";

/// Everything around the engine; it outlives the processes.
pub struct World {
    pub folder: TempDir,
    pub clock: ManualClock,
    pub random: Random,
    pub live: LiveBoard,
    pub faults: Faults,
    pub network: Network,
    pub who: Principal,
    pub connection: ConnectionId,
    pub config: CampaignConfig,
}

/// One process.
pub struct Process {
    pub engine: CampaignEngine,
    pub store: Store,
}

impl World {
    /// A world whose connection is online and a member of so many groups.
    pub async fn with_groups(groups: u32) -> Self {
        Self::seeded(groups, 1).await
    }

    pub async fn seeded(groups: u32, seed: u64) -> Self {
        let clock = ManualClock::new(Timestamp::from_seconds(1_790_000_000));
        let random = Random::from_seed(seed);
        let now = clock.now();
        let workspace = Workspace {
            id: WorkspaceId::new(now, random.bytes()),
            name: "Bairro".into(),
            created_at: now,
        };
        let user = User {
            id: UserId::new(now, random.bytes()),
            workspace: workspace.id,
            role: Role::Owner,
            platform_admin: true,
            name: "Dona".into(),
            email: "dona@example.org".into(),
            created_at: now,
        };
        let faults = Faults::default();
        let world = Self {
            folder: folder(),
            network: Network::new(workspace.id, clock.clone(), faults.clone()),
            live: LiveBoard::default(),
            connection: ConnectionId::new(now, random.bytes()),
            config: CampaignConfig {
                pacing: Pacing {
                    shortest: Duration::from_secs(1),
                    longest: Duration::from_secs(3),
                },
                caps: false,
                retry: Backoff {
                    first: Duration::from_secs(15),
                    longest: Duration::from_mins(5),
                },
                ..CampaignConfig::default()
            },
            clock,
            random,
            faults,
            who: Principal { user, workspace },
        };
        let store = world.open_store();
        store
            .connections
            .insert(&world.connection_row())
            .await
            .unwrap();
        let hour = Duration::from_hours(1);
        let lease = store.leases.acquire(
            world.workspace(),
            world.connection,
            ServerId::default(),
            hour,
        );
        assert_eq!(lease.await.unwrap().map(|lease| lease.fence), Some(1));
        let groups: Vec<Group> = (1..=groups).map(|number| world.group(number)).collect();
        store.groups.put(world.workspace(), &groups).await.unwrap();
        world
    }

    pub fn workspace(&self) -> WorkspaceId {
        self.who.workspace_id()
    }

    pub fn open_store(&self) -> Store {
        Store::open_sqlite(self.folder.path().join("arauto.db")).unwrap()
    }

    /// Starts a process on the store.
    pub fn start_process(&self) -> Process {
        self.start_process_on(self.open_store())
    }

    pub fn start_process_on(&self, store: Store) -> Process {
        let engine = CampaignEngine::start(
            self.faults.before(store.clone()),
            self.network.plug_in(),
            Arc::new(self.clock.clone()),
            self.random.clone(),
            self.live.clone(),
            self.config,
        );
        Process {
            engine: engine.unwrap(),
            store,
        }
    }

    fn connection_row(&self) -> Connection {
        let now = self.clock.now();
        Connection {
            id: self.connection,
            workspace: self.workspace(),
            name: "Loja".into(),
            phone: Some("5511955500142".into()),
            state: ConnectionState::Online,
            state_since: now,
            linked_at: Some(now),
            phone_seen_at: None,
            groups_synced_at: Some(now),
            after_outage: AfterOutage::default(),
            able_at: None,
            outage: None,
            pace: None,
            restriction: None,
            created_at: now,
        }
    }

    pub fn group(&self, number: u32) -> Group {
        Group {
            connection: self.connection,
            jid: jid(number),
            subject: format!("Grupo {number}"),
            participants: 5,
            announce_only: false,
            is_admin: false,
            addressing_mode: AddressingMode::Lid,
            community: None,
            standing: GroupStanding::Member,
            synced_at: self.clock.now(),
        }
    }

    /// Puts the image into the library.
    pub async fn add_image(&self, store: &Store) -> MediaItem {
        let now = self.clock.now();
        let mut contents = Vec::new();
        for bytes in [IMAGE, THUMBNAIL] {
            let content = ContentHash::from_bytes(Sha256::digest(bytes).into());
            let mut writer = store.blobs.begin(self.workspace()).await.unwrap();
            writer.write(Bytes::from_static(bytes)).await.unwrap();
            writer.commit(content).await.unwrap();
            contents.push(content);
        }
        let item = MediaItem {
            id: MediaId::new(now, self.random.bytes()),
            workspace: self.workspace(),
            name: "oferta.jpg".into(),
            kind: MediaKind::Image,
            mime: "image/jpeg".into(),
            bytes: IMAGE.len() as u64,
            content: contents[0],
            thumbnail: Some(contents[1]),
            width: Some(800),
            height: Some(600),
            duration_ms: None,
            pages: None,
            gif: false,
            waveform: None,
            uploaded_by: self.who.user.id,
            uploaded_at: now,
        };
        store.media.insert(&item).await.unwrap();
        item
    }

    /// A complete draft to so many groups.
    pub fn draft(&self, groups: u32) -> CampaignDraft {
        CampaignDraft {
            name: "Oferta".into(),
            connection: Some(self.connection),
            lists: Vec::new(),
            targets: (1..=groups).map(jid).collect(),
            also: Vec::new(),
            pace: None,
            content: MessageContent {
                text: "*Oi*".into(),
                media: None,
            },
            others: Vec::new(),
            timing: Timing::default(),
        }
    }

    /// Lets the time pass, a second for each millisecond, while `work` goes on.
    pub async fn while_time_passes<T>(&self, work: impl Future<Output = T>) -> T {
        let passing = async {
            loop {
                self.clock.advance(Duration::from_secs(1));
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            done = tokio::time::timeout(DEADLINE, work) => done.expect("the test waited in vain"),
            () = passing => unreachable!(),
        }
    }

    /// Lets the time pass until `condition` holds of a run; looks whenever something is said to have
    /// changed, and every minute of that time.
    pub async fn until_run(
        &self,
        process: &Process,
        run: RunId,
        condition: impl Fn(&RunView) -> bool,
    ) -> RunView {
        let mut notices = self.live.subscribe();
        let look = async {
            loop {
                // The clock stands still meanwhile: a look that takes long misses nothing.
                let view = process.run(&self.who, run).await;
                if condition(&view) {
                    return view;
                }
                let something_happens = async {
                    tokio::select! {
                        _ = notices.recv() => {}
                        () = self.clock.sleep(Duration::from_mins(1)) => {}
                    }
                };
                self.while_time_passes(something_happens).await;
            }
        };
        tokio::time::timeout(DEADLINE, look)
            .await
            .expect("the test waited in vain")
    }

    /// Waits until the campaign began so many runs, and returns the last of them.
    pub async fn until_begun(&self, process: &Process, campaign: CampaignId, number: u32) -> Run {
        let mut notices = self.live.subscribe();
        let latest = || process.store.journal.latest_run(self.workspace(), campaign);
        self.while_time_passes(async {
            loop {
                match latest().await.unwrap() {
                    Some(run) if run.number >= number => return run,
                    _ => drop(notices.recv().await),
                }
            }
        })
        .await
    }

    /// Waits for the end of a run.
    pub async fn until_finished(&self, process: &Process, run: RunId) -> RunView {
        self.until_run(process, run, |view| view.run.finished_at.is_some())
            .await
    }

    /// Waits, with the clock standing still, until `condition` holds; looks after each hand-over
    /// and each notice.
    pub async fn until_still(&self, condition: impl AsyncFn() -> bool) {
        let mut notices = self.live.subscribe();
        let wait = async {
            while !condition().await {
                tokio::select! {
                    _ = notices.recv() => {}
                    () = self.network.changed() => {}
                }
            }
        };
        tokio::time::timeout(DEADLINE, wait)
            .await
            .expect("the test waited in vain");
    }
}

impl Process {
    /// Saves a draft and starts it.
    pub async fn launch(&self, who: &Principal, draft: CampaignDraft) -> (CampaignId, RunId) {
        let campaigns = self.engine.campaigns();
        let campaign = campaigns.save(who, None, draft).await.unwrap().id;
        let run = self.start(who, campaign).await.unwrap();
        (campaign, run)
    }

    /// Carries out an action.
    pub async fn act(
        &self,
        who: &Principal,
        campaign: CampaignId,
        action: CampaignAction,
    ) -> Result<Acted, ApiError> {
        self.engine.campaigns().act(who, campaign, action).await
    }

    /// Starts a campaign whose first run is at its start.
    pub async fn start(&self, who: &Principal, campaign: CampaignId) -> Result<RunId, ApiError> {
        match self.act(who, campaign, CampaignAction::Start).await? {
            Acted::Began(run) => Ok(run),
            acted => panic!("no run began: {acted:?}"),
        }
    }

    pub async fn run(&self, who: &Principal, run: RunId) -> RunView {
        let (runs, every) = (self.engine.runs(), DeliveryQuery::default());
        runs.get(who, run, &every, 1).await.unwrap()
    }

    pub async fn campaign(&self, who: &Principal, campaign: CampaignId) -> CampaignSummary {
        self.engine.campaigns().get(who, campaign).await.unwrap()
    }

    /// The deliveries as they are stored, past the faults.
    pub async fn deliveries(&self, who: &Principal, run: RunId) -> Vec<Delivery> {
        self.store
            .journal
            .deliveries(who.workspace_id(), run)
            .await
            .unwrap()
    }
}

/// A folder for one world: in memory where the system has such a place, since these tests kill processes
/// and not machines.
fn folder() -> TempDir {
    let in_memory = tempfile::tempdir_in("/dev/shm");
    in_memory.or_else(|_| tempfile::tempdir()).unwrap()
}

pub fn jid(number: u32) -> GroupJid {
    format!("12036304000000{number:04}@g.us").parse().unwrap()
}

/// Everything that was posted until now.
pub fn drain(
    notices: &mut tokio::sync::broadcast::Receiver<(WorkspaceId, LiveEvent)>,
) -> Vec<LiveEvent> {
    std::iter::from_fn(|| notices.try_recv().ok())
        .map(|(_, event)| event)
        .collect()
}
