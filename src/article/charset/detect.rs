//! Which charset bytes are in.
//!
//! The order of the questions: a byte order mark; the pattern of UTF-16; UTF-8, valid or with a few
//! damaged places; then the three Cyrillic 8-bit charsets. Of these the one is chosen whose reading
//! has the most usual letter pairs in Kazakh or Russian. KZ-1048, PT154 and windows-1251 share the
//! Russian letters, so only pairs with other bytes decide; if two readings are the same text, the
//! older and better known charset is named.

use super::Charset;
use crate::article::ArticleError;
use crate::language::char_bigrams::{self, BOUNDARY, Cost, KAZAKH, OTHER, RUSSIAN, Script};
use crate::text::is_cyrillic;

/// Candidates; of equal readings the first is named.
const EIGHT_BIT: [Charset; 3] = [Charset::Windows1251, Charset::Kz1048, Charset::Pt154];

/// Bits per letter pair above which a reading is neither Kazakh nor Russian. Sentences of both cost
/// 3 to 4.9; KOI8-R, IBM866 or Mac bytes read as these charsets cost more than 6.
const MAX_BITS: f64 = 5.5;

/// Minimum share of Cyrillic letters among the letters of a Cyrillic text.
const MIN_CYRILLIC: f64 = 0.3;

pub(super) fn charset(bytes: &[u8]) -> Result<Charset, ArticleError> {
    let marked = [
        (&b"\xEF\xBB\xBF"[..], Charset::Utf8),
        (&b"\xFF\xFE"[..], Charset::Utf16Le),
        (&b"\xFE\xFF"[..], Charset::Utf16Be),
    ];
    if let Some((_, charset)) = marked.into_iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Ok(charset);
    }
    if let Some(charset) = utf16_by_pattern(bytes) {
        return Ok(charset);
    }
    let Err(error) = std::str::from_utf8(bytes) else {
        return Ok(Charset::Utf8);
    };
    if is_damaged_utf8(bytes) {
        return Ok(Charset::Utf8);
    }
    let offset = error.valid_up_to();
    let byte = bytes.get(offset).copied().unwrap_or_default();
    eight_bit(bytes).ok_or(ArticleError::Unrecognised { offset, byte })
}

/// UTF-16 without a byte order mark: one byte of nearly every pair is the high byte of ASCII
/// (0x00), Cyrillic (0x04), Arabic (0x06) or punctuation (0x20), and the other hardly ever.
fn utf16_by_pattern(bytes: &[u8]) -> Option<Charset> {
    let units = bytes.len() / 2;
    if units == 0 {
        return None;
    }
    let high = |byte: &u8| matches!(byte, 0x00 | 0x04 | 0x06);
    let first = bytes.iter().step_by(2).filter(|byte| high(byte)).count();
    let second = bytes
        .iter()
        .skip(1)
        .step_by(2)
        .filter(|byte| high(byte))
        .count();
    let (most, few) = (units * 4 / 5, units / 5);
    if second > most && first <= few {
        Some(Charset::Utf16Le)
    } else if first > most && second <= few {
        Some(Charset::Utf16Be)
    } else {
        None
    }
}

/// Whether most bytes above ASCII belong to valid UTF-8 characters, so that the others are damage.
/// In 8-bit Cyrillic text hardly any do: a letter's byte is followed by another of 0xE0 and above.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let high = |part: &[u8]| part.iter().filter(|byte| !byte.is_ascii()).count();
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += high(chunk.valid().as_bytes());
        invalid += chunk.invalid().len();
    }
    valid > invalid
}

/// The 8-bit charset in which the bytes read best, if any reads as Kazakh or Russian.
fn eight_bit(bytes: &[u8]) -> Option<Charset> {
    let mut best: Option<(Charset, Cost)> = None;
    for charset in EIGHT_BIT {
        let text = charset.decode(bytes, true).ok()?;
        let cost = reading_cost(&text);
        if best.is_none_or(|(_, other)| cost.bits < other.bits) {
            best = Some((charset, cost));
        }
    }
    let (charset, cost) = best?;
    let text = charset.decode(bytes, true).ok()?;
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let cyrillic = text.chars().filter(|&letter| is_cyrillic(letter)).count();
    (cost.mean() <= MAX_BITS && cyrillic as f64 >= letters as f64 * MIN_CYRILLIC).then_some(charset)
}

