//! What a config.json says of a network of the BART family.

use std::path::Path;

use serde::Deserialize;

use crate::nn::Activation;
use crate::seq2seq::config::{
    ConfigError, MAX_LAYERS, MAX_POSITIONS, MAX_VOCABULARY, MAX_WIDTH, RawConfig, absurd, within,
};
use crate::seq2seq::memory_budget::Sizes;

/// The place of a layer's norms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormPlacement {
    /// Before each block, and once more after the last layer.
    Pre,
    /// After each residual sum.
    Post,
}

/// The source of positions; the first token has position `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Positions {
    /// A learned table for `max` tokens.
    Learned {
        /// The table's row of the first token: BART leaves 2 rows unused.
        offset: usize,
        /// Tokens of the longest source or target; the table has `offset + max` rows.
        max: usize,
    },
    /// Sines and cosines, unbounded; padding has no position.
    Sinusoidal {
        /// The position of the first token, one above the padding's id.
        offset: usize,
    },
}

/// The sizes of an encoder or a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stack {
    /// Number of layers, 1 to 256.
    pub layers: usize,
    /// Attention heads of each layer; a divisor of `d_model`.
    pub heads: usize,
    /// Width of the feed-forward block.
    pub feed_forward: usize,
}

/// An encoder-decoder of the BART family.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    /// Number of tokens, of which the ids are those below.
    pub vocabulary: usize,
    /// Width of the hidden vectors.
    pub d_model: usize,
    /// Sizes of the encoder.
    pub encoder: Stack,
    /// Sizes of the decoder.
    pub decoder: Stack,
    /// Where each layer normalises: `Pre` in M2M100, `Post` in BART.
    pub norms: NormPlacement,
    /// How tokens get their positions: computed in M2M100, learned in BART.
    pub positions: Positions,
    /// Factor on token vectors.
    pub embedding_scale: f64,
    /// Whether a layer norm follows the embedding.
    pub embedding_norm: bool,
    /// What the feed-forward blocks use between their two maps.
    pub activation: Activation,
    /// Whether encoder, decoder and output share one token table.
    pub tied: bool,
    /// Whether the output adds a bias to its logits, if the checkpoint holds one.
    pub output_bias: bool,
    /// The id sequences are padded with.
    pub padding: u32,
}

impl Architecture {
    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            width: self.d_model,
            inner: self.d_model,
            decoder_layers: self.decoder.layers,
            feed_forward: self.encoder.feed_forward,
        }
    }
}

/// Which class of transformers a configuration is for; they differ in their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    M2m100,
    Bart,
}

#[derive(Deserialize)]
struct BartConfig {
    vocab_size: usize,
    d_model: usize,
    encoder_layers: usize,
    decoder_layers: usize,
    encoder_attention_heads: usize,
    decoder_attention_heads: usize,
    encoder_ffn_dim: usize,
    decoder_ffn_dim: usize,
    max_position_embeddings: Option<usize>,
    scale_embedding: Option<bool>,
    activation_function: Option<String>,
    tie_word_embeddings: Option<bool>,
    pad_token_id: Option<u32>,
}

/// Defaults of transformers' `BartConfig` and `M2M100Config`.
const DEFAULT_POSITIONS: usize = 1024;
const DEFAULT_PADDING: u32 = 1;

impl BartConfig {
    fn positions(&self) -> usize {
        self.max_position_embeddings.unwrap_or(DEFAULT_POSITIONS)
    }

    fn padding(&self) -> u32 {
        self.pad_token_id.unwrap_or(DEFAULT_PADDING)
    }
}

/// Describes an M2M100 network, as NLLB has it.
pub(in crate::seq2seq) fn m2m100(config: RawConfig) -> Result<Architecture, ConfigError> {
    describe(config, Class::M2m100)
}

/// Describes a BART network.
pub(in crate::seq2seq) fn bart(config: RawConfig) -> Result<Architecture, ConfigError> {
    describe(config, Class::Bart)
}

fn describe(config: RawConfig, class: Class) -> Result<Architecture, ConfigError> {
    let path = config.path;
    let config: BartConfig = config.fields()?;
    config.check(path)?;
    config.describe(class, path)
}

