//! `cargo xtask register`: the speed of the register against bare inserts in the same run, on SQLite and PostgreSQL.

use crate::postgres::Server;
use anyhow::{Context, Result, ensure};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Binary;
use follow::{Cadence, Day, Promise, Window};
use jiff::civil::date;
use jiff::tz::TimeZone;
use ledger::Digest;
use std::fs;
use std::time::{Duration, Instant};
use store::{Contract, Database, Incoming, Place, Standing, Store};

#[derive(clap::Args)]
pub struct Args {
    /// Proofs filed, and bare rows inserted.
    #[arg(long, default_value_t = 2_000)]
    proofs: usize,
    /// Promises whose status is asked.
    #[arg(long, default_value_t = 10_000)]
    promises: usize,
    /// Bytes of a proof.
    #[arg(long, default_value_t = 4_096)]
    bytes: usize,
    /// A folder on the disk to measure.
    #[arg(long, default_value = "target/register")]
    dir: std::path::PathBuf,
    /// On PostgreSQL too.
    #[arg(long)]
    postgres: bool,
}

/// Blocks that alternate, so that both see the same disk.
const BLOCKS: usize = 10;
/// Proofs that wait together for one commit, as in the daemon under load; each is acknowledged after it.
const TOGETHER: usize = 16;

/// Measures and prints.
///
/// # Errors
/// When a database can't be opened.
pub fn run(args: &Args) -> Result<()> {
    ensure!(!cfg!(debug_assertions), "measure with: cargo run --release -p xtask -- register");
    let _ = fs::remove_dir_all(&args.dir);
    fs::create_dir_all(&args.dir)?;
    let place = Place::folder(&args.dir.join("sqlite"));
    let mut bare = SqliteConnection::establish(&args.dir.join("bare.sqlite").to_string_lossy())?;
    bare.batch_execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (bytes BLOB NOT NULL)",
    )?;
    let insert =
        |bytes: &[u8]| diesel::sql_query("INSERT INTO bare VALUES (?)").bind::<Binary, _>(bytes).execute(&mut bare);
    both("SQLite", &place, args, insert)?;
    if args.postgres {
        let server = Server::start()?;
        let url = format!("{}/postgres", server.url());
        let data = args.dir.join("postgres");
        let place = Place { database: Database::Postgres(url.clone()), data, objects: None };
        let mut bare = PgConnection::establish(&url)?;
        bare.batch_execute("CREATE TABLE bare (bytes BYTEA NOT NULL)")?;
        let insert = |bytes: &[u8]| {
            diesel::sql_query("INSERT INTO bare VALUES ($1)").bind::<Binary, _>(bytes).execute(&mut bare)
        };
        both("PostgreSQL", &place, args, insert)?;
    }
    fs::remove_dir_all(&args.dir)?;
    Ok(())
}

fn both(name: &str, place: &Place, args: &Args, insert: impl FnMut(&[u8]) -> QueryResult<usize>) -> Result<()> {
    ingestion(name, place, args, insert)?;
    status(name, place, args)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    let value = work()?;
    Ok((value, start.elapsed()))
}

fn open(place: &Place, org: &str) -> Result<(Store, String)> {
    let now = "2026-03-01T08:00:00Z".parse()?;
    let mut store = Store::open(place, org, &|| [3; 32], now)?;
    let contract = Contract {
        id: String::new(),
        provider: "Durand".to_owned(),
        file: "contrat.pdf".to_owned(),
        sha256: Digest::of(b""),
        signed: date(2025, 1, 1),
        term: None,
        clauses: Vec::new(),
        region: follow::Region::Metropole,
        zone: "Europe/Paris".to_owned(),
        service: follow::ServiceHours::default(),
    };
    let id = store.add_contract(contract, b"le contrat", "", now)?;
    Ok((store, id))
}

fn promise(contract: &str, nth: usize) -> Promise {
    Promise {
        id: format!("{contract}/P-{nth}"),
        point: None,
        title: "Sauvegardes quotidiennes".to_owned(),
        debtor: contract::Debtor::Provider,
        article: "Article 6 – Sauvegardes".to_owned(),
        page: 4,
        quote: "Le Prestataire sauvegarde chaque jour.".to_owned(),
        figures: Vec::new(),
        proved_by: vec!["backup".to_owned()],
        machines: Vec::new(),
        cadence: Cadence::Days(1),
        grace: None,
        yardstick: None,
        reference: String::new(),
        from: date(2025, 1, 1),
        until: None,
        waivers: Vec::new(),
        exclusions: Vec::new(),
        penalty: None,
    }
}

/// What restic prints for its `nth` run, padded.
fn proof(nth: usize, length: usize) -> Vec<u8> {
    let day = Day::from(date(2025, 1, 1)).plus((nth % 365) as i32).date();
    let text = format!(
        "{{\"message_type\":\"summary\",\"files_new\":1,\"total_files_processed\":1800,\"total_bytes_processed\":1800000,\
         \"data_added\":{nth},\"total_duration\":1.5,\"backup_start\":\"{day}T01:00:00Z\",\
         \"backup_end\":\"{day}T01:01:00Z\",\"snapshot_id\":\"{nth:016x}\"}}\nrc=0\n"
    );
    format!("{text}{}", " ".repeat(length.saturating_sub(text.len()))).into_bytes()
}

