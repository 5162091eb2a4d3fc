//! Terms of a glossary in what networks say, on one that is sure of other words
//! (tests/reference/glossary_nllb.py).
//!
//!     cargo test --test networks glossary -- --nocapture
//!
//! prints the figures of docs/glossary.md.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use audarma::checks::{Check, holds_term};
use audarma::glossary::Glossary;
use audarma::language::KAZAKH;
use audarma::nn::{ComputeOptions, Precision};
use audarma::translate::{Hypothesis, Settings, TermUse, Translator, Unit};

use super::support::{self, fixture};

/// Names the folder of another network than the fixture's.
const NETWORK: &str = "AUDARMA_GLOSSARY_NETWORK";

fn translator(glossary: Option<&str>, settings: Settings, compute: &ComputeOptions) -> Translator {
    let named = std::env::var_os(NETWORK);
    let folder = named.map_or_else(|| fixture("glossary-nllb"), Into::into);
    let glossary = glossary.map(|text| Glossary::parse(text, Path::new("terms.tsv")).unwrap());
    let settings = Settings {
        glossary: glossary.map(Arc::new),
        ..settings
    };
    support::translator(&folder, &settings, compute)
}

fn without_retries(num_beams: usize) -> Settings {
    Settings {
        num_beams,
        retries: 0,
        ..Settings::default()
    }
}

/// Source, usual word and wanted word of each term.
fn terms() -> Vec<[String; 3]> {
    let table = std::fs::read_to_string("tests/reference/glossary.tsv").unwrap();
    let rows = table.lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| {
        let mut cells = row.split('\t').map(str::to_owned);
        std::array::from_fn(|_| cells.next().unwrap())
    })
    .collect()
}

/// The glossary of some of the terms.
fn glossary(terms: &[[String; 3]]) -> String {
    let rows = terms
        .iter()
        .map(|[source, _, wanted]| format!("{source}\t{wanted}\n"));
    rows.collect()
}

/// The number of the term and the source of each sentence.
fn sentences() -> Vec<(usize, String)> {
    let table = std::fs::read_to_string(fixture("glossary-nllb/sentences.tsv")).unwrap();
    let rows = table.lines().map(|row| {
        let mut cells = row.split('\t');
        let term = cells.next().unwrap().parse().unwrap();
        (term, cells.next().unwrap().to_owned())
    });
    rows.collect()
}

fn translated(translator: &Translator, sources: &[&str]) -> Vec<Hypothesis> {
    let token = translator.language("kaz_Cyrl").unwrap();
    let unit = |source: &&str| Unit {
        text: (*source).to_owned(),
        language: &KAZAKH,
        token,
    };
    let units: Vec<Unit> = sources.iter().map(unit).collect();
    translator.translate(&units, &mut |_, _| {}).unwrap()
}

#[test]
fn the_terms_of_a_glossary_are_in_the_translation_and_cost_no_other_check() {
    let (terms, sentences) = (terms(), sentences());
    let sources: Vec<&str> = sentences
        .iter()
        .map(|(_, source)| source.as_str())
        .collect();
    let eight_bits = ComputeOptions {
        precision: Precision::Q8,
        ..ComputeOptions::exact()
    };
    println!(
        "| weights | beams | terms without a glossary | with it | other flags without | with |"
    );
    for (name, compute) in [("f32", &ComputeOptions::exact()), ("q8", &eight_bits)] {
        for beams in [1, 4] {
            let free = translator(None, without_retries(beams), compute);
            let free = translated(&free, &sources);
            let with = translator(Some(&glossary(&terms)), without_retries(beams), compute);
            let found = translated(&with, &sources);
            let entries = with.glossary().unwrap().entries();
            let holding = |hypotheses: &[Hypothesis]| {
                let pairs = sentences.iter().zip(hypotheses);
                let pairs = pairs
                    .filter(|((term, _), said)| holds_term(&said.target, &entries[*term].target));
                pairs.count()
            };
            let others = |hypotheses: &[Hypothesis]| {
                let flags = hypotheses.iter().flat_map(Hypothesis::failed);
                flags.filter(|check| *check != Check::Glossary).count()
            };
            let (before, after) = (holding(&free), holding(&found));
            println!(
                "| {name} | {beams} | {before} | {after} of {} | {} | {} |",
                sources.len(),
                others(&free),
                others(&found)
            );
            for (((term, _), free), found) in sentences.iter().zip(&free).zip(&found) {
                let is_applied = holds_term(&found.target, &entries[*term].target);
                let entry = *term;
                assert_eq!(found.terms, [TermUse { entry, is_applied }]);
                assert_eq!(found.failed().contains(&Check::Glossary), !is_applied);
                let failed = found.failed().into_iter();
                let mut failed = failed.filter(|check| *check != Check::Glossary);
                assert!(
                    failed.all(|check| free.failed().contains(&check)),
                    "{found:?}"
                );
                if holds_term(&free.target, &entries[*term].target) {
                    assert_eq!(found.target, free.target);
                }
            }
            assert!(after * 100 >= sources.len() * 98, "{after}");
        }
    }
}

