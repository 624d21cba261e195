//! A time stamp (RFC 3161) from an authority reached by HTTP, kept beside the checkpoint it stamps.

use crate::client;
use ledger::Digest;
use store::Store;

/// A stamp that was obtained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obtained {
    /// The entries its checkpoint covers.
    pub size: u64,
    /// The authority's time, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub time: String,
}

/// Signs where the ledger stands, has it stamped and keeps the answer. `nonce` is random. The way may be plain HTTP:
/// the answer is held to the digest and the nonce, and is signed by the authority.
///
/// # Errors
/// When the authority can't be reached, refuses, or answers about anything else; in French.
pub fn obtain(store: &mut Store, authority: &str, nonce: u64) -> Result<Obtained, String> {
    let note = store.sign().map_err(|e| e.to_string())?;
    let request = ledger::stamp::request(note.as_bytes(), nonce);
    let answer = client::post(authority, "application/timestamp-query", &[], &request, true)
        .map_err(|f| format!("autorité d'horodatage : {}", f.message))?;
    let stamp = verify::read_stamp(&answer).ok_or("l'autorité n'a pas accordé d'horodatage lisible en SHA-256")?;
    if stamp.imprint != Digest::of(note.as_bytes()).0 {
        return Err("l'autorité a horodaté autre chose que le relevé : sa réponse n'est pas gardée".to_owned());
    }
    if stamp.nonce != Some(nonce) {
        return Err("l'autorité a répondu à une autre demande : sa réponse n'est pas gardée".to_owned());
    }
    let size = store.keep_stamp_for(&stamp.imprint, &answer).map_err(|e| e.to_string())?;
    Ok(Obtained { size, time: stamp.time })
}
