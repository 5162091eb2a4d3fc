//! From hidden vectors to candidates.
//!
//! On a CPU logits are ranked row by row. On a device the best of each row are found there, and only
//! their tokens and log-probabilities are copied.

use candle_core::{DType, Tensor};
use rayon::prelude::*;

use super::CandleBackend;
use super::top::{best, rule_out};
use crate::nn::candidates::append_scored;
use crate::nn::{Candidate, Error, TokenConstraints, Weights, rank};

/// Columns of logits on a device are a multiple of this: a matrix product of f16 is fastest if rows begin
/// at aligned addresses, and all blocks have the same size.
const COLUMN_MULTIPLE: usize = 128;

/// The most logits on a device at once, 256 MiB; more rows are ranked one part after the other.
const MAX_LOGITS: usize = 64 << 20;

/// The output projection: one row for each token that can be generated.
pub struct Output {
    /// `[columns, width]`: a row a token, and on a device padding.
    table: Tensor,
    /// `[1, columns]` in f32, −∞ at padding; `None` if there is nothing to add.
    bias: Option<Tensor>,
    /// How many tokens can be generated.
    count: usize,
    /// The token of each row, ascending; `None` if the rows are the whole vocabulary.
    tokens: Option<Vec<u32>>,
    /// Whether the best are found on the device.
    on_device: bool,
}

impl Output {
    pub(super) fn load(
        backend: &CandleBackend,
        weights: &Weights,
        table: Tensor,
        bias: Option<&str>,
    ) -> Result<Self, Error> {
        let count = table.dim(0)?;
        let bias = bias
            .map(|name| weights.tensor(name, &[1, count], DType::F32, &backend.device))
            .transpose()?;
        let whole = Self {
            table,
            bias,
            count,
            tokens: None,
            on_device: backend.ranks_on_device,
        };
        if !whole.on_device || count % COLUMN_MULTIPLE == 0 {
            return Ok(whole);
        }
        let all: Vec<u32> = (0..count as u32).collect();
        whole.rows(&all)
    }

    pub(super) fn restrict(&self, tokens: &[u32]) -> Result<Self, Error> {
        let ascending = tokens.is_sorted_by(|a, b| a < b);
        let last = tokens.last().map_or(0, |&token| token as usize);
        if self.tokens.is_some() || !ascending || tokens.is_empty() || last >= self.count {
            return Err(Error::Restriction);
        }
        Ok(Self {
            tokens: Some(tokens.to_vec()),
            ..self.rows(tokens)?
        })
    }

    /// An output of these rows of the table, padded on a device to a multiple of [`COLUMN_MULTIPLE`].
    fn rows(&self, rows: &[u32]) -> Result<Self, Error> {
        let device = self.table.device();
        let count = rows.len();
        let columns = if self.on_device {
            count.next_multiple_of(COLUMN_MULTIPLE)
        } else {
            count
        };
        let mut chosen = rows.to_vec();
        chosen.resize(columns, 0);
        let chosen = Tensor::new(chosen, device)?;
        let bias = self.bias.as_ref();
        let mut bias = bias.map(|bias| bias.index_select(&chosen, 1)).transpose()?;
        if columns > count {
            let mut nothing = vec![0.0_f32; columns];
            nothing[count..].fill(f32::NEG_INFINITY);
            let nothing = Tensor::from_vec(nothing, (1, columns), device)?;
            bias = Some(match bias {
                Some(bias) => (bias + nothing)?,
                None => nothing,
            });
        }
        Ok(Self {
            table: self.table.index_select(&chosen, 0)?,
            bias,
            count,
            tokens: None,
            on_device: self.on_device,
        })
    }

    /// Logits of `hidden` `[rows, width]`, `[rows, columns]` in f32.
    fn project(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        let logits = hidden.matmul(&self.table.t()?)?.to_dtype(DType::F32)?;
        Ok(match &self.bias {
            Some(bias) => logits.broadcast_add(bias)?,
            None => logits,
        })
    }

    /// Logits of `hidden` `[rows, 1, width]`, one vector a row.
    pub(super) fn logits(&self, hidden: &Tensor) -> Result<Vec<Vec<f32>>, Error> {
        let logits = self.project(&flat(hidden)?)?.narrow(1, 0, self.count)?;
        Ok(logits.to_vec2()?)
    }

    pub(super) fn candidates(
        &self,
        hidden: &Tensor,
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        // If every next token is forced there is nothing to compute.
        if let Some(forced) = constraints.iter().map(forced).collect() {
            return Ok(forced);
        }
        if self.on_device {
            return self.candidates_on_device(&flat(hidden)?, constraints, k);
        }
        self.logits(hidden)?
            .par_iter()
            .zip(constraints)
            .map(|(logits, constraints)| match &self.tokens {
                None => rank(logits, constraints, k),
                Some(tokens) => rank_rows(logits, tokens, constraints, k),
            })
            .collect()
    }

