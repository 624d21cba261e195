//! The keep half: contracts under follow-up, proofs, providers, ledger, people and settings.

pub mod account;
pub mod backup;
pub mod charts;
pub mod contract;
pub mod contracts;
pub mod dates;
pub mod decisions;
mod handout;
pub mod inbox;
pub mod ledger;
pub mod organisation;
pub mod outside;
pub mod passkeys;
pub mod people;
pub mod providers;
pub mod ranks;
pub mod relay;
pub mod reports;
pub mod retention;
pub mod search;
pub mod sign;
pub mod ways;
pub mod words;
