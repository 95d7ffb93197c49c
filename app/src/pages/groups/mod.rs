//! The groups of a connection.

mod group;
mod page;
mod search;
mod sync;
mod table;

pub(crate) use group::GroupPage;
pub(crate) use page::{GroupsPage, option_name};
pub(crate) use search::kind_words;
