//! The terms of a glossary are in the translation as it wants them.
//!
//! A small letter of a term may be a capital in the translation (at the beginning of a sentence, in a
//! title), a noun may be in the plural; everything else is as the glossary has it.

use std::collections::HashMap;
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
    if pair.terms.is_empty() {
        return Vec::new();
    }
    let target = TermFinder::new(pair.target);
    let terms = pair.terms.iter();
    let missing = terms.filter(|term| !target.holds(term.target));
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
    TermFinder::new(text).holds(term)
}

/// An English text in which terms are looked for: each only where its first word is.
pub struct TermFinder<'t> {
    text: &'t str,
    /// Where each word begins, by the word in lower case.
    words: HashMap<String, Vec<usize>>,
}

impl<'t> TermFinder<'t> {
    /// Reads `text` once.
    pub fn new(text: &'t str) -> Self {
        let mut words: HashMap<String, Vec<usize>> = HashMap::new();
        let mut at = 0;
        for run in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let word = run.trim_end_matches(|c: char| !c.is_alphanumeric());
            if !word.is_empty() {
                words.entry(word.to_lowercase()).or_default().push(at);
            }
            at += run.len();
        }
        Self { text, words }
    }

    /// Whether the text has `term`, in the singular or in the plural.
    pub fn holds(&self, term: &str) -> bool {
        let plural = plural(term);
        let mut forms = std::iter::once(term).chain(plural.as_deref());
        forms.any(|form| self.found(form).next().is_some())
    }

    /// The bytes that `term` takes wherever the text has it, those of the singular first.
    pub fn places_of(&self, term: &str) -> Vec<Range<usize>> {
        let plural = plural(term);
        let forms = std::iter::once(term).chain(plural.as_deref());
        forms.flat_map(|form| self.found(form)).collect()
    }

    /// Where `form` is.
    fn found(&self, form: &str) -> impl Iterator<Item = Range<usize>> {
        let places = self.places(form);
        places.filter_map(move |at| Some(at..at + length_of(&self.text[at..], form)?))
    }

    /// Where `form` may begin.
    fn places(&self, form: &str) -> impl Iterator<Item = usize> {
        let is_word = char::is_alphanumeric;
        let first = form.find(is_word).unwrap_or(form.len());
        let (marks, rest) = form.split_at(first);
        let word = rest.split(|c| !is_word(c)).next().unwrap_or_default();
        let words = self.words.get(&word.to_lowercase()).into_iter().flatten();
        let before = marks.chars().count();
        let places = words.filter_map(move |&at| match before {
            0 => Some(at),
            count => {
                let (at, _) = self.text[..at].char_indices().rev().nth(count - 1)?;
                Some(at)
            }
        });
        // A form of marks alone may be anywhere.
        let is_wordless = word.is_empty() && !form.is_empty();
        let anywhere = self.text.char_indices().filter(move |_| is_wordless);
        places.chain(anywhere.map(|(at, _)| at))
    }
}

/// The bytes of `form` at the beginning of `text`; `None` if that begins otherwise, or with a longer word.
fn length_of(text: &str, form: &str) -> Option<usize> {
    let is_word = char::is_alphanumeric;
    let mut rest = text.chars();
    let mut wanted = form.chars();
    let is_there = wanted.all(|wanted| rest.next().is_some_and(|c| is_same(wanted, c)));
    let length = text.len() - rest.as_str().len();
    let is_longer = form.ends_with(is_word) && rest.next().is_some_and(is_word);
    (is_there && !is_longer).then_some(length)
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
    use super::{TermFinder, holds_term};

    #[test]
    fn a_term_may_be_capitalised_and_in_the_plural_but_no_part_of_a_word() {
        for (text, term) in [
            ("The Party branch met.", "party branch"),
            ("PARTY BRANCHES MEET", "party branch"),
            ("the \"AMANAT\" party", "AMANAT"),
            ("AMANAT’s plan", "AMANAT"),
            ("the Akim's house", "Akim"),
            ("C++ is used", "C++"),
            ("on tengri.kz and", ".kz"),
            ("100 %", "%"),
            ("Éire", "éire"),
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

    #[test]
    fn a_term_is_as_long_as_the_text_has_it() {
        let text = "İt is the Akim’s Office; akim's\u{2003}offices";
        let places = TermFinder::new(text).places_of("akim's office");
        let found: Vec<&str> = places.into_iter().map(|place| &text[place]).collect();
        assert_eq!(found, ["Akim’s Office", "akim's\u{2003}offices"]);
    }

    #[test]
    fn a_term_is_compared_only_where_its_first_word_is() {
        let text = "the akim of a region met the mayor. ".repeat(1000) + "The party branch";
        let finder = TermFinder::new(&text);
        let places = |form: &str| finder.places(form).count();
        assert_eq!([places("party branch"), places("viaduct")], [1, 0]);
        assert_eq!(places("akim"), 1000);
    }
}
