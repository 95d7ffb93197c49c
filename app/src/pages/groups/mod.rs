//! The groups of a connection, and the lists of them.

mod choice;
mod gather;
mod group;
mod lists;
mod page;
mod pager;
mod search;
mod selection;
mod sync;
mod table;

pub(crate) use choice::option_name;
pub(crate) use group::GroupPage;
pub(crate) use lists::{GroupListPage, GroupListsPage};
pub(crate) use page::GroupsPage;
pub(crate) use search::kind_words;
pub(crate) use selection::{SelectAll, without_boxes};
