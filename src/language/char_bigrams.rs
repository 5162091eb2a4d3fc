//! How usual a text's letter pairs are in a language; charset and language detection are based on
//! it.
//!
//! A model is a square table of costs, one row for each first letter: -log2 of the probability of
//! the second letter after the first, in quarter bits, written as the character `'0' + cost`.
//! Letters are put into classes; everything else is the class "boundary". The tables hold counts
//! of letter pairs in every other document of NTREX-128 (Microsoft, CC BY-SA 4.0; news translated
//! into 128 languages) and no text of it; `tests/reference/char_bigrams.py` made them.

use crate::text::is_cyrillic;

/// Not a letter: space, digit, punctuation, beginning and end.
pub(crate) const BOUNDARY: u8 = 0;
/// A letter the alphabet lacks: another script's, or one no language here uses.
pub(crate) const OTHER: u8 = 2;
/// A letter of the other of the two scripts (Latin in a Cyrillic text, Cyrillic in a Latin one).
const OTHER_SCRIPT: u8 = 1;
/// Classes below this are the three above.
const LETTERS: u8 = 3;

/// The Cyrillic letters with a class of their own, after `а`..`я`.
const MORE_CYRILLIC: &str = "ёәғқңөұүһіҗҙҫҡєїґўҳҷӣӯ";
const CYRILLIC_SIDE: usize = 57;
const LATIN_SIDE: usize = 29;

/// The script a model's alphabet is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Cyrillic,
    Latin,
}

/// The letter pairs of one language.
#[derive(Debug)]
pub(crate) struct BigramModel {
    /// NLLB's code of the language.
    pub code: &'static str,
    pub script: Script,
    table: &'static [u8],
}

macro_rules! models {
    ($($name:ident $code:literal $script:ident;)*) => {
        $(pub(crate) static $name: BigramModel = BigramModel {
            code: $code,
            script: Script::$script,
            table: include_bytes!(concat!("char_bigrams/", $code, ".txt")),
        };)*
        /// Every model.
        pub(crate) static MODELS: &[&BigramModel] = &[$(&$name),*];
    };
}

models! {
    KAZAKH "kaz_Cyrl" Cyrillic;
    RUSSIAN "rus_Cyrl" Cyrillic;
    KYRGYZ "kir_Cyrl" Cyrillic;
    TATAR "tat_Cyrl" Cyrillic;
    BASHKIR "bak_Cyrl" Cyrillic;
    MONGOLIAN "khk_Cyrl" Cyrillic;
    UKRAINIAN "ukr_Cyrl" Cyrillic;
    BELARUSIAN "bel_Cyrl" Cyrillic;
    BULGARIAN "bul_Cyrl" Cyrillic;
    TAJIK "tgk_Cyrl" Cyrillic;
    UZBEK_IN_CYRILLIC "uzn_Cyrl" Cyrillic;
    ENGLISH "eng_Latn" Latin;
    TURKISH "tur_Latn" Latin;
    UZBEK "uzn_Latn" Latin;
    AZERBAIJANI "azj_Latn" Latin;
    GERMAN "deu_Latn" Latin;
    FRENCH "fra_Latn" Latin;
}

/// What a text costs under a model.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Cost {
    pub bits: f64,
    /// Pairs with at least one letter in them.
    pub pairs: usize,
}

impl Cost {
    /// Bits per pair; text of the model's language has 3 to 4.5.
    pub(crate) fn mean(self) -> f64 {
        if self.pairs == 0 {
            f64::INFINITY
        } else {
            self.bits / self.pairs as f64
        }
    }
}

impl BigramModel {
    /// The cost of a whole text.
    pub(crate) fn cost(&self, text: &str) -> Cost {
        self.cost_of_classes(
            text.chars()
                .filter_map(|character| letter_class(character, self.script)),
        )
    }

    /// The cost of a text given as [`letter_class`]es.
    pub(crate) fn cost_of_classes(&self, classes: impl Iterator<Item = u8>) -> Cost {
        let (mut quarters, mut pairs, mut before) = (0_u64, 0, BOUNDARY);
        for after in classes.chain([BOUNDARY]) {
            if before != BOUNDARY || after != BOUNDARY {
                quarters += u64::from(self.pair(before, after));
                pairs += 1;
            }
            before = after;
        }
        Cost {
            bits: quarters as f64 / 4.0,
            pairs,
        }
    }

    /// The cost of one pair, in quarter bits.
    fn pair(&self, first: u8, second: u8) -> u8 {
        let side = match self.script {
            Script::Cyrillic => CYRILLIC_SIDE,
            Script::Latin => LATIN_SIDE,
        };
        let at = usize::from(first) * (side + 1) + usize::from(second);
        self.table
            .get(at)
            .map_or(0, |cost| cost.saturating_sub(b'0'))
    }
}

/// The class of a character in the alphabet of a script; `None` for characters inside words that
/// are not letters (soft hyphen, stress mark).
pub(crate) fn letter_class(character: char, script: Script) -> Option<u8> {
    let letter = character.to_lowercase().next().unwrap_or(character);
    Some(match (letter, script) {
        ('\u{AD}' | '\u{301}', _) => return None,
        ('а'..='я', Script::Cyrillic) => LETTERS + (u32::from(letter) - u32::from('а')) as u8,
        ('a'..='z', Script::Latin) => LETTERS + (u32::from(letter) - u32::from('a')) as u8,
        ('a'..='z', Script::Cyrillic) => OTHER_SCRIPT,
        (letter, Script::Latin) if is_cyrillic(letter) => OTHER_SCRIPT,
        (letter, Script::Cyrillic) if is_cyrillic(letter) => {
            match MORE_CYRILLIC.chars().position(|other| other == letter) {
                Some(at) => LETTERS + 32 + at as u8,
                None => OTHER,
            }
        }
        _ if letter.is_alphabetic() => OTHER,
        _ => BOUNDARY,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_a_square_of_its_alphabet() {
        for model in MODELS {
            let side = match model.script {
                Script::Cyrillic => CYRILLIC_SIDE,
                Script::Latin => LATIN_SIDE,
            };
            assert_eq!(model.table.len(), side * (side + 1), "{}", model.code);
            let rows = model
                .table
                .split(|&byte| byte == b'\n')
                .filter(|row| !row.is_empty());
            for row in rows {
                assert_eq!(row.len(), side, "{}", model.code);
                assert!(
                    row.iter().all(|byte| (b'0'..=b'`').contains(byte)),
                    "{}",
                    model.code
                );
            }
        }
        assert_eq!(
            CYRILLIC_SIDE,
            usize::from(LETTERS) + 32 + MORE_CYRILLIC.chars().count()
        );
    }

    #[test]
    fn a_kazakh_sentence_is_cheaper_as_kazakh_than_as_russian() {
        let text = "Ауданда жаңа мектеп ашылды, оған жүз бала барады.";
        assert!(KAZAKH.cost(text).bits < RUSSIAN.cost(text).bits);
        assert!(KAZAKH.cost(text).mean() < 4.5);
        let text = "В районе открылась новая школа, в неё пойдут сто детей.";
        assert!(RUSSIAN.cost(text).bits < KAZAKH.cost(text).bits);
    }
}
