//! Which Latin alphabet a Kazakh text is written in.
//!
//! Policy: an alphabet is known by the letters that it alone has. A text without them, with those of two
//! alphabets, or with spellings that the alphabet excludes is in none of those that can be spelt in
//! Cyrillic: one letter means other sounds in each.

use unicode_normalization::UnicodeNormalization;

use super::char_bigrams::KAZAKH;
use super::kazakh::latin::Alphabet;
use super::kazakh::{spelling, typed};

/// Letters that only the alphabet of 2018 has, or that of 2021 and its variant.
const OF_2018: &str = "áǵńóúý";
const OF_2021: &str = "äöüūğñşŋǧ";
/// Letters that neither has.
const OF_NEITHER: &str = "wç";
/// Letters that a word of this many may have by chance: foreign names.
const WORDS_FOR_A_NAME: usize = 25;
/// Of the words with letters of two alphabets, one in this many may be of the other one.
const WORDS_FOR_OTHER: usize = 7;
/// Minimum words of a text in which the alphabet's letters have to be.
const MIN_WORDS: usize = 12;
/// Minimum words that contradict an alphabet.
const MIN_CONTRADICTIONS: usize = 2;
/// Minimum words with an `i` where the alphabet of 2021 has `ı` more often.
const MIN_DOTTED: usize = 4;

/// The alphabet of a Kazakh text in Latin script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LatinAlphabet {
    /// One that can be spelt in Cyrillic.
    Known(Alphabet),
    /// Another one, which no official table defines: the common Turkic way, a site's own.
    Other,
    /// One with `gh` and `ng`, in which `y` and `i` are two letters each.
    WithDigraphs,
}

/// The Latin alphabet that a Kazakh text in Latin script is written in, by the letters that it alone has,
/// else by which reading is better Kazakh.
pub fn latin_alphabet(text: &str) -> LatinAlphabet {
    use LatinAlphabet::{Known, Other, WithDigraphs};
    let small: String = text.to_lowercase().nfc().collect();
    let words = Words::of(&small);
    let (of_2018, of_2021) = (words.with(OF_2018), words.with(OF_2021));
    if words.many(words.with(OF_NEITHER)) {
        return Other;
    }
    if has_apostrophes(text) && !words.many(of_2018 + of_2021) {
        // Its letters have apostrophes in the place of all other marks.
        return if words.many(words.with("ıx")) {
            Other
        } else {
            Known(Alphabet::Of2017)
        };
    }
    if words.containing("gh") > 0 && words.with("ǵğǧńñŋ") == 0 {
        return WithDigraphs;
    }
    if of_2018.min(of_2021) * WORDS_FOR_OTHER > of_2018.max(of_2021) {
        return Other;
    }
    let costs = |text: &str| spelling::from_latin(text).map(|spelt| KAZAKH.cost(&spelt).bits);
    let [cost_2018, cost_2021, turkic] = costs(text);
    // Some write `u` for both ұ and у, which the Turkic way writes `w`.
    let [_, _, turkic_with_u] = costs(&small.replace('u', "w"));
    let is_plain = words.count >= MIN_WORDS && of_2018 + of_2021 == 0;
    if turkic.min(turkic_with_u) < cost_2018.min(cost_2021) || is_plain && words.with("ı") == 0 {
        return Other;
    }
    let is_of_2018 = cost_2018 <= cost_2021;
    let (own, other) = if is_of_2018 {
        (of_2018, of_2021)
    } else {
        (of_2021, of_2018)
    };
    if own < other || words.contradict(is_of_2018) {
        Other
    } else if is_of_2018 {
        Known(Alphabet::Of2018)
    } else if text.contains(['ŋ', 'Ŋ', 'ǧ', 'Ǧ']) {
        Known(Alphabet::WithEng)
    } else {
        Known(Alphabet::Of2021)
    }
}

