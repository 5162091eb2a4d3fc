//! The networks and what drives them: parity with transformers, integer weights, tokenizers, search,
//! retries and windows.

mod full_shape;
mod memorised;
mod opening;
mod out_of_memory;
mod packed;
mod parity;
mod retries;
mod scored;
mod support;
mod tokenizers;
mod windows;
