//! Kill -9 at random instants of a run: nothing lost, nothing sent under two ids.
//!
//! `ARAUTO_TEST_KILLS` changes how many kills there are, `ARAUTO_TEST_SEED` repeats what was seen.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use arauto_app::domain::{MessageId, RunId, RunStatus};
use arauto_sim::MessageView;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::world::{Store, World};

const KILLS: usize = 20;
/// How many messages there are for each kill.
const DELIVERIES_PER_KILL: usize = 10;
/// How long the network may take to accept one more message, restarts included.
const PROGRESS_WITHIN: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn kills_lose_nothing_and_repeat_nothing_on_sqlite() {
    kills(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_lose_nothing_and_repeat_nothing_on_mongodb() {
    kills(Store::Mongo).await;
}

async fn kills(store: Store) {
    let seed = number("ARAUTO_TEST_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let kills = number("ARAUTO_TEST_KILLS").unwrap_or(KILLS);
    let deliveries = kills * DELIVERIES_PER_KILL;
    println!("seed: {seed} (repeat with ARAUTO_TEST_SEED={seed})");
    let mut random = StdRng::seed_from_u64(seed);

    // The random interval leaves room for the kills to fall between any two steps of a message.
    let mut world = World::with_groups(store, deliveries, |program| {
        program
            .with("ARAUTO_PACE_SHORTEST_MS", "0")
            .with("ARAUTO_PACE_LONGEST_MS", "20")
    })
    .await;
    let connection = world.link().await;
    let run = world
        .person
        .start_campaign(connection, &world.groups, "uma vez só", None)
        .await;

    for mark in kill_marks(&mut random, kills, deliveries) {
        until_accepted(&world, mark).await;
        tokio::time::sleep(Duration::from_micros(random.random_range(0..40_000))).await;
        world.program.kill().await;
        world.program.start().await;
    }
    assert_exactly_once(&world, run, kills).await;
}

fn number<T: std::str::FromStr>(variable: &str) -> Option<T> {
    std::env::var(variable).ok()?.parse().ok()
}

/// After how many accepted messages the kills come, in order.
fn kill_marks(random: &mut StdRng, kills: usize, deliveries: usize) -> Vec<usize> {
    let mut marks: Vec<usize> = (0..kills)
        .map(|_| random.random_range(0..deliveries))
        .collect();
    marks.sort_unstable();
    marks
}

async fn until_accepted(world: &World, count: usize) {
    let mut events = world.simulator.control().events();
    let accepted = async {
        while distinct(&world.simulator.control().messages(None, 0).await) < count {
            // Lagging behind is no matter: the journal is read anew.
            let _ = events.recv().await;
        }
    };
    let in_time = tokio::time::timeout(PROGRESS_WITHIN, accepted).await;
    in_time.unwrap_or_else(|_| panic!("the run stands still before {count} messages"));
}

fn distinct(messages: &[MessageView]) -> usize {
    let chats = messages
        .iter()
        .filter(|message| message.accepted > 0)
        .map(|message| &message.chat);
    chats.collect::<HashSet<_>>().len()
}

async fn assert_exactly_once(world: &World, run: RunId, kills: usize) {
    let view = world.person.until_finished(run).await;
    assert_eq!(
        view.tally.status(),
        RunStatus::Completed,
        "{:?}",
        view.tally
    );

    let deliveries = world.person.deliveries(run).await;
    let mut by_chat: HashMap<String, Vec<MessageView>> = HashMap::new();
    for message in world.simulator.control().messages(None, 0).await {
        by_chat
            .entry(message.chat.clone())
            .or_default()
            .push(message);
    }
    let lost: Vec<_> = world
        .groups
        .iter()
        .filter(|group| !by_chat.contains_key(*group))
        .collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    for (chat, messages) in &by_chat {
        assert_eq!(
            messages.len(),
            1,
            "{chat} got the message under several ids: {messages:?}"
        );
        let message = &messages[0];
        assert_eq!(message.failures, Vec::<String>::new(), "{chat}");
        assert_eq!(
            message.shown_by.len(),
            message.recipients,
            "{chat}: every member shows it"
        );
        let delivery = deliveries
            .iter()
            .find(|delivery| delivery.target.as_str() == chat);
        let known = delivery.and_then(|delivery| delivery.message_id.clone());
        assert_eq!(
            known.as_ref().map(MessageId::as_str),
            Some(&*message.id),
            "{chat}"
        );
    }
    let resent = by_chat
        .values()
        .flatten()
        .filter(|message| message.accepted > 1)
        .count();
    println!(
        "{} deliveries, {kills} kills: 0 lost, 0 under two ids, {resent} resent with the same id",
        world.groups.len()
    );
}
