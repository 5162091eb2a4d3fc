//! Merges several files of results into one, and checks that every id occurs once.
//!
//! Parts are files of JSON lines or Parquet, written by the shards of a run or by workers. The
//! merged file holds every article once, in the order of the ids. It does not depend on the number
//! of parts; for a folder of articles it equals the result of a single run. Failures (lines with an
//! `error`, and the lists that runs write next to their results) are listed in a file next to it,
//! as a run lists them.
//!
//! Policy: nothing is written unless all checks pass. The footers of shards prove that all that was
//! read is there. Memory holds ids and offsets, not articles.

mod index;
mod shard_by_ids;
mod shards;
mod writing;

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use self::index::{Index, PartLine};
use self::writing::LineReader;
use super::collection::CollectionFormat;
use super::input_kind::InputKind;
use super::output::{OutputError, has_journal, is_free_or_regular};
use super::{failure_list, results_file};
use crate::files::{AtomicFile, FileId, is_same_file, remove_file, with_ending};
use crate::report::Format;

/// Maximum number of errors that are listed one by one.
const MAX_REPORTED: usize = 20;

/// What was merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Results in the merged file.
    pub articles: u64,
    /// Failures in the list next to it.
    pub failed: u64,
    /// How many articles and failures the inputs had, by the footers of the shards.
    pub records: Option<u64>,
}

