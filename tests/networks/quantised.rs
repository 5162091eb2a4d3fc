//! T5 in GGUF files of every kind that candle can write; and what rounding costs a trained one.

use std::fs::File;
use std::path::Path;

use audarma::nn::{ComputeOptions, Device, Precision};
use audarma::seq2seq::Seq2Seq;
use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_core::{DType, Tensor};

use super::support::open;

/// Writes a folder's checkpoint as a GGUF file into another folder: matrices whose rows are whole blocks
/// of this kind are quantised, all else is f32.
fn quantise(original: &Path, kind: GgmlDType, folder: &Path) {
    let device = candle_core::Device::Cpu;
    let tensors =
        candle_core::safetensors::load(original.join("model.safetensors"), &device).unwrap();
    let quantised: Vec<(String, QTensor)> = tensors
        .iter()
        .map(|(name, tensor)| {
            let is_matrix = tensor.rank() == 2 && !name.contains("relative");
            let width = tensor.dims().last().copied().unwrap_or_default();
            let kind = if is_matrix && width % kind.block_size() == 0 {
                kind
            } else {
                GgmlDType::F32
            };
            (name.clone(), QTensor::quantize(tensor, kind).unwrap())
        })
        .collect();
    let listed: Vec<(&str, &QTensor)> = quantised
        .iter()
        .map(|(name, tensor)| (name.as_str(), tensor))
        .collect();
    let mut file = File::create(folder.join("model.gguf")).unwrap();
    gguf_file::write(&mut file, &[], &listed).unwrap();
    for name in ["config.json", "generation_config.json"] {
        std::fs::copy(original.join(name), folder.join(name)).unwrap();
    }
}

/// Replaces a folder's checkpoint by what candle says the weights of a GGUF file are.
fn widened(gguf: &Path, folder: &Path) {
    let device = candle_core::Device::Cpu;
    let mut file = File::open(gguf.join("model.gguf")).unwrap();
    let content = gguf_file::Content::read(&mut file).unwrap();
    let tensors: std::collections::HashMap<String, Tensor> = content
        .tensor_infos
        .keys()
        .map(|name| {
            let tensor = content.tensor(&mut file, name, &device).unwrap();
            (name.clone(), tensor.dequantize(&device).unwrap())
        })
        .collect();
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
    for name in ["config.json", "generation_config.json"] {
        std::fs::copy(gguf.join(name), folder.join(name)).unwrap();
    }
}

/// A T5 with random weights whose rows are whole blocks of 256.
fn random_t5(folder: &Path) {
    let device = candle_core::Device::Cpu;
    let random =
        |rows: usize, columns: usize| Tensor::randn(0f32, 0.1, (rows, columns), &device).unwrap();
    let mut tensors = std::collections::HashMap::new();
    let mut insert = |name: String, tensor| {
        tensors.insert(name, tensor);
    };
    insert("shared.weight".into(), random(40, 256));
    insert("lm_head.weight".into(), random(40, 256));
    for (side, attentions) in [
        ("encoder", &["SelfAttention"][..]),
        ("decoder", &["SelfAttention", "EncDecAttention"]),
    ] {
        let block = format!("{side}.block.0.layer");
        for (layer, attention) in attentions.iter().enumerate() {
            for projection in ["q", "k", "v", "o"] {
                let name = format!("{block}.{layer}.{attention}.{projection}.weight");
                insert(name, random(256, 256));
            }
        }
        let name = format!("{block}.0.SelfAttention.relative_attention_bias.weight");
        insert(name, random(32, 8));
        let last = attentions.len();
        for (projection, rows, columns) in
            [("wi_0", 512, 256), ("wi_1", 512, 256), ("wo", 256, 512)]
        {
            let name = format!("{block}.{last}.DenseReluDense.{projection}.weight");
            insert(name, random(rows, columns));
        }
        let one = || Tensor::ones(256, DType::F32, &device).unwrap();
        for layer in 0..=last {
            insert(format!("{block}.{layer}.layer_norm.weight"), one());
        }
        insert(format!("{side}.final_layer_norm.weight"), one());
    }
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
    let config = serde_json::json!({
        "model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "vocab_size": 40, "d_model": 256,
        "d_kv": 32, "num_heads": 8, "d_ff": 512, "num_layers": 1, "num_decoder_layers": 1,
        "feed_forward_proj": "gated-gelu", "relative_attention_num_buckets": 32,
        "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6, "tie_word_embeddings": false,
        "decoder_start_token_id": 0, "pad_token_id": 1, "eos_token_id": 2
    });
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
    std::fs::write(folder.join("generation_config.json"), "{}").unwrap();
}

