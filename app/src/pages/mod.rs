//! The pages, one file or folder each.

mod address;
mod agenda;
mod campaign;
mod campaigns;
mod connection;
mod connections;
mod dashboard;
mod first_visit;
mod groups;
mod media;
mod missing;
mod run;
mod sign_in;

pub(crate) use address::{use_id, use_query_value};
pub(crate) use agenda::AgendaPage;
pub(crate) use campaign::{ActionButton, CampaignPage, CampaignStepPage, NewCampaignPage, when};
pub(crate) use campaigns::CampaignsPage;
pub(crate) use connection::ConnectionPage;
pub(crate) use connections::{ConnectionCard, ConnectionsPage, Restoring};
pub(crate) use dashboard::DashboardPage;
pub(crate) use first_visit::FirstVisitPage;
pub(crate) use groups::{
    GroupListPage, GroupListsPage, GroupPage, GroupsPage, SelectAll, kind_words, option_name,
    without_boxes,
};
pub(crate) use media::{
    Job, Jobs, MediaPage, UploadForm, all_taken, brings_text, filter_words, newest, take_dropped,
    take_pasted,
};
pub(crate) use missing::{MissingInFrame, MissingPage};
pub(crate) use run::RunPage;
pub(crate) use sign_in::SignInPage;
