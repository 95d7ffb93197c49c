//! A network, a linked connection, a campaign, and what happens to them.

use std::collections::{BTreeMap, BTreeSet};

use arauto::campaigns::CampaignEngine;
use arauto_app::api::{Acted, Connections, RunView};
use arauto_app::connection_words;
use arauto_app::domain::*;
use arauto_sim::{FaultOrder, MessageView, NetworkEvent, Simulator};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::cases::{Case, Mend, Told, Trouble};
use super::{Phase, is_calm};
use crate::house::{House, PATIENCE, PHONE, addresses, campaigns, group, network, now};
use crate::phones::scan;

/// How many groups a run goes to.
pub(super) const TARGETS: u32 = 8;
/// After how many accepted messages a run counts as being in its middle.
const MIDDLE: usize = 3;

pub(super) struct Scene {
    pub(super) house: House,
    pub(super) connection: ConnectionId,
    simulator: Simulator,
    engine: CampaignEngine,
    campaign: CampaignId,
    set_at: Timestamp,
}

impl Scene {
    /// A connection that is online, and a campaign to eight groups that never ran.
    pub(super) async fn set(case: &Case) -> Self {
        let simulator = network().await;
        let mut targets = Vec::new();
        for number in 0..TARGETS {
            targets.push(group(&simulator, &format!("Grupo {number}"), 3).await);
        }
        let house = House::new(addresses(&simulator)).await;
        let connection = house.paired(&simulator).await;
        let engine = campaigns(&house);
        let mut media = None;
        if case.image {
            media = Some(add_image(&house).await);
        }
        let draft = CampaignDraft {
            name: "Oferta".into(),
            connection: Some(connection),
            lists: Vec::new(),
            targets,
            also: Vec::new(),
            pace: None,
            content: MessageContent {
                text: "*Oi*".into(),
                media,
            },
            others: Vec::new(),
            timing: Timing::default(),
        };
        let campaign = engine.campaigns().save(&house.who, None, draft).await;
        Self {
            connection,
            simulator,
            engine,
            campaign: campaign.unwrap().id,
            set_at: now(),
            house,
        }
    }

    pub(super) async fn start_run(&self) -> RunId {
        let campaigns = self.engine.campaigns();
        let started = campaigns.act(&self.house.who, self.campaign, CampaignAction::Start);
        match started.await.unwrap() {
            Acted::Began(run) => run,
            acted => panic!("no run began: {acted:?}"),
        }
    }

    /// Starts a run and returns when a few of its messages are accepted.
    pub(super) async fn until_under_way(&self) -> RunId {
        let mut events = self.simulator.control().events();
        let run = self.start_run().await;
        let accepted = async {
            let mut chats = BTreeSet::new();
            while chats.len() < MIDDLE {
                if let NetworkEvent::Message { chat, .. } = events.recv().await.unwrap() {
                    chats.insert(chat);
                }
            }
        };
        let accepted = tokio::time::timeout(PATIENCE, accepted).await;
        accepted.expect("the run does not get under way");
        run
    }

    /// Closes the connection and returns while it is coming back.
    pub(super) async fn come_back(&self) {
        let (house, id) = (&self.house, self.connection);
        house.connections.stop(&house.who, id).await.unwrap();
        house.connections.resume(&house.who, id).await.unwrap();
        house
            .until_state(id, "it is coming back", |state| {
                matches!(state, ConnectionState::Syncing | ConnectionState::Online)
            })
            .await;
    }

    pub(super) async fn inject(&self, case: &Case) {
        let control = self.simulator.control();
        for trouble in &case.trouble {
            match trouble.clone() {
                Trouble::Network(fault) => {
                    let order = FaultOrder { pn: None, fault };
                    control.inject(order).await.unwrap();
                }
                Trouble::Unlink => {
                    control.unlink(PHONE, None).await.unwrap();
                }
                Trouble::PhoneOffline => control.set_offline(PHONE, true).await.unwrap(),
            }
        }
    }

    /// Waits until the connection's history holds the state that tells of the fault; its words.
    pub(super) async fn until_told(&self, case: &str, told: Told) -> String {
        let what = format!("{case} is told");
        let found = self.house.until(&what, async |_: &House| {
            let history = self.history().await;
            let found = history.into_iter().find(|entry| (told.state)(&entry.state));
            found.map(|entry| (entry.state, entry.at))
        });
        let (state, at) = found.await;
        let words = connection_words(&state, at);
        assert!(
            words.contains(told.sentence),
            "{words:?} does not say {:?}",
            told.sentence
        );
        words
    }

    /// What the connection went through since the scene was set.
    async fn history(&self) -> Vec<Transition> {
        let workspace = self.house.who.workspace_id();
        let connections = &self.house.store.connections;
        let history = connections.history(workspace, self.connection, self.set_at);
        history.await.unwrap()
    }

