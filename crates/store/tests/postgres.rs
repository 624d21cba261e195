//! The register on PostgreSQL, the same suite: `cargo xtask postgres` starts a server and runs it.
#![cfg(feature = "postgres-tests")]

mod suite;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use store::{Database, Place};

/// A database of this test's own on the server that `cargo xtask postgres` started.
fn place(name: &str) -> Place {
    #[expect(clippy::disallowed_methods, reason = "the server's address comes from xtask")]
    let server = std::env::var("CLAUSULE_TEST_POSTGRES").expect("run with cargo xtask postgres");
    let mut conn = PgConnection::establish(&format!("{server}/postgres")).expect("the server answers");
    conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).expect("dropped");
    conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("created");
    let data = suite::scratch(&format!("pg-{name}"));
    Place { database: Database::Postgres(format!("{server}/{name}")), data, objects: None }
}

whole_suite!(place);

#[test]
fn sources_come_back_with_a_backup_and_tokens_not_with_an_export() {
    let (from, backup, export) = (place("ways"), place("ways_backup"), place("ways_export"));
    suite::sources_come_back_with_a_backup_and_tokens_not_with_an_export(from, backup, export);
}

#[test]
fn an_archive_that_is_not_what_its_ledger_says_is_refused() {
    suite::an_archive_that_is_not_what_its_ledger_says_is_refused(place("guarded"), place("guarded_back"));
}

#[test]
fn what_is_archived_comes_back() {
    suite::what_is_archived_comes_back(place("archived"), place("restored"));
}

#[test]
fn what_sqlite_archived_comes_back_in_postgres() {
    let from = Place::folder(&suite::scratch("from-sqlite"));
    suite::what_is_archived_comes_back(from, place("moved"));
}
