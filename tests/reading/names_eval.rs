//! Names of human translations, each put in another's place: figures of docs/fidelity.md, on the
//! texts that `checks_eval` reads.
//!
//!     AUDARMA_EVAL=folder cargo test --test reading names_eval -- --ignored --nocapture
//!
//! `AUDARMA_SHOW=replaced` lists what is not caught, `AUDARMA_SHOW=flagged` what is flagged.

use std::collections::BTreeSet;
use std::env;

use crate::checks_eval::{fails, human_pairs};
use audarma::checks::{Check, Finding, SentencePair, findings_of};
use audarma::language::{KAZAKH, romanised};

/// What the check has to reach: of the names inside sentences that were replaced by others, those that are
/// caught; of the sentences that it flags, those in which a name has no counterpart.
const MIN_CAUGHT: f64 = 0.90;
const MIN_PRECISION: f64 = 0.60;

/// Kazakh names and their English ones that no letters tell.
#[rustfmt::skip]
const TRANSLATED: &[(&str, &str)] = &[
    ("Қытай", "China"), ("Ресей", "Russia"), ("Жапония", "Japan"), ("Үндістан", "India"),
    ("Мысыр", "Egypt"), ("Еуропа", "Europe"), ("Грузия", "Georgia"), ("Мәскеу", "Moscow"),
    ("Қырғызстан", "Kyrgyzstan"), ("Пекин", "Beijing"), ("Париж", "Paris"), ("Рим", "Rome"),
    ("Түркия", "Turkey"), ("Қазақстан", "Kazakhstan"),
];

/// The consonants of a name, those of one place in the mouth being one.
fn skeleton(latin: &str) -> String {
    let mut letters: Vec<char> = Vec::new();
    let lower = latin.to_lowercase();
    for letter in lower
        .replace("zh", "j")
        .replace("dj", "j")
        .replace("kh", "k")
        .chars()
    {
        let class = match letter {
            'b' | 'p' => 'p',
            'c' | 'k' | 'q' | 'g' => 'k',
            's' | 'z' | 'x' => 's',
            'd' | 't' => 't',
            'f' | 'v' => 'f',
            'j' | 'l' | 'm' | 'n' | 'r' => letter,
            _ => continue,
        };
        if letters.last() != Some(&class) {
            letters.push(class);
        }
    }
    letters.into_iter().collect()
}

/// The words of letters of a text, and whether a sentence begins with each.
fn words(text: &str) -> Vec<(&str, bool)> {
    let is_letter = |c: char| c.is_alphabetic();
    let mut begins = true;
    let mut words = Vec::new();
    for part in text.split_inclusive(|c: char| !is_letter(c)) {
        let word = part.trim_end_matches(|c: char| !is_letter(c));
        if !word.is_empty() {
            words.push((word, begins));
            begins = false;
        }
        begins |= part.ends_with(['.', '!', '?', ':', '"', '“', '«', '„']);
    }
    words
}

fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// The names of a translation that the source has: the English word, and whether it only begins a
/// sentence of the source.
fn names<'t>(source: &str, target: &'t str) -> Vec<(&'t str, bool)> {
    let source = words(source);
    let source: Vec<_> = source
        .into_iter()
        .filter(|(word, _)| is_capitalised(word))
        .collect();
    let of = |english: &str| {
        let bones = skeleton(english);
        let is_it = |word: &str| {
            let translated = TRANSLATED
                .iter()
                .any(|(kazakh, name)| *name == english && word.starts_with(kazakh));
            let spelt =
                bones.chars().count() >= 2 && skeleton(&romanised(word)).starts_with(&bones);
            translated || spelt
        };
        let found: Vec<bool> = source
            .iter()
            .filter(|(word, _)| is_it(word))
            .map(|(_, begins)| *begins)
            .collect();
        (!found.is_empty()).then(|| found.iter().all(|begins| *begins))
    };
    let mut seen = BTreeSet::new();
    words(target)
        .into_iter()
        .filter(|(word, begins)| !begins && word.len() >= 4 && is_capitalised(word))
        .filter(|(word, _)| seen.insert(*word))
        .filter_map(|(word, _)| Some((word, of(word)?)))
        .collect()
}

