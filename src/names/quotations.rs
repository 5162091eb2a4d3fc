//! Names in quotation marks: a firm's is one name, and a part of a title is none.

use std::ops::Range;

use super::parts::Part;
use crate::document::NameKind;
use crate::language::NameTables;
use crate::text::{double_quotes, letter_runs};

/// Words of a quoted name at most; more are speech.
const MAX_NAME_WORDS: usize = 8;
/// Words of a title that is no firm's at most.
const MAX_TITLE_WORDS: usize = 4;
/// Quotations of a sentence that are looked at.
const MAX_QUOTATIONS: usize = 32;

/// Makes the words of a firm's quoted name one body, and leaves out parts that are some words of a quoted
/// name only.
pub(super) fn settle(parts: &mut Vec<Part>, read: &str, tables: &NameTables) {
    for (number, place) in quotations(read).into_iter().enumerate() {
        let text = read.get(place.clone()).unwrap_or_default();
        let count = letter_runs(text).take(MAX_NAME_WORDS + 1).count();
        let is_firm = is_firm(read, &place, tables);
        let most = if is_firm {
            MAX_NAME_WORDS
        } else {
            MAX_TITLE_WORDS
        };
        if !(2..=most).contains(&count) || is_speech(read, &place) {
            continue;
        }
        let is_inside =
            |part: &Part| place.start <= part.source.start && part.source.end <= place.end;
        let inside = || parts.iter().filter(|part| is_inside(part));
        let words = inside().map(|part| letter_runs(&part.text).count());
        let is_whole = words.sum::<usize>() == count;
        if !is_whole {
            parts.retain(|part| !is_inside(part));
        } else if is_firm && inside().count() > 1 {
            for part in parts.iter_mut().filter(|part| is_inside(part)) {
                part.quotation = Some(number);
                part.id.kind = Some(NameKind::Body);
                part.entry = None;
                part.begins = false;
                part.is_marked = true;
            }
        }
    }
}

/// What stands between pairs of marks, in bytes.
fn quotations(read: &str) -> Vec<Range<usize>> {
    let marks = double_quotes(read);
    let mut quotations = Vec::new();
    let mut open: Option<usize> = None;
    for mark in marks {
        let text = read.get(mark.clone()).unwrap_or_default();
        match open {
            Some(start) if !matches!(text, "«" | "„") => {
                quotations.push(start..mark.start);
                open = None;
            }
            _ if text == "»" => open = None,
            _ => open = Some(mark.end),
        }
        if quotations.len() == MAX_QUOTATIONS {
            break;
        }
    }
    quotations
}

/// Whether a legal form is next to the quotation.
fn is_firm(read: &str, place: &Range<usize>, tables: &NameTables) -> bool {
    const MAX_GAP: usize = 5;
    let is_form = |word: &str| tables.legal_forms.iter().any(|(form, _)| *form == word);
    let before = read.get(..place.start).unwrap_or_default();
    let before = letter_runs(before).last();
    let is_before = before
        .is_some_and(|(at, word)| is_form(word) && place.start - (at + word.len()) <= MAX_GAP);
    let after = read.get(place.end..).unwrap_or_default();
    let after = letter_runs(after).next();
    is_before || after.is_some_and(|(at, word)| at <= MAX_GAP && is_form(word))
}

/// Whether what is quoted was said: a sentence ends in it, or a comma and a dash follow.
fn is_speech(read: &str, place: &Range<usize>) -> bool {
    let text = read.get(place.clone()).unwrap_or_default();
    let after = read.get(place.end..).unwrap_or_default();
    let after = after.trim_start_matches(['»', '”', '“', '"']).trim_start();
    text.ends_with(['.', '!', '?', '…', ','])
        || after.starts_with([',', '-', '–', '—'])
        || after.starts_with("деп")
        || after.starts_with("деді")
        || after.starts_with("дейді")
}
