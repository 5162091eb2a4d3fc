//! How fast sentences of mixed lengths are decoded, beside as many of one length.
//!
//! Needs a folder with a network, named in AUDARMA_NETWORK, and a file named in AUDARMA_LENGTHS: one
//! sentence a line, the tokens of its source and of its target.

use std::path::PathBuf;
use std::time::Instant;

use audarma::generate::{BatchLimits, Options, Request, generate_all};
use audarma::nn::{ComputeOptions, Precision};

use super::support::open;

/// Sentences decoded together: those of a long article.
const TOGETHER: usize = 64;
const RUNS: usize = 3;

#[test]
#[ignore = "measures time"]
fn sentences_of_mixed_lengths_beside_those_of_one() {
    let path = |name: &str| PathBuf::from(std::env::var_os(name).expect(name));
    let compute = ComputeOptions {
        precision: Precision::Q8,
        threads: 2,
        ..ComputeOptions::exact()
    };
    let model = open(&path("AUDARMA_NETWORK"), &compute);
    let text = std::fs::read_to_string(path("AUDARMA_LENGTHS")).unwrap();
    let lengths: Vec<(usize, usize)> = text
        .lines()
        .map(|line| {
            let mut numbers = line.split_whitespace().map(|word| word.parse().unwrap());
            (numbers.next().unwrap(), numbers.next().unwrap())
        })
        .collect();
    for beams in [1, 4] {
        let speed = |lengths: &[(usize, usize)]| {
            let sources: Vec<Vec<u32>> = lengths
                .iter()
                .enumerate()
                .map(|(at, &(source, _))| (0..source).map(|i| id(at * 131 + i)).collect())
                .collect();
            let requests: Vec<Request> = sources
                .iter()
                .zip(lengths)
                .map(|(source, &(_, target))| Request {
                    source,
                    max_length: target + 1,
                    required: None,
                })
                .collect();
            let options = Options {
                num_beams: beams,
                // No target ends before its length.
                min_length: usize::MAX,
                ..Options::ending_with(2)
            };
            let started = Instant::now();
            let limits = BatchLimits::cpu(2);
            generate_all(model.as_ref(), &requests, &options, limits, &mut |_| {}).unwrap();
            let tokens: usize = lengths.iter().map(|(_, target)| target).sum();
            tokens as f64 / started.elapsed().as_secs_f64()
        };
        for mixed in lengths.chunks_exact(TOGETHER) {
            let mean =
                |of: fn(&(usize, usize)) -> usize| mixed.iter().map(of).sum::<usize>() / TOGETHER;
            let even = vec![(mean(|l| l.0), mean(|l| l.1)); TOGETHER];
            let mut fastest = [0.0_f64; 2];
            for _ in 0..RUNS {
                for (at, lengths) in [mixed, &even].into_iter().enumerate() {
                    fastest[at] = fastest[at].max(speed(lengths));
                }
            }
            println!(
                "{beams} beams, {} and {} tokens on average: mixed {:.0}, even {:.0} tokens a second, {:.1} %",
                even[0].0,
                even[0].1,
                fastest[0],
                fastest[1],
                100.0 * fastest[0] / fastest[1]
            );
        }
    }
}

/// An id of a word.
fn id(number: usize) -> u32 {
    (number * 7919 % 200_000 + 100) as u32
}
