//! Names of a glossary's terms that a translation spells in another way, written as the terms have
//! them.
//!
//! A search that has to say a term may not find a place for it; where only the spelling of a name keeps
//! the translation from having the term, that word alone is replaced.

use std::borrow::Cow;
use std::ops::Range;

use super::parts::{Part, parts_of};
use super::spelling::{
    Chosen, MAX_REPLACED, begins_sentence, capitalised, has_other_word, is_variant,
};
use crate::checks::transliteration::PhoneticKey;
use crate::checks::{Check, Finding, Spans, Term, TermFinder};
use crate::document::NameKind;
use crate::language::{Language, NameTables};
use crate::text::{letter_runs, places_of_words};

/// Maximum terms of a sentence whose names are looked for.
const MAX_TERMS: usize = 8;

/// A word that is replaced, and where the source has the name it spells.
struct Edit<'a> {
    place: Range<usize>,
    text: Cow<'a, str>,
    source: Range<usize>,
}

/// The translation `target` of `read` with the names of `terms` as these spell them, and a finding for each
/// word that was replaced; `None` if none was.
pub fn with_terms(
    read: &str,
    target: &str,
    language: &'static Language,
    terms: &[Term],
) -> Option<(String, Vec<Finding>)> {
    let finder = TermFinder::new(target);
    let is_there = |term: &&Term| finder.holds(term.target);
    let missing = terms.iter().filter(|term| !is_there(term));
    let missing: Vec<&Term> = missing.take(MAX_TERMS).collect();
    if missing.is_empty() {
        return None;
    }
    let tables = language.names.as_ref()?;
    let parts = parts_of(read, target, language);
    let there = terms.iter().filter(is_there);
    let there = there.flat_map(|term| finder.places_of(term.target));
    let mut taken: Vec<Range<usize>> = there.collect();
    let mut edits: Vec<Edit> = Vec::new();
    for term in missing {
        for found in of_term((read, target), term, &parts, tables) {
            let is_free = |edit: &Edit| {
                let mut taken = taken.iter();
                taken.all(|other| other.end <= edit.place.start || edit.place.end <= other.start)
            };
            if edits.len() + found.len() <= MAX_REPLACED && found.iter().all(is_free) {
                taken.extend(found.iter().map(|edit| edit.place.clone()));
                edits.extend(found);
            }
        }
    }
    edits.sort_by_key(|edit| edit.place.start);
    (!edits.is_empty()).then(|| replaced(read, target, &edits))
}

/// What has to be replaced so that a text has a term, each time that it spells the term's names in
/// another way.
fn of_term<'a>(
    (read, target): (&'a str, &str),
    term: &Term<'a>,
    parts: &[Part],
    tables: &NameTables,
) -> Vec<Vec<Edit<'a>>> {
    // Another name of the sentence may be spelt so.
    let is_others = |written: &str, own: Option<&Part>| {
        let is_other = |part: &&Part| match own {
            Some(own) => part.id != own.id,
            None => part.source.end <= term.place.start || term.place.end <= part.source.start,
        };
        let mut others = parts.iter().filter(is_other);
        others.any(|other| other.spelling.as_deref() == Some(written))
    };
    if let Some(part) = parts.iter().find(|part| part.source == term.place) {
        let same = parts.iter().filter(|other| other.id == part.id);
        let mentions = same.clone().count();
        let written = same.filter_map(|part| part.spelling.as_deref()).next();
        if let Some(written) = written {
            let is_wanted = may_be(written, term.target, part) && !is_others(written, Some(part));
            let has_other = has_other_word(target, (written, term.target), mentions);
            let is_name = |place: &Range<usize>| {
                is_wanted && !(has_other && begins_sentence(target, place.start))
            };
            let places = places_of_words(target, written).take(MAX_REPLACED);
            let edit = |place: Range<usize>| Edit {
                text: with_capital(term.target, target, &place),
                place,
                source: term.place.clone(),
            };
            let edits = places.filter(is_name).map(|place| vec![edit(place)]);
            return edits.collect();
        }
    }
    let own = Names::of(read, &term.place, tables);
    let wanted = words(term.target);
    if own.0.is_empty() || wanted.is_empty() {
        return Vec::new();
    }
    let found = words(target);
    let fits = |run: &[Range<usize>]| {
        let mut edits = Vec::new();
        for (at, (place, word)) in run.iter().zip(&wanted).enumerate() {
            let gap = |words: &[Range<usize>], text: &str| {
                let before = words.get(at.checked_sub(1)?)?;
                text.get(before.end..words[at].start).map(str::to_owned)
            };
            if gap(run, target) != gap(&wanted, term.target) {
                return None;
            }
            let (written, text) = (&target[place.clone()], &term.target[word.clone()]);
            if TermFinder::new(written).holds(text) {
                continue;
            }
            let is_name = written.starts_with(char::is_uppercase)
                && is_variant(written, text)
                && !is_others(written, None);
            edits.push(Edit {
                place: place.clone(),
                text: with_capital(text, target, place),
                source: own.spelt(written).filter(|_| is_name)?,
            });
        }
        (!edits.is_empty()).then_some(edits)
    };
    let runs = found.windows(wanted.len());
    runs.filter_map(fits).take(MAX_REPLACED).collect()
}