    pub(super) async fn mend(&self, mend: Mend) {
        let (house, id) = (&self.house, self.connection);
        if mend.lifts() {
            self.simulator.control().lift_faults(None).await;
        }
        match mend {
            // A restriction shows once something is sent.
            Mend::Nothing | Mend::Lift | Mend::ResumeSending => {}
            Mend::Resume | Mend::LiftAndResume => {
                house.connections.resume(&house.who, id).await.unwrap();
            }
            Mend::LinkAgain => {
                house.connections.pair(&house.who, id).await.unwrap();
                scan(&self.simulator, house.until_qr(id).await).await;
                house.until_online(id).await;
            }
        }
    }

    /// Waits until WhatsApp's restriction has paused the sending, and resumes it.
    pub(super) async fn resume_sending(&self) {
        let (house, id) = (&self.house, self.connection);
        let since = house.until("the restriction is noted", async |house: &House| {
            let connections = &house.store.connections;
            let row = connections.get(house.who.workspace_id(), id).await.unwrap();
            row.unwrap()
                .restriction
                .map(|restriction| restriction.since)
        });
        let paces = self.engine.paces();
        paces.resume(&house.who, id, since.await).await.unwrap();
    }

    pub(super) async fn until_finished(&self, case: &str, run: RunId) -> RunView {
        let (runs, every) = (self.engine.runs(), DeliveryQuery::default());
        let what = format!("the run ends in spite of this: {case}");
        self.house
            .until(&what, async |house: &House| {
                let view = runs.get(&house.who, run, &every, 1).await.unwrap();
                view.run.finished_at.map(|_| view)
            })
            .await
    }

    /// Every target got the message under one id and shows it once, but for those that had to fail.
    pub(super) async fn check_deliveries(&self, case: &Case, run: RunId, tally: &RunTally) {
        let failing = case.failing.map_or(0, |(count, _)| count);
        assert_eq!(tally.failed, failing, "{}: {tally:?}", case.name);
        assert_eq!(tally.acknowledged(), TARGETS - failing, "{}", case.name);
        let workspace = self.house.who.workspace_id();
        let deliveries = self.house.store.journal.deliveries(workspace, run).await;
        for delivery in deliveries.unwrap() {
            if let DeliveryState::Failed(reason) = delivery.state {
                assert_eq!(Some(reason), case.failing.map(|(_, reason)| reason));
            }
        }
        let messages = self.until_shown(case.name).await;
        let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for message in messages.iter().filter(|message| message.accepted > 0) {
            ids.entry(&message.chat).or_default().insert(&message.id);
        }
        let arrived = u32::try_from(ids.len()).unwrap();
        assert_eq!(arrived, TARGETS - failing, "{}: lost", case.name);
        assert!(
            ids.values().all(|ids| ids.len() == 1),
            "{}: sent under two ids: {ids:?}",
            case.name
        );
    }

    /// All messages, once everybody who was to receive one shows it. A phone that lacks the key of
    /// a message that came in a refused attempt asks for it, so this may take a moment more.
    async fn until_shown(&self, case: &str) -> Vec<MessageView> {
        let control = self.simulator.control();
        let mut events = control.events();
        let is_shown = |message: &MessageView| {
            message.accepted == 0 || message.shown_by.len() == message.recipients
        };
        let shown = async {
            loop {
                let messages = control.messages(None, 0).await;
                if messages.iter().all(is_shown) {
                    return messages;
                }
                // Lagging behind is a reason to look again, like an event.
                let _ = events.recv().await;
            }
        };
        if let Ok(messages) = tokio::time::timeout(PATIENCE, shown).await {
            return messages;
        }
        panic!("{case}: {:?}", control.messages(None, 0).await)
    }

    /// Since the scene was set the connection was online all the time, but for the coming back that
    /// the phase itself asked for.
    pub(super) async fn check_undisturbed(&self, phase: Phase) {
        if phase == Phase::Syncing {
            return;
        }
        let history = self.history().await;
        assert!(
            history.iter().all(|entry| is_calm(&entry.state)),
            "{history:?}"
        );
    }
}

/// Puts an image into the library. Nobody decodes it on its way: any bytes will do.
async fn add_image(house: &House) -> MediaId {
    let workspace = house.who.workspace_id();
    let bytes = Bytes::from_static(b"the bytes of an image, as far as a message cares");
    let content = ContentHash::from_bytes(Sha256::digest(&bytes).into());
    let mut writer = house.store.blobs.begin(workspace).await.unwrap();
    writer.write(bytes.clone()).await.unwrap();
    writer.commit(content).await.unwrap();
    let item = MediaItem {
        id: MediaId::new(now(), [7; 10]),
        workspace,
        name: "oferta.jpg".into(),
        kind: MediaKind::Image,
        mime: "image/jpeg".into(),
        bytes: bytes.len() as u64,
        content,
        thumbnail: Some(content),
        width: Some(800),
        height: Some(600),
        duration_ms: None,
        pages: None,
        gif: false,
        waveform: None,
        uploaded_by: house.who.user.id,
        uploaded_at: now(),
    };
    house.store.media.insert(&item).await.unwrap();
    item.id
}
