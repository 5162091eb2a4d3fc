//! English words that are names of their own, so that they are no spelling of another name however alike
//! the two sound: Iran and Iraq, Kazakhstan and Kyrgyzstan.

use super::target::forms;
use crate::language::names::{Entry, NameKind, spelt_entries};

/// Shortest name of a people that its country is called after, in letters: `Uzbek`.
const MIN_PEOPLE: usize = 5;

/// What an English word or name is the name of, or derived from the name of: `Iraqi`, `Kazakhs`.
pub(super) fn named(english: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for form in forms(english) {
        entries.extend(spelt_entries(form));
        if form.chars().nth(MIN_PEOPLE - 1).is_some() {
            for ending in ["stan", "istan"] {
                entries.extend(spelt_entries(&format!("{form}{ending}")));
            }
        }
    }
    entries
}

/// An entry and those that its forms, and the words of these, name as well (`Eastern Africa`: Africa); none for a people whose country is not known by them,
/// which any place may be of.
pub(super) fn kin(entry: Entry) -> Vec<Entry> {
    let words = |form: &'static str| form.split(' ').filter(move |word| *word != form);
    let forms = entry
        .forms()
        .flat_map(|form| std::iter::once(form).chain(words(form)));
    let mut kin: Vec<Entry> = forms.flat_map(named).collect();
    if entry.kind == NameKind::People && kin.is_empty() {
        return kin;
    }
    kin.push(entry);
    kin
}

/// Whether what a word names, if anything, is none of `own`.
pub(super) fn is_another(named: &[Entry], own: &[Entry]) -> bool {
    let is_own = |entry: &Entry| own.iter().any(|own| own.is_also(*entry));
    !own.is_empty() && !named.is_empty() && !named.iter().any(is_own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::names::find;

    #[test]
    fn a_word_is_another_name_if_the_gazetteer_has_it_for_others_only() {
        for (name, same, others) in [
            ("иран", "Iran Iranian Iranians Tuesday", "Iraq Iraqi Iraqis"),
            (
                "қазақстан",
                "Kazakhstan Kazakh Kazakhs",
                "Kyrgyzstan Kyrgyz Uzbek Afghan",
            ),
            ("қазақ", "Kazakhstan Kazakh", "Kyrgyzstan"),
            ("мәскеу", "Moscow", "Minsk Mexico"),
            ("нигер", "Niger", "Nigeria"),
            ("француз", "France French Germany", ""),
        ] {
            let own = kin(find(name).unwrap());
            let is_another = |word: &str| is_another(&named(word), &own);
            assert!(!same.split(' ').any(is_another), "{name}");
            assert!(others.split_whitespace().all(is_another), "{name}");
        }
    }
}
