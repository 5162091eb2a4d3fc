//! Attacks on the real binary: inputs made to end it, to fill its memory, to keep it busy, to falsify
//! what it does with others, or to act on a terminal.
//!
//! Each runs beside sound articles, under limits of the system on memory and CPU time. Its articles
//! are translated or fail, each by its name; the sound ones are translated as without it.
//!
//! A selection is part of every run of the tests. All of them take some minutes with a release build:
//!
//! ```text
//! cargo test --release --locked --test cli hostile -- --ignored
//! ```
//!
//! `AUDARMA_ATTACK=pdf` in the environment tries those with `pdf` in their names.

mod attack;
#[cfg(unix)]
mod entries;
mod models;
mod pages;
mod pdfs;
mod records;
mod tables;
mod tars;
mod texts;
mod trial;
mod words;
mod zips;

use std::collections::HashSet;

use attack::{Attack, Given};

/// All attacks.
fn attacks() -> Vec<Attack> {
    let kinds = [
        pages::attacks(),
        texts::attacks(),
        records::attacks(),
        words::attacks(),
        pdfs::attacks(),
        tables::attacks(),
        zips::attacks(),
        tars::attacks(),
        models::attacks(),
        #[cfg(unix)]
        entries::attacks(),
    ];
    kinds.into_iter().flatten().collect()
}

/// The attacks that the environment asks for; all, if it does not.
fn chosen() -> Vec<Attack> {
    let part = std::env::var("AUDARMA_ATTACK").unwrap_or_default();
    let mut attacks = attacks();
    attacks.retain(|attack| attack.name.contains(&part));
    attacks
}

/// Tries attacks, and fails with what was wrong with all of them.
fn try_each(attacks: &[Attack]) {
    let mut report = String::new();
    for attack in attacks {
        for problem in trial::problems(attack) {
            report += &format!("{}: {problem}\n", attack.name);
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn each_attack_has_a_name_of_its_own() {
    let mut names = HashSet::new();
    for attack in attacks() {
        assert!(names.insert(attack.name.clone()), "{}", attack.name);
    }
}

#[test]
fn some_attacks_harm_nothing_but_themselves() {
    let mut attacks = attacks();
    attacks.retain(|attack| attack.is_quick);
    try_each(&attacks);
}

#[test]
#[ignore = "takes minutes, with a release build"]
fn no_attack_harms_anything_but_itself() {
    let attacks = chosen();
    println!("{} attacks", attacks.len());
    try_each(&attacks);
}

/// All attacks on one run over two hundred sound articles.
#[test]
#[ignore = "takes minutes, with a release build"]
fn sound_articles_among_all_attacks_are_translated_and_each_attack_is_named() {
    let attacks = chosen();
    let of_a_folder = |attack: &&Attack| matches!(attack.given, Given::File(_) | Given::Entry(_));
    let attacks: Vec<&Attack> = attacks.iter().filter(of_a_folder).collect();
    // Among the attacks, by the order of names.
    let good = (0..200).map(|n| {
        let near = &attacks[n % attacks.len()].name;
        let stem = near.split('.').next().unwrap_or(near);
        format!("{stem}~{n}.txt")
    });
    let good: Vec<String> = good.collect();
    let good: Vec<&str> = good.iter().map(String::as_str).collect();
    let (read, translated): (Vec<&Attack>, Vec<&Attack>) =
        attacks.iter().partition(|attack| attack.is_only_read);
    for (attacks, only_read) in [(translated, false), (read, true)] {
        let problems = trial::problems_of_a_folder(&attacks, &good, only_read, 50);
        assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    }
}
