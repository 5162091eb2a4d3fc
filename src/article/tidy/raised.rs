//! Exponents, marks of notes, and fractions that are one character. A tokenizer makes plain digits of
//! them, so that `10⁶` would be 106 and `3⅓` thirty-one thirds.

use crate::text::lowered;

/// Fewer letters before a raised digit may be a unit (`км²`); more are a word with a note.
const MIN_WORD: usize = 4;

#[rustfmt::skip]
const FRACTIONS: &[(char, &str)] = &[
    ('½', "1/2"), ('⅓', "1/3"), ('⅔', "2/3"), ('¼', "1/4"), ('¾', "3/4"), ('⅕', "1/5"), ('⅖', "2/5"),
    ('⅗', "3/5"), ('⅘', "4/5"), ('⅙', "1/6"), ('⅚', "5/6"), ('⅛', "1/8"), ('⅜', "3/8"), ('⅝', "5/8"),
    ('⅞', "7/8"),
];

/// Exponents as `10^6`, fractions as `3 1/3`; marks of notes after words are left out.
pub(super) fn spell_out(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    let mut letters = 0;
    let mut in_note = false;
    let mut before = None;
    for character in text.chars() {
        let raised_before = before.and_then(lowered).is_some();
        let fraction = FRACTIONS.iter().find(|(sign, _)| *sign == character);
        if let Some((_, fraction)) = fraction {
            if spelt.ends_with(|last: char| last.is_ascii_digit()) {
                spelt.push(' ');
            }
            spelt.push_str(fraction);
        } else if let Some(digit) = lowered(character) {
            if !raised_before {
                let after_mark = before.is_none_or(|c: char| "»”\".!?,;:…".contains(c));
                in_note = letters >= MIN_WORD || after_mark;
            }
            let after_number = spelt.ends_with(|last: char| last.is_ascii_digit());
            match (in_note, raised_before, after_number) {
                (true, ..) => {}
                (false, false, true) => spelt.extend(['^', digit]),
                (false, true, _)
                    if spelt.ends_with(|last: char| last.is_ascii() && last != ' ') =>
                {
                    spelt.push(digit);
                }
                _ => spelt.push(character),
            }
        } else {
            spelt.push(character);
        }
        letters = if character.is_alphabetic() {
            letters + 1
        } else {
            0
        };
        before = Some(character);
    }
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_raised_keeps_its_value() {
        for (text, spelt) in [
            ("10⁶ адам", "10^6 адам"),
            ("10⁻¹² м", "10^-12 м"),
            ("120 м² жер", "120 м² жер"),
            ("3⅓ сағат, ½ бөлігі", "3 1/3 сағат, 1/2 бөлігі"),
            ("дереккөз¹² бар", "дереккөз бар"),
            ("келді.³ Содан", "келді. Содан"),
            ("¹ Ескі қала.", " Ескі қала."),
        ] {
            assert_eq!(spell_out(text), spelt);
        }
    }
}
