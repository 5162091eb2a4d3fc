//! Hyphens at the ends of lines: of a divided word, or a word's own.
//!
//! What the document writes elsewhere decides. Where it is silent, the hyphen is the word's own if
//! one of its halves is known to have one, or if no syllable could end there; most hyphens at line
//! ends are of divided words.

use std::collections::HashSet;

use crate::language::KNOWN;
use crate::text::is_cyrillic_vowel;

/// Minimum letters of a half that repeats the beginning of the other (`дәрі-дәрмек`).
const MIN_REPEATED: usize = 2;
/// Letters of the second half that are enough to know a compound again in another case.
const MIN_KNOWN: usize = 4;

/// The words of a document, in lower case.
#[derive(Debug, Default)]
pub(super) struct Words {
    whole: HashSet<String>,
    /// Words with a hyphen, the second half cut to [`MIN_KNOWN`] letters.
    compounds: HashSet<String>,
}

impl Words {
    /// The words inside of lines; one that a line's end may have divided is none.
    pub(super) fn of<'l>(lines: impl Iterator<Item = &'l str>) -> Self {
        let mut words = Self::default();
        for word in lines.flat_map(str::split_whitespace) {
            let word = bare(word).to_lowercase();
            match word.split_once('-') {
                Some((first, second)) if !first.is_empty() && !second.is_empty() => {
                    words.compounds.insert(compound(first, second));
                }
                Some(_) => {}
                None => {
                    words.whole.insert(word);
                }
            }
        }
        words
    }

    /// Whether the hyphen between the last word of a line and the first of the next belongs to the
    /// word itself. Both are given without it.
    pub(super) fn is_own(&self, line: &str, next: &str) -> bool {
        let first = line.rsplit(char::is_whitespace).next().unwrap_or_default();
        let second = next.split_whitespace().next().unwrap_or_default();
        let (first, second) = (bare(first), bare(second));
        let is_in_capitals = first.chars().nth(1).is_some() && !first.contains(char::is_lowercase);
        let (first, second) = (first.to_lowercase(), second.to_lowercase());
        if self.compounds.contains(&compound(&first, &second)) {
            return true;
        }
        let closed = format!("{first}{second}");
        !self.whole.contains(&closed)
            && (is_in_capitals || is_compound(&first, &second) || !ends_syllable(&first, &second))
    }
}

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '-')
}

fn compound(first: &str, second: &str) -> String {
    let second: String = second.chars().take(MIN_KNOWN).collect();
    format!("{first}-{second}")
}

/// Whether two words are known to be written with a hyphen between them.
fn is_compound(first: &str, second: &str) -> bool {
    // Of a compound of three, the part next to the hyphen counts.
    let first = first.rsplit('-').next().unwrap_or_default();
    let known = KNOWN.iter().any(|language| {
        let hyphens = &language.hyphens;
        let is_ending = hyphens
            .endings
            .iter()
            .any(|ending| second.starts_with(ending));
        let opens = hyphens.firsts.contains(&first)
            || is_double_adjective(first, second, hyphens.adjectives);
        opens && !is_ending
            || hyphens.lasts.contains(&second)
            || hyphens
                .pairs
                .iter()
                .any(|(one, other)| first == *one && second.starts_with(other))
    });
    let mut repeated = first.chars().zip(second.chars());
    known
        || repeated
            .by_ref()
            .take(MIN_REPEATED)
            .all(|(one, other)| one == other)
            && first.chars().nth(MIN_REPEATED).is_some()
}

/// `қоғамдық-саяси`: an adjective, and another long word.
fn is_double_adjective(first: &str, second: &str, ends: &[&str]) -> bool {
    let is_long = |word: &str| word.chars().nth(4).is_some();
    is_long(first) && is_long(second) && ends.iter().any(|end| first.ends_with(end))
}

/// Whether a syllable may end between two halves of a word, each with a vowel: a syllable begins
/// with a consonant, but after a vowel of a borrowed word.
fn ends_syllable(first: &str, second: &str) -> bool {
    let is_vowel = |letter: char| is_cyrillic_vowel(letter) || "aeiouyáäöüóúıýū".contains(letter);
    let has_vowel = |half: &str| half.contains(is_vowel);
    let open = first.ends_with(['и', 'у', 'ю', 'о', 'э', 'a', 'e', 'i', 'o', 'u']);
    let starts_open = second.starts_with(is_vowel);
    has_vowel(first)
        && has_vowel(second)
        && first.chars().nth(1).is_some()
        && second.chars().nth(1).is_some()
        && (!starts_open || open)
        && !second.starts_with(['ь', 'ъ'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divided_words_are_closed_and_compounds_stay() {
        let words = Words::default();
        for word in [
            "бас-талды",
            "ап-талық",
            "жос-пары",
            "пайда-лы",
            "әлеумет-тік",
            "ашылу-ына",
            "кітап-хана",
            "оқушы-лар",
            "матери-алдар",
            "мем-лекеттік",
            "облыс-тық",
            "республи-ка",
            "образо-вание",
            "госу-дарство",
            "эконо-мика",
            "жетіс-тік",
            "мемле-кет",
            "бағдар-лама",
            "кәсіп-керлік",
        ] {
            let (first, second) = word.split_once('-').expect("a hyphen");
            assert!(!words.is_own(first, second), "{word}");
        }
        for word in [
            "бала-шаға",
            "ата-ана",
            "ата-аналар",
            "әлеуметтік-экономикалық",
            "сондай-ақ",
            "АҚШ-тың",
            "бір-бірі",
            "дәрі-дәрмек",
            "қарым-қатынас",
            "іс-шаралар",
            "премьер-министр",
            "веб-сайт",
            "оңтүстік-шығыс",
            "қоғамдық-саяси",
            "жауын-шашын",
            "какой-то",
            "из-за",
            "д-р",
            "өтпей-ақ",
            "социально-экономический",
            "ауыл-аймақ",
            "мәдени-көпшілік",
            "азық-түлік",
        ] {
            let (first, second) = word.split_once('-').expect("a hyphen");
            assert!(words.is_own(first, second), "{word}");
        }
    }

    #[test]
    fn what_the_document_writes_elsewhere_decides() {
        let lines = ["Көлік-логистика орталығы мен баспасөз", "ата баласы"];
        let words = Words::of(lines.into_iter());
        assert!(words.is_own("Бұл көлік", "логистикалық кешен"));
        assert!(!words.is_own("сол баспа", "сөз туралы"));
    }
}
