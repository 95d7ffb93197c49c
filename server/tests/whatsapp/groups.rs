//! Reading the groups.

use std::time::Duration;

use arauto::whatsapp::SyncPlan;
use arauto_app::api::{ApiError, Connections, Groups, GroupsView, NotFound, SyncProgress};
use arauto_app::domain::{
    ConnectionCause, ConnectionId, DeliveryEvent, GroupStanding, SyncOutcome, Timestamp,
};
use arauto_sim::{Fault, FaultOrder, GroupChange, Simulator};

use crate::house::{House, PATIENCE, PHONE, addresses, group, member, network, stranger, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_follows_what_changed_and_keeps_what_is_gone() {
    let simulator = network().await;
    let control = simulator.control();
    let stays = group(&simulator, "Antes", 5).await;
    let ends = group(&simulator, "Acaba", 7).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let before = house.group_view(id).await.synced_at;

    let change = GroupChange {
        subject: Some("Depois".into()),
        announce: Some(true),
        ..Default::default()
    };
    control.change_group(stays.as_str(), change).await.unwrap();
    control.delete_group(ends.as_str()).await.unwrap();
    for number in 0..60 {
        group(&simulator, &format!("Grupo {number:02}"), 3).await;
    }
    house.groups.sync(&house.who, id).await.unwrap();
    let view = house
        .until("the sync ends", async |house: &House| {
            let view = house.group_view(id).await;
            (view.synced_at > before && view.sync == SyncProgress::Idle).then_some(view)
        })
        .await;
    assert_eq!(view.total, 62);
    assert_eq!((view.groups.len(), view.next.is_some()), (50, true));
    let of = async |jid| {
        house
            .store
            .groups
            .get(house.who.workspace_id(), id, &jid)
            .await
    };
    let (stays, ends) = (
        of(stays).await.unwrap().unwrap(),
        of(ends).await.unwrap().unwrap(),
    );
    assert_eq!(stays.subject, "Depois");
    assert!(stays.announce_only && stays.is_admin && stays.accepts_messages());
    assert_eq!(ends.standing, GroupStanding::Gone);
    assert_eq!(house.view(id).await.groups, 61);
    house.hub.shutdown().await;
}

/// How the latest sync ended, once none is under way.
async fn until_ended(house: &House, id: ConnectionId, since: Option<Timestamp>) -> GroupsView {
    house
        .until("the sync ends", async |house: &House| {
            let view = house.group_view(id).await;
            let latest = view.latest.filter(|latest| Some(latest.began_at) > since)?;
            (view.sync == SyncProgress::Idle && latest.end.is_some()).then_some(view)
        })
        .await
}

fn outcome(view: &GroupsView) -> Option<SyncOutcome> {
    Some(view.latest?.end?.outcome)
}

/// WhatsApp answers questions about groups with an error, so often.
async fn refuse(simulator: &Simulator, code: u16, next: Option<u32>) {
    let order = FaultOrder {
        pn: None,
        fault: Fault::RefuseQueries {
            code,
            text: "rate-overlimit".into(),
            xmlns: Some("w:g2".into()),
            next,
        },
    };
    simulator.control().inject(order).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_fails_keeps_the_list_and_says_why() {
    let simulator = network().await;
    group(&simulator, "Fica", 4).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let before = house.group_view(id).await;
    refuse(&simulator, 500, None).await;
    house.groups.sync(&house.who, id).await.unwrap();
    let began = before.latest.map(|latest| latest.began_at);
    let view = until_ended(&house, id, began).await;
    let cause = ConnectionCause::ServerTrouble;
    assert_eq!(outcome(&view), Some(SyncOutcome::Failed { cause }));
    assert_eq!(view.groups, before.groups);
    assert_eq!(view.synced_at, before.synced_at);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_is_turned_away_asks_again_later_and_gives_up_at_last() {
    let simulator = network().await;
    group(&simulator, "Fica", 4).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let began = |view: &GroupsView| view.latest.map(|latest| latest.began_at);
    let before = house.group_view(id).await;
    refuse(&simulator, 429, Some(2)).await;
    house.groups.sync(&house.who, id).await.unwrap();
    let until = house
        .until("the pause is told", async |house: &House| {
            match house.group_view(id).await.sync {
                SyncProgress::Waiting { until } => Some(until),
                _ => None,
            }
        })
        .await;
    assert!(until > before.now);
    let view = until_ended(&house, id, began(&before)).await;
    assert_eq!(outcome(&view), Some(SyncOutcome::Completed { groups: 1 }));

    refuse(&simulator, 429, None).await;
    house.groups.sync(&house.who, id).await.unwrap();
    let view = until_ended(&house, id, began(&view)).await;
    let cause = ConnectionCause::RateLimited;
    assert_eq!(outcome(&view), Some(SyncOutcome::Failed { cause }));
    assert_eq!(view.groups.len(), 1);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sending_waits_for_no_sync_and_a_sync_that_waits_can_be_cancelled() {
    let simulator = network().await;
    let turma = group(&simulator, "Turma", 4).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let patient = SyncPlan {
        first: Duration::from_hours(1),
        ..SyncPlan::default()
    };
    let house = house.with_syncs(patient).await;
    house.until_online(id).await;
    let mut signals = house.signals();
    // The engine asks for a group that it does not know; from here on it knows this one.
    let first = text(&turma, "antes");
    house.send(id, first.clone()).await;
    signals.of(&first.id).await;

    refuse(&simulator, 429, None).await;
    house.groups.sync(&house.who, id).await.unwrap();
    house
        .until("the sync waits", async |house: &House| {
            let sync = house.group_view(id).await.sync;
            matches!(sync, SyncProgress::Waiting { .. }).then_some(())
        })
        .await;
    let meanwhile = text(&turma, "no meio");
    house.send(id, meanwhile.clone()).await;
    let signal = signals.of(&meanwhile.id).await;
    assert_eq!(signal.event, DeliveryEvent::Acknowledged);

    // Changes are followed meanwhile, too.
    let change = GroupChange {
        subject: Some("Turma da tarde".into()),
        ..Default::default()
    };
    let control = simulator.control();
    control.change_group(turma.as_str(), change).await.unwrap();
    house
        .until("the new name is known", async |house: &House| {
            let view = house.group_view(id).await;
            (view.groups[0].subject == "Turma da tarde").then_some(())
        })
        .await;

    house.groups.cancel_sync(&house.who, id).await.unwrap();
    let view = house
        .until("the sync ends", async |house: &House| {
            let view = house.group_view(id).await;
            (view.sync == SyncProgress::Idle).then_some(view)
        })
        .await;
    assert_eq!(outcome(&view), Some(SyncOutcome::Cancelled));
    assert_eq!(
        house.groups.cancel_sync(&stranger(), id).await,
        Err(ApiError::NotFound(NotFound::Connection))
    );
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_a_crash_interrupts_begins_anew_by_itself() {
    let simulator = network().await;
    group(&simulator, "Antes", 4).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let before = house.group_view(id).await;
    assert_eq!(outcome(&before), Some(SyncOutcome::Completed { groups: 1 }));
    hold_answers(&simulator).await;
    house.groups.sync(&house.who, id).await.unwrap();
    until_held(&simulator, 1).await;

    let house = house.after_crash().await;
    let view = house.group_view(id).await;
    assert_eq!(view.sync, SyncProgress::Idle);
    assert!(view.latest.unwrap().was_interrupted());
    simulator.control().lift_faults(None).await;
    let began = before.latest.map(|latest| latest.began_at);
    let view = until_ended(&house, id, began).await;
    assert_eq!(outcome(&view), Some(SyncOutcome::Completed { groups: 1 }));
    assert!(view.synced_at > before.synced_at);
    // What was completed is not read again at the next start.
    let house = house.after_restart().await;
    house.until_online(id).await;
    assert_eq!(house.group_view(id).await.latest, view.latest);
    house.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_while_the_list_is_read_is_not_lost() {
    let simulator = network().await;
    let control = simulator.control();
    let turma = group(&simulator, "Turma", 4).await;
    let ends = group(&simulator, "Acaba", 4).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let before = house.group_view(id).await;
    hold_answers(&simulator).await;
    house.groups.sync(&house.who, id).await.unwrap();
    until_held(&simulator, 1).await;

    // The list that is on its way knows nothing of these.
    let change = GroupChange {
        subject: Some("Turma nova".into()),
        announce: Some(true),
        add: vec![member(1), member(2)],
        ..Default::default()
    };
    control.change_group(turma.as_str(), change).await.unwrap();
    control.delete_group(ends.as_str()).await.unwrap();
    let added = group(&simulator, "Chegou", 9).await;
    control.lift_faults(None).await;

    let began = before.latest.map(|latest| latest.began_at);
    until_ended(&house, id, began).await;
    house
        .until("everything is as WhatsApp has it", async |house: &House| {
            let view = house.group_view(id).await;
            let of = |jid| view.groups.iter().find(|group| group.jid == jid);
            let (turma, ends, added) = (of(turma.clone())?, of(ends.clone())?, of(added.clone())?);
            let is_right = turma.subject == "Turma nova"
                && turma.announce_only
                && turma.participants == 6
                && ends.standing == GroupStanding::Gone
                && added.participants == 9;
            is_right.then_some(())
        })
        .await;
    house.hub.shutdown().await;
}

async fn hold_answers(simulator: &Simulator) {
    let fault = Fault::HoldAnswers {
        xmlns: Some("w:g2".into()),
    };
    let order = FaultOrder { pn: None, fault };
    simulator.control().inject(order).await.unwrap();
}

/// Waits until the network holds so many answers.
async fn until_held(simulator: &Simulator, count: usize) {
    let mut events = simulator.control().events();
    let held = async {
        while simulator.control().state().await.held_answers < count {
            // Lagging behind is a reason to look again, like an event.
            let _ = events.recv().await;
        }
    };
    let held = tokio::time::timeout(PATIENCE, held).await;
    held.expect("the question reaches the network");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_connection_cannot_be_asked() {
    let simulator = network().await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    house.connections.stop(&house.who, id).await.unwrap();
    let refused = house.groups.sync(&house.who, id).await;
    assert_eq!(refused, Err(ApiError::ConnectionOffline));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_in_a_group_is_asked_when_somebody_wants_to_know() {
    let simulator = network().await;
    let turma = group(&simulator, "Turma", 12).await;
    let house = House::new(addresses(&simulator)).await;
    let id = house.paired(&simulator).await;
    let members = house.groups.members(&house.who, id, &turma).await.unwrap();
    assert_eq!(members.len(), 12);
    let first = &members[0];
    assert_eq!(first.phone.as_deref(), Some(PHONE));
    assert!(first.is_us && first.is_admin);
    assert_eq!(members.iter().filter(|member| member.is_us).count(), 1);
    assert!(members.iter().all(|member| member.phone.is_some()));

    let unknown = "120363999999999999@g.us".parse().unwrap();
    let asked = house.groups.members(&house.who, id, &unknown).await;
    assert_eq!(asked, Err(ApiError::NotFound(NotFound::Group)));
    refuse(&simulator, 429, None).await;
    let asked = house.groups.members(&house.who, id, &turma).await;
    let cause = ConnectionCause::RateLimited;
    assert_eq!(asked, Err(ApiError::Unanswered(cause)));
    let asked = house.groups.members(&stranger(), id, &turma).await;
    assert_eq!(asked, Err(ApiError::NotFound(NotFound::Connection)));
    house.hub.shutdown().await;
}
