//! LMTP (RFC 2033), to stand behind a mail server such as Postfix: one address a source, `depot+TOKEN@…`.
//!
//! A recipient is accepted only when his token stands for a mail source; the mail is acknowledged, for each recipient, only
//! once it is durably stored. [`Session`] is the protocol without sockets: lines in, replies out.

use crate::keeper::{Refusal, Room};
use crate::{Keeper, MOST, Metrics, mail};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Gate, Owned, Way};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// Longest command line, in bytes (RFC 5321 asks for 512; addresses may be longer with extensions).
const LINE: usize = 2_048;
/// Most recipients of one mail.
const RECIPIENTS: usize = 100;
/// Commands that make no sense before the connection is closed.
const MISTAKES: u32 = 20;
/// Most connections at once.
const CONNECTIONS: usize = 32;
/// Silence after which a connection is closed.
const SILENCE: Duration = Duration::from_secs(300);

/// What the session asks of its driver.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this.
    Reply(String),
    /// Ask whether this token may come, then call [`Session::recipient`].
    Check(String),
    /// Send this, then read the mail up to its final dot.
    Data(String),
    /// Send this and close.
    Close(String),
}

/// One connection's state.
#[derive(Debug, Default)]
pub struct Session {
    greeted: bool,
    sender: Option<String>,
    recipients: Vec<Owned>,
    /// Bytes that the sender announced, or the most.
    size: usize,
    mistakes: u32,
}

fn reply(text: &str) -> Step {
    Step::Reply(format!("{text}\r\n"))
}

impl Session {
    /// One command line, without its end.
    pub fn line(&mut self, line: &[u8]) -> Step {
        let text = String::from_utf8_lossy(line);
        let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
        match verb.trim().to_ascii_uppercase().as_str() {
            "LHLO" => {
                self.reset();
                self.greeted = true;
                Step::Reply(format!(
                    "250-clausule\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE {MOST}\r\n"
                ))
            }
            "HELO" | "EHLO" => self.mistake("500 5.5.1 LMTP: say LHLO"),
            "QUIT" => Step::Close("221 2.0.0 bye\r\n".to_owned()),
            "NOOP" => reply("250 2.0.0 ok"),
            "RSET" => {
                self.reset();
                reply("250 2.0.0 ok")
            }
            "VRFY" => reply("252 2.5.0 try it"),
            _ if !self.greeted => self.mistake("503 5.5.1 say LHLO first"),
            "MAIL" => self.mail(rest),
            "RCPT" => self.rcpt(rest),
            "DATA" if self.recipients.is_empty() => self.mistake("503 5.5.1 no valid recipient"),
            "DATA" => Step::Data("354 end with a dot\r\n".to_owned()),
            _ => self.mistake("500 5.5.2 unknown command"),
        }
    }

