//! The networks and their search against transformers, on the fixtures of tests/reference/parity.py:
//! encoder states and logits within 1e-4, generated ids equal, alone and in a batch.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use audarma::generate::{EarlyStopping, Generated, Options, Request, generate};
use audarma::model_files::{NetworkFiles, WeightFiles};
use audarma::nn::{Candidate, CandleBackend, Device, Precision, TokenConstraints, Weights};
use audarma::seq2seq::bart::{self, Architecture, Network};
use audarma::seq2seq::{Description, Seq2Seq, t5};
use candle_core::{Device as CandleDevice, Tensor, safetensors};
use serde::Deserialize;

use super::support::{architecture, fixture, network_files};

const TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
struct Reference {
    sources: Vec<Vec<u32>>,
    targets: Vec<Vec<u32>>,
    generation: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    effective: Effective,
    ids: Vec<Vec<u32>>,
    scores: Vec<f32>,
}

#[derive(Deserialize)]
struct Effective {
    num_beams: usize,
    length_penalty: f32,
    no_repeat_ngram_size: usize,
    min_length: usize,
    min_new_tokens: Option<usize>,
    max_length: usize,
    max_new_tokens: Option<usize>,
    early_stopping: serde_json::Value,
    forced_bos_token_id: Option<u32>,
    forced_eos_token_id: Option<u32>,
    decoder_start_token_id: u32,
    eos_token_id: u32,
    #[serde(default)]
    bad_words_ids: Option<Vec<Vec<u32>>>,
    #[serde(default)]
    renormalize_logits: Option<bool>,
}

impl Effective {
    fn options(&self) -> Options {
        Options {
            num_beams: self.num_beams,
            length_penalty: self.length_penalty,
            early_stopping: match &self.early_stopping {
                serde_json::Value::Bool(true) => EarlyStopping::Always,
                serde_json::Value::String(word) if word == "never" => EarlyStopping::Never,
                _ => EarlyStopping::Heuristic,
            },
            no_repeat_ngram_size: self.no_repeat_ngram_size,
            bad_words: self.bad_words_ids.clone().unwrap_or_default(),
            renormalize_logits: self.renormalize_logits.unwrap_or(false),
            min_length: self.min_new_tokens.map_or(self.min_length, |n| n + 1),
            max_length: None,
            decoder_start_token: self.decoder_start_token_id,
            eos_tokens: vec![self.eos_token_id],
            forced_bos_token: self.forced_bos_token_id,
            forced_eos_token: self.forced_eos_token_id,
            sampling: None,
        }
    }

    fn max_length(&self) -> usize {
        self.max_new_tokens.map_or(self.max_length, |n| n + 1)
    }
}

/// A network of any family, with its encoder's states.
trait TestNetwork: Seq2Seq {
    fn encoder_states(&self, sources: &[&[u32]]) -> Vec<Vec<f32>>;
}

impl TestNetwork for bart::Network<CandleBackend> {
    fn encoder_states(&self, sources: &[&[u32]]) -> Vec<Vec<f32>> {
        self.encoder_states(sources).unwrap()
    }
}

impl TestNetwork for t5::Network<CandleBackend> {
    fn encoder_states(&self, sources: &[&[u32]]) -> Vec<Vec<f32>> {
        self.encoder_states(sources).unwrap()
    }
}

/// The network of a folder on a backend.
fn load(folder: &Path, backend: CandleBackend) -> Box<dyn TestNetwork> {
    let files = network_files(folder);
    let description = Description::read(&files).unwrap();
    let weights = description.weights(&files.weights).unwrap();
    match description {
        Description::M2m100(architecture)
        | Description::Bart(architecture)
        | Description::Marian(architecture) => {
            Box::new(bart::Network::load(backend, architecture, &weights).unwrap())
        }
        Description::T5(architecture) => {
            Box::new(t5::Network::load(backend, architecture, &weights).unwrap())
        }
        other => panic!("{} describes {other}", folder.display()),
    }
}

struct Fixture {
    name: String,
    folder: PathBuf,
    network: Box<dyn TestNetwork>,
    reference: Reference,
}

/// What computes: the CPU, the CPU with logits ranked as on a device, and a device where CUDA is in
/// this build.
fn backends() -> Vec<(&'static str, CandleBackend)> {
    let cpu = CandleBackend::new(Device::Cpu, Precision::F32).unwrap();
    vec![
        ("on the CPU", cpu.clone()),
        ("ranked as on a device", cpu.ranking_on_device()),
        #[cfg(feature = "cuda")]
        (
            "on a device",
            CandleBackend::new(audarma::nn::cuda(0).unwrap(), Precision::F32).unwrap(),
        ),
    ]
}

