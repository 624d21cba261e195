//! The pages, one module each; every module has its own list of routes.

pub mod analysis;
pub mod compare;
pub mod errors;
pub mod grid;
pub mod guide;
pub mod keep;
pub mod mend;
pub mod papers;
pub mod welcome;