/// The words of a text in small letters.
struct Words<'t> {
    text: &'t str,
    count: usize,
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Self {
        let mut words = Self { text, count: 0 };
        words.count = words.all().count();
        words
    }

    fn all(&self) -> impl Iterator<Item = &'t str> {
        let words = self.text.split(|c: char| !c.is_alphabetic());
        words.filter(|word| !word.is_empty())
    }

    /// How many have one of these letters.
    fn with(&self, letters: &str) -> usize {
        self.all()
            .filter(|word| word.contains(|letter: char| letters.contains(letter)))
            .count()
    }

    fn containing(&self, part: &str) -> usize {
        self.all().filter(|word| word.contains(part)).count()
    }

    /// Whether they are more than foreign names may be.
    fn many(&self, count: usize) -> bool {
        count * WORDS_FOR_A_NAME > self.count
    }

    /// Whether the text has spellings that the alphabet excludes. That of 2018 writes й as `ı`, so that no
    /// `i` follows a vowel; that of 2021 writes і as `ı`, which is in every text.
    fn contradict(&self, is_of_2018: bool) -> bool {
        let is_vowel = |letter: char| "aáäeoóöuúüūyý".contains(letter);
        let count = |letter: char, after_vowel: bool| {
            let has = |word: &&str| {
                let mut before = ' ';
                word.chars().any(|next| {
                    let found = next == letter && is_vowel(before) == after_vowel;
                    before = next;
                    found
                })
            };
            self.all().filter(has).count()
        };
        if is_of_2018 {
            let after_vowels = count('i', true);
            after_vowels >= MIN_CONTRADICTIONS && after_vowels > count('ı', true)
        } else {
            self.with("ıі") == 0 && self.count >= MIN_WORDS && count('i', false) >= MIN_DOTTED
        }
    }
}

/// Whether apostrophes are letters of a text: they follow letters that have them in the alphabet of
/// 2017, in one of eight words or more.
pub(super) fn has_apostrophes(text: &str) -> bool {
    let mut letters = 0;
    let mut before = ' ';
    for letter in text.chars() {
        letters +=
            usize::from(typed::is_apostrophe(letter) && "aginoscuyAGINOSCUY".contains(before));
        before = letter;
    }
    letters > 1 && letters * 8 >= text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_alphabet_is_known_by_its_own_letters() {
        for (text, alphabet) in [
            (
                "Aýdanda jańa mektep ashyldy, oǵan úsh júzden astam bala barady, ákimder qoıdy.",
                LatinAlphabet::Known(Alphabet::Of2018),
            ),
            (
                "Audanda jaña mektep aşyldy, oğan üş jüzden astam bala barady, elıñ keregı osy.",
                LatinAlphabet::Known(Alphabet::Of2021),
            ),
            (
                "Audanda jaŋa mektep aşyldy, oǧan üş jüzden astam bala barady, elıŋ keregı osy.",
                LatinAlphabet::Known(Alphabet::WithEng),
            ),
            (
                "Ay'danda jan'a mektep as'yldy, og'an u's' ju'zden astam bala barady.",
                LatinAlphabet::Known(Alphabet::Of2017),
            ),
        ] {
            assert_eq!(latin_alphabet(text), alphabet, "{text}");
        }
    }

    #[test]
    fn other_alphabets_are_taken_for_none_of_these() {
        for text in [
            // `ng`, and `i` for й, beside letters of 2018 and 2021.
            "Auylda jana dukender ashyldy, halyq qúanyp otyr. Bastyq qagazga qol qoidy, zang \
             jyldyñ basynda kúshine enedi, endi elge paidaly bolady.",
            "Auylda jana dúken ashyldy, halyq qýanyp otyr. Bastyq qagazga qol qoidy, búl elge \
             paidaly bolady, olar ózi aitady.",
            // `w` and `ı` beside apostrophes.
            "Awılda jan'a du'ken ashıldı, onda u'sh adam isleydi, qalg'anı keyin keledi dep ayttı.",
            // No letter of its own.
            "Auylda jana duken ashyldy, halyk kuanyp otyr, bastyk bul iske kop akcha bolgenin \
             aitty, endi baga tomen bolady.",
            // `i` for і.
            "Auylda jaña düken aşyldy, bizdiñ elde bäri jaqsy, kişi men ülken birge keldi, \
             endi işinde kisi köp.",
            "Awılda jaña düken aşıldı, halıq qwanıp otır, endi bağa tömen boladı.",
        ] {
            assert_eq!(latin_alphabet(text), LatinAlphabet::Other, "{text}");
        }
        for digraphs in [
            "Búl jagdayda onyng ghylymy enbegi tanyldy, barlyghy da oghan alghys aytty.",
            "Depútattar búl zangdy keshe qabyldady, óitkeni el jaghdayy ony talap etip otyr. Ýkimet \
             basshysy júmysty ózi baqylaytynyn aitty, halyq ta kýtip otyr.",
        ] {
            assert_eq!(latin_alphabet(digraphs), LatinAlphabet::WithDigraphs);
        }
    }

    #[test]
    fn foreign_names_do_not_change_the_alphabet() {
        let text = "Aýdanda jańa mektep ashyldy, oǵan úsh júzden astam bala barady. Ony Walter Höfer degen \
                    ári bilikti, ári tájirıbeli mamannyń ózi basqarady, al muǵalimder qalanyń ár \
                    tusynan keledi, bári qýanyshty, jumys endi bastaldy.";
        assert_eq!(latin_alphabet(text), LatinAlphabet::Known(Alphabet::Of2018));
    }
}
