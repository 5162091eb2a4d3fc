//! The terms of a glossary by their words, and the terms of a text.

use std::borrow::Cow;
use std::collections::HashMap;

use super::words::{Word, words};
use super::{Entry, MAX_TERM_WORDS, TermMatch};
use crate::language::Language;

/// Derivations that make another word and no form of it: who is from a place, what is of a kind.
const DERIVATIONS: [&str; 6] = ["лық", "лік", "дық", "дік", "тық", "тік"];

/// A tree of words: terms that begin alike share their first nodes.
#[derive(Debug, Clone)]
pub(super) struct Index {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// By the next word, which is not the last of the term, in lower case.
    next: HashMap<String, usize>,
    /// By the last word, in lower case; those that ask for more capitals first.
    ends: HashMap<String, Vec<End>>,
}

#[derive(Debug, Clone)]
struct End {
    entry: usize,
    /// The words of the term, as its entry has them.
    words: Vec<String>,
}

impl Index {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut index = Self {
            nodes: vec![Node::default()],
        };
        for (entry, term) in entries.iter().enumerate() {
            let words: Vec<String> = words(&term.source)
                .map(|word| word.text.to_owned())
                .collect();
            index.insert(entry, words);
        }
        for ends in index
            .nodes
            .iter_mut()
            .flat_map(|node| node.ends.values_mut())
        {
            // A stable sort: of equal entries the first of the file counts.
            ends.sort_by_key(|end| std::cmp::Reverse(capitals(&end.words)));
        }
        index
    }

    fn insert(&mut self, entry: usize, words: Vec<String>) {
        let Some((last, first)) = words.split_last() else {
            return;
        };
        let mut node = 0;
        for word in first {
            let next = self.nodes.len();
            node = *self.nodes[node]
                .next
                .entry(word.to_lowercase())
                .or_insert(next);
            if node == next {
                self.nodes.push(Node::default());
            }
        }
        let ends = self.nodes[node].ends.entry(last.to_lowercase());
        ends.or_default().push(End { entry, words });
    }

    pub(super) fn matches(&self, text: &str, language: &Language) -> Vec<TermMatch> {
        if self.nodes.iter().all(|node| node.ends.is_empty()) {
            return Vec::new();
        }
        let words: Vec<Word> = words(text).collect();
        let lower: Vec<String> = words.iter().map(|word| word.text.to_lowercase()).collect();
        let stems = |word: &'_ String| -> Vec<String> { stems(word, language) };
        let stems: Vec<Vec<String>> = lower.iter().map(stems).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let longest = self.longest(&words[at..], &lower[at..], &stems[at..]);
            let Some((entry, count)) = longest else {
                at += 1;
                continue;
            };
            let last = words[at + count - 1].place();
            found.push(TermMatch {
                entry,
                place: words[at].start..last.end,
            });
            at += count;
        }
        found
    }

    /// The entry of the longest term that `words` begin with, and how many of them it has.
    fn longest(
        &self,
        words: &[Word],
        lower: &[String],
        stems: &[Vec<String>],
    ) -> Option<(usize, usize)> {
        let mut longest = None;
        let mut node = self.nodes.first()?;
        for at in 0..words.len().min(MAX_TERM_WORDS) {
            if at > 0 && !words[at].is_joined {
                break;
            }
            let ends = stems[at].iter().filter_map(|stem| node.ends.get(stem));
            let own = &words[..=at];
            let mut fitting = ends.flatten().filter(|end| has_capitals(end, own));
            if let Some(end) = fitting.next() {
                longest = Some((end.entry, at + 1));
            }
            match node.next.get(&lower[at]) {
                Some(&next) => node = &self.nodes[next],
                None => break,
            }
        }
        longest
    }
}

/// What a word, in lower case, may be a form of, itself first.
fn stems(word: &str, language: &Language) -> Vec<String> {
    let Some(tables) = &language.names else {
        return vec![word.to_owned()];
    };
    let is_form = |stem: &Cow<str>| {
        let ending = word.strip_prefix(&**stem).unwrap_or_default();
        !DERIVATIONS.iter().any(|other| ending.starts_with(other))
    };
    let stems = (tables.own_stems)(word).into_iter().filter(is_form);
    stems.map(Cow::into_owned).collect()
}

