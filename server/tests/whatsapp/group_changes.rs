//! Groups that change while nobody syncs: WhatsApp tells, and the list follows.

use arauto_app::api::LiveEvent;
use arauto_app::domain::{ConnectionId, Group, GroupJid, GroupStanding};
use arauto_sim::{GroupChange, NewGroup, Owner, Simulator};

use crate::house::{House, PHONE, addresses, group, member, network};

fn ourselves(admin: bool) -> Owner {
    Owner {
        pn: PHONE.into(),
        admin,
    }
}

async fn change(simulator: &Simulator, jid: &GroupJid, change: GroupChange) {
    let changed = simulator.control().change_group(jid.as_str(), change).await;
    changed.unwrap();
}

/// Waits until the list has the group and `is` holds of it.
async fn until(
    house: &House,
    id: ConnectionId,
    jid: &GroupJid,
    what: &str,
    is: impl Fn(&Group) -> bool,
) -> Group {
    house
        .until(what, async |house: &House| {
            let groups = house.group_view(id).await.groups;
            groups
                .into_iter()
                .find(|group| group.jid == *jid)
                .filter(|group| is(group))
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_change_is_followed_without_a_sync() {
    let simulator = network().await;
    let jid = group(&simulator, "Turma", 5).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let synced = house.group_view(id).await.latest;
    let until = async |what, is: fn(&Group) -> bool| until(&house, id, &jid, what, is).await;
    let tell = async |told| change(&simulator, &jid, told).await;
    let nothing = GroupChange::default;

    let subject = Some("Turma da manhã".to_owned());
    tell(GroupChange {
        subject,
        ..nothing()
    })
    .await;
    until("it is renamed", |group| group.subject == "Turma da manhã").await;

    for announce in [true, false] {
        let announce = Some(announce);
        tell(GroupChange {
            announce,
            ..nothing()
        })
        .await;
        match announce {
            Some(true) => until("admins only", |group| group.announce_only).await,
            _ => until("everybody", |group| !group.announce_only).await,
        };
    }

    let add = vec![member(1), member(2)];
    tell(GroupChange { add, ..nothing() }).await;
    until("others came", |group| group.participants == 7).await;
    let remove = vec![member(1).pn];
    tell(GroupChange {
        remove,
        ..nothing()
    })
    .await;
    until("another went", |group| group.participants == 6).await;

    let add = vec![ourselves(false)];
    tell(GroupChange { add, ..nothing() }).await;
    until("we were demoted", |group| !group.is_admin).await;
    let add = vec![ourselves(true)];
    tell(GroupChange { add, ..nothing() }).await;
    until("we were promoted", |group| group.is_admin).await;

    let remove = vec![PHONE.to_owned()];
    tell(GroupChange {
        remove,
        ..nothing()
    })
    .await;
    let gone = until("we left", |group| group.standing == GroupStanding::Gone).await;
    assert!(!gone.accepts_messages());
    assert_eq!(gone.subject, "Turma da manhã");
    let add = vec![ourselves(false)];
    tell(GroupChange { add, ..nothing() }).await;
    let back = until("we are back", |group| {
        group.standing == GroupStanding::Member
    })
    .await;
    assert_eq!((back.participants, back.is_admin), (6, false));

    let deleted = simulator.control().delete_group(jid.as_str()).await;
    deleted.unwrap();
    until("it ended", |group| group.standing == GroupStanding::Gone).await;
    assert_eq!(house.view(id).await.groups, 0);
    assert_eq!(house.group_view(id).await.latest, synced);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_we_come_into_appears_with_its_community() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let mut notices = house.live.subscribe();
    let new = |subject: &str| NewGroup {
        subject: subject.into(),
        size: 4,
        owners: vec![ourselves(false)],
        ..Default::default()
    };
    let control = simulator.control();
    let community = NewGroup {
        is_community: true,
        ..new("Bairro")
    };
    let community = control.create_group(community).await.unwrap().jid;
    let within = NewGroup {
        community: Some(community.clone()),
        ..new("Avisos")
    };
    let within = control.create_group(within).await.unwrap().jid;
    let found = until(&house, id, &within.parse().unwrap(), "it appears", |_| true).await;
    assert_eq!(found.community.as_deref(), Some("Bairro"));
    assert_eq!(found.participants, 4);
    let told = std::iter::from_fn(|| notices.try_recv().ok());
    let workspace = house.who.workspace_id();
    assert!(
        told.into_iter()
            .any(|notice| notice == (workspace, LiveEvent::Groups(id)))
    );
    // The frame itself is nothing that one could write to.
    let view = house.group_view(id).await;
    assert!(
        view.groups
            .iter()
            .all(|group| group.jid.as_str() != community)
    );
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_one_instant_end_as_whatsapp_has_them() {
    let simulator = network().await;
    let jid = group(&simulator, "Turma", 5).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    for number in 0..40 {
        let subject = Some(format!("Turma {number}"));
        let announce = Some(number % 2 == 0);
        let add = vec![member(number)];
        let told = GroupChange {
            subject,
            announce,
            add,
            ..Default::default()
        };
        change(&simulator, &jid, told).await;
    }
    until(&house, id, &jid, "it is as WhatsApp has it", |group| {
        group.subject == "Turma 39" && !group.announce_only && group.participants == 45
    })
    .await;
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changed_while_the_server_was_away_is_followed_when_it_is_back() {
    let simulator = network().await;
    let jid = group(&simulator, "Turma", 5).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    house.hub.shutdown().await;
    let told = GroupChange {
        subject: Some("Turma da noite".into()),
        remove: vec![PHONE.into()],
        ..Default::default()
    };
    change(&simulator, &jid, told).await;
    let house = house.after_restart().await;
    until(&house, id, &jid, "the absence is made up for", |group| {
        group.subject == "Turma da noite" && group.standing == GroupStanding::Gone
    })
    .await;
    house.hub.shutdown().await;
}
