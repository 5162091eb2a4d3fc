//! A sentence too long for the model, in pieces that fit.
//!
//! Policy: nothing is ever cut off, and as little as possible is asked. The caller alone knows what
//! fits (a number of tokens); the cost of asking is proportional to the length of the text asked
//! about. The search therefore gallops (doubles or halves the length) from the last answer: the
//! cost for a line of a megabyte is a few times its length.

use crate::text::is_dash;
use unicode_segmentation::GraphemeCursor;

/// The first length tried, in bytes: about what 200 tokens of Kazakh take.
const FIRST_GUESS: usize = 1024;

/// Splits a sentence that does not fit into pieces that do.
///
/// `fits` is asked about text without white space around it, and is taken to say yes to what is
/// shorter than something it said yes to. Pieces end at clause ends (`;`, `:`, ` – `, `,`), of
/// similar length if two or three are enough. Without clause ends they end at words, inside a word
/// that does not fit at user-perceived characters, and inside one of those that does not fit at
/// code points. A single code point is a piece even if it does not fit.
///
/// The concatenation of the pieces is the sentence; white space stays at the ends of pieces.
pub fn pieces<'a>(sentence: &'a str, fits: &mut dyn FnMut(&str) -> bool) -> Vec<&'a str> {
    let mut pieces = Vec::new();
    let end = sentence.trim_end().len();
    let mut rest = sentence;
    let mut guess = FIRST_GUESS;
    while !rest.is_empty() {
        let longest = longest_fitting(rest, guess, fits);
        let remaining = (end + rest.len()).saturating_sub(sentence.len());
        let mut cut = best_cut(rest, remaining, longest);
        if cut < longest && !fits(rest[..cut].trim()) {
            cut = longest;
        }
        cut = cut.max(rest.chars().next().map_or(0, char::len_utf8));
        // White space belongs to the piece before it, at the end of the sentence too.
        cut = rest.len() - rest[cut..].trim_start().len();
        let (piece, remainder) = rest.split_at(cut);
        pieces.push(piece);
        rest = remainder;
        guess = longest.max(1);
    }
    pieces
}

/// The length of a prefix of `text` that fits, at most about an eighth shorter than the longest
/// (0 where not even one code point fits).
fn longest_fitting(text: &str, guess: usize, fits: &mut dyn FnMut(&str) -> bool) -> usize {
    let mut ask = |length: usize| fits(text[..length].trim());
    // `fitting` fits, `beyond` does not.
    let mut fitting = 0;
    let mut beyond = None;
    let mut next = ceil(text, guess.min(text.len()));
    loop {
        if ask(next) {
            fitting = next;
        } else {
            beyond = Some(next);
        }
        let goal = match beyond {
            None if fitting == text.len() => return fitting,
            None => (fitting + fitting / 2).min(text.len()),
            Some(beyond) if beyond - fitting <= fitting / 8 => return fitting,
            Some(beyond) => fitting + (beyond - fitting) / 2,
        };
        next = floor(text, goal).max(ceil(text, fitting + 1));
        if beyond.is_some_and(|beyond| next >= beyond) {
            return fitting;
        }
    }
}

/// The last code point boundary up to `at`.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first code point boundary from `at` on.
fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Where to cut a text of `total` bytes before its trailing white space, of which the first
/// `longest` fit.
fn best_cut(text: &str, total: usize, longest: usize) -> usize {
    if longest >= total || longest == 0 {
        return longest;
    }
    // As many pieces as are needed, of similar length.
    let target = total / total.div_ceil(longest);
    let mut best_clause: Option<(usize, usize)> = None;
    let mut best_word: Option<(usize, usize)> = None;
    let mut previous = [' '; 2];
    for (at, c) in text.char_indices().take_while(|&(at, _)| at <= longest) {
        if c.is_whitespace() && at > 0 && !previous[1].is_whitespace() {
            let distance = at.abs_diff(target);
            if best_word.is_none_or(|(_, best)| distance <= best) {
                best_word = Some((at, distance));
            }
            if let Some(weakness) = clause_end(previous)
                && at >= longest / 4
            {
                let cost = distance + weakness * longest / 16;
                if best_clause.is_none_or(|(_, best)| cost <= best) {
                    best_clause = Some((at, cost));
                }
            }
        }
        previous = [previous[1], c];
    }
    let cut = best_clause.or(best_word).map(|(at, _)| at);
    cut.unwrap_or_else(|| grapheme_floor(text, longest))
}

