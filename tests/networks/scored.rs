//! Tokens that a search wants scored whatever their rank, on every backend, against the logits.

use std::path::Path;

use audarma::nn::{
    CandleBackend, ComputeOptions, Device, Precision, TokenConstraints, Weights, rank,
};
use audarma::seq2seq::Seq2Seq;
use audarma::seq2seq::bart::Network;

use super::support::{architecture, fixture, network_files, open};

fn networks(folder: &Path) -> Vec<(&'static str, Box<dyn Seq2Seq>)> {
    let packed = |precision| {
        let compute = ComputeOptions {
            precision,
            threads: 2,
            ..ComputeOptions::exact()
        };
        open(folder, &compute)
    };
    let files = network_files(folder);
    let weights = Weights::open(&files.weights).unwrap();
    let on_device = CandleBackend::new(Device::Cpu, Precision::F32)
        .unwrap()
        .ranking_on_device();
    let on_device = Network::load(on_device, architecture(&files), &weights).unwrap();
    vec![
        ("f32", open(folder, &ComputeOptions::exact())),
        ("f32, ranked as on a device", Box::new(on_device)),
        ("q8", packed(Precision::Q8)),
        ("q4", packed(Precision::Q4)),
    ]
}

#[test]
fn scored_tokens_have_the_log_probability_of_their_logits() {
    let root = fixture("parity");
    let rules = [
        TokenConstraints {
            banned: vec![7],
            scored: vec![40, 7, 2, 3, 60, 61],
            ..TokenConstraints::default()
        },
        TokenConstraints {
            scored: vec![2],
            ..TokenConstraints::default()
        },
        TokenConstraints {
            banned: vec![8, 2, 30],
            scored: vec![40, 3, 2],
            renormalized: true,
            ..TokenConstraints::default()
        },
    ];
    for folder in ["m2m100", "bart", "marian"].map(|name| root.join(name)) {
        for (name, mut network) in networks(&folder) {
            for is_restricted in [false, true] {
                let known = network.vocabulary() as u32;
                let mut allowed: Vec<u32> = (0..known).collect();
                if is_restricted {
                    allowed.retain(|token| token % 3 != 1);
                    network.restrict_vocabulary(&allowed).unwrap();
                }
                let sources = [&[5, 6, 7, 2][..], &[8, 9, 2], &[5, 9, 2]];
                let mut state = network.encode(&sources).unwrap();
                let found = state.step(&[2, 2, 2], &rules, 3).unwrap();
                let mut state = network.encode(&sources).unwrap();
                let logits = state.step_logits(&[2, 2, 2]).unwrap();
                for ((found, rules), logits) in found.iter().zip(&rules).zip(&logits) {
                    // A ban changes the others' probabilities only where that is asked for.
                    let banned = rules.banned.iter().filter(|_| rules.renormalized);
                    let banned = banned.filter_map(|token| allowed.binary_search(token).ok());
                    let over = TokenConstraints {
                        banned: banned.map(|row| row as u32).collect(),
                        renormalized: true,
                        ..TokenConstraints::default()
                    };
                    let every = rank(logits, &over, logits.len()).unwrap();
                    for &token in &rules.scored {
                        let own = found.iter().filter(|candidate| candidate.token == token);
                        let own: Vec<f32> = own.map(|candidate| candidate.log_prob).collect();
                        let row = allowed.binary_search(&token).ok();
                        match row.filter(|_| !rules.banned.contains(&token)) {
                            None => assert!(own.is_empty(), "{name}: {token}"),
                            Some(row) => {
                                let expected = every.iter().find(|c| c.token == row as u32);
                                let expected = expected.unwrap().log_prob;
                                assert_eq!(own.len(), 1, "{name}: {token}");
                                assert!((own[0] - expected).abs() < 1e-4, "{name}: {token}");
                            }
                        }
                    }
                    assert!(
                        found.is_sorted_by(|a, b| a.log_prob >= b.log_prob),
                        "{name}"
                    );
                }
            }
        }
    }
}
