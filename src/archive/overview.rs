//! What is written when a run is through: the list of failures, and the page over all articles.

use std::fs;
use std::io::{self, Write};

use serde_json::json;

use super::journal::Journal;
use super::run::Seen;
use super::store::{Target, write_whole};
use crate::report::digest::{Digest, Item};

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
    let mut failed = 0;
    for seen in order {
        let entry = reader.entry(seen.entry)?;
        match entry.done {
            Some(done) => dated.push((std::cmp::Reverse(day(done.date.as_deref())), seen.entry)),
            None => failed += 1,
        }
    }
    dated.sort_by_key(|&(day, _)| day);
    write_whole(&path, |out| {
        let mut digest = Digest::begin(out, dated.len(), failed)?;
        for &(_, place) in &dated {
            let entry = reader.entry(place)?;
            let Some(done) = entry.done else { continue };
            digest.add(&Item {
                id: &entry.id,
                title: done.title.as_deref(),
                date: done.date.as_deref(),
                summary: done.summary.as_deref(),
                flags: &done.flags,
                file: done.file.as_deref(),
            })?;
        }
        digest.finish()
    })
}

/// A date as a number that sorts; none sorts as the oldest.
fn day(date: Option<&str>) -> u32 {
    let digits: String = date.unwrap_or_default().chars().filter(char::is_ascii_digit).take(8).collect();
    digits.parse().unwrap_or(0)
}