    /// As [`rank`] of each row of `hidden` `[rows, width]`, without copying logits.
    fn candidates_on_device(
        &self,
        hidden: &Tensor,
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        let part = (MAX_LOGITS / self.table.dim(0)?).max(1);
        let mut candidates = Vec::with_capacity(constraints.len());
        for (i, constraints) in constraints.chunks(part).enumerate() {
            let logits = self.project(&hidden.narrow(0, i * part, constraints.len())?)?;
            // A ban does not renormalise unless that is asked for: the sum comes first. It is checked
            // before the rows are sorted, as NaN has no order.
            let totals: Vec<f32> = log_sum_exp(&logits)?.to_vec1()?;
            if totals.iter().any(|total| !total.is_finite()) {
                return Err(Error::NotFinite);
            }
            rule_out(&logits, &self.banned(constraints))?;
            let left = if constraints.iter().any(|row| row.renormalized) {
                log_sum_exp(&logits)?.to_vec1()?
            } else {
                totals.clone()
            };
            let columns = best(&logits, k)?;
            let values: Vec<Vec<f32>> = logits.gather(&columns, 1)?.to_vec2()?;
            let columns: Vec<Vec<u32>> = columns.to_vec2()?;
            let scored = self.scored(&logits, constraints)?;
            for (row, constraints) in constraints.iter().enumerate() {
                candidates.push(forced(constraints).unwrap_or_else(|| {
                    let possible = |value: &f32| *value > f32::NEG_INFINITY;
                    let total = if constraints.renormalized {
                        left[row]
                    } else {
                        totals[row]
                    };
                    let candidate = |token, value: f32| Candidate {
                        token,
                        log_prob: value - total,
                    };
                    let pairs = values[row].iter().zip(&columns[row]);
                    let mut found: Vec<Candidate> = pairs
                        .filter(|(value, _)| possible(value))
                        .map(|(&value, &column)| candidate(self.token(column), value))
                        .collect();
                    let scored = scored.iter().filter(|scored| scored.row == row);
                    let scored = scored.filter(|scored| possible(&scored.logit));
                    let scored = scored.map(|scored| candidate(scored.token, scored.logit));
                    append_scored(&mut found, scored.collect());
                    found
                }));
            }
        }
        Ok(candidates)
    }

    /// The rows and columns that constraints ban.
    fn banned(&self, constraints: &[TokenConstraints]) -> Vec<(usize, usize)> {
        let rows = constraints.iter().enumerate();
        rows.flat_map(|(row, constraints)| {
            let columns = constraints
                .banned
                .iter()
                .filter_map(|&token| self.column(token));
            columns.map(move |column| (row, column))
        })
        .collect()
    }

    /// The logits (`[rows, columns]`, −∞ at what is banned) of the tokens that constraints want scored.
    fn scored(
        &self,
        logits: &Tensor,
        constraints: &[TokenConstraints],
    ) -> Result<Vec<Scored>, Error> {
        let width = logits.dim(1)?;
        let (mut scored, mut positions) = (Vec::new(), Vec::new());
        for (row, constraints) in constraints.iter().enumerate() {
            for &token in &constraints.scored {
                if let Some(column) = self.column(token) {
                    positions.push((row * width + column) as u32);
                    scored.push(Scored {
                        row,
                        token,
                        logit: 0.0,
                    });
                }
            }
        }
        if positions.is_empty() {
            return Ok(scored);
        }
        let positions = Tensor::new(positions, logits.device())?;
        let values: Vec<f32> = logits
            .flatten_all()?
            .index_select(&positions, 0)?
            .to_vec1()?;
        for (scored, value) in scored.iter_mut().zip(values) {
            scored.logit = value;
        }
        Ok(scored)
    }

    /// The column of a token, if it can be generated.
    fn column(&self, token: u32) -> Option<usize> {
        match &self.tokens {
            None => Some(token as usize).filter(|&token| token < self.count),
            Some(tokens) => tokens.binary_search(&token).ok(),
        }
    }

    fn token(&self, column: u32) -> u32 {
        let tokens = self.tokens.as_ref();
        tokens.map_or(column, |tokens| tokens[column as usize])
    }
}

/// The logit of a token that a row's constraints want scored.
struct Scored {
    row: usize,
    token: u32,
    logit: f32,
}

/// The logarithm of the sum of exponentials of each row of `[rows, columns]`, in blocks of columns: a
/// device gives each sum to a thread block, and whole rows would leave most of it idle.
fn log_sum_exp(logits: &Tensor) -> Result<Tensor, Error> {
    let (rows, columns) = logits.dims2()?;
    let blocks = logits.reshape((rows, columns / COLUMN_MULTIPLE, COLUMN_MULTIPLE))?;
    let greatest = blocks.max(2)?.max(1)?;
    let shifted = blocks.broadcast_sub(&greatest.reshape((rows, 1, 1))?)?;
    let total = shifted.exp()?.sum(2)?.sum(1)?;
    Ok((total.log()? + greatest)?)
}

/// `[rows, 1, width]` as `[rows, width]`.
fn flat(hidden: &Tensor) -> Result<Tensor, Error> {
    let (rows, length, width) = hidden.dims3()?;
    Ok(hidden.reshape((rows * length, width))?)
}

/// The only candidate of a row whose next token is forced.
fn forced(constraints: &TokenConstraints) -> Option<Vec<Candidate>> {
    let candidate = |token| Candidate {
        token,
        log_prob: 0.0,
    };
    constraints.forced.map(|token| vec![candidate(token)])
}

/// As [`rank`], for logits of which `logits[i]` is that of `tokens[i]`.
fn rank_rows(
    logits: &[f32],
    tokens: &[u32],
    constraints: &TokenConstraints,
    k: usize,
) -> Result<Vec<Candidate>, Error> {
    if constraints.forced.is_some() {
        return rank(logits, constraints, k);
    }
    let rows = |list: &[u32]| -> Vec<u32> {
        let rows = list
            .iter()
            .filter_map(|token| tokens.binary_search(token).ok());
        rows.map(|row| row as u32).collect()
    };
    let constraints = TokenConstraints {
        forced: None,
        banned: rows(&constraints.banned),
        renormalized: constraints.renormalized,
        scored: rows(&constraints.scored),
    };
    let mut best = rank(logits, &constraints, k)?;
    for candidate in &mut best {
        candidate.token = tokens[candidate.token as usize];
    }
    Ok(best)
}
