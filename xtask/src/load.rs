//! `cargo xtask load`: the pages with thousands of contracts in the base under many users, and the time from the drop of a
//! contract to its verdicts.
//!
//! Contracts are recombined from the samples and filed through the store, not through the pages. A few dozen are judged; each
//! stands in the base many times, under other names. Users come as wrk's connections, in two ways: each asks again at once,
//! which is a limit no 50 people reach, and each waits a second before asking again.

use crate::folder::Mixer;
use crate::http::Server;
use anyhow::{Context, Result, ensure};
use check::{Engine, Request};
use contract::{Assessment, Document};
use jiff::Timestamp;
use jiff::civil::date;
use ledger::Digest;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use store::{Contract, Figures, Incoming, NewReview, Outcome, Place, Standing, Store};

#[derive(clap::Args)]
pub struct Args {
    /// Contracts in the base.
    #[arg(long, default_value_t = 5_000)]
    contracts: usize,
    /// Different contracts among them.
    #[arg(long, default_value_t = 60)]
    distinct: usize,
    /// Seconds of each measure.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Users.
    #[arg(long, default_value_t = 50)]
    users: u32,
    /// The program.
    #[arg(long, default_value = "target/release/clausule")]
    bin: PathBuf,
    /// The folder of the base, on the disk to measure; one that is there is used as it is.
    #[arg(long, default_value = "target/load")]
    dir: PathBuf,
    /// Folder of samples.
    #[arg(long, default_value = "samples")]
    samples: PathBuf,
}

/// Longest answer asked for nineteen times in twenty, in milliseconds.
const ASKED: f64 = 50.0;
/// Most memory of the server, in MB.
const MEMORY: u64 = 400;
/// From drop to verdicts, at most.
const VERDICTS: Duration = Duration::from_secs(2);
/// Pages of the contract that is dropped.
const PAGES: usize = 30;
/// One contract in so many has proofs.
const PROVED: usize = 10;
/// Promises of a contract that are followed; the others wait for a decision.
const FOLLOWED: usize = 8;

/// Measures and prints.
///
/// # Errors
/// When wrk is not installed, the base can't be made, or the server answers with anything but a page.
pub fn run(args: &Args) -> Result<()> {
    ensure!(Command::new("wrk").arg("-v").output().is_ok(), "wrk is not installed (apt-get install wrk)");
    let base = args.dir.join(format!("base-{}", args.contracts));
    if base.exists() {
        println!("the base of {} is used as it is", base.display());
    } else {
        let (made, time) = timed(|| fill(&args.samples, &base, (args.contracts, args.distinct)))?;
        println!("{made} contracts filed in {:.0} s", time.as_secs_f64());
    }
    let server = Server::start(&args.bin, &base)?;
    users(args, &server)?;
    let peak = server.peak_memory()?;
    println!("memory at its highest: {peak} MB, asked: under {MEMORY}: {}", verdict(peak < MEMORY));
    drop(server);
    drop_to_verdicts(args)
}

fn verdict(kept: bool) -> &'static str {
    if kept { "kept" } else { "MISSED" }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    let value = work()?;
    Ok((value, start.elapsed()))
}

/// A contract that was read and judged.
struct Made {
    text: String,
    document: Document,
    assessment: Assessment,
    figures: Figures,
}

fn judged(samples: &Path, distinct: usize, engine: &Engine) -> Result<Vec<Made>> {
    let infos = report::Catalogue::from(&engine.catalogue);
    let mut mixer = Mixer::new(samples, 1)?;
    let made = (0..distinct.max(1)).map(|_| {
        let text = mixer.contract();
        let document = readers::read("contrat.txt", text.as_bytes(), &readers::NoOcr, &readers::Limits::default())?;
        let assessment = engine.assess(&document, &Request::default());
        let figures = web::brief::figures(&infos, &document, &assessment);
        Ok(Made { text, document, assessment, figures })
    });
    made.collect()
}

