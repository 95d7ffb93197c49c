//! Freezing: what a run sends and to whom is decided when it begins.

use std::collections::HashMap;

use arauto_app::domain::wording::{Generator, Seed, share};
use arauto_app::domain::{
    Campaign, ConnectionId, Delivery, DeliveryEvent, DeliveryId, DeliveryState, FailureReason,
    Gate, Group, GroupJid, GroupStanding, Recipient, Run, RunId, RunOrigin, RunSender, Timestamp,
};

use super::parts::Part;
use crate::random::Random;

/// How a run begins, besides what its campaign says.
#[derive(Clone, Debug)]
pub(super) struct Firing {
    /// The connection that sends it: the first, when it has several.
    pub(super) connection: ConnectionId,
    /// See [`Run::connection_name`].
    pub(super) connection_name: String,
    /// See [`Run::number`].
    pub(super) number: u32,
    /// See [`Run::origin`].
    pub(super) origin: RunOrigin,
    /// See [`Run::due_at`].
    pub(super) due_at: Timestamp,
    /// See [`Run::gate`].
    pub(super) gate: Gate,
}

/// A run and the deliveries of its parts, as they are when it begins. Groups that are known to refuse are
/// skipped from the beginning, with the reason.
pub(super) fn freeze(
    campaign: &Campaign,
    firing: &Firing,
    parts: &[Part],
    now: Timestamp,
    random: &Random,
) -> (Run, Vec<Delivery>) {
    let run = Run {
        id: RunId::new(now, random.bytes()),
        workspace: campaign.workspace,
        campaign: campaign.id,
        number: firing.number,
        connection: firing.connection,
        also: parts.iter().skip(1).map(sender).collect(),
        pace: campaign.pace,
        rests_until: Timestamp::default(),
        content: campaign.content.clone(),
        others: campaign.others.clone(),
        connection_name: firing.connection_name.clone(),
        zone: campaign.timing.zone.clone(),
        origin: firing.origin,
        due_at: firing.due_at,
        started_at: now,
        finished_at: None,
        gate: firing.gate,
        reopened: 0,
    };
    let mut deliveries: Vec<Delivery> = Vec::new();
    for part in parts {
        let groups: HashMap<&GroupJid, &Group> = part
            .groups
            .iter()
            .map(|group| (&group.jid, group))
            .collect();
        let first = u32::try_from(deliveries.len()).unwrap_or(u32::MAX);
        let targets = (first..).zip(&part.targets);
        deliveries.extend(targets.map(|(position, target)| {
            let place = Place {
                id: DeliveryId::new(now, random.bytes()),
                connection: part.connection.id,
                position,
            };
            to_group(&run, place, target, groups.get(target).copied())
        }));
    }
    let seed = Seed::new(u64::from_le_bytes(random.bytes()));
    deal(&mut deliveries, run.variants().count(), seed);
    (run, deliveries)
}

/// A run of one message to our own number, which its text calls `name`.
pub(super) fn freeze_to_oneself(
    campaign: &Campaign,
    firing: &Firing,
    name: String,
    now: Timestamp,
    random: &Random,
) -> (Run, Vec<Delivery>) {
    let (run, _) = freeze(campaign, firing, &[], now, random);
    let place = Place {
        id: DeliveryId::new(now, random.bytes()),
        connection: firing.connection,
        position: 0,
    };
    let mut deliveries = vec![delivery(&run, place, Recipient::Oneself, name)];
    let seed = Seed::new(u64::from_le_bytes(random.bytes()));
    deal(&mut deliveries, run.variants().count(), seed);
    (run, deliveries)
}

/// Gives each delivery its seed, and its variant: those that leave share them evenly.
fn deal(deliveries: &mut [Delivery], variants: usize, seed: Seed) {
    let mut generator = Generator::new(seed);
    let mut leaving = Vec::new();
    for delivery in deliveries {
        delivery.seed = generator.next_seed();
        if delivery.state.is_open() {
            leaving.push(delivery);
        }
    }
    let shares = share(leaving.len(), variants, &mut generator);
    for (delivery, variant) in leaving.into_iter().zip(shares) {
        delivery.variant = u32::try_from(variant).unwrap_or_default();
    }
}

