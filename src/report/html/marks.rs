//! Which checks failed where: the index over the marks of an article.

use crate::checks::Check;
use crate::document::Document;
use crate::report::flags;

/// A place that can be marked. Sentences are counted from one through the whole article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    Title,
    Summary,
    Sentence(usize),
}

impl Spot {
    /// The spot's `id` in the page, within the article of this key.
    pub(super) fn id(self, key: &str) -> String {
        match self {
            Self::Title => format!("{key}-title"),
            Self::Summary => format!("{key}-summary"),
            Self::Sentence(number) => format!("{key}-{number}"),
        }
    }

    /// How the index names the spot.
    pub(super) fn label(self) -> String {
        match self {
            Self::Title => "title".to_owned(),
            Self::Summary => "summary".to_owned(),
            Self::Sentence(number) => number.to_string(),
        }
    }
}

/// The marks of one article.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    /// Each failed check with its spots, the gravest first.
    pub checks: Vec<(Check, Vec<Spot>)>,
    /// How many sentences of the text there are.
    pub sentences: usize,
    /// How many spots carry a mark.
    pub marked: usize,
}

impl Marks {
    /// Collects the marks of a document.
    pub(super) fn of(document: &Document) -> Self {
        let mut marks = Self::default();
        if let Some(title) = &document.title {
            marks.add(Spot::Title, &title.flags);
        }
        if let Some(summary) = &document.summary {
            marks.add(Spot::Summary, &summary.flags);
        }
        for sentence in document.sentences() {
            marks.sentences += 1;
            marks.add(Spot::Sentence(marks.sentences), &sentence.flags);
        }
        marks
            .checks
            .sort_by_key(|&(check, _)| flags::meaning(check).tone);
        marks
    }

    fn add(&mut self, spot: Spot, flags: &[Check]) {
        self.marked += usize::from(!flags.is_empty());
        for &flag in flags {
            match self.checks.iter_mut().find(|(check, _)| *check == flag) {
                Some((_, spots)) => spots.push(spot),
                None => self.checks.push((flag, vec![spot])),
            }
        }
    }
}
