//! Phrases that a target has to hold, on every backend: they are there, and neither they nor what shares
//! a batch with them changes what another sentence gets.

use audarma::generate::{
    Generated, Options, Phrase, PhraseForm, Request, RequiredPhrases, WordEdges, generate,
};
use audarma::nn::{CandleBackend, ComputeOptions, Device, Precision, Weights};
use audarma::seq2seq::Seq2Seq;
use audarma::seq2seq::bart::Network;

use super::support::{architecture, fixture, network_files, open};

const SOURCES: [&[u32]; 4] = [&[5, 6, 7, 2], &[8, 9, 2], &[5, 9, 11, 12, 6, 2], &[10, 2]];

fn networks(name: &str) -> Vec<(&'static str, Box<dyn Seq2Seq>)> {
    let folder = fixture("parity").join(name);
    let packed = |precision| {
        let compute = ComputeOptions {
            precision,
            threads: 2,
            ..ComputeOptions::exact()
        };
        open(&folder, &compute)
    };
    let files = network_files(&folder);
    let weights = Weights::open(&files.weights).unwrap();
    let on_device = CandleBackend::new(Device::Cpu, Precision::F32)
        .unwrap()
        .ranking_on_device();
    let on_device = Network::load(on_device, architecture(&files), &weights).unwrap();
    vec![
        ("f32", open(&folder, &ComputeOptions::exact())),
        ("f32, ranked as on a device", Box::new(on_device)),
        ("q8", packed(Precision::Q8)),
        ("q4", packed(Precision::Q4)),
    ]
}

fn phrase(forms: &[&[u32]]) -> Phrase {
    let form = |tokens: &&[u32]| PhraseForm {
        tokens: tokens.to_vec(),
        is_joined: false,
    };
    Phrase {
        forms: forms.iter().map(form).collect(),
    }
}

fn decode(
    network: &dyn Seq2Seq,
    sentences: &[(&[u32], &[Phrase])],
    options: &Options,
) -> Vec<Generated> {
    let edges = WordEdges::default();
    let requests: Vec<Request> = sentences
        .iter()
        .map(|&(source, phrases)| Request {
            source,
            max_length: 24,
            required: (!phrases.is_empty()).then_some(RequiredPhrases {
                phrases,
                edges: &edges,
            }),
        })
        .collect();
    generate(network, &requests, options).unwrap()
}

fn holds(generated: &Generated, form: &[u32]) -> bool {
    let mut windows = generated.tokens.windows(form.len());
    windows.any(|window| window == form)
}

#[test]
fn required_phrases_are_in_the_target_and_batches_change_nothing() {
    let one = [phrase(&[&[33, 17, 21]])];
    let two = [phrase(&[&[19, 31], &[30, 19, 14]]), phrase(&[&[25]])];
    let phrases: [&[Phrase]; 4] = [&[], &one, &two, &[]];
    let sentences: Vec<(&[u32], &[Phrase])> = SOURCES.into_iter().zip(phrases).collect();
    for folder in ["m2m100", "bart", "marian"] {
        for (name, network) in networks(folder) {
            for num_beams in [1, 4] {
                let what = format!("{folder}, {name}, {num_beams}");
                let options = Options {
                    num_beams,
                    ..Options::ending_with(2)
                };
                let together = decode(&*network, &sentences, &options);
                for (sentence, together) in sentences.iter().zip(&together) {
                    let alone = decode(&*network, &[*sentence], &options);
                    assert_eq!(alone[0].tokens, together.tokens, "{what}");
                }
                assert!(holds(&together[1], &[33, 17, 21]), "{what}: {together:?}");
                let either = holds(&together[2], &[19, 31]) || holds(&together[2], &[30, 19, 14]);
                assert!(either && holds(&together[2], &[25]), "{what}: {together:?}");
            }
        }
    }
}

#[test]
fn with_phrases_that_are_said_anyhow_a_target_is_hardly_worse() {
    let options = Options {
        num_beams: 4,
        ..Options::ending_with(2)
    };
    for (name, network) in networks("m2m100") {
        let mut cases = 0;
        for source in SOURCES {
            let free = decode(&*network, &[(source, &[])], &options).remove(0);
            let Some(said) = free.tokens.get(1..3).filter(|_| free.ended) else {
                continue;
            };
            let found = decode(&*network, &[(source, &[phrase(&[said])])], &options).remove(0);
            assert!(holds(&found, said), "{name}");
            let worse = free.score() - found.score();
            assert!(worse < 0.3, "{name}: {worse} {free:?} {found:?}");
            cases += 1;
        }
        assert!(cases >= 1, "{name}: {cases} of the targets end");
    }
}
