//! Headlines in capitals, in which a model reads little but unknown names, in sentence case.

use crate::language::CapitalsTables;
use crate::text::{Run, is_cyrillic, runs};

/// The minimum words and letters of a headline in capitals.
const MIN_WORDS: usize = 3;
const MIN_LETTERS: usize = 12;

/// The text in sentence case where it is a headline in capitals; otherwise as it is.
pub(super) fn to_sentence_case(text: &str, tables: &CapitalsTables) -> String {
    if !is_in_capitals(text) {
        return text.to_owned();
    }
    let mut lowered = String::with_capacity(text.len());
    let mut starts = true;
    let mut in_quotes = false;
    let mut initial = false;
    let mut pieces = runs(text).peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Run::Between(between) => {
                starts |= !initial && between.contains(['.', '!', '?']) && between.ends_with(' ');
                if between.matches('"').count() % 2 == 1 {
                    in_quotes = !in_quotes;
                    starts |= in_quotes;
                }
                lowered.push_str(between);
            }
            Run::Word(word) => {
                let after_initial = initial;
                let stop_follows = matches!(
                    pieces.peek(), Some(Run::Between(between)) if between.starts_with('.')
                );
                initial = word.chars().nth(1).is_none() && stop_follows;
                if initial || stays(word, tables) {
                    lowered.push_str(word);
                } else if starts || after_initial || is_name(word, tables) {
                    push_capitalised(&mut lowered, word);
                } else {
                    lowered.push_str(&word.to_lowercase());
                }
                starts = false;
            }
        }
    }
    lowered
}

fn push_capitalised(text: &mut String, word: &str) {
    let mut letters = word.chars();
    text.extend(letters.next());
    text.push_str(&letters.as_str().to_lowercase());
}

/// Whether nearly all Cyrillic letters are capitals; Latin names say nothing.
fn is_in_capitals(text: &str) -> bool {
    let (mut letters, mut capitals, mut words) = (0, 0, 0);
    for piece in runs(text) {
        if let Run::Word(word) = piece {
            words += usize::from(word.chars().nth(1).is_some() && word.starts_with(is_cyrillic));
            for letter in word.chars().filter(|&letter| is_cyrillic(letter)) {
                letters += 1;
                capitals += usize::from(letter.is_uppercase());
            }
        }
    }
    words >= MIN_WORDS && letters >= MIN_LETTERS && capitals * 5 >= letters * 4
}

/// Words that keep their capitals: abbreviations, and what is Latin (names, Roman numerals).
fn stays(word: &str, tables: &CapitalsTables) -> bool {
    tables.acronyms.contains(&word) || !word.chars().any(is_cyrillic)
}

fn is_name(word: &str, tables: &CapitalsTables) -> bool {
    let word = word.to_lowercase();
    let is_ending = |ending: &str| tables.name_endings.contains(ending);
    let mut names = tables.names.iter();
    names.any(|name| word.strip_prefix(name).is_some_and(is_ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    fn in_sentence_case(text: &str) -> Option<String> {
        let tables = KAZAKH.tidying.capitals.as_ref()?;
        Some(to_sentence_case(text, tables))
    }

    #[test]
    fn a_headline_in_capitals_becomes_a_sentence() {
        for (capitals, sentence) in [
            ("АУДАНДА ЖАҢА МЕКТЕП АШЫЛДЫ", "Ауданда жаңа мектеп ашылды"),
            (
                "ҚР ҮКІМЕТІ ҚАЗАҚСТАНДА ЖОЛ САЛАДЫ",
                "ҚР үкіметі Қазақстанда жол салады",
            ),
            ("БҰҰ-НЫҢ XXI ҒАСЫРДАҒЫ РӨЛІ", "БҰҰ-ның XXI ғасырдағы рөлі"),
            (
                "Қ.ТОҚАЕВ ЖӘНЕ А. СЕРІКОВ КЕЗДЕСТІ",
                "Қ.Тоқаев және А. Серіков кездесті",
            ),
            (
                "\"НҰРЛЫ ЖОЛ\" БАҒДАРЛАМАСЫ ІСКЕ ҚОСЫЛДЫ",
                "\"Нұрлы жол\" бағдарламасы іске қосылды",
            ),
            (
                "КӨПІР АШЫЛДЫ! ЕНДІ НЕ БОЛАДЫ?",
                "Көпір ашылды! Енді не болады?",
            ),
        ] {
            assert_eq!(in_sentence_case(capitals).as_deref(), Some(sentence));
        }
    }

    #[test]
    fn abbreviations_and_sentences_with_a_few_capitals_stay() {
        for text in [
            "ҚР ҰБ",
            "АҚШ пен БҰҰ келісті",
            "AMANAT PARTIASY ASTANA",
            "Асқар ЖҰМАБАЙ келді",
            "",
        ] {
            assert_eq!(in_sentence_case(text).as_deref(), Some(text));
        }
    }
}
