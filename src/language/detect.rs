//! Which language and script a text is in.
//!
//! The letters determine the script, letter pairs the language: the language whose model describes
//! the text in the fewest bits. Kazakh in Latin or Arabic script is spelt in Cyrillic first and
//! measured by the same Kazakh model. Policy: a detection from few words is never sure, unless it is
//! Russian and they are words of Russian ([`words`]): half of the press that has Kazakh articles is Russian.

use crate::text::{is_cyrillic, is_latin_of_articles};

use super::alphabets::has_apostrophes;
use super::char_bigrams::{BigramModel, Cost, KAZAKH, MODELS, RUSSIAN, Script, letter_class};
use super::kazakh::{misread, spelling};
use super::russian::words::{self, Evidence};

/// Kazakh in Cyrillic, Latin and Arabic script. NLLB knows the first; the others name a finding.
pub const KAZAKH_CYRILLIC: &str = "kaz_Cyrl";
/// Kazakh in Latin script; see [`KAZAKH_CYRILLIC`].
pub const KAZAKH_LATIN: &str = "kaz_Latn";
/// Kazakh in Arabic script; see [`KAZAKH_CYRILLIC`].
pub const KAZAKH_ARABIC: &str = "kaz_Arab";
/// Uzbek in Cyrillic script. NLLB knows the one in Latin script.
pub const UZBEK_CYRILLIC: &str = "uzn_Cyrl";

/// Bits per letter pair above which a text is in no language known here.
const MAX_BITS: f64 = 4.8;
/// Letters of Uyghur, Persian and Arabic that Kazakh lacks, and letters of Kazakh that Persian and
/// Arabic lack: for this script there are no rival models.
const NOT_KAZAKH: [char; 14] = [
    'ئ', 'ې', 'ۈ', 'ث', 'ذ', 'ص', 'ض', 'ط', 'ظ', 'غ', 'ة', 'أ', 'إ', 'آ',
];
const RATHER_KAZAKH: [char; 6] = ['ە', 'ۇ', 'ۆ', 'ۋ', 'ڭ', 'ٴ'];

/// Bits added to the cost of the less expected languages: most articles are Kazakh, Russian is the
/// next likely.
const RUSSIAN_HANDICAP: f64 = 4.0;
const OTHER_HANDICAP: f64 = 10.0;
/// Neighbouring pairs are not independent; this many bits count as one.
const TEMPERING: f64 = 3.0;

/// The minimum words, letters and confidence of a sure finding.
const MIN_SURE_WORDS: usize = 4;
const MIN_SURE_LETTERS: usize = 25;
const MIN_SURE_CONFIDENCE: f64 = 0.99;
/// The minimum confidence of a sure finding by words that other Slavic languages have, too.
const MIN_SLAVIC_CONFIDENCE: f64 = 0.9;
/// How many bits the words in small letters, which are no names, have to cost less as Russian than as Kazakh
/// where they are none that are known. Of 3009 Kazakh sentences, whole and cut to two to ten words, none
/// has more than six.
const MIN_RUSSIAN_BITS: f64 = 10.0;

/// The detected language of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// NLLB's code (`kaz_Cyrl`, `rus_Cyrl`), [`KAZAKH_LATIN`] or [`KAZAKH_ARABIC`]; `None` if
    /// the text has no letters or is in no language known here.
    pub language: Option<&'static str>,
    /// From 0 to 1, against the languages known here.
    pub confidence: f64,
    is_sure: bool,
    is_russian_by_words: bool,
}

impl Detection {
    /// Whether the text is long and clear enough to act upon the finding, or has words of the language.
    pub fn is_sure(&self) -> bool {
        self.is_sure
    }

    /// Whether the words of a text are Russian, or of a neighbour of it, and not Kazakh, however few
    /// they are.
    pub(crate) fn is_russian_by_words(&self) -> bool {
        self.is_russian_by_words
    }
}

