//! Kazakh nouns and names without their endings.
//!
//! Endings follow each other in one order (plural, possessive, case, and again after `-дағы`), and
//! most have a consonant that depends on the sound before it; what breaks this is no ending. Vowel
//! harmony is not asked for, since foreign names have vowels of both kinds.

use std::borrow::Cow;

use crate::text::is_cyrillic_vowel;

/// Letters that a stem has at least.
const MIN_STEM: usize = 2;
/// Maximum stems of a word.
const MAX_STEMS: usize = 32;
/// No ending is looked for in a longer word, in bytes.
const MAX_WORD: usize = 128;

/// What an ending is, the last of a word first: a class comes off only after those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Case,
    Possessive,
    Plural,
    /// `-дағы`: of a place; it has endings of its own.
    OfPlace,
    PossessiveBefore,
    PluralBefore,
    /// `-лық`: who is from a place.
    Origin,
}

/// What has to be before an ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Vowel,
    Consonant,
    Voiceless,
    /// A vowel or a voiced consonant.
    Voiced,
    Nasal,
    VowelOrNasal,
    /// The possessive of the third person, which is a part of the stem in titles.
    Third,
    /// The possessive of the first or second person.
    Personal,
}

use Before as B;
use Class as C;

#[rustfmt::skip]
const ENDINGS: &[(&[&str], Class, Before)] = &[
    (&["ның", "нің"], C::Case, B::VowelOrNasal),
    (&["дың", "дің"], C::Case, B::Voiced),
    (&["тың", "тің"], C::Case, B::Voiceless),
    (&["ны", "ні"], C::Case, B::Vowel),
    (&["ды", "ді"], C::Case, B::Voiced),
    (&["ты", "ті"], C::Case, B::Voiceless),
    (&["н"], C::Case, B::Third),
    (&["ға", "ге"], C::Case, B::Voiced),
    (&["қа", "ке"], C::Case, B::Voiceless),
    (&["на", "не"], C::Case, B::Third),
    (&["а", "е"], C::Case, B::Personal),
    (&["да", "де"], C::Case, B::Voiced),
    (&["та", "те"], C::Case, B::Voiceless),
    (&["нда", "нде"], C::Case, B::Third),
    (&["дан", "ден"], C::Case, B::Voiced),
    (&["тан", "тен"], C::Case, B::Voiceless),
    (&["нан", "нен"], C::Case, B::Nasal),
    (&["нан", "нен"], C::Case, B::Third),
    (&["мен"], C::Case, B::Voiced),
    (&["бен"], C::Case, B::Voiced),
    (&["пен"], C::Case, B::Voiceless),
    (&["дай", "дей"], C::Case, B::Voiced),
    (&["тай", "тей"], C::Case, B::Voiceless),
    (&["сы", "сі"], C::Possessive, B::Vowel),
    (&["ы", "і"], C::Possessive, B::Consonant),
    (&["м", "ң", "мыз", "міз", "ңыз", "ңіз"], C::Possessive, B::Vowel),
    (&["ым", "ім", "ың", "ің", "ымыз", "іміз", "ыңыз", "іңіз"], C::Possessive, B::Consonant),
    (&["лар", "лер"], C::Plural, B::Voiced),
    (&["дар", "дер"], C::Plural, B::Voiced),
    (&["тар", "тер"], C::Plural, B::Voiceless),
    (&["дағы", "дегі"], C::OfPlace, B::Voiced),
    (&["тағы", "тегі"], C::OfPlace, B::Voiceless),
    (&["ндағы", "ндегі"], C::OfPlace, B::Third),
    (&["лық", "лік"], C::Origin, B::Voiced),
    (&["дық", "дік"], C::Origin, B::Voiced),
    (&["тық", "тік"], C::Origin, B::Voiceless),
];

