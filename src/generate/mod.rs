//! Greedy and beam search, with the semantics of transformers' `generate`.
//!
//! Each sentence has a search of its own; [`generate`] steps the searches of a batch together: a
//! sentence's result does not depend on what shares its batch. The constraints of a step (forced and
//! banned tokens) are decided here and applied by the backend.

mod batch;
mod batches;
mod options;
mod sampling;
mod search;
mod vocabulary;

pub use batch::{GenerateError, Request, generate};
pub use batches::{BatchLimits, generate_all};
pub use options::{EarlyStopping, GenerationError, Options, OptionsError};
pub use sampling::Sampling;
pub use search::Generated;
pub use vocabulary::{OutputVocabulary, latin};
