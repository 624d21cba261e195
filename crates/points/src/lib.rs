//! The catalogue of points: what a point file may say, and the points embedded in the program.
//!
//! A point is one Markdown file under `points/` with a TOML header; the build finds the files, checks them and
//! embeds them. The engine never knows a point by name. What a provider should not sign is a second catalogue of the
//! same shape, under `demands/`: a demand is a point that is found (`adverse`) or not (`missing`).

pub mod clause;
pub mod figure;
mod lookup;
pub mod parse;
pub mod parse_clause;
pub mod proof;
pub mod stale;
pub mod types;

pub use clause::{Clause, Origin, Parameter, ParameterKind, Value, Variant};
pub use figure::{Figure, Measure};
pub use parse::{PointError, catalogue, demands as demand_catalogue};
pub use proof::Proof;
pub use stale::{StaleReference, stale_references};
pub use types::{Case, Catalogue, Category, Item, Kind, Owes, Point, Sign, Stance, Turn};

static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalogue.postcard"));

/// The catalogue that the program carries.
///
/// # Panics
/// Never for a program that was built: the build script wrote and checked the bytes.
pub fn embedded() -> Catalogue {
    postcard::from_bytes(EMBEDDED).expect("the build script wrote a valid catalogue")
}

static DEMANDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/demands.postcard"));

/// The catalogue of demands that go beyond what a provider can be held to.
///
/// # Panics
/// Never for a program that was built: the build script wrote and checked the bytes.
pub fn demands() -> Catalogue {
    postcard::from_bytes(DEMANDS).expect("the build script wrote a valid catalogue")
}
