//! The terms of a glossary by their words, and the terms of a text.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use super::words::{Word, edges, words};
use super::{Entry, MAX_TERM_WORDS, TermMatch};
use crate::language::Language;

/// Derivations that make another word and no form of it: who is from a place, what is of a kind.
const DERIVATIONS: [&str; 6] = ["лық", "лік", "дық", "дік", "тық", "тік"];

/// A tree of words: terms that begin alike share their first nodes. The marks between two words belong to
/// the second.
#[derive(Debug, Clone)]
pub(super) struct Index {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// By the next word, which is not the last of the term, in lower case.
    next: HashMap<String, usize>,
    /// By the last word, in lower case; those that ask for more marks and capitals first.
    ends: HashMap<String, Vec<End>>,
}

#[derive(Debug, Clone)]
struct End {
    entry: usize,
    /// The words of the term, as its entry has them.
    words: Vec<String>,
    /// The marks before and after them.
    before: String,
    after: String,
}

/// A word of a text, ready to be looked up.
struct TextWord<'t> {
    word: Word<'t>,
    lower: String,
    /// What it may be a form of, itself first.
    stems: Vec<String>,
    /// What is between it and the word before; `None` if no term has that.
    marks: Option<String>,
}

impl Index {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut index = Self {
            nodes: vec![Node::default()],
        };
        for (entry, term) in entries.iter().enumerate() {
            index.insert(entry, &term.source);
        }
        let nodes = index.nodes.iter_mut();
        for ends in nodes.flat_map(|node| node.ends.values_mut()) {
            // A stable sort: of equal entries the first of the file counts.
            ends.sort_by_key(|end| Reverse((end.marks(), capitals(&end.words))));
            ends.dedup_by(|later, first| {
                (&later.words, &later.before, &later.after)
                    == (&first.words, &first.before, &first.after)
            });
        }
        index
    }

    fn insert(&mut self, entry: usize, term: &str) {
        let found: Vec<Word> = words(term).collect();
        let keys = found.iter().enumerate().map(|(at, word)| {
            let marks = if at > 0 { word.marks()? } else { String::new() };
            Some(marks + &word.text.to_lowercase())
        });
        let Some(mut keys) = keys.collect::<Option<Vec<String>>>() else {
            return;
        };
        let Some(last) = keys.pop() else {
            return;
        };
        let mut node = 0;
        for key in keys {
            let next = self.nodes.len();
            node = *self.nodes[node].next.entry(key).or_insert(next);
            if node == next {
                self.nodes.push(Node::default());
            }
        }
        let (before, after) = edges(term);
        let end = End {
            entry,
            words: found.iter().map(|word| word.text.to_owned()).collect(),
            before: before.to_owned(),
            after: after.to_owned(),
        };
        self.nodes[node].ends.entry(last).or_default().push(end);
    }

    pub(super) fn matches(&self, text: &str, language: &Language) -> Vec<TermMatch> {
        let is_empty = |node: &Node| node.ends.is_empty() && node.next.is_empty();
        if self.nodes.first().is_none_or(is_empty) {
            return Vec::new();
        }
        let words = words(text).map(|word| {
            let lower = word.text.to_lowercase();
            TextWord {
                stems: stems(&lower, language),
                marks: word.marks(),
                lower,
                word,
            }
        });
        let words: Vec<TextWord> = words.collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let Some((end, count)) = self.longest(&words[at..], text) else {
                at += 1;
                continue;
            };
            let (first, last) = (words[at].word, words[at + count - 1].word);
            found.push(TermMatch {
                entry: end.entry,
                place: first.start - end.before.len()..last.place().end + end.after.len(),
            });
            at += count;
        }
        found
    }

    /// The longest term that `words` begin with, and how many of them it has.
    fn longest(&self, words: &[TextWord], text: &str) -> Option<(&End, usize)> {
        let mut longest = None;
        let mut node = self.nodes.first()?;
        for (at, word) in words.iter().enumerate().take(MAX_TERM_WORDS) {
            let marks = match &word.marks {
                _ if at == 0 => "",
                Some(marks) => marks,
                None => break,
            };
            let own = &words[..=at];
            let ends = word.stems.iter().filter_map(|stem| {
                let ends = look_up(&node.ends, marks, stem)?;
                Some((ends, *stem == word.lower))
            });
            let fitting = ends.flat_map(|(ends, is_bare)| {
                let ends = ends.iter();
                ends.filter(move |end| end.fits(own, is_bare, text))
            });
            // A term of more marks is the longer one.
            let best = fitting.reduce(|best, end| {
                if end.marks() > best.marks() {
                    end
                } else {
                    best
                }
            });
            if let Some(end) = best {
                longest = Some((end, at + 1));
            }
            match look_up(&node.next, marks, &word.lower) {
                Some(&next) => node = &self.nodes[next],
                None => break,
            }
        }
        longest
    }
}

