//! The networks and what drives them: parity with transformers, integer weights, tokenizers, search,
//! retries, windows and the results of a small corpus.

mod alignment;
mod constrained;
mod ctranslate2;
mod full_shape;
mod glossary;
mod marian;
mod memorised;
mod mixed_lengths;
mod names;
mod opening;
mod out_of_memory;
mod packed;
mod parity;
mod quantised;
#[cfg(feature = "documents")]
mod results;
mod retries;
mod scored;
mod support;
mod tokenizers;
mod windows;
