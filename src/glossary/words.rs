//! The words of terms and of texts, which are runs of letters and digits, and the marks between them.

use std::ops::Range;

/// Longest marks between two words of a term, in bytes; longer ones part them.
const MAX_MARKS: usize = 32;

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    /// What is between it and the word before it.
    before: &'t str,
}

impl Word<'_> {
    pub(super) fn place(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The marks that separate it from the word before it: none where only white space, hyphens or
    /// quotation marks do; `None` if there are more than any term has.
    pub(super) fn marks(&self) -> Option<String> {
        if self.before.chars().all(joins) {
            return Some(String::new());
        }
        let one_space = |c: char| if c.is_whitespace() { ' ' } else { c };
        (self.before.len() <= MAX_MARKS).then(|| self.before.chars().map(one_space).collect())
    }
}

/// The words of `text`, in their order.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(char::is_alphanumeric)?;
        let before = &text[at..start];
        let word = &text[start..];
        let end = word
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(word.len());
        at = start + end;
        Some(Word {
            text: &word[..end],
            start,
            before,
        })
    })
}

/// The marks of a term before its first word and after its last, such as those of `.kz` and `C++`;
/// quotation marks around a term are none of it.
pub(super) fn edges(term: &str) -> (&str, &str) {
    let is_word = char::is_alphanumeric;
    let start = term.find(is_word).unwrap_or(term.len());
    let end = term.rfind(is_word).map_or(term.len(), |last| {
        last + term[last..].chars().next().map_or(0, char::len_utf8)
    });
    (
        term[..start].trim_start_matches(joins),
        term[end..].trim_end_matches(joins),
    )
}

/// Whether a character may separate two words of a term.
fn joins(c: char) -> bool {
    c.is_whitespace() || "-\u{2010}\u{2011}–—«»\"“”„'’‘ʼ\u{AD}".contains(c)
}
