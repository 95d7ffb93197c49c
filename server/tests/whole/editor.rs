//! The campaign editor as forms, as a browser without script sends them.

use arauto_app::api::CampaignSummary;
use arauto_app::domain::{CampaignId, GroupJid};
use serde_json::{Value, json};

use crate::support::{Person, png};
use crate::world::{Store, World};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_tabs_neither_overwrites_the_other_unasked_on_sqlite() {
    two_tabs(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_tabs_neither_overwrites_the_other_unasked_on_mongodb() {
    two_tabs(Store::Mongo).await;
}

/// Saves by script.
async fn save(person: &Person, id: &str, seen: &str, name: &str) -> Result<String, Value> {
    person.post("save-campaign", &form(id, seen, name)).await
}

/// The form of a campaign that is saved, as the page with this copy posts it.
fn form<'a>(id: &'a str, seen: &'a str, name: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("form[id]", id),
        ("form[seen]", seen),
        ("form[name]", name),
        ("form[text]", "100% fresco & {só|hoje}"),
        ("form[timing][schedule]", "now"),
    ]
}

async fn two_tabs(store: Store) {
    let world = World::with_groups(store, 0, |program| program).await;
    let person = &world.person;
    let created = save(person, "", "", "Feira").await.unwrap();
    let id = created.strip_prefix("/campanhas/").unwrap();
    let read = person.campaign(id.parse().unwrap()).await.campaign;
    let seen = read.updated_at.as_millis().to_string();
    assert!(person.page(&created).await.contains(&seen));

    let one = save(person, id, &seen, "De uma aba").await;
    assert_eq!(one, Ok(format!("/campanhas/{id}")));
    let stored = person.campaign(id.parse().unwrap()).await.campaign;
    let at = stored.updated_at.as_millis();
    // A script is told as data, on saving as on keeping.
    let changed = json!({ "error": "campaign_changed", "detail": { "at": at, "by": "oneself" } });
    assert_eq!(save(person, id, &seen, "De outra").await, Err(changed));
    // A form that does not say what it saw overwrites nothing either.
    assert!(save(person, id, "", "Às cegas").await.is_err());
    assert_eq!(name(&world, id).await, "De uma aba");

    // A browser without script is led back to its answers, and told.
    let written = form(id, &seen, "De outra");
    let back = person.send("save-campaign", &written).await;
    assert!(back.starts_with(&format!("/campanhas/{id}?")), "{back}");
    let page = person.page(&back).await;
    for words in [
        "Esta campanha foi alterada em outra aba",
        "Carregar o que está salvo",
        "value=\"De outra\"",
        "100% fresco &amp; {só|hoje}",
        &at.to_string(),
    ] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }
    // Who saves once more has read it.
    save(person, id, &at.to_string(), "De outra").await.unwrap();
    assert_eq!(name(&world, id).await, "De outra");
}

