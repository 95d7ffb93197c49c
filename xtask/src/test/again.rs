//! A second look at tests that failed.
//!
//! The tests run over real sockets and real processes, on machines that are busy with something else:
//! now and then one misses its deadline for a reason that is not ours. What fails is run once more, by
//! itself. What fails then too is a defect; what passes then is named, so that whoever reads the output
//! can look for the race.

use std::collections::BTreeSet;

/// What a run of `cargo test` says of its failures.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// The names of the tests.
    pub tests: BTreeSet<String>,
    /// How cargo selects the programs they are in: `--test whatsapp`, `--lib`.
    pub programs: BTreeSet<Vec<String>>,
    is_in_list: bool,
}

impl Failures {
    /// Reads the next line of the output.
    pub fn read(&mut self, line: &str) {
        let name = line.strip_prefix("    ").filter(|_| self.is_in_list);
        match name {
            Some(name) => drop(self.tests.insert(name.to_owned())),
            None => self.is_in_list = line == "failures:",
        }
        self.programs.extend(program(line));
    }

    /// Takes in what was read elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.tests.extend(other.tests);
        self.programs.extend(other.programs);
    }
}

/// The selection in a line of cargo's list of failed targets: ``    `-p arauto --test whatsapp` ``.
///
/// The package is left out: naming one would resolve the features of all dependencies anew, and
/// compile them.
fn program(line: &str) -> Option<Vec<String>> {
    let selection = line.trim().strip_prefix("`-p ")?.strip_suffix('`')?;
    let words = selection.split_whitespace().skip(1);
    Some(words.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_read_from_the_output() {
        let output = "\
failures:

---- groups::a_sync_waits stdout ----
    at somewhere
thread 'groups::a_sync_waits' panicked

failures:
    groups::a_sync_waits
    pairing::a_code

test result: FAILED. 45 passed; 2 failed; 0 ignored
    no test
error: 1 target failed:
    `-p arauto --test whatsapp`
    `-p arauto-app --lib`";
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.read(line));
        assert!(
            failures
                .tests
                .iter()
                .eq(["groups::a_sync_waits", "pairing::a_code"])
        );
        let programs: Vec<_> = failures
            .programs
            .iter()
            .map(|words| words.join(" "))
            .collect();
        assert_eq!(programs, ["--lib", "--test whatsapp"]);
    }
}
