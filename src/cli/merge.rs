//! `translate merge PART... -o OUT`: several files of results into one.

use std::io;

use super::args::MergeArgs;
use super::exit::{Exit, Failure};
use super::output::is_stdout;
use super::words::{counted, plural};
use crate::archive::{self, MergeError, MergeOutput};
use crate::files::Stdout;

/// The exit code is 1 if the parts list failures, as it was of the runs.
pub(super) fn run(args: &MergeArgs) -> Result<Exit, Failure> {
    if let Some(folder) = args.parts.iter().find(|part| part.is_dir()) {
        return Err(Failure::usage(format!(
            "{} is a folder; what is merged are files, as `-o NAME.jsonl` or `-o NAME.parquet` of \
             a run or a worker leaves them",
            folder.display()
        )));
    }
    let to_stdout = is_stdout(&args.output);
    let merged = if to_stdout {
        let mut stdout = io::BufWriter::new(Stdout);
        archive::merge(&args.parts, MergeOutput::Stream(&mut stdout))
    } else {
        archive::merge(&args.parts, MergeOutput::File(&args.output))
    };
    let merged = merged.map_err(failure)?;
    let out = args.output.display();
    let place = if to_stdout {
        String::new()
    } else {
        format!(", in {out}")
    };
    if let Some(records) = merged.records {
        let records = counted(records, "record", "records");
        tracing::info!("{records} read, {} here", merged.articles + merged.failed);
    }
    let articles = counted(merged.articles, "article", "articles");
    tracing::info!("{articles}, each id once{place}");
    if merged.failed == 0 {
        return Ok(Exit::Done);
    }
    let failed = counted(merged.failed, "article", "articles");
    if to_stdout {
        tracing::warn!("{failed} failed, and the lists beside the parts say why");
    } else {
        let them = plural(merged.failed, "it", "them");
        tracing::warn!("{failed} failed; {out}.errors.jsonl lists {them}");
    }
    Ok(Exit::SomeFailed)
}

/// Nothing was merged.
fn failure(error: MergeError) -> Failure {
    if let MergeError::Problems { problems, .. } = &error {
        for what in problems {
            tracing::error!("{what}");
        }
    }
    Failure::new(Exit::Usage, error)
}