/// Where the merged results go.
pub enum MergeOutput<'a> {
    /// To a file, JSON lines or (by its ending) another format that holds many articles; failures to
    /// a list next to it.
    File(&'a Path),
    /// To a stream, as JSON lines; failures are counted only.
    Stream(&'a mut dyn Write),
}

/// Why nothing was merged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// A part cannot be opened, read or unpacked.
    #[error("cannot read {}", path.display())]
    Read {
        /// The part.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The merged file or its list of failures cannot be written.
    #[error("cannot write {what}")]
    Write {
        /// The file, for messages.
        what: String,
        /// The system's error.
        source: io::Error,
    },
    /// The output would replace what no merge made.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The merged file or its list of failures would fall on a part.
    #[error("{} would replace the part {}", output.display(), part.display())]
    ReplacesPart {
        /// The part, or the list of failures next to it.
        part: PathBuf,
        /// What would be written.
        output: PathBuf,
    },
    /// The output is the file of a run, whose results the merged ones would replace.
    #[error("{} is the file of a run, whose results would be lost", path.display())]
    OfRun {
        /// The file.
        path: PathBuf,
    },
    /// The output's name is that of a format that has a file for each article.
    #[error("{} is named as {format} is, which is a file for each article", path.display())]
    ManyFiles {
        /// The output.
        path: PathBuf,
        /// Its format.
        format: Format,
    },
    /// Two of the parts are one file.
    #[error("the part {} is given twice", part.display())]
    Twice {
        /// The part, as it was given the second time.
        part: PathBuf,
    },
    /// The run that writes a part has not ended.
    #[error("{} is not finished ({} is there)", path.display(), unfinished.display())]
    Unfinished {
        /// The part.
        path: PathBuf,
        /// The file that exists only while the run is not finished.
        unfinished: PathBuf,
    },
    /// The errors are listed up to a maximum number; `count` counts all.
    #[error("nothing is merged; errors found: {count}")]
    Problems {
        /// One line each, of the first errors.
        problems: Vec<String>,
        /// How many errors there are.
        count: usize,
    },
}

/// Merges `parts`.
///
/// # Errors
/// If the output's format has a file for each article, the output would replace a part or another program's file, a part cannot be read or is not
/// finished, a line is not a result, an id occurs twice, a shard is missing or not whole, or the
/// output cannot be written.
pub fn merge(parts: &[PathBuf], mut output: MergeOutput) -> Result<Merged, MergeError> {
    let mut files = HashSet::new();
    for part in parts {
        if FileId::of(part).is_some_and(|id| !files.insert(id)) {
            let part = part.clone();
            return Err(MergeError::Twice { part });
        }
    }
    if let MergeOutput::File(out) = &output {
        check(parts, out)?;
    }
    let mut index = Index::new(match &output {
        MergeOutput::File(out) => crate::files::folder_of(out).to_owned(),
        MergeOutput::Stream(_) => std::env::temp_dir(),
    });
    for part in parts {
        let parquet = kind(part) == InputKind::Parquet;
        let unfinished = with_ending(part, "part");
        if unfinished.exists() && !(parquet && part.exists()) {
            let path = part.clone();
            return Err(MergeError::Unfinished { path, unfinished });
        }
        index.add(part)?;
    }
    let Index {
        files,
        mut entries,
        parts,
        mut problems,
        ..
    } = index;
    entries.sort_by(|a, b| a.order().cmp(b.order()));
    let records = shards::prove(&parts, &mut problems);
    problems.extend(index::twice(&files, &entries));
    if !problems.is_empty() {
        let count = problems.len();
        problems.truncate(MAX_REPORTED);
        return Err(MergeError::Problems { problems, count });
    }
    if let MergeOutput::File(out) = &output {
        check_results(out)?;
    }
    let failed = entries.iter().filter(|entry| entry.failed).count();
    write(LineReader::new(&files), &entries, failed, &mut output)?;
    Ok(Merged {
        articles: (entries.len() - failed) as u64,
        failed: failed as u64,
        records,
    })
}

fn kind(path: &Path) -> InputKind {
    InputKind::of(&path.to_string_lossy())
}

/// Where failures are listed next to a file of results.
fn failure_list_of(path: &Path) -> PathBuf {
    with_ending(path, "errors.jsonl")
}

/// Refuses an output whose format is not one file, that would replace a part or a file that no merge
/// makes, or that cannot be written.
fn check(parts: &[PathBuf], out: &Path) -> Result<(), MergeError> {
    let format = Format::from_path(out).filter(|format| *format != Format::Jsonl);
    if let (Some(format), None) = (format, CollectionFormat::from_path(out)) {
        let path = out.to_owned();
        return Err(MergeError::ManyFiles { path, format });
    }
    let failures = failure_list_of(out);
    for part in parts {
        let lists = [part.clone(), failure_list_of(part)];
        for (output, read) in [(out, &lists[..]), (&failures, &lists)] {
            if let Some(part) = read.iter().find(|part| is_same_file(part, output)) {
                return Err(MergeError::ReplacesPart {
                    part: part.clone(),
                    output: output.to_owned(),
                });
            }
        }
    }
    if out.is_file() && has_journal(out) {
        let path = out.to_owned();
        return Err(MergeError::OfRun { path });
    }
    for path in [out, &failures] {
        if !is_free_or_regular(path)? {
            let path = path.to_owned();
            return Err(OutputError::Special { path }.into());
        }
    }
    match failure_list::is_one(&failures) {
        Ok(true) => {}
        Ok(false) => return Err(OutputError::NotOurs { path: failures }.into()),
        Err(source) => {
            let path = failures;
            return Err(MergeError::Read { path, source });
        }
    }
    // Known before gigabytes are read.
    AtomicFile::create(out)
        .map(drop)
        .map_err(|source| MergeError::Write {
            what: out.display().to_string(),
            source,
        })
}

/// Refuses to replace a file that holds no results. What is wrong with the parts is said before.
fn check_results(out: &Path) -> Result<(), MergeError> {
    let path = out.to_owned();
    match results_file::is_one(out, CollectionFormat::from_path(out)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(OutputError::NotOurs { path }.into()),
        Err(source) => Err(MergeError::Read { path, source }),
    }
}

fn write(
    mut reader: LineReader,
    entries: &[PartLine],
    failed: usize,
    output: &mut MergeOutput,
) -> Result<(), MergeError> {
    let articles = entries.iter().filter(|entry| !entry.failed);
    let out = match output {
        MergeOutput::File(out) => *out,
        MergeOutput::Stream(to) => {
            let written = reader.copy(articles, to).and_then(|()| to.flush());
            return written.map_err(|source| MergeError::Write {
                what: String::from("the merged results"),
                source,
            });
        }
    };
    let write_error = |path: &Path, source| MergeError::Write {
        what: path.display().to_string(),
        source,
    };
    // Both are on the disk before either gets its name.
    let failures = failure_list_of(out);
    let list = (failed > 0).then(|| {
        let failed = entries.iter().filter(|entry| entry.failed);
        reader.file(failed, &failures)
    });
    let list = list.transpose();
    let list = list.map_err(|error| write_error(&failures, error))?;
    let results = match CollectionFormat::from_path(out) {
        Some(format) => reader.collection(articles, format, out),
        None => reader.file(articles, out),
    };
    let results = results.map_err(|error| write_error(out, error))?;
    let listed = match list {
        Some(list) => list.commit().map(drop),
        None => remove_file(&failures),
    };
    listed.map_err(|error| write_error(&failures, error))?;
    let written = results.commit().map(drop);
    written.map_err(|error| write_error(out, error))
}