/// Finds the language of a text: a sentence, a paragraph or a whole article.
pub fn detect(text: &str) -> Detection {
    let (mut cyrillic, mut latin, mut arabic, mut other) = (0, 0, 0, 0);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        match letter {
            _ if is_cyrillic(letter) => cyrillic += 1,
            _ if is_latin_of_articles(letter) => latin += 1,
            '\u{600}'..='\u{6FF}' => arabic += 1,
            _ => other += 1,
        }
    }
    let letters = cyrillic + latin + arabic + other;
    let has_letters = |word: &&str| word.chars().any(char::is_alphabetic);
    let words = text.split_whitespace().filter(has_letters).count();
    let most = cyrillic.max(latin).max(arabic).max(other);
    let candidates = match most {
        0 => Vec::new(),
        _ if most == cyrillic => cyrillic_candidates(text),
        _ if most == latin => latin_candidates(text),
        _ if most == arabic => arabic_candidates(text),
        _ => Vec::new(),
    };
    let (language, confidence) = decide(&candidates);
    let is_long = words >= MIN_SURE_WORDS && letters >= MIN_SURE_LETTERS;
    let is_clear = language.is_some() && is_long && confidence >= MIN_SURE_CONFIDENCE;
    let is_russian = language == Some(RUSSIAN.code);
    let evidence = if is_russian {
        words::evidence(text)
    } else {
        Evidence::None
    };
    let is_known = match evidence {
        Evidence::None => false,
        Evidence::Slavic => confidence >= MIN_SLAVIC_CONFIDENCE,
        Evidence::Russian => true,
    };
    let is_sure = is_clear || is_known;
    let is_russian_by_words =
        is_russian && (evidence != Evidence::None || is_russian_in_small_letters(text));
    Detection {
        language,
        confidence,
        is_sure,
        is_russian_by_words,
    }
}

/// Whether the words in small letters are rather Russian than Kazakh.
fn is_russian_in_small_letters(text: &str) -> bool {
    let small = words::in_small_letters(text);
    let cost = |model: &BigramModel| handicapped(model, model.cost(&small)).bits;
    small.contains(' ') && cost(&KAZAKH) - cost(&RUSSIAN) >= MIN_RUSSIAN_BITS
}

