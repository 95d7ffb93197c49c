//! A text is read or each problem has a place in it; what was read is written and read again as the same,
//! and says the same each time.
#![no_main]

use arauto_app::domain::wording::{Seed, Template, Values, literal, resolve};
use arauto_app::domain::{CivilDateTime, Timestamp, Zone, ZoneName};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u64, &str)| {
    let (seed, text) = input;
    match text.parse::<Template>() {
        Ok(template) => {
            let written = template.to_string();
            assert_eq!(
                written.parse::<Template>().as_ref(),
                Ok(&template),
                "{written:?}"
            );
            let say = || resolve(&template, Seed::new(seed), &values());
            assert_eq!(say(), say());
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                let line = text.split('\n').nth(problem.place.line as usize - 1);
                let line = line.expect("the line is there");
                assert!(problem.place.column as usize <= line.chars().count() + 1);
            }
        }
    }
    let as_it_is: Template = literal(text).parse().expect("a literal text is read");
    assert_eq!(resolve(&as_it_is, Seed::new(seed), &values()), text);
});

fn values() -> Values {
    let at = Timestamp::from_seconds(1_795_627_859);
    let local: CivilDateTime = Zone::embedded(&ZoneName::default())
        .expect("the default zone is embedded")
        .local(at);
    Values::when("Bairro {A|B}", "Loja", local)
}
