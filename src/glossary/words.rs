//! The words of terms and of texts: runs of letters and digits.

use std::ops::Range;

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    /// Whether only white space, hyphens or quotation marks separate it from the word before it.
    pub(super) is_joined: bool,
}

impl Word<'_> {
    pub(super) fn place(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// The words of `text`, in their order.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(char::is_alphanumeric)?;
        let between = &text[at..start];
        let word = &text[start..];
        let end = word
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(word.len());
        at = start + end;
        Some(Word {
            text: &word[..end],
            start,
            is_joined: between.chars().all(joins),
        })
    })
}

/// Whether a character may separate two words of a term.
fn joins(c: char) -> bool {
    c.is_whitespace() || "-\u{2010}\u{2011}–—«»\"“”„'’‘ʼ\u{AD}".contains(c)
}
