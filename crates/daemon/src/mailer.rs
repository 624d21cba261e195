//! Mail out: SMTP with TLS, plain only on loopback.

use crate::alerts::{Carrier, Parcel};
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport};
use std::time::{Duration, SystemTime};

/// The longest a mail server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server as the user names it: `smtp://user@host:587`, `smtps://host`, `smtp://localhost`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    host: String,
    port: u16,
    /// TLS from the first byte, else STARTTLS.
    implicit: bool,
    user: Option<String>,
}

impl Server {
    /// Reads an address. A password never stands in it: addresses end up in listings of processes.
    ///
    /// # Errors
    /// What is wrong with it, in French.
    pub fn parse(url: &str) -> Result<Self, String> {
        const FORM: &str = "--smtp attend smtp://utilisateur@machine:587 ou smtps://machine";
        let (scheme, rest) = url.split_once("://").ok_or(FORM)?;
        let implicit = match scheme {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(FORM.to_owned()),
        };
        let (user, place) = match rest.trim_end_matches('/').rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest.trim_end_matches('/')),
        };
        if user.is_some_and(|u| u.contains(':')) {
            return Err(
                "pas de mot de passe dans l'adresse du serveur : mettez-le dans CLAUSULE_SMTP_PASSWORD".to_owned()
            );
        }
        let bracketed = place.strip_prefix('[').and_then(|p| p.split_once(']'));
        let (host, port) = match bracketed {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => place.split_once(':').map_or((place, None), |(h, p)| (h, Some(p))),
        };
        let default = if implicit { 465 } else { 587 };
        let port = port.map_or(Ok(default), str::parse).map_err(|_| FORM.to_owned())?;
        if host.is_empty() {
            return Err(FORM.to_owned());
        }
        // A user name that is a mail address is written with %40.
        let user = user.map(|u| u.replace("%40", "@"));
        let server = Self { host: host.to_owned(), port, implicit, user };
        Ok(if server.is_loopback() && !implicit && place.rsplit_once(':').is_none() {
            Self { port: 25, ..server }
        } else {
            server
        })
    }

    /// Whether it is this machine: then nothing is to be hidden on the way.
    pub fn is_loopback(&self) -> bool {
        let ip = self.host.parse::<std::net::IpAddr>();
        self.host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
    }

    /// The user who logs in, if any.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    fn transport(&self, password: Option<&str>) -> Result<SmtpTransport, String> {
        let builder = if self.is_loopback() && !self.implicit {
            Ok(SmtpTransport::builder_dangerous(&self.host))
        } else if self.implicit {
            SmtpTransport::relay(&self.host)
        } else {
            SmtpTransport::starttls_relay(&self.host)
        };
        let mut builder = builder.map_err(|e| format!("serveur de courrier {} : {e}", self.host))?;
        builder = builder.port(self.port).timeout(Some(PATIENCE));
        if let Some(user) = &self.user {
            let password = password.ok_or("le serveur de courrier demande un mot de passe : CLAUSULE_SMTP_PASSWORD")?;
            builder = builder.credentials(Credentials::new(user.clone(), password.to_owned()));
        }
        Ok(builder.build())
    }
}

/// Carries alerts by mail.
pub struct Mailer {
    transport: SmtpTransport,
    host: String,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Mailer({})", self.host)
    }
}

impl Mailer {
    /// A mailer to some addresses.
    ///
    /// # Errors
    /// When an address or the server can't be read, or a password is missing.
    pub fn new(server: &Server, password: Option<&str>, from: &str, to: &[String]) -> Result<Self, String> {
        let mailbox =
            |text: &str| text.parse::<Mailbox>().map_err(|_| format!("« {text} » n'est pas une adresse de courriel"));
        if to.is_empty() {
            return Err("dites à qui écrire : --to adresse@exemple.fr".to_owned());
        }
        Ok(Self {
            transport: server.transport(password)?,
            host: server.host.clone(),
            from: mailbox(from)?,
            to: to.iter().map(|t| mailbox(t)).collect::<Result<_, _>>()?,
        })
    }
}

impl Carrier for Mailer {
    fn channel(&self) -> &'static str {
        "mail"
    }

    fn recipients(&self) -> Vec<String> {
        self.to.iter().map(|m| m.email.to_string()).collect()
    }

    fn send(&mut self, parcel: &Parcel) -> Result<(), String> {
        let mut builder = Message::builder()
            .from(self.from.clone())
            .subject(&parcel.subject)
            .date(SystemTime::from(parcel.now))
            // The same alerts make the same mail: a server that got it just before a crash shows it once.
            .message_id(Some(format!("<{}@clausule>", parcel.id)))
            .header(ContentType::TEXT_PLAIN)
            // Legible as it travels, and in the logs of whoever must look.
            .header(ContentTransferEncoding::QuotedPrintable);
        for to in &self.to {
            builder = builder.to(to.clone());
        }
        let message = builder.body(parcel.text.clone()).map_err(|e| format!("courriel : {e}"))?;
        let sent = self.transport.send(&message).map_err(|e| format!("serveur de courrier {} : {e}", self.host))?;
        if sent.is_positive() { Ok(()) } else { Err(format!("serveur de courrier {} : refus", self.host)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers() {
        let server = Server::parse("smtp://cabinet%40exemple.fr@mail.exemple.fr").expect("an address");
        assert_eq!((server.host.as_str(), server.port, server.implicit), ("mail.exemple.fr", 587, false));
        assert_eq!(server.user(), Some("cabinet@exemple.fr"));
        assert!(!server.is_loopback());
        assert_eq!(Server::parse("smtps://mail.exemple.fr/").expect("an address").port, 465);
        let local = Server::parse("smtp://localhost").expect("an address");
        assert!(local.is_loopback() && local.port == 25);
        assert_eq!(Server::parse("smtp://127.0.0.1:2525").expect("an address").port, 2525);
        assert!(Server::parse("smtp://moi:secret@mail.exemple.fr").is_err(), "no password in an address");
        assert!(Server::parse("mail.exemple.fr").is_err() && Server::parse("http://x").is_err());
    }

    #[test]
    fn a_password_is_asked_for_and_addresses_are_held() {
        let server = Server::parse("smtp://moi@mail.exemple.fr").expect("an address");
        let to = ["dr@exemple.fr".to_owned()];
        assert!(Mailer::new(&server, None, "clausule@exemple.fr", &to).is_err_and(|e| e.contains("PASSWORD")));
        assert!(Mailer::new(&server, Some("x"), "pas une adresse", &to).is_err());
        assert!(Mailer::new(&server, Some("x"), "clausule@exemple.fr", &[]).is_err());
    }
}
