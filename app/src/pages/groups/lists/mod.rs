//! Lists of groups.

mod counts;
mod dialogs;
mod list;
mod members;
mod page;

pub(crate) use list::GroupListPage;
pub(crate) use page::GroupListsPage;