    fn mail(&mut self, rest: &str) -> Step {
        if self.sender.is_some() {
            return self.mistake("503 5.5.1 one mail at a time");
        }
        let Some((address, parameters)) = path(rest, "FROM:") else {
            return self.mistake("501 5.5.4 MAIL FROM:<address>");
        };
        let size =
            parameters.split_whitespace().find_map(|p| p.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
        let size = size.unwrap_or(MOST as u64);
        if size > MOST as u64 {
            return reply("552 5.3.4 message too large");
        }
        self.size = size as usize;
        self.sender = Some(address.to_owned());
        reply("250 2.1.0 ok")
    }

    fn rcpt(&mut self, rest: &str) -> Step {
        if self.sender.is_none() {
            return self.mistake("503 5.5.1 MAIL first");
        }
        if self.recipients.len() >= RECIPIENTS {
            return reply("452 4.5.3 too many recipients");
        }
        let Some((address, _)) = path(rest, "TO:") else { return self.mistake("501 5.5.4 RCPT TO:<address>") };
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
        match local.split_once('+') {
            Some((name, token)) if name.eq_ignore_ascii_case("depot") => Step::Check(token.to_owned()),
            _ => reply("550 5.1.1 no such address"),
        }
    }

    /// What became of [`Step::Check`]: the source, none, or unknown for now.
    pub fn recipient(&mut self, found: Option<Option<Owned>>) -> String {
        match found {
            None => "451 4.3.0 try again later\r\n".to_owned(),
            Some(None) => "550 5.1.1 no such address\r\n".to_owned(),
            Some(Some(owned)) => {
                self.recipients.push(owned);
                "250 2.1.5 ok\r\n".to_owned()
            }
        }
    }

    /// Takes sender and recipients out once the mail has come.
    pub fn taken(&mut self) -> (String, Vec<Owned>) {
        (self.sender.take().unwrap_or_default(), std::mem::take(&mut self.recipients))
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn mistake(&mut self, text: &str) -> Step {
        self.mistakes += 1;
        if self.mistakes > MISTAKES {
            return Step::Close("421 4.7.0 too many errors\r\n".to_owned());
        }
        reply(text)
    }
}

/// The address of `FROM:<address> parameters`, and the parameters.
fn path<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let text = text.trim_start();
    let head = text.get(..word.len()).filter(|h| h.eq_ignore_ascii_case(word))?;
    let inside = text.get(head.len()..)?.trim_start().strip_prefix('<')?;
    let (address, parameters) = inside.split_once('>')?;
    // A source route (RFC 5321, appendix C) is dropped.
    let address = address.strip_prefix('@').and_then(|r| r.split_once(':')).map_or(address, |(_, a)| a);
    (address.len() <= 320 && !address.contains(char::is_control)).then_some((address, parameters))
}

/// What was read, or that it was longer than it may be.
type Whole = Result<Vec<u8>, ()>;

/// Reads one line, its end taken off; longer than `most` gives `Err(())` once the line is over.
async fn line(input: &mut (impl AsyncBufRead + Unpin), most: usize) -> std::io::Result<Option<Whole>> {
    let (mut out, mut long) = (Vec::new(), false);
    loop {
        let chunk = input.fill_buf().await?;
        if chunk.is_empty() {
            return Ok(None);
        }
        let end = chunk.iter().position(|b| *b == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        if out.len() + part.len() > most {
            long = true;
        } else if !long {
            out.extend_from_slice(part);
        }
        let used = end.map_or(chunk.len(), |e| e + 1);
        input.consume(used);
        if end.is_some() {
            if out.last() == Some(&b'\r') {
                out.pop();
            }
            return Ok(Some(if long { Err(()) } else { Ok(out) }));
        }
    }
}

/// Reads a mail up to its final dot, with the dots of the transport taken off; `Err(())` when it is too large.
async fn content(input: &mut (impl AsyncBufRead + Unpin), told: usize) -> std::io::Result<Option<Whole>> {
    let (mut out, mut large) = (Vec::new(), false);
    // Line ends may be counted otherwise by the sender; more than that he did not announce.
    let most = (told + told / 8 + 4_096).min(MOST);
    // A line of a mail may be long; what is beyond is too large anyway.
    while let Some(next) = line(input, most).await? {
        let Ok(next) = next else {
            large = true;
            continue;
        };
        if next == b"." {
            return Ok(Some(if large { Err(()) } else { Ok(out) }));
        }
        let text = next.strip_prefix(b".").unwrap_or(&next);
        if out.len() + text.len() + 2 > most {
            large = true;
            out = Vec::new();
        } else if !large {
            out.extend_from_slice(text);
            out.extend_from_slice(b"\r\n");
        }
    }
    Ok(None)
}

/// What connections share.
#[derive(Debug, Clone)]
pub struct Mailroom {
    pub(crate) keeper: Keeper,
    pub(crate) gate: Arc<Mutex<Gate>>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) relay: Option<String>,
}

impl Mailroom {
    async fn check(&self, token: String) -> Option<Option<Owned>> {
        let gate = Arc::clone(&self.gate);
        let found = tokio::task::spawn_blocking(move || {
            gate.lock().unwrap_or_else(PoisonError::into_inner).admit(&token, Way::Mail)
        });
        found.await.ok()?.ok()
    }

    /// Files the mail for each recipient; one reply each, after it is stored.
    async fn deliver(&self, session: &mut Session, mail: Whole, room: Option<Room>) -> String {
        let (sender, recipients) = session.taken();
        let mut out = String::new();
        for owned in &recipients {
            let done = match &mail {
                Err(()) => {
                    out.push_str("552 5.3.4 message too large\r\n");
                    continue;
                }
                Ok(bytes) if bytes.is_empty() => Err(Refusal::Refused("courriel vide".to_owned())),
                Ok(bytes) => {
                    let arrival = mail::arrival(owned, bytes.clone(), Some(&sender), self.relay.as_deref());
                    mail::file(&self.keeper, arrival, room.clone()).await
                }
            };
            out.push_str(match done {
                Ok(_) => "250 2.0.0 filed\r\n",
                Err(Refusal::Refused(_)) => "554 5.6.0 not accepted\r\n",
                Err(Refusal::Later(_)) => "451 4.3.0 try again later\r\n",
            });
        }
        out
    }

