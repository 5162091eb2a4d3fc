//! The operations an encoder-decoder layer is made of, and nothing smaller.
//!
//! A network calls these block-sized operations; the layout of activations, padding and kernels are
//! the backend's. `rows` are hypotheses: a sentence's beams are adjacent, so that a source is attended to
//! once for all of them; all sentences have the same number unless the backend can do without that.

use super::{Candidate, Error, TokenConstraints, Weights};

/// What follows a linear map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// `max(0, x)`.
    Relu,
    /// The exact GELU, by the error function (not its tanh approximation).
    Gelu,
    /// The approximation of GELU by tanh, `gelu_new` in transformers.
    GeluTanh,
    /// The approximation of GELU by a sigmoid, `x · sigmoid(1.702 x)`: Marian's `gelu`.
    GeluSigmoid,
    /// `x · sigmoid(x)`.
    Swish,
}

/// Tokens and their positions, turned into vectors.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddingSpec<'a> {
    /// Factor on the token's vector: 1 or `sqrt(d_model)`.
    pub scale: f64,
    /// Where the positions come from.
    pub positions: PositionSpec<'a>,
    /// The id sequences are padded with.
    pub padding: u32,
    /// Whether the first token has no vector, whatever it is: its position is all there is of it.
    pub starts_from_zero: bool,
}

/// The source of positions.
#[derive(Debug, Clone, Copy)]
pub enum PositionSpec<'a> {
    /// A learned table of `rows` rows; the first token takes row `offset`.
    Learned {
        /// The table's name in the weight files.
        name: &'a str,
        /// Its rows, those before `offset` included.
        rows: usize,
        /// The row of the first token.
        offset: usize,
    },
    /// Sines and cosines as M2M100 has them: the first token takes position `offset`, the padding
    /// token has none, and there is no last position.
    Sinusoidal {
        /// The position of the first token.
        offset: usize,
    },
    /// Sines and cosines as Marian has them: the first token takes position 0, the padding token
    /// has one like any other, and there is no last position.
    MarianSinusoidal,
    /// None: attention knows how far tokens are apart ([`DistanceBiasSpec`]).
    None,
}

/// A linear map: `{prefix}.weight` `[outputs, inputs]`, and `{prefix}.bias` `[outputs]` if it has one.
#[derive(Debug, Clone, Copy)]
pub struct LinearSpec<'a> {
    /// What its tensors' names begin with.
    pub prefix: &'a str,
    /// Width of what it is applied to.
    pub inputs: usize,
    /// Width of its result.
    pub outputs: usize,
    /// Whether it has a bias.
    pub has_bias: bool,
}

/// How a norm brings a vector to size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NormKind {
    /// Layer norm: by mean and variance, with a weight and a bias.
    Layer,
    /// By the root of the mean square, with a weight alone (T5).
    RootMeanSquare,
}

/// A norm: `{prefix}.weight`, and `{prefix}.bias` of a layer norm, both `[width]`.
#[derive(Debug, Clone, Copy)]
pub struct NormSpec<'a> {
    /// What its tensors' names begin with.
    pub prefix: &'a str,
    /// Width of a vector.
    pub width: usize,
    /// How it brings a vector to size.
    pub kind: NormKind,
    /// Added to the variance, or to the mean square.
    pub epsilon: f32,
}

/// An attention: its projections `{prefix}.{name}`, of queries, keys and values
/// `[heads × head_width, width]`, and of its result `[width, heads × head_width]`.
#[derive(Debug, Clone, Copy)]
pub struct AttentionSpec<'a> {
    /// What its tensors' names begin with.
    pub prefix: &'a str,
    /// The names of the projections: queries, keys, values, result.
    pub names: [&'a str; 4],
    /// Width of a hidden vector.
    pub width: usize,
    /// Number of heads.
    pub heads: usize,
    /// Width of a head.
    pub head_width: usize,
    /// Whether the projections have biases.
    pub has_bias: bool,
    /// Factor on the products of queries and keys.
    pub scale: f32,
}

impl AttentionSpec<'_> {
    /// The four projections, in the order of their names, each loaded by `load`.
    pub(crate) fn projections<T>(
        &self,
        mut load: impl FnMut(&LinearSpec) -> Result<T, Error>,
    ) -> Result<[T; 4], Error> {
        let inner = self.heads * self.head_width;
        let [query, key, value, result] = self.names;
        let mut projection = |name: &str, inputs, outputs| {
            load(&LinearSpec {
                prefix: &format!("{}.{name}", self.prefix),
                inputs,
                outputs,
                has_bias: self.has_bias,
            })
        };
        Ok([
            projection(query, self.width, inner)?,
            projection(key, self.width, inner)?,
            projection(value, self.width, inner)?,
            projection(result, inner, self.width)?,
        ])
    }
}