/// What is written at a place of the text, with the capital that the word there has as the first of a
/// sentence.
fn with_capital<'a>(text: &'a str, target: &str, place: &Range<usize>) -> Cow<'a, str> {
    let written = target.get(place.clone()).unwrap_or_default();
    if written.starts_with(char::is_uppercase) && begins_sentence(target, place.start) {
        Cow::Owned(capitalised(text))
    } else {
        Cow::Borrowed(text)
    }
}

/// The capitalised words of a term of the source: where each is, and what it may sound like.
struct Names(Vec<(Range<usize>, Vec<PhoneticKey>)>);

impl Names {
    fn of(read: &str, place: &Range<usize>, tables: &NameTables) -> Self {
        let text = read.get(place.clone()).unwrap_or_default();
        let names = letter_runs(text).filter(|(_, word)| word.starts_with(char::is_uppercase));
        let names = names.map(|(at, word)| {
            let start = place.start + at;
            let lower = word.to_lowercase();
            let stems = (tables.stems)(&lower).into_iter();
            let sounds = stems.map(|stem| PhoneticKey::of(&stem)).collect();
            (start..start + word.len(), sounds)
        });
        Self(names.collect())
    }

    /// The word that an English one is a spelling of.
    fn spelt(&self, written: &str) -> Option<Range<usize>> {
        let sound = PhoneticKey::of(written);
        let mut names = self.0.iter();
        let is_it =
            |sounds: &[PhoneticKey]| sounds.iter().any(|own| own.difference(&sound).is_some());
        let (place, _) = names.find(|(_, sounds)| is_it(sounds))?;
        Some(place.clone())
    }
}

/// Whether a term may be written in the place of a name's spelling: it sounds like that, or both are names
/// of one person or place, of as many words.
fn may_be(written: &str, term: &str, part: &Part) -> bool {
    let is_name = matches!(part.id.kind, Some(NameKind::Person | NameKind::Place));
    let (own, new) = (words(written), words(term));
    let is_capital = |word: &Range<usize>| term[word.clone()].starts_with(char::is_uppercase);
    let is_other_name = || is_name && own.len() == new.len() && new.iter().all(is_capital);
    !new.is_empty() && (is_variant(written, term) || is_other_name())
}

/// Where the runs of letters and digits are.
fn words(text: &str) -> Vec<Range<usize>> {
    let is_word = char::is_alphanumeric;
    let mut at = 0;
    let runs = text.split_inclusive(|c| !is_word(c)).filter_map(|run| {
        let word = run.trim_end_matches(|c| !is_word(c));
        let place = at..at + word.len();
        at += run.len();
        (!word.is_empty()).then_some(place)
    });
    runs.collect()
}