    /// One connection, to its end.
    ///
    /// # Errors
    /// When the peer is gone or silent.
    pub async fn converse(
        &self,
        input: impl tokio::io::AsyncRead + Unpin,
        mut output: impl AsyncWrite + Unpin,
    ) -> std::io::Result<()> {
        let silent = |_| std::io::Error::from(std::io::ErrorKind::TimedOut);
        let mut input = BufReader::new(input);
        let mut session = Session::default();
        output.write_all(b"220 clausule LMTP\r\n").await?;
        output.flush().await?;
        loop {
            let next = tokio::time::timeout(SILENCE, line(&mut input, LINE)).await.map_err(silent)??;
            let step = match next {
                None => return Ok(()),
                Some(Err(())) => session.mistake("500 5.5.2 line too long"),
                Some(Ok(text)) => session.line(&text),
            };
            match step {
                Step::Reply(text) => output.write_all(text.as_bytes()).await?,
                Step::Check(token) => {
                    let found = self.check(token).await;
                    output.write_all(session.recipient(found).as_bytes()).await?;
                }
                Step::Data(text) => {
                    let room = self.keeper.room(session.size).await;
                    output.write_all(text.as_bytes()).await?;
                    output.flush().await?;
                    let mail =
                        tokio::time::timeout(SILENCE, content(&mut input, session.size)).await.map_err(silent)??;
                    let Some(mail) = mail else { return Ok(()) };
                    let replies = self.deliver(&mut session, mail, room).await;
                    output.write_all(replies.as_bytes()).await?;
                }
                Step::Close(text) => {
                    output.write_all(text.as_bytes()).await?;
                    return output.flush().await;
                }
            }
            // Commands that came together are answered together.
            if input.buffer().is_empty() {
                output.flush().await?;
            }
        }
    }
}

/// Takes mail at this address until told to stop.
///
/// # Errors
/// When the address can't be taken.
pub async fn listen(address: SocketAddr, room: Mailroom, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stop.changed() => return,
            };
            let Ok((mut stream, _)) = accepted else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let room = room.clone();
            tokio::spawn(async move {
                let (input, output) = stream.split();
                if let Err(error) = room.converse(input, tokio::io::BufWriter::new(output)).await {
                    room.metrics.count("clausule_worker_errors_total", "lmtp");
                    tracing::debug!(%error, "an LMTP connection ended early");
                }
                drop(place);
            });
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use store::Source;

    fn owned() -> Owned {
        let text = r#"{"id":"a","name":"nuit","way":"mail","zone":"Europe/Paris"}"#;
        let source: Source = serde_json::from_str(text).expect("a source");
        Owned { org: "principal".to_owned(), source }
    }

    fn said(session: &mut Session, line: &str) -> String {
        match session.line(line.as_bytes()) {
            Step::Reply(text) | Step::Data(text) | Step::Close(text) => text,
            Step::Check(token) => session.recipient(Some((token == "juste").then(owned))),
        }
    }

    #[test]
    fn a_conversation_as_postfix_holds_it() {
        let mut session = Session::default();
        assert!(said(&mut session, "MAIL FROM:<a@b>").starts_with("503"));
        assert!(said(&mut session, "LHLO mx.example").contains("PIPELINING"));
        assert!(said(&mut session, "RCPT TO:<depot+juste@c>").starts_with("503"));
        assert!(said(&mut session, &format!("MAIL FROM:<> SIZE={}", MOST + 1)).starts_with("552"));
        assert!(said(&mut session, "MAIL FROM:<a@b> SIZE=300 BODY=8BITMIME").starts_with("250"));
        assert!(said(&mut session, "RCPT TO:<depot+faux@c>").starts_with("550"));
        assert!(said(&mut session, "DATA").starts_with("503"), "no recipient was accepted");
        assert!(said(&mut session, "rcpt to:<Depot+juste@c> NOTIFY=NEVER").starts_with("250"));
        assert!(said(&mut session, "RCPT TO:<autre@c>").starts_with("550"));
        assert!(said(&mut session, "DATA").starts_with("354"));
        let (sender, recipients) = session.taken();
        assert_eq!((sender.as_str(), recipients.len()), ("a@b", 1));
        assert!(said(&mut session, "QUIT").starts_with("221"));
    }

    #[tokio::test]
    async fn dots_are_taken_off_and_lines_end_as_mails_do() {
        let mut input: &[u8] = b"Subject: x\r\n\r\n..a\n.b\r\n.\r\nQUIT\r\n";
        let read = content(&mut input, 100).await.expect("read").expect("whole").expect("small");
        assert_eq!(read, b"Subject: x\r\n\r\n.a\r\nb\r\n");
        assert_eq!(line(&mut input, 100).await.expect("read"), Some(Ok(b"QUIT".to_vec())));
        let mut cut: &[u8] = b"Subject: x\r\n";
        assert_eq!(content(&mut cut, 100).await.expect("read"), None, "a mail that was cut is none");
    }

    proptest! {
        #[test]
        fn hostile_lines_never_break_the_session(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..60)) {
            let mut session = Session::default();
            for bytes in &lines {
                match session.line(bytes) {
                    Step::Check(token) => prop_assert!(!session.recipient(Some(None)).starts_with('2'), "{token}"),
                    Step::Data(_) => prop_assert!(false, "no recipient was ever accepted"),
                    Step::Close(text) | Step::Reply(text) => prop_assert!(text.ends_with("\r\n")),
                }
            }
        }

        #[test]
        fn near_miss_commands_never_break_the_session(
            lines in prop::collection::vec("(LHLO|MAIL|RCPT|DATA|RSET|NOOP)?[ :]?(FROM:|TO:|from:|to:)?<?[@:+a-z0-9<>é\u{0}]{0,30}>?( SIZE=[0-9]{0,25})?", 0..40),
        ) {
            let mut session = Session::default();
            for text in &lines {
                if let Step::Check(_) = session.line(text.as_bytes()) {
                    session.recipient(Some(Some(owned())));
                }
                prop_assert!(session.recipients.len() <= RECIPIENTS);
            }
        }
    }
}
