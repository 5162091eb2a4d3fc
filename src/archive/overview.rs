//! What is written at the end of a run: the list of failures, and the page that lists all articles.
//!
//! They are also written if the run is stopped or the disk is full, and then show what is finished.
//! Both are written to temporary files before either is renamed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::journal::{Entry, FailureReason, History, Journal};
use super::key::key;
use super::output::Output;
use super::paths::ERRORS;
use super::plan::SeenArticle;
use super::record::FaultKind;
use crate::checks::Check;
use crate::files::{AtomicFile, remove_file, temporary_of};
use crate::report::index_page::{Day, Head, IndexPage, Item};

/// Writes both files at the end of a complete run. `order` are its articles.
pub(super) fn write(output: &Output, journal: &Journal, order: &[SeenArticle]) -> io::Result<()> {
    write_files(output, journal, order, true)
}

/// Writes both files for a run that ended early: `order` are the articles that it reached; those
/// that only earlier runs reached are added. Writes nothing if there are none.
pub(super) fn write_so_far(
    output: &Output,
    journal: &mut Journal,
    mut order: Vec<SeenArticle>,
) -> io::Result<()> {
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
    let mut kept = Vec::with_capacity(rest.len());
    for seen in rest {
        if is_current(&seen)? {
            kept.push(seen);
        }
    }
    rest = kept;
    order.append(&mut rest);
    if order.is_empty() {
        return Ok(());
    }
    write_files(output, journal, &order, false)
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

/// Writes both files, then renames both.
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
    let page = page
        .as_deref()
        .map(|page| write_page(page, journal, order, is_complete));
    let page = page.transpose()?;
    match list {
        Some(list) => list.commit().map(drop)?,
        None => remove_file(&errors)?,
    }
    page.map_or(Ok(()), |page| page.commit().map(drop))
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

fn write_page(
    path: &Path,
    journal: &Journal,
    order: &[SeenArticle],
    is_complete: bool,
) -> io::Result<AtomicFile> {
    let mut reader = journal.reader()?;
    // The newest day first; within a day, and without a date, in the order of the inputs.
    let mut dated = Vec::with_capacity(order.len());
    let mut days = BTreeMap::new();
    let (mut marked, mut failed) = (0, 0);
    for seen in order {
        let entry = reader.entry(seen.entry)?;
        let Some(done) = entry.done else {
            failed += 1;
            continue;
        };
        let day = day(done.date.as_deref());
        *days.entry(day).or_default() += 1;
        marked += usize::from(!done.flags.is_empty());
        dated.push((Reverse(day), seen.entry));
    }
    dated.sort_by_key(|&(day, _)| day);
    let head = Head {
        days: &days,
        marked,
        failed,
        errors: ERRORS,
        is_complete,
    };
    let mut out = AtomicFile::create_as(path, &temporary_of(path))?;
    let mut page = IndexPage::begin(&head, &mut out)?;
    for &(Reverse(day), offset) in &dated {
        let entry = reader.entry(offset)?;
        let Some(done) = entry.done else { continue };
        // Skips checks that only another version of this program has.
        let flags = done.flags.iter().filter_map(|(name, count)| {
            let check = Check::from_name(name)?;
            Some((check, *count))
        });
        let flags: Vec<(Check, usize)> = flags.collect();
        page.add(&Item {
            id: &entry.id,
            day,
            title: done.title.as_deref(),
            summary: done.summary.as_deref(),
            flags: &flags,
            file: done.file.as_deref().unwrap_or_default(),
        })?;
    }
    page.finish()?;
    out.sync()?;
    Ok(out)
}

/// The day of a date that begins with `YYYY-MM-DD`.
fn day(date: Option<&str>) -> Day {
    let mut parts = date?
        .get(..10)?
        .split('-')
        .map(|part| part.parse::<u32>().ok());
    let mut next = || parts.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    Some(year * 10_000 + month * 100 + day)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::files::hex;

    fn entry(id: &str, own_key: Option<&str>, kind: Option<FaultKind>) -> Entry {
        let done = crate::archive::journal::Completed {
            file: None,
            stamp: None,
            range: Some((0, 1)),
            digest: hex(&key(b"result")),
            title: None,
            date: None,
            summary: None,
            flags: BTreeMap::new(),
            names: Vec::new(),
        };
        Entry {
            id: id.to_owned(),
            key: own_key.map(|own| hex(&key(own.as_bytes()))),
            input: hex(&key(b"input")),
            fingerprint: hex(&key(b"options")),
            done: kind.is_none().then_some(done),
            error: kind.map(|kind| FailureReason {
                kind: kind.name().to_owned(),
                message: String::from("no"),
            }),
        }
    }

    #[test]
    fn a_run_that_ends_early_does_not_list_failures_that_were_later_translated() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::JsonLines(folder.path().join("all.jsonl"));
        let (mut journal, _) = Journal::open(&output.journal(), false).unwrap();
        let failed = [
            entry("a", Some("line 1"), Some(FaultKind::Record)),
            entry("b", Some("line 2"), Some(FaultKind::Record)),
            entry("c", Some("line 3"), Some(FaultKind::Refused)),
        ];
        journal.commit(failed.into(), None).unwrap();
        journal
            .commit(vec![entry("a", None, None), entry("c", None, None)], None)
            .unwrap();
        write_so_far(&output, &mut journal, Vec::new()).unwrap();
        let list = fs::read_to_string(output.errors()).unwrap();
        let ids: Vec<String> = list
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].to_string())
            .collect();
        assert_eq!(ids, ["\"b\"", "\"c\""]);
    }
}