/// How weak an end of a clause the two characters before a white space are, if they are one.
fn clause_end([before, last]: [char; 2]) -> Option<usize> {
    match last {
        ';' | '.' | '!' | '?' | '…' => Some(0),
        ':' => Some(1),
        ',' => Some(2),
        ')' | '»' | '”' => Some(3),
        c if is_dash(c) && before.is_whitespace() => Some(1),
        _ => None,
    }
}

/// The last boundary of user-perceived characters up to `at`; `at` if the only one is 0.
fn grapheme_floor(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => match cursor.prev_boundary(text, 0) {
            Ok(Some(boundary)) if boundary > 0 => boundary,
            _ => at,
        },
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at_most(most: usize) -> impl FnMut(&str) -> bool {
        move |text| text.chars().count() <= most
    }

    fn split(sentence: &str, most: usize) -> Vec<&str> {
        pieces(sentence, &mut at_most(most))
    }

    #[test]
    fn a_sentence_that_fits_is_one_piece() {
        assert_eq!(split("Қысқа сөйлем.", 40), ["Қысқа сөйлем."]);
        assert_eq!(split("", 40), [""; 0]);
        assert_eq!(split("  ", 1), ["  "]);
    }

    #[test]
    fn cuts_at_a_clause_end_near_the_middle() {
        assert_eq!(
            split("Су келді, жол салынды, мектеп ашылды, көпір жөнделді.", 40),
            ["Су келді, жол салынды, ", "мектеп ашылды, көпір жөнделді."]
        );
        assert_eq!(
            split("Біріншісі – су, жол; екіншісі – мектеп пен көпір.", 40),
            ["Біріншісі – су, жол; ", "екіншісі – мектеп пен көпір."]
        );
    }

    #[test]
    fn a_comma_inside_a_number_is_no_clause_end() {
        assert_eq!(
            split("Бөлінген қаржы 3,25 млрд теңге", 20),
            ["Бөлінген қаржы ", "3,25 млрд теңге"]
        );
    }

    #[test]
    fn cuts_at_words_where_there_is_no_clause_end() {
        assert_eq!(
            split("бір екі үш төрт бес алты", 12),
            ["бір екі ", "үш төрт ", "бес алты"]
        );
    }

    #[test]
    fn a_long_word_is_cut_only_where_it_does_not_fit_by_itself() {
        assert_eq!(split("ал абвгдежзик", 10), ["ал ", "абвгдежзик"]);
        assert_eq!(split("абвгдежзик", 4).concat(), "абвгдежзик");
    }

    #[test]
    fn user_perceived_characters_stay_whole_where_they_fit() {
        let family = "👨‍👩‍👧";
        let text = family.repeat(3);
        assert_eq!(split(&text, 7), [family; 3]);
    }

    #[test]
    fn what_can_never_fit_still_comes_through() {
        assert_eq!(pieces("абв", &mut |_| false), ["а", "б", "в"]);
    }

    #[test]
    fn a_megabyte_is_asked_about_a_few_times_its_length() {
        let lines = [
            "сөз ".repeat(140_000),
            "ә".repeat(500_000),
            "а, ".repeat(250_000),
            " ".repeat(1_000_000),
            format!("а{}б", " ".repeat(1_000_000)),
            format!("{}{}", "сөз ".repeat(70_000), " ".repeat(500_000)),
            "e\u{301}".repeat(300_000),
            "\u{301}".repeat(500_000),
            "🇰🇿".repeat(120_000),
        ];
        for line in &lines {
            let mut asked = 0;
            let mut fits = |text: &str| {
                asked += text.len();
                text.chars().count() <= 400
            };
            let found = pieces(line, &mut fits);
            assert_eq!(found.concat(), *line);
            assert!(
                asked <= 16 * line.len() + 16 * FIRST_GUESS,
                "asked about {asked} bytes"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_piece_fits(text in any::<String>(), most in 1usize..40) {
            let found = split(&text, most);
            prop_assert_eq!(found.concat(), text.as_str());
            for piece in found {
                prop_assert!(piece.trim().chars().count() <= most);
            }
        }

        #[test]
        fn nothing_is_lost_whatever_the_caller_answers(text in "[а-е ,;\u{301}]{0,60}", answers: Vec<bool>) {
            let mut answers = answers.into_iter().cycle();
            let found = pieces(&text, &mut |_| answers.next().unwrap_or(false));
            prop_assert_eq!(found.concat(), text.as_str());
            prop_assert!(found.iter().all(|piece| !piece.is_empty()));
        }
    }
}
