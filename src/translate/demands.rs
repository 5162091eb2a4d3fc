//! What the translation of a unit has to say: terms of the glossary, and numbers that it lost.

use std::ops::Range;

use super::{Hypothesis, Unit};
use crate::checks::{Check, Term};
use crate::generate::Phrase;
use crate::glossary::Glossary;
use crate::language::plural;

/// How much of its score (mean log-probability of a token, in nats) a hypothesis may lose by what is
/// demanded of it.
const MAX_LOSS: f32 = 1.5;

/// What has to be said for some words of a unit.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    /// The words of the unit; the piece that has them says it.
    pub(super) words: String,
    pub(super) phrase: Phrase,
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

/// The terms of `glossary` in a unit, each entry once; `phrase` spells the forms of one.
pub(super) fn unit_terms<E>(
    glossary: &Glossary,
    unit: &Unit,
    mut phrase: impl FnMut(&[String]) -> Result<Option<Phrase>, E>,
) -> Result<Vec<UnitTerm>, E> {
    let mut terms: Vec<UnitTerm> = Vec::new();
    for found in glossary.matches(&unit.text, unit.language) {
        if terms.iter().any(|term| term.entry == found.entry) {
            continue;
        }
        let words = unit.text.get(found.place.clone()).unwrap_or_default();
        let phrase = phrase(&forms(&glossary.entries()[found.entry].target))?;
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
/// check that `free` passes, and it is not too improbable beside it.
pub(super) fn is_acceptable(other: &Hypothesis, free: &Hypothesis) -> bool {
    let lacking = |hypothesis: &Hypothesis| {
        let findings = hypothesis
            .findings
            .iter()
            .filter(|finding| !finding.repaired);
        let checks = [Check::Glossary, Check::Numbers];
        findings
            .filter(|found| checks.contains(&found.check))
            .count()
    };
    let before = free.failed();
    lacking(other) < lacking(free)
        && other.failed().iter().all(|check| before.contains(check))
        && free.score - other.score <= MAX_LOSS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Finding;

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
            terms: Vec::new(),
        }
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