impl End {
    /// Whether the marks around `words` of `text`, and their capitals, are those that the term asks for.
    /// What has a mark behind it has no ending before that.
    fn fits(&self, words: &[TextWord], is_bare: bool, text: &str) -> bool {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return false;
        };
        (self.after.is_empty() || is_bare)
            && text[..first.word.start].ends_with(&self.before)
            && text[last.word.place().end..].starts_with(&self.after)
            && has_capitals(&self.words, words)
    }

    /// How many bytes of marks are around it.
    fn marks(&self) -> usize {
        self.before.len() + self.after.len()
    }
}

/// What a table has for a word with the marks before it.
fn look_up<'i, T>(table: &'i HashMap<String, T>, marks: &str, word: &str) -> Option<&'i T> {
    #[cfg(test)]
    tests::LOOKED_UP.with(|count| count.set(count.get() + 1));
    if marks.is_empty() {
        table.get(word)
    } else {
        table.get(&format!("{marks}{word}"))
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

/// Whether the words of a text have the capitals that those of a term ask for.
fn has_capitals(wanted: &[String], words: &[TextWord]) -> bool {
    let mut pairs = wanted.iter().zip(words);
    pairs.all(|(wanted, found)| {
        let mut letters = wanted.chars().zip(found.word.text.chars());
        letters.all(|(wanted, found)| !wanted.is_uppercase() || found.is_uppercase())
    })
}

fn capitals(words: &[String]) -> usize {
    let letters = words.iter().flat_map(|word| word.chars());
    letters.filter(|letter| letter.is_uppercase()).count()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::path::Path;

    use crate::glossary::Glossary;
    use crate::language::{GENERIC, KAZAKH, Language};

    thread_local! {
        /// Words that were looked up in a table.
        pub(super) static LOOKED_UP: Cell<usize> = const { Cell::new(0) };
    }

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
            ("ауыз", "аузы аузын"),
            ("басшысы", "басшыларының басшысына"),
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
    fn a_compound_is_found_in_the_plural() {
        for (term, text) in [
            ("су қоймасы", "су қоймаларынан"),
            ("спорт кешені", "спорт кешендері"),
            ("қаржы министрлігі", "қаржы министрліктері"),
            ("мал дәрігері", "мал дәрігерлеріне"),
            ("жұмыс орны", "жұмыс орындары"),
        ] {
            assert_eq!(words(term, &format!("Бұл {text} екен.")), [text], "{term}");
        }
        assert!(words("су қоймасы", "су қоймалар").is_empty());
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

    #[test]
    fn marks_in_a_term_are_as_they_are_written() {
        for (term, text, expected) in [
            ("AT&T", "Кеше AT&T-нің кеңсесі ашылды.", "AT&T"),
            ("т.б.", "Алма, алмұрт, т.б. жемістер.", "т.б."),
            ("C++", "Ол C++-те жазады.", "C++"),
            (".kz", "Мекенжай tengri.kz екен.", ".kz"),
            ("«Kaspi.kz»", "«Kaspi.kz»-тің мәзірі", "Kaspi.kz"),
            ("А/Б тобы", "А/Б тобының ойыны", "А/Б тобының"),
            ("мектеп №", "Бұл мектеп № 5 екен.", "мектеп №"),
        ] {
            assert_eq!(words(term, text), [expected], "{term}");
        }
        for (term, text) in [
            ("C++", "C тілі мен C+ белгісі"),
            ("AT&T", "AT T, AT, T, AT-T"),
            ("т.б.", "т.б және т. б."),
            ("мектеп №", "мектепте № 5"),
        ] {
            assert!(words(term, text).is_empty(), "{term}");
        }
        let found = found("C,the letter\nC++,C plus plus", "C++ пен C", &KAZAKH);
        let targets: Vec<&str> = found.iter().map(|(target, _)| &**target).collect();
        assert_eq!(targets, ["C plus plus", "the letter"]);
    }

    #[test]
    fn a_glossary_of_many_entries_costs_a_sentence_no_more_than_a_small_one() {
        let text = "Қалалық мәслихат депутаттары кеше жаңа көпірдің құрылысын көрді.";
        let looked_up = |terms: &str| {
            let glossary = Glossary::parse(terms, Path::new("terms.csv")).unwrap();
            LOOKED_UP.set(0);
            assert_eq!(glossary.matches(text, &KAZAKH).len(), 1);
            LOOKED_UP.get()
        };
        let small = looked_up("көпір,viaduct\n");
        let many: String = (0..20_000)
            .map(|number| format!("көпір{number},viaduct\nмәслихат депутаты{number},deputy\n"))
            .collect();
        let large = looked_up(&format!("{many}көпір,viaduct\n"));
        assert!(large <= 2 * small, "{large} for {small}");
    }

    #[test]
    fn equal_entries_are_looked_at_once() {
        let terms = "Көпір,bridge\n".repeat(20_000) + "көпір,viaduct\n";
        let found = found(&terms, "көпір Көпір", &KAZAKH);
        let targets: Vec<&str> = found.iter().map(|(target, _)| &**target).collect();
        assert_eq!(targets, ["viaduct", "bridge"]);
    }
}
