//! Greedy and beam search, with the semantics of transformers' `generate`.
//!
//! Each sentence has a search of its own; [`generate`] steps the searches of a batch together: a
//! sentence's result does not depend on what shares its batch. The constraints of a step (forced and
//! banned tokens) are decided here and applied by the backend. A sentence may be given phrases that its
//! target has to hold; without them its search is exactly transformers'.

mod batch;
mod batches;
mod constrained;
mod options;
mod phrases;
mod sampling;
mod search;
#[cfg(test)]
mod toy;
mod vocabulary;

pub use batch::{GenerateError, Request, generate};
pub use batches::{BatchLimits, generate_all};
pub use options::{EarlyStopping, GenerationError, Options, OptionsError};
pub use phrases::{MAX_FORM_TOKENS, MAX_FORMS, MAX_PHRASES, Phrase, PhraseForm, RequiredPhrases};
pub use sampling::Sampling;
pub use search::Generated;
pub use vocabulary::{OutputVocabulary, WordEdges, latin};
