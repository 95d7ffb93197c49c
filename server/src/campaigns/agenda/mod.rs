//! The calendar of runs: the port [`Agenda`](arauto_app::api::Agenda).

mod past;
mod plan;
mod service;

pub(super) use service::AgendaService;
