//! The terms of a glossary are in the translation as it wants them.
//!
//! A small letter of a term may be a capital in the translation (at the beginning of a sentence, in a
//! title), a noun may be in the plural; everything else is as the glossary has it.

use std::ops::Range;

use super::SentencePair;
use super::finding::Problem;
use crate::language::plural;
use crate::text::excerpt;

/// A term of the source whose translation is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<'a> {
    /// The bytes it takes in the source.
    pub place: Range<usize>,
    /// What it has to be in the translation.
    pub target: &'a str,
    /// Whether the model can say that, as far as its vocabulary is concerned.
    pub is_spellable: bool,
}

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let missing = pair
        .terms
        .iter()
        .filter(|term| !holds_term(pair.target, term.target));
    missing
        .map(|term| {
            let words = pair.source.get(term.place.clone()).unwrap_or_default();
            let reason = if term.is_spellable {
                ""
            } else {
                ", and the model's vocabulary cannot spell it"
            };
            let message = format!(
                "“{}” is “{}” in the glossary, which is not in the translation{reason}",
                excerpt(words),
                excerpt(term.target),
            );
            Problem::in_source(term.place.clone(), message)
        })
        .collect()
}

/// Whether an English `text` has `term`, in the singular or in the plural.
pub fn holds_term(text: &str, term: &str) -> bool {
    let plural = plural(term);
    let forms = std::iter::once(term).chain(plural.as_deref());
    forms
        .filter(|form| !form.is_empty())
        .any(|form| holds(text, form))
}

/// Whether `form` is in `text` and no part of a longer word.
fn holds(text: &str, form: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut before = None;
    for (at, c) in text.char_indices() {
        let begins = !(is_word(before) && form.starts_with(char::is_alphanumeric));
        before = Some(c);
        if !begins {
            continue;
        }
        let mut rest = text[at..].chars();
        let fits = form
            .chars()
            .all(|wanted| rest.next().is_some_and(|c| is_same(wanted, c)));
        if fits && !(form.ends_with(char::is_alphanumeric) && is_word(rest.next())) {
            return true;
        }
    }
    false
}

/// Whether a letter may stand for one of a term.
fn is_same(wanted: char, found: char) -> bool {
    wanted == found
        || (wanted.is_lowercase() && found.to_lowercase().eq([wanted]))
        || (wanted == '\'' && found == '’')
        || (wanted == ' ' && found.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::holds_term;

    #[test]
    fn a_term_may_be_capitalised_and_in_the_plural_but_no_part_of_a_word() {
        for (text, term) in [
            ("The Party branch met.", "party branch"),
            ("PARTY BRANCHES MEET", "party branch"),
            ("the \"AMANAT\" party", "AMANAT"),
            ("AMANAT’s plan", "AMANAT"),
            ("the Akim's house", "Akim"),
            ("C++ is used", "C++"),
        ] {
            assert!(holds_term(text, term), "{text}");
        }
        for (text, term) in [
            ("The partybranch met.", "party branch"),
            ("the Amanat party", "AMANAT"),
            ("the akim", "Akim"),
            ("akimat", "akim"),
            ("", "akim"),
        ] {
            assert!(!holds_term(text, term), "{text}");
        }
    }
}
