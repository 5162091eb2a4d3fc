//! From a paragraph to sentences, for Kazakh and for English.
//!
//! Policy: lossless. The pieces a splitter returns, concatenated, are the paragraph; each may carry
//! white space at its end. A split too many costs the network context; a split too few puts two
//! sentences into one call, and NLLB then drops one of them. Where nothing tells, the splitter
//! follows Unicode's UAX #29.
//!
//! [`sentences`] finds every stop (`stop`), asks the rules (`rules`) whether a sentence ends
//! there, and cuts. Quotation marks and brackets are paired first (`enclosure`), web and mail
//! addresses are shielded (`address`); what differs between languages is a table (`language`,
//! `abbreviations`). [`pieces`] parts a sentence that is too long for the network.
//! All of it is linear in the length of the text, whatever the text is.

mod abbreviations;
mod language;
mod pieces;
mod place;
mod rules;
mod stop;
mod word;

use crate::text::Enclosures;

use language::Language;
pub use pieces::pieces;
use place::{Begun, Place};
use stop::Stops;

/// Counts up when texts are split otherwise than before, so that a run over an archive that goes on
/// with a newer program does not mix two ways of splitting.
pub const VERSION: u32 = 1;

/// Splits a Kazakh paragraph into sentences.
///
/// Cyrillic is what the rules are made for; Kazakh in Latin or Arabic script and Russian split
/// sensibly too. A quotation of several sentences is split at their ends, so a piece may hold an
/// opening quotation mark without its closing one.
///
/// The concatenation of the pieces is the paragraph, an empty one gives none.
///
/// ```
/// use audarma::segment::sentences;
/// let text = "Жобаға 3,2 млрд. теңге бөлінді. Бұл туралы Қ. К. Тоқаев айтты.";
/// assert_eq!(
///     sentences(text),
///     ["Жобаға 3,2 млрд. теңге бөлінді. ", "Бұл туралы Қ. К. Тоқаев айтты."]
/// );
/// ```
pub fn sentences(paragraph: &str) -> Vec<&str> {
    split(paragraph, &language::KAZAKH)
}

/// Splits English text into sentences, as [`sentences`] does Kazakh.
pub fn english_sentences(text: &str) -> Vec<&str> {
    split(text, &language::ENGLISH)
}

fn split<'a>(text: &'a str, language: &Language) -> Vec<&'a str> {
    let enclosures = Enclosures::read(text);
    let (mut quotes, mut brackets) = (enclosures.quotes(), enclosures.brackets());
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut first_word = None;
    let mut seen = 0;
    for stop in Stops::new(text, &enclosures) {
        first_word = first_word.or_else(|| word::first(text, seen, stop.start));
        seen = stop.start;
        let (quote, bracket) = (quotes.around(stop.start), brackets.around(stop.start));
        // Marks alone ("– ", "…", "* * *") are no sentence: they go with what follows.
        let Some(word) = first_word else { continue };
        let sentence = Begun {
            start,
            first_word: word,
        };
        let place = Place::new(text, sentence, stop, quote, bracket, language);
        if rules::ends_sentence(&place) {
            pieces.push((start, stop.next));
            (start, first_word, seen) = (stop.next, None, stop.next);
        }
    }
    if start < text.len() {
        match pieces.last_mut() {
            // Marks left over at the end go with the last sentence.
            Some(last) if word::first(text, start, text.len()).is_none() => last.1 = text.len(),
            _ => pieces.push((start, text.len())),
        }
    }
    pieces
        .into_iter()
        .map(|(from, to)| &text[from..to])
        .collect()
}
