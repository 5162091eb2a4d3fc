//! The search of a sentence whose target has to hold phrases: lexically constrained decoding with
//! dynamic beam allocation (Post & Vilar 2018), disjunctive and by bookkeeping on tokens alone (Hu et
//! al. 2019).
//!
//! The tokens that continue a phrase are candidates whatever their rank. Hypotheses compete only with
//! those that have come about as far with the phrases, and each such bank has its share of the rows: so
//! phrases are said where they cost least, not at once. Such a search has rows of its own: more than
//! the beams asked for if its banks need them, with one beam too.

use super::options::Options;
use super::phrases::{Goal, Progress};
use super::search::{Finished, Running, Search};
use crate::nn::Candidate;

/// Rows beyond one a bank, for those who have all phrases.
const MORE_ROWS: usize = 1;
/// Maximum rows that phrases add to a search; where there are more banks, neighbours share one.
const MAX_ROWS: usize = 5;
/// Steps that a search goes on for hypotheses that said a phrase where the target would have ended.
const PATIENCE: usize = 3;
/// Maximum hypotheses with all phrases that are kept to choose from.
const MAX_RESULTS: usize = 64;

/// What a search knows of its phrases.
pub(super) struct Constrained<'a> {
    goal: Goal<'a>,
    /// Of each running hypothesis.
    progress: Vec<Progress>,
    /// Hypotheses that ended with all phrases.
    results: Vec<Finished>,
    /// The best hypothesis that ended without its phrases.
    unmet: Option<Finished>,
    /// Tokens of the target if nothing were required: where a hypothesis without phrases would rather
    /// have ended than gone on.
    usual_length: Option<usize>,
}

/// A running hypothesis and its next token.
struct Continuation {
    beam: usize,
    candidate: Candidate,
    log_prob: f32,
    progress: Progress,
    is_end: bool,
}

impl<'a> Constrained<'a> {
    pub(super) fn new(goal: Goal<'a>) -> Self {
        Self {
            goal,
            progress: vec![Progress::default()],
            results: Vec::new(),
            unmet: None,
            usual_length: None,
        }
    }

    /// The most hypotheses that run at once.
    pub(super) fn rows(&self, options: &Options) -> usize {
        rows(options, &self.goal)
    }

    /// The tokens that hypothesis `beam` needs, whatever their rank.
    pub(super) fn scored(&self, beam: usize, previous: u32) -> Vec<u32> {
        let progress = self.progress.get(beam);
        progress.map_or_else(Vec::new, |progress| {
            self.goal.next_tokens(progress, previous)
        })
    }

    /// The best hypothesis with all phrases; if there is none, the best one without.
    pub(super) fn into_best(mut self, options: &Options) -> Option<Finished> {
        let results = std::mem::take(&mut self.results);
        let mut best: Option<(f32, Finished)> = None;
        for result in results {
            let score = self.score(&result.hypothesis, options);
            // A cut one only if there is no other; an earlier one of equal score stays ahead.
            let is_better = |(best_score, best): &(f32, Finished)| {
                (result.ended, score) > (best.ended, *best_score)
            };
            if best.as_ref().is_none_or(is_better) {
                best = Some((score, result));
            }
        }
        best.map(|(_, best)| best).or(self.unmet)
    }

    /// Log-probability over length to the power of the length penalty, but length beyond what is usual counts nothing: words around a phrase must
    /// not make its price look small.
    fn score(&self, hypothesis: &Running, options: &Options) -> f32 {
        let usual = self.usual_length.map(|usual| usual + self.goal.total());
        let length = hypothesis.tokens.len().min(usual.unwrap_or(usize::MAX));
        let generated = length.saturating_sub(1).max(1) as f32;
        hypothesis.log_prob / generated.powf(options.length_penalty)
    }

    /// The bank of a hypothesis that has come so far, below `banks`: the first has nothing, the last
    /// everything.
    fn bank(&self, progress: &Progress, banks: usize) -> usize {
        if self.goal.is_met(progress) {
            return banks - 1;
        }
        match self.goal.reached(progress) {
            0 => 0,
            reached => {
                let between = banks.saturating_sub(2).max(1);
                let total = self.goal.total().saturating_sub(1).max(1);
                let place = 1 + (reached - 1) * between / total;
                place.min(between).min(banks.saturating_sub(2))
            }
        }
    }
}

