//! The interface for programs: `/api/v1`, JSON, errors as RFC 9457 problems, described by [`describe`].

use crate::routes::Route;

pub mod answers;
pub mod contracts;
pub mod describe;
pub mod ledger;
pub mod papers;
pub mod people;
pub mod problem;
pub mod proofs;
pub mod register;
pub mod reviews;
pub mod schemas;
pub mod side;
pub mod watch;

/// The routes of the API.
pub const ROUTES: [&[Route]; 10] = [
    describe::ROUTES,
    register::ROUTES,
    contracts::ROUTES,
    reviews::ROUTES,
    side::ROUTES,
    proofs::ROUTES,
    papers::ROUTES,
    watch::ROUTES,
    people::ROUTES,
    ledger::ROUTES,
];