fn sender(part: &Part) -> RunSender {
    RunSender {
        connection: part.connection.id,
        name: part.connection.name.clone(),
    }
}

/// Where a delivery stands in its run.
struct Place {
    id: DeliveryId,
    connection: ConnectionId,
    position: u32,
}

fn to_group(run: &Run, place: Place, target: &GroupJid, group: Option<&Group>) -> Delivery {
    let name = group.map_or_else(|| target.to_string(), |group| group.subject.clone());
    let mut delivery = Delivery {
        // The group counts our own number too.
        members: group.map_or(0, |group| group.participants.saturating_sub(1)),
        ..delivery(run, place, target.clone().into(), name)
    };
    if let Some(reason) = known_refusal(group) {
        delivery.apply(DeliveryEvent::Refused(reason), run.started_at);
    }
    delivery
}

fn delivery(
    run: &Run,
    Place {
        id,
        connection,
        position,
    }: Place,
    target: Recipient,
    target_name: String,
) -> Delivery {
    Delivery {
        id,
        workspace: run.workspace,
        run: run.id,
        connection,
        position,
        target,
        target_name,
        members: 0,
        variant: 0,
        seed: Seed::default(),
        first_at: None,
        state: DeliveryState::Pending,
        message_id: None,
        attempts: 0,
        earlier: Vec::new(),
        retry_at: None,
        attempted_at: None,
        sent_at: None,
        delivered_at: None,
        read_at: None,
        failed_at: None,
    }
}

