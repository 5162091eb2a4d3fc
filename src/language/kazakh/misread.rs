//! Kazakh letters that a text in an old charset lost when it was read as windows-1251 (`Ќазаќстан`).
//!
//! Fonts and charsets of the nineties put Kazakh letters in the places of Macedonian, Serbian and
//! Ukrainian ones. Policy: only where several such letters are, and the text is better Kazakh without
//! them.

use crate::language::char_bigrams::KAZAKH;
use crate::text::is_cyrillic;

/// Fewer such letters may be a name (`Київ`), unless its other letters or its small ones say otherwise.
const MIN_MISREAD: usize = 2;
/// Letters of no language whose names Kazakh texts write in its own letters.
const OF_NO_NAME: &str = "ЌќЃѓЅѕЊњ";

/// Letters that a text which lost them so does not have.
const OWN: [char; 8] = ['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ'];
/// Maximum such letters that are looked at.
const MAX_SIGNS: usize = 20;

type Table = &'static [(char, char)];

/// Letters that mean the same wherever they are: in KZ-1048, in PT154 (some are signs there), or in the
/// fonts of the nineties, which took them from both.
#[rustfmt::skip]
const LETTERS: Table = &[
    ('Ќ', 'Қ'), ('ќ', 'қ'), ('Ћ', 'Һ'), ('ћ', 'һ'), ('Ў', 'Ұ'), ('ў', 'ұ'), ('Ј', 'Ә'), ('ј', 'ә'),
    ('Ґ', 'Ө'), ('ґ', 'ө'), ('Ї', 'Ү'), ('ї', 'ү'), ('Ѕ', 'Ң'), ('ѕ', 'ң'),
    ('Ѓ', 'Ғ'), ('ѓ', 'ғ'), ('‡', 'Ү'), ('‰', 'ү'), ('Њ', 'Ң'), ('њ', 'ң'), ('¤', 'Ө'), ('µ', 'ө'),
    ('¦', 'Ұ'), ('±', 'ұ'),
];
/// The one that is two: in KZ-1048, and in PT154 and the fonts.
const AS_GHAIN: Table = &[('Є', 'Ғ'), ('є', 'ғ')];
const AS_SCHWA: Table = &[('Є', 'Ә'), ('є', 'ә')];

/// `text` with its Kazakh letters, if it lost them so.
pub(in crate::language) fn repaired(text: &str) -> Option<String> {
    let is_sign = |letter: char| {
        let known = || LETTERS.iter().chain(AS_SCHWA);
        letter.is_alphabetic() && known().any(|pair| pair.0 == letter)
    };
    let mut signs = text.char_indices().filter(|(_, letter)| is_sign(*letter));
    let of_name = |(at, sign): (usize, char)| !OF_NO_NAME.contains(sign) && begins_name(text, at);
    let first = signs.next()?;
    let is_alone = signs.clone().nth(MIN_MISREAD - 2).is_none();
    // Names of neighbours in a text that kept its own letters.
    if (is_alone || text.contains(OWN)) && of_name(first) && signs.take(MAX_SIGNS).all(of_name) {
        return None;
    }
    let cost = |text: &str| KAZAKH.cost(text).bits;
    // A text that has a letter for one of the two writes the other one with this.
    let tables: &[Table] = match (text.contains(['Ѓ', 'ѓ']), text.contains(['Ј', 'ј'])) {
        (true, false) => &[AS_SCHWA],
        (false, true) => &[AS_GHAIN],
        _ => &[AS_GHAIN, AS_SCHWA],
    };
    let readings = tables.iter().map(|table| read(text, table));
    let best = readings.min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
    (cost(&best) < cost(text)).then_some(best)
}

/// Whether the word around a place begins with a capital, as names do.
fn begins_name(text: &str, at: usize) -> bool {
    let is_letter = |letter: &char| letter.is_alphabetic() || *letter == '-';
    let before = text.get(..at).unwrap_or_default().chars().rev();
    let before = before.take_while(is_letter).last();
    let first = before.or_else(|| text.get(at..)?.chars().next());
    first.is_some_and(char::is_uppercase)
}

/// Signs become letters only next to letters.
fn read(text: &str, table: Table) -> String {
    let mut read = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let inside = is_cyrillic(before) || letters.peek().is_some_and(|&next| is_cyrillic(next));
        let own = LETTERS
            .iter()
            .chain(table)
            .find(|pair| pair.0 == letter)
            .map(|pair| pair.1);
        let own = own.filter(|_| letter.is_alphabetic() || inside);
        let letter = own.unwrap_or(letter);
        read.push(letter);
        before = letter;
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_old_charsets_are_kazakh_again() {
        for (misread, kazakh) in [
            (
                "Ќазаќстан халќыныѕ кґп балалы отбасылары",
                "Қазақстан халқының көп балалы отбасылары",
            ),
            (
                "їкімет ўсынєан јдіс туралы ќаулы",
                "үкімет ұсынған әдіс туралы қаулы",
            ),
            (
                "‰кімет ±сынѓан єдіс туралы ќаулы, кµп",
                "үкімет ұсынған әдіс туралы қаулы, көп",
            ),
            (
                "Ѓылыми еѕбектіѕ баѓасын єлем білді, оѓан мўѓалімдер ќуанды, ґзге сґз жоќ",
                "Ғылыми еңбектің бағасын әлем білді, оған мұғалімдер қуанды, өзге сөз жоқ",
            ),
            ("Ќала туралы", "Қала туралы"),
            ("жол оѓан кетті", "жол оған кетті"),
            ("ел ґмірі туралы", "ел өмірі туралы"),
        ] {
            assert_eq!(repaired(misread).as_deref(), Some(kazakh));
        }
    }

    #[test]
    fn a_name_with_such_a_letter_stays() {
        assert_eq!(repaired("Київ қаласында жиын өтті, ±5 градус"), None);
        let names = "Жиында Зміцер Ўласаў пен Ойбек Ўрмонов сөйледі";
        assert_eq!(repaired(names), None);
        assert_eq!(repaired("Қазақстан халқының көп балалы отбасылары"), None);
    }
}
