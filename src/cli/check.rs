//! `translate check SOURCE TRANSLATION`: the fidelity checks over two files, whatever produced the
//! translation.

use std::path::Path;

use anyhow::Context;
use serde_json::json;

use super::args::CheckArgs;
use super::exit::{Exit, Failure};
use super::output::to_stdout;
use crate::checks::{self, SentencePair};
use crate::files::read_text;
use crate::language::KAZAKH;
use crate::report::json_line;

/// Prints one JSON line a pair; the exit code is 1 where anything is flagged.
pub(super) fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let sources = lines(&args.source)?;
    let targets = lines(&args.translation)?;
    if sources.len() != targets.len() {
        return Err(Failure::usage(format!(
            "{} has {} lines and {} has {}: line N of one must be the translation of line N of \
             the other",
            args.source.display(),
            sources.len(),
            args.translation.display(),
            targets.len()
        )));
    }
    let mut exit = Exit::Done;
    let mut report = String::new();
    for (i, (source, target)) in sources.iter().zip(&targets).enumerate() {
        let findings = checks::findings(&SentencePair {
            // Its tables also cover Russian sentences.
            language: &KAZAKH,
            source,
            target,
            truncated: false,
            terms: &[],
        });
        let flags = checks::flags(&findings);
        if !flags.is_empty() {
            exit = Exit::SomeFailed;
        }
        let line = json!({"line": i + 1, "flags": flags, "findings": findings});
        report.push_str(&json_line(&line));
        report.push('\n');
    }
    to_stdout(report.as_bytes())?;
    Ok(exit)
}

/// Maximum size of a text whose lines are checked.
const MAX_TEXT_BYTES: u64 = 1 << 30;

fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let text = read_text(path, MAX_TEXT_BYTES)
        .with_context(|| format!("cannot read {} as UTF-8 text", path.display()))
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    Ok(text.lines().map(str::to_owned).collect())
}