/// Files so many contracts, of which so many are different: each is judged, followed, and one in ten proved.
///
/// # Errors
/// When there are no samples, or the base can't be written.
pub fn fill(samples: &Path, base: &Path, (contracts, distinct): (usize, usize)) -> Result<usize> {
    let engine = Engine::new(points::embedded())?;
    let made = judged(samples, distinct, &engine)?;
    let needs = follow::needs(&engine.catalogue);
    // Under another name until it is whole.
    let half = base.with_extension("half");
    let _ = fs::remove_dir_all(&half);
    let now: Timestamp = "2026-11-01T08:00:00Z".parse()?;
    let mut proved = Vec::new();
    let mut store = Store::open(&Place::folder(&half), "principal", &|| [3; 32], now)?;
    for nth in 0..contracts {
        let one = &made[nth % made.len()];
        let provider = format!("Prestataire {nth:04}");
        let bytes = format!("{}\nExemplaire {nth}\n", one.text).into_bytes();
        let name = format!("contrat-{nth:05}.txt");
        let review = store.add_review(NewReview { name: name.clone(), ..NewReview::default() }, &bytes, "", now)?;
        let figures = Figures { provider: provider.clone(), ..one.figures.clone() };
        let outcome = Outcome { document: one.document.clone(), assessment: one.assessment.clone(), figures };
        store.finish_review(review.id, Ok(outcome))?;
        let id = follow_up(&mut store, one, (provider, name), &bytes, &needs, now)?;
        if nth % PROVED == 0 {
            proved.push((nth, id));
        }
    }
    // After all contracts: the promises that proofs bear on are then read once.
    proved.iter().try_for_each(|(nth, id)| prove(&mut store, *nth, id, now))?;
    drop(store);
    fs::rename(&half, base)?;
    Ok(contracts)
}

fn follow_up(
    store: &mut Store,
    made: &Made,
    (provider, file): (String, String),
    bytes: &[u8],
    needs: &[follow::Need],
    now: Timestamp,
) -> Result<String> {
    let signed = date(2026, 1, 1);
    let contract = Contract {
        id: String::new(),
        provider,
        file,
        sha256: Digest::of(bytes),
        signed,
        term: None,
        clauses: check::own_time(&made.document),
        region: follow::Region::Metropole,
        zone: "Europe/Paris".to_owned(),
        service: follow::ServiceHours::default(),
    };
    let id = store.add_contract(contract, bytes, "", now)?;
    let mut promises = follow::propose(&made.assessment, needs, &id, signed);
    // Those that the proofs bear on are followed, whatever stands first in the contract.
    promises.sort_by_key(|p| !p.proved_by.iter().any(|kind| kind == "backup"));
    let waiting = promises.split_off(promises.len().min(FOLLOWED));
    store.add_promises(&id, promises, Standing::Confirmed, "", now)?;
    store.add_promises(&id, waiting, Standing::Proposed, "", now)?;
    Ok(id)
}

/// Files a month of daily backups of a contract.
fn prove(store: &mut Store, nth: usize, contract: &str, now: Timestamp) -> Result<()> {
    let received = now.to_zoned(jiff::tz::TimeZone::UTC);
    let proofs: Vec<String> = (1..=30).map(|day| restic(nth, day)).collect();
    let incoming = |text| {
        let bytes = String::as_bytes(text);
        let contract = Some(contract);
        (Incoming { name: "restic.json", bytes, via: "file", contract, ..Incoming::default() }, &received)
    };
    let all: Vec<_> = proofs.iter().map(incoming).collect();
    store.file_all(&all, now)?.into_iter().try_for_each(|filed| Ok(filed.map(drop)?))
}

/// What restic prints for a run of this day of October.
fn restic(nth: usize, day: u32) -> String {
    format!(
        "{{\"message_type\":\"summary\",\"files_new\":1,\"total_files_processed\":1800,\"total_bytes_processed\":1800000,\
         \"data_added\":{nth},\"total_duration\":1.5,\"backup_start\":\"2026-10-{day:02}T01:00:00Z\",\
         \"backup_end\":\"2026-10-{day:02}T01:01:00Z\",\"snapshot_id\":\"{nth:08x}{day:08x}\"}}\nrc=0\n"
    )
}

