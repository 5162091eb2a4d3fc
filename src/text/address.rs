//! Web and mail addresses: whole addresses in running text, and single words that are addresses.
//!
//! Three callers need different degrees of certainty. The sentence splitter ([`addresses`]) must
//! not take the end of a sentence for an address. The links check ([`is_url`], [`is_email`],
//! [`is_handle`], [`is_domain`]) reports addresses to the reader, so it accepts only certain ones.
//! The conversion to Cyrillic ([`may_be_address`]) leaves alone every word that may be an address.

use std::ops::Range;

/// Top-level domains and file extensions.
#[rustfmt::skip]
const NAME_ENDINGS: &[&str] = &[
    "kz", "com", "org", "net", "ru", "gov", "edu", "info", "biz", "int", "io", "tv", "me",
    "asia", "uz", "kg", "tr", "cn", "uk", "us", "de", "fr", "eu", "su", "by", "ua", "online",
    "media", "news", "app", "dev", "ai", "pdf", "doc", "docx", "xls", "xlsx", "html", "htm",
    "php", "aspx", "jpg", "jpeg", "png", "zip", "js", "exe", "txt",
];

/// Whether `word` is a top-level domain or a file extension, in any case. A full stop without a
/// space between a Latin word and one of these is part of a name (`Tengrinews.Kz`, `ASP.NET`).
pub(crate) fn is_name_ending(word: &str) -> bool {
    NAME_ENDINGS
        .iter()
        .any(|ending| ending.eq_ignore_ascii_case(word))
}

/// The byte ranges of the addresses in a text, in order. An address holds no white space and no
/// quotation mark, and either contains `://`, begins with `www.`, has an `@` after a name, or is a
/// host name with a path. Punctuation at its ends belongs to the sentence.
pub(crate) fn addresses(text: &str) -> Vec<Range<usize>> {
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

/// The host of a web address, without `www.`.
pub(crate) fn host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (is_web && !host.is_empty()).then_some(host)
}

/// Whether `c` cannot be part of an address.
fn is_outside(c: char) -> bool {
    c.is_whitespace() || matches!(c, '«' | '»' | '“' | '”' | '„' | '"' | '<' | '>')
}

/// Whether a run of characters, without the punctuation around it, is an address.
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

/// The top-level domains that occur in the Kazakh press: a bare `name.label` with one of them is a
/// domain. Those that are English words (`in`, `is`, `me`) are left out: a missing space between
/// two sentences would look like a domain.
const TOP_LEVELS: [&str; 38] = [
    "ai", "app", "dev", "ly", "su", "xyz", "asia", "biz", "by", "ch", "cn", "co", "com", "de",
    "edu", "eu", "fr", "gov", "info", "int", "io", "jp", "kg", "kr", "kz", "net", "online", "org",
    "pl", "pro", "ru", "tj", "tm", "tr", "tv", "ua", "uk", "uz",
];

/// An address with its scheme, or a domain with a path, a query or a port.
pub(crate) fn is_url(token: &str) -> bool {
    let (scheme, rest) = token.split_once("://").unwrap_or_default();
    let written_out = !rest.is_empty()
        && !scheme.is_empty()
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '+');
    let bare = token.split(['/', '?', '#', ':']).next().unwrap_or_default();
    // With a path, any ending is that of a host: `t.me/name`.
    let path = &token[bare.len()..];
    let last = bare.rsplit('.').next().unwrap_or_default();
    let is_host = has_labels(bare)
        && (2..=12).contains(&last.len())
        && last.chars().all(|c| c.is_ascii_lowercase());
    written_out
        || (path.len() > 1 && path.starts_with('/') && is_host)
        || (bare.len() < token.len() && is_domain(bare))
}

/// `user@host` with a host of two or more labels.
pub(crate) fn is_email(token: &str) -> bool {
    let (user, host) = token.split_once('@').unwrap_or_default();
    !user.is_empty() && !host.contains('@') && has_labels(host)
}

/// `@name`.
pub(crate) fn is_handle(token: &str) -> bool {
    token.strip_prefix('@').is_some_and(|name| {
        name.len() >= 2
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_.".contains(c))
    })
}

/// A host name that ends in a label of [`TOP_LEVELS`] or begins with `www.`.
pub(crate) fn is_domain(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    let named = lower.starts_with("www.") || TOP_LEVELS.contains(&last);
    named && has_labels(token) && token.chars().any(|c| c.is_ascii_alphabetic())
}

/// Whether all that has letters in a text is an address, a mail address or a handle, and something has.
pub(crate) fn has_only_addresses(text: &str) -> bool {
    let mut has_some = false;
    for run in text.split(is_outside) {
        let token = run.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
        let token = token.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
        if !token.contains(char::is_alphabetic) {
            continue;
        }
        if !(is_url(token) || is_email(token) || is_handle(token) || is_domain(token)) {
            return false;
        }
        has_some = true;
    }
    has_some
}

/// Whether an address is one that a browser opens.
#[cfg(any(feature = "archive", feature = "documents"))]
pub(crate) fn is_web_address(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

/// Whether `host` is two or more labels of ASCII letters, digits, hyphens and underscores, joined
/// by dots, whatever the last one is.
pub(crate) fn has_labels(host: &str) -> bool {
    host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        })
}

/// Whether a word may be a web or mail address or a handle: it holds `@`, `://`, or a full stop
/// directly between a letter or digit and a small letter, which no correctly spaced sentence has.
pub(crate) fn may_be_address(token: &str) -> bool {
    let inner_stop = || {
        token.char_indices().any(|(at, c)| {
            let (before, after) = (&token[..at], &token[at + c.len_utf8()..]);
            c == '.'
                && before.ends_with(|c: char| c.is_ascii_alphanumeric())
                && after.starts_with(|c: char| c.is_ascii_lowercase())
        })
    };
    token.contains('@') || token.contains("://") || inner_stop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_addresses_alone_is_known() {
        for text in [
            "https://egemen.kz/a/b",
            "(https://kk.wikipedia.org/wiki/Қазақстан).",
            "www.aikyn.kz",
            "egemen.kz, t.me/egemen_kz",
            "«Tengrinews.kz»",
            "info@egemen.kz",
            "@egemen_kz",
            "2024: @egemen 12",
        ] {
            assert!(has_only_addresses(text), "{text}");
        }
        for text in [
            "",
            "12 345",
            "Дереккөз: https://egemen.kz",
            "Tengrinews",
            "Ә.Бөкейхан",
            "АҚШ-та/Еуропада",
            "#Қазақстан",
            "келді.Ол",
            "@ Астана",
        ] {
            assert!(!has_only_addresses(text), "{text}");
        }
    }
}
