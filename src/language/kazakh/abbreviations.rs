//! Abbreviations of Kazakh texts in Cyrillic and Latin script.
//!
//! The tables hold what precedes the last stop, in lower case: `т.б`, `млрд`. Whole words that are
//! cut short nowhere (`бет`, `том`) need no entry: before a small letter no stop ends a sentence
//! anyway. Nor do single small letters and words without a vowel: the splitter takes them for
//! abbreviations that follow.

use crate::language::Abbreviation::{self, Counts, Ends, Follows, Precedes, PrecedesNumber};

/// The kind of an abbreviation of Kazakh's own.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    match word {
        // Titles, ranks and degrees
        "т.ғ.к" | "т.ғ.д" | "ф.ғ.к" | "ф.ғ.д" | "э.ғ.к" | "э.ғ.д" | "п.ғ.к" | "п.ғ.д" | "з.ғ.к"
        | "з.ғ.д" | "м.ғ.к" | "м.ғ.д" | "х.ғ.к" | "х.ғ.д" | "б.ғ.к" | "б.ғ.д" | "с.ғ.к"
        | "с.ғ.д" | "а.ш.ғ.к" | "а.ш.ғ.д" | "ф.-м.ғ.к" | "ф.-м.ғ.д" | "akad" => {
            Some(Precedes)
        }
        // Pointers and introductions
        "салыст" | "құраст" | "аударғ" => Some(Precedes),
        // Directions in names, and languages before foreign words
        "солт" | "оңт" | "шығ" | "бат" | "орт" | "ағылш" => Some(Precedes),
        // Before numbers; months, which are whole words too (`жел` is the wind, `қаз` a goose)
        "бб" | "сур" | "пәт" | "қар" | "қаң" | "ақп" | "нау" | "сәу" | "мам" | "мау" | "шіл"
        | "там" | "қыр" | "қаз" | "жел" => Some(PrecedesNumber),
        // Measures of encyclopedias, before their number
        "мөлш" | "биікт" | "диам" | "ұз" | "тереңд" | "аум" | "салм" => {
            Some(PrecedesNumber)
        }
        // Years, centuries, eras, hours; for example
        "ж" | "жж" | "ғ" | "ғғ" | "сағ" | "б.з" | "б.з.б" | "б.з.д" | "б.д.д" | "б.э" | "б.э.д"
        | "б.э.б" | "мыс" => Some(Follows),
        // Places
        "ауд" | "көш" | "даң" | "ықш" | "д-лы" | "а.о" | "ш.а" | "т.ж" | "obl" | "aýd" => {
            Some(Follows)
        }
        // Numbers
        "мың" | "mln" | "mlrd" | "trln" => Some(Counts),
        // Money and measures
        "тең" | "шақ" | "ш.м" | "шм" => Some(Ends),
        // Ends of lists and phrases
        "т.б" | "т.с.с" | "т.т" | "т.с" | "т.б.с.с" | "t.b" | "t.s.s" => Some(Ends),
        _ => None,
    }
}
