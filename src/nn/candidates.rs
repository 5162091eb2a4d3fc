//! From the logits of a row to its best next tokens.
//!
//! Follows the order of transformers' beam search: log-softmax first, then the row's constraints, so that
//! a ban does not renormalise unless that is asked for, and a forced token scores 0.

use super::Error;

/// A possible next token of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Its id in the whole vocabulary, also where the output is restricted.
    pub token: u32,
    /// Natural logarithm of its probability over the output's tokens.
    pub log_prob: f32,
}

/// What a search asks of a row's next token.
///
/// A row's candidates are its `k` best tokens and those to be scored, or the forced one alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenConstraints {
    /// The only token allowed, at log-probability 0; the other fields are then ignored.
    pub forced: Option<u32>,
    /// Tokens not allowed.
    pub banned: Vec<u32>,
    /// Whether probabilities are over the tokens that are not banned.
    pub renormalized: bool,
    /// Tokens that are candidates whatever their rank, unless they are banned or impossible.
    pub scored: Vec<u32>,
}

/// The `k` best tokens for `logits` (`[vocabulary]`) under `constraints`, best first, and after them the
/// other tokens to be scored; equal scores by token id. Fewer if fewer are possible.
///
/// # Errors
/// [`Error::NotFinite`] if a logit is NaN or +∞, or all are −∞.
pub fn rank(
    logits: &[f32],
    constraints: &TokenConstraints,
    k: usize,
) -> Result<Vec<Candidate>, Error> {
    if let Some(token) = constraints.forced {
        return Ok(vec![Candidate {
            token,
            log_prob: 0.0,
        }]);
    }
    let log_total = log_sum_exp(logits)?;
    let mut best: Vec<Candidate> = Vec::with_capacity(k + 1);
    let mut threshold = f32::NEG_INFINITY;
    for (token, &logit) in logits.iter().enumerate() {
        if logit <= threshold {
            continue;
        }
        let token = token as u32;
        if constraints.banned.contains(&token) {
            continue;
        }
        let place = best.partition_point(|c| c.log_prob >= logit);
        best.insert(
            place,
            Candidate {
                token,
                log_prob: logit,
            },
        );
        best.truncate(k);
        if let Some(last) = best.get(k.wrapping_sub(1)) {
            threshold = last.log_prob;
        }
    }
    let log_total = if constraints.renormalized && !best.is_empty() {
        log_sum_exp(&without(logits, &constraints.banned))?
    } else {
        log_total
    };
    for candidate in &mut best {
        candidate.log_prob -= log_total;
    }
    let scored = constraints.scored.iter().filter_map(|&token| {
        let logit = *logits.get(token as usize)?;
        let is_allowed = logit > f32::NEG_INFINITY && !constraints.banned.contains(&token);
        let log_prob = logit - log_total;
        is_allowed.then_some(Candidate { token, log_prob })
    });
    append_scored(&mut best, scored.collect());
    Ok(best)
}

/// Appends those of `scored` that are not among the `best`, each once: best first, equal ones by
/// token id.
pub(super) fn append_scored(best: &mut Vec<Candidate>, mut scored: Vec<Candidate>) {
    if scored.is_empty() {
        return;
    }
    scored.retain(|candidate| best.iter().all(|other| other.token != candidate.token));
    scored.sort_unstable_by(|a, b| {
        let by_score = b.log_prob.total_cmp(&a.log_prob);
        by_score.then(a.token.cmp(&b.token))
    });
    scored.dedup_by_key(|candidate| candidate.token);
    best.extend(scored);
}

/// `logits` with −∞ at these positions.
pub(super) fn without(logits: &[f32], positions: &[u32]) -> Vec<f32> {
    let mut logits = logits.to_vec();
    for &position in positions {
        if let Some(logit) = logits.get_mut(position as usize) {
            *logit = f32::NEG_INFINITY;
        }
    }
    logits
}