/// What attention adds to the product of a query and a key by how far they are apart: the row of a
/// bucket in the table `name` `[buckets, heads]` (T5).
#[derive(Debug, Clone, Copy)]
pub struct DistanceBiasSpec<'a> {
    /// The table's name in the weight files.
    pub name: &'a str,
    /// Number of heads.
    pub heads: usize,
    /// Rows of the table.
    pub buckets: usize,
    /// From this distance on all tokens share a bucket.
    pub max_distance: usize,
    /// Whether tokens after the query have buckets of their own, as in an encoder.
    pub both_ways: bool,
}

/// The memory of a device that is not the CPU's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceMemory {
    /// Bytes free now.
    pub free: u64,
    /// Bytes of an element of an activation.
    pub bytes_per_element: u64,
}

impl DeviceMemory {
    /// The computer's own memory, for activations in f32.
    pub(crate) fn of_f32(free: u64) -> Self {
        Self {
            free,
            bytes_per_element: 4,
        }
    }
}

/// Brings a network's parameters into the form a backend computes with.
///
/// # Errors
/// Of every function: if a tensor is missing or has another shape, cannot be read, or does not fit
/// the device's memory.
#[expect(clippy::missing_errors_doc, reason = "stated once, of the trait")]
pub trait Loader {
    /// A token table `[vocabulary, d_model]`, shared by both embeddings and the output.
    type Table: Clone + Send + Sync;
    /// A token table joined with its positions.
    type Embedding: Send + Sync;
    /// A linear map and its bias.
    type Linear: Send + Sync;
    /// Weight and bias of a norm.
    type Norm: Send + Sync;
    /// The four projections of one attention and its number of heads.
    type Attention: Send + Sync;
    /// What attention adds by distance, for each head.
    type DistanceBias: Send + Sync;
    /// A table and a bias: from a hidden vector to the vocabulary.
    type Output: Send + Sync;

    /// Loads a table `[rows, width]`.
    fn load_table(
        &self,
        weights: &Weights,
        name: &str,
        rows: usize,
        width: usize,
    ) -> Result<Self::Table, Error>;

    /// Joins a token table with its positions.
    fn load_embedding(
        &self,
        weights: &Weights,
        table: Self::Table,
        spec: &EmbeddingSpec,
    ) -> Result<Self::Embedding, Error>;

    /// Loads a linear map.
    fn load_linear(&self, weights: &Weights, spec: &LinearSpec) -> Result<Self::Linear, Error>;

    /// Loads a norm.
    fn load_norm(&self, weights: &Weights, spec: &NormSpec) -> Result<Self::Norm, Error>;

    /// Loads the projections of an attention.
    fn load_attention(
        &self,
        weights: &Weights,
        spec: &AttentionSpec,
    ) -> Result<Self::Attention, Error>;

    /// Loads what attention adds by distance.
    fn load_distance_bias(
        &self,
        weights: &Weights,
        spec: &DistanceBiasSpec,
    ) -> Result<Self::DistanceBias, Error>;

    /// Joins the output table with its bias (`[1, vocabulary]`), if the model has one.
    fn load_output(
        &self,
        weights: &Weights,
        table: Self::Table,
        bias: Option<&str>,
    ) -> Result<Self::Output, Error>;
}

/// Computes layers. Activations (`Hidden`) are `[rows, length, d_model]` in the backend's own form.
///
/// # Errors
/// Of every function: if the device fails or its memory does not suffice, or an argument does not
/// belong to this backend's network.
#[expect(clippy::missing_errors_doc, reason = "stated once, of the trait")]
pub trait Backend: Loader + Send + Sync {
    /// Activations, with their padding or without it.
    type Hidden;
    /// Which positions of a padded batch are tokens.
    type Layout;
    /// Keys and values of the tokens generated so far, of one layer.
    type SelfCache: Default;
    /// Keys and values of the source, of one layer.
    type CrossMemory;

    /// Whether rows can be at different positions, and sentences have different numbers of rows: then
    /// sentences can join a batch that is being decoded ([`Backend::join`]).
    const CAN_JOIN: bool = false;

    /// An output of these tokens alone (ascending ids): its softmax is over them.
    fn restrict(&self, output: &Self::Output, tokens: &[u32]) -> Result<Self::Output, Error>;

    /// Vectors of `rows` of tokens, the first of each at its position of `starts`, which are all alike
    /// unless [`Backend::CAN_JOIN`]; shorter rows are padded at their end.
    fn embed(
        &self,
        embedding: &Self::Embedding,
        rows: &[&[u32]],
        starts: &[usize],
    ) -> Result<Self::Hidden, Error>;

