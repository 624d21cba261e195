//! Developer tasks; `cargo xtask --help` lists them.

mod api;
mod bench;
mod browser;
mod cases;
mod clause;
mod corpus;
mod crash;
mod evidence;
mod exam;
mod figures;
mod folder;
mod harvest;
mod http;
mod learn;
mod lesson;
mod load;
mod mail;
mod pandoc;
mod pdfa;
mod postgres;
mod ready;
mod redline;
mod register;
mod score;
mod tamper;
mod tidy;
mod units;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
#[command(name = "xtask", about = "Developer tasks of Clausule")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything CI checks: format, lints, tests, documentation, tidiness, licences.
    Ready,
    /// Only the laws of the tree that no compiler checks.
    Tidy,
    /// Scores verdicts against labelled contracts, with the figures of shared/tools/score.py.
    Score(score::Args),
    /// Scores the reading of proofs against a labelled folder.
    Evidence(evidence::Args),
    /// Runs the exam: sentences with the verdict that a point must give.
    Exam(exam::Args),
    /// Prints the features of every decision beside the gold verdict.
    Harvest(harvest::Args),
    /// Learn the second reading's numbers from labelled contracts.
    Learn(learn::Args),
    /// Runs schemathesis against the API of the real program.
    Api(api::Args),
    /// Measures speed against references in the same run and prints ratios.
    Bench(bench::Args),
    /// Drives the pages in headless Chromium, with axe-core and pictures.
    Browser,
    /// Changes a dossier once in each of so many random ways; every change must be found.
    Tamper(tamper::Args),
    /// Fills a base with thousands of contracts and measures the pages under many users, and a contract from drop to verdicts.
    Load(load::Args),
    /// Kills the filing of proofs so many times; nothing acknowledged may be lost or doubled.
    Crash {
        /// How many kills.
        #[arg(default_value_t = 200)]
        kills: u32,
        /// How many proofs.
        #[arg(long, default_value_t = 10_000)]
        proofs: u32,
    },
    /// Measures the register against bare inserts, and the status of many promises.
    Register(register::Args),
    /// Runs the register's tests on a PostgreSQL server started for them.
    Postgres,
    /// Runs the mail tests against a real Postfix and Dovecot.
    Mail,
    /// Writes a folder of contracts recombined from the samples, to measure scale on.
    Folder(folder::Args),
    /// Prints the units of a document with their frames.
    Units {
        /// The document.
        file: PathBuf,
    },
    /// Prints the clause of some points and what the engine says of it.
    Clause {
        /// The folder of point files.
        #[arg(long, default_value = "points")]
        points: PathBuf,
        /// The profile whose variant and defaults are used.
        #[arg(long, default_value = "complete")]
        profile: String,
        /// Only these points.
        ids: Vec<String>,
    },
    /// Redlines every DOCX of a folder and checks the laws of a redline with pandoc and LibreOffice.
    Redline(redline::Args),
    /// Checks PDF files against what PDF/A-2a and PDF/UA-1 ask of their structure.
    Pdfa(pdfa::Args),
    /// Runs the cases of the point files.
    Cases {
        /// The folder of point files.
        #[arg(long, default_value = "points")]
        points: PathBuf,
        /// Only these categories.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
        /// Only these points.
        ids: Vec<String>,
    },
}

fn main() -> anyhow::Result<()> {
    match Args::parse().task {
        Task::Ready => ready::run(),
        Task::Tidy => tidy::run(),
        Task::Score(args) => score::run(&args),
        Task::Evidence(args) => evidence::run(&args),
        Task::Harvest(args) => harvest::run(&args),
        Task::Learn(args) => learn::run(&args),
        Task::Exam(args) => exam::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Api(args) => api::run(&args),
        Task::Load(args) => load::run(&args),
        Task::Crash { kills, proofs } => crash::run(kills, proofs),
        Task::Register(args) => register::run(&args),
        Task::Browser => browser::run(),
        Task::Postgres => postgres::run(),
        Task::Mail => mail::run(),
        Task::Folder(args) => folder::run(&args),
        Task::Tamper(args) => tamper::run(&args),
        Task::Units { file } => units::run(&file),
        Task::Clause { points, profile, ids } => clause::run(&points, &ids, &profile),
        Task::Redline(args) => redline::run(&args),
        Task::Pdfa(args) => pdfa::run(&args),
        Task::Cases { points, only, ids } => cases::run(&points, &only, &ids),
    }
}
