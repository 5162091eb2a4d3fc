//! The command: arguments become a configuration, the library is called, the result is an exit code.
//!
//! Standard output carries results and nothing else; messages go to standard error. Every error ends
//! up in [`main`], which prints it once, with advice on what to do about it.

mod allocator;
mod archive;
mod args;
mod articles;
mod bench;
mod check;
mod config;
#[cfg(not(feature = "cuda"))]
mod cuda_binary;
mod demo;
mod device;
mod doctor;
mod driver;
mod exit;
mod glossary;
mod hints;
mod loading;
mod log;
mod manual;
mod merge;
mod model_list;
mod model_proof;
mod models;
mod names;
mod output;
mod progress;
mod reader;
mod records;
mod screen;
mod serve;
mod shard;
mod signals;
mod speeds;
mod status_line;
mod terminal;
mod translate;
mod verbosity;
mod words;
mod worker;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

pub use allocator::Allocator;
use args::{Cli, Command};
use exit::{Exit, Failure};
use verbosity::Verbosity;

use crate::text::one_line;

/// Runs the program and returns its exit code.
pub fn main() -> ExitCode {
    crate::panics::silence_caught_panics();
    if reader::is_asked_for() {
        // Before threads are started and files opened: it may do nothing but read articles.
        crate::article_reader::serve();
    }
    if model_proof::is_asked_for() {
        model_proof::serve();
    }
    let cli = parse();
    let offline = cli.global.offline;
    let verbosity = Verbosity::new(cli.global.quiet, cli.global.verbose);
    log::start(verbosity);
    progress::start(verbosity);
    if let Some(compute) = cli.compute()
        && let Err(failure) = device::prepare(compute.device, compute.precision)
    {
        return failure.report(verbosity).into();
    }
    if let Err(error) = signals::watch() {
        let error = anyhow::Error::from(error).context("signals cannot be handled");
        return Failure::new(Exit::Temporary, error)
            .report(verbosity)
            .into();
    }
    let result = match cli.command {
        None => translate::run(cli.translate, offline, verbosity),
        Some(Command::Models(command)) => models::run(command, offline),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Worker(args)) => worker::run(&args, offline),
        Some(Command::Serve(args)) => serve::run(&args, offline),
        Some(Command::Merge(args)) => merge::run(&args),
        Some(Command::Glossary(command)) => glossary::run(&command),
        Some(Command::Bench(args)) => bench::run(&args, offline, verbosity),
        Some(Command::Doctor(args)) => doctor::run(&args, offline),
        Some(Command::Demo(args)) => demo::run(args, verbosity),
        Some(Command::Completions { shell }) => manual::completions(shell),
        Some(Command::Manual { folder }) => manual::write(&folder),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(verbosity).into(),
    }
}

/// The command line. What is wrong with it is told without what a terminal would obey.
fn parse() -> Cli {
    Cli::try_parse_from(arguments()).unwrap_or_else(|error| {
        if error.use_stderr()
            && let Some(word) = arguments().nth(1).and_then(|word| word.into_string().ok())
            && !Path::new(&word).exists()
            && let Some(command) = args::nearest_command(&word)
        {
            let word = one_line(&word);
            let message = format!("there is no command {word}; is `translate {command}` meant?");
            exit_with(&Cli::command().error(ErrorKind::InvalidSubcommand, message));
        }
        let words = arguments().map(|word| one_line(&word.to_string_lossy()));
        exit_with(&Cli::try_parse_from(words).err().unwrap_or(error))
    })
}

/// The words of the command line. On Windows, `*.html` becomes the names of files here, elsewhere by the
/// shell.
fn arguments() -> impl Iterator<Item = OsString> {
    #[cfg(windows)]
    return wild::args_os();
    #[cfg(not(windows))]
    return std::env::args_os();
}

/// Prints help or what is wrong with the command line, the latter as one line, and ends the program.
fn exit_with(error: &clap::Error) -> ! {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        error.exit();
    }
    eprintln!("{}", usage_line(&error.to_string()));
    std::process::exit(Exit::Usage as i32)
}

/// What clap says in several lines, without its usage, in one.
fn usage_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.take_while(|line| !line.starts_with("Usage:"));
    let mut told = String::new();
    for line in lines.filter(|line| !line.starts_with("For more information")) {
        // `-1` is no option, and not meant as an input either.
        if line.starts_with("tip: to pass '-") {
            continue;
        }
        let (joint, line) = match line.strip_prefix("tip: ") {
            Some(tip) => ("; ", tip),
            None if told.is_empty() => ("", line),
            None => (" ", line),
        };
        told.push_str(joint);
        told.push_str(line);
    }
    told.push_str("; --help says more");
    told
}
