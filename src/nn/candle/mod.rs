//! The backend on candle tensors, for every device and float type candle has.
//!
//! Rows are padded to the longest; every padded position is masked, in the encoder's self-attention
//! and in cross-attention.

mod attention;
#[cfg(feature = "cuda")]
mod cuda;
mod cuda_device;
mod device;
mod embedding;
mod output;
mod top;

use candle_core::{DType, Device as CandleDevice, Tensor};

use super::backend::{
    Activation, AttentionSpec, Backend, DeviceMemory, DistanceBiasSpec, EmbeddingSpec, LinearSpec,
    Loader, NormKind, NormSpec,
};
use super::positions::DistanceTable;
use super::{Candidate, Device, Error, Precision, TokenConstraints, Weights};
use attention::{Attention, CrossMemory, DistanceBias, SelfCache};
use embedding::Embedding;
use output::Output;

pub use cuda_device::{BuiltFor, CudaDevice, built_for};
pub use device::{cuda, cuda_devices};

/// Computes with candle on one device, in one float type.
#[derive(Debug, Clone)]
pub struct CandleBackend {
    device: CandleDevice,
    dtype: DType,
    ranks_on_device: bool,
}

impl CandleBackend {
    /// Logits are ranked on the device, unless that is the CPU.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the precision is one of integers, [`Error::Device`] if the device
    /// cannot be used.
    pub fn new(device: Device, precision: Precision) -> Result<Self, Error> {
        let dtype = match precision {
            Precision::F32 => DType::F32,
            Precision::F16 => DType::F16,
            Precision::Bf16 => DType::BF16,
            Precision::Q8 | Precision::Q4 => {
                return Err(Error::Unsupported {
                    precision: precision.name(),
                    device: device.to_string(),
                });
            }
        };
        Ok(Self {
            device: device::open(device)?,
            dtype,
            ranks_on_device: device != Device::Cpu,
        })
    }

    /// Ranks logits on the device even if that is the CPU: for comparing both ways.
    pub fn ranking_on_device(self) -> Self {
        Self {
            ranks_on_device: true,
            ..self
        }
    }

    fn load(&self, weights: &Weights, name: &str, shape: &[usize]) -> Result<Tensor, Error> {
        weights.tensor(name, shape, self.dtype, &self.device)
    }

    fn indices(&self, rows: &[usize]) -> Result<Tensor, Error> {
        let rows: Vec<u32> = rows.iter().map(|&row| row as u32).collect();
        Ok(Tensor::new(rows, &self.device)?)
    }
}

/// A linear map: weight `[outputs, inputs]`, bias `[outputs]`.
pub struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    /// `hidden` `[.., inputs]` to `[.., outputs]`; one matrix product over all leading dimensions.
    fn forward(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        let mut shape = hidden.dims().to_vec();
        let inputs = shape.pop().unwrap_or(0);
        let flat = hidden.reshape(((), inputs))?;
        let flat = flat.matmul(&self.weight.t()?)?;
        let flat = match &self.bias {
            Some(bias) => flat.broadcast_add(bias)?,
            None => flat,
        };
        shape.push(self.weight.dim(0)?);
        Ok(flat.reshape(shape)?)
    }
}

/// A norm: weight `[width]`, and a bias `[width]` of a layer norm.
pub struct Norm {
    weight: Tensor,
    bias: Option<Tensor>,
    epsilon: f32,
}

/// The additive mask of a padded batch: `[batch, 1, 1, length]`, 0 at tokens and −∞ at padding;
/// `None` if nothing is padded.
pub struct Layout {
    mask: Option<Tensor>,
}

impl Loader for CandleBackend {
    type Table = Tensor;
    type Embedding = Embedding;
    type Linear = Linear;
    type Norm = Norm;
    type Attention = Attention;
    type DistanceBias = DistanceBias;
    type Output = Output;

    fn load_table(
        &self,
        weights: &Weights,
        name: &str,
        rows: usize,
        width: usize,
    ) -> Result<Tensor, Error> {
        self.load(weights, name, &[rows, width])
    }

