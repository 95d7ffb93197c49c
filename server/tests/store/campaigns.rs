//! Campaigns.

use arauto::store::{MediaUses, StoreError};
use arauto_app::domain::{
    CampaignState, Missed, MissedRuns, MissedWhy, PastRuns, Schedule, Sender, Standing, Timestamp,
};

use super::home::Home;
use super::samples::{
    at, author, campaign, campaign_id, connection_id, group_list_id, jid, workspace_id,
};

pub async fn they_are_listed_by_their_latest_change(home: Home) {
    let workspace = workspace_id();
    let mut old = campaign(workspace, "Antiga");
    let mut new = campaign(workspace, "Nova");
    new.updated_at = at(5);
    // Stored before authors were noted.
    new.updated_by = None;
    let campaigns = &home.store.campaigns;
    campaigns.insert(&old).await.unwrap();
    campaigns.insert(&new).await.unwrap();
    assert_eq!(
        campaigns.list(workspace).await.unwrap(),
        [new.clone(), old.clone()]
    );

    old.name = "Antiga, mudada".into();
    old.connection = None;
    old.lists = vec![group_list_id(), old.lists[0]];
    old.targets = vec![jid(9)];
    old.content.media = None;
    old.content.text = "Outro".into();
    old.timing.max_runs = Some(3);
    old.timing.schedule = Schedule::Cron {
        expression: "0 8 * * mon-fri".parse().unwrap(),
    };
    let seen = old.updated_at;
    old.updated_at = at(9);
    old.updated_by = Some(author("Bia"));
    campaigns.update(&old, seen).await.unwrap();
    assert_eq!(campaigns.list(workspace).await.unwrap(), [old.clone(), new]);
    let home = home.reopen().await;
    let read = home.store.campaigns.get(workspace, old.id).await.unwrap();
    assert_eq!(read, Some(old.clone()));
    let again = home.store.campaigns.insert(&old).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
}

pub async fn an_update_needs_what_was_read(home: Home) {
    let mut stored = campaign(workspace_id(), "Oferta");
    let campaigns = &home.store.campaigns;
    campaigns.insert(&stored).await.unwrap();
    let read = stored.clone();
    let seen = read.updated_at;
    stored.state = CampaignState::Completed;
    let stale = campaigns.update(&stored, seen).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
    // Of two that read the same copy the second one is told.
    let mut one = read.clone();
    one.name = "De uma aba".into();
    one.updated_at = at(9);
    campaigns.update(&one, seen).await.unwrap();
    let mut other = read;
    other.name = "De outra".into();
    other.updated_at = at(10);
    let late = campaigns.update(&other, seen).await;
    assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
    let kept = campaigns.get(one.workspace, one.id).await.unwrap();
    assert_eq!(kept, Some(one.clone()));
    campaigns.update(&other, one.updated_at).await.unwrap();
    stored.id = campaign_id();
    let unknown = campaigns.update(&stored, seen).await;
    assert!(
        matches!(unknown, Err(StoreError::Conflict(_))),
        "{unknown:?}"
    );
}

fn standing(state: CampaignState, runs: u32, next_at: Option<i64>) -> Standing {
    Standing {
        state,
        past: PastRuns {
            first_at: (runs > 0).then_some(at(0)),
            runs,
            last_due: (runs > 0).then_some(at(i64::from(runs))),
        },
        next_at: next_at.map(at),
    }
}

pub async fn it_moves_on_only_from_where_it_stands(home: Home) {
    use CampaignState::{Active, Completed, Draft};
    let stored = campaign(workspace_id(), "Oferta");
    let campaigns = &home.store.campaigns;
    campaigns.insert(&stored).await.unwrap();
    let go = async |from, to| {
        let moved = campaigns.move_on(stored.workspace, stored.id, &from, &to);
        moved.await.unwrap()
    };
    let draft = stored.standing();
    let (started, later) = (standing(Active, 0, Some(5)), standing(Active, 1, Some(9)));
    assert!(!go(started, later).await, "it is a draft");
    let (one, two) = tokio::join!(go(draft, started), go(draft, started));
    assert!(one != two, "of two starts one wins");
    for other in [
        standing(Draft, 0, Some(5)),
        standing(Active, 1, Some(5)),
        standing(Active, 0, Some(6)),
        standing(Active, 0, None),
    ] {
        assert!(!go(other, later).await, "{other:?}");
    }
    assert!(go(started, later).await);
    let home = home.reopen().await;
    let campaigns = &home.store.campaigns;
    let read = campaigns.get(stored.workspace, stored.id).await.unwrap();
    assert_eq!(read.unwrap().standing(), later);
    let ended = standing(Completed, 2, None);
    let stranger = campaigns.move_on(workspace_id(), stored.id, &later, &ended);
    assert!(!stranger.await.unwrap());
    let moved = campaigns.move_on(stored.workspace, stored.id, &later, &ended);
    assert!(moved.await.unwrap());
}

