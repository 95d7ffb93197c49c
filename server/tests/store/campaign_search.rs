//! Looking for campaigns.

use arauto::store::Store;
use arauto_app::domain::{CampaignCounts, CampaignKind, CampaignQuery, CampaignState, WorkspaceId};

use super::home::Home;
use super::samples::{at, campaign, workspace_id};

fn query(text: &str, kind: CampaignKind) -> CampaignQuery {
    CampaignQuery {
        text: text.into(),
        kind,
    }
}

async fn names(
    store: &Store,
    workspace: WorkspaceId,
    query: &CampaignQuery,
    skipped: u32,
) -> Vec<String> {
    let found = store.campaigns.search(workspace, query, skipped, 4);
    let found = found.await.unwrap();
    found.into_iter().map(|campaign| campaign.name).collect()
}

pub async fn pages_filters_and_counts_agree(home: Home) {
    let workspace = workspace_id();
    let states = [
        CampaignState::Draft,
        CampaignState::Active,
        CampaignState::Paused,
        CampaignState::Completed,
        CampaignState::Archived,
    ];
    for number in 0..15_u8 {
        let mut new = campaign(workspace, &format!("Oferta {number}"));
        new.state = states[usize::from(number % 5)];
        new.updated_at = at(i64::from(number));
        home.store.campaigns.insert(&new).await.unwrap();
    }
    let home = home.reopen().await;
    let counts = home.store.campaigns.counts(workspace, "").await.unwrap();
    for kind in CampaignKind::EVERY {
        let all = query("", kind);
        let mut found = Vec::new();
        loop {
            let skipped = u32::try_from(found.len()).unwrap();
            let page = names(&home.store, workspace, &all, skipped).await;
            let is_last = page.len() < 4;
            found.extend(page);
            if is_last {
                break;
            }
        }
        assert_eq!(found.len(), counts.of(kind) as usize, "{kind:?}");
        assert!(kind == CampaignKind::Archived || !found.contains(&"Oferta 14".to_owned()));
    }
    let present = query("", CampaignKind::Present);
    let first = names(&home.store, workspace, &present, 0).await;
    assert_eq!(first, ["Oferta 13", "Oferta 12", "Oferta 11", "Oferta 10"]);

    let (stranger, store) = (workspace_id(), &home.store);
    assert!(names(store, stranger, &present, 0).await.is_empty());
    let none = store.campaigns.counts(stranger, "").await.unwrap();
    assert_eq!(none, CampaignCounts::default());
}

pub async fn a_search_follows_the_name(home: Home) {
    let workspace = workspace_id();
    let store = &home.store;
    let mut offer = campaign(workspace, "Promoção de PÃO 50%");
    store.campaigns.insert(&offer).await.unwrap();
    let found = async |text: &str| {
        let counts = store.campaigns.counts(workspace, text).await.unwrap();
        let found = names(store, workspace, &query(text, CampaignKind::Present), 0).await;
        assert_eq!(counts.of(CampaignKind::Present) as usize, found.len());
        found.len()
    };
    assert_eq!(found("promocao de pao").await, 1);
    assert_eq!(found("0%").await, 1);
    assert_eq!(found("p_o").await, 0);
    offer.name = "Café".into();
    let seen = offer.updated_at;
    store.campaigns.update(&offer, seen).await.unwrap();
    assert_eq!(found("pao").await, 0);
    assert_eq!(found("CAFE").await, 1);
}
