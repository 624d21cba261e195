//! What a token for programs may do: a person's rights in coarse steps, never more than its maker's role.

use crate::Right;
use serde::{Deserialize, Serialize};

/// A scope of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// To read contracts, promises, proofs, statuses.
    Read,
    /// To bring contracts and proofs.
    Bring,
    /// To decide on promises.
    Decide,
    /// To read the ledger and hand out dossiers.
    Verify,
    /// To keep people and settings.
    Administer,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 5] = [Self::Read, Self::Bring, Self::Decide, Self::Verify, Self::Administer];

    /// Whether it gives the right.
    pub fn gives(self, right: Right) -> bool {
        match self {
            Self::Read => matches!(right, Right::Visit | Right::Read),
            Self::Bring => matches!(right, Right::Bring | Right::Contribute),
            Self::Decide => right == Right::Decide,
            Self::Verify => right == Right::Verify,
            Self::Administer => right == Right::Administer,
        }
    }

    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Bring => "bring",
            Self::Decide => "decide",
            Self::Verify => "verify",
            Self::Administer => "administer",
        }
    }

    /// The scope of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// The words for users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "lire contrats, promesses et preuves",
            Self::Bring => "apporter contrats et preuves",
            Self::Decide => "décider des promesses",
            Self::Verify => "lire le registre et exporter des dossiers",
            Self::Administer => "gérer les personnes et les réglages",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_one_scope() {
        use Right::{Administer, Bring, Contribute, Decide, Read, Verify, Visit};
        for right in [Visit, Bring, Read, Contribute, Decide, Verify, Administer] {
            assert_eq!(Scope::ALL.iter().filter(|s| s.gives(right)).count(), 1, "{right:?}");
        }
        assert!(Scope::ALL.iter().all(|s| Scope::from_name(s.name()) == Some(*s)));
    }
}
