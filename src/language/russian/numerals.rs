//! Numbers in Russian words.

use crate::language::NumberWord::{self, Count, Half, Hundred, Hundreds, Scale, Teen, Ten};

/// Stems; a word is a stem and one of [`ENDINGS`].
const STEMS: &[(&str, NumberWord)] = &[
    ("один", Count(1)),
    ("одн", Count(1)),
    ("перв", Count(1)),
    ("дв", Count(2)),
    ("двое", Count(2)),
    ("втор", Count(2)),
    ("тр", Count(3)),
    ("трое", Count(3)),
    ("трет", Count(3)),
    ("четыр", Count(4)),
    ("четверт", Count(4)),
    ("пят", Count(5)),
    ("шест", Count(6)),
    ("сем", Count(7)),
    ("седьм", Count(7)),
    ("восемь", Count(8)),
    ("восьм", Count(8)),
    ("девят", Count(9)),
    ("десят", Teen(10)),
    ("одиннадцат", Teen(11)),
    ("двенадцат", Teen(12)),
    ("тринадцат", Teen(13)),
    ("четырнадцат", Teen(14)),
    ("пятнадцат", Teen(15)),
    ("шестнадцат", Teen(16)),
    ("семнадцат", Teen(17)),
    ("восемнадцат", Teen(18)),
    ("девятнадцат", Teen(19)),
    ("двадцат", Ten(20)),
    ("тридцат", Ten(30)),
    ("сорок", Ten(40)),
    ("сороков", Ten(40)),
    ("пятьдесят", Ten(50)),
    ("пятидесят", Ten(50)),
    ("шестьдесят", Ten(60)),
    ("шестидесят", Ten(60)),
    ("семьдесят", Ten(70)),
    ("семидесят", Ten(70)),
    ("восемьдесят", Ten(80)),
    ("восьмидесят", Ten(80)),
    ("девяност", Ten(90)),
    ("ст", Hundreds(100)),
    ("сот", Hundred),
    ("двест", Hundreds(200)),
    ("двухсот", Hundreds(200)),
    ("трист", Hundreds(300)),
    ("трехсот", Hundreds(300)),
    ("четырест", Hundreds(400)),
    ("четырехсот", Hundreds(400)),
    ("пятьсот", Hundreds(500)),
    ("пятисот", Hundreds(500)),
    ("шестьсот", Hundreds(600)),
    ("семьсот", Hundreds(700)),
    ("восемьсот", Hundreds(800)),
    ("девятьсот", Hundreds(900)),
    ("тыс", Scale(3)),
    ("тысяч", Scale(3)),
    ("миллион", Scale(6)),
    ("миллиард", Scale(9)),
    ("триллион", Scale(12)),
    ("половин", Half),
];

#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "", "а", "е", "и", "о", "у", "ы", "ь", "ью", "я", "ый", "ой", "ого", "ому", "ым", "ом", "ая",
    "ую", "ое", "ые", "ых", "ыми", "ий", "его", "им", "ем", "ей", "ья", "ье", "ьи", "ьих",
    "ьего", "ьей", "ов", "ам", "ами", "ах", "ух", "ум", "умя", "ех", "емя", "еро", "ьмя", "ьми",
];

/// Endings of the months' names.
const MONTH_ENDINGS: &[&str] = &["", "ь", "я", "е", "ю", "а", "й", "у"];

/// What a word in lower case contributes to a number.
pub(in crate::language) fn word(word: &str) -> Option<NumberWord> {
    let word = word.replace('ё', "е");
    let fits = |rest: &str| ENDINGS.contains(&rest);
    STEMS
        .iter()
        .find(|(stem, _)| word.strip_prefix(stem).is_some_and(fits))
        .map(|(_, part)| *part)
}

/// Words that say a number without being one.
pub(in crate::language) fn vouched(word: &str) -> &'static [u64] {
    match word {
        "ноль" => &[0],
        "оба" | "обе" | "дважды" | "вдвое" => &[2],
        "втрое" => &[3],
        "вчетверо" => &[4],
        "десяток" => &[10],
        "дюжина" => &[12],
        "сутки" => &[24],
        "сотня" => &[100],
        "четверть" | "четверти" => &[4, 15, 25],
        _ => &[],
    }
}

/// The denominator of the part that a word names.
pub(in crate::language) fn share(word: &str) -> Option<u64> {
    match word {
        "треть" | "трети" | "третью" => Some(3),
        "четверть" | "четверти" | "четвертью" => Some(4),
        word if word.starts_with("половин") => Some(2),
        _ => None,
    }
}

/// The month a word names, in any case.
pub(in crate::language) fn month(word: &str) -> Option<u8> {
    let names = |name: &str| {
        // Of `мая`, alone among the names, other cases share less than dates show.
        let stem = name.strip_suffix('я').unwrap_or(name);
        let ending = word.strip_prefix(stem);
        ending.is_some_and(|ending| MONTH_ENDINGS.contains(&ending))
    };
    let at = super::MONTHS.iter().position(|name| names(name))?;
    u8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn months_are_known_in_their_cases() {
        for word in ["май", "мая", "мае"] {
            assert_eq!(super::month(word), Some(5), "{word}");
        }
        assert_eq!(super::month("августа"), Some(8));
        assert_eq!(super::month("мама"), None);
    }
}
