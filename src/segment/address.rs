//! Web and mail addresses: the stops inside them end no sentence.

use std::ops::Range;

/// How host and file names end.
const NAME_ENDINGS: &str = "
    kz com org net ru gov edu info biz int io tv me asia uz kg tr cn uk us de fr eu su by ua
    online media news app dev ai
    pdf doc docx xls xlsx html htm php aspx jpg jpeg png zip js exe txt";

/// Whether `word` is how a host or file name ends: a stop glued between Latin words before one is
/// part of a name (`Tengrinews.Kz`, `ASP.NET`).
pub(super) fn is_name_ending(word: &str) -> bool {
    NAME_ENDINGS
        .split_ascii_whitespace()
        .any(|ending| ending.eq_ignore_ascii_case(word))
}

/// The addresses of a text in order: whatever has no white space and no quotation mark in it and
/// holds `://`, `www.`, an `@` after a name, or a host name with a path. Stops, commas and closing
/// marks at their ends belong to the sentence.
pub(super) fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for run in text.split_inclusive(is_outside) {
        let lead = run.len() - run.trim_start_matches(['(', '[', '\'']).len();
        let body = run[lead..].trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
        if is_address(body) {
            found.push(at + lead..at + lead + body.len());
        }
        at += run.len();
    }
    found
}

/// No address has this in it.
fn is_outside(c: char) -> bool {
    c.is_whitespace() || matches!(c, '«' | '»' | '“' | '”' | '„' | '"' | '<' | '>')
}

fn is_address(run: &str) -> bool {
    if run.contains("://")
        || run
            .get(..4)
            .is_some_and(|www| www.eq_ignore_ascii_case("www."))
    {
        return true;
    }
    if let Some((name, host)) = run.split_once('@') {
        return !name.is_empty() && name.is_ascii() && host.contains('.');
    }
    let host = run
        .split_once('/')
        .map(|(host, _)| host)
        .filter(|host| host.is_ascii());
    let parts = host.and_then(|host| host.rsplit_once('.'));
    parts.is_some_and(|(name, ending)| !name.is_empty() && is_name_ending(ending))
}
