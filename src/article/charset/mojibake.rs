//! UTF-8 that another program read in an 8-bit charset and saved so: `ТљР°Р»Р°` for `Қала`.
//!
//! Policy: repaired where nearly all of the text is it. No other text reads as UTF-8 in this way, since
//! letters would have to come in pairs of the right kinds.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1251, WINDOWS_1252};

/// Letters that the first bytes of Cyrillic letters become, in windows-1251 and in windows-1252.
const LEADS: [char; 8] = ['Р', 'С', 'Т', 'У', 'Ð', 'Ñ', 'Ò', 'Ó'];
/// One letter in this many has to be one of them.
const MIN_LEADS: usize = 4;
/// Fewer letters show nothing.
const MIN_LETTERS: usize = 16;
/// Of this many characters of the repaired text one may be lost.
const MAX_LOST: usize = 50;

/// The text that was read wrongly; `None` if this is the right one.
pub(super) fn repaired(text: &str) -> Option<String> {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let leads = text.chars().filter(|letter| LEADS.contains(letter)).count();
    if letters < MIN_LETTERS || leads * MIN_LEADS < letters {
        return None;
    }
    [WINDOWS_1251, WINDOWS_1252]
        .into_iter()
        .find_map(|charset| read_again(text, charset))
}

fn read_again(text: &str, charset: &'static Encoding) -> Option<String> {
    let bytes = encoded(text, charset)?;
    let (repaired, _) = UTF_8.decode_without_bom_handling(&bytes);
    let lost = repaired
        .matches(char::REPLACEMENT_CHARACTER)
        .count()
        .saturating_sub(text.matches(char::REPLACEMENT_CHARACTER).count());
    (lost * MAX_LOST <= repaired.chars().count()).then(|| repaired.into_owned())
}

/// The bytes of a text in an 8-bit charset; what it lacks becomes a byte that is no UTF-8. A space after
/// a first byte was a space that does not break.
fn encoded(text: &str, charset: &'static Encoding) -> Option<Vec<u8>> {
    let mut high = [char::REPLACEMENT_CHARACTER; 128];
    for (at, byte) in (0x80..=0xFF_u8).enumerate() {
        let (letter, _) = charset.decode_without_bom_handling(std::slice::from_ref(&byte));
        *high.get_mut(at)? = letter.chars().next()?;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        let after_lead = bytes
            .last()
            .is_some_and(|byte| (0xC2..=0xDF).contains(byte));
        bytes.push(match letter {
            ' ' if after_lead => 0xA0,
            _ if letter.is_ascii() => u8::try_from(letter).ok()?,
            _ => {
                let at = high.iter().position(|&known| known == letter);
                let byte = at.and_then(|at| u8::try_from(at + 0x80).ok());
                byte.unwrap_or(0xFF)
            }
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Қалада су құбыры жарылды. «Жөндеу кешке дейін аяқталады», – деді Рахат әкім.";

    #[test]
    fn utf8_read_as_another_charset_is_read_again() {
        for charset in [WINDOWS_1251, WINDOWS_1252] {
            let (misread, _) = charset.decode_without_bom_handling(TEXT.as_bytes());
            assert_eq!(repaired(&misread).as_deref(), Some(TEXT), "{misread}");
        }
    }

    #[test]
    fn a_text_that_was_read_rightly_stays() {
        for text in [
            TEXT,
            "РЕСПУБЛИКА СТАТИСТИКАСЫ ТУРАЛЫ СӨЗ ТАРАТТЫ",
            "Ð is a letter of Icelandic",
            "",
        ] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }
}
