//! What is written when a run is through: the list of failures, and the page over all articles.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::io;

use serde_json::json;

use super::journal::Journal;
use super::store::{ERRORS, Target, write_whole};
use super::writer::Seen;
use crate::report::digest::{Day, Digest, Head, Item};

pub(super) fn write(target: &Target, journal: &Journal, order: &[Seen]) -> io::Result<()> {
    let mut reader = journal.reader()?;
    let errors = target.errors();
    if order.iter().any(|seen| seen.failed) {
        write_whole(&errors, |out| {
            for seen in order.iter().filter(|seen| seen.failed) {
                let entry = reader.entry(seen.entry)?;
                let line = json!({"id": entry.id, "error": entry.error});
                writeln!(out, "{line}")?;
            }
            Ok(())
        })?;
    } else if let Err(error) = fs::remove_file(&errors)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let Some(path) = target.digest() else {
        return Ok(());
    };
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
    };
    write_whole(&path, |out| {
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
