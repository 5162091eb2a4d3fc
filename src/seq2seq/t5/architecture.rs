//! What a config.json says of a T5 network.

use std::path::Path;

use serde::Deserialize;

use crate::nn::Activation;
use crate::seq2seq::config::{
    ConfigError, MAX_LAYERS, MAX_VOCABULARY, MAX_WIDTH, RawConfig, absurd, within,
};
use crate::seq2seq::memory_budget::Sizes;

/// A T5 encoder-decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    /// Number of tokens, of which the ids are those below.
    pub vocabulary: usize,
    /// Width of the hidden vectors.
    pub d_model: usize,
    /// Number of layers of the encoder, 1 to 256.
    pub encoder_layers: usize,
    /// Number of layers of the decoder, 1 to 256.
    pub decoder_layers: usize,
    /// Attention heads of each layer.
    pub heads: usize,
    /// Width of a head; all heads together may be wider or narrower than `d_model`.
    pub head_width: usize,
    /// Width of the feed-forward block.
    pub feed_forward: usize,
    /// Whether the feed-forward block is gated (T5 1.1) or plain (T5 1.0).
    pub gated: bool,
    /// What the feed-forward blocks use.
    pub activation: Activation,
    /// Buckets of distances, those of an encoder for both directions together.
    pub buckets: usize,
    /// From this distance on all tokens share a bucket.
    pub max_distance: usize,
    /// Added to the mean square in the norms.
    pub epsilon: f32,
    /// Whether the output multiplies hidden vectors by `1 / sqrt(d_model)` (T5 1.0; never mT5).
    pub scales_output: bool,
    /// The id sequences are padded with.
    pub padding: u32,
}

impl Architecture {
    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            width: self.d_model,
            inner: self.heads * self.head_width,
            decoder_layers: self.decoder_layers,
            feed_forward: self.feed_forward,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct T5Config {
    pub(super) vocab_size: usize,
    pub(super) d_model: usize,
    pub(super) d_kv: usize,
    pub(super) d_ff: usize,
    pub(super) num_layers: usize,
    pub(super) num_decoder_layers: Option<usize>,
    pub(super) num_heads: usize,
    pub(super) relative_attention_num_buckets: Option<usize>,
    pub(super) relative_attention_max_distance: Option<usize>,
    pub(super) layer_norm_epsilon: Option<f32>,
    pub(super) feed_forward_proj: Option<String>,
    pub(super) tie_word_embeddings: Option<bool>,
    pub(super) scale_decoder_outputs: Option<bool>,
    pub(super) pad_token_id: Option<u32>,
}

/// Defaults of transformers' `T5Config`.
const DEFAULT_BUCKETS: usize = 32;
const DEFAULT_MAX_DISTANCE: usize = 128;
const DEFAULT_EPSILON: f32 = 1e-6;

/// Largest values accepted; T5 has 32 and 128.
const MAX_BUCKETS: usize = 1 << 12;
const MAX_DISTANCE: usize = 1 << 16;
const MAX_BIASES: usize = 1 << 22;

/// Which class of transformers a configuration is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    T5,
    Mt5,
}

/// Describes a T5 network.
pub(in crate::seq2seq) fn t5(config: RawConfig) -> Result<Architecture, ConfigError> {
    describe(config, Class::T5)
}

/// Describes an mT5 network.
pub(in crate::seq2seq) fn mt5(config: RawConfig) -> Result<Architecture, ConfigError> {
    describe(config, Class::Mt5)
}

fn describe(config: RawConfig, class: Class) -> Result<Architecture, ConfigError> {
    let path = config.path;
    let config: T5Config = config.fields()?;
    config.describe(class, path)
}

