//! Names that are translated instead of transliterated, and capitalised words that are not names.

use crate::language::NameTables;

/// `None` if no stem of the word is known; otherwise whether the English `words` hold its
/// translation, or the word is one of those that are not looked for.
pub(super) fn look_up(tables: &NameTables, stems: &[&str], words: &[String]) -> Option<bool> {
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
            .any(|english| begins(english, words)),
    )
}

/// Whether the words of `english` occur in a row in `words`, each possibly with more letters after
/// it.
fn begins(english: &str, words: &[String]) -> bool {
    let wanted: Vec<&str> = english.split([' ', '.']).collect();
    // An abbreviation must be a whole word: it begins too many others.
    let fits = |(word, wanted): (&String, &&str)| {
        if wanted.len() <= 2 {
            word == wanted
        } else {
            word.starts_with(wanted)
        }
    };
    words
        .windows(wanted.len())
        .any(|run| run.iter().zip(&wanted).all(fits))
}

#[cfg(test)]
mod tests {
    use crate::language::KAZAKH;

    fn look_up(stems: &[&str], words: &[String]) -> Option<bool> {
        KAZAKH
            .names
            .and_then(|tables| super::look_up(&tables, stems, words))
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
    fn parts_of_titles_are_passed_over() {
        assert_eq!(
            look_up(&["министрлігінің", "министрлік"], &words("nothing")),
            Some(true)
        );
    }
}