async fn name(world: &World, id: &str) -> String {
    let id: CampaignId = id.parse().unwrap();
    world.person.campaign(id).await.campaign.name
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_script_keeps_what_is_written_whatever_its_buttons_do() {
    let world = World::with_groups(Store::Sqlite, 2, |program| program).await;
    let person = &world.person;
    let connection = world.link().await.to_string();
    let image = person.upload("vitrine.png", png(64, 64)).await.to_string();
    let written = format!(
        "form%5Bname%5D=Feira&form%5Bconnection%5D={connection}&form%5Bothers%5D=\
         &form%5Btext%5D=Primeiro&form%5Bmedia%5D={image}&form%5Bvariants%5D%5B0%5D%5Btext%5D=Segundo"
    );
    let page = async |edit: &str| {
        person
            .page(&format!("/campanhas/nova?{written}{edit}"))
            .await
    };
    let count = |page: &str, words: &str| page.matches(words).count();

    let plain = page("").await;
    assert_eq!(count(&plain, "<textarea"), 2, "{plain}");
    let more = page("&fazer=variante-1").await;
    assert_eq!(count(&more, ">Segundo</textarea>"), 2, "{more}");
    assert!(more.contains(">Primeiro</textarea>"));
    assert!(more.contains("value=\"Feira\""));
    let less = page("&fazer=sem-variante-1").await;
    assert_eq!(count(&less, ">Segundo</textarea>"), 0, "{less}");
    let with = page("&fazer=conexao").await;
    assert_eq!(count(&with, "name=\"form[also][0][connection]\""), 1);
    let also = format!("&form%5Balso%5D%5B0%5D%5Bconnection%5D={connection}");
    let without = page(&format!("{also}&fazer=sem-conexao-0")).await;
    assert_eq!(count(&without, "name=\"form[also][0][connection]\""), 0);
    // The library is looked through the same way, and what is chosen stays at hand.
    let searched = page("&busca-midia=nada%20assim").await;
    assert!(
        searched.contains(&format!("value=\"{image}\"")),
        "{searched}"
    );
    assert!(searched.contains("value=\"nada assim\""));

    // What is refused comes back with all that it holds.
    let refused = [
        ("form[name]", ""),
        ("form[connection]", connection.as_str()),
        ("form[text]", "Sem nome"),
        ("form[media]", &image),
        ("form[targets][]", &world.groups[0]),
    ];
    let back = person.send("save-campaign", &refused).await;
    let page = person.page(&back).await;
    assert!(page.contains("Dê um nome à campanha."), "{page}");
    assert!(page.contains(">Sem nome</textarea>"), "{page}");
    assert!(page.contains("1 selecionado"), "{page}");
}

/// The address of a page that carries these answers over.
fn carrying(path: &str, answers: &[(&str, &str)]) -> String {
    let url = reqwest::Url::parse_with_params("http://localhost", answers).unwrap();
    format!("{path}?{}", url.query().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_script_chooses_the_groups_of_every_connection() {
    let world = World::with_groups(Store::Sqlite, 3, |program| program).await;
    let person = &world.person;
    let loja = world.link().await.to_string();
    let filial = world.link_as("Filial").await.to_string();
    let (one, two) = (&*world.groups[0], &*world.groups[1]);
    let written = [
        ("form[name]", "Feira"),
        ("form[connection]", &*loja),
        ("form[others]", two),
        ("form[text]", "Oi"),
        ("form[also][0][connection]", &*filial),
    ];
    let with = |more: &[(&'static str, &str)]| {
        let answers: Vec<_> = written.iter().chain(more).copied().collect();
        carrying("/campanhas/nova", &answers)
    };
    let boxes = |page: &str| page.matches("name=\"form[also][0][boxes][]\"").count();
    let hidden =
        |value: &str| format!("type=\"hidden\" name=\"form[also][0][targets]\" value=\"{value}\"");

    let closed = [("form[also][0][targets]", one)];
    let page = person.page(&with(&closed)).await;
    assert_eq!(boxes(&page), 0, "{page}");
    assert!(page.contains(&hidden(one)), "{page}");
    assert!(page.contains("value=\"grupos-0\""), "{page}");
    let opened = [closed[0], ("fazer", "grupos-0")];
    let page = person.page(&with(&opened)).await;
    assert_eq!(boxes(&page), 3, "{page}");
    assert!(page.contains(&hidden("")), "{page}");
    assert!(page.contains("name=\"grupos-de\" value=\"0\""), "{page}");
    // What a search does not show stays chosen, and the groups stay open.
    let search = [
        ("grupos-de", "0"),
        ("form[also][0][boxes][]", one),
        ("busca-1", "grupo 2"),
    ];
    let page = person.page(&with(&search)).await;
    assert_eq!(boxes(&page), 1, "{page}");
    assert!(page.contains(&hidden(one)), "{page}");
    assert!(page.contains("value=\"grupo 2\""), "{page}");
    // Another connection in its place has other groups open, or none.
    let removed = [search[0], search[2], ("fazer", "sem-conexao-0")];
    assert_eq!(boxes(&person.page(&with(&removed)).await), 0);

    // Saved is what the boxes and the rest say, and so is what a refused form comes back with.
    let posted = [
        ("form[also][0][targets]", one),
        ("form[also][0][boxes][]", &*world.groups[2]),
        ("grupos-de", "0"),
    ];
    let form: Vec<_> = written.iter().chain(&posted).copied().collect();
    let nameless: Vec<_> = form.iter().skip(1).copied().collect();
    let back = person.send("save-campaign", &nameless).await;
    let mut both = [one, &*world.groups[2]];
    both.sort_unstable();
    let page = person.page(&back).await;
    assert!(page.contains(&hidden(&both.join(" "))), "{back}");
    let saved = person.send("save-campaign", &form).await;
    let id = saved.strip_prefix("/campanhas/").unwrap().parse().unwrap();
    let campaign = person.campaign(id).await.campaign;
    let chosen: Vec<_> = campaign.also[0]
        .targets
        .iter()
        .map(GroupJid::as_str)
        .collect();
    assert_eq!(chosen, [one, &world.groups[2]]);
    let first: Vec<_> = campaign.targets.iter().map(GroupJid::as_str).collect();
    assert_eq!(first, [two]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_connection_takes_its_groups_out_of_what_is_saved() {
    let world = World::with_groups(Store::Sqlite, 2, |program| program).await;
    let person = &world.person;
    let connection = world.link().await.to_string();
    let form = [
        ("form[name]", "Feira"),
        ("form[connection]", connection.as_str()),
        ("form[text]", "Oi"),
        ("form[targets][]", &world.groups[0]),
        ("form[targets][]", &world.groups[1]),
    ];
    let page = person.post("save-campaign", &form).await.unwrap();
    let id: CampaignId = page.strip_prefix("/campanhas/").unwrap().parse().unwrap();
    assert_eq!(person.campaign(id).await.groups, 2);
    let removal = [("id", connection.as_str())];
    person.post("remove-connection", &removal).await.unwrap();

    let CampaignSummary {
        campaign, groups, ..
    } = person.campaign(id).await;
    assert_eq!((campaign.connection, groups), (None, 0));
    assert!(campaign.targets.is_empty());
    let shown = person.page(&page).await;
    assert!(
        shown.contains("A conexão desta campanha não existe mais. Selecione outra."),
        "{shown}"
    );
    assert!(shown.contains("nenhum selecionado"), "{shown}");
    // Who saves what was on the screen before is told, too.
    let (id, seen) = (id.to_string(), campaign.updated_at.as_millis().to_string());
    let stale = [("form[id]", id.as_str()), ("form[seen]", &seen)];
    let stale: Vec<_> = stale.into_iter().chain(form).collect();
    let gone = json!({ "error": "draft", "detail": [{ "problem": "connection_gone" }] });
    assert_eq!(person.post("save-campaign", &stale).await, Err(gone));
}
