//! Showing what a resource holds.

use leptos::prelude::*;

use super::ErrorNotice;
use crate::api::ApiError;

/// Shows what a resource holds: a skeleton before the first answer, the error of an answer, the
/// view of its value.
///
/// The view is made once and follows the value by its signal, so that a refetch changes only the
/// parts that differ: an open dialog, a search or the focus stay. Passing trouble (the store or the
/// network) leaves the last good value in place; the live channel's notice dates it.
#[component]
pub(crate) fn Loaded<T, Shown, MakeView>(
    /// What to show.
    resource: Resource<Result<T, ApiError>>,
    /// Makes the view of it.
    view: MakeView,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Shown: IntoView + 'static,
    MakeView: Fn(Signal<T>) -> Shown + Send + Sync + 'static,
{
    view! {
        <Transition fallback=|| view! { <Skeleton /> }>{shown(resource, view)}</Transition>
    }
}

/// The view of what a resource holds. The server draws it once, from the answer itself: a memo of it can
/// be read by the renderer between the arrival of the answer and the notice of it, and the page would
/// be sent empty and not fit its data when it comes alive.
#[cfg(feature = "ssr")]
fn shown<T, Shown, MakeView>(
    resource: Resource<Result<T, ApiError>>,
    view: MakeView,
) -> impl Fn() -> AnyView + Send + Sync + 'static
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Shown: IntoView + 'static,
    MakeView: Fn(Signal<T>) -> Shown + Send + Sync + 'static,
{
    move || match resource.get() {
        Some(Ok(value)) => view(Signal::stored(value)).into_any(),
        Some(Err(error)) => view! { <ErrorNotice error /> }.into_any(),
        None => ().into_any(),
    }
}

/// The view of what a resource holds: made once, and following its good values.
#[cfg(not(feature = "ssr"))]
fn shown<T, Shown, MakeView>(
    resource: Resource<Result<T, ApiError>>,
    view: MakeView,
) -> impl Fn() -> AnyView + Send + Sync + 'static
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Shown: IntoView + 'static,
    MakeView: Fn(Signal<T>) -> Shown + Send + Sync + 'static,
{
    let good = Memo::new(move |last: Option<&Option<T>>| match resource.get() {
        Some(Ok(value)) => Some(value),
        None | Some(Err(ApiError::ServerUnreachable | ApiError::StoreUnavailable)) => {
            last.cloned().flatten()
        }
        Some(Err(_)) => None,
    });
    let has_value = Memo::new(move |_| good.with(Option::is_some));
    move || {
        if has_value.get()
            && let Some(first) = good.get_untracked()
        {
            let value = Memo::new(move |last: Option<&T>| {
                good.get()
                    .or_else(|| last.cloned())
                    .unwrap_or_else(|| first.clone())
            });
            view(value.into()).into_any()
        } else if let Some(Err(error)) = resource.get() {
            view! { <ErrorNotice error /> }.into_any()
        } else {
            ().into_any()
        }
    }
}

/// The shape of a list that is on its way; it shows itself only after 300 ms.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeletons" role="status" aria-label=say!(common.loading)>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
        </div>
    }
}