/// `word`, in lower case, and what it may be a form of: the word itself first, then the stems with
/// fewer endings off before those with more.
///
/// Where a possessive changes the end of a stem, the stem as a dictionary has it follows (`кітабы`:
/// кітаб, кітап; `халқы`: халқ, халық).
pub(crate) fn stems(word: &str) -> Vec<Cow<'_, str>> {
    if word.len() > MAX_WORD {
        return vec![Cow::Borrowed(word)];
    }
    let mut layers: Vec<(&str, Option<Class>)> = vec![(word, None)];
    let mut stems = vec![Cow::Borrowed(word)];
    let mut at = 0;
    while let Some(&(word, last)) = layers.get(at) {
        at += 1;
        let endings = ENDINGS.iter().flat_map(|&(endings, class, before)| {
            endings.iter().map(move |ending| (*ending, class, before))
        });
        for (ending, class, before) in endings {
            let class = match class {
                C::Possessive if last >= Some(C::OfPlace) => C::PossessiveBefore,
                C::Plural if last >= Some(C::OfPlace) => C::PluralBefore,
                class => class,
            };
            let stem = word.strip_suffix(ending);
            let Some(stem) = stem.filter(|stem| Some(class) > last && allows(before, stem)) else {
                continue;
            };
            let is_known = layers.iter().any(|(known, _)| *known == stem);
            if !is_known && stems.len() < MAX_STEMS {
                layers.push((stem, Some(class)));
                stems.push(Cow::Borrowed(stem));
                let is_possessive = matches!(class, C::Possessive | C::PossessiveBefore);
                if is_possessive && before == B::Consonant {
                    stems.extend(unchanged(stem).map(Cow::Owned));
                }
            }
        }
    }
    stems
}

/// What `stems` has, and for a plural with a possessive the singular with it (`қоймаларының`: қоймасы;
/// `орындары`: орны), which terms of several words end on.
pub(crate) fn stems_and_singulars(word: &str) -> Vec<Cow<'_, str>> {
    let mut stems = stems(word);
    let singulars = stems.iter().flat_map(|stem| singulars(stem));
    let singulars: Vec<String> = singulars.filter(|form| form != word).collect();
    stems.extend(singulars.into_iter().map(Cow::Owned));
    stems
}

/// The singular forms with the possessive of the third person of a plural that has it.
fn singulars(plural: &str) -> Vec<String> {
    let endings = [
        ("лары", 'ы'),
        ("дары", 'ы'),
        ("тары", 'ы'),
        ("лері", 'і'),
        ("дері", 'і'),
        ("тері", 'і'),
    ];
    let ending = endings.iter().find_map(|(ending, vowel)| {
        let stem = plural.strip_suffix(ending)?;
        Some((stem, *vowel))
    });
    let Some((stem, vowel)) = ending else {
        return Vec::new();
    };
    let mut letters = stem.char_indices().rev();
    let (Some((at, last)), Some((before_at, before))) = (letters.next(), letters.next()) else {
        return Vec::new();
    };
    if allows(Before::Vowel, stem) && !is_glide_after_vowel(before, last) {
        return vec![format!("{stem}с{vowel}")];
    }
    let voiced = match last {
        'п' => 'б',
        'к' => 'г',
        'қ' => 'ғ',
        other => other,
    };
    let mut forms = vec![format!("{}{voiced}{vowel}", &stem[..at])];
    // A narrow vowel may drop out: орын, орны.
    if matches!(before, 'ы' | 'і') && "нлрзқк".contains(last) {
        forms.push(format!("{}{last}{vowel}", &stem[..before_at]));
    }
    forms
}

/// Whether у or и is a consonant, as it is after a vowel.
fn is_glide_after_vowel(before: char, letter: char) -> bool {
    matches!(letter, 'у' | 'и') && is_cyrillic_vowel(before)
}

/// Whether an ending that asks for `before` may follow `stem`.
fn allows(before: Before, stem: &str) -> bool {
    let mut letters = stem.chars().rev();
    let (Some(last), Some(_)) = (letters.next(), letters.nth(MIN_STEM - 2)) else {
        return false;
    };
    // After a vowel у and и are consonants.
    let is_glide = matches!(last, 'у' | 'и' | 'ю');
    let is_vowel = is_cyrillic_vowel(last) || is_glide;
    // Foreign names end on voiced letters that are spoken without voice (Мадридте).
    let is_voiceless = "кқпстфхһцчшщбгдв".contains(last);
    match before {
        B::Vowel => is_vowel,
        B::Consonant => !is_vowel || is_glide,
        B::Voiceless => is_voiceless || last == 'ь',
        B::Voiced => is_vowel || !"кқпстфхһцчшщ".contains(last),
        B::Nasal => matches!(last, 'м' | 'н' | 'ң'),
        B::VowelOrNasal => is_vowel || matches!(last, 'м' | 'н' | 'ң'),
        B::Third => matches!(last, 'ы' | 'і'),
        B::Personal => matches!(last, 'м' | 'ң'),
    }
}

