//! Campaigns: what to send, to whom, through which connections.

mod content;
mod draft;
mod kept;
mod problem;

pub use content::{CAPTION_MAX_CHARS, MessageContent, TEXT_MAX_CHARS};
pub use draft::{CAMPAIGN_NAME_MAX_CHARS, CampaignDraft, VARIANTS_MAX};
pub use kept::{Author, Campaign, Standing};
pub use problem::DraftProblem;
