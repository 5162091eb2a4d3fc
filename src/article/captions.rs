//! Photo captions that a scraper left in the body: the title once more, alone or glued to the
//! paragraph that followed the picture.
//!
//! The text under a picture is often the headline in another form of its verb (`орналасты`,
//! `орналастырылды`), so nearly equal counts as equal. Nothing is removed: the caption becomes a
//! paragraph of its own kind.

use super::{Paragraph, ParagraphKind};

/// How like the title a caption is, at least; 1 is equal.
const LIKENESS: f64 = 0.8;
/// A shorter title may well begin a sentence of the body.
const FEWEST_TITLE_WORDS: usize = 3;

/// Parts captions that repeat the title from the paragraphs they stand in.
pub(super) fn part(paragraphs: Vec<Paragraph>, title: Option<&str>) -> Vec<Paragraph> {
    let Some(title) = title.filter(|title| title.split(' ').count() >= FEWEST_TITLE_WORDS) else {
        return paragraphs;
    };
    let title = letters(title);
    let mut parted = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        let movable = matches!(paragraph.kind, ParagraphKind::Text | ParagraphKind::Heading);
        if movable && is_like(&letters(&paragraph.text), &title) {
            parted.push(Paragraph {
                kind: ParagraphKind::Caption,
                ..paragraph
            });
        } else if let Some(at) = seam(&paragraph.text, &title).filter(|_| movable) {
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

/// Where a caption like the title ends and the next paragraph begins without a space: a capital
/// letter or an opening quote directly after a small letter. Of several, the one most like it.
fn seam(text: &str, title: &str) -> Option<usize> {
    let longest = title.chars().count() * 2;
    let mut before = ' ';
    let mut seen = 0;
    let mut best: Option<(usize, f64)> = None;
    for (at, character) in text.char_indices() {
        if before.is_lowercase() && (character.is_uppercase() || matches!(character, '«' | '“'))
        {
            let likeness = strsim::normalized_levenshtein(&letters(&text[..at]), title);
            if likeness >= LIKENESS && best.is_none_or(|(_, other)| likeness > other) {
                best = Some((at, likeness));
            }
        }
        seen += usize::from(character.is_alphanumeric());
        if seen > longest {
            break;
        }
        before = character;
    }
    best.map(|(at, _)| at)
}

fn is_like(text: &str, title: &str) -> bool {
    let (text_length, title_length) = (text.chars().count(), title.chars().count());
    text_length <= title_length * 2 && strsim::normalized_levenshtein(text, title) >= LIKENESS
}

/// What is compared: letters and digits, in lower case.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
