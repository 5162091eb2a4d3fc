//! Web addresses, domains, e-mail addresses and @handles are the same in the target as in the
//! source.

use super::SentencePair;
use crate::text::{excerpt, is_any_cyrillic, is_domain, is_email, is_handle, is_url};

pub(super) fn problem(pair: &SentencePair) -> Option<String> {
    let (source, target) = (links(pair.source), links(pair.target));
    let quote = |link: &String| excerpt(link);
    if let Some(lost) = source.iter().find(|link| !target.contains(*link)) {
        return Some(format!("“{}” is not in the translation", quote(lost)));
    }
    let invented = target.iter().find(|link| !source.contains(*link))?;
    Some(format!("“{}” is not in the source", quote(invented)))
}

/// The links of `text` in lower case, without scheme, `www.` and closing slash.
fn links(text: &str) -> std::collections::BTreeSet<String> {
    text.split(|c: char| c.is_whitespace() || "<>()[]{}«»“”„\"',;|".contains(c))
        .map(without_case_ending)
        .map(|token| token.trim_matches(|c| ".,:;!?…-–—*".contains(c)))
        .filter(|token| is_url(token) || is_email(token) || is_handle(token) || is_domain(token))
        .map(canonical)
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
        links(text).into_iter().collect()
    }

    #[test]
    fn every_kind_of_link_is_found() {
        let text =
            "Толығырақ: https://www.egov.kz/cms/, turkystan.kz-тің беті, info@mail.kz не @aqparat";
        assert_eq!(
            found(text),
            ["@aqparat", "egov.kz/cms", "info@mail.kz", "turkystan.kz"]
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
