//! Migrations: tried on a copy, then applied as a whole or not at all.

use crate::conn::{Conn, sqlite};
use crate::error::{Error, Result};
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::fs;
use std::path::{Path, PathBuf};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the database to this version.
///
/// # Errors
/// When it is newer than this program, or a migration fails; the database is then as it was.
pub(crate) fn run(conn: &mut Conn, path: Option<&Path>) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => run_sqlite(conn, path, || SQLITE),
        Conn::Postgres(conn) => {
            let wrong = |e: Box<dyn std::error::Error + Send + Sync>| Error::Migration(e.to_string());
            let applied = conn.applied_migrations().map_err(wrong)?;
            refuse_newer::<diesel::pg::Pg, _>(applied.iter().map(ToString::to_string), &POSTGRES)?;
            // DDL is transactional there: the transaction itself is the trial.
            conn.transaction(|conn| {
                conn.run_pending_migrations(POSTGRES)
                    .map(|_| ())
                    .map_err(|e| diesel::result::Error::QueryBuilderError(e.to_string().into()))
            })
            .map_err(|e: diesel::result::Error| Error::Migration(e.to_string()))
        }
    }
}

fn refuse_newer<DB: diesel::backend::Backend, S: MigrationSource<DB>>(
    applied: impl Iterator<Item = String>,
    known: &S,
) -> Result<()> {
    let list: Vec<Box<dyn Migration<DB>>> = known.migrations().map_err(|e| Error::Migration(e.to_string()))?;
    let known: Vec<String> = list.iter().map(|m| m.name().version().to_string()).collect();
    let mut unknown = applied.filter(|a| !known.contains(a));
    if unknown.next().is_some() { Err(Error::Newer) } else { Ok(()) }
}

/// Applies migrations to a SQLite database; `path` is its file, beside which the trial copy is made.
pub(crate) fn run_sqlite<S: MigrationSource<Sqlite>>(
    conn: &mut SqliteConnection,
    path: Option<&Path>,
    source: impl Fn() -> S,
) -> Result<()> {
    let wrong = |e: Box<dyn std::error::Error + Send + Sync>| Error::Migration(e.to_string());
    let applied = conn.applied_migrations().map_err(wrong)?;
    refuse_newer::<Sqlite, _>(applied.iter().map(ToString::to_string), &source())?;
    if !conn.has_pending_migration(source()).map_err(wrong)? {
        return Ok(());
    }
    if let Some(path) = path.filter(|_| !applied.is_empty()) {
        let copy = Copy::of(conn, path)?;
        apply(&mut sqlite(&copy.0)?, source())?;
    }
    apply(conn, source())
}

/// Applies what is pending in one transaction and checks the result before it is committed.
fn apply(conn: &mut SqliteConnection, source: impl MigrationSource<Sqlite>) -> Result<()> {
    // Tables may be rebuilt; keys are checked as a whole below.
    conn.batch_execute("PRAGMA foreign_keys = OFF")?;
    let done = conn.immediate_transaction(|conn| {
        let pending = conn
            .run_pending_migrations(source)
            .map(|_| ())
            .map_err(|e| diesel::result::Error::QueryBuilderError(e.to_string().into()));
        pending.and_then(|()| check(conn))
    });
    conn.batch_execute("PRAGMA foreign_keys = ON")?;
    done.map_err(|e| Error::Migration(e.to_string()))
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Integrity and keys of the whole database.
pub(crate) fn check(conn: &mut SqliteConnection) -> QueryResult<()> {
    let integrity = "SELECT integrity_check AS line FROM pragma_integrity_check";
    let keys = "SELECT \"table\" || ' ' || coalesce(rowid, '') AS line FROM pragma_foreign_key_check";
    let mut wrong: Vec<Line> = diesel::sql_query(integrity).load(conn)?;
    wrong.retain(|l| l.line != "ok");
    wrong.extend(diesel::sql_query(keys).load::<Line>(conn)?);
    match wrong.first() {
        None => Ok(()),
        Some(first) => Err(diesel::result::Error::QueryBuilderError(format!("contrôle : {}", first.line).into())),
    }
}

/// A trial copy, removed when it is done with.
struct Copy(PathBuf);

impl Copy {
    fn of(conn: &mut SqliteConnection, path: &Path) -> Result<Self> {
        let copy = Self(path.with_extension(format!("essai-{}", std::process::id())));
        copy.remove();
        let name = copy.0.to_string_lossy().replace('\'', "''");
        conn.batch_execute(&format!("VACUUM INTO '{name}'"))?;
        Ok(copy)
    }

    fn remove(&self) {
        for end in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(end);
            let _ = fs::remove_file(name);
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel_migrations::FileBasedMigrations;

    fn folder(name: &str, second: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("clausule-migrate-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        for (at, up) in [("2026-01-01-000000_one", "CREATE TABLE one (a TEXT);"), ("2026-01-02-000000_two", second)] {
            fs::create_dir_all(dir.join("migrations").join(at)).expect("a folder");
            fs::write(dir.join("migrations").join(at).join("up.sql"), up).expect("written");
            fs::write(dir.join("migrations").join(at).join("down.sql"), "SELECT 1;").expect("written");
        }
        dir
    }

    fn tables(conn: &mut SqliteConnection) -> Vec<String> {
        let sql = "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'";
        diesel::sql_query(sql).load::<Line>(conn).expect("read").into_iter().map(|l| l.line).collect()
    }

    #[test]
    fn a_migration_that_fails_half_way_leaves_the_base_as_it_was() {
        // The second statement of the second migration fails; on a base that has the first one, and on an empty one.
        let dir = folder("half", "CREATE TABLE two (a TEXT); INSERT INTO nowhere VALUES (1);");
        let source = || FileBasedMigrations::from_path(dir.join("migrations")).expect("migrations");
        let path = dir.join("base.sqlite");
        let mut conn = sqlite(&path).expect("opens");
        assert!(matches!(run_sqlite(&mut conn, Some(&path), source), Err(Error::Migration(_))));
        assert_eq!(tables(&mut conn), Vec::<String>::new());
        let second = dir.join("migrations/2026-01-02-000000_two");
        let aside = dir.join("aside");
        fs::rename(&second, &aside).expect("moved");
        run_sqlite(&mut conn, Some(&path), source).expect("the first alone");
        fs::rename(&aside, &second).expect("moved back");
        assert!(matches!(run_sqlite(&mut conn, Some(&path), source), Err(Error::Migration(_))));
        assert_eq!(tables(&mut conn), ["one"]);
        let left: Vec<_> = fs::read_dir(&dir).expect("read").flatten().map(|e| e.file_name()).collect();
        assert!(!left.iter().any(|n| n.to_string_lossy().contains("essai")), "no trial copy is left: {left:?}");
        let _ = fs::remove_dir_all(&dir);
    }
}
