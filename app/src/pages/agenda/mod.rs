//! The calendar of runs, past and to come.

mod address;
mod day;
mod entry;
mod grid;
mod page;

pub(crate) use page::AgendaPage;
