//! Web addresses, domains, e-mail addresses and @handles are the same in the target as in the
//! source; so are emoji, and hashtags, which may be translated.

use std::collections::HashSet;
use std::ops::Range;

use super::SentencePair;
use super::finding::Problem;
use crate::text::{excerpt, is_any_cyrillic, is_domain, is_email, is_handle, is_url, place_of};

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let (source, target) = (links(pair.source), links(pair.target));
    let lost = missing(&source, &target).map(|link| {
        let words = excerpt(&pair.source[link.place.clone()]);
        let message = format!("“{words}” is not in the translation");
        Problem::in_source(link.place.clone(), message)
    });
    let invented = missing(&target, &source).map(|link| {
        let words = excerpt(&pair.target[link.place.clone()]);
        Problem::in_target(
            link.place.clone(),
            format!("“{words}” is not in the source"),
        )
    });
    let mut problems: Vec<Problem> = lost.chain(invented).collect();
    problems.extend(lost_hashtags(pair));
    problems.extend(lost_emoji(pair));
    problems
}

/// The hashtags of the source that the target lacks, if it has fewer of them.
fn lost_hashtags(pair: &SentencePair) -> Vec<Problem> {
    let (source, target) = (hashtags(pair.source), hashtags(pair.target));
    let held: HashSet<String> = target
        .iter()
        .map(|place| pair.target[place.clone()].to_lowercase())
        .collect();
    source
        .iter()
        .filter(|place| !held.contains(&pair.source[(*place).clone()].to_lowercase()))
        .take(source.len().saturating_sub(target.len()))
        .map(|place| {
            let words = excerpt(&pair.source[place.clone()]);
            let message = format!("“{words}” is not in the translation");
            Problem::in_source(place.clone(), message)
        })
        .collect()
}

/// Where the hashtags of `text` are: `#` before a letter, at the beginning of a word.
fn hashtags(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices('#')
        .filter(|(at, _)| !text[..*at].ends_with(|c: char| is_part(c) || c == '/'))
        .filter_map(|(at, _)| {
            let name = &text[at + 1..];
            let length = name.find(|c| !is_part(c)).unwrap_or(name.len());
            let is_name = name[..length].contains(char::is_alphabetic);
            is_name.then_some(at..at + 1 + length)
        })
        .collect()
}

/// The emoji of the source of which the target has none.
fn lost_emoji(pair: &SentencePair) -> Vec<Problem> {
    let held: HashSet<char> = pair.target.chars().filter(|c| is_emoji(*c)).collect();
    let mut seen = HashSet::new();
    pair.source
        .char_indices()
        .filter(|(_, c)| is_emoji(*c) && !held.contains(c) && seen.insert(*c))
        .map(|(at, c)| {
            let message = format!("“{c}” is not in the translation");
            Problem::in_source(at..at + c.len_utf8(), message)
        })
        .collect()
}

/// Pictures that were typed on purpose; arrows, bullets and other signs of the press are none.
fn is_emoji(c: char) -> bool {
    matches!(
        c,
        '\u{1F300}'..='\u{1F3FA}'
            | '\u{1F400}'..='\u{1F64F}'
            | '\u{1F680}'..='\u{1F6FF}'
            | '\u{1F900}'..='\u{1F9FF}'
            | '\u{1FA70}'..='\u{1FAFF}'
            | '\u{2764}'
            | '\u{2728}'
    )
}

/// The `links` that `others` lack, each once.
fn missing<'l>(links: &'l [Link], others: &'l [Link]) -> impl Iterator<Item = &'l Link> {
    let held: HashSet<&str> = others.iter().map(|link| link.canonical.as_str()).collect();
    let mut seen = HashSet::new();
    links.iter().filter(move |link| {
        !held.contains(link.canonical.as_str()) && seen.insert(link.canonical.as_str())
    })
}

struct Link {
    place: Range<usize>,
    /// As [`canonical`] makes it.
    canonical: String,
}

fn links(text: &str) -> Vec<Link> {
    text.split(|c: char| c.is_whitespace() || "<>()[]{}«»“”„\"',;|".contains(c))
        .map(without_case_ending)
        .map(|token| token.trim_matches(|c| ".,:;!?…-–—*".contains(c)))
        .filter(|token| is_url(token) || is_email(token) || is_handle(token) || is_domain(token))
        .map(|token| Link {
            place: place_of(token, text),
            canonical: canonical(token),
        })
        .collect()
}

/// `token` without the case ending that Kazakh joins to foreign words (`turkystan.kz-тің`).
fn without_case_ending(token: &str) -> &str {
    let bare = token.trim_end_matches(|c: char| is_any_cyrillic(c) || ".,:;!?…".contains(c));
    bare.strip_suffix(['-', '–', '‑'])
        .filter(|_| bare.len() < token.len())
        .unwrap_or(token)
}

/// The link without what may differ: capitals before the path, the scheme, `www.`, a closing slash.
fn canonical(link: &str) -> String {
    let bare = link.split_once("://").map_or(link, |(_, rest)| rest);
    let host = bare.find(['/', '?', '#']).unwrap_or(bare.len());
    let (host, path) = bare.split_at(host);
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    format!("{host}{path}").trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        links(text).into_iter().map(|link| link.canonical).collect()
    }

    #[test]
    fn every_kind_of_link_is_found() {
        let text =
            "Толығырақ: https://www.egov.kz/cms/, turkystan.kz-тің беті, info@mail.kz не @aqparat";
        assert_eq!(
            found(text),
            ["egov.kz/cms", "turkystan.kz", "info@mail.kz", "@aqparat"]
        );
    }

    #[test]
    fn abbreviations_numbers_and_missing_spaces_are_no_links() {
        assert_eq!(
            found("Б.з.б. 3.14, т.б. 29.08.2023 He left.In May U.S. and A.B.Smith"),
            [""; 0]
        );
    }
}
