//! Number words of Kazakh, Russian and English.
//!
//! A word on its own only vouches for a number on the other side and is never missed. So a word taken
//! for a number by mistake costs a little sharpness and no false alarm, and the tables may be generous
//! with endings.

use super::value::{Decimal, Value};

/// What a word contributes to a number in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// One to nine.
    Count(u64),
    /// Ten to nineteen where that is one word; nothing is added to it.
    Teen(u64),
    /// Ten, twenty … ninety, to which a count may be added.
    Ten(u64),
    /// Russian hundreds that are one word.
    Hundreds(u64),
    /// Times a hundred.
    Hundred,
    /// Times 10 to this power, a multiple of three.
    Scale(u32),
    /// Plus a half (`жарым`).
    AndHalf,
    /// Half of what follows.
    Half,
}

use Part::{AndHalf, Count, Half, Hundred, Hundreds, Scale, Teen, Ten};

/// The part that `word`, in lower case, plays in a number in words.
pub(super) fn part(word: &str) -> Option<Part> {
    if word.is_ascii() {
        return ENGLISH
            .iter()
            .find(|(spelled, _)| *spelled == word)
            .map(|(_, part)| *part);
    }
    kazakh(word).or_else(|| russian(word))
}

/// The power of ten that `word` stands for after digits (`3,2 млрд`, `5 thousand`, `$2.8bn`).
pub(super) fn scale(word: &str) -> Option<u32> {
    match word {
        "mn" | "mln" => return Some(6),
        "bn" | "bln" => return Some(9),
        "tn" | "trn" => return Some(12),
        _ => {}
    }
    match part(word)? {
        Hundred => Some(2),
        Scale(power) => Some(power),
        _ => None,
    }
}

/// The power of ten that a single letter may stand for right after digits; it may be a unit as well.
pub(super) fn scale_letter(word: &str) -> Option<u32> {
    match word {
        "k" => Some(3),
        "m" => Some(6),
        "b" => Some(9),
        _ => None,
    }
}

const ENGLISH: [(&str, Part); 71] = [
    ("one", Count(1)),
    ("two", Count(2)),
    ("three", Count(3)),
    ("four", Count(4)),
    ("five", Count(5)),
    ("six", Count(6)),
    ("seven", Count(7)),
    ("eight", Count(8)),
    ("nine", Count(9)),
    ("first", Count(1)),
    ("second", Count(2)),
    ("third", Count(3)),
    ("thirds", Count(3)),
    ("fourth", Count(4)),
    ("fifth", Count(5)),
    ("fifths", Count(5)),
    ("sixth", Count(6)),
    ("seventh", Count(7)),
    ("eighth", Count(8)),
    ("ninth", Count(9)),
    ("ten", Teen(10)),
    ("tens", Teen(10)),
    ("tenth", Teen(10)),
    ("eleven", Teen(11)),
    ("eleventh", Teen(11)),
    ("twelve", Teen(12)),
    ("twelfth", Teen(12)),
    ("thirteen", Teen(13)),
    ("thirteenth", Teen(13)),
    ("fourteen", Teen(14)),
    ("fourteenth", Teen(14)),
    ("fifteen", Teen(15)),
    ("fifteenth", Teen(15)),
    ("sixteen", Teen(16)),
    ("sixteenth", Teen(16)),
    ("seventeen", Teen(17)),
    ("seventeenth", Teen(17)),
    ("eighteen", Teen(18)),
    ("eighteenth", Teen(18)),
    ("nineteen", Teen(19)),
    ("nineteenth", Teen(19)),
    ("twenty", Ten(20)),
    ("twenties", Ten(20)),
    ("twentieth", Ten(20)),
    ("thirty", Ten(30)),
    ("thirties", Ten(30)),
    ("thirtieth", Ten(30)),
    ("forty", Ten(40)),
    ("forties", Ten(40)),
    ("fortieth", Ten(40)),
    ("fifty", Ten(50)),
    ("fifties", Ten(50)),
    ("fiftieth", Ten(50)),
    ("sixty", Ten(60)),
    ("sixties", Ten(60)),
    ("seventy", Ten(70)),
    ("seventies", Ten(70)),
    ("eighty", Ten(80)),
    ("eighties", Ten(80)),
    ("ninety", Ten(90)),
    ("nineties", Ten(90)),
    ("hundred", Hundred),
    ("hundreds", Hundred),
    ("hundredth", Hundred),
    ("thousand", Scale(3)),
    ("thousands", Scale(3)),
    ("million", Scale(6)),
    ("millions", Scale(6)),
    ("billion", Scale(9)),
    ("trillion", Scale(12)),
    ("half", Half),
];

