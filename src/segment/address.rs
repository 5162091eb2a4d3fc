//! Web and mail addresses: the stops inside them end no sentence.

use std::ops::Range;

/// Endings of host and file names; a stop glued between Latin words before one of them is part of
/// a name (`Tengrinews.Kz`, `ASP.NET`).
const NAME_ENDINGS: &[&str] = &[
    "kz", "com", "org", "net", "ru", "gov", "edu", "info", "biz", "int", "io", "tv", "me", "asia",
    "uz", "kg", "tr", "cn", "uk", "us", "de", "fr", "eu", "su", "by", "ua", "online", "media",
    "news", "pdf", "doc", "docx", "xls", "xlsx", "html", "htm", "php", "aspx", "jpg", "jpeg",
    "png", "zip", "js", "exe", "txt", "ai", "app", "dev",
];

/// Whether `word` is how a host or file name ends.
pub(super) fn is_name_ending(word: &str) -> bool {
    NAME_ENDINGS
        .iter()
        .any(|ending| ending.eq_ignore_ascii_case(word))
}

/// The addresses of a text in order: whatever has no white space and no quotation mark in it and
/// holds `://`, `www.`, an `@` between letters, or a host name with a path. Stops, commas and
/// closing marks at the end belong to the sentence.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '«' | '»' | '“' | '”' | '„' | '"' | '<' | '>');
    text.split(ends).filter(|run| is_address(run)).map(|run| {
        let from = run.as_ptr() as usize - text.as_ptr() as usize;
        let lead = run.len() - run.trim_start_matches(['(', '[', '\'']).len();
        let body = run.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
        from + lead..from + body.len().max(lead)
    })
}

fn is_address(run: &str) -> bool {
    if run.contains("://") {
        return true;
    }
    let head = run.trim_start_matches(['(', '[', '\'']);
    if head
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("www."))
    {
        return true;
    }
    if let Some((name, host)) = head.split_once('@') {
        return !name.is_empty() && name.is_ascii() && host.contains('.');
    }
    head.split_once('/').is_some_and(|(host, _)| {
        host.is_ascii()
            && host
                .rsplit_once('.')
                .is_some_and(|(name, end)| !name.is_empty() && is_name_ending(end))
    })
}
