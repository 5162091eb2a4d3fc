//! What the rules know about a stop: the words around it, and the marks that enclose it.
//!
//! Policy: every function looks at a bounded number of characters, so that the cost of a rule does
//! not depend on the text.

use crate::language::SentenceTables;
use crate::text::{Span, is_dash};

use super::stop::{Stop, is_stop};
use super::word;
use unicode_segmentation::UnicodeSegmentation;

/// A stop with its surroundings.
pub(super) struct StopContext<'t> {
    text: &'t str,
    sentence: SentenceStart,
    stop: Stop,
    /// The innermost quotation that the stop is in or closes.
    pub quote: Option<Span>,
    /// The innermost bracket that the stop is in or closes.
    pub bracket: Option<Span>,
    pub tables: &'t SentenceTables,
    /// The word before the stop; empty if a closing mark is between.
    pub word: &'t str,
    pub next: Next,
    /// The word after the stop.
    pub next_word: &'t str,
    /// What follows that word.
    pub beyond: &'t str,
}

/// The sentence that may end, by its byte offsets.
#[derive(Debug, Clone, Copy)]
pub(super) struct SentenceStart {
    pub start: usize,
    /// Its first letter or digit.
    pub first_word: usize,
}

/// What the text after a stop begins with, opening marks and dashes left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    Small,
    /// A capital, or a letter of a script without capitals.
    Capital,
    Digit,
    Symbol,
}

impl<'t> StopContext<'t> {
    pub(super) fn new(
        text: &'t str,
        sentence: SentenceStart,
        stop: Stop,
        quote: Option<Span>,
        bracket: Option<Span>,
        tables: &'t SentenceTables,
    ) -> Self {
        let beginning = without_lead(&text[stop.next..]);
        let next_word = word::leading(beginning);
        let beyond = &beginning[next_word.len()..];
        StopContext {
            text,
            sentence,
            stop,
            quote,
            bracket,
            tables,
            word: word::last(&text[sentence.start..stop.start]),
            next: next_kind(beginning, next_word, beyond),
            next_word,
            beyond,
        }
    }

    /// The sentence up to the stop.
    pub(super) fn before(&self) -> &'t str {
        &self.text[self.sentence.start..self.stop.start]
    }

    /// The same from its first letter or digit on.
    pub(super) fn words_before(&self) -> &'t str {
        &self.text[self.sentence.first_word..self.stop.start]
    }

    /// The sentence up to the word before the stop.
    pub(super) fn before_word(&self) -> &'t str {
        let before = self.before();
        before.strip_suffix(self.word).unwrap_or(before)
    }

    /// The stops and closing marks.
    pub(super) fn marks(&self) -> &'t str {
        &self.text[self.stop.start..self.stop.end]
    }

    /// What follows the stop and the white space after it.
    pub(super) fn after(&self) -> &'t str {
        &self.text[self.stop.next..]
    }

    /// What a pair of marks encloses.
    pub(super) fn inside(&self, span: Span) -> &'t str {
        let inner = &self.text[span.open..span.close];
        let mut chars = inner.chars();
        chars.next();
        chars.as_str()
    }

    /// What follows the closing mark of a pair.
    pub(super) fn beyond(&self, span: Span) -> &'t str {
        let mut chars = self.text[span.close..].chars();
        chars.next();
        chars.as_str()
    }

    /// This is the first sentence of its paragraph.
    pub(super) fn is_first_sentence(&self) -> bool {
        self.sentence.start == 0
    }

    /// A line or paragraph ends after the stop.
    pub(super) fn ends_line(&self) -> bool {
        self.stop.line_end
    }

    /// White space follows the stop.
    pub(super) fn has_gap(&self) -> bool {
        self.stop.next > self.stop.end
    }

    /// One full stop, with at most closing marks after it: it may belong to an abbreviation.
    pub(super) fn is_full_stop(&self) -> bool {
        let closing = self.marks().strip_prefix('.');
        closing.is_some_and(|closing| !closing.contains(is_stop))
    }

    /// The marks close the innermost quotation.
    pub(super) fn closes_quote(&self) -> bool {
        self.quote.is_some_and(|quote| quote.close < self.stop.end)
    }

    /// The marks close the innermost bracket.
    pub(super) fn closes_bracket(&self) -> bool {
        self.bracket
            .is_some_and(|bracket| bracket.close < self.stop.end)
    }

    /// A pair of marks opened after the first word of this sentence.
    pub(super) fn is_inside_sentence(&self, span: Span) -> bool {
        self.sentence.first_word < span.open
    }

    /// The next word is one that opens sentences (and no initial: `А. Ә. Иванов`).
    pub(super) fn is_opener_next(&self) -> bool {
        self.tables.openers.contains(self.next_word) && !self.beyond.starts_with('.')
    }

    /// What UAX #29 says, asked about the stop's surroundings only: over a whole text the
    /// library's look-ahead is quadratic in a long run of spaces or closing marks.
    pub(super) fn is_unicode_boundary(&self) -> bool {
        let before = self.before();
        let tail = before.char_indices().rev().take(8).last();
        let mut window = String::from(&before[tail.map_or(0, |(at, _)| at)..]);
        window.extend(self.marks().chars().take(8));
        window.extend(self.text[self.stop.end..self.stop.next].chars().take(1));
        let boundary = window.len();
        window.extend(self.after().chars().take(32));
        window
            .split_sentence_bound_indices()
            .any(|(at, _)| at == boundary)
    }
}

/// Opening quotation marks, brackets, dashes, bullets, and the dots of an omission.
fn is_opening(c: char) -> bool {
    is_dash(c)
        || matches!(
            c,
            '«' | '»' | '“' | '”' | '„' | '‟' | '"' | '\'' | '‘' | '’' | '‹' | '›'
        )
        || matches!(
            c,
            '(' | '[' | '{' | '…' | '.' | '*' | '_' | '•' | '·' | '¿' | '¡'
        )
}

/// Without the opening marks and spaces before the first word.
fn without_lead(after: &str) -> &str {
    let lead = after
        .char_indices()
        .take(32)
        .take_while(|&(_, c)| is_opening(c) || c.is_whitespace())
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8());
    &after[lead..]
}

fn next_kind(beginning: &str, word: &str, beyond: &str) -> Next {
    let mut letters = word.chars();
    let (first, second) = (letters.next(), letters.next());
    match first {
        None if beginning.is_empty() => Next::Nothing,
        None => Next::Symbol,
        Some(c) if c.is_numeric() => Next::Digit,
        // Names such as iPhone and eGov open sentences as they are, and so do labels: `б) екінші`.
        Some('a'..='z') if second.is_some_and(char::is_uppercase) => Next::Capital,
        Some(_) if second.is_none() && beyond.starts_with(')') => Next::Capital,
        Some(c) if c.is_lowercase() => Next::Small,
        Some(_) => Next::Capital,
    }
}
