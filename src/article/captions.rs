//! Photo captions that a scraper left in the body: the title once more, alone or glued to the
//! paragraph that followed the picture.
//!
//! The text under a picture is often the headline in another form of its verb (`орналасты`,
//! `орналастырылды`), so nearly equal counts as equal. Nothing is removed: the caption becomes a
//! paragraph of its own kind.

use super::{Paragraph, ParagraphKind};

/// Minimum similarity of a caption to the title; 1 is equal.
const MIN_LIKENESS: f64 = 0.8;
/// Minimum words of a title that is compared; a shorter one may well begin a sentence of the body.
const MIN_TITLE_WORDS: usize = 3;

/// A caption begins as the title does, by this many letters.
const MIN_SAME_BEGINNING: usize = 8;
/// Maximum number of seams (see [`Title::seam`]) of a paragraph that are tried; a real one has one.
const MAX_SEAMS: usize = 8;
/// Maximum pairs of letters that are compared in an article; what comes after stays whole. A hundred
/// captions under a headline of a hundred letters take one to two million.
const MAX_COMPARISONS: usize = 100_000_000;

/// Splits captions that repeat the title from the paragraphs they are in.
pub(super) fn split_off(paragraphs: Vec<Paragraph>, title: Option<&str>) -> Vec<Paragraph> {
    let Some(title) = title.filter(|title| title.split(' ').count() >= MIN_TITLE_WORDS) else {
        return paragraphs;
    };
    let mut title = Title {
        letters: letters(title, usize::MAX),
        comparisons: 0,
    };
    let mut parted = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        let movable = matches!(paragraph.kind, ParagraphKind::Text | ParagraphKind::Heading);
        if !movable || !title.begins_as(&paragraph.text) {
            parted.push(paragraph);
        } else if title.is_like(&paragraph.text) {
            parted.push(Paragraph {
                kind: ParagraphKind::Caption,
                ..paragraph
            });
        } else if let Some(at) = title.seam(&paragraph.text) {
            let (caption, rest) = paragraph.text.split_at(at);
            parted.push(Paragraph {
                kind: ParagraphKind::Caption,
                text: caption.to_owned(),
            });
            parted.push(Paragraph {
                kind: ParagraphKind::Text,
                text: rest.to_owned(),
            });
        } else {
            parted.push(paragraph);
        }
    }
    parted
}

/// The title that captions repeat.
struct Title {
    letters: Vec<char>,
    /// Pairs of letters compared so far.
    comparisons: usize,
}

impl Title {
    /// The byte offset at which a caption similar to the title ends and the next paragraph begins
    /// without a space: at a capital letter or an opening quote directly after a small letter. Of
    /// several, the one after the most similar caption.
    fn seam(&mut self, text: &str) -> Option<usize> {
        let lengths = self.letters.len() * 2 / 3..=self.letters.len() * 3 / 2;
        let (mut before, mut length) = (' ', 0);
        let mut seams = Vec::new();
        for (at, character) in text.char_indices() {
            let turns = character.is_uppercase() || matches!(character, '«' | '“');
            if before.is_lowercase() && turns && lengths.contains(&length) {
                seams.push(at);
            }
            length += usize::from(character.is_alphanumeric());
            if length > *lengths.end() || seams.len() == MAX_SEAMS {
                break;
            }
            before = character;
        }
        let best = seams
            .into_iter()
            .map(|at| {
                let caption = letters(text.get(..at).unwrap_or_default(), at);
                (at, self.likeness(&caption))
            })
            .max_by(|a, b| a.1.total_cmp(&b.1));
        best.filter(|&(_, likeness)| likeness >= MIN_LIKENESS)
            .map(|(at, _)| at)
    }

    fn begins_as(&self, text: &str) -> bool {
        let most = MIN_SAME_BEGINNING.min(self.letters.len());
        self.letters.starts_with(&letters(text, most))
    }

    fn is_like(&mut self, text: &str) -> bool {
        let longest = self.letters.len() * 3 / 2;
        let text = letters(text, longest + 1);
        text.len() <= longest && self.likeness(&text) >= MIN_LIKENESS
    }

    /// 1 for a text equal to the title, 0 for one without a common letter, and 0 where the comparison
    /// would be beyond [`MAX_COMPARISONS`].
    fn likeness(&mut self, text: &[char]) -> f64 {
        let comparisons = text.len().saturating_mul(self.letters.len());
        self.comparisons = self.comparisons.saturating_add(comparisons);
        if self.comparisons > MAX_COMPARISONS {
            return 0.0;
        }
        strsim::normalized_levenshtein(&String::from_iter(text), &String::from_iter(&self.letters))
    }
}

/// What is compared: the first letters and digits, in lower case.
fn letters(text: &str, most: usize) -> Vec<char> {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLE: &str = "Ауданда 12 жаңа мектеп ашылды";

    fn parted(text: &str) -> Vec<(ParagraphKind, String)> {
        let paragraph = Paragraph {
            kind: ParagraphKind::Text,
            text: text.to_owned(),
        };
        let parted = split_off(vec![paragraph], Some(TITLE));
        parted
            .into_iter()
            .map(|paragraph| (paragraph.kind, paragraph.text))
            .collect()
    }

    #[test]
    fn a_caption_glued_to_a_paragraph_is_parted_letter_for_letter() {
        for (caption, rest) in [
            ("Ауданда 12 жаңа мектеп ашылды", "Оған көп адам келді."),
            (
                "Ауданда 12 жаңа мектеп ашылып жатыр",
                "«Нұр» қоры көмектесті.",
            ),
        ] {
            let expected = [
                (ParagraphKind::Caption, caption.into()),
                (ParagraphKind::Text, rest.into()),
            ];
            assert_eq!(parted(&format!("{caption}{rest}")), expected);
        }
    }

    #[test]
    fn a_line_that_repeats_the_title_is_a_caption() {
        let line = "АУДАНДА 12 ЖАҢА МЕКТЕП АШЫЛДЫ";
        assert_eq!(parted(line), [(ParagraphKind::Caption, line.to_owned())]);
    }

    #[test]
    fn a_long_title_and_many_paragraphs_like_it_are_compared_within_the_limit() {
        let title = "ауданда жаңа мектеп ашылды ".repeat(4_000);
        let mut long = Title {
            letters: letters(&title, usize::MAX),
            comparisons: 0,
        };
        assert!(!long.is_like(&title));
        let paragraph = Paragraph {
            kind: ParagraphKind::Text,
            text: TITLE.to_owned(),
        };
        let captions = split_off(vec![paragraph; 2_000], Some(TITLE));
        assert!(
            captions
                .iter()
                .all(|part| part.kind == ParagraphKind::Caption)
        );
    }

    #[test]
    fn sentences_that_begin_as_the_title_stay_whole() {
        for text in [
            "Ауданда 12 жаңа мектеп ашылды деп хабарлады ГрадСтрой компаниясы.",
            "Ауданда партияныңАтқарушы хатшысы болды.",
            "Ауданда 12 жаңа мектеп ашылды. Оған көп адам келді.",
        ] {
            assert_eq!(parted(text), [(ParagraphKind::Text, text.to_owned())]);
        }
    }
}
