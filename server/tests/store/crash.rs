//! A process that is killed while it claims.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use arauto::store::Store;
use arauto_app::domain::{ConnectionId, DeliveryState, MessageId, Run, WorkspaceId};
use rand::{Rng, SeedableRng, TryRngCore};

use super::home::Home;
use super::samples::{NOTHING_HELD, at, deliveries, first_lease, hold};

const DELIVERIES: u32 = 400;
/// Tells the child what to claim: the store's address, workspace, connection.
const TASK: &str = "ARAUTO_TEST_CLAIM";

pub async fn acknowledged_claims_survive_a_kill(home: Home) {
    let run = super::samples::run(
        super::samples::workspace_id(),
        super::samples::connection_id(),
        0,
    );
    let deliveries = deliveries(&run, DELIVERIES);
    hold(&home.store, run.workspace, run.connection).await;
    let begun = home.store.journal.begin_run(&run, &deliveries);
    begun.await.unwrap();
    let seed = rand::rngs::OsRng.unwrap_err().random();
    eprintln!("seed {seed}");
    let mut random = rand::rngs::StdRng::seed_from_u64(seed);
    let mut home = home;
    let mut told = Vec::new();
    for _ in 0..3 {
        let closed = home.close();
        told.extend(claims_of_a_killed_child(
            &closed.url,
            &run,
            random.random_range(1..80),
        ));
        home = closed.open().await;
        let stored = home
            .store
            .journal
            .deliveries(run.workspace, run.id)
            .await
            .unwrap();
        for (position, id) in &told {
            let delivery = &stored[*position as usize];
            assert_eq!(
                delivery.state,
                DeliveryState::Sending,
                "claim {position} was lost"
            );
            assert_eq!(delivery.message_id.as_ref(), Some(id));
            assert_eq!(delivery.attempts, 1);
        }
    }
    told.dedup_by_key(|(position, _)| *position);
    assert!(
        told.is_sorted_by(|a, b| a.0 < b.0),
        "no delivery was claimed twice"
    );
}

/// Runs this program again as a claimer and kills it after it told of `count` claims; what it
/// still told until then counts too.
fn claims_of_a_killed_child(url: &str, run: &Run, count: usize) -> Vec<(u32, MessageId)> {
    let task = format!("{url} {} {}", run.workspace, run.connection);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "suite::crash::claimer", "--nocapture"])
        .env(TASK, task)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = Vec::new();
    for line in lines {
        let line = line.unwrap();
        let Some(claim) = line.split_once("claimed ") else {
            continue;
        };
        let (position, id) = claim.1.split_once(' ').unwrap();
        told.push((position.parse().unwrap(), MessageId::from_wire(id)));
        if told.len() == count {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(told.len() >= count, "the claimer ended by itself");
    told
}

/// The killed process. Without a task there is nothing to do: it is run by the test above.
#[test]
fn claimer() {
    let Ok(task) = std::env::var(TASK) else {
        return;
    };
    let mut words = task.split(' ');
    let url = words.next().unwrap().to_owned();
    let workspace: WorkspaceId = words.next().unwrap().parse().unwrap();
    let connection: ConnectionId = words.next().unwrap().parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&url).await.unwrap();
        let random = arauto::random::Random::from_os().unwrap();
        let lease = first_lease(workspace, connection);
        loop {
            let fresh = MessageId::new(random.bytes());
            let claim = store.journal.claim_due(&lease, at(0), NOTHING_HELD, &fresh);
            let Some(delivery) = claim.await.unwrap() else {
                break;
            };
            let mut out = std::io::stdout();
            writeln!(out, "claimed {} {fresh}", delivery.position).unwrap();
            out.flush().unwrap();
        }
    });
}