    /// The layout of a batch of rows of these lengths.
    fn layout(&self, lengths: &[usize]) -> Result<Self::Layout, Error>;

    /// The norm of each position's vector.
    fn normalize(&self, norm: &Self::Norm, hidden: &Self::Hidden) -> Result<Self::Hidden, Error>;

    /// `outer(activation(inner(hidden)))`.
    fn feed_forward(
        &self,
        inner: &Self::Linear,
        outer: &Self::Linear,
        hidden: &Self::Hidden,
        activation: Activation,
    ) -> Result<Self::Hidden, Error>;

    /// `outer(activation(gate(hidden)) × inner(hidden))`; maps are gate, inner, outer.
    fn gated_feed_forward(
        &self,
        maps: [&Self::Linear; 3],
        hidden: &Self::Hidden,
        activation: Activation,
    ) -> Result<Self::Hidden, Error>;

    /// Multiplies each number by `factor`.
    fn scale(&self, hidden: Self::Hidden, factor: f32) -> Result<Self::Hidden, Error>;

    /// The residual sum.
    fn add(&self, left: Self::Hidden, right: &Self::Hidden) -> Result<Self::Hidden, Error>;

    /// Every token of a source attends to every token of the same source, never to padding.
    fn encoder_attention(
        &self,
        attention: &Self::Attention,
        bias: Option<&Self::DistanceBias>,
        hidden: &Self::Hidden,
        layout: &Self::Layout,
    ) -> Result<Self::Hidden, Error>;

    /// The next token of each row (`[rows, 1, d_model]`) attends to itself and those before it; its
    /// own key and value join the cache.
    fn decoder_attention(
        &self,
        attention: &Self::Attention,
        bias: Option<&Self::DistanceBias>,
        hidden: &Self::Hidden,
        cache: &mut Self::SelfCache,
    ) -> Result<Self::Hidden, Error>;

    /// Projects the encoder's states once into the keys and values of a decoder layer.
    fn cross_memory(
        &self,
        attention: &Self::Attention,
        encoded: &Self::Hidden,
        layout: &Self::Layout,
    ) -> Result<Self::CrossMemory, Error>;

    /// The next token of each row attends to its sentence's source.
    fn cross_attention(
        &self,
        attention: &Self::Attention,
        hidden: &Self::Hidden,
        memory: &Self::CrossMemory,
    ) -> Result<Self::Hidden, Error>;

    /// What the next token of each row attends to in [`Backend::cross_attention`]: the mean over the heads,
    /// `[rows][source]`, 0 beyond the tokens of a shorter source.
    fn cross_weights(
        &self,
        attention: &Self::Attention,
        hidden: &Self::Hidden,
        memory: &Self::CrossMemory,
    ) -> Result<Vec<Vec<f32>>, Error>;

    /// Row `i` of the cache becomes what row `rows[i]` was.
    fn reorder(&self, cache: &mut Self::SelfCache, rows: &[usize]) -> Result<(), Error>;

    /// Keeps these sentences of the memory, which ascend, each with so many `rows`: all with the same
    /// number unless [`Backend::CAN_JOIN`].
    fn select(
        &self,
        memory: &mut Self::CrossMemory,
        sentences: &[usize],
        rows: &[usize],
    ) -> Result<(), Error>;

    /// The sentences of `joining` join those of `memory`; each gets a row in `cache`, which has no token.
    fn join(
        &self,
        _cache: &mut Self::SelfCache,
        _memory: &mut Self::CrossMemory,
        _joining: Self::CrossMemory,
    ) -> Result<(), Error> {
        Err(Error::CannotJoin)
    }

    /// For each row (`[rows, 1, d_model]`) its `k` best next tokens under its constraints, best
    /// first, and after them those that are to be scored and are not among the best.
    fn candidates(
        &self,
        output: &Self::Output,
        hidden: &Self::Hidden,
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error>;

    /// The memory that bounds a batch; `None` if the device has none of its own.
    fn memory(&self) -> Option<DeviceMemory> {
        None
    }

    /// Waits for the device to finish what was asked for.
    fn wait(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Activations as f32, `[rows][length × width]`: for comparing a network with its reference.
    fn read(&self, hidden: &Self::Hidden) -> Result<Vec<Vec<f32>>, Error>;

    /// Logits of each row over the output's tokens: for comparing a network with its reference.
    fn logits(&self, output: &Self::Output, hidden: &Self::Hidden) -> Result<Vec<Vec<f32>>, Error>;
}
