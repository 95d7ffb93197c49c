//! A drill: one server after the other is killed while runs go on, and comes back. What is lost, what
//! is sent twice, and how long each session is away.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use arauto_app::domain::{ConnectionId, RunId};
use mongodb::bson::Document;

use crate::cluster::Cluster;

/// How long before the next kill the killed server is started again at the latest. It is started as
/// soon as the other one has taken everything over.
const BACK_BEFORE_THE_NEXT: Duration = Duration::from_secs(3);
/// How often the stored states are looked at. They carry their times, so this measures nothing.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long the last takeover may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many phones are linked.
    pub sessions: usize,
    /// How many groups each of them sends to.
    pub groups: usize,
    /// How often a server is killed.
    pub kills: usize,
    /// How far apart.
    pub every: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// By kill: for each session of the killed server, how long it was away.
    pub takeovers: Vec<Vec<Duration>>,
    /// How many messages were to be sent.
    pub wanted: usize,
    /// How many of them somebody in the group cannot read, or never got.
    pub lost: usize,
    /// How many groups got the message under more than one id: phones show it twice.
    pub duplicated: usize,
    /// How often a message was taken again with the id that it had: phones show it once.
    pub repeated: usize,
    /// How many sessions were online at the end.
    pub online: usize,
    /// How many devices were linked to the phones at the end.
    pub devices: usize,
}

/// What runs.
struct House {
    runs: Vec<RunId>,
    groups: Vec<String>,
}

/// Carries the plan out on two servers of which the first one runs.
pub async fn drill(cluster: &mut Cluster, plan: Plan) -> Report {
    let house = set_up(cluster, plan).await;
    let mut watch = Watch::default();
    for kill in 0..plan.kills {
        let began = Instant::now();
        let victim = kill % 2;
        let id = cluster.servers[victim].id();
        watch.killed(kill, &id, &cluster.rows().await);
        cluster.servers[victim].program.kill().await;
        let restart = began + plan.every.saturating_sub(BACK_BEFORE_THE_NEXT);
        watch.look_until(cluster, restart).await;
        cluster.servers[victim].program.start().await;
        tokio::time::sleep_until((began + plan.every).into()).await;
    }
    watch.look_until(cluster, Instant::now() + PATIENCE).await;
    assert!(watch.away.is_empty(), "never taken over: {:?}", watch.away);
    let person = &cluster.servers[0].person;
    for run in &house.runs {
        person.until_finished(*run).await;
    }
    count(cluster, plan, &house, watch).await
}

/// Links all phones at the first server, lets the second one take its share, and starts a run on each
/// connection.
async fn set_up(cluster: &mut Cluster, plan: Plan) -> House {
    let mut linked: Vec<(ConnectionId, Vec<String>)> = Vec::new();
    for _ in 0..plan.sessions {
        let (phone, groups) = cluster.phone(plan.groups).await;
        let connection = cluster.link(0, &phone, plan.groups).await;
        linked.push((connection, groups));
    }
    cluster.servers[1].program.start().await;
    let half = plan.sessions / 2;
    cluster.until_shared(&[plan.sessions - half, half]).await;
    let mut house = House {
        runs: Vec::new(),
        groups: Vec::new(),
    };
    for (connection, groups) in linked {
        let person = &cluster.servers[0].person;
        let run = person.start_campaign(connection, &groups, "uma vez só", None);
        house.runs.push(run.await);
        house.groups.extend(groups);
    }
    house
}

/// A session whose server was killed.
#[derive(Debug)]
struct Away {
    kill: usize,
    /// The server that had it.
    server: String,
    /// In milliseconds since the Unix epoch.
    since: i64,
}

/// Measures from each kill until the killed server's sessions are online elsewhere.
#[derive(Default)]
struct Watch {
    away: BTreeMap<String, Away>,
    taken: BTreeMap<usize, Vec<Duration>>,
}

impl Watch {
    /// A server is killed now. A session that is away since an earlier kill counts from that one.
    fn killed(&mut self, kill: usize, server: &str, rows: &[Document]) {
        for row in rows.iter().filter(|row| holder(row) == Some(server)) {
            let away = Away {
                kill,
                server: server.to_owned(),
                since: now_millis(),
            };
            self.away.entry(id(row).to_owned()).or_insert(away);
        }
    }

    /// Looks until all are back or the time has come.
    async fn look_until(&mut self, cluster: &Cluster, end: Instant) {
        loop {
            for row in cluster.rows().await {
                self.look_at(&row);
            }
            if self.away.is_empty() || Instant::now() >= end {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn look_at(&mut self, row: &Document) {
        let Some(away) = self.away.get(id(row)) else {
            return;
        };
        let since = row.get_i64("state_since").unwrap_or_default();
        // What the dead server wrote last is still there before the next one writes.
        if !is_online(row) || since < away.since || holder(row) == Some(&away.server) {
            return;
        }
        let took = Duration::from_millis((since - away.since).unsigned_abs());
        self.taken.entry(away.kill).or_default().push(took);
        self.away.remove(id(row));
    }
}

async fn count(cluster: &Cluster, plan: Plan, house: &House, watch: Watch) -> Report {
    let mut report = Report {
        takeovers: watch.taken.into_values().collect(),
        wanted: house.groups.len(),
        ..Report::default()
    };
    for took in &mut report.takeovers {
        took.sort_unstable();
    }
    let accepted = cluster.accepted().await;
    for group in &house.groups {
        let messages = accepted.get(group).map(Vec::as_slice).unwrap_or_default();
        let is_shown = |message: &arauto_sim::MessageView| {
            message.failures.is_empty() && message.shown_by.len() == message.recipients
        };
        report.lost += usize::from(!messages.iter().any(is_shown));
        report.duplicated += usize::from(messages.len() > 1);
        let times: u32 = messages.iter().map(|message| message.accepted).sum();
        report.repeated += times as usize - messages.len();
    }
    let online = async |cluster: &Cluster| {
        let rows = cluster.rows().await;
        rows.iter().filter(|row| is_online(row)).count()
    };
    cluster
        .until("every session is online", async |cluster| {
            online(cluster).await == plan.sessions
        })
        .await;
    report.online = online(cluster).await;
    let phones = cluster.control().phones().await;
    report.devices = phones.iter().map(|phone| phone.devices.len()).sum();
    report
}

fn id(row: &Document) -> &str {
    row.get_str("_id").unwrap_or_default()
}

fn holder(row: &Document) -> Option<&str> {
    let lease = row.get_document("lease").ok()?;
    lease.get_str("server").ok()
}

fn is_online(row: &Document) -> bool {
    let state = row.get_document("state");
    state.is_ok_and(|state| state.get_str("state").ok() == Some("online"))
}

fn now_millis() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
