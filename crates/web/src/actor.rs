//! Who acts, and what a role may do.

use crate::trouble::Trouble;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// What a person may do in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Reads everything of the organisation.
    Reader,
    /// Reads, brings contracts and proofs.
    Contributor,
    /// Also confirms, rejects, waives, amends.
    Manager,
    /// Also people, ways in and settings.
    Administrator,
    /// Reads and verifies, writes nothing.
    Auditor,
    /// A provider: sees what concerns its own contracts, brings proofs and answers.
    Guest,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Reader, Self::Contributor, Self::Manager, Self::Administrator, Self::Auditor, Self::Guest];

    /// Whether the role may go where so much is needed.
    pub fn may(self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing | Needs::SignedIn => true,
            Needs::Read => self != Self::Guest,
            Needs::Contribute => matches!(self, Self::Contributor | Self::Manager | Self::Administrator),
            Needs::Manage => matches!(self, Self::Manager | Self::Administrator),
            Needs::Administer => self == Self::Administrator,
        }
    }
}

/// What a route asks of who comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// Open to everybody: assets, signing in.
    Nothing,
    /// Somebody known, whatever the role; the handler itself holds a guest to its own contracts.
    SignedIn,
    /// Reads the organisation's data.
    Read,
    /// Brings contracts or proofs.
    Contribute,
    /// Decides.
    Manage,
    /// Rules.
    Administer,
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
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::SignIn)
    }
}
