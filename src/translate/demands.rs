//! What the translation of a unit has to say: terms of the glossary, and numbers and names that it lost.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::{Hypothesis, Unit};
use crate::checks::{Check, Term};
use crate::generate::Phrase;
use crate::glossary::Glossary;
use crate::language::plural;
use crate::text::places_of_words;

/// How much of its score (mean log-probability of a token, in nats) a hypothesis may lose by what is
/// demanded of it.
pub(super) const MAX_LOSS: f32 = 1.5;
/// The same where nothing but names is gained: the names check is wrong more often than the others, and
/// what is demanded may then be there already in another form.
const MAX_LOSS_FOR_NAMES: f32 = 0.6;

/// What has to be said for some words of a unit.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    /// The words of the unit; the piece that has them says it.
    pub(super) words: String,
    pub(super) phrase: Phrase,
}

impl Demand {
    /// Whether it is of a piece of the unit: the piece has its words.
    pub(super) fn is_of(&self, piece: &str) -> bool {
        places_of_words(piece, &self.words).next().is_some()
    }
}

/// A term of the glossary in a unit.
#[derive(Debug, Clone)]
pub(super) struct UnitTerm {
    /// The place of its entry in the glossary.
    pub(super) entry: usize,
    /// The bytes it takes in the unit's text, the first time.
    pub(super) place: Range<usize>,
    /// `None` if the model's vocabulary cannot spell it.
    pub(super) demand: Option<Demand>,
}

/// The phrases of a glossary's entries, each spelt when it is first needed; `None` is one that the
/// vocabulary cannot spell.
#[derive(Debug, Default)]
pub(super) struct SpeltEntries(Mutex<HashMap<usize, Option<Phrase>>>);

impl SpeltEntries {
    /// The phrase of an entry; `spell` makes it of the forms of its target.
    fn phrase<E>(
        &self,
        glossary: &Glossary,
        entry: usize,
        spell: impl FnOnce(&[String]) -> Result<Option<Phrase>, E>,
    ) -> Result<Option<Phrase>, E> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(phrase) = known.get(&entry) {
            return Ok(phrase.clone());
        }
        let phrase = spell(&forms(&glossary.entries()[entry].target))?;
        known.insert(entry, phrase.clone());
        Ok(phrase)
    }
}

/// The terms of `glossary` in a unit, each entry once; `spell` makes a phrase of the forms of one.
pub(super) fn unit_terms<E>(
    glossary: &Glossary,
    spelt: &SpeltEntries,
    unit: &Unit,
    mut spell: impl FnMut(&[String]) -> Result<Option<Phrase>, E>,
) -> Result<Vec<UnitTerm>, E> {
    let mut terms: Vec<UnitTerm> = Vec::new();
    let mut seen = HashSet::new();
    for found in glossary.matches(&unit.text, unit.language) {
        if !seen.insert(found.entry) {
            continue;
        }
        let words = unit.text.get(found.place.clone()).unwrap_or_default();
        let phrase = spelt.phrase(glossary, found.entry, &mut spell)?;
        terms.push(UnitTerm {
            entry: found.entry,
            place: found.place,
            demand: phrase.map(|phrase| Demand {
                words: words.to_owned(),
                phrase,
            }),
        });
    }
    Ok(terms)
}

/// The demands of those terms of a unit that can be spelt.
#[derive(Debug, Default)]
pub(super) struct TermDemands {
    /// Of the terms that a hypothesis lacks.
    pub(super) missing: Vec<Demand>,
    /// Of those that it has, to be kept.
    pub(super) others: Vec<Demand>,
}

impl TermDemands {
    pub(super) fn new(terms: &[UnitTerm], hypothesis: &Hypothesis) -> Self {
        let applied = hypothesis.terms.iter().filter(|term| term.is_applied);
        let applied: HashSet<usize> = applied.map(|term| term.entry).collect();
        let mut demands = Self::default();
        for term in terms {
            let kind = if applied.contains(&term.entry) {
                &mut demands.others
            } else {
                &mut demands.missing
            };
            kind.extend(term.demand.clone());
        }
        demands
    }

    /// These demands and those of what was `lost`; what is missing is first, since a search has room for a
    /// few.
    pub(super) fn with(self, lost: Vec<Demand>) -> Vec<Demand> {
        let (missing, others) = (self.missing.into_iter(), self.others);
        missing.chain(lost).chain(others).collect()
    }
}

/// The ways to say a term: as it is, in the plural, and each with a capital.
fn forms(target: &str) -> Vec<String> {
    let own = [Some(target.to_owned()), plural(target)];
    let mut forms: Vec<String> = own.into_iter().flatten().collect();
    for at in 0..forms.len() {
        let mut letters = forms[at].chars();
        let first = letters.next().map(char::to_uppercase);
        let capital: String = first.into_iter().flatten().chain(letters).collect();
        if !forms.contains(&capital) {
            forms.push(capital);
        }
    }
    forms
}

/// The terms of a unit as the checks know them.
pub(super) fn checked_terms<'a>(terms: &[UnitTerm], glossary: &'a Glossary) -> Vec<Term<'a>> {
    let terms = terms.iter();
    terms
        .map(|term| Term {
            place: term.place.clone(),
            target: &glossary.entries()[term.entry].target,
            is_spellable: term.demand.is_some(),
        })
        .collect()
}

