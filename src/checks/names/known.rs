//! Names that are translated instead of transliterated, and capitalised words that are not names.

use super::target::forms;
use crate::language::NameTables;

/// `None` if no stem of the word is known; otherwise whether the English `words` hold its
/// translation, or the word is one of those that are not looked for. A word that `is_another` name, by its
/// number, is a translation only in the table's own spelling (`Turkmenistan` begins as Turkish does).
pub(super) fn look_up(
    tables: &NameTables,
    stems: &[&str],
    words: &[String],
    is_another: impl Fn(usize) -> bool,
) -> Option<bool> {
    // Ordinals are translated.
    let is_ordinal = |stem: &str| {
        tables
            .ordinal_endings
            .iter()
            .any(|ending| stem.ends_with(ending))
    };
    let is_ignored = |stem: &&str| tables.ignored.binary_search(stem).is_ok() || is_ordinal(stem);
    if stems.iter().any(is_ignored) {
        return Some(true);
    }
    // Names in -ия lose their я in Russian endings, and in some Kazakh derivations.
    let is = |name: &str| {
        stems
            .iter()
            .any(|stem| *stem == name || name.strip_suffix('я') == Some(stem))
    };
    let mut known = tables
        .translated
        .iter()
        .filter(|(name, _)| is(name))
        .peekable();
    known.peek()?;
    Some(
        known
            .flat_map(|(_, english)| english.split('|'))
            .any(|english| begins(english, words, &is_another)),
    )
}

/// Whether the words of `english` occur in a row in `words`, each possibly with more letters after
/// it.
fn begins(english: &str, words: &[String], is_another: impl Fn(usize) -> bool) -> bool {
    let wanted: Vec<&str> = english.split([' ', '.']).collect();
    // An abbreviation must be a whole word: it begins too many others.
    let fits = |at: usize, word: &str, wanted: &str| {
        let is_form = || forms(word).any(|form| form == wanted);
        if wanted.len() <= 2 {
            word == wanted
        } else {
            word.starts_with(wanted) && (!is_another(at) || is_form())
        }
    };
    words.windows(wanted.len()).enumerate().any(|(start, run)| {
        let mut words = run.iter().zip(&wanted).enumerate();
        words.all(|(number, (word, wanted))| fits(start + number, word, wanted))
    })
}

#[cfg(test)]
mod tests {
    use crate::language::KAZAKH;

    fn look_up(stems: &[&str], words: &[String]) -> Option<bool> {
        KAZAKH
            .names
            .and_then(|tables| super::look_up(&tables, stems, words, |_| false))
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_lowercase).collect()
    }

    #[test]
    fn translated_names_are_found_in_every_form() {
        assert_eq!(look_up(&["ресей"], &words("The Russian side")), Some(true));
        assert_eq!(look_up(&["ресей"], &words("The Chinese side")), Some(false));
        assert_eq!(look_up(&["ақш"], &words("the U S economy")), Some(true));
        assert_eq!(look_up(&["германи"], &words("in Germany")), Some(true));
        assert_eq!(look_up(&["жылқыбаев"], &words("in Germany")), None);
    }

    #[test]
    fn another_name_that_begins_alike_is_no_translation() {
        let tables = KAZAKH.names.as_ref().expect("names of Kazakh");
        let found = |text: &str| super::look_up(tables, &["түркия"], &words(text), |_| true);
        assert_eq!(found("in Turkmenistan"), Some(false));
        let moscow = super::look_up(tables, &["мәскеу"], &words("the Russians"), |_| true);
        assert_eq!(moscow, Some(true));
    }

    #[test]
    fn parts_of_titles_are_passed_over() {
        assert_eq!(
            look_up(&["министрлігінің", "министрлік"], &words("nothing")),
            Some(true)
        );
    }
}
