//! A time stamp (RFC 3161) from an authority reached by HTTP, kept beside the checkpoint it stamps.

use crate::client;
use ledger::Digest;
use store::Store;
use verify::{Authorities, Authority, Unsigned};

/// A stamp that was obtained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obtained {
    /// The entries its checkpoint covers.
    pub size: u64,
    /// The authority's time, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub time: String,
    /// Who signed it, or why that can't be told.
    pub authority: Result<Authority, String>,
}

/// Reads an answer and checks its signature; with `trusted`, also whose it is.
///
/// # Errors
/// When it is none, its signature is false, or nobody trusted vouches for it; in French.
pub fn judge(
    answer: &[u8],
    trusted: Option<&Authorities>,
) -> Result<(verify::Stamp, Result<Authority, String>), String> {
    let stamp = verify::read_stamp(answer).ok_or("l'autorité n'a pas accordé d'horodatage lisible en SHA-256")?;
    match verify::check_stamp(answer, trusted) {
        Ok((_, authority)) => Ok((stamp, Ok(authority))),
        Err(Unsigned::Unknown(why)) if trusted.is_none() => Ok((stamp, Err(why))),
        Err(why) => Err(format!("la réponse de l'autorité d'horodatage ne compte pas et n'est pas gardée : {why}")),
    }
}

/// Signs where the ledger stands, has it stamped and keeps the answer. `nonce` is random. The way may be plain HTTP:
/// the answer is held to the digest and the nonce, and to the authority's signature.
///
/// # Errors
/// When the authority can't be reached, refuses, or answers about anything else; in French.
pub fn obtain(
    store: &mut Store,
    authority: &str,
    nonce: u64,
    trusted: Option<&Authorities>,
) -> Result<Obtained, String> {
    let note = store.sign().map_err(|e| e.to_string())?;
    let request = ledger::stamp::request(note.as_bytes(), nonce);
    let answer = client::post(authority, "application/timestamp-query", &[], &request, true)
        .map_err(|f| format!("autorité d'horodatage : {}", f.message))?;
    let (stamp, authority) = judge(&answer, trusted)?;
    if stamp.imprint != Digest::of(note.as_bytes()).0 {
        return Err("l'autorité a horodaté autre chose que le relevé : sa réponse n'est pas gardée".to_owned());
    }
    if stamp.nonce != Some(nonce) {
        return Err("l'autorité a répondu à une autre demande : sa réponse n'est pas gardée".to_owned());
    }
    let size = store.keep_stamp_for(&stamp.imprint, &answer).map_err(|e| e.to_string())?;
    Ok(Obtained { size, time: stamp.time, authority })
}