    fn load_embedding(
        &self,
        weights: &Weights,
        table: Tensor,
        spec: &EmbeddingSpec,
    ) -> Result<Embedding, Error> {
        Embedding::load(self, weights, table, spec)
    }

    fn load_linear(&self, weights: &Weights, spec: &LinearSpec) -> Result<Linear, Error> {
        let LinearSpec {
            prefix,
            inputs,
            outputs,
            has_bias,
        } = *spec;
        let bias = || self.load(weights, &format!("{prefix}.bias"), &[outputs]);
        Ok(Linear {
            weight: self.load(weights, &format!("{prefix}.weight"), &[outputs, inputs])?,
            bias: has_bias.then(bias).transpose()?,
        })
    }

    fn load_norm(&self, weights: &Weights, spec: &NormSpec) -> Result<Norm, Error> {
        let load = |name: &str| {
            let name = format!("{}.{name}", spec.prefix);
            self.load(weights, &name, &[spec.width])
        };
        let has_bias = spec.kind == NormKind::Layer;
        Ok(Norm {
            weight: load("weight")?,
            bias: has_bias.then(|| load("bias")).transpose()?,
            epsilon: spec.epsilon,
        })
    }

    fn load_attention(&self, weights: &Weights, spec: &AttentionSpec) -> Result<Attention, Error> {
        Attention::load(self, weights, spec)
    }

    fn load_distance_bias(
        &self,
        weights: &Weights,
        spec: &DistanceBiasSpec,
    ) -> Result<DistanceBias, Error> {
        let shape = [spec.buckets, spec.heads];
        let table = weights.tensor(spec.name, &shape, DType::F32, &candle_core::Device::Cpu)?;
        let rows: Vec<f32> = table.flatten_all()?.to_vec1()?;
        Ok(DistanceBias {
            table: DistanceTable::new(&rows, spec),
            heads: spec.heads,
        })
    }

    fn load_output(
        &self,
        weights: &Weights,
        table: Tensor,
        bias: Option<&str>,
    ) -> Result<Output, Error> {
        Output::load(self, weights, table, bias)
    }
}

impl Backend for CandleBackend {
    type Hidden = Tensor;
    type Layout = Layout;
    type SelfCache = SelfCache;
    type CrossMemory = CrossMemory;

    fn restrict(&self, output: &Output, tokens: &[u32]) -> Result<Output, Error> {
        output.restrict(tokens)
    }

    fn embed(
        &self,
        embedding: &Embedding,
        rows: &[&[u32]],
        starts: &[usize],
    ) -> Result<Tensor, Error> {
        let start = starts.first().copied().unwrap_or(0);
        if starts.iter().any(|&other| other != start) {
            return Err(Error::CannotJoin);
        }
        embedding.forward(rows, start)
    }

    fn layout(&self, lengths: &[usize]) -> Result<Layout, Error> {
        let longest = lengths.iter().copied().max().unwrap_or(0);
        if lengths.iter().all(|&length| length == longest) {
            return Ok(Layout { mask: None });
        }
        let mut mask = vec![0.0_f32; lengths.len() * longest];
        for (row, &length) in mask.chunks_mut(longest).zip(lengths) {
            row[length..].fill(f32::NEG_INFINITY);
        }
        let mask = Tensor::from_vec(mask, (lengths.len(), 1, 1, longest), &self.device)?;
        Ok(Layout {
            mask: Some(mask.to_dtype(self.dtype)?),
        })
    }

    fn normalize(&self, norm: &Norm, hidden: &Tensor) -> Result<Tensor, Error> {
        let Norm {
            weight,
            bias,
            epsilon,
        } = norm;
        Ok(match bias {
            Some(bias) => candle_nn::ops::layer_norm(hidden, weight, bias, *epsilon)?,
            None => candle_nn::ops::rms_norm(hidden, weight, *epsilon)?,
        })
    }

