//! Strategies to decode a unit again whose hypothesis failed a check, and which hypothesis to keep.
//!
//! The checks decide, then the score: a score alone says little, as repetitions score high.

use std::cmp::Ordering;

use super::demands::MAX_LOSS;
use super::pieces::{Piece, pieces};
use super::{Hypothesis, Unit};
use crate::checks::Check;
use crate::generate::{Options, Sampling};
use crate::tokenizer::{LanguageToken, Tokenizer, TokenizerError};

/// Repeated n-grams of this size are banned in a retry: long enough to allow names and set phrases.
const NO_REPEAT: usize = 4;
/// Beams a wider search adds.
const MORE_BEAMS: usize = 4;
/// How much higher a wider search's length penalty is, which brings lost clauses back.
const MORE_LENGTH: f32 = 0.5;
/// Pieces of a clause-by-clause retry, in tokens.
const CLAUSE_TOKENS: usize = 32;

/// The penalty from which on a hypothesis has lost text.
const LOST_TEXT: usize = 10;

/// The last resort: close to the most probable tokens.
const SAMPLING: Sampling = Sampling {
    temperature: 0.7,
    top_p: 0.9,
    top_k: 32,
};

/// How to decode a unit.
#[derive(Debug, Clone)]
pub(super) struct RetryStrategy {
    /// What it does otherwise, for messages.
    pub(super) name: &'static str,
    pub(super) options: Options,
    /// Adds a full stop to a text that does not end in one: without it short headlines are
    /// mistranslated (mozilla/translations#177).
    final_stop: bool,
    /// Maximum tokens of a piece, if fewer than the model's own.
    max_tokens: Option<usize>,
}

impl RetryStrategy {
    /// As the user asked for.
    pub(super) fn first(options: &Options) -> Self {
        Self {
            name: "as before",
            options: options.clone(),
            final_stop: false,
            max_tokens: None,
        }
    }

    /// A unit's pieces.
    pub(super) fn pieces(
        &self,
        tokenizer: &dyn Tokenizer,
        unit: &Unit,
        target: LanguageToken,
    ) -> Result<Vec<Piece>, TokenizerError> {
        let longest = tokenizer.max_source_tokens();
        let longest = self.max_tokens.map_or(longest, |most| most.min(longest));
        let stopless = unit.text.trim_end().ends_with(char::is_alphanumeric);
        if self.final_stop && stopless {
            let text = format!("{}.", unit.text.trim_end());
            let stopped = Unit {
                text,
                ..unit.clone()
            };
            return pieces(tokenizer, &stopped, target, longest);
        }
        pieces(tokenizer, unit, target, longest)
    }
}

/// The strategies to try, in this order.
pub(super) fn strategies(options: &Options) -> [RetryStrategy; 4] {
    let first = RetryStrategy::first(options);
    let without_loops = RetryStrategy {
        name: "without loops",
        options: Options {
            no_repeat_ngram_size: match options.no_repeat_ngram_size {
                0 => NO_REPEAT,
                size => size.min(NO_REPEAT),
            },
            ..options.clone()
        },
        final_stop: true,
        ..first.clone()
    };
    let wider = RetryStrategy {
        name: "with a wider search",
        options: Options {
            num_beams: options.num_beams + MORE_BEAMS,
            length_penalty: options.length_penalty + MORE_LENGTH,
            ..options.clone()
        },
        ..first.clone()
    };
    let by_clauses = RetryStrategy {
        name: "clause by clause",
        max_tokens: Some(CLAUSE_TOKENS),
        ..without_loops.clone()
    };
    let drawn = RetryStrategy {
        name: "by drawing tokens",
        options: Options {
            sampling: Some(SAMPLING),
            ..options.clone()
        },
        ..first
    };
    [without_loops, wider, by_clauses, drawn]
}

/// Whether a hypothesis is worth another decoding. A term of the glossary alone is not: it was
/// demanded already.
pub(super) fn needs_retry(hypothesis: &Hypothesis) -> bool {
    weight(hypothesis) > 0
}

/// Whether `other` should replace `best`. Terms of the glossary come first: a hypothesis with fewer of them
/// is worse unless the other one has lost text, and one with more may cost [`MAX_LOSS`] of the score.
pub(super) fn is_better(other: &Hypothesis, best: &Hypothesis) -> bool {
    let (penalty, before) = (weight(other), weight(best));
    let (is_lost, was_lost) = (penalty >= LOST_TEXT, before >= LOST_TEXT);
    match other.missing_terms().cmp(&best.missing_terms()) {
        Ordering::Greater => was_lost && !is_lost,
        Ordering::Less if is_lost != was_lost => was_lost,
        Ordering::Less => best.score - other.score <= MAX_LOSS,
        Ordering::Equal => match penalty.cmp(&before) {
            Ordering::Less => true,
            Ordering::Equal => other.score > best.score,
            Ordering::Greater => false,
        },
    }
}

/// The penalty of a hypothesis. Lost or untranslated text outweighs everything else. The names
/// check is wrong too often to retry for or to choose by; it only informs the reader. No retry can
/// restore what was lost in the source itself. Terms are compared apart.
fn weight(hypothesis: &Hypothesis) -> usize {
    hypothesis.failed().into_iter().map(weight_of).sum()
}

