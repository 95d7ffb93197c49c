//! Values to store.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arauto::store::{Lease, ServerId, Store};
use arauto_app::domain::wording::Seed;
use arauto_app::domain::{
    AddressingMode, AfterOutage, Author, Campaign, CampaignId, CampaignState, Connection,
    ConnectionId, ConnectionState, ContentHash, Delivery, DeliveryId, DeliveryState, Gate, Group,
    GroupJid, GroupList, GroupListId, GroupStanding, MediaId, MediaItem, MediaKind, MessageContent,
    MessageId, Pacing, PastRuns, Role, Run, RunId, RunOrigin, Sender, Timestamp, Timing, User,
    UserId, Workspace, WorkspaceId, ZoneName,
};

/// A time in a round form: `millis` after a Monday morning.
pub const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + millis)
}

/// No run waits for its owner's choice.
pub const NOTHING_HELD: Timestamp = Timestamp::from_millis(0);

/// A number that no other value of this process has.
pub fn unique() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

fn ten_bytes() -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&unique().to_be_bytes());
    bytes
}

pub fn workspace_id() -> WorkspaceId {
    WorkspaceId::new(at(0), ten_bytes())
}

pub fn connection_id() -> ConnectionId {
    ConnectionId::new(at(0), ten_bytes())
}

pub fn campaign_id() -> CampaignId {
    CampaignId::new(at(0), ten_bytes())
}

pub fn group_list_id() -> GroupListId {
    GroupListId::new(at(0), ten_bytes())
}

pub fn media_id() -> MediaId {
    MediaId::new(at(0), ten_bytes())
}

pub fn user_id() -> UserId {
    UserId::new(at(0), ten_bytes())
}

pub fn message_id() -> MessageId {
    let mut bytes = [0; 9];
    bytes[1..].copy_from_slice(&unique().to_be_bytes());
    MessageId::new(bytes)
}

pub fn jid(number: u64) -> GroupJid {
    format!("{}@g.us", 120_363_000_000_000_000 + number)
        .parse()
        .unwrap()
}

pub fn digest(byte: u8) -> ContentHash {
    ContentHash::from_bytes([byte; 32])
}

pub fn workspace() -> Workspace {
    Workspace {
        id: workspace_id(),
        name: "Comunidade".into(),
        created_at: at(0),
    }
}

pub fn user(workspace: WorkspaceId, email: &str) -> User {
    User {
        id: user_id(),
        workspace,
        role: Role::Owner,
        platform_admin: true,
        name: "Ana".into(),
        email: email.into(),
        created_at: at(0),
    }
}

pub fn connection(workspace: WorkspaceId, name: &str) -> Connection {
    Connection {
        id: connection_id(),
        workspace,
        name: name.into(),
        phone: None,
        state: ConnectionState::Unpaired { cause: None },
        state_since: at(0),
        linked_at: None,
        phone_seen_at: None,
        groups_synced_at: None,
        after_outage: AfterOutage::default(),
        able_at: None,
        outage: None,
        pace: None,
        restriction: None,
        created_at: at(0),
    }
}

pub fn group(connection: ConnectionId, number: u64, subject: &str, synced_at: Timestamp) -> Group {
    Group {
        connection,
        jid: jid(number),
        subject: subject.into(),
        participants: 57,
        announce_only: false,
        is_admin: true,
        addressing_mode: AddressingMode::Lid,
        community: None,
        standing: GroupStanding::Member,
        synced_at,
    }
}

