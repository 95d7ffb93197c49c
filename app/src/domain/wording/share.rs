//! Sharing a run's deliveries among the variants of its message.

use super::Generator;

/// Which of `variants` each of `count` deliveries gets: each variant as often as the others, or once more, in
/// an order that nobody foresees.
pub fn share(count: usize, variants: usize, generator: &mut Generator) -> Vec<usize> {
    let mut shares = Vec::with_capacity(count);
    while shares.len() < count {
        let round = shuffled(variants.max(1), generator);
        shares.extend(round.into_iter().take(count - shares.len()));
    }
    shares
}

/// Fisher and Yates' shuffle.
fn shuffled(count: usize, generator: &mut Generator) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, generator.below(last + 1));
    }
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Seed;
    use super::*;

    proptest! {
        #[test]
        fn every_variant_is_sent_as_often_as_the_others(
            count in 0usize..200, variants in 1usize..8, seed: u64,
        ) {
            let shares = share(count, variants, &mut Generator::new(Seed::new(seed)));
            prop_assert_eq!(shares.len(), count);
            let of = |variant| shares.iter().filter(|share| **share == variant).count();
            let counts: Vec<usize> = (0..variants).map(of).collect();
            prop_assert_eq!(counts.iter().sum::<usize>(), count);
            let (most, least) = (counts.iter().max(), counts.iter().min());
            prop_assert!(most.unwrap() - least.unwrap() <= 1);
        }
    }
}
