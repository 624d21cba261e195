//! Inventory agents (GLPI agent, FusionInventory) that have us as a second server.
//!
//! The conversation: an agent says hello (`contact` in JSON, or `PROLOG` in XML), is told to send, sends its inventory, often
//! compressed by zlib. Answers come in the form the question had. Of an inventory only what `evidence::storable` keeps is filed:
//! environment, processes and persons are gone before anything is hashed.

use crate::http::{Machines, body, from_source, plain, problem};
use crate::keeper::Refusal;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder, ZlibEncoder};
use serde::Deserialize;
use serde_json::json;
use std::io::{self, Read, Write};
use store::Owned;

/// Hours until an agent should come again.
const EVERY_HOURS: u32 = 24;

/// Largest inventory taken, unpacked: the largest known ones have some 4 MiB.
const LARGEST: usize = 8 << 20;
/// Bytes that a byte of JSON or XML may come to as a tree.
const WEIGHT: usize = 16;

/// How the bytes came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Zlib,
    Gzip,
}

/// What an agent sends, unpacked.
#[derive(Debug, PartialEq)]
enum Question {
    /// GLPI agent says hello.
    Contact,
    /// FusionInventory says hello.
    Prolog,
    /// An inventory, in JSON or XML, with what may be kept of it.
    Inventory { json: bool, kept: String },
    /// Another task's report, which is not for us.
    Other { json: bool },
}

impl Packing {
    fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Self::Zlib,
            _ => Self::None,
        }
    }

    /// Unpacks into `out`, no more than is taken. Gives the length.
    fn unpack(self, bytes: &[u8], out: &mut impl Write) -> Result<usize, &'static str> {
        let limit = LARGEST as u64 + 1;
        let done = match self {
            Self::None => io::copy(&mut bytes.take(limit), out),
            Self::Gzip => io::copy(&mut GzDecoder::new(bytes).take(limit), out),
            Self::Zlib => io::copy(&mut ZlibDecoder::new(bytes).take(limit), out),
        };
        match done {
            Ok(size) if size < limit => Ok(size as usize),
            Ok(_) => Err("l'inventaire est trop grand"),
            Err(_) => Err("les octets compressés sont abîmés"),
        }
    }
}

/// What a question in JSON asks; the rest of it is passed over.
#[derive(Deserialize)]
struct Asked {
    action: Option<String>,
}

fn understand(bytes: &[u8]) -> Option<Question> {
    if let Ok(asked) = serde_json::from_slice::<Asked>(bytes) {
        return match asked.action.as_deref().unwrap_or("inventory") {
            "contact" => Some(Question::Contact),
            "inventory" => Some(Question::Inventory { json: true, kept: evidence::storable(bytes)? }),
            _ => Some(Question::Other { json: true }),
        };
    }
    let text = String::from_utf8_lossy(bytes);
    let query = text.split("<QUERY>").nth(1)?.split('<').next()?.trim();
    match query {
        "PROLOG" => Some(Question::Prolog),
        "INVENTORY" => Some(Question::Inventory { json: false, kept: evidence::storable(bytes)? }),
        _ => Some(Question::Other { json: false }),
    }
}

/// Answers in the form and packing of the question.
fn reply(json: bool, packing: Packing, text: String) -> Response {
    let plain = if json { "application/json" } else { "application/xml" };
    let (kind, bytes) = match packing {
        Packing::None => (plain, text.into_bytes()),
        Packing::Zlib | Packing::Gzip => {
            let mut out = Vec::new();
            // Reading from memory can't fail.
            let _ = ZlibEncoder::new(text.as_bytes(), Compression::default()).read_to_end(&mut out);
            ("application/x-compress-zlib", out)
        }
    };
    (StatusCode::OK, [(header::CONTENT_TYPE, kind)], bytes).into_response()
}

fn xml(inside: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REPLY>{inside}</REPLY>\n")
}

