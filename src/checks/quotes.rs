//! A quotation was lost, or the target opens one that it does not close.
//!
//! Kazakh puts the names of firms, parties and projects in quotation marks where English often does
//! without, so a short quoted title may lose its marks; somebody's words may not.

use super::SentencePair;
use super::text::{excerpt, is_cyrillic};

/// A quotation of at least this many words is taken for somebody's words, a shorter one for a title.
const SPEECH: usize = 4;

pub(super) fn problem(pair: &SentencePair) -> Option<String> {
    let (source, target) = (marks(pair.source), marks(pair.target));
    if target.is_empty() && !has_single_quotes(pair.target) {
        let speech = quoted(pair.source, &source).into_iter().find(|quotation| {
            quotation.split_whitespace().count() >= SPEECH && quotation.contains(is_cyrillic)
        })?;
        return Some(format!(
            "the words “{}” are not quoted in the translation",
            excerpt(speech)
        ));
    }
    (source.len() % 2 == 0 && target.len() % 2 == 1)
        .then(|| "a quotation mark of the translation has no partner".to_owned())
}

/// Byte ranges of the double quotation marks of any style in `text`.
fn marks(text: &str) -> Vec<std::ops::Range<usize>> {
    text.char_indices()
        .filter(|(_, c)| matches!(c, '"' | '«' | '»' | '“' | '”' | '„' | '‟' | '＂'))
        .map(|(at, c)| at..at + c.len_utf8())
        .collect()
}

/// Whether `text` holds a quotation in single marks: one opens before a word, or one closes the text.
fn has_single_quotes(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '\'' | '‘' | '’');
    let opens = |before: char, after: char| !before.is_alphanumeric() && after.is_alphabetic();
    let closes_the_text = text
        .trim_end()
        .strip_suffix(is_mark)
        .is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_punctuation()));
    let opened = text
        .char_indices()
        .filter(|(_, c)| is_mark(*c))
        .any(|(at, mark)| {
            let before = text[..at].chars().next_back().unwrap_or(' ');
            opens(
                before,
                text[at + mark.len_utf8()..].chars().next().unwrap_or(' '),
            )
        });
    opened || closes_the_text
}

/// The quoted parts of `text`; an unpaired mark quotes to the end, or from the start where it closes.
fn quoted<'t>(text: &'t str, marks: &[std::ops::Range<usize>]) -> Vec<&'t str> {
    let closes_first = marks.first().is_some_and(|mark| {
        let before = text[..mark.start].chars().next_back();
        let after = text[mark.end..].chars().next();
        before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '[' | '-' | '–' | '—'))
            && !after.is_some_and(char::is_alphanumeric)
    });
    let starts = std::iter::once(0).chain(marks.iter().map(|mark| mark.end));
    let ends = marks
        .iter()
        .map(|mark| mark.start)
        .chain(std::iter::once(text.len()));
    let parts = starts.zip(ends).map(|(start, end)| &text[start..end]);
    parts.skip(usize::from(!closes_first)).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotations(text: &str) -> Vec<&str> {
        quoted(text, &marks(text))
    }

    #[test]
    fn quoted_parts_are_found_in_every_style() {
        assert_eq!(quotations("«Иә», – деді ол. «Жоқ»."), ["Иә", "Жоқ"]);
        assert_eq!(
            quotations("Ол “ашық” және \"жабық\" деді"),
            ["ашық", "жабық"]
        );
    }

    #[test]
    fn a_quotation_cut_by_the_splitter_is_open_at_one_end() {
        assert_eq!(quotations("Ол: «Бұл бізге керек."), ["Бұл бізге керек."]);
        assert_eq!(
            quotations("Бұл бізге керек», – деді ол."),
            ["Бұл бізге керек"]
        );
    }

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        assert!(!has_single_quotes(
            "The workers' union didn't meet in the '90s"
        ));
        assert!(has_single_quotes("He said 'we are ready' and left"));
    }
}
