//! The six roles and what each may do.

use serde::{Deserialize, Serialize};

/// What a person is in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees everything, changes nothing.
    Reader,
    /// Brings contracts and proofs besides.
    Contributor,
    /// Decides on promises besides.
    Manager,
    /// Keeps people and settings besides.
    Administrator,
    /// Sees everything and verifies the ledger; changes nothing.
    Auditor,
    /// A provider: sees its own contract only, brings proofs and answers.
    Guest,
}

/// What a page or a call asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// To see one contract; a guest has it for its own.
    Visit,
    /// To bring a proof or an answer; a guest has it for its own contract.
    Bring,
    /// To see all of the organisation.
    Read,
    /// To bring contracts, and to say which contract a proof is for.
    Contribute,
    /// To decide on promises, alerts and dates.
    Decide,
    /// To see the ledger and hand out a dossier.
    Verify,
    /// To keep people, settings, ways in.
    Administer,
}

impl Role {
    /// Every role, the least powerful first.
    pub const ALL: [Self; 6] =
        [Self::Guest, Self::Auditor, Self::Reader, Self::Contributor, Self::Manager, Self::Administrator];

    /// Whether the role has the right. A guest's rights hold for its own contract only: see [`Role::bound`].
    pub fn may(self, right: Right) -> bool {
        use Right::{Administer, Bring, Contribute, Decide, Read, Verify, Visit};
        match self {
            Self::Guest => matches!(right, Visit | Bring),
            Self::Auditor => matches!(right, Visit | Read | Verify),
            Self::Reader => matches!(right, Visit | Read),
            Self::Contributor => matches!(right, Visit | Read | Bring | Contribute),
            Self::Manager => !matches!(right, Administer),
            Self::Administrator => matches!(right, Visit | Bring | Read | Contribute | Decide | Verify | Administer),
        }
    }

    /// Whether the role is bound to one contract.
    pub fn bound(self) -> bool {
        self == Self::Guest
    }

    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Contributor => "contributor",
            Self::Manager => "manager",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::Guest => "guest",
        }
    }

    /// The role of a stored name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }

    /// The word for users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reader => "lecture",
            Self::Contributor => "contribution",
            Self::Manager => "gestion",
            Self::Administrator => "administration",
            Self::Auditor => "audit",
            Self::Guest => "prestataire invité",
        }
    }

    /// What it may do, in one sentence for users.
    pub fn words(self) -> &'static str {
        match self {
            Self::Reader => "Voit tout, ne change rien.",
            Self::Contributor => "Voit tout, apporte contrats et preuves.",
            Self::Manager => "Apporte, et décide des promesses suivies.",
            Self::Administrator => "Peut tout, y compris gérer les personnes et les réglages.",
            Self::Auditor => "Voit tout et vérifie le registre, ne change rien.",
            Self::Guest => "Ne voit que son contrat, y apporte preuves et réponses.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHTS: [Right; 7] =
        [Right::Visit, Right::Bring, Right::Read, Right::Contribute, Right::Decide, Right::Verify, Right::Administer];

    #[test]
    fn rights_are_what_the_table_says() {
        let table = [
            (Role::Guest, "VB....."),
            (Role::Auditor, "V.R..V."),
            (Role::Reader, "V.R...."),
            (Role::Contributor, "VBRC..."),
            (Role::Manager, "VBRCDV."),
            (Role::Administrator, "VBRCDVA"),
        ];
        assert_eq!(table.map(|t| t.0), Role::ALL);
        for (role, rights) in table {
            for (right, letter) in RIGHTS.into_iter().zip(rights.chars()) {
                assert_eq!(role.may(right), letter != '.', "{role:?} {right:?}");
            }
        }
    }

    #[test]
    fn names_come_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
        assert_eq!(Role::from_name("root"), None);
    }
}
