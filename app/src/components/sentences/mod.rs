//! The words for every state, cause and failure: what happened, why, and what to do. Each mapping is
//! a complete `match`, so a new variant does not compile until it has its words.

mod campaign;
mod connection;
mod delivery;
mod pace;
mod requests;
mod timing;
mod wording;

pub(crate) use campaign::{
    campaign_action, campaign_state, changed_by, missed_why, run_status, saved_by,
};
#[cfg(feature = "ssr")]
pub use connection::connection_words;
pub(crate) use connection::{
    connection_advice, connection_cause, connection_phone, connection_state, connection_story,
    phone_absence,
};
pub(crate) use delivery::{delivery_state, delivery_why, failure_reason, repeat_obstacle};
pub(crate) use pace::{pace_hold, pace_problem, restriction};
pub(crate) use requests::{
    account_problem, api_error, draft_problem, group_list_problem, phone_problem,
};
pub(crate) use timing::timing_problem;
pub(crate) use wording::{wording_problem, written};

/// What happened, and why or what to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// What happened.
    pub(crate) title: String,
    /// Why, and what to do.
    pub(crate) text: String,
}

impl Sentence {
    pub(crate) fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
        }
    }
}

/// How a state feels; the style sheet gives each its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it should be.
    Ok,
    /// Under way.
    Progress,
    /// Somebody should look.
    Warn,
    /// Something is wrong.
    Error,
    /// Nothing happens.
    Idle,
}

impl Tone {
    /// The value of `data-state`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Progress => "progress",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Idle => "idle",
        }
    }
}

/// A state as a badge shows it: always a colour, an icon and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// The colour.
    pub(crate) tone: Tone,
    /// The icon.
    pub(crate) icon: &'static str,
    /// The word.
    pub(crate) word: &'static str,
}

const fn label(tone: Tone, icon: &'static str, word: &'static str) -> Label {
    Label { tone, icon, word }
}
