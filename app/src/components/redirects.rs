//! Following the server's redirects after a form.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::browser::{current_path, leave_for};

/// The pages outside of the app, where nobody is signed in.
pub(crate) const SIGN_IN: &str = "/entrar";
/// The page of an empty server.
pub(crate) const FIRST_VISIT: &str = "/comecar";

/// Follows the redirects that server functions answer with. Within the app that is a navigation;
/// when the person signs in or out it is a full load, so that nothing of the former visitor
/// stays in memory and the live channel opens with the right cookie.
#[component]
pub(crate) fn Redirects() -> impl IntoView {
    let asked = RwSignal::new(None::<String>);
    // Whoever sets the hook first keeps it, so this component comes before the router.
    let _ = leptos::server_fn::redirect::set_redirect_hook(move |to: &str| {
        asked.set(Some(to.to_owned()));
    });
    provide_context(Asked(asked));
}

/// What the redirect hook was last asked for.
#[derive(Clone, Copy)]
struct Asked(RwSignal<Option<String>>);

/// The half of [`Redirects`] that needs the router around it.
#[component]
pub(crate) fn FollowRedirects() -> impl IntoView {
    let asked = expect_context::<Asked>().0;
    let navigate = use_navigate();
    Effect::new(move || {
        let Some(to) = asked.get() else { return };
        asked.set(None);
        let here = current_path();
        if to == SIGN_IN || here == SIGN_IN || here == FIRST_VISIT {
            leave_for(&to);
        } else {
            navigate(&to, NavigateOptions::default());
        }
    });
}
