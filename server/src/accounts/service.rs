//! What the product may ask of the accounts, carried out on the store.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use arauto_app::api::{
    Accounts, ApiError, Credentials, NewAdministrator, Password, Principal, SessionToken,
};
use arauto_app::domain::{
    AccountProblem, PASSWORD_MAX_CHARS, Role, User, UserId, Workspace, WorkspaceId,
};
use async_trait::async_trait;
use tokio::sync::broadcast;

use super::attempts::{Attempts, Limit};
use super::password::Passwords;
use super::sessions::{Resumed, Sessions};
use crate::clock::SharedClock;
use crate::failure::{api_error, internal};
use crate::random::Random;
use crate::store::{Store, StoreError, TokenHash};

/// Wrong passwords for one e-mail address: 10 at once, then one a minute.
const PER_EMAIL: Limit = Limit {
    burst: 10,
    refill: Duration::from_mins(1),
};
/// Wrong passwords from one client address, behind which may be a whole office.
const PER_CLIENT: Limit = Limit {
    burst: 30,
    refill: Duration::from_secs(20),
};
/// How often sessions that ended are forgotten.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// The accounts of this server.
pub struct AccountService {
    store: Store,
    clock: SharedClock,
    random: Random,
    passwords: Passwords,
    sessions: Sessions,
    per_email: Mutex<Attempts<String>>,
    per_client: Mutex<Attempts<String>>,
    /// Whether an account was ever seen: a server that has one never becomes empty again.
    set_up: AtomicBool,
}

impl AccountService {
    /// The accounts in `store`.
    pub fn new(store: Store, clock: SharedClock, random: Random) -> Self {
        Self {
            passwords: Passwords::new(random.clone()),
            sessions: Sessions::new(store.clone(), clock.clone(), random.clone()),
            per_email: Mutex::new(Attempts::new(PER_EMAIL)),
            per_client: Mutex::new(Attempts::new(PER_CLIENT)),
            set_up: AtomicBool::new(false),
            store,
            clock,
            random,
        }
    }

    /// Finds the session of a request and keeps it alive.
    pub async fn resume(&self, token: &SessionToken) -> Result<Option<Resumed>, ApiError> {
        self.sessions.resume(token).await.map_err(api_error)
    }

    /// Tells of each session that a person ends on this server.
    pub fn ended_sessions(&self) -> broadcast::Receiver<TokenHash> {
        self.sessions.ended()
    }

    /// Forgets, now and then, the sessions that ended. Never returns.
    pub async fn sweep_sessions(&self) {
        loop {
            if let Err(error) = self.store.accounts.sweep_sessions(self.clock.now()).await {
                tracing::warn!("failed to {error}");
            }
            self.clock.sleep(SWEEP_EVERY).await;
        }
    }

    /// Counts an attempt to sign in before its password is looked at, so that attempts at the same
    /// time are all counted; a right one is forgiven afterwards.
    fn count_attempt(&self, email: &str, client: &str) -> Result<(), ApiError> {
        let now = self.clock.now();
        let mut per_email = lock(&self.per_email);
        let mut per_client = lock(&self.per_client);
        let (email, client) = (email.to_owned(), client.to_owned());
        let wait = per_email
            .wait(&email, now)
            .max(per_client.wait(&client, now));
        if !wait.is_zero() {
            return Err(ApiError::TooManyAttempts {
                retry_after_seconds: wait
                    .as_millis()
                    .div_ceil(1000)
                    .try_into()
                    .unwrap_or(u64::MAX),
            });
        }
        per_email.count(email, now);
        per_client.count(client, now);
        Ok(())
    }

    fn forgive_attempt(&self, email: &str, client: &str) {
        lock(&self.per_email).forgive(&email.to_owned());
        lock(&self.per_client).forgive(&client.to_owned());
    }

    /// The user with these credentials.
    async fn check(&self, email: &str, password: Password) -> Result<Option<User>, ApiError> {
        let found = self
            .store
            .accounts
            .user_by_email(email)
            .await
            .map_err(api_error)?;
        let (user, stored) = found.unzip();
        let matches = self
            .passwords
            .matches(password, stored)
            .await
            .map_err(internal)?;
        Ok(user.filter(|_| matches))
    }

