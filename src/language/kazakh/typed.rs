//! How Latin letters of Kazakh are typed: accents of their own, Cyrillic look-alikes, apostrophes.

use unicode_normalization::char::compose;

use super::latin::Alphabet;

/// Cyrillic letters inside Latin words, and the Latin ones of the same look.
#[rustfmt::skip]
const LOOKALIKES: &[(char, char)] = &[
    ('а', 'a'), ('е', 'e'), ('о', 'o'), ('р', 'p'), ('с', 'c'), ('у', 'y'), ('х', 'x'), ('А', 'A'), ('В', 'B'),
    ('Е', 'E'), ('К', 'K'), ('М', 'M'), ('Н', 'H'), ('О', 'O'), ('Р', 'P'), ('С', 'C'), ('Т', 'T'), ('У', 'Y'),
    ('Х', 'X'), ('ј', 'j'), ('ѕ', 's'),
];

/// The letters of 2017, without their apostrophe, and what replaced them in 2018.
#[rustfmt::skip]
const WITH_APOSTROPHE: &[(char, &str)] = &[
    ('a', "á"), ('g', "ǵ"), ('i', "ı"), ('n', "ń"), ('o', "ó"), ('s', "sh"), ('c', "ch"), ('u', "ú"), ('y', "ý"),
    ('A', "Á"), ('G', "Ǵ"), ('I', "I"), ('N', "Ń"), ('O', "Ó"), ('S', "Sh"), ('C', "Ch"), ('U', "Ú"), ('Y', "Ý"),
];

pub(in crate::language) fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

/// A mark that is printed on the letter before it.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36F}')
}

/// `text` in the letters that the alphabet's table has.
pub(in crate::language) fn letters(text: &str, alphabet: Alphabet) -> String {
    let mut letters = String::with_capacity(text.len());
    for token in text.split_inclusive(char::is_whitespace) {
        let latin = token.chars().filter(char::is_ascii_alphabetic).count();
        let cyrillic = token
            .chars()
            .filter(|&letter| crate::text::is_cyrillic(letter))
            .count();
        if latin == 0 || latin < cyrillic {
            letters.push_str(token);
            continue;
        }
        let mut last = None;
        for letter in token.chars() {
            push(&mut letters, &mut last, letter, alphabet);
        }
        letters.extend(last);
    }
    letters
}

/// Adds the letter before, `last`, once what follows cannot change it.
fn push(letters: &mut String, last: &mut Option<char>, letter: char, alphabet: Alphabet) {
    let before = *last;
    if is_mark(letter)
        && let Some(composed) = before.and_then(|before| compose(before, letter))
    {
        *last = Some(of_table(composed, alphabet));
        return;
    }
    if alphabet == Alphabet::Of2017
        && is_apostrophe(letter)
        && let Some((_, accented)) = WITH_APOSTROPHE.iter().find(|pair| Some(pair.0) == before)
    {
        letters.push_str(accented);
        *last = None;
        return;
    }
    letters.extend(before);
    *last = Some(of_table(letter, alphabet));
}

/// A letter as the table has it: of the same look, or of the same sound in a site's own variant.
fn of_table(letter: char, alphabet: Alphabet) -> char {
    let is_2021 = !matches!(alphabet, Alphabet::Of2017 | Alphabet::Of2018);
    match letter {
        'і' if is_2021 => 'ı',
        'І' if is_2021 => 'I',
        'і' => 'i',
        'І' => 'I',
        'ŋ' if is_2021 => 'ñ',
        'Ŋ' if is_2021 => 'Ñ',
        'ǧ' if is_2021 => 'ğ',
        'Ǧ' if is_2021 => 'Ğ',
        _ => LOOKALIKES
            .iter()
            .find(|pair| pair.0 == letter)
            .map_or(letter, |pair| pair.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_those_of_the_table() {
        let of_2018 = |text| letters(text, Alphabet::Of2018);
        assert_eq!(
            of_2018("О\u{301}skemen, Kо\u{301}pir jańa"),
            "Óskemen, Kópir jańa"
        );
        assert_eq!(of_2018("жаңа kerektі"), "жаңа kerekti");
        assert_eq!(letters("eldіŋ jaǧdaiy", Alphabet::WithEng), "eldıñ jağdaiy");
        assert_eq!(
            letters("Respy'blikasy o'z s'arýa", Alphabet::Of2017),
            "Respýblikasy óz sharýa"
        );
    }
}
