//! NLLB-200-distilled-600M's exact shape, with random weights, against transformers; and packed weights
//! of that shape against f32.
//!
//! Needs the folder that tests/reference/full_shape.py writes (2.5 GB), named in AUDARMA_FULL_SHAPE;
//! `.ci/full` makes it.

use std::path::PathBuf;

use audarma::generate::{Options, Request, generate};
use audarma::nn::{ComputeOptions, Precision};
use serde_json::Value;

use super::support::open;

#[test]
#[ignore = "needs a model of 2.5 GB in the folder AUDARMA_FULL_SHAPE names"]
fn generated_ids_equal_the_references_at_full_size() {
    let (folder, reference) = reference();
    let model = open(&folder, &ComputeOptions::exact());
    for case in reference["cases"].as_array().unwrap() {
        let number = |name: &str| case["options"][name].as_u64().unwrap_or(0) as usize;
        let options = Options {
            num_beams: number("num_beams"),
            length_penalty: case["options"]["length_penalty"].as_f64().unwrap_or(1.0) as f32,
            no_repeat_ngram_size: number("no_repeat_ngram_size"),
            forced_bos_token: reference["forced_bos_token_id"]
                .as_u64()
                .map(|id| id as u32),
            ..Options::ending_with(2)
        };
        let request = Request {
            source: &ids(&case["source"]),
            max_length: number("max_new_tokens") + 1,
            required: None,
        };
        let ours = generate(model.as_ref(), &[request], &options).unwrap();
        assert_eq!(
            ours[0].tokens,
            ids(&case["ids"])[1..],
            "{}",
            case["options"]
        );
    }
}

/// Cosines of all steps' logits with those of f32, over the tokens the reference generated. Random weights
/// have no small numbers beside large ones and nothing that training made robust: four bits cost them much.
#[test]
#[ignore = "needs a model of 2.5 GB in the folder AUDARMA_FULL_SHAPE names"]
fn packed_weights_give_nearly_the_logits_of_f32() {
    let (folder, reference) = reference();
    let exact = open(&folder, &ComputeOptions::exact());
    for (precision, bound) in [(Precision::Q8, 0.999), (Precision::Q4, 0.9)] {
        let compute = ComputeOptions {
            precision,
            ..ComputeOptions::exact()
        };
        let packed = open(&folder, &compute);
        let mut least = 1.0_f64;
        for case in reference["cases"].as_array().unwrap() {
            let (source, target) = (ids(&case["source"]), ids(&case["ids"]));
            let (mut ours, mut theirs) = (
                packed.encode(&[&source]).unwrap(),
                exact.encode(&[&source]).unwrap(),
            );
            for token in target {
                let ours = ours.step_logits(&[token]).unwrap();
                let theirs = theirs.step_logits(&[token]).unwrap();
                least = least.min(cosine(&ours[0], &theirs[0]));
            }
        }
        println!(
            "{}: least cosine of a step's logits {least:.6}",
            precision.name()
        );
        assert!(least >= bound, "{}: {least}", precision.name());
    }
}

fn reference() -> (PathBuf, Value) {
    let folder = PathBuf::from(std::env::var_os("AUDARMA_FULL_SHAPE").expect("AUDARMA_FULL_SHAPE"));
    let text = std::fs::read_to_string(folder.join("reference.json")).unwrap();
    let reference = serde_json::from_str(&text).unwrap();
    (folder, reference)
}

fn cosine(left: &[f32], right: &[f32]) -> f64 {
    let product = |a: &[f32], b: &[f32]| -> f64 {
        let products = a.iter().zip(b);
        products.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    product(left, right) / (product(left, left) * product(right, right)).sqrt()
}

fn ids(value: &Value) -> Vec<u32> {
    let ids = value.as_array().unwrap().iter();
    ids.map(|id| id.as_u64().unwrap() as u32).collect()
}
