//! From hidden vectors to the vocabulary, or to the part of it that may be said.

use candle_core::{DType, Tensor};
use rayon::prelude::*;

use super::CandleBackend;
use crate::nn::{Candidate, Error, Rules, Weights, rank};

/// The output projection: one row a token that can be said.
pub struct Output {
    /// `[tokens, width]`.
    table: Tensor,
    /// `[1, tokens]`, for models that have one.
    bias: Option<Tensor>,
    /// The token of each row, ascending, where the rows are not the whole vocabulary.
    tokens: Option<Vec<u32>>,
}

impl Output {
    pub(super) fn load(
        backend: &CandleBackend,
        weights: &Weights,
        table: Tensor,
        bias: Option<&str>,
    ) -> Result<Self, Error> {
        let vocabulary = table.dim(0)?;
        let bias = bias
            .map(|name| backend.load(weights, name, &[1, vocabulary]))
            .transpose()?;
        Ok(Self {
            table,
            bias,
            tokens: None,
        })
    }

    pub(super) fn restrict(&self, tokens: &[u32]) -> Result<Self, Error> {
        let ascending = tokens.is_sorted_by(|a, b| a < b);
        let last = tokens.last().map_or(0, |&token| token as usize);
        if self.tokens.is_some() || !ascending || tokens.is_empty() || last >= self.table.dim(0)? {
            return Err(Error::Invalid(String::from(
                "an output is restricted once, to ascending tokens of its vocabulary",
            )));
        }
        let rows = Tensor::new(tokens, self.table.device())?;
        let bias = self.bias.as_ref();
        Ok(Self {
            table: self.table.index_select(&rows, 0)?,
            bias: bias.map(|b| b.index_select(&rows, 1)).transpose()?,
            tokens: Some(tokens.to_vec()),
        })
    }

    /// Logits of `hidden` `[rows, 1, width]`, one vector a row.
    pub(super) fn logits(&self, hidden: &Tensor) -> Result<Vec<Vec<f32>>, Error> {
        let (rows, length, width) = hidden.dims3()?;
        let hidden = hidden.reshape((rows * length, width))?;
        let logits = hidden.matmul(&self.table.t()?)?;
        let logits = match &self.bias {
            Some(bias) => logits.broadcast_add(bias)?,
            None => logits,
        };
        Ok(logits.to_dtype(DType::F32)?.to_vec2()?)
    }

    pub(super) fn candidates(
        &self,
        hidden: &Tensor,
        rules: &[Rules],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        self.logits(hidden)?
            .par_iter()
            .zip(rules)
            .map(|(logits, rules)| match &self.tokens {
                None => rank(logits, rules, k),
                Some(tokens) => rank_rows(logits, tokens, rules, k),
            })
            .collect()
    }
}

/// As [`rank`], where row `i` of `logits` stands for `tokens[i]`.
fn rank_rows(
    logits: &[f32],
    tokens: &[u32],
    rules: &Rules,
    k: usize,
) -> Result<Vec<Candidate>, Error> {
    if rules.forced.is_some() {
        return rank(logits, rules, k);
    }
    let banned = rules.banned.iter();
    let rows = banned.filter_map(|token| tokens.binary_search(token).ok());
    let rules = Rules {
        forced: None,
        banned: rows.map(|row| row as u32).collect(),
    };
    let mut best = rank(logits, &rules, k)?;
    for candidate in &mut best {
        candidate.token = tokens[candidate.token as usize];
    }
    Ok(best)
}
