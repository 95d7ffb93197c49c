//! Every fault of the simulated network, met by a connection that rests, one that is just coming
//! back, and one in the middle of a run: what the connection's page says, and that the run ends
//! right once the fault has ended. Each phase prints its table.

mod cases;
mod scene;

use std::time::Instant;

use arauto_app::domain::{ConnectionState, RunTally};
use futures::{StreamExt, stream};

use self::cases::{Case, Mend, cases};
use self::scene::{Scene, TARGETS};

/// How many cases go on at a time.
const AT_A_TIME: usize = 4;

/// What the connection does when the fault comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It is online and nothing is to be sent.
    Idle,
    /// It is coming back.
    Syncing,
    /// A few messages of a run are out.
    MidRun,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_rest() {
    meet_all(Phase::Idle).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_while_coming_back() {
    meet_all(Phase::Syncing).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_in_the_middle_of_a_run() {
    meet_all(Phase::MidRun).await;
}

#[allow(clippy::print_stdout, reason = "the table is for whoever runs it")]
async fn meet_all(phase: Phase) {
    let rows: Vec<String> = stream::iter(cases())
        .map(|case| meet(case, phase))
        .buffered(AT_A_TIME)
        .collect()
        .await;
    println!("{phase:?}\n{}", rows.join("\n"));
}

/// Lets one fault happen in one phase and sees it through to its end; a row of the table.
#[allow(
    clippy::disallowed_methods,
    reason = "the table tells how long it took"
)]
async fn meet(case: Case, phase: Phase) -> String {
    let start = Instant::now();
    let scene = Scene::set(&case).await;
    let begun = match phase {
        Phase::Idle => None,
        Phase::Syncing => {
            scene.come_back().await;
            None
        }
        Phase::MidRun => Some(scene.until_under_way().await),
    };
    scene.inject(&case).await;
    let told_at_once = case.told.filter(|told| !told.only_by_sending);
    let words = match told_at_once {
        Some(told) => scene.until_told(case.name, told).await,
        None => String::new(),
    };
    scene.mend(case.mend).await;
    let run = match begun {
        Some(run) => run,
        None => scene.start_run().await,
    };
    if case.mend == Mend::ResumeSending {
        scene.resume_sending().await;
    }
    let view = scene.until_finished(case.name, run).await;
    let words = match case.told.filter(|told| told.only_by_sending) {
        Some(told) => scene.until_told(case.name, told).await,
        None => words,
    };
    scene.house.until_online(scene.connection).await;
    scene.check_deliveries(&case, run, &view.tally).await;
    if case.told.is_none() {
        scene.check_undisturbed(phase).await;
    }
    scene.house.hub.shutdown().await;
    row(&case, &words, &view.tally, start)
}

#[allow(
    clippy::disallowed_methods,
    reason = "the table tells how long it took"
)]
fn row(case: &Case, words: &str, tally: &RunTally, start: Instant) -> String {
    let (words, _) = words.split_once(". ").unwrap_or((words, ""));
    format!(
        "  {:<40} {:<72} {}/{TARGETS} sent, {} failed, {:.1} s",
        case.name,
        words,
        tally.acknowledged(),
        tally.failed + tally.skipped,
        start.elapsed().as_secs_f64(),
    )
}

/// Whether the connection was never disturbed between the fault and the end.
fn is_calm(state: &ConnectionState) -> bool {
    matches!(state, ConnectionState::Online)
}

impl Mend {
    /// Whether the fault stays until somebody lifts it.
    const fn lifts(self) -> bool {
        matches!(self, Self::Lift | Self::LiftAndResume)
    }
}
