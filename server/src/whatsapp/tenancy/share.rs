//! How servers share connections evenly. No I/O, no clock: what one look at the house gives.

use std::collections::HashSet;

use arauto_app::domain::ConnectionId;

use crate::store::{ServerId, Tenancies, Tenure};

/// What a server does after one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// The connections to take, in order.
    pub(super) take: Vec<Tenure>,
    /// A connection to give up: one at a time, so that a server that comes does not make the whole
    /// house reconnect at once.
    pub(super) give_up: Option<ConnectionId>,
}

/// The plan of the server `me`, which hosts `hosted` and can give up `movable`, the ones that it
/// would rather give up first.
pub(super) fn plan(
    me: ServerId,
    seen: &Tenancies,
    hosted: &HashSet<ConnectionId>,
    movable: &[ConnectionId],
) -> Plan {
    let mine = load(me, seen);
    let target = target(me, seen);
    let mut room = target.saturating_sub(mine);
    let take = seen.tenures.iter().filter(|tenure| {
        if let Some((holder, _)) = tenure.holder {
            // An answer of the store got lost: it is ours, and nobody runs it.
            return holder == me && !hosted.contains(&tenure.connection);
        }
        let fits = room > 0;
        room = room.saturating_sub(1);
        fits
    });
    Plan {
        take: take.copied().collect(),
        give_up: movable.first().copied().filter(|_| mine > target),
    }
}

/// How many connections each server should run: as many as any other, and the ones that are left
/// over stay with those that run most. All servers compute the same from the same look, the numbers
/// add up to all connections, and whoever has its share moves nothing.
fn target(me: ServerId, seen: &Tenancies) -> usize {
    let mut servers: Vec<ServerId> = seen.servers.clone();
    if !servers.contains(&me) {
        servers.push(me);
    }
    servers.sort_by_key(|server| (std::cmp::Reverse(load(*server, seen)), *server));
    let (share, left_over) = (
        seen.tenures.len() / servers.len(),
        seen.tenures.len() % servers.len(),
    );
    let place = servers.iter().position(|server| *server == me);
    share + usize::from(place.is_some_and(|place| place < left_over))
}

fn load(server: ServerId, seen: &Tenancies) -> usize {
    let holds = |tenure: &&Tenure| tenure.holder.is_some_and(|(holder, _)| holder == server);
    seen.tenures.iter().filter(holds).count()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use arauto_app::domain::{Timestamp, WorkspaceId};
    use proptest::prelude::*;

    use super::*;

    fn server(number: u8) -> ServerId {
        ServerId::new([number; 16])
    }

    /// A house in which connection `n` is held by the server at `holders[n]`.
    fn house(servers: u8, holders: &[Option<u8>]) -> Tenancies {
        let tenure = |(number, holder): (usize, &Option<u8>)| Tenure {
            workspace: WorkspaceId::new(Timestamp::default(), [0; 10]),
            connection: ConnectionId::new(
                Timestamp::from_millis(i64::try_from(number).unwrap()),
                [0; 10],
            ),
            holder: holder.map(|number| (server(number), Duration::from_secs(9))),
        };
        Tenancies {
            servers: (0..servers).map(server).collect(),
            tenures: holders.iter().enumerate().map(tenure).collect(),
        }
    }

    /// Every server looks, plans and acts, in turn; tells how many connections moved.
    fn round(seen: &mut Tenancies) -> usize {
        let mut moved = 0;
        for me in seen.servers.clone() {
            let mine = |tenure: &&Tenure| tenure.holder.is_some_and(|(holder, _)| holder == me);
            let hosted: Vec<_> = seen
                .tenures
                .iter()
                .filter(mine)
                .map(|t| t.connection)
                .collect();
            let plan = plan(me, seen, &hosted.iter().copied().collect(), &hosted);
            for tenure in &mut seen.tenures {
                if plan
                    .take
                    .iter()
                    .any(|taken| taken.connection == tenure.connection)
                {
                    assert_eq!(tenure.holder, None, "taken from somebody");
                    tenure.holder = Some((me, Duration::from_secs(9)));
                    moved += 1;
                }
                if plan.give_up == Some(tenure.connection) {
                    tenure.holder = None;
                }
            }
        }
        moved
    }

    fn loads(seen: &Tenancies) -> Vec<usize> {
        seen.servers
            .iter()
            .map(|server| load(*server, seen))
            .collect()
    }

    #[test]
    fn a_second_server_gets_half_one_by_one() {
        let mut seen = house(2, &[Some(0); 5]);
        assert_eq!(round(&mut seen), 1);
        assert_eq!(loads(&seen), [4, 1]);
        assert_eq!(round(&mut seen), 1);
        assert_eq!(loads(&seen), [3, 2]);
        assert_eq!(round(&mut seen), 0, "what is even stays");
    }

    #[test]
    fn a_lease_of_ours_that_nobody_runs_is_taken_again() {
        let seen = house(1, &[Some(0)]);
        let plan = plan(server(0), &seen, &HashSet::new(), &[]);
        assert_eq!(plan.take, seen.tenures);
    }

    proptest! {
        #[test]
        fn any_house_becomes_even_and_then_rests(
            servers in 1u8..6,
            holders in prop::collection::vec(prop::option::of(0u8..9), 0..40),
        ) {
            // Holders beyond the servers are dead: their leases have expired.
            let holders: Vec<_> =
                holders.into_iter().map(|holder| holder.filter(|holder| *holder < servers)).collect();
            let mut seen = house(servers, &holders);
            let mut moves = 0;
            for _ in 0..=holders.len() + 1 {
                moves += round(&mut seen);
            }
            prop_assert_eq!(round(&mut seen), 0, "it rests");
            prop_assert!(seen.tenures.iter().all(|tenure| tenure.holder.is_some()));
            let loads = loads(&seen);
            let (least, most) = (loads.iter().min().unwrap(), loads.iter().max().unwrap());
            prop_assert!(most - least <= 1, "{loads:?}");
            prop_assert!(moves <= holders.len(), "each connection moves at most once: {moves}");
        }
    }
}