fn file(store: &mut Store, nth: usize, bytes: &[u8]) -> Result<()> {
    let day = Day::from(date(2025, 1, 1)).plus((nth % 365) as i32).date();
    let received = day.at(6, 0, 0, 0).to_zoned(TimeZone::UTC)?;
    let incoming = Incoming { name: "restic.json", bytes, via: "file", ..Incoming::default() };
    let filed = store.file(&incoming, &received, received.timestamp())?;
    ensure!(!filed.duplicate && filed.contract.is_some(), "proof {nth} was not filed: {filed:?}");
    Ok(())
}

/// Files several proofs in one commit.
fn together(store: &mut Store, first: usize, proofs: &[Vec<u8>]) -> Result<()> {
    let day = Day::from(date(2025, 1, 1)).plus((first % 365) as i32).date();
    let received = day.at(6, 0, 0, 0).to_zoned(TimeZone::UTC)?;
    let one = |bytes| (Incoming { name: "restic.json", bytes, via: "http", ..Incoming::default() }, &received);
    let all: Vec<_> = proofs.iter().map(|p| one(p.as_slice())).collect();
    for filed in store.file_all(&all, received.timestamp())? {
        ensure!(!filed?.duplicate, "a proof was there already");
    }
    Ok(())
}

/// Proofs filed one by one, each durable before the next, against bare rows of the same bytes committed one by one.
fn ingestion(
    name: &str,
    place: &Place,
    args: &Args,
    mut insert: impl FnMut(&[u8]) -> QueryResult<usize>,
) -> Result<()> {
    let now = "2026-03-01T08:00:00Z".parse()?;
    let (mut store, id) = open(place, "debit")?;
    store.add_promises(&id, vec![promise(&id, 1)], Standing::Confirmed, "", now)?;
    let (mut ours, mut theirs, mut grouped) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let each = args.proofs / BLOCKS;
    for block in 0..BLOCKS {
        let proofs: Vec<Vec<u8>> = (0..each).map(|n| proof(block * each + n, args.bytes)).collect();
        theirs += timed(|| proofs.iter().try_for_each(|p| insert(p).map(|_| ()).context("bare insert")))?.1;
        ours += timed(|| proofs.iter().enumerate().try_for_each(|(n, p)| file(&mut store, block * each + n, p)))?.1;
        let first = args.proofs + block * each;
        let more: Vec<Vec<u8>> = (0..each).map(|n| proof(first + n, args.bytes)).collect();
        grouped += timed(|| more.chunks(TOGETHER).try_for_each(|c| together(&mut store, first, c)))?.1;
    }
    let rate = |d: Duration| (each * BLOCKS) as f64 / d.as_secs_f64();
    let ratio = rate(ours) / rate(theirs);
    let bytes = args.bytes;
    println!(
        "{name}: {:.0} proofs of {bytes} bytes filed a second (read, judged, 2 ledger entries), {:.0} bare inserts: {ratio:.2}",
        rate(ours),
        rate(theirs)
    );
    println!(
        "{name}: {:.0} a second where {TOGETHER} wait for each commit: {:.2} of the same bare inserts, one a commit",
        rate(grouped),
        rate(grouped) / rate(theirs)
    );
    Ok(())
}

/// The status of many promises with a year of daily proofs.
fn status(name: &str, place: &Place, args: &Args) -> Result<()> {
    let now = "2026-03-01T08:00:00Z".parse()?;
    let (mut store, id) = open(place, "statut")?;
    store.add_promises(&id, vec![promise(&id, 0)], Standing::Confirmed, "", now)?;
    for nth in 0..365 {
        file(&mut store, nth, &proof(nth, 0))?;
    }
    let more: Vec<Promise> = (1..args.promises).map(|n| promise(&id, n)).collect();
    store.add_promises(&id, more, Standing::Confirmed, "", now)?;
    let today = Day::from(date(2026, 1, 2));
    for (first, what) in [(date(2025, 1, 1), "the whole year"), (date(2025, 12, 1), "the last month")] {
        let window = Window { first: first.into(), last: Day::from(date(2025, 12, 31)) };
        let mut times = Vec::new();
        for _ in 0..5 {
            let (lines, time) = timed(|| Ok(store.statuses(None, window, today)?))?;
            ensure!(lines.len() == args.promises, "{} statuses", lines.len());
            let days = window.last.0 - window.first.0 + 1;
            ensure!(lines.iter().all(|l| l.status.counts.received as i32 == days), "every day is counted");
            times.push(time);
        }
        times.sort();
        println!(
            "{name}: status of {} promises with a year of daily proofs, over {what}: {:?}",
            args.promises, times[2]
        );
    }
    Ok(())
}