/// The most rows that a search with these phrases has.
pub(super) fn rows(options: &Options, goal: &Goal) -> usize {
    let banks = goal.total() + 1;
    options.num_beams.max(MAX_ROWS.min(banks + MORE_ROWS))
}

impl<'a> Search<'a> {
    /// As [`advance`](Search::advance), for a search with phrases.
    pub(super) fn advance_constrained(
        &mut self,
        mut state: Box<Constrained<'a>>,
        candidates: &[Vec<Candidate>],
    ) -> Vec<usize> {
        let rows = state.rows(self.options);
        let banks = rows.min(state.goal.total() + 1).max(2);
        let length = self.running.first().map_or(0, |r| r.tokens.len()) + 1;
        let at_limit = length >= self.max_length;
        let mut by_bank: Vec<Vec<Continuation>> = (0..banks).map(|_| Vec::new()).collect();
        let continuations = self.continuations(&state, candidates);
        let without = continuations
            .iter()
            .filter(|one| state.bank(&one.progress, banks) == 0);
        let likeliest = without.max_by(|a, b| a.log_prob.total_cmp(&b.log_prob));
        if likeliest.is_some_and(|likeliest| likeliest.is_end) {
            state.usual_length.get_or_insert(length);
        }
        for continuation in continuations {
            let bank = state.bank(&continuation.progress, banks);
            if bank + 1 < banks && (continuation.is_end || at_limit) {
                let ended = continuation.is_end && !self.forced_to_end(at_limit);
                let finished = self.finished(self.continued(&continuation), ended);
                let is_better =
                    |best: &Finished| (finished.ended, finished.score) > (best.ended, best.score);
                if state.unmet.as_ref().is_none_or(is_better) {
                    state.unmet = Some(finished);
                }
            } else {
                by_bank[bank].push(continuation);
            }
        }
        let going_on = |bank: &Vec<Continuation>| {
            let ends = bank.iter().filter(|one| one.is_end || at_limit).count();
            bank.len() - ends
        };
        let counts: Vec<usize> = by_bank.iter().map(going_on).collect();
        let shares = shares(&counts, rows);
        let mut kept: Vec<Continuation> = Vec::with_capacity(rows);
        // Those with all phrases first: the first row is the one that results are compared with.
        for (mut bank, share) in by_bank.into_iter().zip(shares).rev() {
            bank.sort_by(|a, b| b.log_prob.total_cmp(&a.log_prob));
            let first = kept.len();
            for (rank, continuation) in bank.into_iter().enumerate() {
                if !continuation.is_end && !at_limit {
                    if kept.len() - first < share {
                        kept.push(continuation);
                    }
                } else if at_limit || rank < share.max(1) {
                    let ended = continuation.is_end && !self.forced_to_end(at_limit);
                    let finished = self.finished(self.continued(&continuation), ended);
                    if state.results.len() < MAX_RESULTS {
                        state.results.push(finished);
                    }
                }
            }
        }
        if kept.is_empty() && state.results.is_empty() && state.unmet.is_none() {
            // Every continuation was ruled out: what was said so far is all there is.
            if let Some(best) = self.running.first().cloned() {
                state.unmet = Some(self.finished(best, false));
            }
        }
        let parents = kept.iter().map(|kept| kept.beam).collect();
        self.running = kept.iter().map(|kept| self.continued(kept)).collect();
        state.progress = kept.into_iter().map(|kept| kept.progress).collect();
        self.done = at_limit || self.running.is_empty() || self.is_settled(&state, length);
        self.constrained = Some(state);
        parents
    }

    /// All candidates of all rows, with what they mean for the phrases.
    fn continuations(
        &self,
        state: &Constrained,
        candidates: &[Vec<Candidate>],
    ) -> Vec<Continuation> {
        let rows = self.running.iter().zip(&state.progress).zip(candidates);
        rows.enumerate()
            .flat_map(|(beam, ((hypothesis, progress), candidates))| {
                let previous = hypothesis.tokens.last().copied().unwrap_or_default();
                candidates.iter().map(move |&candidate| Continuation {
                    beam,
                    candidate,
                    log_prob: hypothesis.log_prob + candidate.log_prob,
                    progress: state.goal.after(progress, previous, candidate.token),
                    is_end: self.options.eos_tokens.contains(&candidate.token),
                })
            })
            .collect()
    }

