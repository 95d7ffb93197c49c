//! People, workspaces and the rules for their credentials.

use serde::{Deserialize, Serialize};

use super::{Timestamp, UserId, WorkspaceId};

/// Fewest characters of a password. Length is the only demand: composition rules make passwords
/// worse (NIST SP 800-63B, 5.1.1.2).
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Most characters of a password, so that hashing has a bounded cost.
pub const PASSWORD_MAX_CHARS: usize = 200;
/// Most characters of an e-mail address (RFC 5321, 4.5.3.1.3).
pub const EMAIL_MAX_CHARS: usize = 254;
/// Most characters of a person's or a workspace's name.
const NAME_MAX_CHARS: usize = 80;

/// The tenant: owns connections, groups, media and campaigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Its identifier.
    pub id: WorkspaceId,
    /// The name that its members see.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a person may do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, its members included.
    Owner,
    /// Everything but its members.
    Member,
}

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their identifier.
    pub id: UserId,
    /// The workspace that they work in.
    pub workspace: WorkspaceId,
    /// What they may do there.
    pub role: Role,
    /// Whether they administer the whole server.
    pub platform_admin: bool,
    /// How the interface addresses them.
    pub name: String,
    /// What they sign in with, in lower case.
    pub email: String,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Why an account cannot be made as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountProblem {
    /// The name is empty.
    NameMissing,
    /// The name is longer than the interface can show.
    NameTooLong,
    /// This is no e-mail address.
    EmailInvalid,
    /// The password is shorter than [`PASSWORD_MIN_CHARS`].
    PasswordTooShort,
    /// The password is longer than [`PASSWORD_MAX_CHARS`].
    PasswordTooLong,
}

impl AccountProblem {
    /// Every problem of the given answers, in the order of the form.
    pub fn all_of(name: &str, email: &str, password: &str) -> Vec<Self> {
        let mut problems = Vec::new();
        match name.trim().chars().count() {
            0 => problems.push(Self::NameMissing),
            n if n > NAME_MAX_CHARS => problems.push(Self::NameTooLong),
            _ => {}
        }
        if !looks_like_email(email.trim()) {
            problems.push(Self::EmailInvalid);
        }
        match password.chars().count() {
            n if n < PASSWORD_MIN_CHARS => problems.push(Self::PasswordTooShort),
            n if n > PASSWORD_MAX_CHARS => problems.push(Self::PasswordTooLong),
            _ => {}
        }
        problems
    }
}

/// Only mail can prove an address; this catches what a slip of the finger makes.
fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    text.chars().count() <= EMAIL_MAX_CHARS
        && !local.is_empty()
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_of_a_form_is_told_at_once() {
        assert_eq!(
            AccountProblem::all_of("  ", "ana@", "curta"),
            [
                AccountProblem::NameMissing,
                AccountProblem::EmailInvalid,
                AccountProblem::PasswordTooShort
            ]
        );
        assert!(AccountProblem::all_of("Ana", "ana@exemplo.com.br", "dez letras").is_empty());
    }

    #[test]
    fn addresses_that_no_mail_server_would_take_are_refused() {
        for bad in [
            "",
            "ana",
            "@exemplo.com",
            "ana@exemplo",
            "ana@.com",
            "a na@exemplo.com",
        ] {
            assert!(!looks_like_email(bad), "{bad:?}");
        }
    }
}
