//! From a paragraph to sentences, by what is known of its language.
//!
//! Policy: lossless. The pieces a splitter returns, concatenated, are the paragraph; each may carry
//! white space at its end. A split too many costs the network context; a split too few puts two
//! sentences into one call, and NLLB then drops one of them. If nothing decides, the splitter
//! follows Unicode's UAX #29.
//!
//! [`sentences`] finds every stop (`stop`: a run of characters such as `.`, `!`, `?` and `…` that
//! may end a sentence), asks the rules (`rules`) whether a sentence ends there, and cuts. Quotation
//! marks and brackets are paired first (`text::Enclosures`), web and mail addresses are
//! shielded (`text::addresses`), and those beside a sentence parted from it (`links`); what differs between languages is a table ([`Language`]). [`pieces`] parts a
//! sentence that is too long for the network. All of it is linear in the length of the text,
//! whatever the text is.

mod context;
mod links;
mod pieces;
mod rules;
mod stop;
mod word;

use crate::language::Language;
use crate::text::Enclosures;

use context::{SentenceStart, StopContext};
pub use pieces::pieces;
use stop::Stops;

/// Splits a paragraph in `language` into sentences.
///
/// Kazakh in Cyrillic script is what the rules were made for; in Latin or Arabic script it is split
/// sensibly too. A quotation of several sentences is split at their ends, so a piece may hold an
/// opening quotation mark without its closing one.
///
/// The concatenation of the pieces is the paragraph, an empty one gives none.
///
/// ```
/// use audarma::language::KAZAKH;
/// use audarma::segment::sentences;
/// let text = "Жобаға 3,2 млрд. теңге бөлінді. Бұл туралы Қ. К. Тоқаев айтты.";
/// assert_eq!(
///     sentences(text, &KAZAKH),
///     ["Жобаға 3,2 млрд. теңге бөлінді. ", "Бұл туралы Қ. К. Тоқаев айтты."]
/// );
/// ```
pub fn sentences<'t>(text: &'t str, language: &Language) -> Vec<&'t str> {
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
        // Marks alone ("– ", "…", "* * *") make no sentence: they go with what follows.
        let Some(word) = first_word else { continue };
        let sentence = SentenceStart {
            start,
            first_word: word,
        };
        let tables = &language.sentences;
        let context = StopContext::new(text, sentence, stop, quote, bracket, tables);
        if rules::ends_sentence(&context) {
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
    links::part(text, pieces)
        .into_iter()
        .map(|(from, to)| &text[from..to])
        .collect()
}
