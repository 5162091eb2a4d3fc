//! From text to a model's token ids and back, one protocol a model family.
//!
//! Policy: the special tokens of a sequence are placed here by hand, never by the file's own
//! post-processor (NLLB's is baked for one language, and old files put it at the wrong end); and text
//! that merely looks like a special token (`</s>` in an article) is text.

mod bart;
mod nllb;
mod vocabulary;

pub use bart::BartTokenizer;
pub use nllb::{Language, NllbTokenizer};
pub use vocabulary::TokenizerError;
