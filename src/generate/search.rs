//! The search of one sentence: the constraints of its next step, and what follows from the candidates.
//!
//! Follows `GenerationMixin._sample` (greedy) and `GenerationMixin._beam_search` of transformers 5.
//! There, empty beams run along with a score of -1e9; here only real hypotheses run, which gives the
//! same results with fewer rows.

use super::constrained::{self, Constrained};
use super::options::{EarlyStopping, Options};
use super::phrases::{Goal, RequiredPhrases};
use super::sampling::Sampler;
use crate::nn::{Candidate, Error, TokenConstraints};

/// What a search found for one sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// The tokens after the decoder start token, forced ones and the end token among them.
    pub tokens: Vec<u32>,
    /// Sum of their log-probabilities; a forced token counts 0.
    pub log_prob: f32,
    /// Whether it ends with an end token, rather than at the length limit.
    pub ended: bool,
    /// The tokens of the other complete hypotheses of the search, best first; none of one that phrases or
    /// chance lead.
    pub others: Vec<Vec<u32>>,
}

impl Generated {
    /// Mean log-probability per token: transformers' `sequences_scores` at length penalty 1.
    pub fn score(&self) -> f32 {
        self.log_prob / self.tokens.len().max(1) as f32
    }
}

/// A hypothesis that can still grow; `tokens` begin with the decoder start token.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) tokens: Vec<u32>,
    pub(super) log_prob: f32,
}

/// A hypothesis that is complete.
#[derive(Debug, Clone)]
pub(super) struct Finished {
    pub(super) hypothesis: Running,
    /// Log-probability over length to the power of the length penalty.
    pub(super) score: f32,
    pub(super) ended: bool,
}