/// A page as users ask for it: what it is, Lua for its address, whether a figure was asked of it.
type Asked = (&'static str, &'static str, bool);

const PAGES_ASKED: [Asked; 10] = [
    ("contracts list", "'/contrats?page=' .. math.random(1, PAGES)", true),
    ("one contract", "'/contrats/' .. IDS[math.random(#IDS)]", true),
    ("grid", "'/analyses?page=' .. math.random(1, PAGES)", true),
    ("grid, sorted by score", "'/analyses?tri=score&page=' .. math.random(1, PAGES)", true),
    ("grid, a category, sorted by a point", "'/analyses?categorie=SAU&tri=SAU-06'", false),
    ("grid, words looked for", "'/analyses?q=prestataire+' .. string.format('%03d', math.random(0, 499))", false),
    (
        "contracts list, words looked for",
        "'/contrats?q=' .. string.format('%04d', math.random(1, CONTRACTS) - 1)",
        false,
    ),
    ("one assessment", "'/analyses/' .. math.random(1, CONTRACTS)", false),
    ("alerts", "'/alertes'", false),
    ("contracts through the API", "'/api/v1/contracts?limit=50'", false),
];

/// What wrk found.
struct Found {
    rate: f64,
    /// Milliseconds: half, nineteen in twenty, ninety-nine in a hundred, all.
    times: [f64; 4],
    wrong: u64,
}

fn users(args: &Args, server: &Server) -> Result<()> {
    // The first list is made before anybody asks for it; here it is waited for.
    let (list, first) = timed(|| server.get("/contrats"))?;
    ensure!(list.status == 200, "the list answers {}", list.status);
    println!("the first list, made over all contracts: {:.1} s", first.as_secs_f64());
    let ids = ids(server)?;
    println!("p95 in ms, {} users; asked: {ASKED} on the first four lines", args.users);
    println!("  {:<38} {:>10} {:>7} {:>7} {:>7} {:>7} {:>6}", "", "a second", "p50", "p95", "p99", "max", "errors");
    for (wait, how) in [(1000, "each waits a second between two requests"), (0, "each asks again at once")] {
        println!(" {how}:");
        for (what, address, asked) in PAGES_ASKED {
            let found = wrk(args, server, address, &ids, wait)?;
            let [half, most, nearly, all] = found.times;
            let kept = if asked { verdict(most <= ASKED && found.wrong == 0) } else { "" };
            println!(
                "  {what:<38} {:>10.0} {half:>7.1} {most:>7.1} {nearly:>7.1} {all:>7.1} {:>6} {kept}",
                found.rate, found.wrong
            );
        }
    }
    Ok(())
}

/// Ids of all contracts.
fn ids(server: &Server) -> Result<Vec<String>> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/api/v1/contracts?limit=200{cursor}"))?;
        let list: serde_json::Value = serde_json::from_slice(&page.body).context("the API's list of contracts")?;
        let items = list["items"].as_array().context("items")?;
        ids.extend(items.iter().filter_map(|i| i["id"].as_str().map(str::to_owned)));
        match list["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(ids),
        }
    }
}

