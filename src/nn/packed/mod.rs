//! The backend on plain slices with packed 8-bit or 4-bit weights, for the CPU.
//!
//! Rows are ragged: nothing is padded, nothing masked. Every number is computed from its own row in
//! a fixed order of operations: a result is the same to the bit whatever its batch, the number of
//! threads and the kernel.

mod activations;
mod attend;
mod attention;
mod buffers;
mod checksum;
mod cross_memory;
mod disjoint;
mod embedding;
mod file;
mod kernels;
mod layout;
mod matrix;
mod output;
mod pool;
mod self_cache;
#[cfg(test)]
mod testing;
mod vector;
mod vocabulary;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::backend::{
    Activation, AttentionSpec, Backend, DistanceBiasSpec, EmbeddingSpec, LinearSpec, Loader,
    NormKind, NormSpec, PositionSpec,
};
use super::positions::DistanceTable;
use super::{Candidate, ComputeOptions, Error, TensorSpec, TokenConstraints, Weights};
use attention::Attention;
use buffers::PooledBuffer;
use cross_memory::CrossMemory;
use embedding::{Embedding, Positions};
pub use file::FORMAT_VERSION;
use file::PackedFile;
use kernels::Kernel;
use layout::BitWidth;
use matrix::{Linear, feed_forward, gated_feed_forward};
use output::Output;
use pool::{MIN_PARALLEL_NUMBERS, ThreadPool};
use self_cache::SelfCache;
use vocabulary::{Table, VocabPermutation};

/// The instructions of this processor that products are computed with, by name.
pub fn instructions() -> &'static str {
    Kernel::detect().name()
}

/// The names of all that this processor has, the fastest last.
pub fn available_instructions() -> Vec<&'static str> {
    let kernels = Kernel::available();
    kernels.into_iter().map(Kernel::name).collect()
}

/// The kernel of this name, whatever its case; the fastest if there is none.
fn kernel(name: Option<&str>) -> Result<Kernel, Error> {
    let Some(name) = name else {
        return Ok(Kernel::detect());
    };
    let mut kernels = Kernel::available().into_iter();
    let found = kernels.find(|kernel| kernel.name().eq_ignore_ascii_case(name));
    found.ok_or_else(|| Error::NoInstructions {
        name: name.to_owned(),
        available: available_instructions(),
    })
}

/// Computes with packed weights on the CPU.
pub struct PackedBackend {
    file: PackedFile,
    pool: ThreadPool,
    kernel: Kernel,
    permutation: Option<Arc<VocabPermutation>>,
}

impl PackedBackend {
    /// A backend for the tensors `specs` of `weights`, as integers of the precision that `compute` names.
    /// They are converted once into a file at `converted`, which later runs map; without one, or where it
    /// cannot be written, they are converted into memory. Rows of token tables are reordered so
    /// that the tokens `first` come first, which makes an output restricted to them a view.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the precision is not one of integers, [`Error::NoInstructions`] if this
    /// processor lacks those asked for; other errors if the weights cannot be read or are not finite.
    pub fn open(
        weights: &Weights,
        specs: &[TensorSpec],
        compute: &ComputeOptions,
        converted: Option<&Path>,
        first: &[u32],
    ) -> Result<Self, Error> {
        let bits = BitWidth::of(compute.precision).ok_or_else(|| Error::Unsupported {
            precision: compute.precision.name(),
            device: String::from("packed weights"),
        })?;
        let kernel = kernel(compute.instructions.as_deref())?;
        let pool = ThreadPool::new(compute.threads);
        let tables = specs
            .iter()
            .filter(|spec| spec.kind == super::TensorKind::Table);
        let sizes: BTreeSet<usize> = tables
            .filter_map(|spec| spec.shape.first())
            .copied()
            .collect();
        // One order for all tables: sides with vocabularies of their own have none.
        let vocabulary = sizes.first().filter(|_| sizes.len() == 1);
        let order = VocabPermutation::order(first, vocabulary.copied().unwrap_or(0));
        let order = order.as_deref();
        let in_memory = || PackedFile::in_memory(weights, specs, bits, order, &pool);
        let file = match converted {
            None => in_memory()?,
            Some(path) => match PackedFile::open(path, specs, bits, &pool)? {
                Some(file) => file,
                None => match PackedFile::convert(path, weights, specs, bits, order, &pool) {
                    Ok(()) => match PackedFile::open(path, specs, bits, &pool)? {
                        Some(file) => file,
                        None => in_memory()?,
                    },
                    Err(error @ Error::Convert(_)) => {
                        tracing::warn!("{error}; they are converted at every start");
                        in_memory()?
                    }
                    Err(error) => return Err(error),
                },
            },
        };
        let permutation = file.order().map(VocabPermutation::new).transpose()?;
        Ok(Self {
            file,
            pool,
            kernel,
            permutation: permutation.map(Arc::new),
        })
    }
}

/// A norm: weight `[width]`, and a bias `[width]` of a layer norm.
pub struct Norm {
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    epsilon: f32,
}

