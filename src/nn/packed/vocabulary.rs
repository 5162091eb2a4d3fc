//! A token table, and the order of its rows.
//!
//! The tokens of the default output are put first, so that an output of those alone is a view of
//! the table. Rows of converted weights are therefore not in the order of token ids.

use std::sync::Arc;

use super::matrix::Matrix;
use crate::nn::Error;

/// The order of a token table's rows.
pub(super) struct VocabPermutation {
    /// The token of each row.
    tokens: Vec<u32>,
    /// The row of each token.
    rows: Vec<u32>,
}

impl VocabPermutation {
    /// All tokens of a vocabulary, those of `first` in front; `None` if that is the order of ids.
    pub(super) fn order(first: &[u32], vocabulary: usize) -> Option<Vec<u32>> {
        let mut leading = vec![false; vocabulary];
        for &token in first {
            // A tokenizer may know more tokens than its network.
            if let Some(leading) = leading.get_mut(token as usize) {
                *leading = true;
            }
        }
        let tokens = 0..vocabulary as u32;
        let (mut order, rest): (Vec<u32>, Vec<u32>) =
            tokens.partition(|&token| leading[token as usize]);
        if order.is_empty() || rest.is_empty() {
            return None;
        }
        order.extend(rest);
        Some(order)
    }

    /// A permutation by the token of each row.
    ///
    /// # Errors
    /// [`Error::ConvertedDamaged`] if it does not contain every token once.
    pub(super) fn new(tokens: Vec<u32>) -> Result<Self, Error> {
        let mut rows = vec![u32::MAX; tokens.len()];
        for (row, &token) in tokens.iter().enumerate() {
            match rows.get_mut(token as usize) {
                Some(place) if *place == u32::MAX => *place = row as u32,
                _ => return Err(Error::ConvertedDamaged),
            }
        }
        Ok(Self { tokens, rows })
    }

    /// Tokens of the vocabulary.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }
}

/// A token table: one row a token.
#[derive(Clone)]
pub struct Table {
    pub(super) matrix: Matrix,
    /// The order of the rows; `None` if it is that of token ids.
    pub(super) permutation: Option<Arc<VocabPermutation>>,
}

impl Table {
    /// The row of a token, if the table has it.
    pub(super) fn row(&self, token: u32) -> Option<usize> {
        let row = match &self.permutation {
            Some(permutation) => *permutation.rows.get(token as usize)? as usize,
            None => token as usize,
        };
        (row < self.matrix.outputs).then_some(row)
    }

    /// The token of a row of the table.
    pub(super) fn token(&self, row: usize) -> u32 {
        match &self.permutation {
            Some(permutation) => permutation.tokens[row],
            None => row as u32,
        }
    }
}
