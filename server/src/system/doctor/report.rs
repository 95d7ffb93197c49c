//! What a diagnosis says. Its JSON form is for programs: names stay as they are.

use serde::Serialize;

/// A whole diagnosis.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Whether nothing failed.
    pub(super) ok: bool,
    pub(super) version: &'static str,
    /// When it was made, in UTC (RFC 3339).
    pub(super) at: String,
    pub(super) settings: Vec<Setting>,
    pub(super) checks: Vec<Check>,
    pub(super) connections: Vec<ConnectionCheck>,
}

impl Report {
    /// The verdicts of everything that was looked at.
    pub(super) fn verdicts(&self) -> impl Iterator<Item = Verdict> {
        let checks = self.checks.iter().map(|check| check.verdict);
        checks.chain(self.connections.iter().map(|check| check.verdict))
    }

    /// How many came out like this.
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.verdicts().filter(|other| *other == verdict).count()
    }
}

/// One setting, without any secret.
#[derive(Debug, Serialize)]
pub(super) struct Setting {
    pub(super) name: &'static str,
    #[serde(skip)]
    pub(super) title: &'static str,
    pub(super) value: String,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and somebody should look.
    Warning,
    /// It does not work.
    Failed,
    /// It could not be looked at, or there is nothing to look at.
    Skipped,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) verdict: Verdict,
    #[serde(skip)]
    pub(super) title: &'static str,
    /// What was found.
    pub(super) found: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
}

impl Check {
    pub(super) fn new(
        name: &'static str,
        title: &'static str,
        verdict: Verdict,
        found: impl Into<String>,
    ) -> Self {
        Self {
            name,
            verdict,
            title,
            found: found.into(),
            advice: None,
        }
    }

    /// With what to do.
    pub(super) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

/// One connection as it is stored.
#[derive(Debug, Serialize)]
pub(super) struct ConnectionCheck {
    pub(super) id: String,
    pub(super) connection: String,
    pub(super) verdict: Verdict,
    pub(super) state: String,
    /// Since when, in UTC (RFC 3339).
    pub(super) since: String,
    pub(super) linked: bool,
    /// How many values its session stored.
    pub(super) keys: usize,
    /// How many of them do not open.
    pub(super) unreadable: usize,
    /// When its groups were last read completely, in UTC (RFC 3339).
    pub(super) groups_synced_at: Option<String>,
    pub(super) found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
}
