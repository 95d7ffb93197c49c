//! The parts that pages are made of.

mod error_notice;
mod form;
mod format;
mod frame;
mod icon;
mod page;
mod redirects;
mod sentences;

pub(crate) use error_notice::ActionError;
pub(crate) use form::{Field, SubmitButton};
pub(crate) use frame::Frame;
pub(crate) use icon::Icon;
pub(crate) use page::{PageTitle, VisitorCard};
pub(crate) use redirects::{FollowRedirects, Redirects};
pub(crate) use sentences::account_problem;
