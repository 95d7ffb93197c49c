//! Media items.

use arauto::store::{Face, MediaUses, StoreError};
use arauto_app::domain::{
    CampaignState, MediaFilter, MediaItem, MediaKind, MediaOrder, MediaQuery, WAVEFORM_BARS,
    Waveform,
};

use super::home::Home;
use super::samples::{
    at, campaign, connection_id, deliveries, digest, media_id, media_item, run, workspace_id,
};

pub async fn they_are_listed_newest_first_and_renamed(home: Home) {
    let workspace = workspace_id();
    let (old, mut new) = (
        media_item(workspace, "a.jpg", 1, 2),
        media_item(workspace, "b.jpg", 3, 4),
    );
    new.uploaded_at = at(1);
    let media = &home.store.media;
    media.insert(&old).await.unwrap();
    media.insert(&new).await.unwrap();
    let again = media.insert(&new).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    media.rename(workspace, new.id, "Ação.jpg").await.unwrap();
    new.name = "Ação.jpg".into();
    let home = home.reopen().await;
    let media = &home.store.media;
    assert_eq!(
        media.list(workspace).await.unwrap(),
        [new.clone(), old.clone()]
    );
    media.delete(workspace, new.id).await.unwrap();
    media.delete(workspace, new.id).await.unwrap();
    assert_eq!(media.get(workspace, new.id).await.unwrap(), None);
    assert_eq!(media.get(workspace, old.id).await.unwrap(), Some(old));
}

pub async fn every_fact_of_a_kind_is_kept(home: Home) {
    let mut voice = media_item(workspace_id(), "recado.ogg", 1, 2);
    voice.kind = MediaKind::Audio;
    voice.mime = "audio/ogg; codecs=opus".into();
    (voice.thumbnail, voice.width, voice.height) = (None, None, None);
    voice.duration_ms = Some(u64::from(u32::MAX) + 1);
    voice.waveform = Some(Waveform::new(std::array::from_fn(|bar| {
        u8::try_from(bar).unwrap()
    })));
    let mut prices = voice.clone();
    prices.id = media_id();
    prices.kind = MediaKind::Document;
    (prices.duration_ms, prices.pages, prices.waveform) = (None, Some(12), None);
    let mut party = prices.clone();
    party.id = media_id();
    (party.kind, party.pages, party.gif) = (MediaKind::Video, None, true);
    for item in [&voice, &prices, &party] {
        home.store.media.insert(item).await.unwrap();
    }
    let home = home.reopen().await;
    for item in [voice, prices, party] {
        let kept = home.store.media.get(item.workspace, item.id).await;
        assert_eq!(kept.unwrap(), Some(item));
    }
}

pub async fn what_an_item_lacks_is_added_once(home: Home) {
    let mut item = media_item(workspace_id(), "abertura.mp4", 1, 2);
    item.thumbnail = None;
    let media = &home.store.media;
    media.insert(&item).await.unwrap();
    let waveform = |bar| Some(Waveform::new([bar; WAVEFORM_BARS]));
    let face = |thumbnail: Option<u8>, waveform| Face {
        thumbnail: thumbnail.map(digest),
        waveform,
    };
    let add = async |face| media.complete(item.workspace, item.id, face).await.unwrap();
    assert!(add(Face::default()).await);
    let kept = media.get(item.workspace, item.id).await.unwrap();
    assert_eq!(kept.as_ref(), Some(&item));
    assert!(add(face(Some(3), None)).await);
    assert!(add(face(Some(4), waveform(7))).await);
    assert!(add(face(None, waveform(8))).await);
    // Nobody else's, and nothing that is gone.
    let whole = face(Some(5), waveform(5));
    let other = media.complete(workspace_id(), item.id, whole).await;
    assert!(!other.unwrap());
    let gone = media.complete(item.workspace, media_id(), whole).await;
    assert!(!gone.unwrap());
    (item.thumbnail, item.waveform) = (Some(digest(3)), waveform(7));
    let home = home.reopen().await;
    let kept = home.store.media.list(item.workspace).await.unwrap();
    assert_eq!(kept, [item]);
}

