//! Abbreviations of Russian texts.
//!
//! Kazakh texts use those of [`shared`] too; those of [`of_russian`] would be words of theirs.

use crate::language::Abbreviation::{self, Counts, Ends, Follows, Precedes, PrecedesNumber};

/// The kind of an abbreviation that Kazakh texts have as well, given in lower case and without its
/// last stop.
pub(in crate::language) fn shared(word: &str) -> Option<Abbreviation> {
    match word {
        // Titles, ranks and degrees
        "проф" | "акад" | "доц" | "докт" | "канд" | "инж" | "ген" | "полк" | "подп" | "лейт"
        | "кап" | "серж" | "дир" | "реж" | "г-н" | "г-жа" | "к.т.н" | "д.т.н" | "к.э.н"
        | "д.э.н" | "к.ю.н" | "д.ю.н" => Some(Precedes),
        // Pointers and introductions
        "см" | "ред" | "пр" | "просп" | "т.е" | "т.к" | "тел" | "факс" | "моб" => {
            Some(Precedes)
        }
        // Languages before foreign words
        "лат" | "нем" | "франц" | "исп" => Some(Precedes),
        // Before numbers; months
        "№" | "стр" | "рис" | "каб" | "кв" | "ст" | "янв" | "фев" | "апр" | "авг" | "сент"
        | "окт" | "нояб" | "дек" => Some(PrecedesNumber),
        // Years, centuries, eras
        "г" | "гг" | "в" | "вв" | "н.э" | "д.н.э" => Some(Follows),
        // Places
        "обл" | "мкр" | "м-н" | "р-н" | "респ" | "губ" | "ул" | "пос" => {
            Some(Follows)
        }
        // Numbers
        "млн" | "млрд" | "трлн" | "тыс" => Some(Counts),
        // Money and measures
        "тг" | "руб" | "коп" | "дол" | "кг" | "гр" | "км" | "мм" | "га" | "л.с" | "мин" | "сек"
        | "кв.м" | "квт" | "мвт" => Some(Ends),
        // Ends of lists and phrases
        "т.п" | "т.д" | "др" => Some(Ends),
        _ => None,
    }
}

/// Abbreviations of Latin script in either language: foreign names and loans.
pub(in crate::language) fn of_foreign_names(word: &str) -> Option<Abbreviation> {
    match word {
        // Titles
        "prof" | "dr" | "mr" | "mrs" | "ms" | "st" => Some(Precedes),
        // Pointers
        "e.g" | "i.e" | "vs" => Some(Precedes),
        // Before numbers
        "no" | "vol" | "pp" => Some(PrecedesNumber),
        // Companies and sons
        "co" | "corp" | "inc" | "ltd" | "jr" | "sr" | "bros" => Some(Follows),
        // Ends of lists
        "etc" | "al" => Some(Ends),
        _ => None,
    }
}

/// Those of Russian texts alone.
pub(super) fn of_russian(word: &str) -> Option<Abbreviation> {
    match word {
        // Deputies
        "зам" | "пом" | "нач" => Some(Precedes),
        // `им. Абая`; the word is "them" too (`помогли им. Они ушли`)
        "им" => Some(Follows),
        // Pointers and introductions
        "т.н" | "напр" | "ок" | "соотв" => Some(Precedes),
        // Streets
        "пер" | "наб" | "бул" => Some(Follows),
        _ => None,
    }
}
