//! The editor's form.

use serde::{Deserialize, Serialize};

use super::Base;
use crate::api::{OwnPaceForm, TimingForm, jids_in};
use crate::domain::{
    CampaignDraft, ConnectionId, DraftProblem, GroupJid, GroupListId, MediaId, MessageContent,
    Sender, Timestamp, Timing,
};

/// What follows the saving of a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterSaving {
    /// Stay with the campaign.
    #[default]
    Stay,
    /// Look at it before it is started.
    Review,
    /// Try it on one chat.
    Test,
}

/// One more variant of the message, as the editor's form posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct VariantForm {
    /// The text.
    #[serde(default)]
    pub text: String,
    /// The chosen media; empty for none.
    #[serde(default)]
    pub media: String,
}

impl VariantForm {
    fn content(&self) -> MessageContent {
        content(&self.text, &self.media)
    }
}

/// What a variant of the form holds.
fn content(text: &str, media: &str) -> MessageContent {
    MessageContent {
        // Browsers post line ends as CRLF; WhatsApp's own are LF.
        text: text.replace("\r\n", "\n"),
        media: media.parse::<MediaId>().ok(),
    }
}

/// One more connection of the campaign, as the editor's form posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SenderForm {
    /// The chosen connection; empty for none.
    #[serde(default)]
    pub connection: String,
    /// Its chosen lists, with spaces between them.
    #[serde(default)]
    pub lists: String,
    /// The addresses of its chosen groups, with spaces between them.
    #[serde(default)]
    pub targets: String,
    /// Those of its chosen lists that have a box on the page.
    #[serde(default)]
    pub list_boxes: Vec<String>,
    /// The addresses of those of its chosen groups that have a box on the page.
    #[serde(default)]
    pub boxes: Vec<String>,
}

impl SenderForm {
    /// Whom the connection sends to; `None` without one.
    pub fn sender(&self) -> Option<Sender> {
        let lists = self.chosen_lists();
        Some(Sender {
            connection: self.connection.parse().ok()?,
            lists: lists
                .split_whitespace()
                .filter_map(|id| id.parse().ok())
                .collect(),
            targets: jids_in(&self.chosen_targets()),
        })
    }

    /// All chosen lists, with spaces between them.
    fn chosen_lists(&self) -> String {
        with_boxes(&self.lists, &self.list_boxes)
    }

    /// The addresses of all chosen groups, with spaces between them.
    fn chosen_targets(&self) -> String {
        with_boxes(&self.targets, &self.boxes)
    }
}

/// What a form posts as one text, and what it posts for each of its boxes, with spaces between all of it.
fn with_boxes(text: &str, boxes: &[String]) -> String {
    let boxes = boxes.iter().map(String::as_str);
    let all = std::iter::once(text).chain(boxes);
    all.filter(|one| !one.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The editor's form as a browser posts it, with or without WASM: an unchosen select posts an
/// empty text, unchecked boxes post nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CampaignForm {
    /// The campaign to change; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// When the copy was saved that the answers began with, in milliseconds; empty for a new one.
    #[serde(default)]
    pub seen: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The chosen connection; empty for none.
    #[serde(default)]
    pub connection: String,
    /// The chosen lists.
    #[serde(default)]
    pub lists: Vec<String>,
    /// The addresses of the chosen groups that have a box on the page.
    #[serde(default)]
    pub targets: Vec<String>,
    /// The addresses of the other chosen groups, with spaces between them.
    #[serde(default)]
    pub others: String,
    /// The other connections, in their order.
    #[serde(default)]
    pub also: Vec<SenderForm>,
    /// The pace that the campaign has of its own.
    #[serde(default)]
    pub pace: OwnPaceForm,
    /// The text.
    #[serde(default)]
    pub text: String,
    /// The chosen media; empty for none.
    #[serde(default)]
    pub media: String,
    /// The other variants, in their order.
    #[serde(default)]
    pub variants: Vec<VariantForm>,
    /// When it runs.
    #[serde(default)]
    pub timing: TimingForm,
    /// What follows.
    #[serde(default)]
    pub then: AfterSaving,
}

impl CampaignForm {
    /// The copy that the answers began with; `None` for a new campaign. A form that does not tell which it
    /// was began with one that is older than any.
    pub fn base(&self) -> Option<Base> {
        Some(Base {
            id: self.id.parse().ok()?,
            seen: Timestamp::from_millis(self.seen.parse().unwrap_or_default()),
        })
    }

    /// The answers under the names that the form posts them as.
    pub fn answers(&self) -> Vec<(String, String)> {
        let one = |name: &str, value: &str| (format!("form[{name}]"), value.to_owned());
        let mut answers = vec![
            one("seen", &self.seen),
            one("name", &self.name),
            one("connection", &self.connection),
            one("others", &self.others),
            one("text", &self.text),
            one("media", &self.media),
            one("pace][shortest", &self.pace.shortest),
            one("pace][longest", &self.pace.longest),
        ];
        answers.extend(self.lists.iter().map(|list| one("lists][", list)));
        answers.extend(self.targets.iter().map(|jid| one("targets][", jid)));
        for (number, variant) in self.variants.iter().enumerate() {
            let field = |name: &str| format!("variants][{number}][{name}");
            answers.push(one(&field("text"), &variant.text));
            answers.push(one(&field("media"), &variant.media));
        }
        for (number, sender) in self.also.iter().enumerate() {
            let field = |name: &str| format!("also][{number}][{name}");
            answers.push(one(&field("connection"), &sender.connection));
            answers.push(one(&field("lists"), &sender.chosen_lists()));
            answers.push(one(&field("targets"), &sender.chosen_targets()));
        }
        answers.extend(self.timing.answers());
        answers
    }

    /// The draft that the form describes, or all that keeps it from being saved when some of its
    /// answers cannot be read. What is no identifier at all counts as not chosen: no person can type
    /// one.
    pub fn draft(&self) -> Result<CampaignDraft, Vec<DraftProblem>> {
        let mut unreadable: Vec<DraftProblem> = Vec::new();
        let timing = self.timing.timing().unwrap_or_else(|problems| {
            unreadable.extend(problems.into_iter().map(DraftProblem::from));
            Timing::default()
        });
        let pace = self.pace.read().unwrap_or_else(|pace| {
            unreadable.push(DraftProblem::Pace { pace });
            None
        });
        let draft = CampaignDraft {
            name: self.name.trim().to_owned(),
            connection: self.connection.parse::<ConnectionId>().ok(),
            lists: self
                .lists
                .iter()
                .filter_map(|id| id.parse::<GroupListId>().ok())
                .collect(),
            targets: self
                .targets
                .iter()
                .filter_map(|jid| jid.parse::<GroupJid>().ok())
                .chain(jids_in(&self.others))
                .collect(),
            also: self.also.iter().filter_map(SenderForm::sender).collect(),
            pace,
            content: content(&self.text, &self.media),
            others: self.variants.iter().map(VariantForm::content).collect(),
            timing,
        };
        if unreadable.is_empty() {
            return Ok(draft);
        }
        let mut problems = draft.problems_to_save();
        problems.extend(unreadable);
        Err(problems)
    }
}