    fn first_accounts(&self, form: &NewAdministrator) -> (Workspace, User) {
        let created_at = self.clock.now();
        let name = form.name.trim();
        let workspace = Workspace {
            id: WorkspaceId::new(created_at, self.random.bytes()),
            name: Some(form.workspace.trim())
                .filter(|name| !name.is_empty())
                .unwrap_or(name)
                .to_owned(),
            created_at,
        };
        let user = User {
            id: UserId::new(created_at, self.random.bytes()),
            workspace: workspace.id,
            role: Role::Owner,
            platform_admin: true,
            name: name.to_owned(),
            email: normal_email(&form.email),
            created_at,
        };
        (workspace, user)
    }
}

#[async_trait]
impl Accounts for AccountService {
    async fn is_empty(&self) -> Result<bool, ApiError> {
        if self.set_up.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let empty = self.store.accounts.is_empty().await.map_err(api_error)?;
        self.set_up.store(!empty, Ordering::Relaxed);
        Ok(empty)
    }

    async fn create_administrator(&self, form: NewAdministrator) -> Result<SessionToken, ApiError> {
        if !self.is_empty().await? {
            return Err(ApiError::AlreadySetUp);
        }
        let problems = problems_of(&form);
        if !problems.is_empty() {
            return Err(ApiError::Account(problems));
        }
        let (workspace, user) = self.first_accounts(&form);
        let hash = self.passwords.hash(form.password).await.map_err(internal)?;
        match self
            .store
            .accounts
            .create_first(&workspace, &user, &hash)
            .await
        {
            Ok(()) => tracing::info!(user = %user.id, "the administrator was created"),
            Err(StoreError::Conflict(_)) => return Err(ApiError::AlreadySetUp),
            Err(error) => return Err(api_error(error)),
        }
        self.sessions.open(user.id).await.map_err(api_error)
    }

    async fn sign_in(&self, form: Credentials, client: &str) -> Result<SessionToken, ApiError> {
        let email = normal_email(&form.email);
        self.count_attempt(&email, client)?;
        // Nobody has a longer one, and hashing it would cost more than any other.
        if form.password.0.chars().count() > PASSWORD_MAX_CHARS {
            return Err(ApiError::WrongCredentials);
        }
        let user = match self.check(&email, form.password).await {
            Ok(Some(user)) => user,
            Ok(None) => return Err(ApiError::WrongCredentials),
            Err(error) => {
                // Our own trouble is not the person's wrong password.
                self.forgive_attempt(&email, client);
                return Err(error);
            }
        };
        self.forgive_attempt(&email, client);
        self.sessions.open(user.id).await.map_err(api_error)
    }

    async fn sign_out(&self, token: &SessionToken) -> Result<(), ApiError> {
        self.sessions.close(token).await.map_err(api_error)
    }

    async fn principal(&self, token: &SessionToken) -> Result<Option<Principal>, ApiError> {
        Ok(self.resume(token).await?.map(|resumed| resumed.principal))
    }
}

/// Every problem of the form. A workspace without a name takes the person's; one whose name is too
/// long is told like a person's.
fn problems_of(form: &NewAdministrator) -> Vec<AccountProblem> {
    let mut problems = AccountProblem::all_of(&form.name, &form.email, &form.password.0);
    let of_workspace = AccountProblem::all_of(&form.workspace, &form.email, &form.password.0);
    if of_workspace.contains(&AccountProblem::NameTooLong)
        && !problems.contains(&AccountProblem::NameTooLong)
    {
        problems.insert(0, AccountProblem::NameTooLong);
    }
    problems
}

fn normal_email(text: &str) -> String {
    text.trim().to_lowercase()
}

fn lock(attempts: &Mutex<Attempts<String>>) -> std::sync::MutexGuard<'_, Attempts<String>> {
    attempts.lock().unwrap_or_else(PoisonError::into_inner)
}
