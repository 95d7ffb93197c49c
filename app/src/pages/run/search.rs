//! Looking for deliveries: the kinds, the words for them, and what is shown of them.

use crate::api::RunView;
use crate::components::{Asked, Kind, format, len_u32};
use crate::domain::{DELIVERIES_SHOWN, DeliveryKind, DeliveryQuery, RunId};

impl Kind for DeliveryKind {
    fn every() -> &'static [Self] {
        &Self::EVERY
    }

    fn in_address(self) -> &'static str {
        self.as_str()
    }

    fn words(self) -> &'static str {
        match self {
            Self::All => say!(run.all),
            Self::Queued => say!(run.filter_open),
            Self::Sent => say!(run.filter_sent),
            Self::Delivered => say!(run.filter_delivered),
            Self::Read => say!(run.filter_read),
            Self::Doubtful => say!(run.filter_unconfirmed),
            Self::Failed => say!(run.filter_failed),
            Self::Skipped => say!(run.filter_skipped),
        }
    }
}

/// What the address asks for, as the store is asked.
pub(super) fn query(asked: &Asked<DeliveryKind>) -> DeliveryQuery {
    DeliveryQuery {
        text: asked.text.clone(),
        kind: asked.kind,
    }
}

/// A run's address without what it asks for.
pub(super) fn path(run: RunId) -> String {
    format!("/execucoes/{run}")
}

/// Which deliveries of how many are shown.
pub(super) fn shown(view: &RunView, kind: DeliveryKind) -> String {
    let first = (view.page - 1) * DELIVERIES_SHOWN + 1;
    let number = |n: u32| format::thousands(n as usize);
    say!(
        run.shown,
        first = number(first),
        last = number(first + len_u32(&view.deliveries) - 1),
        found = number(kind.count(&view.found))
    )
}
