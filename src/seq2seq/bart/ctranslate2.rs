//! A network of the BART family in a file converted for CTranslate2.
//!
//! The file has no configuration: sizes are those of its tensors, and a few numbers say the rest.
//! Its names follow CTranslate2's `transformer_spec.py`; queries, keys and values of an attention
//! are one matrix, and positions begin at the table's first row.

use super::architecture::{Architecture, EPSILON, NormPlacement, Positions, Stack, Tables};
use crate::nn::Activation;
use crate::nn::ctranslate2::{ModelFile, Part, ValueType};
use crate::seq2seq::config::{ConfigError, MAX_LAYERS, MAX_POSITIONS, MAX_VOCABULARY, MAX_WIDTH};
use crate::seq2seq::converted::{attribute, bounded, layers, refused, shape};

/// CTranslate2's numbers of activations; its second GELU is the exact one, the third has a sigmoid.
const RELU: f32 = 0.0;
const SWISH: f32 = 2.0;
const GELU: f32 = 3.0;
const GELU_SIGMOID: f32 = 4.0;

/// What would make it another network than this family has.
const FOREIGN: [(&str, &str); 7] = [
    (
        "encoder/layer_0/ffn/linear_0_noact/weight",
        "gated feed-forward blocks",
    ),
    (
        "decoder/layer_0/ffn/linear_0_noact/weight",
        "gated feed-forward blocks",
    ),
    ("decoder/alibi", "attention with linear biases"),
    ("encoder/multi_query_attention", "multi-query attention"),
    ("encoder/embeddings_1/weight", "several tokens a position"),
    (
        "encoder/layer_0/self_attention/relative_attention_bias",
        "relative positions",
    ),
    (
        "encoder/layer_0/self_attention/relative_position_keys",
        "relative positions",
    ),
];

/// Which checkpoint a converted file was made from.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::seq2seq) enum Converted {
    M2m100(Architecture),
    Bart(Architecture),
    Marian(Architecture),
}

/// Describes the network of a converted file.
///
/// # Errors
/// If it is of another family, or its sizes are absurd.
pub(in crate::seq2seq) fn describe(file: &ModelFile) -> Result<Converted, ConfigError> {
    let refused = |found: String| refused(file, &found);
    if file.specification != "TransformerSpec" {
        let name: String = file.specification.chars().take(80).collect();
        return Err(refused(format!("a {name:?}")));
    }
    for (name, what) in FOREIGN {
        let is_there = match file.variable(name) {
            Some(variable) if variable.shape.is_empty() => file.number(name)? != Some(0.0),
            other => other.is_some(),
        };
        if is_there {
            return Err(refused(format!("a network with {what}")));
        }
    }
    let table = shape(file, "decoder/embeddings/weight")?;
    let positions = shape(file, "decoder/position_encodings/encodings")?;
    let &[vocabulary, d_model] = &table[..] else {
        return Err(refused(String::from("a network without a token table")));
    };
    let is_pre_norm = attribute(file, "encoder", "pre_norm")? != Some(0.0);
    let has_embedding_norm = file.variable("encoder/layernorm_embedding/gamma").is_some();
    let activation = match attribute(file, "encoder", "activation")?.unwrap_or(RELU) {
        RELU => Activation::Relu,
        SWISH => Activation::Swish,
        GELU => Activation::Gelu,
        GELU_SIGMOID => Activation::GeluSigmoid,
        other => return Err(refused(format!("a network with activation {other}"))),
    };
    let start = file.number("decoder/start_from_zero_embedding")?;
    let starts_from_zero = start.is_some_and(|flag| flag != 0.0);
    let architecture = Architecture {
        vocabulary: bounded(file, "tokens", vocabulary, MAX_VOCABULARY)?,
        source_vocabulary: source_vocabulary(file)?,
        d_model: bounded(file, "d_model", d_model, MAX_WIDTH)?,
        encoder: stack(file, "encoder", d_model)?,
        decoder: stack(file, "decoder", d_model)?,
        norms: if is_pre_norm {
            NormPlacement::Pre
        } else {
            NormPlacement::Post
        },
        epsilon: EPSILON,
        positions: Positions::Learned {
            offset: 0,
            max: bounded(
                file,
                "positions",
                positions.first().copied().unwrap_or(0),
                MAX_POSITIONS,
            )?,
        },
        starts_from_zero,
        embedding_scale: embedding_scale(file, d_model)?,
        embedding_norm: has_embedding_norm,
        activation,
        tables: tables(file),
        output_bias: true,
        padding: PADDING,
    };
    match (is_pre_norm, has_embedding_norm, starts_from_zero) {
        (true, false, false) => Ok(Converted::M2m100(architecture)),
        (false, true, false) => Ok(Converted::Bart(architecture)),
        (false, false, true) => Ok(Converted::Marian(architecture)),
        _ => Err(refused(String::from(
            "a network whose norms are not M2M100's, BART's or Marian's",
        ))),
    }
}

/// The id of the padding in M2M100 and BART; it changes nothing where positions are a table.
const PADDING: u32 = 1;

