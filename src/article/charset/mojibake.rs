//! UTF-8 that another program read in an 8-bit charset and saved so: `ТљР°Р»Р°` for `Қала`.
//!
//! Policy: repaired where nearly all of the text, or of a line or an element of it, is it. No other text
//! reads as UTF-8 in this way, since letters would have to come in pairs of the right kinds. What was read
//! as windows-1252 or Latin-1 and has lost letters since is known by its letters, too.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1251, WINDOWS_1252};

/// Letters that the first bytes of Cyrillic letters become, in windows-1251 and in windows-1252.
const LEADS: [char; 8] = ['Р', 'С', 'Т', 'У', 'Ð', 'Ñ', 'Ò', 'Ó'];
/// One letter in this many has to be one of them.
const MIN_LEADS: usize = 4;
/// Fewer letters show nothing.
const MIN_LETTERS: usize = 16;
/// Of this many characters of the repaired text one may be lost.
const MAX_LOST: usize = 50;

/// Fewer of them show nothing in a passage; those of a short one all have to be of pairs.
const MIN_LEADS_OF_PASSAGE: usize = 3;

/// The text that was read wrongly; `None` if this is the right one. Passages that were are repaired in a
/// text that was read rightly.
pub(super) fn repaired(text: &str) -> Option<String> {
    if !text.contains(LEADS) {
        return None;
    }
    let whole = whole(text);
    let is_mostly = whole.is_some();
    if let Some(whole) = whole.filter(|whole| !whole.contains(char::REPLACEMENT_CHARACTER)) {
        return Some(whole);
    }
    let mut repaired = String::with_capacity(text.len());
    let mut changed = false;
    // A line, or what is between the tags of a page.
    for piece in text.split_inclusive(['\n', '<', '>']) {
        let passage = piece.trim_end_matches(['\n', '\r', '<', '>']);
        let again = passage_again(passage).or_else(|| {
            read_in_both(passage, 0).filter(|_| is_mostly && is_made_of_pairs(passage))
        });
        changed |= again.is_some();
        repaired.push_str(again.as_deref().unwrap_or(passage));
        repaired.push_str(piece.get(passage.len()..).unwrap_or_default());
    }
    changed.then_some(repaired)
}

/// Whether a text consists of letters that UTF-8 read as windows-1252 has, which no language writes so
/// often: it was misread, and cannot be read again.
pub(super) fn is_lost(text: &str) -> bool {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let western = |letter: &char| matches!(letter, 'Ð' | 'Ñ' | 'Ò' | 'Ó');
    let leads = text.chars().filter(western).count();
    letters >= MIN_LETTERS && leads * MIN_LEADS >= letters
}

fn whole(text: &str) -> Option<String> {
    let (letters, leads) = counts(text);
    if letters < MIN_LETTERS || leads * MIN_LEADS < letters {
        return None;
    }
    read_in_both(text, MAX_LOST)
}

/// A passage of a text that was read wrongly; one that is short has to be Kazakh or Russian to the last
/// letter.
fn passage_again(passage: &str) -> Option<String> {
    if let Some(again) = whole(passage) {
        return Some(again);
    }
    let (letters, leads) = counts(passage);
    if leads < MIN_LEADS_OF_PASSAGE || leads * MIN_LEADS < letters {
        return None;
    }
    let is_ours = |letter: char| {
        letter.is_ascii()
            || !letter.is_alphabetic()
            || matches!(letter, 'А'..='я' | 'Ё' | 'ё')
            || "ӘәҒғҚқҢңӨөҰұҮүҺһІі".contains(letter)
    };
    let again = read_in_both(passage, usize::MAX)?;
    again.chars().all(is_ours).then_some(again)
}

/// Whether as many letters of a passage are those of first bytes as where nothing else is in it.
fn is_made_of_pairs(passage: &str) -> bool {
    let (letters, leads) = counts(passage);
    leads > 0 && leads * 5 >= letters * 2
}

/// Letters, and those of them that first bytes become.
fn counts(text: &str) -> (usize, usize) {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let leads = text.chars().filter(|letter| LEADS.contains(letter)).count();
    (letters, leads)
}

fn read_in_both(text: &str, max_lost: usize) -> Option<String> {
    [WINDOWS_1251, WINDOWS_1252]
        .into_iter()
        .find_map(|charset| read_again(text, charset, max_lost))
}

/// Of `max_lost` characters of the repaired text one may be lost.
fn read_again(text: &str, charset: &'static Encoding, max_lost: usize) -> Option<String> {
    let bytes = encoded(text, charset)?;
    let (repaired, _) = UTF_8.decode_without_bom_handling(&bytes);
    let lost = repaired
        .matches(char::REPLACEMENT_CHARACTER)
        .count()
        .saturating_sub(text.matches(char::REPLACEMENT_CHARACTER).count());
    (lost.saturating_mul(max_lost) <= repaired.chars().count()).then(|| repaired.into_owned())
}

/// The bytes of a text in an 8-bit charset; what it lacks becomes a byte that is no UTF-8, but for the
/// control characters that Latin-1 has. A space after a first byte was a space that does not break.
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
                let control = || {
                    u8::try_from(letter)
                        .ok()
                        .filter(|byte| (0x80..0xA0).contains(byte))
                };
                byte.or_else(control).unwrap_or(0xFF)
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
    fn utf8_read_as_latin1_is_read_again_and_known_where_it_lost_letters() {
        let misread: String = TEXT.bytes().map(char::from).collect();
        assert_eq!(repaired(&misread).as_deref(), Some(TEXT));
        let cut: String = misread.chars().filter(|c| !c.is_control()).collect();
        assert_eq!(repaired(&cut), None);
        assert!(is_lost(&cut) && !is_lost(TEXT));
    }

    #[test]
    fn a_passage_that_was_read_wrongly_is_read_again() {
        for charset in [WINDOWS_1251, WINDOWS_1252] {
            let misread = |text: &str| {
                charset
                    .decode_without_bom_handling(text.as_bytes())
                    .0
                    .into_owned()
            };
            for (before, passage, after) in [
                (TEXT, TEXT, TEXT),
                ("Жаңа мектеп ашылды\n", "Мектеп", "\nОған бала келді.\r\n"),
                ("<p>Жаңа мектеп</p><p class=\"a\">", "Су келді", "</p>"),
            ] {
                let (before, after) = match passage {
                    TEXT => (format!("{before}\n"), format!("\n{after}")),
                    _ => (before.to_owned(), after.to_owned()),
                };
                let text = format!("{before}{}{after}", misread(passage));
                let expected = format!("{before}{passage}{after}");
                assert_eq!(repaired(&text), Some(expected));
            }
        }
    }

    #[test]
    fn a_text_that_was_read_rightly_stays() {
        for text in [
            TEXT,
            "РЕСПУБЛИКА СТАТИСТИКАСЫ ТУРАЛЫ СӨЗ ТАРАТТЫ",
            "Ð is a letter of Icelandic",
            "ТІСІ БІРІНШІ, ТҮСІ ЕКІНШІ, ІРІСІ ӘРІ СІҢІРІ",
            "",
        ] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }
}
