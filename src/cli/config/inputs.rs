//! What is to be translated: the inputs as they were typed or listed, or standard input.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::Context;

use crate::cli::args::{TranslateArgs, misplaced_subcommand, nearest_command};
use crate::cli::exit::{Exit, Failure};
use crate::files::{Stdin, has_stdin, is_stdin_silent, read_text, read_text_from};
use crate::input::is_stdin;
use crate::text::is_domain;

/// Maximum size of a list of inputs: some million paths.
const MAX_LIST_BYTES: u64 = 256 << 20;
/// How long standard input may be silent before it is said that it is read.
const PATIENCE: Duration = Duration::from_secs(2);

/// The inputs of a run; what cannot be one is told.
pub(super) fn inputs(args: &TranslateArgs) -> Result<Vec<PathBuf>, Failure> {
    let mut inputs = args.inputs.clone();
    if let Some(word) = misplaced_subcommand(&inputs) {
        return Err(Failure::usage(format!(
            "options go after the command: translate {word} … [OPTIONS]"
        )));
    }
    if let Some(refusal) = inputs.iter().find_map(|input| no_file(input)) {
        return Err(Failure::usage(refusal));
    }
    let list = args.files_from.as_deref();
    if inputs.is_empty() && list.is_none() {
        if !has_stdin() {
            return Err(Failure::usage(
                "there is nothing to translate: give a file, or - for standard input \
                 (translate --help shows all options)",
            ));
        }
        inputs.push(PathBuf::from("-"));
        tell_of_silence();
    }
    inputs.extend(listed(list)?);
    let stdin = inputs.iter().filter(|input| is_stdin(input)).count();
    if stdin + usize::from(list.is_some_and(is_stdin)) > 1 {
        return Err(Failure::usage("standard input (-) can be read once"));
    }
    Ok(inputs)
}

/// Says what is waited for where standard input, which was not named, stays silent: who has it from a
/// program that never closes it may not know.
fn tell_of_silence() {
    let tell = || {
        if is_stdin_silent(PATIENCE) {
            tracing::info!("reading standard input");
        }
    };
    // Without a thread for it nothing is said.
    let _ = thread::Builder::new().spawn(tell);
}

/// What to do where an input is no file, but an address or a command.
fn no_file(input: &Path) -> Option<String> {
    if let Some(refusal) = address(input) {
        return Some(refusal);
    }
    let word = input.to_str().filter(|_| !input.exists())?;
    nearest_command(word).map(|command| {
        format!("there is no file {word}; is the command `translate {command}` meant?")
    })
}

/// What to do where an input is an address.
fn address(input: &Path) -> Option<String> {
    let word = input.to_str().filter(|_| !input.exists())?;
    is_address(word).then(|| {
        format!(
            "{word} is an address, and pages are not fetched: save it in a browser and give the file, or \
             run `curl -L {} | translate -`",
            quoted(word)
        )
    })
}

/// Whether a word that names no file is an address: by its scheme, or by a host that is no folder here.
fn is_address(word: &str) -> bool {
    let scheme = word.split_once("://").map(|(scheme, _)| scheme);
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    match scheme {
        Some(scheme) => ["http", "https", "ftp"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme)),
        None => is_domain(host) && !Path::new(host).exists(),
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The paths in a list, one a line; a line that is an address is told before anything is read.
fn listed(file: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    let text = if is_stdin(file) {
        read_text_from(Stdin, MAX_LIST_BYTES)
    } else {
        read_text(file, MAX_LIST_BYTES)
    };
    let text = text
        .with_context(|| format!("cannot read the list {}", file.display()))
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    let lines = text.lines().map(str::trim_end).map(PathBuf::from);
    let inputs: Vec<PathBuf> = lines.collect();
    let mut numbered = inputs.iter().zip(1..);
    if let Some((number, refusal)) =
        numbered.find_map(|(input, number): (_, u64)| Some((number, address(input)?)))
    {
        let list = file.display();
        return Err(Failure::usage(format!("{list}:{number}: {refusal}")));
    }
    let is_path = |input: &PathBuf| !input.as_os_str().is_empty();
    Ok(inputs.into_iter().filter(is_path).collect())
}