pub async fn those_whose_time_has_come_are_found(home: Home) {
    use CampaignState::{Active, Paused};
    let campaigns = &home.store.campaigns;
    // The store is shared with other tests: no time of theirs is as early.
    let early = |millis: i64| Timestamp::from_millis(1_000 + millis);
    let mut stored = Vec::new();
    for (name, next_at) in [("c", Some(7)), ("a", Some(2)), ("b", Some(5)), ("d", None)] {
        let mut new = campaign(workspace_id(), name);
        (new.state, new.next_at) = (Active, next_at.map(early));
        campaigns.insert(&new).await.unwrap();
        stored.push(new);
    }
    let names = async |now, limit| {
        let due = campaigns.due(early(now), limit).await.unwrap();
        due.into_iter().map(|due| due.name).collect::<Vec<_>>()
    };
    assert!(names(1, 9).await.is_empty());
    assert_eq!(names(5, 9).await, ["a", "b"]);
    assert_eq!(names(5, 1).await, ["a"]);
    assert_eq!(campaigns.next_due_at().await.unwrap(), Some(early(2)));
    let first = &stored[1];
    let mut paused = first.standing();
    (paused.state, paused.next_at) = (Paused, None);
    let active = first.standing();
    let moved = campaigns.move_on(first.workspace, first.id, &active, &paused);
    assert!(moved.await.unwrap());
    assert_eq!(names(9, 9).await, ["b", "c"]);
    assert_eq!(campaigns.next_due_at().await.unwrap(), Some(early(5)));
}

pub async fn runs_that_never_began_are_noted_once(home: Home) {
    let stored = campaign(workspace_id(), "Oferta");
    let (workspace, id) = (stored.workspace, stored.id);
    let campaigns = &home.store.campaigns;
    campaigns.insert(&stored).await.unwrap();
    let missed = |from, count, why| Missed {
        workspace,
        campaign: id,
        runs: MissedRuns {
            count,
            from: at(from),
            to: at(from + 3),
        },
        why,
        noted_at: at(50),
    };
    let night = missed(10, 4, MissedWhy::TooLate);
    let busy = missed(20, 1, MissedWhy::StillRunning);
    for noted in [&night, &busy, &night, &missed(10, 9, MissedWhy::NotReady)] {
        campaigns.note_missed(noted).await.unwrap();
    }
    let home = home.reopen().await;
    let campaigns = &home.store.campaigns;
    let read = async |workspace, before| {
        campaigns
            .missed(workspace, id, at(before), 5)
            .await
            .unwrap()
    };
    assert_eq!(read(workspace, 99).await, [busy.clone(), night.clone()]);
    assert_eq!(read(workspace, 20).await, std::slice::from_ref(&night));
    let between = async |workspace, from, to, limit| {
        let missed = campaigns.missed_between(workspace, at(from)..at(to), limit);
        missed.await.unwrap()
    };
    assert_eq!(between(workspace, 10, 20, 5).await, [night]);
    assert_eq!(between(workspace, 0, 99, 1).await, [busy]);
    assert!(between(workspace_id(), 0, 99, 5).await.is_empty());
    assert!(read(workspace_id(), 99).await.is_empty());
    campaigns.delete(workspace, id).await.unwrap();
    assert!(read(workspace, 99).await.is_empty());
}

pub async fn an_active_campaign_is_not_deleted(home: Home) {
    use CampaignState::{Active, Completed};
    let mut stored = campaign(workspace_id(), "Oferta");
    stored.state = Active;
    let (workspace, id) = (stored.workspace, stored.id);
    let campaigns = &home.store.campaigns;
    campaigns.insert(&stored).await.unwrap();
    let refused = campaigns.delete(workspace, id).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict(_))),
        "{refused:?}"
    );
    let completed = standing(Completed, 0, None);
    let active = stored.standing();
    let moved = campaigns.move_on(workspace, id, &active, &completed);
    assert!(moved.await.unwrap());
    campaigns.delete(workspace, id).await.unwrap();
    campaigns.delete(workspace, id).await.unwrap();
    assert_eq!(campaigns.get(workspace, id).await.unwrap(), None);
}

