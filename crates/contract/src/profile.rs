//! Profiles of readers, facts that switch points on, and severities.

use serde::{Deserialize, Serialize};

/// How grave it is when a point is not satisfied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Mineur,
    /// To be negotiated.
    Majeur,
    /// Do not sign as it stands.
    Bloquant,
}

impl Severity {
    /// The French word shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Mineur => "mineur",
            Self::Majeur => "majeur",
            Self::Bloquant => "bloquant",
        }
    }
}

/// A fact about the client or the service that makes some points apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// No condition.
    Always,
    /// Personal data are processed for the client.
    PersonalData,
    /// Health data are hosted or processed.
    HealthData,
    /// Card payments are accepted.
    CardPayments,
    /// The provider works on the client's premises or network.
    OnSite,
}

/// Who reads the contract. The profile decides which points apply and how grave a gap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// A doctor's or another self-employed health professional's practice.
    CabinetMedical,
    /// A medico-social establishment.
    MedicoSocial,
    /// A small or medium company.
    Pme,
    /// A company that sells on line and takes cards.
    ECommerce,
    /// Banking, payment, asset management.
    Finance,
    /// Health establishments and laboratories.
    Sante,
    /// Shops and distribution.
    Retail,
    /// Insurers and brokers.
    Assurance,
    /// Technology start-ups.
    Startup,
    /// IT services companies that subcontract.
    Esn,
    /// The provider's own view.
    Prestataire,
    /// Every point applies.
    Complete,
}

impl Profile {
    /// Every profile, in the order shown to users.
    pub const ALL: [Profile; 12] = [
        Profile::CabinetMedical,
        Profile::MedicoSocial,
        Profile::Pme,
        Profile::ECommerce,
        Profile::Finance,
        Profile::Sante,
        Profile::Retail,
        Profile::Assurance,
        Profile::Startup,
        Profile::Esn,
        Profile::Prestataire,
        Profile::Complete,
    ];

    /// The name used on the command line and in point files.
    pub fn name(self) -> &'static str {
        match self {
            Self::CabinetMedical => "cabinet-medical",
            Self::MedicoSocial => "medico-social",
            Self::Pme => "pme",
            Self::ECommerce => "e-commerce",
            Self::Finance => "finance",
            Self::Sante => "sante",
            Self::Retail => "retail",
            Self::Assurance => "assurance",
            Self::Startup => "startup",
            Self::Esn => "esn",
            Self::Prestataire => "prestataire",
            Self::Complete => "complete",
        }
    }

    /// The words shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::CabinetMedical => "cabinet médical",
            Self::MedicoSocial => "établissement médico-social",
            Self::Pme => "petite ou moyenne entreprise",
            Self::ECommerce => "commerce en ligne",
            Self::Finance => "finance",
            Self::Sante => "établissement de santé",
            Self::Retail => "commerce et distribution",
            Self::Assurance => "assurance",
            Self::Startup => "jeune entreprise technologique",
            Self::Esn => "entreprise de services numériques",
            Self::Prestataire => "prestataire (vue du fournisseur)",
            Self::Complete => "complet (tous les points)",
        }
    }

    /// The profile with this name.
    pub fn from_name(name: &str) -> Option<Profile> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }

    /// The facts that hold for this profile whatever the document says.
    pub fn facts(self) -> &'static [Fact] {
        use Fact::{Always, CardPayments, HealthData, OnSite, PersonalData};
        match self {
            Self::CabinetMedical | Self::MedicoSocial | Self::Sante => &[Always, PersonalData, HealthData, OnSite],
            Self::ECommerce => &[Always, PersonalData, CardPayments],
            Self::Retail => &[Always, PersonalData, CardPayments, OnSite],
            Self::Pme => &[Always, PersonalData, OnSite],
            Self::Finance | Self::Assurance | Self::Startup | Self::Esn => &[Always, PersonalData],
            Self::Prestataire => &[Always],
            Self::Complete => &[Always, PersonalData, HealthData, CardPayments, OnSite],
        }
    }

    /// The sector's level of requirement (source document 004): how many steps a majeur gap may rise.
    /// Finance, health and IT services are "very high", shops and insurance "high", the rest "medium".
    pub fn level(self) -> u8 {
        match self {
            Self::Finance | Self::Sante | Self::CabinetMedical | Self::MedicoSocial | Self::Esn => 3,
            Self::Retail | Self::Assurance | Self::ECommerce => 2,
            Self::Pme | Self::Startup | Self::Prestataire | Self::Complete => 1,
        }
    }
}