/// Kazakh stems; a word is a stem and one of the endings that [`kazakh`] knows.
const KAZAKH: [(&str, Part); 33] = [
    ("бір", Count(1)),
    ("екі", Count(2)),
    ("екеу", Count(2)),
    ("үш", Count(3)),
    ("төрт", Count(4)),
    ("бес", Count(5)),
    ("алты", Count(6)),
    ("алтау", Count(6)),
    ("жеті", Count(7)),
    ("жетеу", Count(7)),
    ("сегіз", Count(8)),
    ("тоғыз", Count(9)),
    ("он", Ten(10)),
    ("жиырма", Ten(20)),
    ("отыз", Ten(30)),
    ("қырық", Ten(40)),
    ("елу", Ten(50)),
    ("алпыс", Ten(60)),
    ("жетпіс", Ten(70)),
    ("сексен", Ten(80)),
    ("тоқсан", Ten(90)),
    ("жүз", Hundred),
    ("мың", Scale(3)),
    ("миллион", Scale(6)),
    ("млн", Scale(6)),
    ("миллиард", Scale(9)),
    ("млрд", Scale(9)),
    ("триллион", Scale(12)),
    ("трлн", Scale(12)),
    ("жарым", AndHalf),
    ("жарты", Half),
    ("жартысы", Half),
    ("жартылай", Half),
];

const KAZAKH_ENDINGS: [&str; 54] = [
    "",
    "ға",
    "ге",
    "қа",
    "ке",
    "ды",
    "ді",
    "ты",
    "ті",
    "ны",
    "ні",
    "да",
    "де",
    "та",
    "те",
    "дан",
    "ден",
    "тан",
    "тен",
    "нан",
    "нен",
    "ның",
    "нің",
    "дың",
    "дің",
    "тың",
    "тің",
    "мен",
    "бен",
    "пен",
    "еу",
    "і",
    "ы",
    "сы",
    "сі",
    "ін",
    "ын",
    "сын",
    "сін",
    "іне",
    "ына",
    "інде",
    "ында",
    "інен",
    "ынан",
    "лық",
    "лік",
    "дық",
    "дік",
    "тық",
    "тік",
    "даған",
    "деген",
    "еуі",
];

/// Ordinals, and what numerals are compounded with (`үшжақты`, `онжылдық`, `бесқабатты`).
const KAZAKH_COMPOUNDS: [&str; 14] = [
    "інші",
    "ыншы",
    "нші",
    "ншы",
    "жақ",
    "жыл",
    "айл",
    "күн",
    "апта",
    "қабат",
    "тілд",
    "жас",
    "бөлме",
    "бұрыш",
];

/// Words that look like a numeral with an ending and are none: him, his, for, face.
const KAZAKH_OTHERS: [&str; 13] = [
    "оны",
    "онда",
    "онан",
    "оның",
    "онымен",
    "үшін",
    "жүзі",
    "жүзін",
    "жүзінде",
    "жүзіне",
    "жүзінен",
    "бесін",
    "мыңжылдық",
];

fn kazakh(word: &str) -> Option<Part> {
    if KAZAKH_OTHERS.contains(&word) {
        return None;
    }
    let fits = |rest: &str| {
        KAZAKH_ENDINGS.contains(&rest)
            || KAZAKH_COMPOUNDS
                .iter()
                .any(|second| rest.starts_with(second))
    };
    KAZAKH
        .iter()
        .find(|(stem, _)| word.strip_prefix(stem).is_some_and(fits))
        .map(|(_, part)| *part)
}