/// Hidden vectors of ragged rows, concatenated: `[tokens of all rows, width]`.
pub struct Hidden {
    numbers: PooledBuffer,
    /// Tokens of each row.
    lengths: Arc<[usize]>,
}

impl Hidden {
    fn with(&self, numbers: PooledBuffer) -> Self {
        Self {
            numbers,
            lengths: Arc::clone(&self.lengths),
        }
    }
}

impl Loader for PackedBackend {
    type Table = Table;
    type Embedding = Embedding;
    type Linear = Linear;
    type Norm = Norm;
    type Attention = Attention;
    type DistanceBias = DistanceTable;
    type Output = Output;

    fn load_table(
        &self,
        _weights: &Weights,
        name: &str,
        rows: usize,
        width: usize,
    ) -> Result<Table, Error> {
        let permutation = self.permutation.clone();
        if permutation
            .as_ref()
            .is_some_and(|order| order.len() != rows)
        {
            return Err(Error::ConvertedDamaged);
        }
        Ok(Table {
            matrix: self.file.matrix(name, rows, width)?,
            permutation,
        })
    }

    fn load_embedding(
        &self,
        _weights: &Weights,
        table: Table,
        spec: &EmbeddingSpec,
    ) -> Result<Embedding, Error> {
        let width = table.matrix.shape.inputs;
        let positions = match spec.positions {
            PositionSpec::Learned { name, rows, offset } => Positions::Learned {
                table: self.file.vector(name, rows * width)?,
                offset,
            },
            PositionSpec::Sinusoidal { offset } => Positions::Sinusoidal {
                offset,
                known: Default::default(),
            },
            PositionSpec::MarianSinusoidal => Positions::MarianSinusoidal(Default::default()),
            PositionSpec::None => Positions::None,
        };
        Ok(Embedding {
            table,
            scale: spec.scale as f32,
            positions,
            padding: spec.padding,
            starts_from_zero: spec.starts_from_zero,
        })
    }

    fn load_linear(&self, _weights: &Weights, spec: &LinearSpec) -> Result<Linear, Error> {
        let LinearSpec {
            prefix,
            inputs,
            outputs,
            has_bias,
        } = *spec;
        let bias = if has_bias {
            self.file.vector(&format!("{prefix}.bias"), outputs)?
        } else {
            vec![0.0; outputs]
        };
        let name = format!("{prefix}.weight");
        Ok(Linear {
            weight: self.file.matrix(&name, outputs, inputs)?,
            bias,
        })
    }

    fn load_norm(&self, _weights: &Weights, spec: &NormSpec) -> Result<Norm, Error> {
        let load = |name: &str| {
            let name = format!("{}.{name}", spec.prefix);
            self.file.vector(&name, spec.width)
        };
        let has_bias = spec.kind == NormKind::Layer;
        Ok(Norm {
            weight: load("weight")?,
            bias: has_bias.then(|| load("bias")).transpose()?,
            epsilon: spec.epsilon,
        })
    }

    fn load_attention(&self, weights: &Weights, spec: &AttentionSpec) -> Result<Attention, Error> {
        let [query, key, value, output] =
            spec.projections(|linear| self.load_linear(weights, linear))?;
        Ok(Attention {
            query,
            key,
            value,
            output,
            heads: spec.heads,
            scale: spec.scale,
        })
    }

    fn load_distance_bias(
        &self,
        _weights: &Weights,
        spec: &DistanceBiasSpec,
    ) -> Result<DistanceTable, Error> {
        let rows = self.file.vector(spec.name, spec.buckets * spec.heads)?;
        Ok(DistanceTable::new(&rows, spec))
    }

    fn load_output(
        &self,
        _weights: &Weights,
        table: Table,
        bias: Option<&str>,
    ) -> Result<Output, Error> {
        let bias = bias
            .map(|name| self.file.vector(name, table.matrix.outputs))
            .transpose()?;
        Ok(Output::new(table, bias.as_deref()))
    }
}

impl Backend for PackedBackend {
    type Hidden = Hidden;
    /// The tokens of each sentence.
    type Layout = Vec<Range<usize>>;
    type SelfCache = SelfCache;
    type CrossMemory = CrossMemory;

    const CAN_JOIN: bool = true;

    fn restrict(&self, output: &Output, tokens: &[u32]) -> Result<Output, Error> {
        output.restrict(tokens)
    }

    fn embed(
        &self,
        embedding: &Embedding,
        rows: &[&[u32]],
        starts: &[usize],
    ) -> Result<Hidden, Error> {
        Ok(Hidden {
            numbers: embedding.forward(&self.pool, rows, starts)?,
            lengths: rows.iter().map(|row| row.len()).collect(),
        })
    }

    fn layout(&self, lengths: &[usize]) -> Result<Vec<Range<usize>>, Error> {
        let mut end = 0;
        let ranges = lengths.iter().map(|length| {
            let start = end;
            end += length;
            start..end
        });
        Ok(ranges.collect())
    }

