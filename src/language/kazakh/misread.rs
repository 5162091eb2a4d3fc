//! Kazakh letters that a text in an old charset lost when it was read as windows-1251 (`Ќазаќстан`).
//!
//! Fonts and charsets of the nineties put Kazakh letters in the places of Macedonian, Serbian and
//! Ukrainian ones. Policy: only where several such letters are, and the text is better Kazakh without
//! them.

use crate::language::char_bigrams::KAZAKH;
use crate::text::is_cyrillic;

/// Fewer such letters may be a name (`Київ`).
const MIN_MISREAD: usize = 2;

type Table = &'static [(char, char)];

/// KZ-1048 read as windows-1251.
#[rustfmt::skip]
const KZ_1048: Table = &[
    ('Ќ', 'Қ'), ('ќ', 'қ'), ('Ћ', 'Һ'), ('ћ', 'һ'), ('Ў', 'Ұ'), ('ў', 'ұ'), ('Ј', 'Ә'), ('ј', 'ә'),
    ('Ґ', 'Ө'), ('ґ', 'ө'), ('Є', 'Ғ'), ('є', 'ғ'), ('Ї', 'Ү'), ('ї', 'ү'), ('Ѕ', 'Ң'), ('ѕ', 'ң'),
];

/// PT154 read as windows-1251; some of its letters are signs there.
#[rustfmt::skip]
const PT154: Table = &[
    ('Ѓ', 'Ғ'), ('ѓ', 'ғ'), ('‡', 'Ү'), ('‰', 'ү'), ('Њ', 'Ң'), ('њ', 'ң'), ('Ќ', 'Қ'), ('ќ', 'қ'),
    ('Ћ', 'Һ'), ('ћ', 'һ'), ('¤', 'Ө'), ('µ', 'ө'), ('¦', 'Ұ'), ('±', 'ұ'), ('Є', 'Ә'), ('є', 'ә'),
];

/// `text` with its Kazakh letters, if it lost them so.
pub(in crate::language) fn repaired(text: &str) -> Option<String> {
    let is_sign =
        |letter: char| KZ_1048.iter().any(|pair| pair.0 == letter) || "ЃѓЊњ".contains(letter);
    text.chars()
        .filter(|&letter| is_sign(letter))
        .nth(MIN_MISREAD - 1)?;
    let cost = |text: &str| KAZAKH.cost(text).bits;
    let readings = [KZ_1048, PT154].map(|table| read(text, table));
    let best = readings
        .into_iter()
        .min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
    (cost(&best) < cost(text)).then_some(best)
}

/// Signs become letters only next to letters.
fn read(text: &str, table: Table) -> String {
    let mut read = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let inside = is_cyrillic(before) || letters.peek().is_some_and(|&next| is_cyrillic(next));
        let own = table
            .iter()
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
        ] {
            assert_eq!(repaired(misread).as_deref(), Some(kazakh));
        }
    }

    #[test]
    fn a_name_with_such_a_letter_stays() {
        assert_eq!(repaired("Київ қаласында жиын өтті, ±5 градус"), None);
        assert_eq!(repaired("Қазақстан халқының көп балалы отбасылары"), None);
    }
}
