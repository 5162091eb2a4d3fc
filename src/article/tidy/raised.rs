//! Exponents, marks of notes, and fractions that are one character. A tokenizer makes plain digits of
//! them, so that `10⁶` would be 106 and `3⅓` thirty-one thirds.

use crate::text::{
    ends_in_variable, is_any_cyrillic, is_clock_time, is_degree, is_small_change, lowered,
};

/// Fewer letters before a raised digit may be a unit (`км²`); more are a word with a note.
const MIN_WORD: usize = 4;

#[rustfmt::skip]
const FRACTIONS: &[(char, &str)] = &[
    ('½', "1/2"), ('⅓', "1/3"), ('⅔', "2/3"), ('¼', "1/4"), ('¾', "3/4"), ('⅕', "1/5"), ('⅖', "2/5"),
    ('⅗', "3/5"), ('⅘', "4/5"), ('⅙', "1/6"), ('⅚', "5/6"), ('⅛', "1/8"), ('⅜', "3/8"), ('⅝', "5/8"),
    ('⅞', "7/8"),
];

/// A fraction before more letters than a unit has (`½ кг`) is no fraction, but a letter that was lost.
const MAX_UNIT: usize = 3;

/// Exponents as `10^6`, fractions as `3 1/3`, times as `18:30`; marks of notes after words are left out.
/// A fraction inside a word is a letter that was lost and stays, so that a check sees it.
pub(super) fn spell_out(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    let mut letters = 0;
    let mut before = None;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let fraction = FRACTIONS.iter().find(|(sign, _)| *sign == character);
        let raised = &rest[..raised_bytes(rest)];
        let ends_in_digit = spelt.ends_with(|last: char| last.is_ascii_digit());
        let mut taken = character.len_utf8();
        if let Some((_, fraction)) = fraction.filter(|_| !is_in_word(before, after)) {
            if ends_in_digit {
                spelt.push(' ');
            }
            spelt.push_str(fraction);
        } else if !raised.is_empty() {
            let beyond = rest.get(raised.len()..).unwrap_or_default();
            let number: String = raised.chars().filter_map(lowered).collect();
            let is_note =
                letters >= MIN_WORD || before.is_none_or(|c: char| "»”\".!?,;:…%".contains(c));
            let is_signed = number.starts_with('-');
            taken = raised.len();
            if let Some((below, bytes)) = denominator(beyond).filter(|_| letters < MIN_WORD) {
                if ends_in_digit {
                    spelt.push(' ');
                }
                spelt.extend([number.as_str(), "/", below.as_str()]);
                taken += bytes;
            } else if is_note {
                // Its mark is no number of the text.
            } else if is_degree(&spelt, &number, beyond) {
                spelt.push('°');
            } else if is_small_change(&spelt, &number, beyond) {
                spelt.extend([",", number.as_str()]);
            } else if is_clock_time(&spelt, &number, beyond) {
                spelt.extend([":", number.as_str()]);
            } else if number.trim_start_matches('-').contains('-') && has_base(&spelt) {
                spelt.extend(["^(", number.as_str(), ")"]);
            } else if ends_in_digit
                || is_signed && letters > 0
                || spelt.ends_with(')')
                || ends_in_variable(&spelt) && !matches!(number.as_str(), "2" | "3")
            {
                spelt.extend(["^", number.as_str()]);
            } else {
                spelt.push_str(raised);
            }
        } else if let Some(letter) = raised_letter(character).filter(|_| has_base(&spelt)) {
            spelt.extend(['^', letter]);
        } else if character == '^' && ends_in_digit {
            let minutes =
                after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (minutes, beyond) = after.split_at(minutes);
            let is_time = is_clock_time(&spelt, minutes, beyond);
            spelt.push(if is_time { ':' } else { '^' });
        } else if let Some((below, bytes)) = denominator(rest).filter(|_| ends_in_digit) {
            spelt.extend(["/", below.as_str()]);
            taken = bytes;
        } else {
            spelt.push(character);
        }
        letters = if character.is_alphabetic() {
            letters + 1
        } else {
            0
        };
        let (done, more) = rest.split_at(taken);
        before = done.chars().next_back();
        rest = more;
    }
    spelt
}