/// Whether the words of a text have the capitals that a term asks for.
fn has_capitals(end: &End, words: &[Word]) -> bool {
    let mut pairs = end.words.iter().zip(words);
    pairs.all(|(wanted, word)| {
        let mut letters = wanted.chars().zip(word.text.chars());
        letters.all(|(wanted, found)| !wanted.is_uppercase() || found.is_uppercase())
    })
}

fn capitals(words: &[String]) -> usize {
    let letters = words.iter().flat_map(|word| word.chars());
    letters.filter(|letter| letter.is_uppercase()).count()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::glossary::Glossary;
    use crate::language::{GENERIC, KAZAKH, Language};

    fn found<'t>(
        terms: &str,
        text: &'t str,
        language: &'static Language,
    ) -> Vec<(String, &'t str)> {
        let glossary = Glossary::parse(terms, Path::new("terms.csv")).unwrap();
        let matches = glossary.matches(text, language).into_iter();
        matches
            .map(|found| {
                let entry = &glossary.entries()[found.entry];
                (entry.target.clone(), &text[found.place])
            })
            .collect()
    }

    fn words<'t>(terms: &str, text: &'t str) -> Vec<&'t str> {
        let found = found(terms, text, &KAZAKH).into_iter();
        found.map(|(_, words)| words).collect()
    }

    #[test]
    fn a_term_is_found_in_every_form() {
        for (term, forms) in [
            (
                "әкімдік",
                "әкімдік әкімдіктің әкімдікке әкімдігі әкімдігінің әкімдіктерге Әкімдікте",
            ),
            ("мектеп", "мектепте мектебіміз мектептерден мектебінде"),
            ("халық", "халықтың халқы халқымыз"),
            ("Алматы", "Алматыда АЛМАТЫДАН Алматының Алматымен"),
        ] {
            for form in forms.split(' ') {
                assert_eq!(words(term, &format!("Бұл {form} бар.")), [form], "{term}");
            }
        }
        for (term, text) in [
            ("әкім", "Әкімдікте жиын өтті."),
            ("Нұр", "Күннің нұры түсті."),
            ("ТЖМ", "Тжм деген сөз жоқ."),
            ("бала", "Балалық шағы."),
            // Russian endings are none of Kazakh's.
            ("бал", "Бала келді."),
        ] {
            assert!(words(term, text).is_empty(), "{term}");
        }
    }

    #[test]
    fn the_longest_term_is_found_and_terms_do_not_overlap() {
        let terms = "партия,party\n\
                     партия ұйымы,party branch\n\
                     партия ұйымы хатшысы,branch secretary\n\
                     хатшы,secretary\n";
        let text = "Партия ұйымының хатшысы мен партия ұйымы хатшысына партиядан хат келді.";
        let expected = [
            ("party branch", "Партия ұйымының"),
            ("secretary", "хатшысы"),
            ("branch secretary", "партия ұйымы хатшысына"),
            ("party", "партиядан"),
        ];
        let found = found(terms, text, &KAZAKH);
        let found: Vec<(&str, &str)> = found.iter().map(|(t, words)| (&**t, *words)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn quotation_marks_do_not_part_a_term_and_other_marks_do() {
        let term = "AMANAT партиясы";
        assert_eq!(
            words(term, "«AMANAT» партиясының жиыны"),
            ["AMANAT» партиясының"]
        );
        assert!(words(term, "AMANAT, партиясы").is_empty());
        assert_eq!(words("AMANAT", "«AMANAT»-тың ұстанымы"), ["AMANAT"]);
    }

    #[test]
    fn an_empty_target_keeps_the_term_in_latin_letters() {
        let found = found("AMANAT\nЖасыл ел,\n", "AMANAT пен Жасыл елге", &KAZAKH);
        let targets: Vec<&str> = found.iter().map(|(target, _)| &**target).collect();
        assert_eq!(targets, ["AMANAT", "Zhasyl el"]);
    }

    #[test]
    fn of_a_language_without_tables_terms_are_found_as_they_are() {
        let found = found("Bundestag,Bundestag", "Der Bundestag. Bundestags", &GENERIC);
        assert_eq!(found.len(), 1);
    }
}