fn log_sum_exp(logits: &[f32]) -> Result<f32, Error> {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if !max.is_finite() {
        return Err(Error::NotFinite);
    }
    let total: f32 = logits.iter().map(|logit| (logit - max).exp()).sum();
    if !total.is_finite() {
        return Err(Error::NotFinite);
    }
    Ok(max + total.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(candidates: &[Candidate]) -> Vec<u32> {
        candidates.iter().map(|c| c.token).collect()
    }

    #[test]
    fn the_best_come_first_with_their_log_probabilities() {
        let logits = [1.0_f32, 3.0, 2.0, -1.0];
        let best = rank(&logits, &TokenConstraints::default(), 2).unwrap();
        assert_eq!(tokens(&best), [1, 2]);
        let total: f32 = logits.iter().map(|l| l.exp()).sum();
        assert!((best[0].log_prob - (3.0_f32.exp() / total).ln()).abs() < 1e-6);
    }

    #[test]
    fn a_banned_token_leaves_the_others_probabilities_as_they_were() {
        let logits = [1.0, 3.0, 2.0];
        let free = rank(&logits, &TokenConstraints::default(), 3).unwrap();
        let constraints = TokenConstraints {
            banned: vec![1],
            ..TokenConstraints::default()
        };
        let banned = rank(&logits, &constraints, 3).unwrap();
        assert_eq!(banned, free[1..]);
    }

    #[test]
    fn probabilities_are_over_what_is_left_where_that_is_asked_for() {
        let logits = [1.0, 3.0, 2.0];
        let constraints = TokenConstraints {
            banned: vec![1, 99],
            renormalized: true,
            ..TokenConstraints::default()
        };
        let found = rank(&logits, &constraints, 3).unwrap();
        let left = rank(
            &[1.0, f32::NEG_INFINITY, 2.0],
            &TokenConstraints::default(),
            3,
        )
        .unwrap();
        assert_eq!(found, left);
    }

    #[test]
    fn a_forced_token_is_the_only_one_and_scores_zero() {
        let constraints = TokenConstraints {
            forced: Some(7),
            banned: vec![7],
            scored: vec![2],
            renormalized: true,
        };
        let best = rank(&[0.0; 9], &constraints, 4).unwrap();
        assert_eq!(
            best,
            [Candidate {
                token: 7,
                log_prob: 0.0
            }]
        );
    }

    #[test]
    fn scored_tokens_follow_the_best_with_their_own_log_probabilities() {
        let logits = [1.0, 3.0, 2.0, f32::NEG_INFINITY, 2.0];
        let free = rank(&logits, &TokenConstraints::default(), 9).unwrap();
        let constraints = TokenConstraints {
            banned: vec![2],
            scored: vec![0, 4, 0, 1, 2, 3, 99],
            ..TokenConstraints::default()
        };
        let found = rank(&logits, &constraints, 1).unwrap();
        assert_eq!(tokens(&free), [1, 2, 4, 0]);
        assert_eq!(found, [free[0], free[2], free[3]]);
    }

    #[test]
    fn equal_scores_keep_the_order_of_ids_and_impossible_tokens_do_not_appear() {
        let logits = [2.0, f32::NEG_INFINITY, 2.0, 2.0];
        assert_eq!(
            tokens(&rank(&logits, &TokenConstraints::default(), 2).unwrap()),
            [0, 2]
        );
        assert_eq!(
            rank(&logits, &TokenConstraints::default(), 9)
                .unwrap()
                .len(),
            3
        );
    }

    #[test]
    fn values_that_are_no_numbers_are_an_error() {
        assert!(matches!(
            rank(&[f32::NAN, 1.0], &TokenConstraints::default(), 1),
            Err(Error::NotFinite)
        ));
        assert!(matches!(
            rank(&[f32::NEG_INFINITY; 3], &TokenConstraints::default(), 1),
            Err(Error::NotFinite)
        ));
    }
}