/// One question of an agent.
pub(crate) async fn answer(machines: &Machines, owned: &Owned, request: Request) -> Response {
    let told = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    let share = machines.keeper.share(&owned.source.id, told.unwrap_or(LARGEST)).await;
    let bytes = match body(request.into_body(), LARGEST).await {
        Ok(bytes) => bytes,
        Err(response) => return response,
    };
    let packing = Packing::of(&bytes);
    // How much it will be is known before any of it is kept.
    let measured = tokio::task::spawn_blocking(move || {
        let size = packing.unpack(&bytes, &mut io::sink())?;
        Ok::<_, &'static str>((size, bytes))
    });
    let (size, bytes) = match measured.await {
        Ok(Ok(done)) => done,
        Ok(Err(why)) => return problem(StatusCode::BAD_REQUEST, why),
        Err(_) => return problem(StatusCode::BAD_REQUEST, "cet envoi ne peut pas être lu"),
    };
    let room = machines.keeper.room_within(share, size * WEIGHT).await;
    let unpacked = tokio::task::spawn_blocking(move || {
        let mut whole = Vec::with_capacity(size);
        packing.unpack(&bytes, &mut whole)?;
        let question = understand(&whole).ok_or("ce n'est pas une question d'agent d'inventaire")?;
        Ok::<_, &'static str>((packing, question))
    });
    let (packing, question) = match unpacked.await {
        Ok(Ok(done)) => done,
        Ok(Err(why)) => return problem(StatusCode::BAD_REQUEST, why),
        Err(_) => return problem(StatusCode::BAD_REQUEST, "cet envoi ne peut pas être lu"),
    };
    match question {
        Question::Contact => {
            let tasks = json!({"inventory": {"server": "glpi", "version": env!("CARGO_PKG_VERSION")}});
            reply(true, packing, json!({"status": "ok", "expiration": EVERY_HOURS, "tasks": tasks}).to_string())
        }
        Question::Prolog => {
            reply(false, packing, xml(&format!("<PROLOG_FREQ>{EVERY_HOURS}</PROLOG_FREQ><RESPONSE>SEND</RESPONSE>")))
        }
        Question::Other { json: true } => reply(true, packing, json!({"status": "ok"}).to_string()),
        Question::Other { json: false } => reply(false, packing, xml("")),
        Question::Inventory { json, kept } => {
            let mut arrival = from_source(owned, "agent");
            arrival.name = plain(if json { "inventaire.json" } else { "inventaire.xml" });
            // An agent whose inventory has no date of its own is heard once a day.
            arrival.occasion = arrival.received.date().to_string();
            // The agent speaks now: that counts where its inventory has no date of its own.
            arrival.ended = Some(arrival.received.timestamp().to_string());
            arrival.bytes = kept.into_bytes();
            match machines.keeper.file(arrival, room).await {
                Ok(_) if json => reply(true, packing, json!({"status": "ok", "expiration": EVERY_HOURS}).to_string()),
                Ok(_) => reply(false, packing, xml("")),
                Err(Refusal::Refused(why)) => problem(StatusCode::UNPROCESSABLE_ENTITY, &why),
                Err(Refusal::Later(_)) => problem(StatusCode::SERVICE_UNAVAILABLE, "à renvoyer plus tard"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_told_apart() {
        assert_eq!(understand(br#"{"action":"contact","deviceid":"a"}"#), Some(Question::Contact));
        let prolog = b"<?xml version=\"1.0\"?>\n<REQUEST><DEVICEID>a</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>";
        assert_eq!(understand(prolog), Some(Question::Prolog));
        assert_eq!(understand(b"bonjour"), None);
        assert_eq!(understand(br#"{"action":"netdiscovery"}"#), Some(Question::Other { json: true }));
    }

    #[test]
    fn a_bomb_is_refused_before_it_fills_the_memory() {
        let mut packed = Vec::new();
        let zeros = std::io::repeat(b' ').take(LARGEST as u64 + 10);
        ZlibEncoder::new(zeros, Compression::best()).read_to_end(&mut packed).expect("packed");
        assert!(packed.len() < 1 << 20);
        let packing = Packing::of(&packed);
        let mut kept = Vec::new();
        assert!(packing.unpack(&packed, &mut kept).is_err());
        assert!(kept.len() <= LARGEST + 1);
        assert!(packing.unpack(&packed[..100], &mut io::sink()).is_err(), "cut");
        assert_eq!(Packing::of(b"texte").unpack(b"texte", &mut io::sink()), Ok(5));
    }
}
