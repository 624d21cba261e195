//! The register on SQLite.

mod suite;

use store::{Database, Error, Place, Store};

fn place(name: &str) -> Place {
    Place::folder(&suite::scratch(name))
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
fn a_base_of_a_later_version_is_left_alone() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    let place = place("later");
    drop(suite::with_backup(&place, "cabinet"));
    let Database::Sqlite(path) = &place.database else { panic!("SQLite") };
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("opens");
    let later = "INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('20991231000000', '2099-12-31')";
    conn.batch_execute(later).expect("written");
    let refused = Store::open(&place, "cabinet", &suite::seed, suite::now("2026-03-01T08:00:00Z"));
    assert!(matches!(refused, Err(Error::Newer)));
}

#[test]
fn the_ledger_refuses_to_be_rewritten() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    let place = place("rewritten");
    drop(suite::with_backup(&place, "cabinet"));
    let Database::Sqlite(path) = &place.database else { panic!("SQLite") };
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("opens");
    for sql in ["UPDATE entry SET line = '{}'", "DELETE FROM entry"] {
        let refused = conn.batch_execute(sql).expect_err("refused");
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}
