//! Campaigns.

use arauto::store::StoreError;
use arauto_app::domain::CampaignState;

use super::home::Home;
use super::samples::{
    at, campaign, campaign_id, connection_id, group_list_id, jid, media_id, workspace_id,
};

pub async fn they_are_listed_by_their_latest_change(home: Home) {
    let workspace = workspace_id();
    let mut old = campaign(workspace, "Antiga");
    let mut new = campaign(workspace, "Nova");
    new.updated_at = at(5);
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
    old.updated_at = at(9);
    campaigns.update(&old).await.unwrap();
    assert_eq!(campaigns.list(workspace).await.unwrap(), [old.clone(), new]);
    let home = home.reopen().await;
    let read = home.store.campaigns.get(workspace, old.id).await.unwrap();
    assert_eq!(read, Some(old.clone()));
    let again = home.store.campaigns.insert(&old).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
}

pub async fn an_update_needs_the_state_that_was_read(home: Home) {
    let mut stored = campaign(workspace_id(), "Oferta");
    let campaigns = &home.store.campaigns;
    campaigns.insert(&stored).await.unwrap();
    stored.state = CampaignState::Completed;
    let stale = campaigns.update(&stored).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
    stored.id = campaign_id();
    let unknown = campaigns.update(&stored).await;
    assert!(
        matches!(unknown, Err(StoreError::Conflict(_))),
        "{unknown:?}"
    );
}

pub async fn states_change_only_from_the_expected_one(home: Home) {
    use CampaignState::{Active, Completed, Draft};
    let stored = campaign(workspace_id(), "Oferta");
    let campaigns = &home.store.campaigns;
    campaigns.insert(&stored).await.unwrap();
    let change = |from, to| campaigns.change_state(stored.workspace, stored.id, from, to);
    assert!(!change(Active, Completed).await.unwrap());
    let (one, two) = tokio::join!(change(Draft, Active), change(Draft, Active));
    assert!(one.unwrap() != two.unwrap(), "of two starts one wins");
    let read = campaigns.get(stored.workspace, stored.id).await.unwrap();
    assert_eq!(read.unwrap().state, Active);
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
    let completed = campaigns.change_state(workspace, id, Active, Completed);
    assert!(completed.await.unwrap());
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
    let using = campaigns.names_using_connection(workspace, gone).await;
    assert_eq!(using.unwrap(), ["A", "b"]);
    campaigns.detach_connection(workspace, gone).await.unwrap();
    let using = campaigns.names_using_connection(workspace, gone).await;
    assert!(using.unwrap().is_empty());
    for campaign in campaigns.list(workspace).await.unwrap() {
        let untouched = campaign.name == "c";
        assert_eq!(campaign.connection, untouched.then_some(other));
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

    let ended = campaigns.change_state(workspace, active.id, Active, Completed);
    assert!(ended.await.unwrap());
    campaigns.detach_list(workspace_id(), gone).await.unwrap();
    assert_eq!(lists(active.id).await, [before, gone, after]);
    campaigns.detach_list(workspace, gone).await.unwrap();
    assert_eq!(lists(active.id).await, [before, after]);
    assert_eq!(lists(draft.id).await, []);
    assert_eq!(lists(untouched.id).await, untouched.lists);
}

pub async fn other_workspaces_see_no_campaigns(home: Home) {
    use CampaignState::{Active, Draft};
    let (stored, stranger) = (campaign(workspace_id(), "Oferta"), workspace_id());
    let (connection, media) = (stored.connection.unwrap(), stored.content.media.unwrap());
    let campaigns = &home.store.campaigns;
    campaigns.insert(&stored).await.unwrap();
    assert!(campaigns.list(stranger).await.unwrap().is_empty());
    assert_eq!(campaigns.get(stranger, stored.id).await.unwrap(), None);
    let mut theirs = stored.clone();
    theirs.workspace = stranger;
    assert!(matches!(
        campaigns.update(&theirs).await,
        Err(StoreError::Conflict(_))
    ));
    assert!(
        !campaigns
            .change_state(stranger, stored.id, Draft, Active)
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
    assert!(
        campaigns
            .names_using_media(stranger, media)
            .await
            .unwrap()
            .is_empty()
    );

    assert_eq!(
        campaigns.get(stored.workspace, stored.id).await.unwrap(),
        Some(stored.clone())
    );
    let names = campaigns
        .names_using_media(stored.workspace, media)
        .await
        .unwrap();
    assert_eq!(names, ["Oferta"]);
    let unused = campaigns
        .names_using_media(stored.workspace, media_id())
        .await
        .unwrap();
    assert!(unused.is_empty());
}
