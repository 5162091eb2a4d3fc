//! What the networks are made of: weights on disk, the operations of a layer, and the backends that
//! compute them.
//!
//! A network is written once, over [`Backend`]; a backend decides on the layout of activations and
//! on the kernels. This module knows nothing of text or of search.

mod backend;
mod candidates;
mod candle;
mod compute_options;
mod error;
mod packed;
mod positions;
mod shapes;
mod weights;

pub use backend::{
    Activation, AttentionSpec, Backend, DeviceMemory, DistanceBiasSpec, EmbeddingSpec, LinearSpec,
    Loader, NormKind, NormSpec, PositionSpec,
};
pub use candidates::{Candidate, TokenConstraints, rank};
pub use candle::{BuiltFor, CandleBackend, CudaDevice, built_for, cuda, cuda_devices};
pub use compute_options::{ComputeOptions, Device, Precision};
pub use error::Error;
pub use packed::{FORMAT_VERSION, PackedBackend, available_instructions, instructions};
pub use shapes::{ShapeChecker, TensorKind, TensorSpec};
pub use weights::Weights;
pub(crate) use weights::{ctranslate2, npz};