pub async fn they_are_looked_for_by_name_and_kind_in_every_order(home: Home) {
    use MediaFilter as F;
    use MediaOrder as O;
    let workspace = workspace_id();
    let media = &home.store.media;
    let mut items = Vec::new();
    for (number, (name, kind)) in [
        ("Promoção de Maio.jpg", MediaKind::Image),
        ("maio 50% [off].pdf", MediaKind::Document),
        ("Áudio.mp3", MediaKind::Audio),
        ("abertura MAIO.mp4", MediaKind::Video),
    ]
    .into_iter()
    .enumerate()
    {
        let number = u8::try_from(number).unwrap();
        let mut item = media_item(workspace, name, number, 100 + number);
        item.kind = kind;
        item.uploaded_at = at(i64::from(number));
        item.bytes = u64::from(10 - number);
        media.insert(&item).await.unwrap();
        items.push(item);
    }
    let stranger = media_item(workspace_id(), "maio.jpg", 9, 9);
    media.insert(&stranger).await.unwrap();
    let find = async |text: &str, filter, order, skipped, limit| {
        let text = text.into();
        let query = MediaQuery {
            text,
            filter,
            order,
        };
        let found = media.search(workspace, &query, skipped, limit).await;
        let place = |found: MediaItem| items.iter().position(|item| *item == found).unwrap();
        found.unwrap().into_iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(find("", F::All, O::Newest, 0, 9).await, [3, 2, 1, 0]);
    assert_eq!(find("", F::All, O::Name, 0, 9).await, [3, 2, 1, 0]);
    assert_eq!(find("", F::All, O::Largest, 0, 9).await, [0, 1, 2, 3]);
    assert_eq!(find("", F::All, O::Largest, 1, 2).await, [1, 2]);
    assert_eq!(find("maio", F::All, O::Newest, 0, 9).await, [3, 1, 0]);
    assert_eq!(find("PROMOCAO", F::All, O::Newest, 0, 9).await, [0]);
    assert_eq!(find("50% [", F::All, O::Newest, 0, 9).await, [1]);
    assert_eq!(find("maio", F::Video, O::Newest, 0, 9).await, [3]);
    assert!(find("junho", F::All, O::Newest, 0, 9).await.is_empty());
    let counts = media.counts(workspace, "Maio").await.unwrap();
    assert_eq!(F::EVERY.map(|filter| counts.of(filter)), [3, 1, 1, 0, 1]);

    // What it is called now is what it is found by.
    let renamed = media
        .rename(workspace, items[2].id, "Vinheta de maio")
        .await;
    renamed.unwrap();
    let counts = media.counts(workspace, "maio").await.unwrap();
    assert_eq!(counts.of(F::Audio), 1);
}

pub async fn the_same_bytes_count_once_and_every_item_is_reached(home: Home) {
    let workspace = workspace_id();
    let media = &home.store.media;
    assert_eq!(media.used_bytes(workspace).await.unwrap(), 0);
    assert!(media.every_item_after(None, 9).await.unwrap().is_empty());
    let mut ids = Vec::new();
    for (content, bytes) in [(1, 5_000_000_000), (1, 5_000_000_000), (2, 7)] {
        let mut item = media_item(workspace, "a.jpg", content, 9);
        item.bytes = bytes;
        media.insert(&item).await.unwrap();
        ids.push(item.id);
    }
    let foreign = media_item(workspace_id(), "b.jpg", 1, 9);
    media.insert(&foreign).await.unwrap();
    ids.push(foreign.id);
    assert_eq!(media.used_bytes(workspace).await.unwrap(), 5_000_000_007);

    ids.sort_by_key(arauto_app::domain::MediaId::as_uuid);
    let (mut after, mut reached) = (None, Vec::new());
    loop {
        let items = media.every_item_after(after, 3).await.unwrap();
        let Some(last) = items.last() else { break };
        after = Some(last.id);
        reached.extend(items.iter().map(|item| item.id));
    }
    assert_eq!(reached, ids);
}

pub async fn content_is_named_by_items_and_thumbnails(home: Home) {
    let item = media_item(workspace_id(), "a.jpg", 1, 2);
    let media = &home.store.media;
    media.insert(&item).await.unwrap();
    for (byte, named) in [(1, true), (2, true), (3, false)] {
        let found = media.names_content(item.workspace, digest(byte)).await;
        assert_eq!(found.unwrap(), named, "content {byte}");
    }
    media.delete(item.workspace, item.id).await.unwrap();
    assert!(
        !media
            .names_content(item.workspace, digest(1))
            .await
            .unwrap()
    );
}

pub async fn other_workspaces_see_no_media(home: Home) {
    let (item, stranger) = (media_item(workspace_id(), "a.jpg", 1, 2), workspace_id());
    let media = &home.store.media;
    media.insert(&item).await.unwrap();
    assert!(media.list(stranger).await.unwrap().is_empty());
    assert_eq!(media.get(stranger, item.id).await.unwrap(), None);
    assert!(!media.names_content(stranger, digest(1)).await.unwrap());
    media.rename(stranger, item.id, "x").await.unwrap();
    media.delete(stranger, item.id).await.unwrap();
    assert_eq!(media.list(item.workspace).await.unwrap(), [item]);
}

pub async fn those_that_are_being_sent_are_told_from_those_that_are_only_named(home: Home) {
    let (campaigns, journal) = (&home.store.campaigns, &home.store.journal);
    let (workspace, media) = (workspace_id(), media_id());
    let sends = |name: &str, state| {
        let mut one = campaign(workspace, name);
        (one.content.media, one.state) = (None, state);
        one.others[0].media = Some(media);
        one
    };
    let draft = sends("Rascunho", CampaignState::Draft);
    let active = sends("Ativa", CampaignState::Active);
    let mut edited = sends("Em andamento", CampaignState::Paused);
    edited.others.clear();
    for one in [&draft, &active, &edited] {
        campaigns.insert(one).await.unwrap();
    }
    let (other, unused) = (media_id(), media_id());
    let mut both = sends("Arquivada", CampaignState::Archived);
    both.content.media = Some(other);
    campaigns.insert(&both).await.unwrap();
    let uses = async |workspace| {
        let items = [other, media, unused];
        campaigns.media_uses(workspace, &items).await.unwrap()
    };
    let uses_of = |used_by: &[&str], sent_by: &[&str]| MediaUses {
        used_by: used_by.iter().map(ToString::to_string).collect(),
        sent_by: sent_by.iter().map(ToString::to_string).collect(),
    };
    let nothing = MediaUses::default();
    let all = ["Arquivada", "Ativa", "Rascunho"];
    let expected = [
        uses_of(&["Arquivada"], &[]),
        uses_of(&all, &["Ativa"]),
        nothing.clone(),
    ];
    assert_eq!(uses(workspace).await, expected);

    // Its run still sends what it has in it no more.
    let mut under_way = run(workspace, connection_id(), 1);
    under_way.campaign = edited.id;
    under_way.others[0].media = Some(media);
    let sent = deliveries(&under_way, 1);
    journal.begin_run(&under_way, &sent).await.unwrap();
    // A second one sends the same.
    let mut again = run(workspace, connection_id(), 2);
    (again.campaign, again.number) = (edited.id, under_way.number + 1);
    again.content.media = Some(media);
    let sent = deliveries(&again, 1);
    journal.begin_run(&again, &sent).await.unwrap();
    assert_eq!(
        uses(workspace).await[1],
        uses_of(&all, &["Ativa", "Em andamento"])
    );
    assert_eq!(uses(workspace_id()).await, vec![nothing; 3]);
}