/// Why a group would refuse our message, as far as the latest sync tells.
pub(super) fn known_refusal(group: Option<&Group>) -> Option<FailureReason> {
    let Some(group) = group else {
        return Some(FailureReason::NotInGroup);
    };
    if group.accepts_messages() {
        None
    } else if group.standing == GroupStanding::Gone {
        Some(FailureReason::NotInGroup)
    } else {
        Some(FailureReason::AnnounceOnly)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use arauto_app::domain::{
        AddressingMode, AfterOutage, CampaignId, CampaignState, Connection, ConnectionState,
        MessageContent, PastRuns, Timing, WorkspaceId,
    };
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn group(number: usize, standing: GroupStanding, announce_only: bool, is_admin: bool) -> Group {
        Group {
            connection: ConnectionId::new(NOW, [1; 10]),
            jid: format!("{number}@g.us").parse().unwrap(),
            subject: format!("Grupo {number}"),
            participants: 3,
            announce_only,
            is_admin,
            addressing_mode: AddressingMode::Lid,
            community: None,
            standing,
            synced_at: NOW,
        }
    }

    fn campaign() -> Campaign {
        Campaign {
            id: CampaignId::new(NOW, [2; 10]),
            workspace: WorkspaceId::new(NOW, [3; 10]),
            name: "Oferta".into(),
            connection: Some(ConnectionId::new(NOW, [1; 10])),
            lost_connection: false,
            lists: Vec::new(),
            targets: Vec::new(),
            also: Vec::new(),
            pace: None,
            content: MessageContent {
                text: "Oi".into(),
                media: None,
            },
            others: vec![MessageContent {
                text: "{Oi|Olá}".into(),
                media: None,
            }],
            timing: Timing::default(),
            state: CampaignState::Draft,
            past: PastRuns::default(),
            next_at: None,
            created_at: NOW,
            updated_at: NOW,
            updated_by: None,
        }
    }

    fn part(connection: u8, groups: &[Group]) -> Part {
        Part {
            connection: Connection {
                id: ConnectionId::new(NOW, [connection; 10]),
                workspace: WorkspaceId::new(NOW, [3; 10]),
                name: format!("Loja {connection}"),
                phone: None,
                state: ConnectionState::Online,
                state_since: NOW,
                linked_at: None,
                phone_seen_at: None,
                groups_synced_at: None,
                after_outage: AfterOutage::Ask,
                able_at: None,
                outage: None,
                pace: None,
                restriction: None,
                created_at: NOW,
            },
            targets: groups.iter().map(|group| group.jid.clone()).collect(),
            groups: groups.to_vec(),
        }
    }

    proptest! {
        #[test]
        fn a_target_is_tried_exactly_if_its_group_takes_our_messages(
            facts in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 1..40),
        ) {
            let standing = |member| if member { GroupStanding::Member } else { GroupStanding::Gone };
            let groups: Vec<Group> = facts
                .iter()
                .enumerate()
                .map(|(n, (member, announce, admin))| group(n + 1, standing(*member), *announce, *admin))
                .collect();
            let part = part(1, &groups);
            let firing = Firing {
                connection: ConnectionId::new(NOW, [1; 10]),
                connection_name: "Loja".into(),
                number: 1,
                origin: RunOrigin::Schedule,
                due_at: NOW,
                gate: Gate::OPEN,
            };
            let random = Random::from_seed(1);
            let (run, deliveries) = freeze(&campaign(), &firing, &[part], NOW, &random);
            prop_assert_eq!(deliveries.len(), groups.len());
            for (position, (delivery, group)) in (0u32..).zip(deliveries.iter().zip(&groups)) {
                prop_assert_eq!(delivery.position, position);
                prop_assert_eq!(delivery.run, run.id);
                prop_assert_eq!(&delivery.target_name, &group.subject);
                prop_assert_eq!(delivery.state.is_open(), group.accepts_messages());
                prop_assert_eq!(delivery.failed_at.is_some(), !group.accepts_messages());
            }
            let leaving = deliveries.iter().filter(|delivery| delivery.state.is_open());
            let (one, other): (Vec<_>, Vec<_>) = leaving.partition(|delivery| delivery.variant == 0);
            prop_assert!(one.len().abs_diff(other.len()) <= 1);
            prop_assert!(other.iter().all(|delivery| delivery.variant == 1));
            let seeds: HashSet<_> = deliveries.iter().map(|delivery| delivery.seed).collect();
            prop_assert_eq!(seeds.len(), deliveries.len());
        }
    }

    #[test]
    fn several_connections_send_each_to_its_own_groups() {
        let numbers = |from: usize| -> Vec<Group> {
            let member = |n| group(n, GroupStanding::Member, false, false);
            (from..from + 3).map(member).collect()
        };
        let parts = [part(1, &numbers(1)), part(4, &numbers(10))];
        let firing = Firing {
            connection: parts[0].connection.id,
            connection_name: "Loja".into(),
            number: 1,
            origin: RunOrigin::Person,
            due_at: NOW,
            gate: Gate::OPEN,
        };
        let (run, deliveries) = freeze(&campaign(), &firing, &parts, NOW, &Random::from_seed(1));
        let senders: Vec<_> = run.senders().map(|(connection, _)| connection).collect();
        assert_eq!(senders, [parts[0].connection.id, parts[1].connection.id]);
        let by: Vec<_> = deliveries.iter().map(|one| one.connection).collect();
        assert_eq!(by[..3], [senders[0]; 3]);
        assert_eq!(by[3..], [senders[1]; 3]);
        let positions = deliveries.iter().map(|one| one.position);
        assert_eq!(positions.collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_refusal_has_its_reason() {
        let cases = [
            (
                Some(group(1, GroupStanding::Gone, true, false)),
                Some(FailureReason::NotInGroup),
            ),
            (
                Some(group(1, GroupStanding::Member, true, false)),
                Some(FailureReason::AnnounceOnly),
            ),
            (Some(group(1, GroupStanding::Member, true, true)), None),
            (None, Some(FailureReason::NotInGroup)),
        ];
        for (group, reason) in cases {
            assert_eq!(known_refusal(group.as_ref()), reason, "{group:?}");
        }
    }
}
