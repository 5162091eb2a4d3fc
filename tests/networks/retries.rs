//! What retries repair, on a network that errs on purpose (tests/reference/failing_nllb.py).
//!
//!     cargo test --test networks retries -- --nocapture
//!
//! prints the table of docs/fidelity.md, and how many sentences q8 says as f32 does (docs/speed.md).
//! The table says how the ways of decoding work together with the checks, and nothing about how often
//! a real model errs.

use std::time::Instant;

use audarma::checks::Check;
use audarma::language::KAZAKH;
use audarma::nn::{ComputeOptions, Precision};
use audarma::translate::{Hypothesis, Settings, Translator, Unit};

use super::support::{self, fixture};

const MAX_RETRIES: usize = 4;

fn translator(retries: usize, compute: &ComputeOptions) -> Translator {
    let settings = Settings {
        retries,
        ..Settings::default()
    };
    support::translator(&fixture("failing-nllb"), &settings, compute)
}

/// A sentence of failing.tsv, and whether decoding otherwise can make it pass.
struct Case {
    curable: bool,
    source: String,
}

fn cases() -> Vec<Case> {
    let table = std::fs::read_to_string("tests/reference/failing.tsv").expect("the table");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        let [check, cause, source, _, _] = cells[..] else {
            panic!("five cells: {row}")
        };
        Case {
            // A loop can be ruled out, and a number demanded, whatever was learnt.
            curable: cause != "always" || matches!(check, "repetition" | "numbers"),
            source: source.replace(" | ", " "),
        }
    })
    .collect()
}

/// The hypotheses of all cases with so many retries.
fn hypotheses(cases: &[Case], retries: usize, compute: &ComputeOptions) -> Vec<Hypothesis> {
    let translator = translator(retries, compute);
    let language = translator.language("kaz_Cyrl").expect("Kazakh");
    let unit = |case: &Case| Unit {
        text: case.source.clone(),
        language: &KAZAKH,
        token: language,
    };
    let units: Vec<Unit> = cases.iter().map(unit).collect();
    let (started, mut decoded) = (Instant::now(), 0);
    let hypotheses = translator
        .translate(&units, &mut |done, _| decoded = done)
        .expect("translations");
    let seconds = started.elapsed().as_secs_f64();
    println!("{retries} retries: {decoded} sentences and clauses decoded in {seconds:.2} s");
    hypotheses
}

/// The hypotheses of all cases after 0, 1, … retries.
fn by_retries(cases: &[Case]) -> Vec<Vec<Hypothesis>> {
    (0..=MAX_RETRIES)
        .map(|retries| hypotheses(cases, retries, &ComputeOptions::exact()))
        .collect()
}

#[test]
fn retries_repair_failures_of_every_check_and_what_they_cannot_repair_stays_flagged() {
    let cases = cases();
    let after = by_retries(&cases);
    let fails = |retries: usize, at: usize, check: Check| {
        let hypothesis: &Hypothesis = &after[retries][at];
        hypothesis.failed().contains(&check)
    };
    println!("| check | failed | repaired after 1, 2, 3, 4 retries |");
    for check in Check::ALL {
        let failed: Vec<usize> = (0..cases.len()).filter(|&at| fails(0, at, check)).collect();
        let repaired = |retries| {
            let repaired = failed.iter().filter(|&&at| !fails(retries, at, check));
            repaired.count()
        };
        let repaired = [1, 2, 3, 4].map(repaired);
        println!("| `{}` | {} | {repaired:?} |", check.name(), failed.len());
        // These ask for no retry.
        if !matches!(check, Check::Names | Check::Damaged | Check::Glossary) {
            assert!(failed.len() >= 4, "{}", check.name());
            assert!(repaired[MAX_RETRIES - 1] >= 1, "{}", check.name());
        }
    }
    for (case, hypothesis) in cases.iter().zip(&after[MAX_RETRIES]) {
        let flagged = !hypothesis.failed().is_empty();
        assert!(case.curable || flagged, "{}: {hypothesis:?}", case.source);
    }
}

#[test]
fn each_retry_repairs_something_that_those_before_it_did_not() {
    let cases = cases();
    let after = by_retries(&cases);
    let sound = after.iter().map(|hypotheses| {
        let sound = hypotheses.iter().filter(|said| said.failed().is_empty());
        sound.count()
    });
    let sound: Vec<usize> = sound.collect();
    println!("without a flag, of {}: {sound:?}", cases.len());
    assert!(sound.is_sorted_by(|fewer, more| fewer < more), "{sound:?}");
}

/// Rounding weights to 8 bits changes hardly anything that is said, right or wrong, before retries or
/// after them.
#[test]
fn q8_translates_as_f32_does() {
    let cases = cases();
    let eight_bits = ComputeOptions {
        precision: Precision::Q8,
        ..ComputeOptions::exact()
    };
    for retries in [0, MAX_RETRIES] {
        let [exact, packed] = [&ComputeOptions::exact(), &eight_bits]
            .map(|compute| hypotheses(&cases, retries, compute));
        let same = exact.iter().zip(&packed);
        let same = same.filter(|(exact, packed)| exact.target == packed.target);
        let same = same.count();
        println!("{same} of {} as in f32, {retries} retries", cases.len());
        assert!(same * 100 >= cases.len() * 98, "{same} at {retries}");
    }
}
