//! Figures of docs/fidelity.md on real text, which the repository does not hold.
//!
//!     AUDARMA_EVAL=folder cargo test --test reading checks_eval -- --ignored --nocapture
//!
//! The folder holds line-aligned `NAME.kk.txt` and `NAME.en.txt` (FLORES-200 devtest, NTREX-128).
//! `AUDARMA_SHOW=check` lists the human translations that this check flags.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use audarma::checks::{Check, SentencePair, failed, findings_of};
use audarma::language::KAZAKH;

/// Sentences and their human translations, with the name of their set.
pub(crate) fn human_pairs() -> Vec<(String, String)> {
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
        let pair = SentencePair {
            language: &KAZAKH,
            source,
            target,
            truncated: false,
            terms: &[],
        };
        for check in failed(&pair) {
            *flagged.entry(check).or_default() += 1;
            if check.name() == show {
                let found = findings_of(check, &pair);
                let messages: Vec<&str> = found.iter().map(|found| &*found.message).collect();
                println!("{}\n  {source}\n  {target}", messages.join("; "));
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

/// `text` with the digit at byte `at` made another one.
fn with_another_digit(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'9' {
        b'1'
    } else {
        bytes[at] + 1
    };
    String::from_utf8(bytes).expect("an ASCII digit for another")
}

/// For each number in digits of `text`, where its first and its last digit stand.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let joins = |at: usize| {
        matches!(bytes[at], b',' | b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    };
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut previous = None;
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii_digit() {
            match (previous, found.last_mut()) {
                (Some(_), Some(last)) => last.1 = at,
                _ => found.push((at, at)),
            }
            previous = Some(at);
        } else if previous != Some(at.wrapping_sub(1)) || !joins(at) {
            previous = None;
        } else {
            previous = Some(at);
        }
    }
    found
}

/// Whether a check finds something wrong with a Kazakh sentence and its translation.
pub fn fails(check: Check, source: &str, target: &str) -> bool {
    let pair = SentencePair {
        language: &KAZAKH,
        source,
        target,
        truncated: false,
        terms: &[],
    };
    !findings_of(check, &pair).is_empty()
}

#[test]
#[ignore = "reads the folder AUDARMA_EVAL"]
fn altered_numbers_are_caught() {
    let fails = |source: &str, target: &str| fails(Check::Numbers, source, target);
    let (mut with_digits, mut passed, mut altered, mut caught) = (0, 0, 0, 0);
    for (source, target) in human_pairs() {
        if !format!("{source}{target}").contains(|c: char| c.is_ascii_digit()) {
            continue;
        }
        with_digits += 1;
        if fails(&source, &target) {
            continue;
        }
        passed += 1;
        for (first, last) in numbers(&target) {
            for at in [first, last] {
                let other = with_another_digit(&target, at);
                altered += 1;
                if fails(&source, &other) {
                    caught += 1;
                } else if env::var("AUDARMA_SHOW").is_ok_and(|show| show == "altered") {
                    println!("not caught:\n  {source}\n  {other}");
                }
            }
        }
    }
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    println!(
        "numbers: {passed} of {with_digits} human translations with digits pass ({:.2} %)",
        share(passed, with_digits)
    );
    println!(
        "numbers: {caught} of {altered} altered numbers are caught ({:.2} %)",
        share(caught, altered)
    );
}

/// Whether a Cyrillic word inside `source` is capitalised, and so most likely a name.
fn has_name(source: &str) -> bool {
    let mut letters = source.split(' ').skip(1).filter_map(|word| {
        let mut letters = word.chars();
        Some((letters.next()?, letters.next()?))
    });
    letters
        .any(|(first, second)| first.is_uppercase() && second.is_lowercase() && !first.is_ascii())
}

#[test]
#[ignore = "reads the folder AUDARMA_EVAL"]
fn damaged_translations_are_caught() {
    let pairs = human_pairs();
    let shown = env::var("AUDARMA_SHOW").unwrap_or_default();
    let report = |what: &str, check: Check, damage: &dyn Fn(usize) -> Option<String>| {
        let (mut all, mut caught) = (0u32, 0u32);
        for (at, (source, target)) in pairs.iter().enumerate() {
            if fails(check, source, target) {
                continue;
            }
            let Some(damaged) = damage(at) else { continue };
            all += 1;
            if fails(check, source, &damaged) {
                caught += 1;
            } else if shown == what {
                println!("not caught:\n  {source}\n  {damaged}");
            }
        }
        let share = 100.0 * f64::from(caught) / f64::from(all.max(1));
        println!(
            "{:12} {what}: {caught} of {all} caught ({share:.1} %)",
            check.name()
        );
    };
    let words = |at: usize| pairs[at].1.split_whitespace().collect::<Vec<_>>();
    report(
        "second half lost (8 words and more)",
        Check::Length,
        &|at| {
            let words = words(at);
            (words.len() >= 8).then(|| words[..words.len() / 2].join(" "))
        },
    );
    report("said twice over (8 words and more)", Check::Length, &|at| {
        let words = words(at);
        (words.len() >= 8).then(|| {
            format!(
                "{} {}",
                pairs[at].1,
                words.iter().rev().copied().collect::<Vec<_>>().join(" ")
            )
        })
    });
    report(
        "last three words four more times",
        Check::Repetition,
        &|at| {
            let words = words(at);
            let tail = words.get(words.len().checked_sub(3)?..)?.join(" ");
            Some(format!("{} {}", pairs[at].1, vec![tail; 4].join(" ")))
        },
    );
    report("source copied", Check::Untranslated, &|at| {
        Some(pairs[at].0.clone())
    });
    report("marks of a quotation lost", Check::Quotes, &|at| {
        let is_mark = |c: char| "\"“”«»„'‘’".contains(c);
        let quoted = pairs[at].1.matches(['"', '“', '”']).count() >= 2;
        quoted.then(|| pairs[at].1.replace(is_mark, ""))
    });
    report("one mark of a quotation lost", Check::Quotes, &|at| {
        let quoted = pairs[at].1.matches('"').count() == 2
            && pairs[at].0.matches(['"', '“', '”', '«', '»']).count() == 2;
        quoted.then(|| pairs[at].1.replacen('"', "", 1))
    });
    report("first number left out", Check::Numbers, &|at| {
        let (first, last) = *numbers(&pairs[at].1).first()?;
        Some(format!(
            "{}{}",
            &pairs[at].1[..first],
            &pairs[at].1[last + 1..]
        ))
    });
    report("another scale after digits", Check::Numbers, &|at| {
        let scales = [
            ("million", "billion"),
            ("billion", "million"),
            ("thousand", "million"),
        ];
        let target = &pairs[at].1;
        scales.iter().find_map(|(scale, other)| {
            let place = target.find(&format!(" {scale}"))?;
            let (before, after) = target.split_at(place);
            let counted = before.ends_with(|c: char| c.is_ascii_digit());
            counted.then(|| format!("{before}{}", after.replacen(scale, other, 1)))
        })
    });
    number_damages(&pairs, &report);
    report("another sentence's translation", Check::Names, &|at| {
        has_name(&pairs[at].0).then(|| pairs[(at + 137) % pairs.len()].1.clone())
    });
}

/// Months by the beginnings of their Kazakh names, and their English names.
const MONTHS: [(&str, &str); 12] = [
    ("қаңтар", "January"),
    ("ақпан", "February"),
    ("наурыз", "March"),
    ("сәуір", "April"),
    ("мамыр", "May"),
    ("маусым", "June"),
    ("шілде", "July"),
    ("тамыз", "August"),
    ("қыркүйе", "September"),
    ("қазан", "October"),
    ("қараша", "November"),
    ("желтоқсан", "December"),
];

/// A report of one damage: its name, the check, and how a pair is damaged.
type Report<'a> = &'a dyn Fn(&str, Check, &dyn Fn(usize) -> Option<String>);

/// Damage to what is around a number, or to how it is written.
fn number_damages(pairs: &[(String, String)], report: Report) {
    // The first of these words that follows a number with a counterpart in the source, exchanged.
    let exchanged = |words: &'static [(&'static str, &'static str)]| {
        move |at: usize| {
            let target = &pairs[at].1;
            words.iter().find_map(|(word, other)| {
                let place = target.match_indices(word).find_map(|(place, _)| {
                    let before = target[..place].trim_end_matches(' ');
                    let number = before.rsplit(' ').next()?;
                    let digits = number.trim_matches(|c: char| !c.is_ascii_digit());
                    let ends = !target[place + word.len()..].starts_with(char::is_alphabetic);
                    let shared = !digits.is_empty() && pairs[at].0.contains(digits);
                    (shared && ends && number.ends_with(digits)).then_some(place)
                })?;
                Some(format!(
                    "{}{other}{}",
                    &target[..place],
                    &target[place + word.len()..]
                ))
            })
        }
    };
    const HALVES: &[(&str, &str)] = &[
        (" and a half", ""),
        (".5 million", " million"),
        (".5 billion", " billion"),
        (".5", ""),
        ("½", ""),
    ];
    report("a half lost", Check::Numbers, &|at| {
        HALVES.iter().find_map(|(half, rest)| {
            let target = &pairs[at].1;
            let place = target.find(half)?;
            let after = &target[place + half.len()..];
            let ends = !after.starts_with(|c: char| c.is_ascii_digit());
            ends.then(|| format!("{}{rest}{after}", &target[..place]))
        })
    });
    report(
        "a.m. for p.m.",
        Check::Numbers,
        &exchanged(&[
            ("a.m.", "p.m."),
            ("p.m.", "a.m."),
            ("am", "pm"),
            ("pm", "am"),
            ("AM", "PM"),
            ("PM", "AM"),
        ]),
    );
    report(
        "another unit",
        Check::Numbers,
        &exchanged(&[
            ("km", "miles"),
            ("kilometers", "miles"),
            ("kilometres", "miles"),
            ("miles", "kilometers"),
            ("meters", "feet"),
            ("metres", "feet"),
            ("m", "ft"),
            ("feet", "meters"),
            ("kg", "pounds"),
            ("pounds", "kilograms"),
            ("tons", "kilograms"),
            ("hectares", "acres"),
            ("acres", "hectares"),
        ]),
    );
    report("another currency", Check::Numbers, &|at| {
        let target = &pairs[at].1;
        let number = numbers(target).into_iter().find(|(first, last)| {
            target[..*first].ends_with(['$', '€', '£'])
                && pairs[at]
                    .0
                    .contains(&target[*first..=*last].replace(',', " "))
        })?;
        let before = target[..number.0].trim_end_matches(['$', '€', '£']);
        Some(format!("{before}₸{}", &target[number.0..]))
    });
    report("another Roman numeral", Check::Numbers, &|at| {
        let target = &pairs[at].1;
        [
            (" III", " IV"),
            (" II", " III"),
            (" IV", " VI"),
            (" VI", " IV"),
            (" XIV", " XVI"),
        ]
        .iter()
        .find_map(|(numeral, other)| {
            let place = target.find(numeral)?;
            let after = &target[place + numeral.len()..];
            let ends = !after.starts_with(char::is_alphanumeric);
            ends.then(|| format!("{}{other}{after}", &target[..place]))
        })
    });
    report("a number in another's place", Check::Numbers, &|at| {
        let target = &pairs[at].1;
        let found = numbers(target);
        let (first, second) = (found.first()?, found.get(1)?);
        let (a, b) = (&target[first.0..=first.1], &target[second.0..=second.1]);
        (a != b).then(|| format!("{}{a}{}", &target[..second.0], &target[second.1 + 1..]))
    });
    report("another month", Check::Numbers, &|at| {
        let (source, target) = &pairs[at];
        let source = source.to_lowercase();
        let mut months = MONTHS.iter().zip(MONTHS.iter().cycle().skip(5));
        months.find_map(|((stem, month), (_, other))| {
            let is_named = source.contains(stem) && target.contains(month);
            is_named.then(|| target.replace(month, other))
        })
    });
    report("another power of ten", Check::Numbers, &|at| {
        let (source, target) = &pairs[at];
        let powers = [
            ("жүз", "hundreds of", "thousands of"),
            ("мың", "thousands of", "millions of"),
            ("миллион", "millions of", "billions of"),
        ];
        powers.iter().find_map(|(stem, power, other)| {
            let place = target.find(power)?;
            let is_alone = source.contains(stem) && !target[..place].ends_with("s of ");
            is_alone.then(|| target.replacen(power, other, 1))
        })
    });
    report("a number said twice", Check::Numbers, &|at| {
        let target = &pairs[at].1;
        let (first, last) = *numbers(target).first()?;
        let number = &target[first..=last];
        Some(format!(
            "{}, {number}{}",
            &target[..=last],
            &target[last + 1..]
        ))
    });
}
