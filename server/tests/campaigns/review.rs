//! What a person is told before a campaign is started, and that the start then does just that.

use std::time::Duration;

use arauto_app::api::{ApiError, Excluded};
use arauto_app::domain::*;

use super::world::World;

#[tokio::test]
async fn a_review_tells_whom_a_start_reaches_and_stores_nothing() {
    let world = World::with_groups(4).await;
    let process = world.start_process();
    let mut announce = world.group(2);
    announce.announce_only = true;
    let mut gone = world.group(3);
    gone.standing = GroupStanding::Gone;
    let (groups, workspace) = (&process.store.groups, world.workspace());
    groups.put(workspace, &[announce, gone]).await.unwrap();
    let campaigns = process.engine.campaigns();
    let mut draft = world.draft(4);
    draft.content.text = "{Oi|Olá}, {{grupo}}, é {{conexao}}".into();
    draft.others = vec![MessageContent {
        text: "Segunda".into(),
        media: None,
    }];
    let id = campaigns.save(&world.who, None, draft).await.unwrap().id;

    let review = campaigns.review(&world.who, id).await.unwrap();
    assert_eq!((review.receiving, &review.problems[..]), (2, &[][..]));
    let excluded = |reason, group: &str| Excluded {
        reason,
        groups: vec![group.into()],
    };
    let expected = [
        excluded(FailureReason::AnnounceOnly, "Grupo 2"),
        excluded(FailureReason::NotInGroup, "Grupo 3"),
    ];
    assert_eq!(review.excluded, expected);
    // Two groups, two variants: each variant is shown.
    let mut texts: Vec<&str> = review.samples.iter().map(|one| one.text.as_str()).collect();
    texts.sort_unstable();
    let [first, second] = texts[..] else {
        panic!("{texts:?}");
    };
    assert!(first.starts_with("Oi, Grupo ") || first.starts_with("Olá, Grupo "));
    assert!(first.ends_with(", é Loja"));
    assert_eq!(second, "Segunda");
    assert_eq!(review.takes, Some(Duration::from_secs(2)), "one interval");
    assert!(review.begins_at_start);
    assert_eq!((review.next_runs.len(), review.fits_window), (1, None));
    let nothing = process.campaign(&world.who, id).await;
    assert_eq!(nothing.latest_run, None);

    let run = process.start(&world.who, id).await.unwrap();
    let view = world.until_finished(&process, run).await;
    assert_eq!((view.tally.acknowledged(), view.tally.skipped), (2, 2));
}

#[tokio::test]
async fn a_text_that_cannot_be_read_is_saved_and_not_started() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    let campaigns = process.engine.campaigns();
    let mut draft = world.draft(1);
    draft.content.text = "Oi, {{gruppo}}".into();
    let id = campaigns.save(&world.who, None, draft).await.unwrap().id;
    let problems = campaigns.review(&world.who, id).await.unwrap().problems;
    assert!(
        matches!(problems[..], [DraftProblem::Wording { variant: 0, .. }]),
        "{problems:?}"
    );
    let refused = process.start(&world.who, id).await;
    assert_eq!(refused, Err(ApiError::Draft(problems)));
}