    fn continued(&self, continuation: &Continuation) -> Running {
        self.running[continuation.beam].with(continuation.candidate)
    }

    /// Whether to stop at `length` tokens: no hypothesis can win, or those that could come too late.
    fn is_settled(&self, state: &Constrained, length: usize) -> bool {
        let scores = state.results.iter();
        let scores = scores.map(|result| state.score(&result.hypothesis, self.options));
        let Some(best) = scores.reduce(f32::max) else {
            return false;
        };
        let mut running = self.running.iter();
        let may_improve = running.any(|running| state.score(running, self.options) > best);
        let latest = state
            .usual_length
            .map(|usual| usual + state.goal.total() + PATIENCE);
        !may_improve || latest.is_some_and(|latest| length >= latest)
    }
}

/// How many of `rows` each bank gets that has so many continuations: the same for all, and what is left
/// for the banks that have come furthest.
fn shares(counts: &[usize], rows: usize) -> Vec<usize> {
    let occupied = counts.iter().filter(|count| **count > 0).count();
    let equal = (rows / occupied.max(1)).max(1);
    let mut shares: Vec<usize> = counts.iter().map(|count| equal.min(*count)).collect();
    let mut left = rows.saturating_sub(shares.iter().sum());
    for (share, count) in shares.iter_mut().zip(counts).rev() {
        let more = left.min(count - *share);
        *share += more;
        left -= more;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::phrases::{
        MAX_FORM_TOKENS, MAX_PHRASES, Phrase, PhraseForm, RequiredPhrases,
    };
    use crate::generate::toy::{END, Toy};
    use crate::generate::{BatchLimits, Request, WordEdges, generate, generate_all};

    #[test]
    fn banks_share_the_rows_and_what_is_left_goes_to_the_furthest() {
        assert_eq!(shares(&[9, 9, 9], 6), [2, 2, 2]);
        assert_eq!(shares(&[9, 1, 9], 6), [2, 1, 3]);
        assert_eq!(shares(&[9, 0, 0], 6), [6, 0, 0]);
        assert_eq!(shares(&[9, 2, 1], 8), [5, 2, 1]);
        assert_eq!(shares(&[0, 0], 6), [0, 0]);
    }

    /// Words of the toy, and terms that it does not say by itself.
    const WORDS: [u32; 4] = [10, 11, 12, 13];
    const TERM: [u32; 3] = [20, 21, 22];
    const OTHER: [u32; 2] = [25, 26];

    fn toy(can_join: bool) -> Toy {
        Toy {
            words: WORDS.to_vec(),
            likely: vec![(11, 20), (20, 21), (21, 22), (12, 25), (25, 26)],
            rows: can_join.then(Default::default),
        }
    }

    fn phrase(forms: &[&[u32]]) -> Phrase {
        let form = |tokens: &&[u32]| PhraseForm {
            tokens: tokens.to_vec(),
            is_joined: false,
        };
        Phrase {
            forms: forms.iter().map(form).collect(),
        }
    }

    /// What the toy says in one batch to sources with these phrases each, whether its sentences have the same
    /// number of rows or not.
    fn said(options: &Options, sentences: &[&[Phrase]]) -> Vec<Vec<u32>> {
        let edges = WordEdges::default();
        let requests: Vec<Request> = sentences
            .iter()
            .map(|&phrases| Request {
                source: &[5, 6],
                max_length: 20,
                required: (!phrases.is_empty()).then_some(RequiredPhrases {
                    phrases,
                    edges: &edges,
                }),
            })
            .collect();
        let [even, uneven] =
            [false, true].map(|can_join| generate(&toy(can_join), &requests, options).unwrap());
        assert_eq!(even, uneven);
        even.into_iter().map(|one| one.tokens).collect()
    }

    fn options(num_beams: usize) -> Options {
        Options {
            num_beams,
            ..Options::ending_with(END)
        }
    }

    #[test]
    fn a_phrase_is_said_where_it_costs_least_with_any_number_of_beams() {
        let phrases = [phrase(&[&TERM])];
        for beams in [1, 2, 4, 12] {
            let free = said(&options(beams), &[&[]]);
            assert_eq!(free, [[10, 11, 12, 13, END]]);
            let found = said(&options(beams), &[&phrases]);
            assert_eq!(found, [[10, 11, 20, 21, 22, 12, 13, END]], "{beams}");
        }
    }

    #[test]
    fn several_phrases_are_said_each_in_the_likeliest_of_its_forms() {
        let phrases = [
            phrase(&[&[29, 28], &OTHER, &[27]]),
            phrase(&[&[22, 21, 20], &TERM]),
        ];
        for beams in [1, 4] {
            let found = said(&options(beams), &[&phrases]);
            let expected = [10, 11, 20, 21, 22, 12, 25, 26, 13, END];
            assert_eq!(found, [expected], "{beams}");
        }
    }

    #[test]
    fn what_is_said_anyhow_changes_nothing() {
        let phrases = [phrase(&[&[12, 13]]), phrase(&[&[10]])];
        assert_eq!(said(&options(4), &[&phrases]), [[10, 11, 12, 13, END]]);
    }

    #[test]
    fn a_batch_gives_sentences_with_and_without_phrases_what_they_get_alone() {
        let one = [phrase(&[&TERM])];
        let two = [phrase(&[&OTHER]), phrase(&[&TERM])];
        let sentences: [&[Phrase]; 4] = [&[], &one, &two, &[]];
        for beams in [1, 3, 4] {
            let options = options(beams);
            let alone: Vec<_> = sentences
                .iter()
                .flat_map(|sentence| said(&options, &[sentence]))
                .collect();
            assert_eq!(said(&options, &sentences), alone, "{beams}");
        }
    }

    #[test]
    fn sentences_with_and_without_phrases_join_each_other() {
        let (edges, source) = (WordEdges::default(), [5; 70]);
        let one = [phrase(&[&TERM])];
        let two = [phrase(&[&OTHER]), phrase(&[&TERM])];
        let sentences: [&[Phrase]; 6] = [&two, &[], &one, &[], &two, &[]];
        let request = |i: usize, phrases| Request {
            source: &source,
            max_length: 8 + 5 * (i % 3),
            // One without phrases has none that it requires.
            required: Some(RequiredPhrases {
                phrases,
                edges: &edges,
            }),
        };
        let requests: Vec<Request> = sentences
            .into_iter()
            .enumerate()
            .map(|(i, phrases)| request(i, phrases))
            .collect();
        for beams in [1, 3] {
            let limits = BatchLimits {
                tokens: 100_000,
                rows: 10,
            };
            let options = options(beams);
            let joined = generate_all(&toy(true), &requests, &options, limits, &mut |_| {});
            let batches = generate_all(&toy(false), &requests, &options, limits, &mut |_| {});
            assert_eq!(joined.unwrap(), batches.unwrap(), "{beams}");
        }
    }

    #[test]
    fn a_phrase_that_cannot_be_said_does_not_keep_a_sentence_from_ending() {
        let banned = Options {
            bad_words: vec![vec![21]],
            ..options(4)
        };
        let phrases = [phrase(&[&TERM])];
        let found = said(&banned, &[&phrases]);
        assert_eq!(found, [[10, 11, 12, 13, END]]);
    }

    #[test]
    fn a_search_with_phrases_is_bounded() {
        let long = [[23_u32; MAX_FORM_TOKENS].to_vec()];
        let forms: Vec<&[u32]> = long.iter().map(Vec::as_slice).collect();
        let phrases = vec![phrase(&forms); 3 * MAX_PHRASES];
        let edges = WordEdges::default();
        let required = RequiredPhrases {
            phrases: &phrases,
            edges: &edges,
        };
        let width = |beams| Search::max_width(&options(beams), Some(required));
        assert_eq!([width(1), width(4), width(20)], [MAX_ROWS, MAX_ROWS, 20]);
        assert!(said(&options(4), &[&phrases])[0].len() < 20);
    }
}