impl T5Config {
    /// # Errors
    /// [`ConfigError::Absurd`], naming a field of `path`.
    pub(super) fn describe(self, class: Class, path: &Path) -> Result<Architecture, ConfigError> {
        let buckets = self.relative_attention_num_buckets;
        let buckets = buckets.unwrap_or(DEFAULT_BUCKETS);
        let max_distance = self.relative_attention_max_distance;
        let max_distance = max_distance.unwrap_or(DEFAULT_MAX_DISTANCE);
        let decoder_layers = self.num_decoder_layers.unwrap_or(self.num_layers);
        let inner = self.num_heads.saturating_mul(self.d_kv);
        for (field, value, most) in [
            ("vocab_size", self.vocab_size, MAX_VOCABULARY),
            ("d_model", self.d_model, MAX_WIDTH),
            ("d_ff", self.d_ff, MAX_WIDTH),
            ("num_heads", self.num_heads, MAX_WIDTH),
            ("num_heads × d_kv", inner, MAX_WIDTH),
            ("num_layers", self.num_layers, MAX_LAYERS),
            ("num_decoder_layers", decoder_layers, MAX_LAYERS),
            ("relative_attention_num_buckets", buckets, MAX_BUCKETS),
            (
                "relative_attention_max_distance",
                max_distance,
                MAX_DISTANCE,
            ),
        ] {
            within(path, field, value, most)?;
        }
        // A table of every distance for each head.
        within(
            path,
            "num_heads × relative_attention_max_distance",
            self.num_heads * max_distance,
            MAX_BIASES,
        )?;
        // An encoder halves the buckets twice: for two directions, and for single distances.
        if !buckets.is_multiple_of(4) || max_distance <= buckets / 2 {
            let expected = "a multiple of 4, less than twice relative_attention_max_distance";
            return Err(absurd(
                path,
                "relative_attention_num_buckets",
                buckets,
                expected,
            ));
        }
        let epsilon = self.layer_norm_epsilon.unwrap_or(DEFAULT_EPSILON);
        if !(epsilon > 0.0 && epsilon < 1.0) {
            return Err(absurd(
                path,
                "layer_norm_epsilon",
                epsilon,
                "between 0 and 1",
            ));
        }
        let padding = self.pad_token_id.unwrap_or(0);
        if padding as usize >= self.vocab_size {
            let expected = format!("less than vocab_size, {}", self.vocab_size);
            return Err(absurd(path, "pad_token_id", padding, expected));
        }
        let name = self.feed_forward_proj.as_deref().unwrap_or("relu");
        let (gated, activation) = match name {
            "relu" => (false, Activation::Relu),
            "gelu" => (false, Activation::Gelu),
            "gated-relu" => (true, Activation::Relu),
            // transformers takes `gelu_new` for it.
            "gated-gelu" => (true, Activation::GeluTanh),
            other => {
                let expected = "relu, gelu, gated-relu or gated-gelu";
                return Err(absurd(path, "feed_forward_proj", other, expected));
            }
        };
        Ok(Architecture {
            vocabulary: self.vocab_size,
            d_model: self.d_model,
            encoder_layers: self.num_layers,
            decoder_layers,
            heads: self.num_heads,
            head_width: self.d_kv,
            feed_forward: self.d_ff,
            gated,
            activation,
            buckets,
            max_distance,
            epsilon,
            // Up to 4, transformers took it from whether the tables are tied; 5 states it.
            scales_output: class == Class::T5
                && self
                    .scale_decoder_outputs
                    .or(self.tie_word_embeddings)
                    .unwrap_or(true),
            padding,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seq2seq::{Description, families};

    const MADLAD: &str = r#"{"model_type": "t5", "vocab_size": 256000, "d_model": 1024, "d_kv": 128,
        "d_ff": 8192, "num_layers": 32, "num_heads": 16, "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": false, "pad_token_id": 1}"#;

    fn parse(text: &str) -> Result<Architecture, ConfigError> {
        match families::tests::parse(text)? {
            Description::T5(architecture) => Ok(architecture),
            other => panic!("{text} describes {other}"),
        }
    }

    #[test]
    fn madlad_is_gated_and_untied_and_its_heads_are_wider_than_its_vectors() {
        let madlad = parse(MADLAD).unwrap();
        assert!(madlad.gated && !madlad.scales_output);
        assert_eq!(madlad.activation, Activation::GeluTanh);
        assert_eq!(
            (madlad.decoder_layers, madlad.heads * madlad.head_width),
            (32, 2048)
        );
        assert_eq!((madlad.buckets, madlad.max_distance), (32, 128));
        let plain = MADLAD
            .replace("gated-gelu", "relu")
            .replace("false", "true");
        let plain = parse(&plain).unwrap();
        assert!(!plain.gated && plain.scales_output && plain.activation == Activation::Relu);
    }

    #[test]
    fn absurd_sizes_are_refused_by_name() {
        for (old, new, field) in [
            ("\"num_heads\": 16", "\"num_heads\": 0", "num_heads"),
            (
                "\"d_kv\": 128",
                "\"d_kv\": 18446744073709551615",
                "num_heads × d_kv",
            ),
            ("\"num_layers\": 32", "\"num_layers\": 3200", "num_layers"),
            (
                "\"pad_token_id\": 1",
                "\"pad_token_id\": 256000",
                "pad_token_id",
            ),
            ("gated-gelu", "swish", "feed_forward_proj"),
            (
                "\"d_kv\"",
                "\"relative_attention_num_buckets\": 7, \"d_kv\"",
                "num_buckets",
            ),
            (
                "\"d_kv\"",
                "\"relative_attention_max_distance\": 16, \"d_kv\"",
                "num_buckets",
            ),
            (
                "\"d_kv\"",
                "\"layer_norm_epsilon\": 0, \"d_kv\"",
                "layer_norm_epsilon",
            ),
        ] {
            let error = parse(&MADLAD.replace(old, new)).unwrap_err().to_string();
            assert!(error.contains(field), "{error}");
        }
    }
}
