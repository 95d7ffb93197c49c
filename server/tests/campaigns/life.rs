//! The life of a campaign: saving, starting, deleting.

use arauto_app::api::{ApiError, Base, NotFound, Principal, SavedBy};
use arauto_app::domain::*;

use super::network::Behaviour;
use super::world::{World, jid};

#[tokio::test]
async fn a_draft_keeps_only_groups_of_its_connection_each_once() {
    let world = World::with_groups(3).await;
    let process = world.start_process();
    let campaigns = process.engine.campaigns();
    let mut draft = world.draft(3);
    draft.targets.extend([jid(1), jid(99)]);
    draft.name = "  Oferta  ".into();
    let first = campaigns.save(&world.who, None, draft).await.unwrap();
    let id = first.id;
    let saved = campaigns.get(&world.who, id).await.unwrap();
    assert_eq!(saved.campaign.targets, [jid(1), jid(2), jid(3)]);
    assert_eq!(saved.campaign.name, "Oferta");
    assert_eq!(saved.connection_name.as_deref(), Some("Loja"));
    assert_eq!(saved.campaign.state, CampaignState::Draft);

    let mut without = world.draft(3);
    without.connection = None;
    let second = campaigns.save(&world.who, Some(first.into()), without);
    second.await.unwrap();
    let saved = campaigns.get(&world.who, id).await.unwrap();
    assert!(
        saved.campaign.targets.is_empty(),
        "groups go with their connection"
    );
    assert_eq!(campaigns.list(&world.who).await.unwrap(), [saved]);
}

#[tokio::test]
async fn other_workspaces_read_nothing_of_a_run() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let (_, run) = process.launch(&world.who, world.draft(2)).await;
    world.until_finished(&process, run).await;
    let mut stranger = world.who.clone();
    stranger.workspace.id = WorkspaceId::new(Timestamp::default(), [9; 10]);
    stranger.user.workspace = stranger.workspace.id;
    let (runs, every) = (process.engine.runs(), DeliveryQuery::default());
    let view = runs.get(&stranger, run, &every, 1).await;
    assert_eq!(view, Err(ApiError::NotFound(NotFound::Run)));
    let read = runs.deliveries(&stranger, run, 0, 9).await;
    assert_eq!(read, Ok(Vec::new()));
    let own = runs.deliveries(&world.who, run, 1, 9).await;
    assert_eq!(own.unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_draft_lacks_is_told_when_it_is_saved_or_started() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    let campaigns = process.engine.campaigns();
    let mut draft = world.draft(1);
    draft.connection = Some(ConnectionId::new(Timestamp::default(), [9; 10]));
    draft.content.media = Some(MediaId::new(Timestamp::default(), [9; 10]));
    draft.content.text = "á".repeat(2_000);
    let problems = vec![
        DraftProblem::TextTooLong {
            variant: 0,
            chars: 2_000,
            limit: CAPTION_MAX_CHARS,
        },
        DraftProblem::ConnectionGone,
        DraftProblem::MediaGone { variant: 0 },
    ];
    assert_eq!(
        campaigns.save(&world.who, None, draft).await,
        Err(ApiError::Draft(problems))
    );

    let name_only = CampaignDraft {
        name: "Oferta".into(),
        ..CampaignDraft::default()
    };
    let id = campaigns
        .save(&world.who, None, name_only)
        .await
        .unwrap()
        .id;
    let problems = vec![
        DraftProblem::ConnectionMissing,
        DraftProblem::TargetsMissing,
        DraftProblem::ContentMissing { variant: 0 },
    ];
    assert_eq!(
        process.start(&world.who, id).await,
        Err(ApiError::Draft(problems))
    );

    let id = campaigns
        .save(&world.who, None, world.draft(1))
        .await
        .unwrap()
        .id;
    process
        .store
        .connections
        .delete(world.workspace(), world.connection)
        .await
        .unwrap();
    let gone = Err(ApiError::Draft(vec![DraftProblem::ConnectionGone]));
    assert_eq!(process.start(&world.who, id).await, gone);
}

#[tokio::test]
async fn of_two_that_read_the_same_copy_the_second_overwrites_nothing() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    let other = world.start_process_on(process.store.clone());
    let (one, two) = (process.engine.campaigns(), other.engine.campaigns());
    let named = |name: &str| CampaignDraft {
        name: name.into(),
        ..world.draft(1)
    };
    let name = async |id| one.get(&world.who, id).await.unwrap().campaign.name;
    let base = one.save(&world.who, None, named("Feira")).await.unwrap();
    let first = one.save(&world.who, Some(base.into()), named("Feira de sábado"));
    let first = first.await.unwrap();
    // However slow a clock is, each saving is told from the one before.
    assert!(first.at > base.at);
    let late = two.save(&world.who, Some(base.into()), named("Feira de domingo"));
    let changed = |by| ApiError::CampaignChanged { at: first.at, by };
    assert_eq!(late.await, Err(changed(SavedBy::Oneself)));
    let ana = Principal {
        user: User {
            id: UserId::new(Timestamp::default(), [9; 10]),
            name: "Ana".into(),
            ..world.who.user.clone()
        },
        ..world.who.clone()
    };
    let told = two.save(&ana, Some(base.into()), named("Feira de domingo"));
    let owner = world.who.user.name.clone();
    assert_eq!(told.await, Err(changed(SavedBy::Another(owner))));
    assert_eq!(name(base.id).await, "Feira de sábado");
    // Who was told and wants it all the same names what was there.
    let theirs = two.save(&ana, Some(first.into()), named("Feira de domingo"));
    theirs.await.unwrap();
    let read = one.get(&world.who, base.id).await.unwrap();
    assert_eq!(read.campaign.name, "Feira de domingo");
    assert_eq!(read.saved_by, SavedBy::Another("Ana".into()));
    // A copy is by whoever made it.
    let copy = one.copy(&world.who, base.id, "Cópia".into()).await.unwrap();
    let copy = one.get(&world.who, copy).await.unwrap();
    assert_eq!(copy.saved_by, SavedBy::Oneself);

    for round in 0..5 {
        let base = one.save(&world.who, None, named("Corrida")).await.unwrap();
        let racing = [&one, &two, &one].map(|campaigns| {
            let draft = named(&format!("Corrida {round}"));
            campaigns.save(&world.who, Some(base.into()), draft)
        });
        let saved = futures::future::join_all(racing).await;
        assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 1);
    }
}

