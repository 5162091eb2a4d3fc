//! T5: the text-to-text network of T5 1.0 and 1.1, mT5, flan-T5 and MADLAD-400.

mod architecture;
pub(super) mod ctranslate2;
mod layers;
mod network;

pub use architecture::Architecture;
pub(super) use architecture::{mt5, t5};
pub use network::{Network, T5};
