//! Where campaigns get into each other's way.

use crate::domain::{CampaignId, ConnectionId, Timestamp};

/// A connection that is busy with a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occupation {
    /// The connection.
    pub connection: ConnectionId,
    /// Whose run it is.
    pub campaign: CampaignId,
    /// When it begins.
    pub begins: Timestamp,
    /// When the connection is free again.
    pub ends: Timestamp,
}

/// For each occupation the place of another one that wants the same connection at the same time; the
/// earliest of them. The connection sends for all of them in turns: each takes longer.
pub fn conflicts(occupations: &[Occupation]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..occupations.len()).collect();
    order.sort_by_key(|place| {
        let one = &occupations[*place];
        (one.connection, one.begins, *place)
    });
    let mut found = vec![None; occupations.len()];
    for (rank, &one) in order.iter().enumerate() {
        for &other in &order[rank + 1..] {
            let (earlier, later) = (&occupations[one], &occupations[other]);
            if later.connection != earlier.connection || later.begins >= earlier.ends {
                break;
            }
            found[one].get_or_insert(other);
            found[other].get_or_insert(one);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn occupation(connection: u8, begins: i64, minutes: i64) -> Occupation {
        let id = uuid::Uuid::from_u128(u128::from(connection));
        Occupation {
            connection: id.into(),
            campaign: uuid::Uuid::from_u128(7).into(),
            begins: Timestamp::from_seconds(begins * 60),
            ends: Timestamp::from_seconds((begins + minutes) * 60),
        }
    }

    #[test]
    fn two_runs_on_one_connection_get_into_each_others_way() {
        let day = [
            occupation(1, 490, 4),
            occupation(1, 480, 13),
            occupation(2, 480, 60),
            occupation(1, 493, 5),
            occupation(1, 494, 5),
        ];
        // What begins when another ends waits for nothing.
        assert_eq!(conflicts(&day), [Some(1), Some(0), None, Some(0), Some(3)]);
    }

    proptest! {
        #[test]
        fn whoever_overlaps_has_a_conflict_and_nobody_else(
            runs in prop::collection::vec((0..3_u8, 0..60_i64, 1..20_i64), 0..12)
        ) {
            let runs: Vec<Occupation> =
                runs.into_iter().map(|(on, at, takes)| occupation(on, at, takes)).collect();
            let overlap = |a: &Occupation, b: &Occupation| {
                let (first, second) = if a.begins <= b.begins { (a, b) } else { (b, a) };
                a.connection == b.connection && second.begins < first.ends
            };
            for (place, found) in conflicts(&runs).into_iter().enumerate() {
                let others = (0..runs.len()).filter(|other| *other != place);
                let mut overlapping = others.filter(|other| overlap(&runs[place], &runs[*other]));
                if let Some(other) = found {
                    prop_assert!(other != place && overlap(&runs[place], &runs[other]));
                } else {
                    prop_assert_eq!(overlapping.next(), None);
                }
            }
        }
    }
}