/// Tensors outside of the layers: after `model.encoder.` in a checkpoint, after `encoder/` here.
const ENDS: [(&str, &str); 5] = [
    ("embed_positions.weight", "position_encodings/encodings"),
    ("layernorm_embedding.weight", "layernorm_embedding/gamma"),
    ("layernorm_embedding.bias", "layernorm_embedding/beta"),
    ("layer_norm.weight", "layer_norm/gamma"),
    ("layer_norm.bias", "layer_norm/beta"),
];
/// The norms of a layer.
const NORMS: [(&str, &str); 3] = [
    ("self_attn_layer_norm", "self_attention/layer_norm"),
    ("encoder_attn_layer_norm", "attention/layer_norm"),
    ("final_layer_norm", "ffn/layer_norm"),
];
/// The linear maps of a layer that are a matrix of their own.
const MAPS: [(&str, &str); 5] = [
    ("fc1", "ffn/linear_0"),
    ("fc2", "ffn/linear_1"),
    ("self_attn.out_proj", "self_attention/linear_1"),
    ("encoder_attn.q_proj", "attention/linear_0"),
    ("encoder_attn.out_proj", "attention/linear_2"),
];
/// Those that are one matrix here, one below the other.
const STACKED: [(&str, &str, &[&str]); 2] = [
    (
        "self_attn",
        "self_attention/linear_0",
        &["q_proj", "k_proj", "v_proj"],
    ),
    ("encoder_attn", "attention/linear_1", &["k_proj", "v_proj"]),
];
const TABLES: [(&str, &str); 3] = [
    (
        "model.encoder.embed_tokens.weight",
        "encoder/embeddings_0/weight",
    ),
    (
        "model.decoder.embed_tokens.weight",
        "decoder/embeddings/weight",
    ),
    ("lm_head.weight", "decoder/projection/weight"),
];

/// The tensors of the checkpoint that a network of this architecture can load, and where they are.
pub(in crate::seq2seq) fn parts(architecture: &Architecture) -> Vec<Part> {
    let mut parts: Vec<Part> = TABLES
        .iter()
        .map(|(name, variable)| Part::whole(*name, *variable))
        .collect();
    parts.push(Part {
        is_row: true,
        ..Part::whole("final_logits_bias", "decoder/projection/bias")
    });
    let stacks = [
        ("encoder", &architecture.encoder),
        ("decoder", &architecture.decoder),
    ];
    for (side, stack) in stacks {
        parts.extend(ENDS.iter().map(|(own, other)| {
            Part::whole(format!("model.{side}.{own}"), format!("{side}/{other}"))
        }));
        for layer in 0..stack.layers {
            let own = format!("model.{side}.layers.{layer}");
            let other = format!("{side}/layer_{layer}");
            parts_of_layer(&own, &other, architecture.d_model, &mut parts);
        }
    }
    parts
}

/// The tensors of the layer that is called `own` in a checkpoint and `other` here.
fn parts_of_layer(own: &str, other: &str, width: usize, parts: &mut Vec<Part>) {
    for (own_part, other_part) in NORMS {
        for (own_end, other_end) in [("weight", "gamma"), ("bias", "beta")] {
            parts.push(Part::whole(
                format!("{own}.{own_part}.{own_end}"),
                format!("{other}/{other_part}/{other_end}"),
            ));
        }
    }
    for end in ["weight", "bias"] {
        for (own_part, other_part) in MAPS {
            parts.push(Part::whole(
                format!("{own}.{own_part}.{end}"),
                format!("{other}/{other_part}/{end}"),
            ));
        }
        for (own_part, other_part, names) in STACKED {
            for (place, name) in names.iter().enumerate() {
                parts.push(Part {
                    rows: Some(place * width..(place + 1) * width),
                    ..Part::whole(
                        format!("{own}.{own_part}.{name}.{end}"),
                        format!("{other}/{other_part}/{end}"),
                    )
                });
            }
        }
    }
}

fn stack(file: &ModelFile, side: &str, d_model: usize) -> Result<Stack, ConfigError> {
    let heads = attribute(file, side, "num_heads")?.unwrap_or(0.0);
    // Whatever is not a count of heads becomes 0, or more than there can be.
    let heads = heads as usize;
    if heads == 0 || !d_model.is_multiple_of(heads) {
        return Err(ConfigError::Absurd {
            path: file.path.clone(),
            field: "num_heads",
            value: heads.to_string(),
            expected: format!("a divisor of {d_model}"),
        });
    }
    let inner = shape(file, &format!("{side}/layer_0/ffn/linear_0/weight"))?;
    Ok(Stack {
        layers: bounded(file, "layers", layers(file, side), MAX_LAYERS)?,
        heads,
        feed_forward: bounded(
            file,
            "feed-forward width",
            inner.first().copied().unwrap_or(0),
            MAX_WIDTH,
        )?,
    })
}

/// A factor, or whether it is the root of `d_model`: files have either.
fn embedding_scale(file: &ModelFile, d_model: usize) -> Result<f64, ConfigError> {
    let name = "encoder/scale_embeddings";
    let is_flag = file
        .variable(name)
        .is_some_and(|variable| variable.values == ValueType::I8);
    Ok(match file.number(name)? {
        // CTranslate2 scales where the file says nothing.
        None => (d_model as f64).sqrt(),
        Some(0.0) if is_flag => 1.0,
        Some(_) if is_flag => (d_model as f64).sqrt(),
        Some(factor) => f64::from(factor),
    })
}

/// Which tables are one variable.
fn tables(file: &ModelFile) -> Tables {
    let target = file.target("decoder/embeddings/weight");
    let is_same = |name: &str| file.target(name) == target;
    match (
        is_same("encoder/embeddings_0/weight"),
        is_same("decoder/projection/weight"),
    ) {
        (true, true) => Tables::Shared,
        (false, true) => Tables::BySide,
        (_, false) => Tables::Separate,
    }
}

/// Tokens of a source: rows of the encoder's table.
fn source_vocabulary(file: &ModelFile) -> Result<usize, ConfigError> {
    let table = shape(file, "encoder/embeddings_0/weight")?;
    let rows = table.first().copied().unwrap_or(0);
    bounded(file, "tokens", rows, MAX_VOCABULARY)
}
