//! The groups of a connection.

mod page;
mod sync;
mod table;

pub(crate) use page::{GroupsPage, option_name};
