//! Tokens drawn at random: the last resort for a sentence that every search gets wrong.
//!
//! The sampler is candle-transformers', seeded by the source: a sentence is decoded alike at any time
//! and in any batch.

use candle_core::{Device, Tensor};
use candle_transformers::generation::LogitsProcessor;

use crate::nn::{Candidate, Error};

/// How tokens are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Below 1, probable tokens are drawn more often than their probability says.
    pub temperature: f64,
    /// Only the most probable tokens that together have this probability are drawn.
    pub top_p: f64,
    /// Only this many of the most probable tokens are drawn.
    pub top_k: usize,
}

/// Draws the tokens of one sentence.
pub(super) struct Sampler(LogitsProcessor);

impl Sampler {
    pub(super) fn new(sampling: &Sampling, source: &[u32]) -> Self {
        let Sampling {
            temperature, top_p, ..
        } = *sampling;
        Self(LogitsProcessor::new(
            seed(source),
            Some(temperature),
            Some(top_p),
        ))
    }

    /// Draws one of `candidates`; `None` if there are none.
    pub(super) fn draw(&mut self, candidates: &[Candidate]) -> Result<Option<Candidate>, Error> {
        if candidates.is_empty() {
            return Ok(None);
        }
        let log_probs: Vec<f32> = candidates.iter().map(|c| c.log_prob).collect();
        let drawn = self.0.sample(&Tensor::new(log_probs, &Device::Cpu)?)?;
        Ok(candidates.get(drawn as usize).copied())
    }
}

/// The FNV-1a hash of a source's ids.
fn seed(source: &[u32]) -> u64 {
    let bytes = source.iter().flat_map(|id| id.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLING: Sampling = Sampling {
        temperature: 0.7,
        top_p: 0.9,
        top_k: 4,
    };

    fn candidates() -> Vec<Candidate> {
        let probabilities = [(4, 0.5_f32), (9, 0.3), (2, 0.15), (7, 0.05)];
        let candidate = |(token, p): (u32, f32)| Candidate {
            token,
            log_prob: p.ln(),
        };
        probabilities.map(candidate).to_vec()
    }

    #[test]
    fn a_sentence_is_drawn_alike_every_time() {
        let draw = || {
            let mut sampler = Sampler::new(&SAMPLING, &[5, 6, 7]);
            let drawn = (0..20).map(|_| sampler.draw(&candidates()).unwrap().unwrap().token);
            drawn.collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
        assert!(draw().iter().any(|&token| token != draw()[0]));
    }

    #[test]
    fn a_forced_token_is_drawn_and_nothing_from_nothing() {
        let mut sampler = Sampler::new(&SAMPLING, &[1]);
        let forced = [Candidate {
            token: 8,
            log_prob: 0.0,
        }];
        assert_eq!(sampler.draw(&forced).unwrap(), Some(forced[0]));
        assert_eq!(sampler.draw(&[]).unwrap(), None);
    }
}