#[tokio::test]
async fn an_active_campaign_is_neither_edited_nor_deleted_nor_started() {
    let world = World::with_groups(2).await;
    let process = world.start_process();
    world.network.follow(|_, _| Behaviour::silent());
    let campaigns = process.engine.campaigns();
    let (id, run) = process.launch(&world.who, world.draft(2)).await;
    let state = ApiError::CampaignState;
    let read = campaigns.get(&world.who, id).await.unwrap().campaign;
    let base = Base {
        id,
        seen: read.updated_at,
    };
    let saved = campaigns.save(&world.who, Some(base), world.draft(1));
    assert_eq!(saved.await, Err(state.clone()));
    assert_eq!(process.start(&world.who, id).await, Err(state.clone()));
    assert_eq!(campaigns.delete(&world.who, id).await, Err(state));

    world.network.follow(|_, _| Behaviour::acknowledges());
    world.until_finished(&process, run).await;
    let again = process.start(&world.who, id).await.unwrap();
    assert_eq!(world.until_finished(&process, again).await.run.number, 2);
    campaigns.delete(&world.who, id).await.unwrap();
    let missing = ApiError::NotFound(NotFound::Campaign);
    assert_eq!(campaigns.get(&world.who, id).await, Err(missing.clone()));
    assert_eq!(campaigns.delete(&world.who, id).await, Err(missing));
    let run = process
        .engine
        .runs()
        .get(&world.who, run, &DeliveryQuery::default(), 1)
        .await;
    assert_eq!(run, Err(ApiError::NotFound(NotFound::Run)));
}

#[tokio::test]
async fn another_workspace_sees_nothing() {
    let world = World::with_groups(1).await;
    let process = world.start_process();
    let (campaign, run) = process.launch(&world.who, world.draft(1)).await;
    let mut stranger = world.who.clone();
    stranger.workspace.id = WorkspaceId::new(Timestamp::default(), [8; 10]);
    let campaigns = process.engine.campaigns();
    let missing = ApiError::NotFound(NotFound::Campaign);
    assert!(campaigns.list(&stranger).await.unwrap().is_empty());
    assert_eq!(
        process.start(&stranger, campaign).await,
        Err(missing.clone())
    );
    assert_eq!(campaigns.delete(&stranger, campaign).await, Err(missing));
    let gone = Err(ApiError::Draft(vec![DraftProblem::ConnectionGone]));
    assert_eq!(campaigns.save(&stranger, None, world.draft(1)).await, gone);
    let view = process
        .engine
        .runs()
        .get(&stranger, run, &DeliveryQuery::default(), 1)
        .await;
    assert_eq!(view, Err(ApiError::NotFound(NotFound::Run)));
}

#[tokio::test]
async fn of_starts_that_race_one_wins() {
    let world = World::with_groups(3).await;
    // Two processes on one store: nothing but the store decides between them.
    let process = world.start_process();
    let other = world.start_process_on(process.store.clone());
    for round in 1..=5 {
        let id = process
            .engine
            .campaigns()
            .save(&world.who, None, world.draft(3))
            .await
            .unwrap()
            .id;
        let starts = futures::future::join_all([
            process.start(&world.who, id),
            other.start(&world.who, id),
            process.start(&world.who, id),
        ])
        .await;
        let won: Vec<_> = starts
            .iter()
            .filter_map(|start| start.as_ref().ok())
            .collect();
        let lost = starts
            .iter()
            .filter(|start| **start == Err(ApiError::CampaignState));
        assert_eq!(
            (won.len(), lost.count()),
            (1, 2),
            "round {round}: {starts:?}"
        );
        let latest = process
            .store
            .journal
            .latest_run(world.workspace(), id)
            .await
            .unwrap();
        let latest = latest.unwrap();
        assert_eq!((latest.id, latest.number), (*won[0], 1));
    }
}

#[tokio::test]
async fn after_shutdown_nothing_is_claimed_and_the_next_process_goes_on() {
    let world = World::with_groups(6).await;
    let process = world.start_process();
    let (_, run) = process.launch(&world.who, world.draft(6)).await;
    world
        .until_run(&process, run, |view| view.tally.acknowledged() >= 2)
        .await;
    world.while_time_passes(process.engine.shutdown()).await;
    let handed_over = world.network.handed_over().len();
    let states = process.deliveries(&world.who, run).await;
    let open = states
        .iter()
        .filter(|delivery| delivery.state == DeliveryState::Sending)
        .count();
    assert_eq!(
        open, 0,
        "what was acknowledged was written down: {states:?}"
    );
    world
        .while_time_passes(async {
            for _ in 0..50 {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        })
        .await;
    assert_eq!(world.network.handed_over().len(), handed_over);
    let process = world.start_process_on(process.store);
    let view = world.until_finished(&process, run).await;
    assert_eq!(view.tally.sent, 6);
    assert_eq!(world.network.reached().len(), 6);
}