#[test]
fn a_sentence_with_terms_gets_alone_what_it_gets_beside_others() {
    let (terms, sentences) = (terms(), sentences());
    let sources: Vec<&str> = sentences
        .iter()
        .map(|(_, source)| source.as_str())
        .collect();
    let some: Vec<[String; 3]> = terms.into_iter().step_by(3).collect();
    for beams in [1, 4] {
        let translator = translator(
            Some(&glossary(&some)),
            without_retries(beams),
            &ComputeOptions::exact(),
        );
        let together = translated(&translator, &sources);
        for (source, together) in sources.iter().zip(&together).step_by(7) {
            let alone = &translated(&translator, &[source])[0];
            assert_eq!(alone.target, together.target, "{source}");
            assert_eq!(alone.terms, together.terms, "{source}");
        }
    }
}

#[test]
fn a_term_that_the_vocabulary_cannot_spell_is_a_finding() {
    let glossary = "мектеп\tмектеп\nкөпір\tviaduct\n";
    let translator = translator(Some(glossary), without_retries(4), &ComputeOptions::exact());
    let said = translated(&translator, &["Тұрғындар мектепті көрді."]).remove(0);
    assert_eq!(said.failed(), [Check::Glossary]);
    let finding = &said.findings[0];
    assert_eq!(finding.source.as_deref(), Some("мектепті"));
    assert!(finding.message.ends_with("cannot spell it"), "{finding:?}");
    assert!(!said.target.is_empty());
}

/// Ratio of the times without and with a term in every tenth sentence, the fastest of some runs each.
#[test]
#[ignore = "measures time"]
fn speed_with_a_term_in_every_tenth_sentence() {
    // A network of full size takes minutes a run, in f32 an hour.
    let is_full_size = std::env::var_os(NETWORK).is_some();
    let (runs, precisions) = if is_full_size {
        (2, &[Precision::Q8][..])
    } else {
        (5, &[Precision::F32, Precision::Q8][..])
    };
    let (terms, sentences) = (terms(), sentences());
    let sources: Vec<&str> = sentences
        .iter()
        .map(|(_, source)| source.as_str())
        .collect();
    let some: Vec<[String; 3]> = terms.into_iter().step_by(10).collect();
    for &precision in precisions {
        let compute = ComputeOptions {
            precision,
            threads: 2,
            ..ComputeOptions::exact()
        };
        for beams in [1, 4] {
            let ways = [None, Some(glossary(&some))];
            let ways =
                ways.map(|terms| translator(terms.as_deref(), without_retries(beams), &compute));
            let mut fastest = [f64::INFINITY; 2];
            let mut tokens = [0; 2];
            for _ in 0..runs {
                for (at, translator) in ways.iter().enumerate() {
                    let started = Instant::now();
                    let said = translated(translator, &sources);
                    fastest[at] = fastest[at].min(started.elapsed().as_secs_f64());
                    tokens[at] = said.iter().map(|said| said.tokens).sum();
                }
            }
            let speed = |at: usize| tokens[at] as f64 / fastest[at];
            println!(
                "{precision:?}, {beams} beams: {:.0} and {:.0} tokens per second, {:.1} %",
                speed(0),
                speed(1),
                100.0 * speed(1) / speed(0)
            );
        }
    }
}
