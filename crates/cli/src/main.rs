//! The `clausule` command: files, clock and terminal stop here.

mod alerts_command;
mod args;
mod assurance_command;
mod backups;
mod check_command;
mod compare_command;
mod confine;
mod daemon_args;
mod dates_command;
mod dossier;
mod draft_command;
mod evidence_command;
mod explain_command;
mod fix_amendment;
mod fix_command;
mod fix_provider;
mod follow_args;
mod follow_command;
mod french;
mod input;
mod isolate;
mod keep_command;
mod mcp_command;
mod oidc;
mod ordered;
mod outlet;
mod output;
mod partial;
mod people_command;
mod place;
mod points_command;
mod pool;
mod progress;
mod prove_command;
mod reading_child;
mod report_command;
mod run_command;
mod serve_command;
mod source_command;
mod status_command;
mod stream;
mod tesseract;
mod verify_command;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

/// What a shell sees of a program that a broken pipe ended: 128 and the signal's number.
const READER_GONE: i32 = 141;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(isolate::CHILD) {
        return reading_child::main();
    }
    end_quietly_with_the_reader();
    let args = match Args::try_parse() {
        Ok(args) => args,
        // Help and version were asked for.
        Err(asked) if !asked.use_stderr() => {
            print!("{}", french::help(&asked.to_string()));
            return ExitCode::SUCCESS;
        }
        Err(wrong) => {
            eprintln!("clausule : {}", french::usage(&wrong));
            return ExitCode::from(2);
        }
    };
    let outcome = match args.command {
        Command::Check(args) => check_command::run(&args),
        Command::Compare(args) => compare_command::run_compare(&args),
        Command::Cascade(args) => compare_command::run_cascade(&args),
        Command::Explain(args) => explain_command::run(&args),
        Command::Evidence(args) => evidence_command::run(&args),
        Command::Draft(args) => draft_command::run(&args),
        Command::Fix(args) => fix_command::run(&args),
        Command::Assurance(args) => assurance_command::run(&args),
        Command::Points(args) => points_command::run(&args),
        Command::Follow(args) => follow_command::run(&args),
        Command::Prove(args) => prove_command::run(&args),
        Command::Source(args) => source_command::run(&args),
        Command::Status(args) => status_command::run(&args),
        Command::Report(args) => report_command::run(&args),
        Command::Alerts(args) => alerts_command::run(&args),
        Command::Calendar(args) => alerts_command::calendar(&args),
        Command::Dossier(args) => keep_command::dossier(&args),
        Command::Backup(args) => keep_command::backup(&args),
        Command::Export(args) => keep_command::export(&args),
        Command::Restore(args) | Command::Import(args) => keep_command::restore(&args),
        Command::Stamp(args) => keep_command::stamp(&args),
        Command::Draw(args) => keep_command::draw(&args),
        Command::Serve(args) => serve_command::run(&args),
        Command::People(args) => people_command::run(&args),
        Command::Mcp(args) => mcp_command::run(&args),
        Command::Verify(args) => verify_command::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("clausule : {}", french::said(&error));
        ExitCode::from(2)
    })
}

/// Whoever reads our output may stop (`| head`): that ends the command and is no panic. What a command keeps is kept before it
/// prints. The signal itself stays ignored, for a reading child that dies must not take us along.
fn end_quietly_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let words = panic.payload().downcast_ref::<String>();
        if words.is_some_and(|w| w.starts_with("failed printing to stdout") && w.contains("os error 32")) {
            std::process::exit(READER_GONE);
        }
        if words.is_some_and(|w| w.starts_with("failed printing to stdout")) {
            eprintln!("clausule : la sortie n'a pas pu être écrite en entier (disque plein ?)");
            std::process::exit(2);
        }
        usual(panic);
    }));
}