/// Every fixture on every backend.
fn fixtures() -> Vec<Fixture> {
    let root = fixture("parity");
    let mut folders: Vec<PathBuf> = root
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= 5, "the parity fixtures are incomplete");
    let backends = backends();
    let mut fixtures = Vec::new();
    for folder in folders {
        let text = std::fs::read_to_string(folder.join("reference.json")).unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for (place, backend) in &backends {
            fixtures.push(Fixture {
                name: format!("{name} {place}"),
                network: load(&folder, backend.clone()),
                reference: serde_json::from_str(&text).unwrap(),
                folder: folder.clone(),
            });
        }
    }
    fixtures
}

impl Fixture {
    fn tensor(&self, name: &str) -> Vec<f32> {
        let tensors = safetensors::load(
            self.folder.join("reference.safetensors"),
            &CandleDevice::Cpu,
        )
        .unwrap();
        tensors[name].flatten_all().unwrap().to_vec1().unwrap()
    }

    fn sources(&self) -> Vec<&[u32]> {
        self.reference.sources.iter().map(Vec::as_slice).collect()
    }

    fn generate(&self, case: &Case, sources: &[&[u32]]) -> Vec<Generated> {
        let requests: Vec<Request> = sources
            .iter()
            .map(|source| Request {
                source,
                max_length: case.effective.max_length(),
                required: None,
            })
            .collect();
        generate(&*self.network, &requests, &case.effective.options()).unwrap()
    }
}

#[track_caller]
fn assert_close(ours: &[f32], theirs: &[f32], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}: sizes");
    for (ours, theirs) in ours.iter().zip(theirs) {
        // Not `> TOLERANCE`: what is no number is not close.
        let close = (ours - theirs).abs() <= TOLERANCE;
        assert!(close, "{what}: {ours} is not {theirs}");
    }
}

#[test]
fn encoder_states_equal_the_references_alone_and_in_a_padded_batch() {
    for fixture in fixtures() {
        let sources = fixture.sources();
        let batch = fixture.network.encoder_states(&sources);
        for (i, source) in sources.iter().enumerate() {
            let expected = fixture.tensor(&format!("encoder.{i}"));
            let alone = fixture.network.encoder_states(&[source]);
            let what = format!("{}, source {i}", fixture.name);
            assert_close(&alone[0], &expected, &what);
            assert_close(
                &batch[i][..expected.len()],
                &expected,
                &format!("{what} in a batch"),
            );
        }
    }
}

/// The reference's logits come from one pass over the whole target, without a cache; these come from
/// one step a token, with it.
#[test]
fn logits_step_by_step_equal_the_references_alone_and_in_a_batch() {
    for fixture in fixtures() {
        let sources = fixture.sources();
        let mut batch = fixture.network.encode(&sources).unwrap();
        let mut alone: Vec<_> = sources
            .iter()
            .map(|source| fixture.network.encode(&[source]).unwrap())
            .collect();
        let expected: Vec<Vec<f32>> = (0..sources.len())
            .map(|i| fixture.tensor(&format!("logits.{i}")))
            .collect();
        for step in 0..fixture.reference.targets[0].len() {
            let tokens: Vec<u32> = fixture.reference.targets.iter().map(|t| t[step]).collect();
            let together = batch.step_logits(&tokens).unwrap();
            for i in 0..sources.len() {
                let own = alone[i].step_logits(&tokens[i..=i]).unwrap();
                let width = own[0].len();
                let theirs = &expected[i][step * width..(step + 1) * width];
                let what = format!("{}, source {i}, step {step}", fixture.name);
                assert_close(&own[0], theirs, &what);
                assert_close(&together[i], theirs, &format!("{what} in a batch"));
            }
        }
    }
}

#[test]
fn generated_ids_equal_the_references_for_every_option() {
    for fixture in fixtures() {
        for case in &fixture.reference.generation {
            for (i, source) in fixture.sources().into_iter().enumerate() {
                let ours = &fixture.generate(case, &[source])[0];
                let what = format!("{}, {}, source {i}", fixture.name, case.name);
                assert_eq!(ours.tokens, case.ids[i][1..], "{what}");
                let length = ours.tokens.len() as f32;
                let penalty = if case.effective.num_beams == 1 {
                    1.0
                } else {
                    case.effective.length_penalty
                };
                let score = ours.log_prob / length.powf(penalty);
                assert_close(&[score], &[case.scores[i]], &format!("{what}: score"));
            }
        }
    }
}