fn weight_of(check: Check) -> usize {
    match check {
        Check::Names | Check::Damaged | Check::Glossary => 0,
        Check::Empty => 10 * LOST_TEXT,
        Check::Truncated | Check::Repetition | Check::Untranslated => LOST_TEXT,
        Check::Numbers | Check::Length | Check::Quotes | Check::Links => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Finding;
    use crate::language::KAZAKH;
    use crate::tokenizer::Direction;
    use crate::translate::TermUse;

    /// A token a word, and one at the end.
    struct Words {
        max_source_tokens: usize,
    }

    impl Tokenizer for Words {
        fn language(&self, _code: &str) -> Result<LanguageToken, TokenizerError> {
            Ok(LanguageToken::new(0))
        }

        fn encode_source(&self, text: &str, _: Direction) -> Result<Vec<u32>, TokenizerError> {
            Ok(vec![1; text.split_whitespace().count() + 1])
        }

        fn max_source_tokens(&self) -> usize {
            self.max_source_tokens
        }

        fn forced_start(&self, _target: LanguageToken) -> Option<u32> {
            None
        }

        fn encode(&self, _text: &str) -> Result<Vec<u32>, TokenizerError> {
            Ok(Vec::new())
        }

        fn encode_target(&self, _text: &str) -> Result<Vec<u32>, TokenizerError> {
            Ok(Vec::new())
        }

        fn decode(&self, _ids: &[u32]) -> Result<String, TokenizerError> {
            Ok(String::new())
        }

        fn pieces(&self) -> Vec<(u32, String)> {
            Vec::new()
        }
    }

    #[test]
    fn a_unit_is_cut_where_it_is_too_long_for_the_model() {
        let unit = Unit {
            text: "сөз, ".repeat(100),
            language: &KAZAKH,
            token: LanguageToken::new(0),
        };
        let first = RetryStrategy::first(&Options::ending_with(0));
        let [.., by_clauses, _] = strategies(&Options::ending_with(0));
        let longest = |strategy: &RetryStrategy, max_source_tokens| {
            let pieces = strategy.pieces(&Words { max_source_tokens }, &unit, unit.token);
            let lengths = pieces.unwrap().into_iter().map(|piece| piece.ids.len());
            lengths.max().unwrap()
        };
        assert_eq!(longest(&first, 200), 101);
        assert!((30..=60).contains(&longest(&first, 60)));
        assert!(longest(&by_clauses, 60) <= CLAUSE_TOKENS);
        assert!(longest(&by_clauses, 20) <= 20);
    }

    fn hypothesis(failed: &[Check], score: f32) -> Hypothesis {
        Hypothesis {
            target: String::new(),
            score,
            tokens: 1,
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
    fn the_checks_decide_and_then_the_score() {
        let loops = hypothesis(&[Check::Repetition], -0.1);
        let sound = hypothesis(&[], -0.9);
        assert!(is_better(&sound, &loops) && !is_better(&loops, &sound));
        assert!(is_better(&hypothesis(&[], -0.5), &sound));
    }

    #[test]
    fn nothing_is_worse_than_a_flawed_translation() {
        let empty = hypothesis(&[Check::Empty], -0.1);
        let flawed = hypothesis(&[Check::Quotes, Check::Numbers, Check::Length], -2.0);
        assert!(is_better(&flawed, &empty) && !is_better(&empty, &flawed));
    }

    #[test]
    fn names_and_terms_alone_are_no_reason_to_decode_again() {
        assert!(!needs_retry(&hypothesis(&[Check::Names], -0.1)));
        assert!(!needs_retry(&hypothesis(&[Check::Glossary], -0.1)));
        assert!(needs_retry(&hypothesis(
            &[Check::Names, Check::Numbers],
            -0.1
        )));
    }

    /// As [`hypothesis`], with so many of three terms missing.
    fn lacking(missing: usize, failed: &[Check], score: f32) -> Hypothesis {
        let terms = (0..3).map(|entry| TermUse {
            entry,
            is_applied: entry >= missing,
        });
        Hypothesis {
            terms: terms.collect(),
            ..hypothesis(failed, score)
        }
    }

    #[test]
    fn a_term_is_given_up_only_for_text_that_was_lost() {
        let flawed = lacking(0, &[Check::Quotes], -0.5);
        let sound = lacking(1, &[Check::Glossary], -0.1);
        assert!(!is_better(&sound, &flawed) && is_better(&flawed, &sound));
        let loops = lacking(0, &[Check::Repetition], -0.5);
        assert!(is_better(&sound, &loops) && !is_better(&loops, &sound));
    }

    #[test]
    fn a_term_that_is_gained_may_cost_a_part_of_the_score() {
        let best = lacking(2, &[Check::Glossary, Check::Numbers], -0.5);
        assert!(is_better(&lacking(1, &[Check::Numbers], -1.9), &best));
        assert!(!is_better(&lacking(1, &[], -2.1), &best));
        let empty = lacking(3, &[Check::Empty], -0.1);
        assert!(is_better(&lacking(1, &[], -5.0), &empty));
    }
}
