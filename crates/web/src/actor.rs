//! Who acts, and what a route asks of whoever comes.

use crate::trouble::Trouble;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use people::Right;

pub use people::{Role, Scope};

/// What a route asks of who comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// Open to everybody: assets, signing in.
    Nothing,
    /// Somebody known, whatever the role.
    SignedIn,
    /// Sees one contract; the handler holds a guest to its own.
    Visit,
    /// Brings proofs; the handler holds a guest to its own contract.
    Bring,
    /// Reads the organisation's data.
    Read,
    /// Brings contracts.
    Contribute,
    /// Decides.
    Manage,
    /// Reads the ledger and hands out dossiers.
    Verify,
    /// Rules.
    Administer,
}

impl Needs {
    /// The right asked for, where being known is not enough.
    pub fn right(self) -> Option<Right> {
        Some(match self {
            Self::Nothing | Self::SignedIn => return None,
            Self::Visit => Right::Visit,
            Self::Bring => Right::Bring,
            Self::Read => Right::Read,
            Self::Contribute => Right::Contribute,
            Self::Manage => Right::Decide,
            Self::Verify => Right::Verify,
            Self::Administer => Right::Administer,
        })
    }
}

/// Who acts in this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The name written into the ledger with every decision.
    pub name: String,
    /// The organisation.
    pub org: String,
    /// The role there.
    pub role: Role,
    /// Whether this is the one person of a machine without accounts.
    pub alone: bool,
    /// The account's number; none for the one person of a machine without accounts.
    pub account: Option<i64>,
    /// The only contract seen, of a guest.
    pub contract: Option<String>,
    /// What a program's token may do; a person has none.
    pub scopes: Option<Vec<Scope>>,
}

impl Actor {
    /// The one person of a machine without accounts.
    pub fn alone(name: &str, org: &str) -> Self {
        Self {
            name: name.to_owned(),
            org: org.to_owned(),
            role: Role::Administrator,
            alone: true,
            account: None,
            contract: None,
            scopes: None,
        }
    }

    /// Whether the role, and the scopes of a token, allow so much.
    pub fn may(&self, needs: Needs) -> bool {
        let Some(right) = needs.right() else { return true };
        let scoped = self.scopes.as_ref().is_none_or(|s| s.iter().any(|scope| scope.gives(right)));
        self.role.may(right) && scoped
    }

    /// Holds a guest to its own contract: another one does not exist for it.
    ///
    /// # Errors
    /// When it may not be seen.
    pub fn sees(&self, contract: &str) -> Result<(), Trouble> {
        let bound = self.role.bound() && self.contract.as_deref() != Some(contract);
        if bound { Err(Trouble::NotFound) } else { Ok(()) }
    }

    /// The same for something that may belong to no contract.
    ///
    /// # Errors
    /// When it may not be seen.
    pub fn sees_of(&self, contract: Option<&str>) -> Result<(), Trouble> {
        match contract {
            Some(id) => self.sees(id),
            None if self.role.bound() => Err(Trouble::NotFound),
            None => Ok(()),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::SignIn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_sees_one_contract_and_a_token_what_it_was_given() {
        let mut guest = Actor::alone("x", "o");
        guest.role = Role::Guest;
        guest.contract = Some("a-2026".to_owned());
        assert!(guest.sees("a-2026").is_ok() && guest.sees("b-2026").is_err() && guest.sees_of(None).is_err());
        assert!(guest.may(Needs::Bring) && !guest.may(Needs::Read));
        let mut program = Actor::alone("x", "o");
        program.scopes = Some(vec![Scope::Read]);
        assert!(program.may(Needs::Read) && !program.may(Needs::Manage) && program.sees_of(None).is_ok());
    }
}