/// The cost of a reading. Each word counts in the language that fits it better: a Russian name must
/// not make the whole of a Kazakh text count as Russian.
fn reading_cost(text: &str) -> Cost {
    let classes: Vec<u8> = text.chars().filter_map(class).collect();
    let mut total = Cost::default();
    for word in classes
        .split(|&class| class == BOUNDARY)
        .filter(|word| !word.is_empty())
    {
        let [kazakh, russian] =
            [&KAZAKH, &RUSSIAN].map(|model| model.cost_of_classes(word.iter().copied()));
        let cost = if kazakh.bits <= russian.bits {
            kazakh
        } else {
            russian
        };
        total.bits += cost.bits;
        total.pairs += cost.pairs;
    }
    total
}

/// A character's class. Signs that news text hardly holds (`±`, `‰`, `ђ`) but a letter's byte
/// becomes in the wrong charset count as foreign letters.
fn class(character: char) -> Option<u8> {
    let class = char_bigrams::letter_class(character, Script::Cyrillic);
    let usual = character.is_ascii() || "\u{A0}«»“”„–—…’‘№§°€©®•".contains(character);
    if class == Some(BOUNDARY) && !usual {
        Some(OTHER)
    } else {
        class
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KAZAKH_TEXT: &str = "Ауданда жаңа мектеп ашылды, оған үш жүзден астам бала барады. Әкім \
                               құрылысшыларға алғыс айтты.";
    const RUSSIAN_TEXT: &str = "В районе открылась новая школа, в неё пойдут более трёхсот детей.";

    /// The bytes of a text in an 8-bit charset.
    fn encode(text: &str, charset: Charset) -> Vec<u8> {
        let byte_of = |character: char| {
            (0..=u8::MAX).find(|&byte| charset.decode(&[byte], false) == Ok(character.to_string()))
        };
        text.chars()
            .map(|character| byte_of(character).expect("a character it has"))
            .collect()
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn kazakh_in_each_charset_is_recognised_and_read_back() {
        for charset in [Charset::Kz1048, Charset::Pt154] {
            let bytes = encode(KAZAKH_TEXT, charset);
            assert_eq!(super::charset(&bytes), Ok(charset));
            assert_eq!(charset.decode(&bytes, false).as_deref(), Ok(KAZAKH_TEXT));
        }
        assert_eq!(super::charset(KAZAKH_TEXT.as_bytes()), Ok(Charset::Utf8));
        let little = utf16(KAZAKH_TEXT, u16::to_le_bytes);
        assert_eq!(super::charset(&little), Ok(Charset::Utf16Le));
        assert_eq!(
            super::charset(&utf16(KAZAKH_TEXT, u16::to_be_bytes)),
            Ok(Charset::Utf16Be)
        );
        assert_eq!(
            super::charset(&[b"\xFF\xFE", &little[..]].concat()),
            Ok(Charset::Utf16Le)
        );
    }

    #[test]
    fn russian_is_windows_1251_since_the_kazakh_charsets_read_it_the_same() {
        let bytes = encode(RUSSIAN_TEXT, Charset::Windows1251);
        assert_eq!(super::charset(&bytes), Ok(Charset::Windows1251));
    }

    #[test]
    fn a_soft_hyphen_inside_a_word_is_no_letter_of_pt154() {
        let text = "Мектеп\u{AD}терде жаңа оқу жылы басталды.";
        assert_eq!(
            super::charset(&encode(text, Charset::Kz1048)),
            Ok(Charset::Kz1048)
        );
    }

    #[test]
    fn other_charsets_are_refused_rather_than_misread() {
        let (koi8, _, _) = encoding_rs::KOI8_R.encode(RUSSIAN_TEXT);
        assert!(matches!(
            super::charset(&koi8),
            Err(ArticleError::Unrecognised { offset: 0, .. })
        ));
        let (latin1, _, _) = encoding_rs::WINDOWS_1252.encode("Déjà vu à l'école près du fleuve");
        assert!(super::charset(&latin1).is_err());
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        let mut bytes = KAZAKH_TEXT.as_bytes().to_vec();
        bytes[7] = 0xFF;
        assert_eq!(super::charset(&bytes), Ok(Charset::Utf8));
        bytes.truncate(50);
        assert_eq!(super::charset(&bytes[..49]), Ok(Charset::Utf8));
    }
}
