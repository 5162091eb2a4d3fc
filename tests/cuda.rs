//! A CUDA device against the CPU. Only in a build with CUDA, and only where there is a device:
//! tests/reference/cuda.sh runs it, with tests/parity.rs, which holds f32 on the device against
//! transformers. Folders are relative, so that a binary built elsewhere runs in a copy of the package.

use std::path::Path;

use audarma::generate::{Generated, Options, Request, generate};
use audarma::model_files::{NetworkFiles, WeightFiles};
use audarma::nn::{
    CandleBackend, ComputeOptions, Device, Precision, TokenConstraints, Weights, cuda,
};
use audarma::seq2seq::bart::Network;
use audarma::seq2seq::{Description, Seq2Seq};
use serde_json::Value;

/// The memorised models: folder, weight file and, where their own options force none, the first token.
const TRAINED: [(&str, &str, Option<u32>); 2] = [
    ("memorised-nllb", "pytorch_model.bin", Some(ENGLISH)),
    ("memorised-bart", "model.safetensors", None),
];

/// eng_Latn in the vocabulary of memorised-nllb.
const ENGLISH: u32 = 1048;

fn compute(device: Device, precision: Precision) -> ComputeOptions {
    ComputeOptions {
        device,
        precision,
        ..ComputeOptions::exact()
    }
}

fn files(folder: &Path, weights: &str) -> NetworkFiles {
    let path = vec![folder.join(weights)];
    NetworkFiles {
        config: folder.join("config.json"),
        generation_config: Some(folder.join("generation_config.json")),
        vocabulary: None,
        weights: if weights.ends_with(".bin") {
            WeightFiles::Pickle(path)
        } else {
            WeightFiles::Safetensors(path)
        },
    }
}

/// What each trained model makes of all its sources, in one batch.
fn decode(device: Device, precision: Precision) -> Vec<Generated> {
    let mut all = Vec::new();
    for (name, file, first) in TRAINED {
        let folder = Path::new("tests/fixtures").join(name);
        let files = files(&folder, file);
        let description = Description::read(&files).unwrap();
        let compute = compute(device, precision);
        let network = description
            .open(&files.weights, &compute, Default::default())
            .unwrap();
        let own = Options::read(files.generation_config.as_deref(), &files.config).unwrap();
        let options = Options {
            num_beams: 4,
            forced_bos_token: first.or(own.forced_bos_token),
            ..own
        };
        let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        let pairs = expected["pairs"].as_array().unwrap();
        let sources: Vec<Vec<u32>> = pairs
            .iter()
            .map(|pair| serde_json::from_value(pair["source_ids"].clone()).unwrap())
            .collect();
        let requests: Vec<Request> = sources
            .iter()
            .map(|source| Request {
                source,
                max_length: 200,
                required: None,
            })
            .collect();
        all.extend(generate(network.as_ref(), &requests, &options).unwrap());
    }
    all
}

#[test]
fn half_precision_says_what_the_cpu_says_in_f32() {
    let reference = decode(Device::Cpu, Precision::F32);
    let device = cuda(0).unwrap();
    for precision in [Precision::F32, Precision::F16, Precision::Bf16] {
        let ours = decode(device, precision);
        let pairs = ours.iter().zip(&reference);
        let equal = pairs
            .filter(|(ours, theirs)| ours.tokens == theirs.tokens)
            .count();
        let share = equal as f64 / reference.len() as f64;
        println!(
            "{}: {equal} of {} sentences",
            precision.name(),
            reference.len()
        );
        match precision {
            Precision::F32 => assert_eq!(equal, reference.len()),
            // Three digits are too few to promise more than that most are the same.
            Precision::Bf16 => assert!(share >= 0.9, "{share}"),
            _ => assert!(share >= 0.99, "{share}"),
        }
    }
}

/// As tests/parity.rs has it for a vocabulary of NLLB's size, and with the logits that were ranked.
#[test]
fn the_best_found_on_the_device_are_those_of_its_logits() {
    let folder = Path::new("tests/fixtures/memorised-nllb");
    let files = files(folder, "pytorch_model.bin");
    let Ok(Description::M2m100(architecture)) = Description::read(&files) else {
        panic!(
            "{} does not describe an M2M100 model",
            files.config.display()
        )
    };
    let weights = Weights::open(&files.weights).unwrap();
    let backend = CandleBackend::new(cuda(0).unwrap(), Precision::F32).unwrap();
    let network = Network::load(backend, architecture, &weights).unwrap();
    let sources = [&[ENGLISH, 40, 50, 60, 2][..], &[ENGLISH, 70, 2]];
    let logits = network
        .encode(&sources)
        .unwrap()
        .step_logits(&[2, 2])
        .unwrap();
    let rules = [
        TokenConstraints::default(),
        TokenConstraints {
            banned: vec![2, 3, 4],
            ..TokenConstraints::default()
        },
    ];
    let found = network
        .encode(&sources)
        .unwrap()
        .step(&[2, 2], &rules, 8)
        .unwrap();
    for ((logits, rules), found) in logits.iter().zip(&rules).zip(&found) {
        let expected = audarma::nn::rank(logits, rules, 8).unwrap();
        for (ours, theirs) in found.iter().zip(&expected) {
            assert_eq!(ours.token, theirs.token);
            assert!((ours.log_prob - theirs.log_prob).abs() < 1e-4);
        }
    }
    assert!(network.batch_tokens(4).unwrap() > 0);
}

#[test]
fn a_device_that_is_not_there_is_named() {
    let error = cuda(99).unwrap_err().to_string();
    assert!(error.contains("cuda:99"), "{error}");
}
