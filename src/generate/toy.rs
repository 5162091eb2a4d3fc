//! A network whose preferences are written down, for tests of the search.

use std::sync::Mutex;

use crate::nn::{Candidate, Error, TokenConstraints, rank};
use crate::seq2seq::{DecoderState, Seq2Seq};

/// How many tokens the toy knows; 0 begins and 2 ends a target.
pub(super) const VOCABULARY: usize = 32;
pub(super) const END: u32 = 2;

/// Says its words in their order and then ends; a term may be put between two of them.
#[derive(Default)]
pub(super) struct Toy {
    pub(super) words: Vec<u32>,
    /// After a word, another token that is not quite as likely as the next word.
    pub(super) likely: Vec<(u32, u32)>,
    /// If sentences can join a batch, how many rows it had at each step.
    pub(super) rows: Option<Mutex<Vec<usize>>>,
}

struct ToyState<'a> {
    toy: &'a Toy,
    rows: Vec<Vec<u32>>,
}

impl Toy {
    fn logits(&self, said: &[u32]) -> Vec<f32> {
        let mut logits = vec![0.0; VOCABULARY];
        let words = said.iter().filter(|token| self.words.contains(token));
        let next = self.words.get(words.count()).copied().unwrap_or(END);
        logits[next as usize] = 12.0;
        for &(after, token) in &self.likely {
            if said.last() == Some(&after) {
                logits[token as usize] = 9.0;
            }
        }
        logits
    }
}

impl Seq2Seq for Toy {
    fn encode<'a>(&'a self, sources: &[&[u32]]) -> Result<Box<dyn DecoderState + 'a>, Error> {
        Ok(Box::new(ToyState {
            toy: self,
            rows: vec![Vec::new(); sources.len()],
        }))
    }

    fn restrict_vocabulary(&mut self, _tokens: &[u32]) -> Result<(), Error> {
        Ok(())
    }

    fn can_join(&self) -> bool {
        self.rows.is_some()
    }

    fn vocabulary(&self) -> usize {
        VOCABULARY
    }

    fn max_positions(&self) -> Option<usize> {
        None
    }
}

impl DecoderState for ToyState<'_> {
    fn step(
        &mut self,
        tokens: &[u32],
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        let logits = self.step_logits(tokens)?;
        let rows = logits.iter().zip(constraints);
        rows.map(|(logits, constraints)| rank(logits, constraints, k))
            .collect()
    }

    fn reorder(&mut self, rows: &[usize]) -> Result<(), Error> {
        self.rows = rows.iter().map(|&row| self.rows[row].clone()).collect();
        Ok(())
    }

    fn join(&mut self, sources: &[&[u32]]) -> Result<(), Error> {
        let rows = self.rows.len() + sources.len();
        self.rows.resize(rows, Vec::new());
        Ok(())
    }

    fn step_logits(&mut self, tokens: &[u32]) -> Result<Vec<Vec<f32>>, Error> {
        if let Some(rows) = &self.toy.rows {
            rows.lock().unwrap().push(tokens.len());
        }
        let rows = self.rows.iter_mut().zip(tokens);
        Ok(rows
            .map(|(said, &token)| {
                said.push(token);
                self.toy.logits(said)
            })
            .collect())
    }
}
