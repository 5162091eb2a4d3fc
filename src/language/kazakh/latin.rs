//! Kazakh in the Latin alphabets of 2017, 2018 and 2021, spelt in Cyrillic for a model that reads nothing else.
//!
//! The alphabets' tables are official and in them one letter is several Cyrillic ones; its
//! neighbours decide which. docs/reading.md says how many words come out right, and which do not: ь, ъ
//! and э leave no trace in Latin spelling.

use serde::{Deserialize, Serialize};

use crate::text::{is_cyrillic_vowel, is_small_roman, may_be_address};

use super::spelling::{LATIN_2018, LATIN_2021, Spelling};
use super::typed;

/// An official alphabet of Kazakh in Latin script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Alphabet {
    /// With apostrophes (`Qazaqstannyn'`): the letters of 2018 before they had acutes.
    Of2017,
    /// With acutes (`Qazaqstannyń`), as qz.inform.kz wrote.
    Of2018,
    /// With diaereses, a breve and a cedilla (`Qazaqstannyñ`).
    Of2021,
    /// That of 2021 with ŋ for ñ and ǧ for ğ.
    WithEng,
}

/// How words begin that are spelt with э; ordinary words begin with е.
#[rustfmt::skip]
const WITH_E: &[&str] = &[
    "эко", "элек", "энер", "эксп", "экст", "экск", "элем", "этап", "эфир", "эпи", "экип",
    "экран", "экз", "эмб", "эмигр", "эстет", "эстон", "этн", "эвол", "эквад", "эквив",
];

impl Alphabet {
    /// All alphabets, the oldest one first.
    pub const ALL: [Alphabet; 4] = [
        Alphabet::Of2017,
        Alphabet::Of2018,
        Alphabet::Of2021,
        Alphabet::WithEng,
    ];

    /// What it is called by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Of2017 => "of 2017 (with apostrophes)",
            Self::Of2018 => "of 2018",
            Self::Of2021 => "of 2021",
            Self::WithEng => "of 2021 with ŋ and ǧ",
        }
    }

    /// Whether its letters are those of the alphabet of 2018.
    fn is_of_2018(self) -> bool {
        matches!(self, Self::Of2017 | Self::Of2018)
    }

    fn table(self) -> Spelling {
        match self {
            Self::Of2017 | Self::Of2018 => LATIN_2018,
            Self::Of2021 | Self::WithEng => LATIN_2021,
        }
    }

    /// The letter for и and й, and the one for у.
    fn glides(self) -> (char, char) {
        match self {
            Self::Of2017 | Self::Of2018 => ('ı', 'ý'),
            Self::Of2021 | Self::WithEng => ('i', 'u'),
        }
    }

    fn lowercase(self, letter: char) -> char {
        match (self, letter) {
            (Self::Of2021 | Self::WithEng, 'I') => 'ı',
            (_, 'İ') => 'i',
            _ => letter.to_lowercase().next().unwrap_or(letter),
        }
    }

    /// Spells a text in Cyrillic. Addresses, Roman numerals, and words with letters that the alphabet
    /// lacks are kept as they are, and so is everything but Latin letters.
    pub fn to_cyrillic(self, text: &str) -> String {
        let text = typed::letters(text, self);
        let mut spelt = String::with_capacity(text.len() * 2);
        for token in text.split_inclusive(char::is_whitespace) {
            if may_be_address(token) {
                spelt.push_str(token);
                continue;
            }
            let mut rest = token;
            while let Some(first) = rest.chars().next() {
                let is_letter = first.is_alphabetic();
                let end = rest.find(|c: char| c.is_alphabetic() != is_letter);
                let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
                match is_letter.then(|| self.word(run)).flatten() {
                    Some(word) => spelt.push_str(&word),
                    None => spelt.push_str(run),
                }
                rest = after;
            }
        }
        spelt
    }

    /// A word of letters in Cyrillic, if it is one of this alphabet.
    fn word(self, word: &str) -> Option<String> {
        if is_small_roman(word) {
            return None;
        }
        let letters: Vec<char> = word.chars().collect();
        let small: String = letters
            .iter()
            .map(|&letter| self.lowercase(letter))
            .collect();
        let capital = |at: usize| letters.get(at).is_some_and(|letter| letter.is_uppercase());
        let all_capitals = letters.len() > 1 && (0..letters.len()).all(capital);
        let mut spelt = String::with_capacity(word.len() * 2);
        let mut at = 0;
        let mut rest = small.as_str();
        while !rest.is_empty() {
            let before = spelt
                .chars()
                .next_back()
                .and_then(|c| c.to_lowercase().next());
            let (length, cyrillic) = self.next(rest, before, capital(at))?;
            for (nth, letter) in cyrillic.chars().enumerate() {
                if capital(at) && (nth == 0 || all_capitals) {
                    spelt.extend(letter.to_uppercase());
                } else {
                    spelt.push(letter);
                }
            }
            at += rest[..length].chars().count();
            rest = &rest[length..];
        }
        Some(with_e(spelt))
    }

    /// The Cyrillic letters for the beginning of `rest`, and how many bytes of it they replace.
    fn next(
        self,
        rest: &str,
        before: Option<char>,
        capital: bool,
    ) -> Option<(usize, &'static str)> {
        let (glide, u) = self.glides();
        let after_consonant = before.is_some_and(|before| !is_cyrillic_vowel(before));
        let after_vowel = before.is_some_and(is_cyrillic_vowel);
        if let Some(after) = rest.strip_prefix(glide) {
            let length = glide.len_utf8();
            let mut following = after.chars();
            let (next, second) = (following.next(), following.next());
            return Some(match next {
                Some('a') if after_consonant => (length + 1, "иа"),
                Some('a') => (length + 1, "я"),
                Some(letter) if letter == u => (length + u.len_utf8(), "ю"),
                Some('o') if before.is_none() => (length + 1, "йо"),
                Some('o') => (length + 1, "ио"),
                // ия and ию are two of the letter and а or у.
                Some(letter)
                    if letter == glide && matches!(second, Some(c) if c == 'a' || c == u) =>
                {
                    (length, "и")
                }
                _ if after_vowel => (length, "й"),
                _ => (length, "и"),
            });
        }
        // The alphabet of 2018 has one capital for і and и; capitalised words with it are mostly foreign.
        if self.is_of_2018() && capital && before.is_none() {
            let foreign = |after: &str| after.starts_with(['n', 'r', 't']);
            if rest.strip_prefix('i').is_some_and(foreign) {
                return Some((1, "И"));
            }
        }
        // Kazakh endings begin with с after т (`айтса`); ц begins words, precedes и, or follows н, к.
        if let Some(after) = rest.strip_prefix("ts")
            && !after.starts_with('h')
            && (before.is_none_or(|before| matches!(before, 'н' | 'к')) || after.starts_with(glide))
        {
            return Some((2, "ц"));
        }
        // Few words have ч; the ending -шы after т is everywhere (`спортшы`).
        if !self.is_of_2018()
            && rest.starts_with("tş")
            && !rest.starts_with("tştş")
            && before.is_some_and(|before| !matches!(before, 'е' | 'и' | 'о' | 'у' | 'н'))
        {
            return Some((1, "т"));
        }
        let (latin, cyrillic) = self
            .table()
            .iter()
            .find(|(latin, _)| rest.starts_with(latin))?;
        Some((latin.len(), cyrillic))
    }
}