    fn normalize(&self, norm: &Norm, hidden: &Hidden) -> Result<Hidden, Error> {
        let Norm {
            weight,
            bias,
            epsilon,
        } = norm;
        let width = weight.len();
        let mut normed = self.pool.floats(hidden.numbers.len());
        let parallel = normed.len() >= MIN_PARALLEL_NUMBERS;
        self.pool
            .run_rows_mut(&mut normed, width, parallel, &|row, normed| {
                let numbers = &hidden.numbers[row * width..(row + 1) * width];
                match bias {
                    Some(bias) => {
                        vector::layer_norm(self.kernel, numbers, weight, bias, *epsilon, normed);
                    }
                    None => vector::rms_norm(self.kernel, numbers, weight, *epsilon, normed),
                }
            });
        Ok(hidden.with(normed))
    }

    fn feed_forward(
        &self,
        inner: &Linear,
        outer: &Linear,
        hidden: &Hidden,
        activation: Activation,
    ) -> Result<Hidden, Error> {
        let maps = [inner, outer];
        let numbers = feed_forward(&self.pool, self.kernel, maps, &hidden.numbers, activation);
        Ok(hidden.with(numbers))
    }

    fn gated_feed_forward(
        &self,
        maps: [&Linear; 3],
        hidden: &Hidden,
        activation: Activation,
    ) -> Result<Hidden, Error> {
        let numbers =
            gated_feed_forward(&self.pool, self.kernel, maps, &hidden.numbers, activation);
        Ok(hidden.with(numbers))
    }

    fn scale(&self, mut hidden: Hidden, factor: f32) -> Result<Hidden, Error> {
        hidden.numbers.iter_mut().for_each(|x| *x *= factor);
        Ok(hidden)
    }

    fn add(&self, mut left: Hidden, right: &Hidden) -> Result<Hidden, Error> {
        let width = left.numbers.len() / left.lengths.iter().sum::<usize>().max(1);
        let parallel = left.numbers.len() >= MIN_PARALLEL_NUMBERS;
        self.pool
            .run_rows_mut(&mut left.numbers, width, parallel, &|row, sums| {
                vector::add(
                    self.kernel,
                    sums,
                    &right.numbers[row * width..(row + 1) * width],
                );
            });
        Ok(left)
    }

    fn encoder_attention(
        &self,
        attention: &Attention,
        bias: Option<&DistanceTable>,
        hidden: &Hidden,
        layout: &Vec<Range<usize>>,
    ) -> Result<Hidden, Error> {
        let numbers = attention.encode(&self.pool, self.kernel, bias, &hidden.numbers, layout);
        Ok(hidden.with(numbers))
    }

    fn decoder_attention(
        &self,
        attention: &Attention,
        bias: Option<&DistanceTable>,
        hidden: &Hidden,
        cache: &mut SelfCache,
    ) -> Result<Hidden, Error> {
        let numbers = attention.decode(&self.pool, self.kernel, bias, &hidden.numbers, cache)?;
        Ok(hidden.with(numbers))
    }

    fn cross_memory(
        &self,
        attention: &Attention,
        encoded: &Hidden,
        layout: &Vec<Range<usize>>,
    ) -> Result<CrossMemory, Error> {
        Ok(attention.project_cross_kv(&self.pool, self.kernel, &encoded.numbers, layout))
    }

    fn cross_attention(
        &self,
        attention: &Attention,
        hidden: &Hidden,
        memory: &CrossMemory,
    ) -> Result<Hidden, Error> {
        let numbers = attention.cross(&self.pool, self.kernel, &hidden.numbers, memory)?;
        Ok(hidden.with(numbers))
    }

    fn cross_weights(
        &self,
        attention: &Attention,
        hidden: &Hidden,
        memory: &CrossMemory,
    ) -> Result<Vec<Vec<f32>>, Error> {
        attention.cross_weights(&self.pool, self.kernel, &hidden.numbers, memory)
    }

    fn reorder(&self, cache: &mut SelfCache, rows: &[usize]) -> Result<(), Error> {
        cache.reorder(rows)
    }

    fn select(
        &self,
        memory: &mut CrossMemory,
        sentences: &[usize],
        rows: &[usize],
    ) -> Result<(), Error> {
        memory.select(sentences, rows)
    }

    fn join(
        &self,
        cache: &mut SelfCache,
        memory: &mut CrossMemory,
        joining: CrossMemory,
    ) -> Result<(), Error> {
        cache.join(joining.rows());
        memory.join(joining);
        Ok(())
    }

    fn candidates(
        &self,
        output: &Output,
        hidden: &Hidden,
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        output.candidates(&self.pool, self.kernel, &hidden.numbers, constraints, k)
    }

    fn read(&self, hidden: &Hidden) -> Result<Vec<Vec<f32>>, Error> {
        let tokens: usize = hidden.lengths.iter().sum();
        let width = hidden.numbers.len() / tokens.max(1);
        let mut rest = &hidden.numbers[..];
        let rows = hidden.lengths.iter().map(|length| {
            let (row, after) = rest.split_at(length * width);
            rest = after;
            row.to_vec()
        });
        Ok(rows.collect())
    }

    fn logits(&self, output: &Output, hidden: &Hidden) -> Result<Vec<Vec<f32>>, Error> {
        Ok(output.logits(&self.pool, self.kernel, &hidden.numbers))
    }
}
