//! What packages install beside the program: completion scripts and manual pages, made from the
//! command line's own definition.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;

use super::args::Cli;
use super::exit::{Exit, Failure};
use super::output::to_stdout;

/// The names that the program is installed under.
const PROGRAMS: [&str; 2] = ["translate", "audarma"];

/// Prints the completion script of a shell.
pub(super) fn completions(shell: Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), started_as(), &mut script);
    to_stdout(&script)?;
    Ok(Exit::Done)
}

/// The name that this program was started under.
fn started_as() -> &'static str {
    let path = std::env::args_os().next().map(PathBuf::from);
    let stem = path.as_deref().and_then(Path::file_stem);
    let is_stem = |name: &&str| stem.is_some_and(|stem| stem == *name);
    PROGRAMS.into_iter().find(is_stem).unwrap_or(PROGRAMS[0])
}

/// Writes the manual pages (section 1) and the completion scripts of all shells into `folder`.
pub(super) fn write(folder: &Path) -> Result<Exit, Failure> {
    let written = write_all(folder)
        .with_context(|| format!("cannot write into {}", folder.display()))
        .map_err(|error| Failure::new(Exit::SomeFailed, error))?;
    tracing::info!("{written} files in {}", folder.display());
    Ok(Exit::Done)
}

/// Writes all; the number of files.
fn write_all(folder: &Path) -> std::io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let mut written = 0;
    for program in PROGRAMS {
        // The pages of subcommands are named after their programs: translate-models.1.
        clap_mangen::generate_to(Cli::command().name(program), folder)?;
        for &shell in Shell::value_variants() {
            clap_complete::generate_to(shell, &mut Cli::command(), program, folder)?;
            written += 1;
        }
    }
    let pages = std::fs::read_dir(folder)?;
    let is_page = |entry: &std::fs::DirEntry| entry.path().extension().is_some_and(|e| e == "1");
    Ok(written + pages.flatten().filter(is_page).count())
}
