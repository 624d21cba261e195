//! The register: contracts, promises, proofs, facts and the ledger, on SQLite or PostgreSQL.
//!
//! Nothing is acknowledged before it is durably stored: a fact, its bytes and its ledger entries are one commit.
//! Organisations share a database and nothing else: a [`Store`] sees one of them. Time comes in as an argument.

mod accounts;
mod archive;
mod attach;
mod conn;
mod contract;
mod dossier;
mod draws;
mod erasure;
mod error;
mod identities;
mod invitations;
mod journal;
mod judge;
mod keys;
mod lines;
mod migrate;
mod overview;
mod passkeys;
mod people_archive;
mod pieces;
mod promises;
mod proofs;
mod ranks;
mod reading;
mod restore;
mod restore_ledger;
mod review_answers;
mod reviews;
mod routes;
mod schema;
mod search;
mod sessions;
mod settings;
mod sheet;
mod source;
mod statuses;
mod stem;
mod tokens;
mod told;
mod warm;
mod watch;

pub use accounts::{Account, Newcomer};
pub use archive::Archived;
pub use attach::Rejudged;
pub use conn::{Conn, Database};
pub use contract::Contract;
pub use draws::Drawn;
pub use erasure::{Due, Matter};
pub use error::{Error, Result};
pub use invitations::Invitation;
pub use lines::{Figures, Lines, LinesWanted, Marks, ReviewLine, SortBy};
pub use overview::{Moved, Summary, Told, window};
pub use passkeys::Passkey;
pub use pieces::{Folder, Pieces, SMALL, write_durably};
pub use promises::{Followed, Standing};
pub use proofs::{Filed, Incoming, Judged};
pub use reading::{Inclusion, Received, Wanted};
pub use restore::{Restored, check as check_archive};
pub use review_answers::PointAnswer;
pub use reviews::{NewReview, Outcome, Progress, Review};
pub use search::Hit;
pub use sessions::{Session, Stage};
pub use settings::Replay;
pub use source::{Gate, Owned, Source, Way};
pub use statuses::{Line, Standings};
pub use tokens::Token;
pub use told::Message;
pub use watch::Watched;

use diesel::prelude::*;
use jiff::Timestamp;
use ledger::{Digest, Signer};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a register is kept.
#[derive(Debug, Clone)]
pub struct Place {
    /// The database.
    pub database: Database,
    /// The folder of keys and large files.
    pub data: PathBuf,
    /// Where large files go instead of the folder.
    pub objects: Option<Arc<dyn Pieces>>,
}

impl Place {
    /// A register in one folder, with SQLite.
    pub fn folder(data: &Path) -> Self {
        Self { database: Database::Sqlite(data.join("registre.sqlite")), data: data.to_owned(), objects: None }
    }

    /// Where large files are.
    pub(crate) fn pieces(&self) -> Arc<dyn Pieces> {
        let folder = Folder(self.data.join("pieces"));
        match &self.objects {
            None => Arc::new(folder),
            Some(objects) => Arc::new(pieces::Moved { elsewhere: Arc::clone(objects), folder }),
        }
    }
}

/// The register of one organisation.
pub struct Store {
    conn: Conn,
    org: String,
    signer: Signer,
    pieces: Arc<dyn Pieces>,
    /// Confirmed promises by contract as of a generation of the register.
    cache: Option<(i64, HashMap<String, promises::Held>)>,
    warm: warm::Warm,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Store({})", self.org)
    }
}