/// Whether `other`, which was decoded with demands, should replace `free`: it lacks less, it fails no
/// check that `free` passes, and it is not too improbable beside it. Terms count before numbers, and numbers
/// before names; neither a term nor a number may be the price of another kind.
pub(super) fn is_acceptable(other: &Hypothesis, free: &Hypothesis) -> bool {
    let lost = |hypothesis: &Hypothesis, check: Check| {
        let findings = hypothesis.findings.iter();
        let lost = findings.filter(|finding| finding.check == check && !finding.repaired);
        lost.count()
    };
    let lacking = |hypothesis: &Hypothesis| {
        (
            hypothesis.missing_terms(),
            lost(hypothesis, Check::Numbers),
            lost(hypothesis, Check::Names),
        )
    };
    let (now, before) = (lacking(other), lacking(free));
    let failed = free.failed();
    let gains_names_alone = (now.0, now.1) == (before.0, before.1);
    let max_loss = if gains_names_alone {
        MAX_LOSS_FOR_NAMES
    } else {
        MAX_LOSS
    };
    now < before
        && now.1 <= before.1
        && other.failed().iter().all(|check| failed.contains(check))
        && free.score - other.score <= max_loss
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::checks::Finding;
    use crate::language::KAZAKH;
    use crate::tokenizer::LanguageToken;
    use crate::translate::TermUse;

    #[test]
    fn a_term_may_begin_a_sentence_and_be_in_the_plural() {
        assert_eq!(
            forms("party branch"),
            [
                "party branch",
                "party branches",
                "Party branch",
                "Party branches"
            ]
        );
        assert_eq!(forms("AMANAT"), ["AMANAT"]);
    }

    fn hypothesis(failed: &[Check], score: f32) -> Hypothesis {
        let is_applied = !failed.contains(&Check::Glossary);
        Hypothesis {
            target: String::new(),
            score,
            tokens: 10,
            truncated: false,
            findings: failed
                .iter()
                .map(|check| Finding::whole(*check, ""))
                .collect(),
            others: Vec::new(),
            terms: vec![TermUse {
                entry: 0,
                is_applied,
            }],
        }
    }

    fn unit(text: &str) -> Unit {
        Unit {
            text: text.to_owned(),
            language: &KAZAKH,
            token: LanguageToken::new(0),
        }
    }

    #[test]
    fn an_entry_is_spelt_once_however_many_sentences_have_it() {
        let terms: String = (0..500)
            .map(|number| format!("сөз{number},word {number}\n"))
            .collect();
        let glossary = Glossary::parse(&terms, Path::new("terms.csv")).unwrap();
        let spelt = SpeltEntries::default();
        let text: String = (0..1000).map(|at| format!("сөз{} ", at % 500)).collect();
        let mut spellings = 0;
        for _ in 0..10 {
            let found = unit_terms(&glossary, &spelt, &unit(&text), |_| {
                spellings += 1;
                Ok::<_, ()>(None)
            });
            assert_eq!(found.unwrap().len(), 500);
        }
        assert_eq!(spellings, 500);
    }

    #[test]
    fn terms_that_are_missing_are_demanded_first() {
        let term = |entry: usize| UnitTerm {
            entry,
            place: 0..0,
            demand: Some(Demand {
                words: entry.to_string(),
                phrase: Phrase { forms: Vec::new() },
            }),
        };
        let terms: Vec<UnitTerm> = (0..4).map(term).collect();
        let mut said = hypothesis(&[], 0.0);
        said.terms = [true, false, true, false]
            .into_iter()
            .enumerate()
            .map(|(entry, is_applied)| TermUse { entry, is_applied })
            .collect();
        let number = Demand {
            words: "5".to_owned(),
            phrase: Phrase { forms: Vec::new() },
        };
        let demands = TermDemands::new(&terms, &said).with(vec![number]);
        let order: Vec<&str> = demands.iter().map(|demand| &*demand.words).collect();
        assert_eq!(order, ["1", "3", "5", "0", "2"]);
    }

    #[test]
    fn a_demand_is_of_the_piece_that_has_its_words_whole() {
        let demand = Demand {
            words: "5".to_owned(),
            phrase: Phrase { forms: Vec::new() },
        };
        assert!(demand.is_of("Сағат 5-те басталды."));
        assert!(!demand.is_of("Барлығы 15 адам."));
    }

    #[test]
    fn a_term_may_cost_a_name_but_a_name_no_number() {
        let with = |numbers: usize, names: usize, is_applied: bool| {
            let mut hypothesis = hypothesis(&[], -0.5);
            hypothesis.terms = vec![TermUse {
                entry: 0,
                is_applied,
            }];
            let findings = [(Check::Numbers, numbers), (Check::Names, names)];
            hypothesis.findings = findings
                .iter()
                .flat_map(|(check, count)| vec![Finding::whole(*check, ""); *count])
                .collect();
            hypothesis
        };
        assert!(is_acceptable(&with(0, 2, true), &with(0, 1, false)));
        assert!(!is_acceptable(&with(2, 0, true), &with(1, 2, true)));
        assert!(is_acceptable(&with(1, 1, true), &with(1, 2, true)));
        assert!(!is_acceptable(&with(1, 2, true), &with(1, 2, true)));
    }

    #[test]
    fn what_was_demanded_may_cost_no_other_check_and_not_all_probability() {
        let free = hypothesis(&[Check::Glossary, Check::Quotes], -0.5);
        for (failed, score, expected) in [
            (&[Check::Quotes][..], -1.0, true),
            (&[], -1.9, true),
            (&[Check::Repetition], -0.5, false),
            (&[Check::Glossary], -0.5, false),
            (&[], -2.1, false),
        ] {
            let other = hypothesis(failed, score);
            assert_eq!(is_acceptable(&other, &free), expected, "{failed:?} {score}");
        }
    }
}