/// The letter of exponents that has a raised character of its own.
fn raised_letter(character: char) -> Option<char> {
    match character {
        'ⁿ' => Some('n'),
        'ˣ' => Some('x'),
        _ => None,
    }
}

/// Whether a text ends in what has exponents.
fn has_base(text: &str) -> bool {
    text.ends_with(|last: char| last.is_ascii_digit() || last == ')') || ends_in_variable(text)
}

/// How many bytes of raised digits a text begins with, and of a minus before them.
fn raised_bytes(text: &str) -> usize {
    let is_raised = |c: char| lowered(c).is_some();
    text.len() - text.trim_start_matches(is_raised).len()
}

/// The number below a fraction's bar that a text begins with, and the bytes of both. A plain bar is one
/// before lowered digits only: after it a number may be another one (`2023/24`).
fn denominator(text: &str) -> Option<(String, usize)> {
    let digits = text.strip_prefix(['⁄', '/'])?;
    let is_bar = text.starts_with('⁄');
    let below = |c: char| {
        let lowered = u32::from(c)
            .checked_sub(u32::from('₀'))
            .filter(|digit| *digit < 10);
        let plain = c.to_digit(10).filter(|_| is_bar);
        lowered
            .or(plain)
            .and_then(|digit| char::from_digit(digit, 10))
    };
    let number: String = digits.chars().map_while(below).collect();
    let bytes: usize = digits.chars().take(number.len()).map(char::len_utf8).sum();
    (!number.is_empty()).then(|| (number, text.len() - digits.len() + bytes))
}

/// Whether a sign after `before` is in the place of a letter: directly behind one, or before a longer word.
fn is_in_word(before: Option<char>, after: &str) -> bool {
    let begins = !before.is_some_and(char::is_alphanumeric);
    let word = after.chars().take_while(|&c| is_any_cyrillic(c));
    before.is_some_and(is_any_cyrillic) || begins && word.count() > MAX_UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_minutes_are_a_time_and_other_raised_numbers_are_not() {
        for (text, spelt) in [
            ("Жиын 18³⁰-да басталды", "Жиын 18:30-да басталды"),
            ("Жиын 18^30-да басталды", "Жиын 18:30-да басталды"),
            (
                "сағат 9^00 мен 10¹⁵ арасында",
                "сағат 9:00 мен 10^15 арасында",
            ),
            ("25^00 және 10^12", "25^00 және 10^12"),
        ] {
            assert_eq!(spell_out(text), spelt);
        }
    }

    #[test]
    fn a_fraction_in_the_place_of_a_letter_stays() {
        for text in ["т¼рғын", "кітаб¾", "«½кімет"] {
            assert_eq!(spell_out(text), text);
        }
    }

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
            ("3¹⁄₃ сағат, ²/₃ бөлігі", "3 1/3 сағат, 2/3 бөлігі"),
            ("3 1⁄3 сағат, 1⁄₂ бөлігі", "3 1/3 сағат, 1/2 бөлігі"),
            ("2ⁿ, eˣ, 10⁵⁻⁶", "2^n, e^x, 10^(5-6)"),
            ("м⁻¹, x⁴, (a+b)²", "м^-1, x^4, (a+b)^2"),
            ("45%² өсті, 25⁰C, 99⁹⁰ теңге", "45% өсті, 25°C, 99,90 теңге"),
            ("2023/24 оқу жылы", "2023/24 оқу жылы"),
            ("½ кг, 2½км, ½сағ", "1/2 кг, 2 1/2км, 1/2сағ"),
        ] {
            assert_eq!(spell_out(text), spelt);
        }
    }
}
