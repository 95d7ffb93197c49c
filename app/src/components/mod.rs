//! The parts that pages are made of.

mod badge;
mod browser;
mod counts;
mod dialog;
mod error_notice;
mod form;
pub(crate) mod format;
mod frame;
mod icon;
mod live;
mod loaded;
mod outage;
mod page;
mod preview;
mod redirects;
pub(crate) mod sentences;
mod tally;
pub(crate) mod time;
mod typing;

pub(crate) use badge::{Badge, Notice};
pub(crate) use counts::{groups_count, len_u32};
pub(crate) use dialog::{Dialog, DialogButton};
pub(crate) use error_notice::{ActionError, ErrorNotice};
pub(crate) use form::{Field, FieldError, SubmitButton};
pub(crate) use frame::Frame;
pub(crate) use icon::Icon;
pub(crate) use live::{ConnectionLost, Live, live_resource};
pub(crate) use loaded::Loaded;
pub(crate) use outage::OutageNotice;
pub(crate) use page::{Crumb, Empty, PageTitle, VisitorCard};
pub(crate) use preview::PhonePreview;
pub(crate) use redirects::{FollowRedirects, Redirects};
pub(crate) use tally::{TallyBar, TallyLegend};
pub(crate) use time::{Ago, Ticker, ticking};
pub(crate) use typing::after_typing;
