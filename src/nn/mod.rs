//! What the networks are made of: weights on disk, the operations of a layer, and the backends that
//! compute them.
//!
//! A network is written once, over [`Backend`]; a backend decides how activations lie in memory and
//! which kernels run. This room knows no text and no search.

mod backend;
mod candidates;
mod candle;
mod error;
mod headers;
mod packed;
mod placement;
mod positions;
mod weights;

pub use backend::{Activation, Backend, DeviceMemory, EmbeddingSpec, Loader, PositionSpec};
pub use candidates::{Candidate, Rules, rank};
pub use candle::{BuiltFor, CandleBackend, CudaDevice, built_for, cuda, cuda_devices};
pub use error::Error;
pub use headers::{HeaderCheck, Kind, Wanted};
pub use packed::{FORMAT_VERSION, PackedBackend, instructions};
pub use placement::{Placement, Precision};
pub use weights::{WeightFiles, Weights};
