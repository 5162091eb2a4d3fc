//! Web addresses, domains, e-mail addresses and @handles are the same in the target as in the
//! source.

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
    lost.chain(invented).collect()
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
    /// In lower case, without scheme, `www.` and closing slash.
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

fn canonical(link: &str) -> String {
    let link = link.to_lowercase();
    let bare = link
        .split_once("://")
        .map_or(link.as_str(), |(_, rest)| rest);
    bare.strip_prefix("www.")
        .unwrap_or(bare)
        .trim_end_matches('/')
        .to_owned()
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
