//! Opening SQLite or PostgreSQL, and transactions that write.

use crate::error::{Error, Result};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::path::{Path, PathBuf};

/// Where the register is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A server, as `postgres://…`.
    Postgres(String),
}

/// A connection to either.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// Set on every SQLite connection: readers beside a writer, a commit is on the disk before it returns, keys are
/// held, another process is waited for. A commit writes every page that it touched as a whole, and a proof touches many a
/// little: smaller pages than usual make its one sync a third shorter. They count for a database that is made now; an older
/// one keeps its own.
const PRAGMAS: &str = "PRAGMA busy_timeout = 15000; PRAGMA page_size = 2048; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 8000;";

/// Opens a SQLite file with every setting.
pub(crate) fn sqlite(path: &Path) -> Result<SqliteConnection> {
    let name = path.to_str().ok_or_else(|| Error::Open(format!("{} : nom illisible", path.display())))?;
    let mut conn = SqliteConnection::establish(name).map_err(|e| Error::Open(format!("{name} : {e}")))?;
    conn.batch_execute(PRAGMAS).map_err(|e| Error::Open(format!("{name} : {e}")))?;
    Ok(conn)
}

impl Conn {
    /// Opens the database.
    pub(crate) fn open(database: &Database) -> Result<Self> {
        match database {
            Database::Sqlite(path) => sqlite(path).map(Self::Sqlite),
            Database::Postgres(url) => {
                let mut conn = PgConnection::establish(url).map_err(|e| Error::Open(e.to_string()))?;
                conn.batch_execute("SET synchronous_commit = on")?;
                Ok(Self::Postgres(conn))
            }
        }
    }

    /// Runs `work` in a transaction that may write; nothing of it stays when it fails.
    pub(crate) fn write<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let begin = match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN",
        };
        self.run(begin)?;
        let done = work(self).and_then(|value| self.run("COMMIT").map(|()| value));
        if done.is_err() {
            // A commit that failed may already have ended the transaction.
            let _ = self.run("ROLLBACK");
        }
        done
    }

    /// Holds an organisation against other writers until the transaction ends.
    pub(crate) fn hold(&mut self, org: &str) -> Result<()> {
        // SQLite has one writer anyway.
        if let Self::Postgres(conn) = self {
            diesel::sql_query("SELECT 1 FROM org WHERE id = $1 FOR UPDATE").bind::<Text, _>(org).execute(conn)?;
        }
        Ok(())
    }

    fn run(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql)?,
            Self::Postgres(conn) => conn.batch_execute(sql)?,
        }
        Ok(())
    }
}
