//! Abbreviations and what the stop after each of them means.
//!
//! The tables hold what stands before the last stop, folded to lower case: `т.б`, `млрд`. Whole
//! words (`бет`, `том`) need no entry: before a small letter no stop ends a sentence anyway.

/// What follows an abbreviation when its stop is more than an abbreviation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Stands before a name or what it points to (`проф. Ахметов`, `қар. 5-бет`): never the end.
    Precedes,
    /// Stands before a number (`№. 5`, `p. 12`): the end, unless a number follows.
    PrecedesNumber,
    /// Stands after a name or a number and before the rest (`1991 ж. Қазақстан`, `Алматы обл.`):
    /// the end only where a word follows that opens sentences.
    Follows,
    /// Counts or measures (`млрд. АҚШ доллары`, `3 млн. 500 мың`): the end before a capital, but
    /// not before capitals alone or a number.
    Counts,
    /// Ends a list or a phrase (`т.б.`): the end before a capital or a number.
    Ends,
}

use Kind::{Counts, Ends, Follows, Precedes, PrecedesNumber};

/// Abbreviations of Kazakh texts: Cyrillic, Latin script, Russian, and Latin names.
pub(super) fn kazakh(word: &str) -> Option<Kind> {
    match word {
        // Degrees, ranks, titles, forms of address
        "проф"
        | "акад"
        | "доц"
        | "докт"
        | "канд"
        | "инж"
        | "ген"
        | "полк"
        | "подп"
        | "лейт"
        | "кап"
        | "серж"
        | "мин-р"
        | "деп"
        | "дир"
        | "реж"
        | "жур"
        | "суретші-ред"
        | "г-н"
        | "г-жа"
        | "т.ғ.к"
        | "т.ғ.д"
        | "ф.ғ.к"
        | "ф.ғ.д"
        | "э.ғ.к"
        | "э.ғ.д"
        | "п.ғ.к"
        | "п.ғ.д"
        | "з.ғ.к"
        | "з.ғ.д"
        | "м.ғ.к"
        | "м.ғ.д"
        | "х.ғ.к"
        | "х.ғ.д"
        | "б.ғ.к"
        | "б.ғ.д"
        | "а.ш.ғ.к"
        | "а.ш.ғ.д"
        | "ф.-м.ғ.к"
        | "ф.-м.ғ.д"
        | "к.т.н"
        | "д.т.н"
        | "к.э.н"
        | "д.э.н"
        | "к.ю.н"
        | "д.ю.н"
        | "dr"
        | "mr"
        | "mrs"
        | "ms"
        | "prof"
        | "st" => Some(Precedes),
        // Pointers
        "см" | "қар" | "қара" | "мыс" | "м-лы" | "салыст" | "ред" | "құраст" | "ауд-н"
        | "аударғ" | "им" | "пр" | "просп" | "т.е" | "т.к" | "тел" | "факс" | "моб" | "e.g"
        | "i.e" | "vs" => Some(Precedes),
        // Before numbers
        "№" | "бб" | "стр" | "рис" | "сур" | "каб" | "пәт" | "кв" | "no" | "vol" | "pp" | "ст"
        | "т-м" => Some(PrecedesNumber),
        // Time
        "ж" | "жж" | "ғ" | "ғғ" | "г" | "гг" | "в" | "вв" | "қаң" | "ақп" | "нау" | "сәу"
        | "мам" | "мау" | "шіл" | "там" | "қыр" | "қаз" | "қар-ша" | "жел" | "янв" | "фев"
        | "апр" | "авг" | "сент" | "окт" | "нояб" | "дек" | "сағ" => {
            Some(Follows)
        }
        // Places
        "обл" | "ауд" | "қ" | "к" | "а" | "көш" | "даң" | "д-лы" | "ықш" | "мкр" | "м-н"
        | "р-н" | "кент" | "а.о" | "ш.а" | "а/о" | "т.ж" | "ст-са" | "респ" | "губ" | "у"
        | "ул" | "п" | "пос" | "с" | "б" | "т" | "м" | "н" | "о" | "р" | "э" | "л" | "д" | "х"
        | "я" | "ш" | "з" | "е" | "co" | "corp" | "inc" | "ltd" | "jr" | "sr" | "bros" => {
            Some(Follows)
        }
        // Numbers and measures
        "млн" | "млрд" | "трлн" | "мың" | "тыс" | "тг" | "тең" | "руб" | "коп" | "дол" | "кг"
        | "гр" | "км" | "мм" | "га" | "л.с" | "мин" | "сек" | "шақ" | "кв.м" | "ш.м" | "mln"
        | "mlrd" | "trln" | "квт" | "мвт" => Some(Counts),
        // Ends of lists and phrases
        "т.б" | "т.с.с" | "т.т" | "т.с" | "т.б.с.с" | "т.п" | "т.д" | "др" | "пр-р" | "б.з"
        | "б.з.б" | "б.з.д" | "б.д.д" | "б.э.д" | "б.э" | "н.э" | "д.н.э" | "х.қ" | "etc"
        | "al" | "t.b" | "t.s.s" | "a.m" | "p.m" => Some(Ends),
        _ => None,
    }
}

/// Abbreviations of English texts.
pub(super) fn english(word: &str) -> Option<Kind> {
    match word {
        "mr" | "mrs" | "ms" | "dr" | "prof" | "rev" | "hon" | "gen" | "col" | "lt" | "maj"
        | "capt" | "sgt" | "cmdr" | "adm" | "gov" | "sen" | "rep" | "pres" | "st" | "mt" | "ft"
        | "messrs" | "mmes" | "mx" | "supt" | "det" | "insp" | "amb" | "sec" | "e.g" | "i.e"
        | "cf" | "vs" | "v" | "viz" | "approx" | "est" | "al-h" => Some(Precedes),
        "no" | "nos" | "p" | "pp" | "vol" | "vols" | "fig" | "figs" | "art" | "arts" | "ch"
        | "sect" | "para" | "op" | "ed" | "eds" | "ca" | "c" => Some(PrecedesNumber),
        "jan" | "feb" | "mar" | "apr" | "jun" | "jul" | "aug" | "sep" | "sept" | "oct" | "nov"
        | "dec" | "inc" | "ltd" | "co" | "corp" | "llc" | "plc" | "bros" | "jr" | "sr" | "esq"
        | "ph.d" | "m.d" | "b.a" | "m.a" | "dept" | "univ" | "assn" | "ave" | "blvd" | "rd" => {
            Some(Follows)
        }
        "mln" | "bln" | "trln" | "mn" | "bn" | "km" | "kg" | "cm" | "mm" | "ft-lb" | "lb"
        | "lbs" | "oz" | "hr" | "hrs" | "min" | "mins" | "sq" => Some(Counts),
        "etc" | "et al" | "al" | "a.m" | "p.m" | "b.c" | "a.d" | "b.c.e" | "c.e" => Some(Ends),
        _ => None,
    }
}