/// Logits of every step over a target, which begins with the start token.
fn logits(network: &dyn Seq2Seq, source: &[u32], target: &[u32]) -> Vec<Vec<f32>> {
    let mut state = network.encode(&[source]).unwrap();
    target
        .iter()
        .map(|token| state.step_logits(&[*token]).unwrap().remove(0))
        .collect()
}

#[test]
fn every_kind_of_gguf_is_what_candle_says_it_is() {
    let original = tempfile::tempdir().unwrap();
    random_t5(original.path());
    let kinds = [
        GgmlDType::F16,
        GgmlDType::BF16,
        GgmlDType::Q4_0,
        GgmlDType::Q4_1,
        GgmlDType::Q5_0,
        GgmlDType::Q5_1,
        GgmlDType::Q8_0,
        GgmlDType::Q2K,
        GgmlDType::Q3K,
        GgmlDType::Q4K,
        GgmlDType::Q5K,
        GgmlDType::Q6K,
    ];
    let (source, target) = ([5, 20, 33, 8, 17, 2], [0, 9, 14, 30]);
    for kind in kinds {
        let (gguf, plain) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        quantise(original.path(), kind, gguf.path());
        widened(gguf.path(), plain.path());
        for compute in [ComputeOptions::exact(), packed(Precision::Q8)] {
            let of = |folder: &Path| logits(open(folder, &compute).as_ref(), &source, &target);
            assert_eq!(
                of(gguf.path()),
                of(plain.path()),
                "{kind:?} {:?}",
                compute.precision
            );
        }
    }
}

fn packed(precision: Precision) -> ComputeOptions {
    ComputeOptions {
        device: Device::Cpu,
        precision,
        threads: 2,
        converted: None,
        instructions: None,
    }
}

/// Nats a token that a network takes for the targets of these sources: the mean of −log p.
fn cross_entropy(network: &dyn Seq2Seq, sources: &[Vec<u32>], targets: &[Vec<u32>]) -> f64 {
    let (mut sum, mut count) = (0.0, 0);
    for (source, target) in sources.iter().zip(targets) {
        let read: Vec<u32> = std::iter::once(0)
            .chain(target.iter().copied())
            .take(target.len())
            .collect();
        for (row, token) in logits(network, source, &read).iter().zip(target) {
            let largest = row.iter().copied().fold(f32::MIN, f32::max);
            let all: f64 = row
                .iter()
                .map(|logit| f64::from(logit - largest).exp())
                .sum();
            sum += all.ln() - f64::from(row[*token as usize] - largest);
            count += 1;
        }
    }
    sum / f64::from(count)
}

#[test]
#[ignore = "needs AUDARMA_TRAINED_T5, the folder that tests/reference/trained_t5.py writes"]
fn what_rounding_costs_a_trained_t5() {
    let folder = std::env::var_os("AUDARMA_TRAINED_T5").expect("AUDARMA_TRAINED_T5 is not set");
    let folder = Path::new(&folder);
    let text = std::fs::read_to_string(folder.join("held-out.json")).unwrap();
    let pairs: serde_json::Value = serde_json::from_str(&text).unwrap();
    let lists =
        |name: &str| -> Vec<Vec<u32>> { serde_json::from_value(pairs[name].clone()).unwrap() };
    let (sources, targets) = (lists("sources"), lists("targets"));
    let original = folder.join("original");
    let exact = open(&original, &ComputeOptions::exact());
    let exact = cross_entropy(exact.as_ref(), &sources, &targets);
    println!("f32: {exact:.4} nats a token");
    let gguf = |kind| {
        let written = tempfile::tempdir().unwrap();
        quantise(&original, kind, written.path());
        written
    };
    let (q4k, q8) = (gguf(GgmlDType::Q4K), gguf(GgmlDType::Q8_0));
    let int8 = folder.join("int8");
    for (form, folder) in [
        ("original", original.as_path()),
        ("CTranslate2 int8", int8.as_path()),
        ("GGUF q8_0", q8.path()),
        ("GGUF q4_K", q4k.path()),
    ] {
        for precision in [Precision::F32, Precision::Q8, Precision::Q4] {
            let compute = match precision {
                Precision::F32 => ComputeOptions::exact(),
                other => packed(other),
            };
            let network = open(folder, &compute);
            let cost = cross_entropy(network.as_ref(), &sources, &targets) - exact;
            println!("{form:<17} {precision:?}: {cost:+.4}");
        }
    }
}