/// As distilbart-cnn is published, within what a training program saves, and named as by BartModel.
#[test]
fn a_checkpoint_of_torch_before_1_6_gives_the_same_network() {
    let original = fixture("parity/bart-one-layer-bin");
    let folder = tempfile::tempdir().unwrap();
    let place = |from: PathBuf, name: &str| {
        std::fs::copy(from, folder.path().join(name)).unwrap();
    };
    place(original.join("config.json"), "config.json");
    place(
        fixture("checkpoints/bart-one-layer.bin"),
        "pytorch_model.bin",
    );
    let backend = CandleBackend::new(Device::Cpu, Precision::F32).unwrap();
    let (old, new) = (
        load(folder.path(), backend.clone()),
        load(&original, backend),
    );
    let text = std::fs::read_to_string(original.join("reference.json")).unwrap();
    let reference: Reference = serde_json::from_str(&text).unwrap();
    let sources: Vec<&[u32]> = reference.sources.iter().map(Vec::as_slice).collect();
    assert_eq!(old.encoder_states(&sources), new.encoder_states(&sources));
    let case = &reference.generation[0];
    let requests: Vec<Request> = sources
        .iter()
        .map(|source| Request {
            source,
            max_length: case.effective.max_length(),
            required: None,
        })
        .collect();
    let ids = |network: &dyn TestNetwork| -> Vec<Vec<u32>> {
        let generated = generate(network, &requests, &case.effective.options()).unwrap();
        generated.into_iter().map(|one| one.tokens).collect()
    };
    assert_eq!(ids(&*old), ids(&*new));
}

#[test]
fn a_batch_gives_each_sentence_what_it_gets_alone() {
    for fixture in fixtures() {
        for case in &fixture.reference.generation {
            let together = fixture.generate(case, &fixture.sources());
            for (i, ours) in together.iter().enumerate() {
                let what = format!("{}, {}, source {i}", fixture.name, case.name);
                assert_eq!(ours.tokens, case.ids[i][1..], "{what}");
            }
        }
    }
}

/// Bans, forced tokens and a part of the vocabulary: what no generation above may come to.
#[test]
fn every_backend_ranks_alike_under_any_constraints() {
    let rules = [
        TokenConstraints::default(),
        TokenConstraints {
            // One of them cannot be said in the first place.
            banned: vec![2, 7, 8, 30, 31],
            scored: vec![2, 3, 11, 12, 13],
            ..TokenConstraints::default()
        },
        TokenConstraints {
            forced: Some(9),
            ..TokenConstraints::default()
        },
    ];
    let mut known: HashMap<String, Vec<Vec<Candidate>>> = HashMap::new();
    for mut fixture in fixtures() {
        let tokens: Vec<u32> = (0..fixture.network.vocabulary() as u32)
            .filter(|token| token % 3 != 1)
            .collect();
        fixture.network.restrict_vocabulary(&tokens).unwrap();
        let sources: Vec<&[u32]> = fixture.sources().into_iter().cycle().take(3).collect();
        let mut state = fixture.network.encode(&sources).unwrap();
        state.step(&[2, 2, 2], &rules, 4).unwrap();
        let found = state.step(&[9, 12, 15], &rules, 6).unwrap();
        let folder = fixture.folder.display().to_string();
        let expected = known.entry(folder).or_insert_with(|| found.clone());
        for (found, expected) in found.iter().zip(expected.iter()) {
            assert_eq!(found.len(), expected.len(), "{}", fixture.name);
            for (ours, theirs) in found.iter().zip(expected) {
                assert_eq!(ours.token, theirs.token, "{}", fixture.name);
                assert_close(&[ours.log_prob], &[theirs.log_prob], &fixture.name);
            }
        }
    }
}