/// A language and what the text costs in it, its handicap included.
type Candidate = (&'static str, Cost);

fn candidates(text: &str, script: Script) -> Vec<Candidate> {
    let classes: Vec<u8> = text
        .chars()
        .filter_map(|character| letter_class(character, script))
        .collect();
    let models = MODELS.iter().filter(|model| model.script == script);
    let cost = |model: &BigramModel| model.cost_of_classes(classes.iter().copied());
    models
        .map(|model| (model.code, handicapped(model, cost(model))))
        .collect()
}

fn handicapped(model: &BigramModel, mut cost: Cost) -> Cost {
    cost.bits += match model.code {
        code if code == KAZAKH.code => 0.0,
        code if code == RUSSIAN.code => RUSSIAN_HANDICAP,
        _ => OTHER_HANDICAP,
    };
    cost
}

fn cyrillic_candidates(text: &str) -> Vec<Candidate> {
    let mut candidates = candidates(text, Script::Cyrillic);
    if let Some(repaired) = misread::repaired(text) {
        let mut cost = KAZAKH.cost(&repaired);
        cost.bits += OTHER_HANDICAP;
        candidates.push((KAZAKH_CYRILLIC, cost));
    }
    candidates
}

fn latin_candidates(text: &str) -> Vec<Candidate> {
    let mut candidates = candidates(text, Script::Latin);
    let apostrophes = Some(text).filter(|text| has_apostrophes(text));
    let apostrophes = apostrophes.map(spelling::from_apostrophes);
    let spellings = spelling::from_latin(text).into_iter().chain(apostrophes);
    candidates.extend(spellings.map(|spelt| (KAZAKH_LATIN, KAZAKH.cost(&spelt))));
    candidates
}

fn arabic_candidates(text: &str) -> Vec<Candidate> {
    let count = |among: &[char]| text.chars().filter(|letter| among.contains(letter)).count();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let is_kazakh = count(&NOT_KAZAKH) * 50 <= letters && count(&RATHER_KAZAKH) * 20 >= letters;
    if !is_kazakh {
        return Vec::new();
    }
    vec![(KAZAKH_ARABIC, KAZAKH.cost(&spelling::from_arabic(text)))]
}

/// The cheapest candidate, and its share of the probability of all.
fn decide(candidates: &[Candidate]) -> (Option<&'static str>, f64) {
    let cheapest = candidates
        .iter()
        .min_by(|(_, a), (_, b)| a.bits.total_cmp(&b.bits));
    let Some(&(language, best)) = cheapest else {
        return (None, 0.0);
    };
    if best.mean() > MAX_BITS {
        return (None, 0.0);
    }
    let rivals = candidates.iter().filter(|(other, _)| *other != language);
    let against: f64 = rivals
        .map(|(_, cost)| ((best.bits - cost.bits) / TEMPERING).exp2())
        .sum();
    (Some(language), 1.0 / (1.0 + against))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(text: &str) -> Option<&'static str> {
        Some(detect(text))
            .filter(Detection::is_sure)
            .and_then(|detection| detection.language)
    }

    #[test]
    fn sentences_of_the_expected_languages_are_sure_findings() {
        for (code, text) in [
            (
                "kaz_Cyrl",
                "Ауданда жаңа мектеп ашылды, оған үш жүзден астам бала барады.",
            ),
            (
                "kaz_Latn",
                "Aýdanda jańa mektep ashyldy, oǵan úsh júzden astam bala barady.",
            ),
            (
                "kaz_Latn",
                "Audanda jaña mektep aşyldy, oğan üş jüzden astam bala barady.",
            ),
            (
                "kaz_Arab",
                "اۋداندا جاڭا مەكتەپ اشىلدى، وعان ٴۇش جۇزدەن استام بالا بارادى.",
            ),
            (
                "rus_Cyrl",
                "В районе открылась новая школа, в неё пойдут более трёхсот детей.",
            ),
            (
                "eng_Latn",
                "A new school was opened in the district for more than three hundred children.",
            ),
            (
                "tgk_Cyrl",
                "Дар ноҳия мактаби нав кушода шуд ва дар он зиёда аз сесад кӯдак таҳсил мекунанд.",
            ),
            (
                "uzn_Cyrl",
                "Туманда янги мактаб очилди, унга уч юздан ортиқ бола боради, деди ҳоким ўринбосари.",
            ),
            (
                "kir_Cyrl",
                "Райондо жаңы мектеп ачылды, ага үч жүздөн ашык бала барат, деди өкмөт башчысы.",
            ),
        ] {
            assert_eq!(sure(text), Some(code), "{text} {:?}", detect(text));
        }
    }

    #[test]
    fn short_lines_names_and_numbers_are_no_sure_finding() {
        for text in [
            "",
            "2023",
            "Асқар Жұмабаев",
            "ҚР ҰБ",
            "BBC News Россия",
            "Да.",
            "— Рахмет!",
        ] {
            assert!(!detect(text).is_sure(), "{text}");
        }
        assert_eq!(detect("7 154, 46 %").language, None);
    }

    #[test]
    fn a_short_text_is_russian_by_its_words_and_a_kazakh_one_never() {
        for (text, is_sure) in [
            ("В Алматы выпал снег.", true),
            ("Что известно о погибших?", true),
            ("Выплаты пенсий начнутся с июля.", true),
            ("Токаев прибыл в Ташкент.", true),
            ("Он уже здесь.", true),
            ("Акима отправили в отставку.", false),
            ("Занятия в школах отменили.", false),
            ("Пожар на складе потушен.", false),
            ("На Сейфуллина перекроют движение.", false),
            ("Президент подписал закон.", false),
            ("Курс доллара снова вырос.", false),
        ] {
            let detection = detect(text);
            let found = (detection.language, detection.is_russian_by_words);
            assert_eq!(found, (Some("rus_Cyrl"), true), "{text} {detection:?}");
            assert!(detection.is_sure() || !is_sure, "{text} {detection:?}");
        }
        for text in [
            "Алматыда самолет апатка ушырады.",
            "Президент Владимир Путин келді.",
            "Сергей Лавров Астанада болды.",
            "Олжас Сулейменов, Мухтар Шаханов, Герольд Бельгер",
            "Тараз – Шымкент – Ташкент тасжолы",
            "Ол не деді? Он адам.",
            "Бюджет 10 миллиард доллар",
            "Банк «Центр Кредит» акционер",
            "Россия, Украина, Белоруссия, Молдова",
            "Москва, Новости, Спорт, Погода",
            "В. Путин, А. Лукашенко, С. Лавров",
            "Бензин бахасы кайта котерилди",
            "Футбол чемпионаты басталды",
        ] {
            let detection = detect(text);
            let is_russian = sure(text) == Some("rus_Cyrl") || detection.is_russian_by_words;
            assert!(!is_russian, "{text} {detection:?}");
        }
    }

    #[test]
    fn russian_names_do_not_make_a_kazakh_sentence_russian() {
        let text =
            "Жиынға Александр Иванов, Николай Петров, Сергей Кузнецов және Ольга Смирнова қатысты.";
        assert_ne!(sure(text), Some("rus_Cyrl"));
    }

    #[test]
    fn letters_of_no_known_language_are_unknown() {
        assert_eq!(detect("ඔබට සුබ දවසක් වේවා").language, None);
        assert_eq!(
            detect("щзхъ фывапр джэю йцукен гшщз ячсмить").language,
            None
        );
    }
}
