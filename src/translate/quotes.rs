//! Quotation marks of a quotation that was split into its sentences, put back in the English.
//!
//! `«Бірінші сөйлем. Екінші сөйлем»` is translated as two units, each with one mark. Models trained
//! on whole sentences often drop a mark that has no partner. If it was at the very beginning or end
//! of the unit, or before words such as `деді ол` that are `, he said` in the English, its place in
//! the English is certain; elsewhere nothing is guessed, and the quotes check reports it.

use std::borrow::Cow;

use crate::language::Language;
use crate::text::{is_double_quote, unpaired};

/// Verbs of speech, which say who spoke.
const SPEAKING: [&str; 22] = [
    "added",
    "adds",
    "announced",
    "asked",
    "asks",
    "concluded",
    "declared",
    "emphasized",
    "explained",
    "explains",
    "noted",
    "notes",
    "promised",
    "recalled",
    "replied",
    "said",
    "says",
    "stated",
    "stressed",
    "told",
    "writes",
    "wrote",
];
/// Words that continue the sentence: no "he said" follows them.
const CONTINUING: [&str; 12] = [
    "and", "as", "because", "but", "if", "or", "so", "that", "when", "where", "which", "who",
];
/// Maximum words after the quoted ones, as in `he said`.
const MAX_TAG: usize = 12;
/// The verb is among this many first words, as in `the head of the branch said`.
const VERB_WITHIN: usize = 7;

/// `target` with the mark that `source` begins or ends with and that has its partner in another
/// unit, if the target lacks it.
pub(super) fn restored<'a>(source: &str, target: &'a str, language: &Language) -> Cow<'a, str> {
    let source = source.trim();
    let (wanted, found) = (unpaired(source), unpaired(target));
    let begins = wanted.opening.contains(&0);
    let last = source
        .trim_end_matches(is_stop)
        .char_indices()
        .next_back()
        .map(|(place, _)| place);
    let ends = last.is_some_and(|last| wanted.closing.contains(&last));
    let opening = begins && found.opening.is_empty() && !target.starts_with(is_double_quote);
    let closing = ends && found.closing.is_empty() && !target.ends_with(is_double_quote);
    let tag = match wanted.closing[..] {
        [place]
            if !ends && found.closing.is_empty() && says_who_spoke(&source[place..], language) =>
        {
            speech_tag(target)
        }
        _ => None,
    };
    if target.trim().is_empty() || !(opening || closing || tag.is_some()) {
        return Cow::Borrowed(target);
    }
    let mark = |wanted: bool| if wanted { "\"" } else { "" };
    let (quoted, tag) = target.split_at(tag.unwrap_or(target.len()));
    let inner = mark(!tag.is_empty());
    Cow::Owned(format!(
        "{}{quoted}{inner}{tag}{}",
        mark(opening),
        mark(closing)
    ))
}

/// Whether the text after the closing mark in the source says who spoke, and nothing more.
fn says_who_spoke(rest: &str, language: &Language) -> bool {
    let words: Vec<&str> = rest
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    words.len() <= MAX_TAG
        && words
            .first()
            .is_some_and(|word| language.quoting_verbs.contains(word))
}

/// The byte offset at which the quoted words end in the English: after the only comma, question or
/// exclamation mark that is followed by a clause such as `he said`, which must end the text.
fn speech_tag(target: &str) -> Option<usize> {
    let begins = target
        .match_indices([',', '?', '!'])
        .map(|(place, mark)| place + mark.len());
    let mut tags = begins.filter(|&begin| {
        let Some(rest) = target[begin..].strip_prefix(' ') else {
            return false;
        };
        let words: Vec<&str> = rest.split_whitespace().collect();
        let clause = rest.split(',').next().unwrap_or_default();
        let spoken = clause
            .split_whitespace()
            .take(VERB_WITHIN)
            .any(|word| SPEAKING.contains(&word.trim_end_matches(is_stop)));
        let continues = words
            .first()
            .is_some_and(|word| CONTINUING.contains(&word.to_lowercase().as_str()));
        spoken && !continues && words.len() <= MAX_TAG
    });
    let tag = tags.next()?;
    tags.next().is_none().then_some(tag)
}

fn is_stop(character: char) -> bool {
    matches!(character, '.' | ',' | '!' | '?' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    fn restored<'a>(source: &str, target: &'a str) -> Cow<'a, str> {
        super::restored(source, target, &KAZAKH)
    }

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
    }

    #[test]
    fn a_mark_before_who_spoke_is_put_where_the_english_tells_it() {
        let source = "Бұл - \"AMANAT\"-тың ұстанымы\", - деді Е.Жылқыбаев.";
        for (target, expected) in [
            (
                "This is the principle, said Ye. Zhylkybayev.",
                "This is the principle,\" said Ye. Zhylkybayev.",
            ),
            (
                "This, then, is the principle, the head of the branch said.",
                "This, then, is the principle,\" the head of the branch said.",
            ),
            (
                "Is it the principle? he asked.",
                "Is it the principle?\" he asked.",
            ),
        ] {
            assert_eq!(restored(source, target), expected);
        }
        let both = "«Бұл - \"AMANAT\"-тың ұстанымы», - деді ол.";
        let target = "This is the principle, he said.";
        assert_eq!(restored(both, target), target);
    }

    #[test]
    fn where_the_english_tells_otherwise_who_spoke_nothing_is_added() {
        let source = "Бұл - біздің ұстанымымыз», - деді ол.";
        for target in [
            "He said that this is our principle.",
            "This is our principle, and he said so.",
            "This is our principle.",
            "He came, he said, because this, she added, is our principle.",
            "This is our principle,\" he said.",
        ] {
            assert_eq!(restored(source, target), target);
        }
        let long = "Бұл - ұстанымымыз» атты жиын туралы айтылды.";
        let target = "This is our principle, he said.";
        assert_eq!(restored(long, target), target);
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
    fn a_mark_elsewhere_without_a_partner_is_no_reason_to_add_one() {
        for source in [
            "«Биыл» кеңестердің құрамы «46%-ға жаңарды.",
            "Бұл - ұстанымымыз», - деді ол «Хабар 24».",
        ] {
            assert_eq!(restored(source, "As it is."), "As it is.");
        }
    }
}