/// A network of one small layer with as many tokens as NLLB-200 has: a device cannot sort its logits whole.
fn wide_network(folder: &Path) -> (Architecture, Weights) {
    const TOKENS: usize = 256_206;
    const WIDTH: usize = 16;
    let config = serde_json::json!({
        "model_type": "m2m_100", "vocab_size": TOKENS, "d_model": WIDTH, "max_position_embeddings": 64,
        "encoder_layers": 1, "encoder_ffn_dim": WIDTH, "encoder_attention_heads": 2,
        "decoder_layers": 1, "decoder_ffn_dim": WIDTH, "decoder_attention_heads": 2,
        "activation_function": "relu", "scale_embedding": true, "pad_token_id": 1, "eos_token_id": 2,
        "decoder_start_token_id": 2,
    });
    let path = folder.join("config.json");
    std::fs::write(&path, config.to_string()).unwrap();

    let mut state = 1_u64;
    let mut numbers = |shape: &[usize]| {
        let next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 40) as f32 / 2.0_f32.powi(23) - 1.0
        };
        let numbers: Vec<f32> = std::iter::repeat_with(next)
            .take(shape.iter().product())
            .collect();
        Tensor::from_vec(numbers, shape, &CandleDevice::Cpu).unwrap()
    };
    let mut tensors = HashMap::from([(
        String::from("model.shared.weight"),
        numbers(&[TOKENS, WIDTH]),
    )]);
    for (side, attentions) in [
        ("encoder", &["self_attn"][..]),
        ("decoder", &["self_attn", "encoder_attn"]),
    ] {
        let layer = format!("model.{side}.layers.0");
        let mut linears = vec![format!("{layer}.fc1"), format!("{layer}.fc2")];
        let mut norms = vec![
            format!("model.{side}.layer_norm"),
            format!("{layer}.final_layer_norm"),
        ];
        for attention in attentions {
            let names = ["q_proj", "k_proj", "v_proj", "out_proj"];
            linears.extend(names.map(|name| format!("{layer}.{attention}.{name}")));
            norms.push(format!("{layer}.{attention}_layer_norm"));
        }
        for (names, shape) in [(linears, &[WIDTH, WIDTH][..]), (norms, &[WIDTH])] {
            for name in names {
                tensors.insert(format!("{name}.weight"), numbers(shape));
                tensors.insert(format!("{name}.bias"), numbers(&[WIDTH]));
            }
        }
    }
    let file = folder.join("model.safetensors");
    safetensors::save(&tensors, &file).unwrap();
    let files = NetworkFiles {
        config: path,
        generation_config: None,
        vocabulary: None,
        weights: WeightFiles::Safetensors(vec![file]),
    };
    (architecture(&files), Weights::open(&files.weights).unwrap())
}

#[test]
fn every_backend_finds_the_best_of_a_vocabulary_as_large_as_nllbs() {
    let folder = tempfile::tempdir().unwrap();
    let (architecture, weights) = wide_network(folder.path());
    let rules = [
        TokenConstraints::default(),
        TokenConstraints {
            banned: vec![0, 1, 2, 100_000, 256_205],
            ..TokenConstraints::default()
        },
    ];
    // All tokens, and a number of them that no device's rows come out even with.
    let some: Vec<u32> = (0..256_206).filter(|token| token % 9 != 4).collect();
    for allowed in [None, Some(&some)] {
        let mut known: Option<Vec<Vec<Candidate>>> = None;
        for (place, backend) in backends() {
            let mut network = Network::load(backend, architecture.clone(), &weights).unwrap();
            if let Some(allowed) = allowed {
                network.restrict_vocabulary(allowed).unwrap();
            }
            let mut state = network.encode(&[&[5, 9_000, 2], &[7, 2]]).unwrap();
            let found = state.step(&[2, 2], &rules, 8).unwrap();
            let expected = known.get_or_insert_with(|| found.clone());
            for (found, expected) in found.iter().zip(expected.iter()) {
                let tokens = |row: &[Candidate]| row.iter().map(|c| c.token).collect::<Vec<_>>();
                assert_eq!(tokens(found), tokens(expected), "{place}");
                let scores = |row: &[Candidate]| row.iter().map(|c| c.log_prob).collect::<Vec<_>>();
                assert_close(&scores(found), &scores(expected), place);
            }
        }
    }
}

#[test]
fn a_models_own_options_are_read_as_transformers_reads_them() {
    for fixture in fixtures() {
        let generation_config = Some(fixture.folder.join("generation_config.json"));
        let generation_config = generation_config.filter(|path| path.exists());
        let config = fixture.folder.join("config.json");
        let read = Options::read(generation_config.as_deref(), &config).unwrap();
        let own = fixture.reference.generation.iter();
        let mut own = own.filter(|case| case.name == "the model's own options");
        let expected = Options {
            // Where a model sets no limit, transformers generates 20 tokens; callers here set one.
            max_length: own_limit(&config, generation_config.as_deref()),
            ..own.next().unwrap().effective.options()
        };
        assert_eq!(read, expected, "{}", fixture.name);
    }
}

/// The limit a model's files state.
fn own_limit(config: &Path, generation_config: Option<&Path>) -> Option<usize> {
    let text = std::fs::read_to_string(generation_config.unwrap_or(config)).unwrap();
    let fields: serde_json::Value = serde_json::from_str(&text).unwrap();
    fields["max_length"].as_u64().map(|limit| limit as usize)
}
