//! Abbreviations, and what the stop after each of them means.
//!
//! The tables hold what stands before the last stop, folded to lower case: `т.б`, `млрд`. Whole
//! words that are cut short nowhere (`бет`, `том`) need no entry: before a small letter no stop
//! ends a sentence anyway. Nor do single small letters and words without a vowel: the rules take
//! them for abbreviations that follow (`Kind::Follows`).

/// What the stop after an abbreviation is, beside an abbreviation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Stands before a name or what it points to (`проф. Ахметов`, `қар. 5-бет`): never the end.
    Precedes,
    /// Stands before a number (`№. 5`, `p. 12`): the end, unless a number follows.
    PrecedesNumber,
    /// Stands after a name or a number and before the rest (`1991 ж. Қазақстан`, `Алматы обл.`):
    /// the end only before a word that opens sentences.
    Follows,
    /// Counts after a number (`3 млрд. АҚШ доллары`, `3 млн. 500 мың`): the end before a capital,
    /// but not before capitals alone or a number.
    Counts,
    /// Ends a list or a phrase, or measures (`т.б.`, `120 км.`): the end before a capital or a
    /// number.
    Ends,
}

use Kind::{Counts, Ends, Follows, Precedes, PrecedesNumber};

/// Abbreviations of Kazakh texts: in Cyrillic and Latin script, Russian ones, and those of
/// foreign names.
pub(super) fn kazakh(word: &str) -> Option<Kind> {
    match word {
        // Titles, ranks and degrees
        "проф" | "акад" | "доц" | "докт" | "канд" | "инж" | "ген" | "полк" | "подп" | "лейт"
        | "кап" | "серж" | "дир" | "реж" | "г-н" | "г-жа" | "т.ғ.к" | "т.ғ.д" | "ф.ғ.к"
        | "ф.ғ.д" | "э.ғ.к" | "э.ғ.д" | "п.ғ.к" | "п.ғ.д" | "з.ғ.к" | "з.ғ.д" | "м.ғ.к"
        | "м.ғ.д" | "х.ғ.к" | "х.ғ.д" | "б.ғ.к" | "б.ғ.д" | "с.ғ.к" | "с.ғ.д" | "а.ш.ғ.к"
        | "а.ш.ғ.д" | "ф.-м.ғ.к" | "ф.-м.ғ.д" | "к.т.н" | "д.т.н" | "к.э.н" | "д.э.н" | "к.ю.н"
        | "д.ю.н" | "prof" | "akad" | "dr" | "mr" | "mrs" | "ms" | "st" => Some(Precedes),
        // Pointers and introductions
        "см" | "салыст" | "ред" | "құраст" | "аударғ" | "пр" | "просп" | "т.е" | "т.к" | "тел"
        | "факс" | "моб" | "e.g" | "i.e" | "vs" => Some(Precedes),
        // Directions in names, and languages before foreign words
        "солт" | "оңт" | "шығ" | "бат" | "орт" | "лат" | "ағылш" | "нем" | "франц" | "исп" => {
            Some(Precedes)
        }
        // Before numbers; months, which are whole words too (`жел` is the wind, `қаз` a goose)
        "№" | "бб" | "стр" | "рис" | "сур" | "каб" | "пәт" | "кв" | "ст" | "қар" | "no" | "vol"
        | "pp" | "қаң" | "ақп" | "нау" | "сәу" | "мам" | "мау" | "шіл" | "там" | "қыр" | "қаз"
        | "жел" | "янв" | "фев" | "апр" | "авг" | "сент" | "окт" | "нояб" | "дек" => {
            Some(PrecedesNumber)
        }
        // Years, centuries, eras, hours; for example
        "ж" | "жж" | "ғ" | "ғғ" | "г" | "гг" | "в" | "вв" | "сағ" | "б.з" | "б.з.б" | "б.з.д"
        | "б.д.д" | "б.э" | "б.э.д" | "б.э.б" | "н.э" | "д.н.э" | "мыс" => {
            Some(Follows)
        }
        // Places and companies
        "обл" | "ауд" | "көш" | "даң" | "ықш" | "мкр" | "м-н" | "р-н" | "д-лы" | "а.о" | "ш.а"
        | "т.ж" | "респ" | "губ" | "ул" | "пос" | "co" | "corp" | "inc" | "ltd" | "jr" | "sr"
        | "bros" | "obl" | "aýd" => Some(Follows),
        // Numbers
        "млн" | "млрд" | "трлн" | "мың" | "тыс" | "mln" | "mlrd" | "trln" => {
            Some(Counts)
        }
        // Money and measures
        "тг" | "тең" | "руб" | "коп" | "дол" | "кг" | "гр" | "км" | "мм" | "га" | "л.с" | "мин"
        | "сек" | "шақ" | "кв.м" | "ш.м" | "шм" | "квт" | "мвт" => Some(Ends),
        // Ends of lists and phrases
        "т.б" | "т.с.с" | "т.т" | "т.с" | "т.б.с.с" | "т.п" | "т.д" | "др" | "etc" | "al"
        | "t.b" | "t.s.s" => Some(Ends),
        _ => None,
    }
}

/// Abbreviations of English texts.
pub(super) fn english(word: &str) -> Option<Kind> {
    match word {
        // Titles, ranks and what stands before names
        "mr" | "mrs" | "ms" | "mx" | "dr" | "drs" | "prof" | "rev" | "hon" | "gen" | "gens"
        | "col" | "lt" | "maj" | "capt" | "sgt" | "cmdr" | "adm" | "gov" | "govs" | "sen"
        | "sens" | "rep" | "reps" | "pres" | "st" | "ste" | "mt" | "messrs" | "supt" | "det"
        | "insp" | "amb" => Some(Precedes),
        // Pointers and introductions
        "e.g" | "i.e" | "cf" | "vs" | "v" | "viz" | "approx" | "est" => Some(Precedes),
        // Before numbers
        "no" | "nos" | "p" | "pp" | "vol" | "vols" | "fig" | "figs" | "art" | "arts" | "ch"
        | "sec" | "sect" | "para" | "op" | "ed" | "eds" | "ca" | "c" | "jan" | "feb" | "mar"
        | "apr" | "jun" | "jul" | "aug" | "sep" | "sept" | "oct" | "nov" | "dec" => {
            Some(PrecedesNumber)
        }
        // Companies, degrees, places, hours
        "ft" | "inc" | "ltd" | "co" | "corp" | "llc" | "plc" | "bros" | "jr" | "sr" | "esq"
        | "ph.d" | "m.d" | "b.a" | "m.a" | "dept" | "univ" | "assn" | "ave" | "blvd" | "rd"
        | "a.m" | "p.m" | "b.c" | "a.d" | "b.c.e" | "c.e" => Some(Follows),
        // Numbers
        "mln" | "bln" | "trln" | "mn" | "bn" => Some(Counts),
        // Measures and ends of lists
        "km" | "kg" | "cm" | "mm" | "lb" | "lbs" | "oz" | "hr" | "hrs" | "min" | "mins" | "etc"
        | "al" => Some(Ends),
        _ => None,
    }
}

/// Units that are something else without a number before them (`см.` is "see", `т.` a volume or a
/// lake, `г.` a year).
pub(super) fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "м" | "см" | "дм" | "нм" | "мкм" | "г" | "мг" | "т" | "ц" | "л" | "мл" | "с" | "сағ"
    )
}
