//! Signed notes (C2SP signed-note) with one Ed25519 signature.

use crate::merkle::sha256;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};

/// A public key with its name, as `name+id+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    text: String,
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Key {
    /// Reads a key; the message says in French what is wrong.
    ///
    /// # Errors
    /// When the form, the identifier or the point is wrong.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "la clé publique n'a pas la forme nom+identifiant+base64";
        let mut parts = text.splitn(3, '+');
        let (name, id, data) = (parts.next().unwrap_or(""), parts.next().ok_or(FORM)?, parts.next().ok_or(FORM)?);
        let bytes = STANDARD.decode(data).map_err(|_| FORM)?;
        let [1, point @ ..] = bytes.as_slice() else { return Err("la clé publique n'est pas une clé Ed25519") };
        let point: &[u8; 32] = point.try_into().map_err(|_| FORM)?;
        let key = VerifyingKey::from_bytes(point).map_err(|_| "la clé publique n'est pas un point d'Ed25519")?;
        let hash = sha256(&[name.as_bytes(), b"\n\x01", point].concat());
        let own = [hash[0], hash[1], hash[2], hash[3]];
        let written: String = own.iter().map(|b| format!("{b:02x}")).collect();
        if name.is_empty() || id != written {
            return Err("l'identifiant de la clé publique ne correspond pas à la clé");
        }
        Ok(Self { text: text.to_owned(), name: name.to_owned(), id: own, key })
    }

    /// As `name+id+base64`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name under which it signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of a note that this key signed, its line feed included.
    ///
    /// # Errors
    /// What is wrong with the note, in French, to be put after its name.
    pub fn open<'a>(&self, note: &'a [u8]) -> Result<&'a str, &'static str> {
        open(note, self)
    }
}

/// The signed text of a note, its line feed included.
///
/// # Errors
/// What is wrong, in French.
pub(crate) fn open<'a>(note: &'a [u8], key: &Key) -> Result<&'a str, &'static str> {
    const FORM: &str = "n'a pas la forme d'une note signée";
    let note = std::str::from_utf8(note).map_err(|_| FORM)?;
    let split = note.rfind("\n\n").ok_or(FORM)?;
    let (text, signature) = (&note[..split + 1], &note[split + 2..]);
    let line = signature.strip_suffix('\n').ok_or(FORM)?;
    let rest = line.strip_prefix("\u{2014} ").ok_or(FORM)?;
    let (name, data) = rest.rsplit_once(' ').ok_or(FORM)?;
    let bytes = STANDARD.decode(data).map_err(|_| FORM)?;
    let (id, signature) = bytes.split_at_checked(4).ok_or(FORM)?;
    if name != key.name || id != key.id {
        return Err("est signé par une autre clé que key.pub");
    }
    let signature = Signature::from_slice(signature).map_err(|_| FORM)?;
    key.key
        .verify_strict(text.as_bytes(), &signature)
        .map_err(|_| "porte une signature fausse : le texte a été changé")?;
    Ok(text)
}

/// The text of a note whatever its signature is worth, for telling what is wrong in spite of it.
pub(crate) fn text(note: &[u8]) -> &str {
    let note = std::str::from_utf8(note).unwrap_or("");
    note.rfind("\n\n").map_or("", |at| &note[..at + 1])
}

/// Size and root of a checkpoint whose origin is this.
pub(crate) fn checkpoint(text: &str, origin: &str) -> Result<(u64, [u8; 32]), &'static str> {
    const FORM: &str = "n'a pas la forme d'un relevé";
    let lines: Vec<&str> = text.split('\n').collect();
    let [name, size, root, ""] = lines.as_slice() else { return Err(FORM) };
    if *name != origin {
        return Err("est le relevé d'un autre registre");
    }
    let number: u64 = size.parse().map_err(|_| FORM)?;
    let root = STANDARD.decode(root).ok().and_then(|r| r.try_into().ok()).ok_or(FORM)?;
    if number.to_string() == **size { Ok((number, root)) } else { Err(FORM) }
}
