//! Web addresses, domains, e-mail addresses and @handles are the same in the target as in the
//! source; so are emoji, and hashtags, which may be translated.

use std::collections::HashSet;
use std::ops::Range;

use super::SentencePair;
use super::finding::Problem;
use crate::text::{
    excerpt, has_labels, is_any_cyrillic, is_domain, is_email, is_handle, is_name_ending, is_url,
    place_of,
};

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
    // A target may have the sign without the mark that makes it a picture.
    let signs: HashSet<char> = pair.target.chars().filter(|c| !c.is_ascii()).collect();
    let flags: HashSet<&str> = emoji(pair.target)
        .filter(|emoji| emoji.starts_with(is_regional))
        .collect();
    let is_held = |emoji: &str| match emoji.chars().next() {
        Some(first) if is_regional(first) => flags.contains(emoji),
        first => first.is_none_or(|sign| signs.contains(&sign)),
    };
    let mut seen = HashSet::new();
    emoji(pair.source)
        .filter(|emoji| !is_held(emoji) && seen.insert(*emoji))
        .map(|emoji| {
            let message = format!("“{emoji}” is not in the translation");
            Problem::in_source(place_of(emoji, pair.source), message)
        })
        .collect()
}

/// The pictures of `text` that were typed on purpose: signs that are drawn as pictures, those that
/// U+FE0F makes one, and flags, which are two letters.
fn emoji(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let mut characters = rest.chars();
            let first = characters.next()?;
            let second = characters.next();
            let is_flag = is_regional(first) && second.is_some_and(is_regional);
            let is_marked = second == Some('\u{FE0F}') && may_be_marked(first);
            let length = match second {
                Some(second) if is_flag => first.len_utf8() + second.len_utf8(),
                _ => first.len_utf8(),
            };
            let (own, after) = rest.split_at(length);
            rest = after;
            if is_flag || is_marked || is_emoji(first) {
                return Some(own);
            }
        }
    })
}

/// Letters of which two are a flag (🇰🇿).
fn is_regional(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Whether U+FE0F makes `c` a picture that was typed on purpose: digits of keys are numbers, and the
/// signs of rights and trade marks are often left out.
fn may_be_marked(c: char) -> bool {
    !c.is_ascii() && !c.is_alphanumeric() && !matches!(c, '©' | '®' | '™')
}

/// Signs that are drawn as pictures; arrows, bullets and other signs of the press are none.
fn is_emoji(c: char) -> bool {
    matches!(
        c,
        '\u{1F191}'..='\u{1F19A}'
            | '\u{1F300}'..='\u{1F3FA}'
            | '\u{1F400}'..='\u{1F64F}'
            | '\u{1F680}'..='\u{1F6FF}'
            | '\u{1F7E0}'..='\u{1F7EB}'
            | '\u{1F900}'..='\u{1F9FF}'
            | '\u{1FA70}'..='\u{1FAFF}'
            | '\u{231A}'..='\u{231B}'
            | '\u{23E9}'..='\u{23EC}'
            | '\u{23F0}'
            | '\u{23F3}'
            | '\u{2614}'..='\u{2615}'
            | '\u{2648}'..='\u{2653}'
            | '\u{267F}'
            | '\u{2693}'
            | '\u{26A1}'
            | '\u{26BD}'..='\u{26BE}'
            | '\u{26C4}'..='\u{26C5}'
            | '\u{26D4}'
            | '\u{26EA}'
            | '\u{26F2}'..='\u{26F3}'
            | '\u{26F5}'
            | '\u{26FA}'
            | '\u{26FD}'
            | '\u{2705}'
            | '\u{270A}'..='\u{270B}'
            | '\u{2728}'
            | '\u{274C}'
            | '\u{274E}'
            | '\u{2753}'..='\u{2755}'
            | '\u{2757}'
            | '\u{2764}'
            | '\u{2795}'..='\u{2797}'
            | '\u{2B50}'
            | '\u{2B55}'
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
        .filter(|token| is_url(token) || is_email(token) || is_handle(token) || is_host(token))
        .map(|token| Link {
            place: place_of(token, text),
            canonical: canonical(token),
        })
        .collect()
}

/// Whether `token` is the name of a host: a domain, one below a domain (`kz.dala.media`), or a domain in
/// Cyrillic letters.
fn is_host(token: &str) -> bool {
    let labels = || token.split('.');
    let last = labels().next_back().unwrap_or_default();
    // Two labels that are words are two sentences without their space.
    let is_below = || {
        let is_label =
            |label: &str| label.len() > 1 && label.starts_with(|c: char| c.is_ascii_lowercase());
        is_name_ending(last) && labels().all(is_label) && labels().nth(2).is_some()
    };
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_cyrillic = || {
        let count = labels().count();
        CYRILLIC_TOP_LEVELS.contains(&last) && count > 1 && labels().all(is_label)
    };
    is_domain(token) || (has_labels(token) && is_below()) || is_cyrillic()
}

/// Top-level domains of Kazakhstan and Russia in Cyrillic letters.
const CYRILLIC_TOP_LEVELS: [&str; 2] = ["қаз", "рф"];

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
        let text = "kz.dala.media сайты, қала.қаз-дан";
        assert_eq!(found(text), ["kz.dala.media", "қала.қаз"]);
    }

    #[test]
    fn emoji_are_told_from_signs_of_the_press() {
        let found: Vec<&str> = emoji("→ • ✔ © 1️⃣ ☎ ☎️ ⚡️ 🇰🇿🇺🇿 👨‍👩‍👧 ©️ 🎂").collect();
        assert_eq!(found, ["☎", "⚡", "🇰🇿", "🇺🇿", "👨", "👩", "👧", "🎂"]);
    }

    #[test]
    fn abbreviations_numbers_and_missing_spaces_are_no_links() {
        assert_eq!(
            found("Б.з.б. 3.14, т.б. 29.08.2023 He left.In May U.S. and A.B.Smith social.media"),
            [""; 0]
        );
    }
}