/// An instant as written everywhere: RFC 3339 in UTC, whole seconds.
pub fn instant(now: Timestamp) -> String {
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// Held while a register is opened: one that is not there yet is made once, though pages, mail and schedule ask at the same moment.
static OPENING: Mutex<()> = Mutex::new(());

impl Store {
    /// Opens the register of an organisation, bringing the database to this version. The organisation is created when it
    /// is not there, with a signing key from `seed`, which gives 32 random bytes.
    ///
    /// # Errors
    /// When the database or the key can't be read or written.
    pub fn open(place: &Place, org: &str, seed: &dyn Fn() -> [u8; 32], now: Timestamp) -> Result<Self> {
        check_name(org)?;
        let _one = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut conn = Self::database(place)?;
        let known: Option<String> = schema::org::table
            .filter(schema::org::id.eq(org))
            .select(schema::org::origin)
            .first(&mut conn)
            .optional()?;
        let signer = match known {
            Some(origin) => keys::read(&place.data, org, &origin)?,
            None => {
                let signer = keys::create(&place.data, org, seed)?;
                conn.write(|conn| create(conn, org, signer.name(), now))?;
                signer
            }
        };
        Ok(Self { conn, org: org.to_owned(), signer, pieces: place.pieces(), cache: None, warm: warm::Warm::default() })
    }

    pub(crate) fn database(place: &Place) -> Result<Conn> {
        std::fs::create_dir_all(&place.data)?;
        let mut conn = Conn::open(&place.database)?;
        let path = match &place.database {
            Database::Sqlite(path) => Some(path.as_path()),
            Database::Postgres(_) => None,
        };
        migrate::run(&mut conn, path)?;
        Ok(conn)
    }

    /// The organisations of a database.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn organisations(place: &Place) -> Result<Vec<String>> {
        let mut conn = Self::database(place)?;
        Ok(schema::org::table.order(schema::org::id).select(schema::org::id).load(&mut conn)?)
    }

    /// The organisation.
    pub fn org(&self) -> &str {
        &self.org
    }

    /// The public key that signs the ledger, as `name+id+base64`.
    pub fn public_key(&self) -> String {
        self.signer.public()
    }

    /// The secret name under which agendas may fetch the due dates. It follows from the signing key, so that it need not be
    /// kept, and tells nothing of it.
    pub fn feed_token(&self) -> String {
        Digest::of(self.signer.sign("clausule/calendrier\n").as_bytes()).to_string()[..40].to_owned()
    }

    /// Signs where the ledger stands. Gives the checkpoint.
    ///
    /// # Errors
    /// When it can't be stored.
    pub fn sign(&mut self) -> Result<String> {
        let (org, signer) = (self.org.clone(), self.signer.clone());
        self.conn.write(|conn| {
            conn.hold(&org)?;
            journal::sign(conn, &org, &signer)
        })
    }

    /// The ledger's size and root.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn head(&mut self) -> Result<(u64, [u8; 32])> {
        let frontier = journal::row(&mut self.conn, &self.org)?.frontier;
        Ok((frontier.size(), frontier.root().0))
    }

    /// Keeps the answer of a time-stamping authority beside the checkpoint of this size.
    ///
    /// # Errors
    /// When there is no such checkpoint.
    pub fn keep_stamp(&mut self, size: u64, answer: &[u8]) -> Result<()> {
        use schema::checkpoint;
        let org = self.org.clone();
        self.conn.write(|conn| {
            let own = checkpoint::table.filter(checkpoint::org.eq(&org)).filter(checkpoint::size.eq(size as i64));
            match diesel::update(own).set(checkpoint::stamp.eq(answer)).execute(conn)? {
                0 => Err(Error::Absent(format!("aucun relevé signé à {size} écritures"))),
                _ => Ok(()),
            }
        })
    }
}

/// Refuses a name that can't be one of a folder as well as of an organisation.
pub(crate) fn check_name(org: &str) -> Result<()> {
    if org.is_empty() || !org.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        let text = format!("« {org} » : une organisation se nomme en minuscules, chiffres et traits d'union");
        return Err(Error::Refused(text));
    }
    Ok(())
}

fn create(conn: &mut Conn, org: &str, origin: &str, now: Timestamp) -> Result<()> {
    use schema::org as table;
    let values = (
        table::id.eq(org),
        table::origin.eq(origin),
        table::created.eq(instant(now)),
        table::generation.eq(0_i64),
        table::proofs.eq(0_i64),
        table::size.eq(0_i64),
        table::peaks.eq(Vec::<u8>::new()),
    );
    diesel::insert_into(table::table).values(values).execute(conn)?;
    Ok(())
}
