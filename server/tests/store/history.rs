//! Any history of calls leaves the store as it leaves the model.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::history_calls::any_call;
use super::history_player::Player;
use super::home::Home;

pub async fn any_history_equals_the_models(home: Home) {
    // Each step is durable in MongoDB, which takes its time.
    let cases = if home.url.starts_with("sqlite") {
        48
    } else {
        16
    };
    let runtime = tokio::runtime::Handle::current();
    let histories = tokio::task::spawn_blocking(move || {
        let config = ProptestConfig {
            cases,
            failure_persistence: None,
            max_shrink_iters: 200,
            ..ProptestConfig::default()
        };
        let history = prop::collection::vec(any_call(), 1..40);
        TestRunner::new(config).run(&history, |calls| {
            runtime.block_on(async {
                let mut player = Player::new(&home.store).await;
                for (now, call) in (0..).zip(calls) {
                    player.play(call, now).await?;
                    player.compare(now).await?;
                }
                Ok(())
            })
        })
    });
    histories
        .await
        .unwrap()
        .unwrap_or_else(|failure| panic!("{failure}"));
}
