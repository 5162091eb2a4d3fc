//! Kazakh in Latin or Arabic script, spelt in Cyrillic.
//!
//! Only for recognising the language: of letters that may be one of two Cyrillic ones, the more
//! usual one is taken. Text for the model is converted more carefully, by [`latin`](super::latin).

use super::latin::Alphabet;
use super::typed;

/// Letters of an alphabet and the Cyrillic ones for them; of two that fit the first is taken.
pub(super) type Spelling = &'static [(&'static str, &'static str)];

/// The alphabet of 2018, with acutes, as news sites used it.
#[rustfmt::skip]
pub(super) const LATIN_2018: Spelling = &[
    ("sh", "ш"), ("ch", "ч"), ("ıý", "ю"), ("ıa", "я"), ("a", "а"), ("á", "ә"), ("b", "б"),
    ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("ǵ", "ғ"), ("h", "х"), ("i", "і"),
    ("ı", "и"), ("j", "ж"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("ń", "ң"),
    ("o", "о"), ("ó", "ө"), ("p", "п"), ("q", "қ"), ("r", "р"), ("s", "с"), ("t", "т"),
    ("u", "ұ"), ("ú", "ү"), ("v", "в"), ("y", "ы"), ("ý", "у"), ("z", "з"),
];

/// The alphabet of 2021, with diaereses, breves and cedillas.
#[rustfmt::skip]
pub(super) const LATIN_2021: Spelling = &[
    ("ştş", "щ"), ("tş", "ч"), ("sh", "ш"), ("ch", "ч"), ("iu", "ю"), ("ia", "я"), ("a", "а"),
    ("ä", "ә"), ("b", "б"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("ğ", "ғ"),
    ("h", "х"), ("i", "и"), ("ı", "і"), ("j", "ж"), ("k", "к"), ("l", "л"), ("m", "м"),
    ("n", "н"), ("ñ", "ң"), ("o", "о"), ("ö", "ө"), ("p", "п"), ("q", "қ"), ("r", "р"),
    ("s", "с"), ("ş", "ш"), ("t", "т"), ("u", "у"), ("ū", "ұ"), ("ü", "ү"), ("v", "в"),
    ("y", "ы"), ("z", "з"),
];

/// The common Turkic way, `ı` for ы, which news agencies used before and enthusiasts still do.
#[rustfmt::skip]
const LATIN_TURKIC: Spelling = &[
    ("sh", "ш"), ("ch", "ч"), ("yu", "ю"), ("ya", "я"), ("a", "а"), ("ä", "ә"), ("b", "б"),
    ("ç", "ч"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("ğ", "ғ"), ("h", "х"),
    ("i", "і"), ("ı", "ы"), ("j", "ж"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"),
    ("ñ", "ң"), ("ŋ", "ң"), ("o", "о"), ("ö", "ө"), ("p", "п"), ("q", "қ"), ("r", "р"),
    ("s", "с"), ("ş", "ш"), ("t", "т"), ("u", "ұ"), ("ū", "ұ"), ("ü", "ү"), ("v", "в"),
    ("w", "у"), ("y", "й"), ("z", "з"),
];

/// Töte jazu with back vowels; [`FRONT`] has those of a word with front vowels.
#[rustfmt::skip]
const ARABIC: &[(char, char)] = &[
    ('ا', 'а'), ('ب', 'б'), ('پ', 'п'), ('ت', 'т'), ('ج', 'ж'), ('چ', 'ч'), ('ح', 'х'),
    ('د', 'д'), ('ر', 'р'), ('ز', 'з'), ('س', 'с'), ('ش', 'ш'), ('ع', 'ғ'), ('ف', 'ф'),
    ('ق', 'қ'), ('ك', 'к'), ('ک', 'к'), ('گ', 'г'), ('ڭ', 'ң'), ('ل', 'л'), ('م', 'м'),
    ('ن', 'н'), ('ھ', 'һ'), ('ه', 'һ'), ('و', 'о'), ('ۇ', 'ұ'), ('ۆ', 'в'), ('ۋ', 'у'),
    ('ە', 'е'), ('ي', 'й'), ('ی', 'й'), ('ى', 'ы'),
];
const FRONT: &[(char, char)] = &[('а', 'ә'), ('о', 'ө'), ('ұ', 'ү'), ('ы', 'і')];

/// The spellings of a text that the known Latin alphabets of Kazakh give.
pub(in crate::language) fn from_latin(text: &str) -> [String; 3] {
    let tables = [
        (LATIN_2018, Alphabet::Of2018),
        (LATIN_2021, Alphabet::WithEng),
        (LATIN_TURKIC, Alphabet::WithEng),
    ];
    tables.map(|(table, alphabet)| spell(&typed::letters(text, alphabet).to_lowercase(), table))
}

/// The spelling of a text in the alphabet of 2017.
pub(in crate::language) fn from_apostrophes(text: &str) -> String {
    spell(
        &typed::letters(text, Alphabet::Of2017).to_lowercase(),
        LATIN_2018,
    )
}

/// Replaces, from left to right, the first entry that fits; letters of no entry stay.
fn spell(text: &str, table: Spelling) -> String {
    let mut spelt = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some((latin, cyrillic)) = table.iter().find(|(latin, _)| rest.starts_with(latin)) {
            spelt.push_str(cyrillic);
            rest = &rest[latin.len()..];
        } else {
            spelt.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    spelt
}

/// A word has front vowels where the sign for them (high hamza) or a letter of front words (е, к,
/// г) is in it.
pub(in crate::language) fn from_arabic(text: &str) -> String {
    let of = |table: &[(char, char)], letter: char| {
        table
            .iter()
            .find(|(from, _)| *from == letter)
            .map_or(letter, |(_, to)| *to)
    };
    let mut spelt = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let is_front = word.contains(['ٴ', 'ء', 'ە', 'ك', 'ک', 'گ']);
        for letter in word.chars().filter(|letter| !matches!(letter, 'ٴ' | 'ء')) {
            let letter = of(ARABIC, letter);
            spelt.push(if is_front { of(FRONT, letter) } else { letter });
        }
    }
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_latin_alphabet_spells_a_sentence_as_cyrillic_does() {
        let expected = "жаңа мектеп ашылды";
        assert_eq!(from_latin("Jańa mektep ashyldy")[0], expected);
        assert_eq!(from_latin("Jaña mektep aşyldy")[1], expected);
        assert_eq!(from_latin("Jaña mektep aşıldı")[2], expected);
    }

    #[test]
    fn arabic_script_marks_front_words() {
        assert_eq!(from_arabic("جاڭا مەكتەپ اشىلدى"), "жаңа мектеп ашылды");
        assert_eq!(from_arabic("ٴتىل ٴۇشىن"), "тіл үшін");
    }
}
