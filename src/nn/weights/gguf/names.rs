//! llama.cpp's names of T5's tensors, as `gguf-py`'s `tensor_mapping.py` gives them.

/// The parts of a layer outside of its feed-forward block: llama.cpp's name, the number of the block
/// in transformers' layer, and its name there.
const PARTS: [(&str, &str); 12] = [
    ("attn_q", "layer.0.SelfAttention.q"),
    ("attn_k", "layer.0.SelfAttention.k"),
    ("attn_v", "layer.0.SelfAttention.v"),
    ("attn_o", "layer.0.SelfAttention.o"),
    (
        "attn_rel_b",
        "layer.0.SelfAttention.relative_attention_bias",
    ),
    ("attn_norm", "layer.0.layer_norm"),
    ("cross_attn_q", "layer.1.EncDecAttention.q"),
    ("cross_attn_k", "layer.1.EncDecAttention.k"),
    ("cross_attn_v", "layer.1.EncDecAttention.v"),
    ("cross_attn_o", "layer.1.EncDecAttention.o"),
    ("cross_attn_norm", "layer.1.layer_norm"),
    (
        "cross_attn_rel_b",
        "layer.1.EncDecAttention.relative_attention_bias",
    ),
];

/// The tensors outside of the layers.
const ENDS: [(&str, &str); 4] = [
    ("token_embd", "shared"),
    ("output", "lm_head"),
    ("enc.output_norm", "encoder.final_layer_norm"),
    ("dec.output_norm", "decoder.final_layer_norm"),
];

/// The name in transformers' checkpoint of a tensor that llama.cpp calls `name`; `None` if it does
/// not. `is_gated` is whether the file's feed-forward blocks are.
pub(super) fn of_checkpoint(name: &str, is_gated: bool) -> Option<String> {
    let stem = name.strip_suffix(".weight")?;
    if let Some((_, own)) = ENDS.iter().find(|(other, _)| *other == stem) {
        return Some(format!("{own}.weight"));
    }
    let (side, feed_forward, rest) = if let Some(rest) = stem.strip_prefix("enc.blk.") {
        ("encoder", 1, rest)
    } else {
        ("decoder", 2, stem.strip_prefix("dec.blk.")?)
    };
    let (layer, part) = rest.split_once('.')?;
    layer.parse::<u16>().ok()?;
    let own = match part {
        "ffn_norm" => format!("layer.{feed_forward}.layer_norm"),
        "ffn_gate" => format!("layer.{feed_forward}.DenseReluDense.wi_0"),
        "ffn_up" if is_gated => format!("layer.{feed_forward}.DenseReluDense.wi_1"),
        "ffn_up" => format!("layer.{feed_forward}.DenseReluDense.wi"),
        "ffn_down" => format!("layer.{feed_forward}.DenseReluDense.wo"),
        part => PARTS.iter().find(|(other, _)| *other == part)?.1.to_owned(),
    };
    Some(format!("{side}.block.{layer}.{own}.weight"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn llama_cpps_names_are_those_of_the_checkpoint() {
        for (name, is_gated, expected) in [
            ("token_embd.weight", true, "shared.weight"),
            (
                "enc.blk.3.attn_rel_b.weight",
                true,
                "encoder.block.3.layer.0.SelfAttention.relative_attention_bias.weight",
            ),
            (
                "enc.blk.0.ffn_up.weight",
                false,
                "encoder.block.0.layer.1.DenseReluDense.wi.weight",
            ),
            (
                "dec.blk.11.ffn_up.weight",
                true,
                "decoder.block.11.layer.2.DenseReluDense.wi_1.weight",
            ),
            (
                "dec.blk.1.cross_attn_o.weight",
                true,
                "decoder.block.1.layer.1.EncDecAttention.o.weight",
            ),
            (
                "dec.output_norm.weight",
                true,
                "decoder.final_layer_norm.weight",
            ),
        ] {
            assert_eq!(of_checkpoint(name, is_gated).as_deref(), Some(expected));
        }
        for name in [
            "shared.weight",
            "enc.blk.x.attn_q.weight",
            "enc.blk.1.attn_x.weight",
            "output",
        ] {
            assert_eq!(of_checkpoint(name, true), None, "{name}");
        }
    }
}
