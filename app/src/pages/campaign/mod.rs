//! The campaign editor.

mod actions;
mod audience;
mod caret;
mod draft;
mod emoji;
mod form;
mod life;
mod lists;
mod marks;
mod material;
mod media;
mod offer;
mod pace;
mod page;
mod past;
mod plain_edits;
mod review;
mod sample;
mod saving;
mod search;
mod sender;
mod senders;
mod sent_tests;
mod step;
mod targets;
mod test_send;
mod text;
mod timing;
mod toolbar;
mod variant;
mod variants;

pub(crate) use life::{ActionButton, when};
pub(crate) use page::{CampaignPage, NewCampaignPage};
pub(crate) use step::CampaignStepPage;
