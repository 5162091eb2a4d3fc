//! Encoder-decoder networks, as generation sees them.
//!
//! [`Seq2Seq`] reads sources and hands out a [`DecoderState`]; a step of it gives every row's best
//! next tokens, never logits over the whole vocabulary. [`Description`] is what a model's configuration
//! says of its network, by family; a family's networks are a module of their own, written over the
//! backend trait of [`crate::nn`].

pub mod bart;
mod config;
mod converted;
mod decoding;
mod families;
mod memory_budget;
mod network;
pub mod t5;

use crate::nn::{Candidate, Error, TokenConstraints};

pub use config::ConfigError;
pub use families::{ConvertedWeights, Description, families_for};

/// A network that turns a source sequence into a target sequence, token by token.
pub trait Seq2Seq: Send + Sync {
    /// Runs the encoder over `sources`, each a non-empty sequence of token ids; the decoder then has one
    /// row a source and no token.
    ///
    /// # Errors
    /// If an id is outside the vocabulary, a source is empty or longer than the network's positions, or
    /// the computation fails.
    fn encode<'a>(&'a self, sources: &[&[u32]]) -> Result<Box<dyn DecoderState + 'a>, Error>;

    /// What the tokens of targets attend to in their sources, `[target tokens][source tokens]` for each
    /// pair: at each token of a target, which begins with the decoder's start token, what the network
    /// looks at to say the next one, the mean over its decoder's layers. Nothing if the network does not say.
    ///
    /// # Errors
    /// As [`Seq2Seq::encode`], and if there is not a target for each source.
    fn attention(
        &self,
        _sources: &[&[u32]],
        _targets: &[&[u32]],
    ) -> Result<Vec<Vec<Vec<f32>>>, Error> {
        Ok(Vec::new())
    }

    /// Restricts the output to these tokens (ascending ids), once. Probabilities are then over them: a
    /// greedy result differs only where another token would have come, a beam search can also rank its
    /// hypotheses differently.
    ///
    /// # Errors
    /// If a token is outside the vocabulary or the ids do not ascend.
    fn restrict_vocabulary(&mut self, tokens: &[u32]) -> Result<(), Error>;

    /// Whether sentences can join a batch that is being decoded ([`DecoderState::join`]), and have different
    /// numbers of rows.
    fn can_join(&self) -> bool {
        false
    }

    /// How many tokens the network knows.
    fn vocabulary(&self) -> usize;

    /// The most tokens of a source or a target; `None` if positions are unbounded.
    fn max_positions(&self) -> Option<usize>;

    /// How many padded source tokens, counted once a beam, fit into the memory of the network's device;
    /// `None` if it has no memory of its own.
    fn batch_tokens(&self, _beams: usize) -> Option<usize> {
        None
    }

    /// How many padded source tokens, counted once a beam, fit into `_free` bytes of the computer's memory.
    fn batch_tokens_within(&self, _free: u64, _beams: usize) -> usize {
        usize::MAX
    }

    /// Waits for the device to finish, which may compute after [`Seq2Seq::encode`] has returned: for
    /// measuring.
    ///
    /// # Errors
    /// If the computation failed.
    fn wait(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// The decoder between two steps: the caches of its rows. A row is a hypothesis; the rows of a
/// sentence (its beams) are adjacent, and all sentences have the same number unless
/// [`Seq2Seq::can_join`].
pub trait DecoderState {
    /// Feeds each row its next token and returns, for each, its `k` best following tokens under its
    /// constraints, best first, and after them those that are to be scored and are not among the
    /// best. After an error the state is of no use.
    ///
    /// # Errors
    /// If `tokens` and `constraints` are not one a row, or the computation fails.
    fn step(
        &mut self,
        tokens: &[u32],
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error>;

    /// Row `i` becomes what row `rows[i]` was. Rows may be repeated (beams that share their first tokens)
    /// and left out; a sentence without any row left is dropped. The new rows of a sentence must be
    /// adjacent, in the order of the sentences, and the same number for each unless [`Seq2Seq::can_join`].
    ///
    /// # Errors
    /// If the new rows break that order, or the computation fails.
    fn reorder(&mut self, rows: &[usize]) -> Result<(), Error>;

    /// Runs the encoder over more sources; each has a row without a token after those that are there.
    ///
    /// # Errors
    /// As [`Seq2Seq::encode`], and if the network cannot ([`Seq2Seq::can_join`]).
    fn join(&mut self, _sources: &[&[u32]]) -> Result<(), Error> {
        Err(Error::CannotJoin)
    }

    /// As [`DecoderState::step`], but the logits of each row over the output's tokens: for
    /// comparing a network with its reference.
    ///
    /// # Errors
    /// As [`DecoderState::step`].
    fn step_logits(&mut self, tokens: &[u32]) -> Result<Vec<Vec<f32>>, Error>;
}
