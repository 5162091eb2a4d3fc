//! What failed checks saw, in the words of the two texts.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Check, SentencePair};
use crate::text::words_between_spaces;

/// What a failed check found.
///
/// It quotes the two texts verbatim, in the message shortened: escape it before showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// The check that failed.
    pub check: Check,
    /// The words of the source that are lost or altered; null if it is about words of the target
    /// alone, or about the whole sentence.
    pub source: Option<String>,
    /// The words of the target that are wrong; null if it is about words of the source alone, or
    /// about the whole sentence.
    pub target: Option<String>,
    /// What is wrong, for a reader.
    pub message: String,
    /// Where the words are; absent if that is not known.
    #[serde(default, skip_serializing_if = "Spans::is_empty")]
    pub span: Spans,
    /// Whether the target was changed so that it is no longer wrong; such a finding is no flag.
    #[serde(default)]
    pub repaired: bool,
}

/// Where the words of a finding are: UTF-8 byte offsets, the end exclusive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Spans {
    /// In the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<(usize, usize)>,
    /// In the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<(usize, usize)>,
}

impl Spans {
    /// Whether no place is known.
    pub fn is_empty(&self) -> bool {
        self.source.is_none() && self.target.is_none()
    }
}

/// The checks that `findings` make flags, in the order of [`Check::ALL`].
pub fn flags(findings: &[Finding]) -> Vec<Check> {
    let fails = |check: &Check| {
        let mut findings = findings.iter();
        findings.any(|finding| finding.check == *check && !finding.repaired)
    };
    Check::ALL.into_iter().filter(fails).collect()
}

/// What one check found in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    message: String,
    source: Option<Range<usize>>,
    target: Option<Range<usize>>,
}

impl Problem {
    /// A problem of the whole sentence.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
            target: None,
        }
    }

    /// A problem with the words at these bytes of the source.
    pub(super) fn in_source(place: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            source: Some(place),
            ..Self::whole(message)
        }
    }

    /// A problem with words of both texts.
    pub(super) fn between(
        source: Range<usize>,
        target: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            source: Some(source),
            target: Some(target),
            ..Self::whole(message)
        }
    }

    /// A problem with the words at these bytes of the target.
    pub(super) fn in_target(place: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            target: Some(place),
            ..Self::whole(message)
        }
    }

    pub(super) fn finding(self, check: Check, pair: &SentencePair) -> Finding {
        let words = |text: &str, place: &Option<Range<usize>>| {
            place
                .clone()
                .and_then(|place| text.get(place))
                .map(str::to_owned)
        };
        let offsets = |place: Option<Range<usize>>| place.map(|place| (place.start, place.end));
        Finding {
            check,
            source: words(pair.source, &self.source),
            target: words(pair.target, &self.target),
            message: self.message,
            span: Spans {
                source: offsets(self.source),
                target: offsets(self.target),
            },
            repaired: false,
        }
    }
}

impl Finding {
    /// A finding about a whole sentence or text.
    pub fn whole(check: Check, message: &str) -> Self {
        Self {
            check,
            source: None,
            target: None,
            message: message.to_owned(),
            span: Spans::default(),
            repaired: false,
        }
    }

    /// The finding for a reader of `source`, of which the check read the form `read` that was tidied
    /// for the model: its span in `source`, or none if that cannot be told.
    #[must_use]
    pub fn relocated(mut self, read: &str, source: &str) -> Self {
        if let Some((start, end)) = self.span.source {
            let place = place_in(source, read, start..end);
            if let Some(words) = place.clone().and_then(|place| source.get(place)) {
                self.source = Some(words.to_owned());
            }
            self.span.source = place.map(|place| (place.start, place.end));
        }
        self
    }

    /// The finding for a text in which the target begins at byte `offset`.
    #[must_use]
    pub fn shifted(mut self, offset: usize) -> Self {
        let shifted = |(start, end)| (start + offset, end + offset);
        self.span.target = self.span.target.map(shifted);
        self
    }
}

/// Where the words at `place` in `read` are in `source`: the same words, as often before as there;
/// or the words with the same numbers, if both texts have as many.
fn place_in(source: &str, read: &str, place: Range<usize>) -> Option<Range<usize>> {
    let wanted = read.get(place.clone()).filter(|words| !words.is_empty())?;
    let before = read[..place.start].matches(wanted).count();
    if read.matches(wanted).count() == source.matches(wanted).count()
        && let Some((start, words)) = source.match_indices(wanted).nth(before)
    {
        return Some(start..start + words.len());
    }
    let words = word_places(source);
    let read_words = word_places(read);
    if words.len() != read_words.len() {
        return None;
    }
    let first = read_words.iter().position(|word| word.end > place.start)?;
    let last = read_words.iter().rposition(|word| word.start < place.end)?;
    let whole = words.get(first)?.start..words.get(last)?.end;
    let inner = source.get(whole.clone())?;
    let is_mark = |c: char| !c.is_alphanumeric();
    let start = whole.start + (inner.len() - inner.trim_start_matches(is_mark).len());
    let end = whole.end - (inner.len() - inner.trim_end_matches(is_mark).len());
    (start < end).then_some(start..end)
}

/// Where the words between white space are.
fn word_places(text: &str) -> Vec<Range<usize>> {
    let words = words_between_spaces(text);
    words.map(|(at, word)| at..at + word.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of `source` that the first occurrence of `wanted` in `read` stands for.
    fn found<'s>(source: &'s str, read: &str, wanted: &str) -> Option<&'s str> {
        let start = read.find(wanted).unwrap();
        let place = place_in(source, read, start..start + wanted.len());
        place.map(|place| &source[place])
    }

    #[test]
    fn words_are_found_again_in_the_text_before_tidying() {
        let source = "«АСТАНАДА 15 мектеп» салынды";
        let read = "\"Астанада 15 мектеп\" салынды";
        assert_eq!(found(source, read, "15"), Some("15"));
        assert_eq!(found(source, read, "Астанада"), Some("АСТАНАДА"));
        assert_eq!(found(source, read, "15 мектеп"), Some("15 мектеп"));
        assert_eq!(found("15 мектеп", read, "Астанада"), None);
    }

    #[test]
    fn one_of_several_equal_words_is_the_one_of_its_place() {
        let (source, read) = ("«5 пен 5»", "\"5 пен 5\"");
        assert_eq!(place_in(source, read, 9..10), Some(10..11));
    }
}
