//! What is written at the end of a run: the list of failures, and the pages over all articles.
//!
//! They are also written if the run is stopped or the disk is full, and then show what is finished.
//! All are written to temporary files before any is renamed.

pub(super) mod folder;
mod pages;

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use self::pages::Pages;
use super::journal::{Entry, FailureReason, History, Journal};
use super::key::key;
use super::output::Output;
use super::plan::SeenArticle;
use super::record::FaultKind;
use crate::files::{AtomicFile, remove_file, temporary_of};

/// Writes the files at the end of a complete run. `order` are its articles.
pub(super) fn write(output: &Output, journal: &Journal, order: &[SeenArticle]) -> io::Result<()> {
    write_files(output, journal, order, true)
}

/// As [`write`], with the articles of earlier runs whose results are still there: for a run over articles
/// that were given one by one, which says nothing of the others.
pub(super) fn write_with_earlier(
    output: &Output,
    journal: &mut Journal,
    order: &[SeenArticle],
) -> io::Result<()> {
    let order = with_earlier(output, journal, order)?;
    write_files(output, journal, &order, true)
}

/// Writes the files for a run that ended early: `order` are the articles that it reached; those
/// that only earlier runs reached are added. Writes nothing if there are none.
pub(super) fn write_so_far(
    output: &Output,
    journal: &mut Journal,
    order: &[SeenArticle],
) -> io::Result<()> {
    let order = with_earlier(output, journal, order)?;
    if order.is_empty() {
        return Ok(());
    }
    write_files(output, journal, &order, false)
}

/// `order`, and the articles that only earlier runs reached and whose results are there.
fn with_earlier(
    output: &Output,
    journal: &mut Journal,
    order: &[SeenArticle],
) -> io::Result<Vec<SeenArticle>> {
    let here: HashSet<u64> = order.iter().map(|seen| seen.entry).collect();
    let history = journal.history()?;
    let rest = history.articles.values();
    let rest = rest.filter(|known| !here.contains(&known.entry));
    let mut rest: Vec<SeenArticle> = rest
        .map(|known| SeenArticle {
            entry: known.entry,
            failed: known.failed(),
        })
        .collect();
    rest.sort_by_key(|seen| seen.entry);
    let root = match output {
        Output::Folder { root, .. } => Some(root),
        Output::JsonLines(_) | Output::Collection(..) => None,
    };
    let mut reader = journal.reader()?;
    let mut is_current = |seen: &SeenArticle| -> io::Result<bool> {
        let entry = reader.entry(seen.entry)?;
        let file = entry.done.as_ref().and_then(|done| done.file.as_ref());
        let exists = file
            .zip(root)
            .is_none_or(|(file, root)| root.join(file).is_file());
        Ok(exists && !is_superseded(&history, &entry, seen.entry))
    };
    let mut all = order.to_vec();
    for seen in rest {
        if is_current(&seen)? {
            all.push(seen);
        }
    }
    Ok(all)
}

/// Whether an input that could not be read as an article (its `entry` begins at byte `offset` of
/// the journal) was later translated under the same id.
fn is_superseded(history: &History, entry: &Entry, offset: u64) -> bool {
    let refused = |error: &FailureReason| error.kind == FaultKind::Refused.name();
    // A second input with an id is refused, however often the first one is translated.
    if entry.key.is_none() || entry.error.as_ref().is_none_or(refused) {
        return false;
    }
    let article = history.articles.get(&key(entry.id.as_bytes()));
    article.is_some_and(|article| !article.failed() && article.entry > offset)
}

/// Writes all files, then renames them.
fn write_files(
    output: &Output,
    journal: &Journal,
    order: &[SeenArticle],
    is_complete: bool,
) -> io::Result<()> {
    let (errors, page) = (output.errors(), output.overview());
    let failed = order.iter().any(|seen| seen.failed);
    let list = failed.then(|| write_errors(&errors, journal, order));
    let list = list.transpose()?;
    let pages = page
        .as_deref()
        .map(|page| Pages::write(page, journal, order, is_complete));
    let pages = pages.transpose()?;
    match list {
        Some(list) => list.commit().map(drop)?,
        None => remove_file(&errors)?,
    }
    pages.map_or(Ok(()), Pages::commit)
}

fn write_errors(path: &Path, journal: &Journal, order: &[SeenArticle]) -> io::Result<AtomicFile> {
    let mut reader = journal.reader()?;
    let mut out = AtomicFile::create_as(path, &temporary_of(path))?;
    for seen in order.iter().filter(|seen| seen.failed) {
        let entry = reader.entry(seen.entry)?;
        let line = json!({"id": entry.id, "error": entry.error});
        writeln!(out, "{line}")?;
    }
    out.sync()?;
    Ok(out)
}

#[cfg(test)]
pub(super) mod made;
#[cfg(test)]
mod tests;
