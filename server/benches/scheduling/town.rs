//! Many workspaces, each with a connection, its groups, and a hundred active campaigns.

use std::ops::Range;
use std::time::Duration;

use arauto::clock::{Clock as _, SystemClock};
use arauto::random::Random;
use arauto::store::Store;
use arauto_app::domain::{
    AddressingMode, AfterOutage, Campaign, CampaignId, CampaignState, Connection, ConnectionId,
    ConnectionState, Group, GroupJid, GroupStanding, IntervalUnit, MessageContent, PastRuns,
    Schedule, Timestamp, Timing, WorkspaceId,
};
use futures::StreamExt;

use crate::spread;

/// How many campaigns each workspace has.
const EACH: u32 = 100;
/// How many are written at the same time.
const TOGETHER: usize = 64;

/// Who lives there.
pub struct Town {
    workspaces: Vec<WorkspaceId>,
}

impl Town {
    /// Writes so many campaigns into the store.
    pub async fn settle(store: &Store, random: &Random, campaigns: u32) -> Self {
        let now = SystemClock.now();
        let mut workspaces = Vec::new();
        let mut all = Vec::new();
        for house in 0..campaigns.div_ceil(EACH) {
            let workspace = WorkspaceId::new(now, random.bytes());
            let connection = connection(workspace, random, now);
            let group = group(&connection, now);
            store.connections.insert(&connection).await.expect("stored");
            let groups = std::slice::from_ref(&group);
            store.groups.put(workspace, groups).await.expect("stored");
            let places = house * EACH..(house * EACH + EACH).min(campaigns);
            all.extend(places.map(|place| {
                let at = spread(now, place, campaigns);
                campaign(&connection, &group.jid, random, at)
            }));
            workspaces.push(workspace);
        }
        futures::stream::iter(&all)
            .for_each_concurrent(TOGETHER, |campaign| async move {
                store.campaigns.insert(campaign).await.expect("stored");
            })
            .await;
        Self { workspaces }
    }

    /// How late every run began that was due in a stretch of time.
    pub async fn lateness(&self, store: &Store, due: Range<Timestamp>) -> Vec<Duration> {
        let mut late = Vec::new();
        let whole = due.start..Timestamp::from_millis(i64::MAX);
        for workspace in &self.workspaces {
            let runs = store.journal.runs_between(*workspace, whole.clone(), EACH);
            let runs = runs.await.expect("read").into_iter();
            let runs = runs.filter(|run| due.contains(&run.due_at));
            late.extend(runs.map(|run| run.started_at.since(run.due_at)));
        }
        late
    }
}

fn connection(workspace: WorkspaceId, random: &Random, now: Timestamp) -> Connection {
    Connection {
        id: ConnectionId::new(now, random.bytes()),
        workspace,
        name: "Loja".into(),
        phone: None,
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

fn group(connection: &Connection, now: Timestamp) -> Group {
    Group {
        connection: connection.id,
        jid: "120363040000000001@g.us".parse().expect("an address"),
        subject: "Clientes".into(),
        participants: 64,
        announce_only: false,
        is_admin: false,
        addressing_mode: AddressingMode::Lid,
        community: None,
        standing: GroupStanding::Member,
        synced_at: now,
    }
}

/// One that began a run at `ran_at` and begins the next an hour later.
fn campaign(
    connection: &Connection,
    group: &GroupJid,
    random: &Random,
    ran_at: Timestamp,
) -> Campaign {
    Campaign {
        id: CampaignId::new(ran_at, random.bytes()),
        workspace: connection.workspace,
        name: "Oferta".into(),
        connection: Some(connection.id),
        lost_connection: false,
        lists: Vec::new(),
        targets: vec![group.clone()],
        also: Vec::new(),
        pace: None,
        content: MessageContent {
            text: "*Oi*".into(),
            media: None,
        },
        others: Vec::new(),
        timing: Timing {
            schedule: Schedule::Every {
                n: 1,
                unit: IntervalUnit::Hours,
            },
            ..Timing::default()
        },
        state: CampaignState::Active,
        past: PastRuns {
            first_at: Some(ran_at),
            runs: 1,
            last_due: Some(ran_at),
        },
        next_at: Some(ran_at.plus(Duration::from_hours(1))),
        created_at: ran_at,
        updated_at: ran_at,
        updated_by: None,
    }
}