/// Russian stems; a word is a stem and one of [`RUSSIAN_ENDINGS`].
const RUSSIAN: [(&str, Part); 61] = [
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

const RUSSIAN_ENDINGS: [&str; 45] = [
    "", "а", "е", "и", "о", "у", "ы", "ь", "ью", "я", "ый", "ой", "ого", "ому", "ым", "ом", "ая",
    "ую", "ое", "ые", "ых", "ыми", "ий", "его", "им", "ем", "ей", "ья", "ье", "ьи", "ьих", "ьего",
    "ьей", "ов", "ам", "ами", "ах", "ух", "ум", "умя", "ех", "емя", "еро", "ьмя", "ьми",
];

fn russian(word: &str) -> Option<Part> {
    let word = word.replace('ё', "е");
    let fits = |rest: &str| RUSSIAN_ENDINGS.contains(&rest);
    RUSSIAN
        .iter()
        .find(|(stem, _)| word.strip_prefix(stem).is_some_and(fits))
        .map(|(_, part)| *part)
}

/// What a word vouches for beside its place among the number words: "twice" for 2, "half" for 50 %.
pub(super) fn loosely(word: &str) -> Vec<Value> {
    let counts: &[u64] = match word {
        "zero" | "nil" | "nought" | "no" | "нөл" | "ноль" => &[0],
        "a" | "an" | "once" | "single" | "sole" | "solo" | "жалғыз" => &[1],
        "twice" | "double" | "doubled" | "doubles" | "doubling" | "couple" | "pair" | "pairs"
        | "both" | "duo" | "twin" | "twins" | "жұп" | "қос" | "егіз" | "оба" | "обе" | "дважды"
        | "вдвое" => &[2],
        "thrice" | "triple" | "tripled" | "trio" | "treble" | "втрое" => &[3],
        "quadruple" | "quartet" | "вчетверо" => &[4],
        "decade" | "decades" | "десяток" => &[10],
        "dozen" | "dozens" | "дюжина" | "noon" | "midday" | "midnight" => &[12],
        "fortnight" => &[14],
        "тәулік" | "сутки" => &[24],
        "century" | "centuries" | "centenary" | "centennial" | "сотня" => &[100],
        "millennium" | "millennia" | "мыңжылдық" => &[1000],
        "quarter" | "quarters" | "ширек" | "ширегі" | "четверть" | "четверти" => {
            &[4, 15, 25]
        }
        word if part(word) == Some(Half) => &[30, 50],
        word if word.starts_with("ғасыр") => &[100],
        _ => &[],
    };
    let decimals: &[(&str, &str)] = match counts {
        [4, 15, 25] => &[("0", "25")],
        // "A year and a half".
        [30, 50] => &[("0", "5"), ("1", "5")],
        _ => &[],
    };
    let decimals = decimals
        .iter()
        .map(|(whole, fraction)| Value::Number(Decimal::written(whole, fraction)));
    let fold = word
        .strip_suffix("fold")
        .and_then(part)
        .and_then(|part| match part {
            Count(times) | Teen(times) | Ten(times) => Some(Value::integer(times)),
            Hundred => Some(Value::integer(100)),
            _ => None,
        });
    counts
        .iter()
        .copied()
        .map(Value::integer)
        .chain(decimals)
        .chain(fold)
        .collect()
}

/// Month names: Kazakh and Russian as stems, English whole or as three letters.
const MONTHS: [(&str, &str, &str); 12] = [
    ("қаңтар", "январ", "january"),
    ("ақпан", "феврал", "february"),
    ("наурыз", "март", "march"),
    ("сәуір", "апрел", "april"),
    ("мамыр", "ма", "may"),
    ("маусым", "июн", "june"),
    ("шілде", "июл", "july"),
    ("тамыз", "август", "august"),
    ("қыркүйек", "сентябр", "september"),
    ("қазан", "октябр", "october"),
    ("қараша", "ноябр", "november"),
    ("желтоқсан", "декабр", "december"),
];

/// The month that `word`, in lower case, names.
pub(super) fn month(word: &str) -> Option<Value> {
    let russian = |stem: &str| {
        word.strip_prefix(stem)
            .is_some_and(|ending| matches!(ending, "" | "ь" | "я" | "е" | "ю" | "а" | "й" | "у"))
    };
    let english = |name: &str| word == name || (word.len() >= 3 && name.starts_with(word));
    let at = MONTHS.iter().position(|(stem, other, name)| {
        word.starts_with(stem) || russian(other) || english(name)
    })?;
    u8::try_from(at + 1).ok().map(Value::Month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kazakh_numerals_are_known_in_their_endings() {
        for (word, expected) in [
            ("екіншіден", Count(2)),
            ("онжылдықта", Ten(10)),
            ("жүзге", Hundred),
            ("мыңнан", Scale(3)),
            ("миллиардқа", Scale(9)),
            ("жетінші", Count(7)),
            ("қырыққа", Ten(40)),
        ] {
            assert_eq!(part(word), Some(expected), "{word}");
        }
    }

    #[test]
    fn words_that_look_like_numerals_are_none() {
        for word in [
            "оның",
            "оны",
            "үшін",
            "алтын",
            "жетістік",
            "бірақ",
            "бірнеше",
            "миллионер",
            "оналды",
        ] {
            assert_eq!(part(word), None, "{word}");
        }
    }

    #[test]
    fn months_are_known_in_three_languages() {
        for word in ["тамыз", "тамызға", "августа", "august", "aug"] {
            assert_eq!(month(word), Some(Value::Month(8)), "{word}");
        }
        assert_eq!(month("мама"), None);
    }
}