/// The dictionary's form of a stem that a possessive changed, if it may have: a last consonant that
/// was voiced, a narrow vowel that was dropped.
fn unchanged(stem: &str) -> Option<String> {
    let last = stem.chars().next_back()?;
    let start = &stem[..stem.len() - last.len_utf8()];
    let voiceless = match last {
        'б' => 'п',
        'г' => 'к',
        'ғ' => 'қ',
        other => other,
    };
    let mut letters = start.chars().rev();
    let before = letters.next()?;
    let is_glide = letters
        .next()
        .is_some_and(|letter| is_glide_after_vowel(letter, before));
    let is_dropped = "нлрзқғкгпб".contains(last)
        && (is_glide || !is_cyrillic_vowel(before) && !"уиюйь".contains(before));
    if is_dropped {
        let is_front = start
            .chars()
            .rev()
            .find(|c| is_cyrillic_vowel(*c) && !(is_glide && *c == before))
            .is_some_and(|c| "әеөүіэ".contains(c));
        let vowel = if is_front { 'і' } else { 'ы' };
        return Some(format!("{start}{vowel}{voiceless}"));
    }
    (voiceless != last).then(|| format!("{start}{voiceless}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_a_name_has_its_stem() {
        for (forms, stem) in [
            (
                "тоқаевтың тоқаевқа тоқаевты тоқаевта тоқаевтан тоқаевпен",
                "тоқаев",
            ),
            (
                "алматының алматыға алматыны алматыда алматыдан алматымен алматыдағы",
                "алматы",
            ),
            (
                "қазақстанның қазақстанға қазақстанды қазақстанда қазақстаннан қазақстанмен",
                "қазақстан",
            ),
            (
                "қызылордалықтардың қызылордадағылар қызылордалық",
                "қызылорда",
            ),
            ("байденнің байденге байденнен", "байден"),
            ("мадридтегі мадридтен", "мадрид"),
            ("австриядай австриядағыдай", "австрия"),
        ] {
            for form in forms.split(' ') {
                assert!(
                    stems(form).iter().any(|found| found == stem),
                    "{form}: {:?}",
                    stems(form)
                );
            }
        }
    }

    #[test]
    fn possessives_come_off_below_cases() {
        for (form, stem) in [
            ("мәжілісінде", "мәжіліс"),
            ("университетінің", "университеті"),
            ("ауданындағы", "аудан"),
            ("мектептеріміздегі", "мектеп"),
            ("кітабын", "кітап"),
            ("министрлігіне", "министрлік"),
            ("халқының", "халық"),
            ("орнына", "орын"),
            ("үйімізге", "үй"),
            ("аузына", "ауыз"),
            ("қауны", "қауын"),
        ] {
            assert!(
                stems(form).iter().any(|found| found == stem),
                "{form}: {:?}",
                stems(form)
            );
        }
    }

    #[test]
    fn a_plural_with_a_possessive_has_its_singular_with_it() {
        for (forms, singular) in [
            ("қоймалары қоймаларынан қоймаларының", "қоймасы"),
            ("кешендері кешендеріне", "кешені"),
            ("министрліктері министрліктерінің", "министрлігі"),
            ("басшыларының", "басшысы"),
            ("мектептері", "мектебі"),
            ("орындарында", "орны"),
            ("таулары", "тауы"),
        ] {
            for form in forms.split(' ') {
                let found = stems_and_singulars(form);
                assert!(
                    found.iter().any(|stem| stem == singular),
                    "{form}: {found:?}"
                );
            }
        }
        assert_eq!(stems_and_singulars("қоймасы"), stems("қоймасы"));
        assert_eq!(stems_and_singulars("лары"), stems("лары"));
    }

    #[test]
    fn what_only_looks_like_an_ending_stays() {
        assert_eq!(stems("ана"), ["ана"]);
        assert_eq!(stems("мектепда"), ["мектепда"]);
        assert!(!stems("астана").iter().any(|stem| stem == "аста"));
    }

    #[test]
    fn the_work_is_bounded() {
        assert!(stems(&"лардың".repeat(10)).len() <= MAX_STEMS + 1);
        assert_eq!(stems(&"ларының".repeat(1000)).len(), 1);
    }
}