/// The state of one sentence's search between two steps.
pub(super) struct Search<'a> {
    pub(super) options: &'a Options,
    sampler: Option<Sampler>,
    /// The most tokens, the decoder start token among them.
    pub(super) max_length: usize,
    pub(super) running: Vec<Running>,
    /// Best first, at most `num_beams`.
    finished: Vec<Finished>,
    pub(super) done: bool,
    /// Phrases that the target has to hold, if there are any.
    pub(super) constrained: Option<Box<Constrained<'a>>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        options: &'a Options,
        source: &[u32],
        max_length: usize,
        required: Option<RequiredPhrases<'a>>,
    ) -> Self {
        let start = Running {
            tokens: vec![options.decoder_start_token],
            log_prob: 0.0,
        };
        let sampler = options.sampling.as_ref();
        Self {
            sampler: sampler.map(|sampling| Sampler::new(sampling, source)),
            options,
            max_length: max_length.max(2),
            running: vec![start],
            finished: Vec::new(),
            done: false,
            constrained: goal(options, required).map(Constrained::new).map(Box::new),
        }
    }

    /// The most hypotheses that a search with these options and phrases has at once.
    pub(super) fn max_width(options: &Options, required: Option<RequiredPhrases>) -> usize {
        let rows = |goal: Goal| constrained::rows(options, &goal);
        goal(options, required).map_or(options.num_beams, rows)
    }

    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// How many hypotheses are running.
    pub(super) fn width(&self) -> usize {
        self.running.len()
    }

    /// The token hypothesis `beam` feeds next.
    pub(super) fn last_token(&self, beam: usize) -> u32 {
        self.running[beam]
            .tokens
            .last()
            .copied()
            .unwrap_or(self.options.decoder_start_token)
    }

    /// How many candidates a row needs of a step: enough to continue `num_beams` hypotheses if all others
    /// end.
    pub(super) fn candidates_wanted(&self) -> usize {
        let beams = match &self.constrained {
            Some(constrained) => constrained.rows(self.options),
            None => self.options.num_beams,
        };
        match (&self.options.sampling, beams) {
            (Some(sampling), _) => sampling.top_k.max(1),
            (None, 1) => 1,
            (None, beams) => beams * (1 + self.options.eos_tokens.len()).max(2),
        }
    }

    /// The constraints of the next token of hypothesis `beam`.
    pub(super) fn constraints(&self, beam: usize) -> TokenConstraints {
        let tokens = &self.running[beam].tokens;
        let length = tokens.len();
        let at_limit = length + 1 == self.max_length;
        let forced = match (self.options.forced_eos_token, self.options.forced_bos_token) {
            (Some(eos), _) if at_limit => Some(eos),
            (_, Some(bos)) if length == 1 => Some(bos),
            _ => None,
        };
        if forced.is_some() {
            return TokenConstraints {
                forced,
                ..TokenConstraints::default()
            };
        }
        let mut banned = repeated(tokens, self.options.no_repeat_ngram_size);
        if length < self.options.min_length {
            banned.extend(&self.options.eos_tokens);
        }
        banned.extend(bad_words(tokens, self.options));
        let scored = match &self.constrained {
            Some(constrained) => constrained.scored(beam, self.last_token(beam)),
            None => Vec::new(),
        };
        TokenConstraints {
            forced: None,
            banned,
            renormalized: self.options.renormalize_logits,
            scored,
        }
    }

    /// Takes each running hypothesis's candidates; returns, for each new running hypothesis, which
    /// old one it continues.
    pub(super) fn advance(&mut self, candidates: &[Vec<Candidate>]) -> Result<Vec<usize>, Error> {
        let first = candidates.first().map_or(&[][..], Vec::as_slice);
        if let Some(sampler) = &mut self.sampler {
            let drawn = sampler.draw(first)?;
            return Ok(self.advance_alone(drawn));
        }
        if let Some(constrained) = self.constrained.take() {
            return Ok(self.advance_constrained(constrained, candidates));
        }
        if self.options.num_beams == 1 {
            return Ok(self.advance_alone(first.first().copied()));
        }
        Ok(self.advance_beams(candidates))
    }

    /// Continues the only hypothesis with the token chosen for it.
    fn advance_alone(&mut self, chosen: Option<Candidate>) -> Vec<usize> {
        let (Some(chosen), Some(hypothesis)) = (chosen, self.running.first()) else {
            // Everything was ruled out: what was said so far is all there is.
            if let Some(hypothesis) = self.running.first().cloned() {
                self.finish(hypothesis, false);
            }
            self.done = true;
            return Vec::new();
        };
        let hypothesis = hypothesis.with(chosen);
        let at_limit = hypothesis.tokens.len() >= self.max_length;
        let is_end = self.options.eos_tokens.contains(&chosen.token);
        if is_end || at_limit {
            self.finish(hypothesis, is_end && !self.forced_to_end(at_limit));
            self.done = true;
            return Vec::new();
        }
        self.running = vec![hypothesis];
        vec![0]
    }

    fn advance_beams(&mut self, candidates: &[Vec<Candidate>]) -> Vec<usize> {
        let beams = self.options.num_beams;
        let mut continuations: Vec<(usize, Candidate, f32)> = self
            .running
            .iter()
            .zip(candidates)
            .enumerate()
            .flat_map(|(beam, (hypothesis, candidates))| {
                let so_far = hypothesis.log_prob;
                candidates
                    .iter()
                    .map(move |&candidate| (beam, candidate, so_far + candidate.log_prob))
            })
            .collect();
        // A stable sort keeps the order of beams of equal scores.
        continuations.sort_by(|a, b| b.2.total_cmp(&a.2));
        continuations.truncate(self.candidates_wanted());

        let length = self.running.first().map_or(0, |r| r.tokens.len()) + 1;
        let at_limit = length >= self.max_length;
        let mut parents = Vec::with_capacity(beams);
        let mut running = Vec::with_capacity(beams);
        for (rank, (beam, candidate, log_prob)) in continuations.into_iter().enumerate() {
            let is_end = self.options.eos_tokens.contains(&candidate.token);
            if !is_end && !at_limit {
                if running.len() < beams {
                    parents.push(beam);
                    running.push(self.running[beam].with(candidate));
                }
            } else if rank < beams {
                let mut hypothesis = self.running[beam].with(candidate);
                hypothesis.log_prob = log_prob;
                self.finish(hypothesis, is_end && !self.forced_to_end(at_limit));
            }
        }
        if running.is_empty() && self.finished.is_empty() {
            // Every continuation was ruled out: what was said so far is all there is.
            if let Some(best) = self.running.first().cloned() {
                self.finish(best, false);
            }
        }
        self.running = running;
        self.done = at_limit || !self.can_improve(length);
        parents
    }

    /// Whether an end token at the limit is there because the options force it: the text was cut.
    pub(super) fn forced_to_end(&self, at_limit: bool) -> bool {
        at_limit && self.options.forced_eos_token.is_some()
    }

    pub(super) fn finished(&self, hypothesis: Running, ended: bool) -> Finished {
        let generated = (hypothesis.tokens.len() - 1).max(1) as f32;
        Finished {
            score: hypothesis.log_prob / generated.powf(self.options.length_penalty),
            hypothesis,
            ended,
        }
    }

    fn finish(&mut self, hypothesis: Running, ended: bool) {
        let finished = self.finished(hypothesis, ended);
        // An earlier hypothesis of equal score stays ahead.
        let place = self.finished.partition_point(|f| f.score >= finished.score);
        self.finished.insert(place, finished);
        self.finished.truncate(self.options.num_beams);
    }

    /// Whether a running hypothesis, of `length` tokens, could still beat the finished ones.
    fn can_improve(&self, length: usize) -> bool {
        let Some(best) = self.running.first() else {
            return false;
        };
        let (true, Some(worst)) = (
            self.finished.len() == self.options.num_beams,
            self.finished.last(),
        ) else {
            return true;
        };
        if self.options.early_stopping == EarlyStopping::Always {
            return false;
        }
        let patient = self.options.early_stopping == EarlyStopping::Never
            && self.options.length_penalty > 0.0;
        let hypothetical = if patient { self.max_length } else { length } - 1;
        let possible = best.log_prob / (hypothetical as f32).powf(self.options.length_penalty);
        possible > worst.score
    }

    /// The best hypothesis.
    pub(super) fn into_best(self) -> Generated {
        let mut others = Vec::new();
        let best = match self.constrained {
            Some(state) => state.into_best(self.options),
            None => {
                let mut finished = self.finished.into_iter();
                let best = finished.next();
                let complete = finished.filter(|other| other.ended);
                others = complete
                    .map(|mut other| other.hypothesis.tokens.split_off(1))
                    .collect();
                best
            }
        };
        best.map_or_else(
            || Generated {
                tokens: Vec::new(),
                log_prob: 0.0,
                ended: false,
                others: Vec::new(),
            },
            |best| Generated {
                tokens: best.hypothesis.tokens[1..].to_vec(),
                log_prob: best.hypothesis.log_prob,
                ended: best.ended,
                others,
            },
        )
    }
}