impl BartConfig {
    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        for (field, value, most) in [
            ("vocab_size", self.vocab_size, MAX_VOCABULARY),
            ("d_model", self.d_model, MAX_WIDTH),
            ("encoder_layers", self.encoder_layers, MAX_LAYERS),
            ("decoder_layers", self.decoder_layers, MAX_LAYERS),
            ("encoder_ffn_dim", self.encoder_ffn_dim, MAX_WIDTH),
            ("decoder_ffn_dim", self.decoder_ffn_dim, MAX_WIDTH),
            ("max_position_embeddings", self.positions(), MAX_POSITIONS),
        ] {
            within(path, field, value, most)?;
        }
        for (field, heads) in [
            ("encoder_attention_heads", self.encoder_attention_heads),
            ("decoder_attention_heads", self.decoder_attention_heads),
        ] {
            if heads == 0 || !self.d_model.is_multiple_of(heads) {
                let expected = format!("a divisor of d_model, {}", self.d_model);
                return Err(absurd(path, field, heads, expected));
            }
        }
        if self.padding() as usize >= self.vocab_size {
            let expected = format!("less than vocab_size, {}", self.vocab_size);
            return Err(absurd(path, "pad_token_id", self.padding(), expected));
        }
        Ok(())
    }

    fn describe(self, class: Class, path: &Path) -> Result<Architecture, ConfigError> {
        let m2m100 = class == Class::M2m100;
        let name =
            self.activation_function
                .as_deref()
                .unwrap_or(if m2m100 { "relu" } else { "gelu" });
        let activation = match name {
            "relu" => Activation::Relu,
            "gelu" => Activation::Gelu,
            other => {
                return Err(absurd(path, "activation_function", other, "relu or gelu"));
            }
        };
        let positions = if m2m100 {
            // The table's row `pad_token_id` is its zero row; the first token takes the next.
            Positions::Sinusoidal {
                offset: self.padding() as usize + 1,
            }
        } else {
            Positions::Learned {
                offset: 2,
                max: self.positions(),
            }
        };
        let scaled = self.scale_embedding.unwrap_or(m2m100);
        Ok(Architecture {
            vocabulary: self.vocab_size,
            d_model: self.d_model,
            encoder: Stack {
                layers: self.encoder_layers,
                heads: self.encoder_attention_heads,
                feed_forward: self.encoder_ffn_dim,
            },
            decoder: Stack {
                layers: self.decoder_layers,
                heads: self.decoder_attention_heads,
                feed_forward: self.decoder_ffn_dim,
            },
            norms: if m2m100 {
                NormPlacement::Pre
            } else {
                NormPlacement::Post
            },
            positions,
            embedding_scale: if scaled {
                (self.d_model as f64).sqrt()
            } else {
                1.0
            },
            embedding_norm: !m2m100,
            activation,
            tied: self.tie_word_embeddings.unwrap_or(true),
            // M2M100's class has no such bias, whatever a checkpoint holds.
            output_bias: !m2m100,
            padding: self.padding(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seq2seq::{Description, families};

    const NLLB: &str = r#"{"model_type": "m2m_100", "vocab_size": 256206, "d_model": 1024,
        "encoder_layers": 12, "decoder_layers": 12, "encoder_attention_heads": 16,
        "decoder_attention_heads": 16, "encoder_ffn_dim": 4096, "decoder_ffn_dim": 4096,
        "activation_function": "relu", "scale_embedding": true, "pad_token_id": 1}"#;

    fn parse(text: &str) -> Result<Architecture, ConfigError> {
        match families::tests::parse(text)? {
            Description::M2m100(architecture) | Description::Bart(architecture) => Ok(architecture),
            Description::T5(_) => panic!("{text} describes T5"),
        }
    }

    #[test]
    fn nllb_is_pre_norm_with_sinusoidal_positions_and_a_scaled_embedding() {
        let nllb = parse(NLLB).unwrap();
        assert_eq!(nllb.norms, NormPlacement::Pre);
        assert_eq!(nllb.positions, Positions::Sinusoidal { offset: 2 });
        assert_eq!(nllb.embedding_scale, 32.0);
        assert!(nllb.tied && !nllb.embedding_norm);
    }

    #[test]
    fn bart_is_post_norm_with_learned_positions_and_the_exact_gelu() {
        let text = NLLB.replace("m2m_100", "bart").replace("relu", "gelu");
        let bart = parse(&text).unwrap();
        assert_eq!(bart.norms, NormPlacement::Post);
        let learned = Positions::Learned {
            offset: 2,
            max: 1024,
        };
        assert_eq!(bart.positions, learned);
        assert_eq!(bart.activation, Activation::Gelu);
        assert!(bart.embedding_norm);
    }

    #[test]
    fn absurd_sizes_are_refused_by_name() {
        for (field, from, to) in [
            (
                "encoder_layers",
                "\"encoder_layers\": 12",
                "\"encoder_layers\": 4000000000",
            ),
            ("d_model", "\"d_model\": 1024", "\"d_model\": 0"),
            ("encoder_attention_heads", "_heads\": 16", "_heads\": 15"),
            ("vocab_size", "256206", "99999999999"),
            (
                "pad_token_id",
                "\"pad_token_id\": 1",
                "\"pad_token_id\": 256206",
            ),
            ("activation_function", "relu", "tanh"),
        ] {
            let error = parse(&NLLB.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(field), "{field}: {error}");
        }
    }
}
