//! The interface for programs: `/api/v1`, JSON, errors as RFC 9457 problems, described by [`describe`].

pub mod answers;
pub mod describe;
pub mod ledger;
pub mod problem;
pub mod proofs;
pub mod register;
