//! Who may do what: roles and rights, passwords, one-time codes, passkeys, providers of identities, secrets of sessions and
//! tokens, limits on guessing.
//!
//! Pure: time and randomness are handed in, nothing is stored here. What a person types or a browser sends is compared in
//! constant time and kept only as a digest.

pub mod oidc;
pub mod password;
pub mod role;
pub mod scope;
pub mod secret;
pub mod session;
pub mod throttle;
pub mod totp;
pub mod webauthn;

pub use role::{Right, Role};
pub use scope::Scope;
pub use secret::Secret;