pub fn group_list(
    workspace: WorkspaceId,
    connection: ConnectionId,
    name: &str,
    groups: &[u64],
) -> GroupList {
    GroupList {
        id: group_list_id(),
        workspace,
        connection,
        name: name.into(),
        groups: groups.iter().map(|number| jid(*number)).collect(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn media_item(workspace: WorkspaceId, name: &str, content: u8, thumbnail: u8) -> MediaItem {
    MediaItem {
        id: media_id(),
        workspace,
        name: name.into(),
        kind: MediaKind::Image,
        mime: "image/jpeg".into(),
        bytes: 5_000_000_000,
        content: digest(content),
        thumbnail: Some(digest(thumbnail)),
        width: Some(1200),
        height: Some(800),
        duration_ms: None,
        pages: None,
        gif: false,
        waveform: None,
        uploaded_by: user_id(),
        uploaded_at: at(0),
    }
}

pub fn author(name: &str) -> Author {
    Author {
        id: user_id(),
        name: name.into(),
    }
}

pub fn campaign(workspace: WorkspaceId, name: &str) -> Campaign {
    Campaign {
        id: campaign_id(),
        workspace,
        name: name.into(),
        connection: Some(connection_id()),
        lost_connection: false,
        lists: vec![group_list_id()],
        targets: vec![jid(1), jid(2)],
        also: vec![Sender {
            connection: connection_id(),
            lists: vec![group_list_id()],
            targets: vec![jid(3)],
        }],
        pace: Some(Pacing {
            shortest: Duration::from_secs(30),
            longest: Duration::from_mins(1),
        }),
        content: MessageContent {
            text: "Olá, *pessoal*!\nAté já 👋".into(),
            media: Some(media_id()),
        },
        others: vec![MessageContent {
            text: "{Oi|Olá}, {{grupo}}".into(),
            media: None,
        }],
        timing: Timing::default(),
        state: CampaignState::Draft,
        past: PastRuns::default(),
        next_at: None,
        created_at: at(0),
        updated_at: at(0),
        updated_by: Some(author("Ana")),
    }
}

/// A run of a connection that began `started` milliseconds after the start of time.
pub fn run(workspace: WorkspaceId, connection: ConnectionId, started: i64) -> Run {
    Run {
        id: RunId::new(at(started), ten_bytes()),
        workspace,
        campaign: campaign_id(),
        number: 1,
        connection,
        content: MessageContent {
            text: "Oferta".into(),
            media: None,
        },
        others: vec![MessageContent {
            text: "{Oi|Olá}, {{grupo}}".into(),
            media: Some(media_id()),
        }],
        connection_name: "Loja".into(),
        zone: ZoneName::default(),
        origin: RunOrigin::Person,
        due_at: at(started),
        started_at: at(started),
        finished_at: None,
        gate: Gate::OPEN,
        reopened: 0,
        also: Vec::new(),
        pace: None,
        rests_until: Timestamp::default(),
    }
}

pub fn deliveries(run: &Run, count: u32) -> Vec<Delivery> {
    (0..count)
        .map(|position| Delivery {
            id: DeliveryId::new(run.started_at, ten_bytes()),
            workspace: run.workspace,
            run: run.id,
            connection: run.connection,
            position,
            target: jid(u64::from(position)).into(),
            target_name: format!("Grupo {position}"),
            members: 40,
            variant: position % 2,
            seed: Seed::new(u64::MAX - u64::from(position)),
            first_at: None,
            state: DeliveryState::Pending,
            message_id: None,
            attempts: 0,
            earlier: Vec::new(),
            retry_at: None,
            attempted_at: None,
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
        })
        .collect()
}

/// The server that holds the leases of tests that are about something else.
pub const SERVER: ServerId = ServerId::new([7; 16]);

/// The first lease of a connection.
pub const fn first_lease(workspace: WorkspaceId, connection: ConnectionId) -> Lease {
    Lease {
        workspace,
        connection,
        fence: 1,
    }
}

/// Takes the lease of a stored connection.
pub async fn take_lease(store: &Store, workspace: WorkspaceId, id: ConnectionId) -> Lease {
    let lease = store
        .leases
        .acquire(workspace, id, SERVER, Duration::from_hours(1));
    lease.await.unwrap().unwrap()
}

/// Stores a connection with this id and takes its first lease.
pub async fn hold(store: &Store, workspace: WorkspaceId, id: ConnectionId) -> Lease {
    let row = Connection {
        id,
        ..connection(workspace, "Loja")
    };
    store.connections.insert(&row).await.unwrap();
    let lease = take_lease(store, workspace, id).await;
    assert_eq!(lease, first_lease(workspace, id));
    lease
}

/// A stored run of a new workspace and connection, whose lease is held.
pub async fn stored_run(store: &Store, count: u32) -> Run {
    let run = run(workspace_id(), connection_id(), 0);
    hold(store, run.workspace, run.connection).await;
    let deliveries = deliveries(&run, count);
    store.journal.begin_run(&run, &deliveries).await.unwrap();
    run
}

/// Claims what is next at `now`, with a message id of its own.
pub async fn claim(store: &Store, run: &Run, now: Timestamp) -> Option<Delivery> {
    store
        .journal
        .claim_due(
            &first_lease(run.workspace, run.connection),
            now,
            NOTHING_HELD,
            &message_id(),
        )
        .await
        .unwrap()
}
