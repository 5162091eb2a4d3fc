//! The BART family: BART, M2M100 and NLLB as one network, described by [`Architecture`].

mod architecture;
pub(super) mod ctranslate2;
mod layers;
mod network;

pub use architecture::{Architecture, NormPlacement, Positions, Stack};
pub(super) use architecture::{bart, m2m100};
pub use network::Network;
pub(super) use network::requirements;
