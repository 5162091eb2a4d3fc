//! What is written at the end of a run: the list of failures, and the page over all articles.
//!
//! A run that is stopped, or ended by a full disk, leaves them as well, so that they tell what is
//! finished; both appear, or neither.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::Path;

use serde_json::json;

use super::journal::Journal;
use super::store::{ERRORS, Target, Whole, remove};
use super::writer::Seen;
use crate::report::digest::{Day, Digest, Head, Item};

/// Writes both for the articles of a run that is through.
pub(super) fn write(target: &Target, journal: &Journal, order: &[Seen]) -> io::Result<()> {
    appear(target, journal, order, true)
}

/// Writes both for a run that ended early: what it did, and what earlier runs did of the rest. Where
/// nothing is done yet, nothing is written.
pub(super) fn write_so_far(
    target: &Target,
    journal: &mut Journal,
    mut order: Vec<Seen>,
) -> io::Result<()> {
    let here: HashSet<u64> = order.iter().map(|seen| seen.entry).collect();
    let past = journal.past()?;
    let rest = past.articles.values();
    let rest = rest.filter(|known| !here.contains(&known.entry));
    let mut rest: Vec<Seen> = rest
        .map(|known| Seen {
            entry: known.entry,
            failed: known.failed,
        })
        .collect();
    rest.sort_by_key(|seen| seen.entry);
    if let Target::Folder { root, .. } = target {
        let mut reader = journal.reader()?;
        let mut there = |seen: &Seen| -> io::Result<bool> {
            let done = reader.entry(seen.entry)?.done;
            let file = done.and_then(|done| done.file);
            Ok(file.is_none_or(|file| root.join(file).is_file()))
        };
        let mut kept = Vec::with_capacity(rest.len());
        for seen in rest {
            if there(&seen)? {
                kept.push(seen);
            }
        }
        rest = kept;
    }
    order.append(&mut rest);
    if order.is_empty() {
        return Ok(());
    }
    appear(target, journal, &order, false)
}

/// Writes both, and only when both are written lets them be seen.
fn appear(target: &Target, journal: &Journal, order: &[Seen], through: bool) -> io::Result<()> {
    let (errors, page) = (target.errors(), target.digest());
    let failed = order.iter().any(|seen| seen.failed);
    let list = failed.then(|| write_errors(&errors, journal, order));
    let list = list.transpose()?;
    let page = page
        .as_deref()
        .map(|page| write_page(page, journal, order, through));
    let page = page.transpose()?;
    match list {
        Some(list) => list.appear()?,
        None => remove(&errors)?,
    }
    page.map_or(Ok(()), Whole::appear)
}

fn write_errors<'a>(path: &'a Path, journal: &Journal, order: &[Seen]) -> io::Result<Whole<'a>> {
    let mut reader = journal.reader()?;
    Whole::write(path, |out| {
        for seen in order.iter().filter(|seen| seen.failed) {
            let entry = reader.entry(seen.entry)?;
            let line = json!({"id": entry.id, "error": entry.error});
            writeln!(out, "{line}")?;
        }
        Ok(())
    })
}

fn write_page<'a>(
    path: &'a Path,
    journal: &Journal,
    order: &[Seen],
    through: bool,
) -> io::Result<Whole<'a>> {
    let mut reader = journal.reader()?;
    // The newest first; of one day, and without a date, as they came.
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
        through,
    };
    Whole::write(path, |out| {
        let mut digest = Digest::begin(&head, out)?;
        for &(Reverse(day), place) in &dated {
            let entry = reader.entry(place)?;
            let Some(done) = entry.done else { continue };
            digest.add(&Item {
                id: &entry.id,
                day,
                title: done.title.as_deref(),
                summary: done.summary.as_deref(),
                flags: &done.flags,
                file: done.file.as_deref().unwrap_or_default(),
            })?;
        }
        digest.finish()
    })
}

/// The day a date begins with; the readers of articles give it as 2023-08-29.
fn day(date: Option<&str>) -> Day {
    let mut parts = date?
        .get(..10)?
        .split('-')
        .map(|part| part.parse::<u32>().ok());
    let mut next = || parts.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    Some(year * 10_000 + month * 100 + day)
}
