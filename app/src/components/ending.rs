//! The end of what a page shows: nothing reads it again while it is being deleted.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::api::ApiError;

/// The deletion of what the page around shows.
///
/// Deleting is a change like any other, and its notice can come before the answer that leads away from
/// the page: to read once more would ask for what is not there.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    is_near: Signal<bool>,
    was_refused: Signal<bool>,
}

impl Ending {
    /// The one of the page around, if it offers one.
    pub(super) fn of_page() -> Option<Self> {
        use_context()
    }

    /// Whether the thing is being deleted, or is gone.
    pub(super) fn is_near(self) -> bool {
        self.is_near.get_untracked()
    }

    /// Calls `react` whenever it turns out that the thing stays: what changed meanwhile was not read.
    pub(super) fn on_refusal(self, react: impl Fn() + 'static) {
        Effect::new(move || {
            if self.was_refused.get() {
                react();
            }
        });
    }
}

/// The action that deletes what this page shows. The page's live resources are made after it.
pub(crate) fn ending_action<Deletion>() -> ServerAction<Deletion>
where
    Deletion: ServerFn<Output = (), Error = ApiError> + Clone + Send + Sync + 'static,
{
    let action = ServerAction::<Deletion>::new();
    let (pending, answer) = (action.pending(), action.value());
    provide_context(Ending {
        is_near: Signal::derive(move || {
            pending.get() || answer.with(|answer| matches!(answer, Some(Ok(()))))
        }),
        was_refused: Signal::derive(move || {
            !pending.get() && answer.with(|answer| matches!(answer, Some(Err(_))))
        }),
    });
    action
}