fn replaced(read: &str, target: &str, edits: &[Edit]) -> (String, Vec<Finding>) {
    let mut new = String::with_capacity(target.len());
    let mut end = 0;
    let mut findings = Vec::with_capacity(edits.len());
    for edit in edits {
        new.push_str(target.get(end..edit.place.start).unwrap_or_default());
        let start = new.len();
        new.push_str(&edit.text);
        end = edit.place.end;
        let written = target.get(edit.place.clone()).unwrap_or_default();
        findings.push(Finding {
            check: Check::Names,
            source: read.get(edit.source.clone()).map(str::to_owned),
            target: Some(written.to_owned()),
            message: Chosen::by_glossary(&edit.text).message(written),
            span: Spans {
                source: Some((edit.source.start, edit.source.end)),
                target: Some((start, new.len())),
            },
            repaired: true,
        });
    }
    new.push_str(target.get(end..).unwrap_or_default());
    (new, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::holds_term;
    use crate::language::KAZAKH;

    /// The translation with a term whose words the source has.
    fn put_in(
        source: &str,
        target: &str,
        terms: &[(&str, &str)],
    ) -> Option<(String, Vec<Finding>)> {
        let terms: Vec<Term> = terms
            .iter()
            .map(|(words, target)| {
                let at = source.find(words).unwrap();
                Term {
                    place: at..at + words.len(),
                    target,
                    is_spellable: true,
                }
            })
            .collect();
        with_terms(source, target, &KAZAKH, &terms)
    }

    #[test]
    fn a_known_spelling_of_a_terms_name_is_replaced_alone() {
        for (source, target, term, expected) in [
            (
                "Жиынға Жылқыбаев қатысты.",
                "Zhylkybayev attended the meeting.",
                ("Жылқыбаев", "Jylqybayev"),
                "Jylqybayev attended the meeting.",
            ),
            (
                "Жылқыбаевтың сөзін тыңдады, Жылқыбаев кетті.",
                "They heard Zhilkibaev's words, and Zhilkibaev left.",
                ("Жылқыбаевтың", "Jylqybayev"),
                "They heard Jylqybayev's words, and Jylqybayev left.",
            ),
            (
                "Кеше Ержан Жылқыбаев келді.",
                "Yesterday Yerzhan Zhylkybayev came.",
                ("Ержан Жылқыбаев", "Erjan Jylqybayev"),
                "Yesterday Erjan Jylqybayev came.",
            ),
            (
                "Ол Абай ауданында тұрады.",
                "He lives in Abai District.",
                ("Абай ауданында", "Abay district"),
                "He lives in Abay District.",
            ),
            (
                "Жиын Орал қаласында өтті.",
                "The meeting was held in the city of Oral.",
                ("Орал", "Uralsk"),
                "The meeting was held in the city of Uralsk.",
            ),
            (
                "Заңды Мәжіліс қабылдады.",
                "The law was adopted by the Mazhilis.",
                ("Мәжіліс", "Majilis"),
                "The law was adopted by the Majilis.",
            ),
            (
                "Мәжіліс заңды қабылдады. Кейін Мәжіліс тарады.",
                "“Mazhilis adopted the law.” Then the Mazhilis left.",
                ("Мәжіліс", "majilis"),
                "“Majilis adopted the law.” Then the majilis left.",
            ),
            (
                "Оралда ауызша емтихан өтті.",
                "Oral exams were held in Oral.",
                ("Оралда", "Uralsk"),
                "Oral exams were held in Uralsk.",
            ),
            (
                "Орал өсті, Орал көркейді.",
                "Oral has grown, and Oral has prospered.",
                ("Орал", "Uralsk"),
                "Uralsk has grown, and Uralsk has prospered.",
            ),
        ] {
            let (text, findings) = put_in(source, target, &[term]).expect(source);
            assert_eq!(text, expected);
            assert!(holds_term(&text, term.1));
            for finding in findings {
                assert!(finding.repaired && finding.check == Check::Names);
                let (start, end) = finding.span.target.unwrap();
                let written = text[start..end].to_lowercase();
                assert!(term.1.to_lowercase().contains(&written));
                let (start, end) = finding.span.source.unwrap();
                assert_eq!(finding.source.as_deref(), Some(&source[start..end]));
                assert!(finding.message.ends_with("as the glossary has it"));
            }
        }
    }

    #[test]
    fn what_is_no_spelling_of_the_name_stays() {
        for (source, target, term) in [
            // There already, lost, a translation, an adjective, a common word.
            (
                "Кеше Жылқыбаев келді.",
                "Jylqybayev came.",
                ("Жылқыбаев", "Jylqybayev"),
            ),
            (
                "Кеше Жылқыбаев келді.",
                "He came.",
                ("Жылқыбаев", "Jylqybayev"),
            ),
            (
                "Заңды Мәжіліс қабылдады.",
                "The Mazhilis adopted it.",
                ("Мәжіліс", "lower house"),
            ),
            (
                "Ресей үкіметі қарсы.",
                "The Russian government is against it.",
                ("Ресей", "Rossiya"),
            ),
            (
                "Моңғолия президенті келді.",
                "The Mongolian president came.",
                ("Моңғолия", "Mongolia"),
            ),
            (
                "Кеше Қазақстан үкіметі жиналды.",
                "The Kazakhstani government met yesterday.",
                ("Қазақстан", "Kazakhstan"),
            ),
            (
                "Кеше Америка елшісі келді.",
                "The American ambassador came yesterday.",
                ("Америка", "America"),
            ),
            (
                "Кеше Германия елшісі келді.",
                "The German ambassador came yesterday.",
                ("Германия", "Germany"),
            ),
            (
                "Кеше Жылқыбаев келді.",
                "Yesterday the Zhylkybayevs came.",
                ("Жылқыбаев", "Jylqybayev"),
            ),
            (
                "Кеше Моңғолия банкі ашылды.",
                "The Mongolian Bank opened yesterday.",
                ("Моңғолия банкі", "Mongolia Bank"),
            ),
            (
                "Облыс әкімдігі хабарлады.",
                "The regional akimat said.",
                ("әкімдігі", "Akimdik"),
            ),
        ] {
            assert_eq!(put_in(source, target, &[term]), None, "{source}");
        }
    }

    #[test]
    fn what_another_term_or_another_name_has_stays() {
        let source = "Жылқыбаев қоры мен Жылқыбаев келді.";
        let mut terms = vec![Term {
            place: 0.."Жылқыбаев қоры".len(),
            target: "Zhilkibaev fund",
            is_spellable: true,
        }];
        let at = source.rfind("Жылқыбаев").unwrap();
        terms.push(Term {
            place: at..at + "Жылқыбаев".len(),
            target: "Jylqybayev",
            is_spellable: true,
        });
        for fund in [
            "Zhilkibaev fund",
            "Zhilkibaev Fund",
            "Zhilkibaev\u{A0}funds",
        ] {
            let target = format!("The {fund} and Zhilkibaev came.");
            let found = with_terms(source, &target, &KAZAKH, &terms).map(|(text, _)| text);
            let expected = format!("The {fund} and Jylqybayev came.");
            assert_eq!(found.as_deref(), Some(&*expected));
        }
    }
}