fn wrk(args: &Args, server: &Server, address: &str, ids: &[String], wait: u32) -> Result<Found> {
    let names: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    let script = args.dir.join("wrk.lua");
    // Any answer but 200 is an error: a redirection would measure nothing.
    let text = format!(
        "IDS = {{{}}}\nCONTRACTS = {}\nPAGES = math.max(1, math.floor(CONTRACTS / 50))\nlocal threads = {{}}\nwrong = 0\n\
         function setup(thread) table.insert(threads, thread) end\n\
         function init(args) math.randomseed(os.time()) end\n\
         function request() return wrk.format('GET', {address}) end\n\
         function delay() return {wait} end\n\
         function response(status) if status ~= 200 then wrong = wrong + 1 end end\n\
         function done(summary, latency, requests)\n  local bad = 0\n\
         for _, t in ipairs(threads) do bad = bad + t:get('wrong') end\n  local e = summary.errors\n\
         io.write(string.format('RESULT %f %f %f %f %f %d\\n', summary.requests / summary.duration * 1e6,\n\
         latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,\n\
         bad + e.connect + e.read + e.write + e.timeout))\nend\n",
        names.join(", "),
        args.contracts,
    );
    // Without a wait wrk must not even ask for one.
    let text = if wait == 0 { text.replace("function delay() return 0 end\n", "") } else { text };
    fs::write(&script, text)?;
    let users = args.users.to_string();
    let seconds = format!("{}s", args.seconds);
    let output = Command::new("wrk")
        .args(["-t1", "-c", &users, "-d", &seconds, "--latency", "-s"])
        .arg(&script)
        .arg(format!("http://{}/", server.address))
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find_map(|l| l.strip_prefix("RESULT ")).with_context(|| format!("wrk said: {said}"))?;
    let numbers = line.split(' ').map(str::parse).collect::<std::result::Result<Vec<f64>, _>>()?;
    let [rate, half, most, nearly, all, wrong] = numbers[..] else { anyhow::bail!("wrk said: {line}") };
    Ok(Found { rate, times: [half, most, nearly, all], wrong: wrong as u64 })
}

/// A contract of thirty pages from drop to verdicts, beside `pdftotext`.
fn drop_to_verdicts(args: &Args) -> Result<()> {
    let pdf = pages(args)?;
    let bytes = fs::read(&pdf)?;
    let data = args.dir.join("drop");
    let _ = fs::remove_dir_all(&data);
    let server = Server::start(&args.bin, &data)?;
    println!("a PDF of {PAGES} pages from drop to verdicts; asked: under {} s", VERDICTS.as_secs());
    for nth in 1..=5 {
        let (_, time) = timed(|| {
            let brought = server.upload("/lectures", "contrat.pdf", &bytes)?;
            let wait = brought.location.with_context(|| format!("the drop answers {}", brought.status))?;
            let place = loop {
                let answer = server.get(&wait)?;
                match answer.location {
                    Some(place) => break place,
                    None => std::thread::sleep(Duration::from_millis(10)),
                }
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                ensure!(answer.status == 200 && !text.contains("v-adverse"), "the contract can't be read: {text}");
            };
            let shown = server.get(&place)?;
            ensure!(shown.status == 200, "{place} answers {}", shown.status);
            Ok(())
        })?;
        let poppler = || {
            let mut command = Command::new("pdftotext");
            command.arg("-layout").arg(&pdf).arg("-").stdout(Stdio::null());
            ensure!(command.status()?.success(), "pdftotext failed");
            Ok(())
        };
        let theirs = timed(poppler)?.1;
        let which = if nth == 1 { "the first, with its processes still to start" } else { "the next" };
        println!(
            "  {:.2} s ({which}), pdftotext: {:.2} s: {}",
            time.as_secs_f64(),
            theirs.as_secs_f64(),
            verdict(time < VERDICTS)
        );
    }
    println!("  memory at its highest: {} MB", server.peak_memory()?);
    Ok(())
}

/// The samples one after the other, up to thirty pages.
fn pages(args: &Args) -> Result<PathBuf> {
    let pdfs = crate::folder::files(&args.samples, &["pdf"])?;
    let (parts, out) = (args.dir.join("pages"), args.dir.join("trente-pages.pdf"));
    let _ = fs::remove_dir_all(&parts);
    fs::create_dir_all(&parts)?;
    for (nth, pdf) in pdfs.iter().enumerate() {
        let pattern = parts.join(format!("{nth}-%03d.pdf"));
        let done =
            Command::new("pdfseparate").arg(pdf).arg(&pattern).status().context("pdfseparate (poppler-utils)")?;
        ensure!(done.success(), "pdfseparate of {}", pdf.display());
    }
    let mut all = crate::folder::files(&parts, &["pdf"])?;
    ensure!(all.len() >= PAGES, "the samples have {} pages", all.len());
    all.truncate(PAGES);
    let done = Command::new("pdfunite").args(&all).arg(&out).status().context("pdfunite (poppler-utils)")?;
    ensure!(done.success(), "pdfunite");
    Ok(out)
}
