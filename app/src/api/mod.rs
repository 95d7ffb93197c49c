//! The server functions, one file per area, each beside the port that it calls.
//!
//! A port is a small trait that the server implements and puts into Leptos' context, so that the
//! app compiles without a driver and its pages can be tried against a fake. A server function
//! finds out who asks ([`Principal`]), then calls its port: nothing else.

mod accounts;
mod agenda;
mod campaigns;
mod connections;
mod error;
mod group_lists;
mod groups;
mod live;
mod media;
mod outage;
mod pace;
mod principal;
mod review;
mod runs;
mod test_send;
mod timing;
#[allow(
    clippy::unused_async,
    reason = "server functions are asynchronous, even those that wait for nothing"
)]
mod zones;

pub use accounts::*;
pub use agenda::*;
pub use campaigns::*;
pub use connections::*;
pub use error::{ApiError, NotFound};
pub use group_lists::*;
pub(crate) use groups::jids_in;
pub use groups::*;
pub use live::LiveEvent;
pub use media::*;
pub use outage::*;
pub use pace::*;
pub use principal::Principal;
pub use review::*;
pub use runs::*;
pub use test_send::*;
pub use timing::{ScheduleKind, TimingForm, timing_field, unit_word};
pub use zones::*;
