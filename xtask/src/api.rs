//! `cargo xtask api`: schemathesis against the real program, from the description that the program itself gives.

use crate::http::Server;
use crate::load;
use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use people::{Role, Scope, Secret};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store::{Newcomer, Place, Store};

#[derive(clap::Args)]
pub struct Args {
    /// Most examples of each call.
    #[arg(long, default_value_t = 200)]
    examples: u32,
    /// The program.
    #[arg(long, default_value = "target/release/clausule")]
    bin: PathBuf,
    /// schemathesis (`pip install schemathesis`).
    #[arg(long, default_value = "schemathesis")]
    schemathesis: PathBuf,
    /// A scratch folder.
    #[arg(long, default_value = "target/api")]
    dir: PathBuf,
    /// Folder of samples.
    #[arg(long, default_value = "samples")]
    samples: PathBuf,
    /// Only calls whose path matches.
    #[arg(long)]
    only: Option<String>,
}

/// Accounts and tokens made before ours, so that a call about number 1 takes nothing from whoever asks.
const OTHERS: u8 = 30;

/// Names of what is in the base are used as often as not, so that calls get beyond "not found". A description may not say all
/// that a value must be: a sentence of refusal (422) is an answer to good data too.
fn settings(data: &Path) -> Result<String> {
    let mut store = Store::open(&Place::folder(data), "principal", &|| [3; 32], Timestamp::now())?;
    let contracts = serde_json::to_string(&store.contract_names(10)?)?;
    let promises: Vec<String> = store.promises(None)?.into_iter().take(40).map(|f| f.promise.id).collect();
    let promises = serde_json::to_string(&promises)?;
    let mut out = format!(
        "[checks.positive_data_acceptance]\n\
         expected-statuses = [\"2xx\", \"401\", \"403\", \"404\", \"409\", \"422\"]\n\
         [dictionaries.numbers]\nvalues = [1, 2, 3, 4]\n[dictionaries.contracts]\nvalues = {contracts}\n\
         [dictionaries.promises]\nvalues = {promises}\n[dictionaries.points]\nvalues = [\"SAU-06\", \"PER-01\"]\n\
         [dictionaries.offers]\nvalues = [\"1,2\", \"2,3,4\"]\n"
    );
    let bound = [
        ("reviews", "path.id", "numbers"),
        ("reviews", "body.point", "points"),
        ("proofs", "path.id", "numbers"),
        ("proofs", "body.contract", "contracts"),
        ("contracts", "path.id", "contracts"),
        ("contracts", "body.promise", "promises"),
        ("points", "path.id", "points"),
        ("cascade", "query.above", "contracts"),
        ("cascade", "query.below", "contracts"),
        ("comparison", "query.reviews", "offers"),
    ];
    // A key used before gives the first answer, also of what was removed since: that is what it is for.
    let keyed = "checks = { ensure_resource_availability = { enabled = false } }\n";
    for (under, parameter, dictionary) in bound {
        out.push_str(&format!(
            "[[operations]]\ninclude-path-regex = \"^/api/v1/{under}(/|$)\"\n\
             parameters = {{ \"{parameter}\" = {{ dictionary = \"{dictionary}\", probability = 0.5 }} }}\n{}",
            if under == "reviews" { keyed } else { "" }
        ));
    }
    Ok(out)
}

/// Runs it; says aloud that it did not where schemathesis is not installed.
///
/// # Errors
/// When it finds something.
pub fn run(args: &Args) -> Result<()> {
    // What it writes of its own goes into the scratch folder.
    fs::create_dir_all(&args.dir)?;
    let named = args.schemathesis.components().count() > 1;
    let program = if named { std::path::absolute(&args.schemathesis)? } else { args.schemathesis.clone() };
    let there = Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !there.is_ok_and(|s| s.success()) {
        eprintln!("SKIPPED: no schemathesis here (pip install schemathesis)");
        return Ok(());
    }
    let data = args.dir.join("data");
    let _ = fs::remove_dir_all(&data);
    load::fill(&args.samples, &data, (4, 2)).context("a base")?;
    let secret = token(&data)?;
    let settings = std::path::absolute(args.dir.join("schemathesis.toml"))?;
    fs::write(&settings, self::settings(&data)?)?;
    let server = Server::start(&args.bin, &data)?;
    let mut command = Command::new(&program);
    command.current_dir(&args.dir).arg("--config-file").arg(&settings).arg("run");
    command.arg(format!("http://{}/api/v1/openapi.json", server.address));
    command.args(["--continue-on-failure", "--max-examples", &args.examples.to_string()]);
    command.args(["--header", &format!("Authorization: Bearer {}", secret.text())]);
    if let Some(only) = &args.only {
        command.args(["--include-path-regex", only]);
    }
    ensure!(command.status()?.success(), "schemathesis found something");
    Ok(())
}

/// A token with every scope, of an administrator.
fn token(data: &Path) -> Result<Secret> {
    let now = Timestamp::now();
    let mut store = Store::open(&Place::folder(data), "principal", &|| [3; 32], now)?;
    let mut ours = Secret::new(&[1; 32]);
    for nth in 0..=OTHERS {
        let (last, email) = (nth == OTHERS, format!("personne-{nth}@exemple.fr"));
        let role = if last { Role::Administrator } else { Role::Reader };
        let who = Newcomer { email, name: format!("Personne {nth}"), role, contract: None };
        let account = store.add_account(&who, "$argon2id$none", "xtask", now)?;
        ours = Secret::new(&[nth + 1; 32]);
        store.add_token(account, "essai", &Scope::ALL, &ours.digest(), 2, now)?;
    }
    Ok(ours)
}
