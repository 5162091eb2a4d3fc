//! The BART family: BART, M2M100, NLLB and Marian as one network, described by [`Architecture`].

mod architecture;
pub(super) mod ctranslate2;
mod layers;
pub(super) mod marian;
mod network;

pub use architecture::{Architecture, NormPlacement, Positions, Stack, Tables};
pub(super) use architecture::{bart, m2m100, marian};
pub use network::{Bart, Network};
