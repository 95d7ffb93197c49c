//! Campaigns: writing, listing, starting.

#[cfg(feature = "ssr")]
mod back;
mod calls;
mod form;
#[cfg(feature = "ssr")]
mod port;
mod save;
mod saved_by;
mod view;

#[cfg(feature = "ssr")]
use back::back_with;
pub use calls::*;
pub use form::{AfterSaving, CampaignForm, SenderForm, VariantForm};
#[cfg(feature = "ssr")]
pub use port::Campaigns;
pub use save::*;
pub use saved_by::SavedBy;
pub use view::{Acted, CampaignPast, CampaignSummary, CampaignsView, PastPlace};