/// The phrases of a search; tokens drawn at random follow none.
fn goal<'a>(options: &Options, required: Option<RequiredPhrases<'a>>) -> Option<Goal<'a>> {
    required
        .filter(|_| options.sampling.is_none())
        .and_then(Goal::new)
}

impl Running {
    pub(super) fn with(&self, candidate: Candidate) -> Self {
        let mut tokens = Vec::with_capacity(self.tokens.len() + 1);
        tokens.extend_from_slice(&self.tokens);
        tokens.push(candidate.token);
        Self {
            tokens,
            log_prob: self.log_prob + candidate.log_prob,
        }
    }
}

/// Tokens that would repeat an n-gram of `tokens`; follows `NoRepeatNGramLogitsProcessor`.
fn repeated(tokens: &[u32], size: usize) -> Vec<u32> {
    if size == 0 || tokens.len() + 1 < size {
        return Vec::new();
    }
    let past = &tokens[tokens.len() + 1 - size..];
    tokens
        .windows(size)
        .filter(|ngram| ngram[..size - 1] == *past)
        .map(|ngram| ngram[size - 1])
        .collect()
}

/// Tokens that would complete a bad word after `tokens`; follows `NoBadWordsLogitsProcessor`, which asks
/// for as many tokens before it as the word has with it.
fn bad_words<'a>(tokens: &[u32], options: &'a Options) -> impl Iterator<Item = u32> + 'a {
    let tokens = tokens.to_vec();
    let completed = move |word: &Vec<u32>| {
        let (&last, before) = word.split_last()?;
        let is_end = before.is_empty() && options.eos_tokens.contains(&last);
        let follows = before.is_empty() || tokens.len() >= word.len() && tokens.ends_with(before);
        (follows && !is_end).then_some(last)
    };
    options.bad_words.iter().filter_map(completed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_token_of_a_bad_word_is_banned_after_the_others() {
        let options = Options {
            bad_words: vec![vec![7], vec![2], vec![1, 2, 9], vec![3, 8], Vec::new()],
            ..Options::ending_with(2)
        };
        let banned = |tokens: &[u32]| bad_words(tokens, &options).collect::<Vec<u32>>();
        assert_eq!(banned(&[0]), [7]);
        assert_eq!(banned(&[0, 1, 2]), [7, 9]);
        assert_eq!(banned(&[0, 3]), [7, 8]);
        // As transformers has it.
        assert_eq!(banned(&[1, 2]), [7]);
    }

    #[test]
    fn a_token_that_would_repeat_an_ngram_is_found() {
        assert_eq!(repeated(&[1, 2, 3, 1, 2], 3), [3]);
        assert_eq!(repeated(&[1, 2, 1, 3, 1], 2), [2, 3]);
        assert_eq!(repeated(&[5, 6], 1), [5, 6]);
        assert!(repeated(&[1, 2], 4).is_empty());
        assert!(repeated(&[1, 2, 3], 0).is_empty());
    }
}
