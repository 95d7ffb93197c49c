//! The campaign editor.

mod audience;
mod autosave;
mod draft;
mod form;
mod life;
mod lists;
mod media;
mod pace;
mod page;
mod past;
mod review;
mod sample;
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
