//! Figures of docs/fidelity.md on real text, which the repository does not hold.
//!
//!     AUDARMA_EVAL=folder cargo test --test checks_eval -- --ignored --nocapture
//!
//! The folder holds line-aligned `NAME.kk.txt` and `NAME.en.txt` (FLORES-200 devtest, NTREX-128).
//! `AUDARMA_SHOW=check` lists the human translations that this check flags.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use audarma::checks::{Check, Evidence, explain, failed};

/// Sentences and their human translations, with the name of their set.
fn human_pairs() -> Vec<(String, String)> {
    let folder = PathBuf::from(env::var("AUDARMA_EVAL").expect("AUDARMA_EVAL names a folder"));
    let mut pairs = Vec::new();
    for entry in fs::read_dir(&folder).expect("a readable folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(set) = name.strip_suffix(".kk.txt") else {
            continue;
        };
        let read = |path: PathBuf| fs::read_to_string(path).expect("a readable file");
        let (source, target) = (
            read(entry.path()),
            read(folder.join(format!("{set}.en.txt"))),
        );
        pairs.extend(
            source
                .lines()
                .map(str::to_owned)
                .zip(target.lines().map(str::to_owned)),
        );
    }
    pairs
}

#[test]
#[ignore = "reads the folder AUDARMA_EVAL"]
fn human_translations_pass() {
    let pairs = human_pairs();
    let show = env::var("AUDARMA_SHOW").unwrap_or_default();
    let mut flagged: BTreeMap<Check, usize> = BTreeMap::new();
    for (source, target) in &pairs {
        let evidence = Evidence {
            source,
            target,
            truncated: false,
        };
        for check in failed(&evidence) {
            *flagged.entry(check).or_default() += 1;
            if check.name() == show {
                println!(
                    "{}\n  {source}\n  {target}",
                    explain(check, &evidence).unwrap_or_default()
                );
            }
        }
    }
    for check in Check::ALL {
        let many = flagged.get(&check).copied().unwrap_or(0);
        let share = 100.0 * many as f64 / pairs.len() as f64;
        println!(
            "{:12} flags {many:4} of {} human translations ({share:.2} %)",
            check.name(),
            pairs.len()
        );
    }
}