/// `word` with э where it begins as words with э do.
fn with_e(word: String) -> String {
    let begins = |stem: &&str| {
        let mut letters = word.chars().flat_map(char::to_lowercase);
        letters.next() == Some('е')
            && stem
                .chars()
                .skip(1)
                .all(|letter| letters.next() == Some(letter))
    };
    if !WITH_E.iter().any(begins) {
        return word;
    }
    let e = if word.starts_with('Е') { 'Э' } else { 'э' };
    let rest = word.strip_prefix(['е', 'Е']).unwrap_or_default();
    format!("{e}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_spelt_in_cyrillic() {
        let cyrillic = "Қазақстанның Үкіметі 7 154 адамға жаңа жұмыс берді, – деді ол.";
        let of_2018 = "Qazaqstannyń Úkimeti 7 154 adamǵa jańa jumys berdi, – dedi ol.";
        let of_2021 = "Qazaqstannyñ Ükımetı 7 154 adamğa jaña jūmys berdı, – dedı ol.";
        assert_eq!(Alphabet::Of2018.to_cyrillic(of_2018), cyrillic);
        assert_eq!(Alphabet::Of2021.to_cyrillic(of_2021), cyrillic);
    }

    #[test]
    fn variants_of_the_alphabets_are_spelt_in_cyrillic() {
        for (alphabet, latin, cyrillic) in [
            (
                Alphabet::Of2017,
                "Qazaqstannyn' ju'mysy",
                "Қазақстанның жүмысы",
            ),
            (
                Alphabet::Of2017,
                "S'ag'yn ko's'e, saiasat emes, sai'asat",
                "Шағын көше, саіасат емес, саясат",
            ),
            (Alphabet::WithEng, "Eldіŋ jaǧdaiy", "Елдің жағдайы"),
            (
                Alphabet::Of2018,
                "О\u{301}skemende kо\u{301}pir",
                "Өскеменде көпір",
            ),
        ] {
            assert_eq!(alphabet.to_cyrillic(latin), cyrillic);
        }
    }

    #[test]
    fn the_neighbours_of_a_letter_decide_which_it_is() {
        for (of_2018, of_2021, cyrillic) in [
            ("saıasat", "saiasat", "саясат"),
            ("partııa", "partiia", "партия"),
            (
                "halyqaralyq aımaq",
                "halyqaralyq aimaq",
                "халықаралық аймақ",
            ),
            ("ınvestıtsııa", "investitsiia", "инвестиция"),
            ("aıtsa, ketse", "aitsa, ketse", "айтса, кетсе"),
            ("sportshy", "sportşy", "спортшы"),
            ("mıllıard teńge", "milliard teñge", "миллиард теңге"),
            ("ekonomıka, el", "ekonomika, el", "экономика, ел"),
            ("MEKTEP ASHYLDY", "MEKTEP AŞYLDY", "МЕКТЕП АШЫЛДЫ"),
            ("ıýl", "iul", "юл"),
        ] {
            assert_eq!(Alphabet::Of2018.to_cyrillic(of_2018), cyrillic);
            assert_eq!(Alphabet::Of2021.to_cyrillic(of_2021), cyrillic);
        }
        assert_eq!(Alphabet::Of2018.to_cyrillic("kentshi"), "кентші");
    }

    #[test]
    fn addresses_numerals_and_foreign_words_stay() {
        let text = "XXI ğasyr, Windows, egemen.kz, a@b.kz, жаңа";
        let expected = "XXI ғасыр, Windows, egemen.kz, a@b.kz, жаңа";
        assert_eq!(Alphabet::Of2021.to_cyrillic(text), expected);
    }
}