#[test]
#[ignore = "reads the folder AUDARMA_EVAL"]
fn replaced_names_are_caught() {
    let pairs = human_pairs();
    let fails = |source: &str, target: &str| fails(Check::Names, source, target);
    let all: Vec<&str> = pairs
        .iter()
        .flat_map(|(source, target)| names(source, target))
        .map(|(name, _)| name)
        .collect();
    let shown = env::var("AUDARMA_SHOW").is_ok_and(|show| show == "replaced");
    let mut counts = [(0u32, 0u32); 2];
    let mut next = 0;
    for (source, target) in &pairs {
        if fails(source, target) {
            continue;
        }
        for (name, begins) in names(source, target) {
            let other = loop {
                next = (next + 37) % all.len();
                if skeleton(all[next]) != skeleton(name) && !target.contains(all[next]) {
                    break all[next];
                }
            };
            let damaged = target.replace(name, other);
            let count = &mut counts[usize::from(begins)];
            count.0 += 1;
            if fails(source, &damaged) {
                count.1 += 1;
            } else if shown {
                println!("not caught: {name} → {other}\n  {source}\n  {damaged}");
            }
        }
    }
    let [inside, _] = counts.map(|(all, caught)| f64::from(caught) / f64::from(all.max(1)));
    for ((all, caught), place) in counts
        .iter()
        .zip(["inside a sentence", "only where one begins"])
    {
        let share = 100.0 * f64::from(*caught) / f64::from((*all).max(1));
        println!(
            "names        another name, {place} of the source: {caught} of {all} caught ({share:.1} %)"
        );
    }
    assert!(inside >= MIN_CAUGHT, "{inside}");
}

/// Whether the letters say that a finding is right: what it names has no counterpart of the same consonants
/// among the capitalised words of the other text, and is none of [`TRANSLATED`].
fn is_right(finding: &Finding, source: &str, target: &str) -> bool {
    let is_alike = |kazakh: &str, english: &str| {
        let bones = skeleton(english);
        let is_spelt = bones.len() >= 2 && skeleton(&romanised(kazakh)).starts_with(&bones);
        let mut translated = TRANSLATED.iter();
        is_spelt || translated.any(|(name, form)| kazakh.starts_with(name) && english == *form)
    };
    let has = |text: &str, is_it: &dyn Fn(&str) -> bool| {
        let words = words(text).into_iter();
        let mut names = words.filter(|(word, _)| is_capitalised(word));
        names.any(|(word, _)| is_it(word))
    };
    let lost = finding.source.as_deref();
    let invented = finding.target.as_deref();
    let is_lost = lost.is_none_or(|name| !has(target, &|word| is_alike(name, word)));
    is_lost && invented.is_none_or(|name| !has(source, &|word| is_alike(word, name)))
}

#[test]
#[ignore = "reads the folder AUDARMA_EVAL"]
fn most_names_that_are_flagged_have_no_counterpart() {
    let pairs = human_pairs();
    let shown = env::var("AUDARMA_SHOW").is_ok_and(|show| show == "flagged");
    let (mut flagged, mut right) = (0_u32, 0_u32);
    for (source, target) in &pairs {
        let pair = SentencePair {
            language: &KAZAKH,
            source,
            target,
            truncated: false,
            terms: &[],
        };
        let findings = findings_of(Check::Names, &pair);
        if findings.is_empty() {
            continue;
        }
        let is_right = findings.iter().any(|found| is_right(found, source, target));
        flagged += 1;
        right += u32::from(is_right);
        if shown {
            let messages: Vec<&str> = findings.iter().map(|found| &*found.message).collect();
            println!("{is_right}: {messages:?}\n  {source}\n  {target}");
        }
    }
    let precision = f64::from(right) / f64::from(flagged.max(1));
    let all = pairs.len();
    println!(
        "names        {flagged} of {all} flagged, {right} without a counterpart by its letters"
    );
    assert!(precision >= MIN_PRECISION, "{precision}");
}
