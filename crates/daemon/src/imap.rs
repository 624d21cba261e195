//! A mailbox read over IMAP: each new mail is filed, then marked as read or moved, in this order. How far we came is written
//! down by the mailbox's own numbering (UIDVALIDITY and UID); when the server numbers anew, all is read again, and what was
//! filed is known by its bytes. TLS always, but on this very machine.

use crate::keeper::Refusal;
use crate::{Keeper, MOST, mail, net};
use async_imap::{Client, Session};
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::path::PathBuf;
use std::time::Duration;
use store::Owned;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// Longest wait for any one answer.
const TIME: Duration = Duration::from_secs(60);
/// Most mails of one round.
const ROUND: usize = 500;

/// A mailbox's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// The file that holds the password, alone; read at each round.
    pub password_file: PathBuf,
    /// The mailbox.
    pub mailbox: String,
    /// Where filed mails are moved; they stay, marked as read, where none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
    /// Without TLS: this machine only.
    #[serde(default)]
    pub plain: bool,
    /// A file of authorities trusted besides the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// Seconds between two rounds.
    pub every: u32,
}

/// How far we came.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    validity: u32,
    last: u32,
}

impl Cursor {
    /// The cursor of a mailbox that has this validity now.
    fn under(self, validity: u32) -> Self {
        if self.validity == validity { self } else { Self { validity, last: 0 } }
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Stream for T {}

async fn timed<T, E: std::fmt::Display>(work: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match tokio::time::timeout(TIME, work).await {
        Err(_) => Err("la boîte ne répond pas à temps".to_owned()),
        Ok(done) => done.map_err(|e| e.to_string()),
    }
}

/// Reads what is new; gives how many mails were dealt with.
///
/// # Errors
/// What went wrong; it is tried again at the next round.
pub(crate) async fn round(
    owned: &Owned,
    settings: &Settings,
    keeper: &Keeper,
    relay: Option<&str>,
) -> Result<usize, String> {
    let password = tokio::fs::read_to_string(&settings.password_file).await;
    let password = password.map_err(|e| format!("{} : {e}", settings.password_file.display()))?;
    let password = password.trim_end_matches(['\r', '\n']);
    let address = net_address(settings).await?;
    if settings.plain && !address.ip().is_loopback() {
        return Err("sans TLS, seule une boîte de cette machine est lue".to_owned());
    }
    let stream = timed(TcpStream::connect(address)).await?;
    let stream: Box<dyn Stream> = if settings.plain {
        Box::new(stream)
    } else {
        let ca = settings.ca.clone();
        let tls = tokio::task::spawn_blocking(move || net::tls(ca.as_deref())).await;
        let (config, _) = tls.map_err(|e| e.to_string())??;
        let name = rustls::pki_types::ServerName::try_from(settings.server.clone());
        let name = name.map_err(|_| format!("« {} » n'est pas un nom de machine", settings.server))?;
        let shaken = async { tokio_rustls::TlsConnector::from(config).connect(name, stream).await.map_err(net::tell) };
        Box::new(timed(shaken).await?)
    };
    let mut client = Client::new(stream);
    timed(client.read_response()).await?.ok_or("la boîte n'a rien dit")?;
    let login = tokio::time::timeout(TIME, client.login(&settings.user, password)).await;
    let login = login.map_err(|_| "la boîte ne répond pas à temps")?;
    let mut session = login.map_err(|_| "la boîte refuse l'utilisateur ou le mot de passe")?;
    let done = read(&mut session, owned, settings, keeper, relay).await;
    // Whatever came of it, the server is told that we leave.
    let _ = timed(session.logout()).await;
    done
}

async fn net_address(settings: &Settings) -> Result<std::net::SocketAddr, String> {
    let (host, port) = (settings.server.clone(), settings.port);
    // A mailbox may well stand on a private network: it is named by the administrator.
    let found = tokio::task::spawn_blocking(move || net::resolve(&host, port, true)).await;
    Ok(found.map_err(|e| e.to_string())??)
}

type Open = Session<Box<dyn Stream>>;

async fn read(
    session: &mut Open,
    owned: &Owned,
    settings: &Settings,
    keeper: &Keeper,
    relay: Option<&str>,
) -> Result<usize, String> {
    let mailbox = timed(session.select(&settings.mailbox)).await?;
    let validity = mailbox.uid_validity.ok_or("la boîte ne numérote pas ses courriels (UIDVALIDITY)")?;
    let id = owned.source.id.clone();
    let state = keeper.with(&owned.org, move |store| store.source_state(&id)).await?;
    let mut cursor = serde_json::from_str::<Cursor>(&state).unwrap_or_default().under(validity);
    let found = timed(session.uid_search(format!("UID {}:*", cursor.last.saturating_add(1)))).await?;
    // "n:*" always gives the last one, be it below n.
    let mut fresh: Vec<u32> = found.into_iter().filter(|uid| *uid > cursor.last).collect();
    fresh.sort_unstable();
    fresh.truncate(ROUND);
    for uid in &fresh {
        one(session, *uid, owned, settings, keeper, relay).await?;
        cursor.last = *uid;
        let (id, state) = (owned.source.id.clone(), serde_json::to_string(&cursor).map_err(|e| e.to_string())?);
        keeper.with(&owned.org, move |store| store.keep_source_state(&id, &state)).await?;
    }
    Ok(fresh.len())
}

/// Files one mail, then marks or moves it.
async fn one(
    session: &mut Open,
    uid: u32,
    owned: &Owned,
    settings: &Settings,
    keeper: &Keeper,
    relay: Option<&str>,
) -> Result<(), String> {
    let uid = uid.to_string();
    let size = fetch(session, &uid, "RFC822.SIZE").await?.and_then(|f| f.size);
    let Some(size) = size else { return Ok(()) };
    let mut refused = None;
    if size as usize > MOST {
        refused = Some("trop grand".to_owned());
    } else {
        let room = keeper.room(size as usize).await;
        let Some(found) = fetch(session, &uid, "BODY.PEEK[]").await? else { return Ok(()) };
        let bytes = found.body().unwrap_or_default().to_vec();
        let arrival = mail::arrival(owned, bytes, None, relay);
        match mail::file(keeper, arrival, room).await {
            Ok(_) => {}
            Err(Refusal::Refused(why)) => refused = Some(why),
            Err(Refusal::Later(why)) => return Err(why),
        }
    }
    if let Some(why) = refused {
        tracing::warn!(source = owned.source.name, uid, why, "a mail was refused: it stays in the mailbox, flagged");
        return store(session, &uid, "+FLAGS.SILENT (\\Flagged)").await;
    }
    store(session, &uid, "+FLAGS.SILENT (\\Seen)").await?;
    match &settings.moved_to {
        None => Ok(()),
        Some(to) => timed(session.uid_mv(&uid, to)).await,
    }
}

async fn fetch(session: &mut Open, uid: &str, what: &str) -> Result<Option<async_imap::types::Fetch>, String> {
    timed(async {
        let all: Vec<_> = session.uid_fetch(uid, what).await?.try_collect().await?;
        Ok::<_, async_imap::error::Error>(all.into_iter().find(|f| f.uid.is_some_and(|u| u.to_string() == uid)))
    })
    .await
}

async fn store(session: &mut Open, uid: &str, flags: &str) -> Result<(), String> {
    timed(async { session.uid_store(uid, flags).await?.try_collect::<Vec<_>>().await.map(|_| ()) }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_numbered_anew_is_read_again() {
        let cursor = Cursor { validity: 7, last: 40 };
        assert_eq!(cursor.under(7), cursor);
        assert_eq!(cursor.under(8), Cursor { validity: 8, last: 0 });
    }
}
