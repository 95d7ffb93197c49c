//! What holds for every text.

use proptest::prelude::*;

use super::template::{Part, Template, resolve};
use super::{Seed, Values, Variable};
use crate::domain::{Timestamp, Zone, ZoneName};

/// Texts as people write them, and what is nasty about them.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zá ]{1,6}",
        r"[{}|\\a]{1,6}",
        Just("\\".to_owned()),
        Just("🎉\n".to_owned()),
    ]
}

fn any_part() -> impl Strategy<Value = Part> {
    let leaf = prop_oneof![
        any_text().prop_map(Part::Text),
        prop::sample::select(Variable::ALL.to_vec()).prop_map(Part::Variable),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let sequence = prop::collection::vec(inner, 0..3).prop_map(joined);
        prop::collection::vec(sequence, 2..4)
            .prop_filter("some alternative says something", |all| {
                !all.iter().all(Vec::is_empty)
            })
            .prop_map(Part::Choice)
    })
}

fn any_template() -> impl Strategy<Value = Template> {
    prop::collection::vec(any_part(), 0..5).prop_map(|parts| Template(joined(parts)))
}

/// Texts beside each other are one text.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => joined.push(part),
        }
    }
    joined
}

fn values(group: &str) -> Values {
    let zone = Zone::embedded(&ZoneName::default()).unwrap();
    Values::at(group, "Loja", &zone, Timestamp::default())
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(template in any_template()) {
        let written = template.to_string();
        prop_assert_eq!(written.parse::<Template>(), Ok(template), "{}", written);
    }

    #[test]
    fn anything_can_be_tried(source in r"[{}|\\ a-zá]{0,60}", seed: u64) {
        match source.parse::<Template>() {
            Ok(template) => {
                let said = resolve(&template, Seed::new(seed), &values("Bairro"));
                prop_assert!(said.chars().count() <= template.longest().max(source.chars().count() * 100));
                prop_assert!(template.variations() >= 1);
            }
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }

    #[test]
    fn a_text_without_braces_leaves_as_it_is(source in r"[^{}]{0,80}", seed: u64) {
        let template: Template = source.parse().unwrap();
        prop_assert_eq!(resolve(&template, Seed::new(seed), &values("Bairro")), source);
    }

    #[test]
    fn nothing_of_the_syntax_is_left(seed: u64, words in prop::collection::vec("[a-z]{1,4}", 2..5)) {
        let source = format!("{{{}}} {{{{grupo}}}} {{{{x|y}}|z}}", words.join("|"));
        let template: Template = source.parse().unwrap();
        let said = resolve(&template, Seed::new(seed), &values("Bairro"));
        prop_assert!(!said.contains(['{', '}', '|']), "{}", said);
    }

    #[test]
    fn what_a_variable_stands_for_is_not_read(group in r"[{}|\\a-z]{0,12}", seed: u64) {
        let template: Template = "{Oi|Olá} {{grupo}}".parse().unwrap();
        let said = resolve(&template, Seed::new(seed), &values(&group));
        let either = [format!("Oi {group}"), format!("Olá {group}")];
        prop_assert!(either.contains(&said), "{}", said);
    }
}

#[test]
fn every_alternative_has_its_turn() {
    let template: Template = "{a|b|{c|d|{e|f}}|}".parse().unwrap();
    let said: std::collections::BTreeSet<String> = (0..1_000)
        .map(|seed| resolve(&template, Seed::new(seed), &values("Bairro")))
        .collect();
    assert_eq!(
        said.into_iter().collect::<Vec<_>>(),
        ["", "a", "b", "c", "d", "e", "f"]
    );
}
