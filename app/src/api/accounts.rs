//! Accounts: the first administrator, signing in and out.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, Principal};

/// What the rest of the product may ask of the accounts.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Accounts: Send + Sync {
    /// Whether the server has no account yet, so that the first visit must create one.
    async fn is_empty(&self) -> Result<bool, ApiError>;
    /// Creates the administrator and their workspace on an empty server and signs them in.
    async fn create_administrator(&self, form: NewAdministrator) -> Result<SessionToken, ApiError>;
    /// Checks the credentials; `client` (an address) is what attempts are counted against.
    async fn sign_in(&self, form: Credentials, client: &str) -> Result<SessionToken, ApiError>;
    /// Ends the session; ending an unknown one is no error.
    async fn sign_out(&self, token: &SessionToken) -> Result<(), ApiError>;
    /// Who the session belongs to, if it lives.
    async fn principal(&self, token: &SessionToken) -> Result<Option<Principal>, ApiError>;
}

/// The secret that a browser's cookie holds.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(pub String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// A password on its way from the form to the hash; never shown, never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The form of the first visit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewAdministrator {
    /// How the interface addresses them.
    pub name: String,
    /// The name of their workspace.
    pub workspace: String,
    /// What they sign in with.
    pub email: String,
    /// Their password.
    pub password: Password,
}

/// The form of the sign-in page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credentials {
    /// E-mail address, in any case.
    pub email: String,
    /// Password.
    pub password: Password,
}

/// The cookie of the session as the server's HTTP layer sets and clears it.
#[cfg(feature = "ssr")]
pub trait SessionCookie: Send + Sync {
    /// The session of the present request, if its cookie has one.
    fn token(&self) -> Option<SessionToken>;
    /// The address that the present request came from.
    fn client(&self) -> String;
    /// Makes the response set the cookie.
    fn set(&self, token: &SessionToken);
    /// Makes the response clear the cookie.
    fn clear(&self);
}

/// Where a visitor stands: decides which page they see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "visitor", content = "who", rename_all = "snake_case")]
pub enum Visitor {
    /// The server is empty: this visit creates the administrator.
    First,
    /// Nobody is signed in.
    Stranger,
    /// This person is signed in.
    SignedIn(Box<Principal>),
}

/// Who visits.
#[server(prefix = "/api", endpoint = "visitor")]
pub async fn get_visitor() -> Result<Visitor, ApiError> {
    if let Ok(principal) = Principal::from_context() {
        return Ok(Visitor::SignedIn(Box::new(principal)));
    }
    let empty = super::principal::port::<dyn Accounts>().is_empty().await?;
    Ok(if empty {
        Visitor::First
    } else {
        Visitor::Stranger
    })
}

/// Creates the administrator, signs them in and leads to the Painel.
#[server(prefix = "/api", endpoint = "create-administrator")]
pub async fn create_administrator(form: NewAdministrator) -> Result<(), ApiError> {
    let token = super::principal::port::<dyn Accounts>()
        .create_administrator(form)
        .await?;
    expect_context::<std::sync::Arc<dyn SessionCookie>>().set(&token);
    leptos_axum::redirect("/");
    Ok(())
}

/// Signs in and leads to the Painel.
#[server(prefix = "/api", endpoint = "sign-in")]
pub async fn sign_in(form: Credentials) -> Result<(), ApiError> {
    let cookie = expect_context::<std::sync::Arc<dyn SessionCookie>>();
    let token = super::principal::port::<dyn Accounts>()
        .sign_in(form, &cookie.client())
        .await?;
    cookie.set(&token);
    leptos_axum::redirect("/");
    Ok(())
}

/// Signs out and leads to the sign-in page.
#[server(prefix = "/api", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), ApiError> {
    let cookie = expect_context::<std::sync::Arc<dyn SessionCookie>>();
    if let Some(token) = cookie.token() {
        super::principal::port::<dyn Accounts>()
            .sign_out(&token)
            .await?;
    }
    cookie.clear();
    leptos_axum::redirect("/entrar");
    Ok(())
}
