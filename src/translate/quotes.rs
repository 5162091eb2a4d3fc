//! Quotation marks of a quotation that was split into its sentences, put back in the English.
//!
//! `«Бірінші сөйлем. Екінші сөйлем»` is translated as two units, each with one mark. Models trained on
//! whole sentences often drop a mark that has no partner. Where it stood at the unit's very beginning
//! or end, its place in the English is certain; elsewhere nothing is guessed, and the quotes check
//! tells.

use std::borrow::Cow;

/// Places (in bytes) of a text's marks that have no partner in it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Unpaired {
    opening: Vec<usize>,
    closing: Vec<usize>,
}

/// `target` with the mark that `source` begins or ends with and that has its partner in another
/// unit, where the target has none.
pub(super) fn restored<'a>(source: &str, target: &'a str) -> Cow<'a, str> {
    let source = source.trim();
    let (wanted, found) = (unpaired(source), unpaired(target));
    let begins = wanted.opening.contains(&0);
    let last = source
        .trim_end_matches(is_stop)
        .char_indices()
        .next_back()
        .map(|(place, _)| place);
    let ends = last.is_some_and(|last| wanted.closing.contains(&last));
    let opening = begins && found.opening.is_empty() && !target.starts_with(is_mark);
    let closing = ends && found.closing.is_empty() && !target.ends_with(is_mark);
    if target.trim().is_empty() || !(opening || closing) {
        return Cow::Borrowed(target);
    }
    let mark = |wanted: bool| if wanted { "\"" } else { "" };
    Cow::Owned(format!("{}{target}{}", mark(opening), mark(closing)))
}

fn unpaired(text: &str) -> Unpaired {
    let mut unpaired = Unpaired::default();
    let mut before = None;
    let mut characters = text.char_indices().peekable();
    while let Some((place, character)) = characters.next() {
        let opens = match character {
            '«' | '“' | '„' => Some(true),
            '»' | '”' => Some(false),
            // A straight mark opens before a word and closes after one.
            '"' => {
                let word_follows = characters.peek().is_some_and(|(_, c)| !c.is_whitespace());
                let word_precedes = before.is_some_and(|c: char| !c.is_whitespace() && c != '(');
                Some(word_follows && !word_precedes)
            }
            _ => None,
        };
        match opens {
            Some(true) => unpaired.opening.push(place),
            Some(false) if unpaired.opening.pop().is_some() => {}
            Some(false) => unpaired.closing.push(place),
            None => {}
        }
        before = Some(character);
    }
    unpaired
}

fn is_mark(character: char) -> bool {
    matches!(character, '"' | '«' | '»' | '“' | '”' | '„')
}

fn is_stop(character: char) -> bool {
    matches!(character, '.' | ',' | '!' | '?' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_of_a_quotation_gets_its_opening_mark_back() {
        let source = "\"Өңірде 145 бастауыш партия ұйымы бар.";
        assert_eq!(restored(source, "There are 145."), "\"There are 145.");
        assert_eq!(restored(source, "\"There are 145."), "\"There are 145.");
    }

    #[test]
    fn the_last_sentence_gets_its_closing_mark_back_where_nothing_follows_it() {
        let source = "Бұл - біздің ұстанымымыз\".";
        assert_eq!(
            restored(source, "This is our principle."),
            "This is our principle.\""
        );
        let speaker = "Бұл - \"AMANAT\"-тың ұстанымы\", - деді Е.Жылқыбаев.";
        let target = "This is the principle, said Ye. Zhylkybayev.";
        assert_eq!(restored(speaker, target), target);
    }

    #[test]
    fn paired_marks_and_texts_without_any_stay_as_they_are() {
        for (source, target) in [
            ("\"AMANAT\" партиясы.", "The AMANAT party."),
            ("Олар көп.", "They are many."),
            ("«Бір», «екі».", "\"One\", \"two\"."),
            ("\"Өңірде бар.", ""),
        ] {
            assert_eq!(restored(source, target), target);
        }
    }

    #[test]
    fn marks_are_paired_across_kinds() {
        assert_eq!(unpaired("«Бір “екі” үш»"), Unpaired::default());
        let expected = Unpaired {
            opening: vec![11],
            closing: Vec::new(),
        };
        assert_eq!(unpaired("(\"one\" and \"two"), expected);
    }

    #[test]
    fn a_mark_elsewhere_without_a_partner_is_no_reason_to_add_one() {
        for source in [
            "«Биыл» кеңестердің құрамы «46%-ға жаңарды.",
            "Бұл - ұстанымымыз», - деді ол «Хабар 24».",
        ] {
            assert_eq!(restored(source, "As it is."), "As it is.");
        }
    }
}
