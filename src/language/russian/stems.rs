//! Russian names without their case endings.

use std::borrow::Cow;

/// Letters that a stem keeps at least.
const MIN_STEM: usize = 3;

/// Case endings of names.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "ом", "ой", "ого", "ему", "ым", "ых", "ами", "ах", "ов", "у", "е", "а", "ы", "и", "ю", "я",
];

/// `word`, in lower case, and what it may be an inflected form of, the word itself first.
pub(crate) fn stems(word: &str) -> Vec<Cow<'_, str>> {
    let stems = ENDINGS
        .iter()
        .filter_map(|ending| word.strip_suffix(ending))
        .filter(|stem| stem.chars().nth(MIN_STEM - 1).is_some());
    std::iter::once(word)
        .chain(stems)
        .map(Cow::Borrowed)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::stems;

    #[test]
    fn cases_come_off() {
        assert_eq!(stems("москвой"), ["москвой", "москв"]);
        assert_eq!(stems("баку"), ["баку", "бак"]);
        assert_eq!(stems("ура"), ["ура"]);
    }
}
