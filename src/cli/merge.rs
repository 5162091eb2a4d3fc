//! `translate merge PART... -o OUT`: several files of results into one.

use super::args::MergeArgs;
use super::exit::{Exit, Failure};
use super::output::is_same_file;
use super::words::{counted, plural};
use crate::archive::{self, MergeError};

/// The exit code is 1 if the parts list failures, as it was of the runs.
pub(super) fn run(args: &MergeArgs) -> Result<Exit, Failure> {
    for part in &args.parts {
        if part.is_dir() {
            return Err(Failure::usage(format!(
                "{} is a folder; what is merged are files, as `-o NAME.jsonl` or `-o NAME.parquet` of \
                 a run or a worker leaves them",
                part.display()
            )));
        }
        if is_same_file(part, &args.output) {
            return Err(Failure::usage(format!(
                "the result would replace the part {}; give another --output",
                part.display()
            )));
        }
    }
    let merged = archive::merge(&args.parts, &args.output).map_err(failure)?;
    tracing::info!(
        "{}, each id once, in {}",
        counted(merged.articles, "article", "articles"),
        args.output.display()
    );
    if merged.failed == 0 {
        return Ok(Exit::Done);
    }
    tracing::warn!(
        "{} failed; {}.errors.jsonl lists {}",
        counted(merged.failed, "article", "articles"),
        args.output.display(),
        plural(merged.failed, "it", "them")
    );
    Ok(Exit::SomeFailed)
}

fn failure(error: MergeError) -> Failure {
    if let MergeError::Problems { problems, .. } = &error {
        for what in problems {
            tracing::error!("{what}");
        }
    }
    Failure::new(Exit::SomeFailed, error)
}