    fn feed_forward(
        &self,
        inner: &Linear,
        outer: &Linear,
        hidden: &Tensor,
        activation: Activation,
    ) -> Result<Tensor, Error> {
        outer.forward(&activate(&inner.forward(hidden)?, activation)?)
    }

    fn gated_feed_forward(
        &self,
        [gate, inner, outer]: [&Linear; 3],
        hidden: &Tensor,
        activation: Activation,
    ) -> Result<Tensor, Error> {
        let gate = activate(&gate.forward(hidden)?, activation)?;
        outer.forward(&(gate * inner.forward(hidden)?)?)
    }

    fn scale(&self, hidden: Tensor, factor: f32) -> Result<Tensor, Error> {
        Ok((hidden * f64::from(factor))?)
    }

    fn add(&self, left: Tensor, right: &Tensor) -> Result<Tensor, Error> {
        Ok((left + right)?)
    }

    fn encoder_attention(
        &self,
        attention: &Attention,
        bias: Option<&DistanceBias>,
        hidden: &Tensor,
        layout: &Layout,
    ) -> Result<Tensor, Error> {
        attention.encode(hidden, bias, layout.mask.as_ref())
    }

    fn decoder_attention(
        &self,
        attention: &Attention,
        bias: Option<&DistanceBias>,
        hidden: &Tensor,
        cache: &mut SelfCache,
    ) -> Result<Tensor, Error> {
        attention.decode(hidden, bias, cache)
    }

    fn cross_memory(
        &self,
        attention: &Attention,
        encoded: &Tensor,
        layout: &Layout,
    ) -> Result<CrossMemory, Error> {
        attention.project_cross_kv(encoded, layout.mask.clone())
    }

    fn cross_attention(
        &self,
        attention: &Attention,
        hidden: &Tensor,
        memory: &CrossMemory,
    ) -> Result<Tensor, Error> {
        attention.cross(hidden, memory)
    }

    fn cross_weights(
        &self,
        attention: &Attention,
        hidden: &Tensor,
        memory: &CrossMemory,
    ) -> Result<Vec<Vec<f32>>, Error> {
        attention.cross_weights(hidden, memory)
    }

    fn reorder(&self, cache: &mut SelfCache, rows: &[usize]) -> Result<(), Error> {
        cache.reorder(&self.indices(rows)?)
    }

    fn select(
        &self,
        memory: &mut CrossMemory,
        sentences: &[usize],
        _rows: &[usize],
    ) -> Result<(), Error> {
        if sentences.len() == memory.sentences()? {
            return Ok(());
        }
        memory.select(&self.indices(sentences)?)
    }

    fn candidates(
        &self,
        output: &Output,
        hidden: &Tensor,
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        output.candidates(hidden, constraints, k)
    }

    fn memory(&self) -> Option<DeviceMemory> {
        Some(DeviceMemory {
            free: device::free_memory(&self.device)?,
            bytes_per_element: self.dtype.size_in_bytes() as u64,
        })
    }

    fn wait(&self) -> Result<(), Error> {
        Ok(self.device.synchronize()?)
    }

    fn read(&self, hidden: &Tensor) -> Result<Vec<Vec<f32>>, Error> {
        Ok(hidden.to_dtype(DType::F32)?.flatten_from(1)?.to_vec2()?)
    }

    fn logits(&self, output: &Output, hidden: &Tensor) -> Result<Vec<Vec<f32>>, Error> {
        output.logits(hidden)
    }
}

/// The factor in the approximation of GELU by a sigmoid.
const GELU_SIGMOID_FACTOR: f64 = 1.702;

fn activate(hidden: &Tensor, activation: Activation) -> Result<Tensor, Error> {
    Ok(match activation {
        Activation::Relu => hidden.relu()?,
        Activation::Gelu => hidden.gelu_erf()?,
        Activation::GeluTanh => hidden.gelu()?,
        Activation::GeluSigmoid => {
            let sigmoid = candle_nn::ops::sigmoid(&(hidden * GELU_SIGMOID_FACTOR)?)?;
            (hidden * sigmoid)?
        }
        Activation::Swish => hidden.silu()?,
    })
}