pub async fn a_removed_connection_leaves_all_campaigns(home: Home) {
    let workspace = workspace_id();
    let (gone, other) = (connection_id(), connection_id());
    let campaigns = &home.store.campaigns;
    for (name, connection) in [("b", gone), ("A", gone), ("c", other)] {
        let mut campaign = campaign(workspace, name);
        campaign.connection = Some(connection);
        campaigns.insert(&campaign).await.unwrap();
    }
    let mut also = campaign(workspace, "d");
    let untouched = also.also[0].clone();
    also.also.insert(
        0,
        Sender {
            connection: gone,
            ..untouched.clone()
        },
    );
    campaigns.insert(&also).await.unwrap();
    let using = campaigns.names_using_connection(workspace, gone).await;
    assert_eq!(using.unwrap(), ["A", "b", "d"]);
    campaigns.detach_connection(workspace, gone).await.unwrap();
    let using = campaigns.names_using_connection(workspace, gone).await;
    assert!(using.unwrap().is_empty());
    let stored = campaigns.get(workspace, also.id).await.unwrap().unwrap();
    assert_eq!(stored.also, [untouched]);
    assert_eq!(stored.connection, also.connection);
    campaigns.delete(workspace, also.id).await.unwrap();
    for campaign in campaigns.list(workspace).await.unwrap() {
        let untouched = campaign.name == "c";
        assert_eq!(campaign.connection, untouched.then_some(other));
        assert_eq!(campaign.lost_connection, !untouched);
        assert_eq!(campaign.lists.is_empty(), !untouched);
        assert_eq!(campaign.targets.is_empty(), !untouched);
    }
}

pub async fn a_list_leaves_all_campaigns_unless_an_active_one_uses_it(home: Home) {
    use CampaignState::{Active, Completed};
    let workspace = workspace_id();
    let (gone, before, after) = (group_list_id(), group_list_id(), group_list_id());
    let campaigns = &home.store.campaigns;
    let mut active = campaign(workspace, "Ativa");
    active.lists = vec![before, gone, after];
    active.state = Active;
    let mut draft = campaign(workspace, "Rascunho");
    draft.lists = vec![gone];
    draft.also[0].lists = vec![before, gone, after];
    let untouched = campaign(workspace, "Outra");
    for campaign in [&active, &draft, &untouched] {
        campaigns.insert(campaign).await.unwrap();
    }
    let refused = campaigns.detach_list(workspace, gone).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict(_))),
        "{refused:?}"
    );
    let lists = async |id| campaigns.get(workspace, id).await.unwrap().unwrap().lists;
    assert_eq!(lists(draft.id).await, [gone], "a refusal changes nothing");

    let (from, to) = (active.standing(), standing(Completed, 0, None));
    let ended = campaigns.move_on(workspace, active.id, &from, &to);
    assert!(ended.await.unwrap());
    campaigns.detach_list(workspace_id(), gone).await.unwrap();
    assert_eq!(lists(active.id).await, [before, gone, after]);
    campaigns.detach_list(workspace, gone).await.unwrap();
    assert_eq!(lists(active.id).await, [before, after]);
    assert_eq!(lists(draft.id).await, []);
    let stored = campaigns.get(workspace, draft.id).await.unwrap().unwrap();
    draft.also[0].lists = vec![before, after];
    assert_eq!(stored.also, draft.also);
    assert_eq!(lists(untouched.id).await, untouched.lists);
}

pub async fn other_workspaces_see_no_campaigns(home: Home) {
    use CampaignState::Active;
    let (stored, stranger) = (campaign(workspace_id(), "Oferta"), workspace_id());
    let (connection, media) = (stored.connection.unwrap(), stored.content.media.unwrap());
    let campaigns = &home.store.campaigns;
    campaigns.insert(&stored).await.unwrap();
    assert!(campaigns.list(stranger).await.unwrap().is_empty());
    assert_eq!(campaigns.get(stranger, stored.id).await.unwrap(), None);
    let mut theirs = stored.clone();
    theirs.workspace = stranger;
    assert!(matches!(
        campaigns.update(&theirs, theirs.updated_at).await,
        Err(StoreError::Conflict(_))
    ));
    assert!(
        !campaigns
            .move_on(
                stranger,
                stored.id,
                &stored.standing(),
                &standing(Active, 0, None)
            )
            .await
            .unwrap()
    );
    campaigns.delete(stranger, stored.id).await.unwrap();
    campaigns
        .detach_connection(stranger, connection)
        .await
        .unwrap();
    let names = campaigns
        .names_using_connection(stranger, connection)
        .await
        .unwrap();
    assert!(names.is_empty());
    let uses = campaigns.media_uses(stranger, &[media]).await.unwrap();
    assert_eq!(uses, [MediaUses::default()]);

    assert_eq!(
        campaigns.get(stored.workspace, stored.id).await.unwrap(),
        Some(stored.clone())
    );
    let uses = campaigns.media_uses(stored.workspace, &[media]).await;
    assert_eq!(uses.unwrap()[0].used_by, ["Oferta"]);
}
