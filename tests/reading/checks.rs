//! The fidelity checks against tables of good and bad pairs, and against any text at all.
//!
//! Each table in `fixtures/checks` is named after its check; its rows are `good` or `bad`, a Kazakh (or
//! Russian) sentence, an English one. The sentences were written for these tables.

use std::fs;
use std::path::Path;

use audarma::checks::{
    Check, Finding, SentencePair, Term, failed, findings, findings_of, unsupported,
};
use audarma::language::KAZAKH;
use proptest::prelude::*;

/// One row of a table.
struct Pair {
    bad: bool,
    source: String,
    target: String,
}

fn table(check: Check) -> Vec<Pair> {
    let folder = Path::new("tests/fixtures/checks");
    pairs(&folder.join(check.name()).with_extension("tsv"))
}

fn pairs(path: &Path) -> Vec<Pair> {
    let text = fs::read_to_string(path).expect("a table");
    let rows = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|row| {
        let mut cells = row.split('\t');
        let mut cell = || {
            cells
                .next()
                .unwrap_or_else(|| panic!("three cells: {row}"))
                .to_owned()
        };
        let (verdict, source, target) = (cell(), cell(), cell());
        assert!(verdict == "good" || verdict == "bad", "good or bad: {row}");
        assert!(cells.next().is_none(), "no fourth cell: {row}");
        Pair {
            bad: verdict == "bad",
            source,
            target,
        }
    })
    .collect()
}

fn pair<'a>(source: &'a str, target: &'a str) -> SentencePair<'a> {
    SentencePair {
        language: &KAZAKH,
        source,
        target,
        truncated: false,
        terms: &[],
    }
}

fn messages(findings: &[Finding]) -> String {
    let messages: Vec<&str> = findings.iter().map(|found| &*found.message).collect();
    messages.join("; ")
}

/// Precision and recall of `check` on its table; prints what it gets wrong.
fn measure(check: Check) -> (f64, f64) {
    let (mut hits, mut false_alarms, mut misses, mut good) = (0, 0, 0, 0);
    for Pair {
        bad,
        source,
        target,
    } in table(check)
    {
        let flagged = failed(&pair(&source, &target)).contains(&check);
        good += usize::from(!bad);
        match (bad, flagged) {
            (true, true) => hits += 1,
            (true, false) => {
                misses += 1;
                println!("{} missed: {source} | {target}", check.name());
            }
            (false, true) => {
                false_alarms += 1;
                let why = messages(&findings_of(check, &pair(&source, &target)));
                println!("{} false alarm ({why}): {source} | {target}", check.name());
            }
            (false, false) => {}
        }
    }
    assert!(
        good >= 20 && hits + misses >= 20,
        "{}: {good} good, {} bad",
        check.name(),
        hits + misses
    );
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let (precision, recall) = (share(hits, hits + false_alarms), share(hits, hits + misses));
    println!(
        "{:12} precision {precision:.3} recall {recall:.3}",
        check.name()
    );
    (precision, recall)
}

#[test]
fn every_check_tells_its_bad_pairs_from_its_good_ones() {
    // What is to be found of a glossary is in the glossary, not in the pair.
    let checks = Check::ALL.into_iter();
    for check in checks.filter(|check| *check != Check::Glossary) {
        let (precision, recall) = measure(check);
        assert!(
            precision >= 0.95,
            "{}: precision {precision:.3}",
            check.name()
        );
        assert!(recall >= 0.9, "{}: recall {recall:.3}", check.name());
    }
}

/// Kinds of numbers, a table each; a bad row is one of the check of numbers, a good one of none.
#[test]
fn every_kind_of_number_is_judged_as_wanted() {
    let (mut all, mut wrong) = (0, Vec::new());
    for entry in fs::read_dir("tests/fixtures/checks/numbers").expect("the tables") {
        let path = entry.expect("a table").path();
        for Pair {
            bad,
            source,
            target,
        } in pairs(&path)
        {
            all += 1;
            let found = findings(&pair(&source, &target));
            let of_numbers = found.iter().any(|found| found.check == Check::Numbers);
            let as_wanted = if bad { of_numbers } else { found.is_empty() };
            if !as_wanted {
                wrong.push(format!("{source} | {target} | {}", messages(&found)));
            }
        }
    }
    assert!(all >= 150, "{all} pairs");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_translation_that_reached_the_cap_is_truncated_whatever_it_says() {
    let pair = SentencePair {
        language: &KAZAKH,
        source: "Иә.",
        target: "Yes.",
        truncated: true,
        terms: &[],
    };
    assert_eq!(failed(&pair), [Check::Truncated]);
}

#[test]
fn a_term_of_the_glossary_is_no_matter_of_names() {
    let source = "Жиынды Нұрлы жол қоры мен Ұлттық банк өткізді.";
    let target = "The meeting was held by the Bright Path fund and the Central Bank of Bern.";
    let term = |words: &str, target: &'static str| {
        let start = source.find(words).expect("its words");
        Term {
            place: start..start + words.len(),
            target,
            is_spellable: true,
        }
    };
    let terms = [
        term("Нұрлы жол", "Bright Path"),
        term("Ұлттық банк", "Central Bank of Bern"),
    ];
    let names = |terms: &[Term]| {
        let pair = SentencePair {
            terms,
            ..pair(source, target)
        };
        findings_of(Check::Names, &pair)
    };
    assert_ne!(names(&[]), []);
    assert_eq!(names(&terms), []);
}

#[test]
fn an_empty_translation_is_empty_and_nothing_else() {
    assert_eq!(
        failed(&pair("2023 жылы 7 154 адам info@mail.kz", " … ")),
        [Check::Empty]
    );
    assert_eq!(failed(&pair("* * *", "")), []);
}

#[test]
fn failures_come_in_a_fixed_order_and_each_is_explained() {
    let source = "Толығырақ turkystan.kz сайтында оқыңыз.";
    let target = "Read more, read more, read more, read more, read more, read more on our сайт.";
    let pair = pair(source, target);
    assert_eq!(
        failed(&pair),
        [Check::Repetition, Check::Untranslated, Check::Links]
    );
    for check in Check::ALL {
        assert_eq!(
            !findings_of(check, &pair).is_empty(),
            failed(&pair).contains(&check)
        );
    }
}

#[test]
fn a_finding_says_which_words_of_which_text_are_wrong_and_where() {
    let pair = pair(
        "Жобаға 3,2\u{a0}млрд теңге, ал екіншісіне 15 млн теңге бөлінді.",
        "The project received 3.2 million tenge and the second one 15 million tenge.",
    );
    let found = findings(&pair);
    let words: Vec<_> = found
        .iter()
        .map(|found| (found.source.as_deref(), found.target.as_deref()))
        .collect();
    let expected = [(Some("3,2\u{a0}млрд"), None), (None, Some("3.2 million"))];
    assert_eq!(words, expected);
    let (start, end) = found[0].span.source.expect("a place in the source");
    assert_eq!(&pair.source[start..end], "3,2\u{a0}млрд");
    let (start, end) = found[1].span.target.expect("a place in the target");
    assert_eq!(&pair.target[start..end], "3.2 million");
    let expected = "“3,2 млрд” has no counterpart in the translation; \
                    “3.2 million” has no counterpart in the source";
    assert_eq!(messages(&found), expected);
    assert_eq!(findings_of(Check::Quotes, &pair), []);
}

#[test]
fn every_check_that_is_about_words_says_where_they_are() {
    for (check, source, target, words) in [
        (
            Check::Names,
            "Бүгін Керімбек келді.",
            "A man came today.",
            (Some("Керімбек"), None),
        ),
        (
            Check::Repetition,
            "Ол келді.",
            "He came, he came, he came, he came today.",
            (None, Some("He came, he came, he came, he came")),
        ),
        (
            Check::Untranslated,
            "Ол келді.",
            "He «келді» now.",
            (None, Some("келді")),
        ),
        (
            Check::Truncated,
            "Ол келді.",
            "He came to the",
            (None, Some("the")),
        ),
        (
            Check::Quotes,
            "«Біз бұл жұмысты бітірдік», – деді ол.",
            "He said the work was finished.",
            (Some("Біз бұл жұмысты бітірдік"), None),
        ),
        (Check::Quotes, "Ол келді.", "He \"came.", (None, Some("\""))),
        (
            Check::Links,
            "Сайт: https://egov.kz.",
            "Site.",
            (Some("https://egov.kz"), None),
        ),
        (
            Check::Links,
            "Сайт.",
            "Site: Egov.kz.",
            (None, Some("Egov.kz")),
        ),
        (
            Check::Damaged,
            "?аза?стан елі",
            "The country",
            (Some("?аза?стан"), None),
        ),
        (Check::Empty, "Ол келді.", "", (None, None)),
    ] {
        let found = findings_of(check, &pair(source, target));
        let found = found.first().unwrap_or_else(|| panic!("{}", check.name()));
        let (in_source, in_target) = words;
        assert_eq!(found.source.as_deref(), in_source, "{}", check.name());
        assert_eq!(found.target.as_deref(), in_target, "{}", check.name());
        let at = |span: Option<(usize, usize)>, text: &'static str| {
            span.map(|(start, end)| &text[start..end])
        };
        assert_eq!(at(found.span.source, source), in_source, "{}", check.name());
        assert_eq!(at(found.span.target, target), in_target, "{}", check.name());
    }
}

#[test]
fn a_loop_of_numbers_is_told_in_a_few_findings() {
    let numbers: String = (100..5000).map(|number| format!("{number}, ")).collect();
    assert!(findings(&pair("Ол келді.", &numbers)).len() < 20);
}

#[test]
fn a_summary_may_say_only_what_the_translation_says() {
    let translation = "Secretary Yerzhan Zhylkybayev said that 7,154 people in Zhetysu found work. \
                       The project received 3.2 billion tenge in August.";
    for sentence in [
        "Some 7154 people found work, Zhylkybayev said.",
        "More than 3,200,000,000 tenge was spent.",
        "People in Zhetysu's villages found work.",
        "Nobody knows why.",
    ] {
        assert_eq!(unsupported(sentence, translation), [], "{sentence}");
    }
    for (sentence, expected) in [
        (
            "Some 7,514 people found work.",
            vec![(Check::Numbers, "7,514")],
        ),
        (
            "People in Almaty found work.",
            vec![(Check::Names, "Almaty")],
        ),
        (
            "Secretary Bolat Kerimbek spent 3.2 million tenge.",
            vec![
                (Check::Numbers, "3.2 million"),
                (Check::Names, "Bolat"),
                (Check::Names, "Kerimbek"),
            ],
        ),
    ] {
        let found = unsupported(sentence, translation);
        let found: Vec<_> = found
            .iter()
            .map(|found| {
                let (start, end) = found.span.target.expect("a place in the summary");
                (found.check, &sentence[start..end])
            })
            .collect();
        assert_eq!(found, expected, "{sentence}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic(source in ".{0,200}", target in ".{0,200}", truncated: bool) {
        failed(&SentencePair { language: &KAZAKH, source: &source, target: &target, truncated, terms: &[] });
        unsupported(&source, &target);
    }

    #[test]
    fn no_text_of_the_characters_that_checks_look_at_makes_one_panic(
        source in "[0-9 .,:/%№$«»\"'@а-яқХІ\u{ad}\u{a0}-]{0,60}",
        target in "[0-9 .,:/%$\"'@a-zXVI½-]{0,60}",
    ) {
        failed(&pair(&source, &target));
    }
}

/// About a megabyte of words that are all different, each begun with `capital`.
fn different_words(capital: char, letters: [char; 4]) -> String {
    let word = |number: usize| {
        let mut rest = number;
        let mut word = format!(" {capital}");
        for _ in 0..9 {
            word.push(letters[rest % 4]);
            rest /= 4;
        }
        word
    };
    (0..60_000).map(word).collect()
}

/// A check that compared each character with each other would take hours.
#[test]
fn a_sentence_of_a_megabyte_can_be_checked() {
    let pieces = [
        "ә",
        "1 ",
        "7 154 ",
        "1,",
        "« ",
        "Жылқыбаев ",
        "екі жүз ",
        "@a ",
        "a.",
        "X",
        "'a ",
    ];
    let mut texts: Vec<String> = pieces
        .iter()
        .map(|piece| piece.repeat(1_000_000 / piece.len()))
        .collect();
    texts.push(different_words('Ж', ['а', 'л', 'қ', 'н']));
    texts.push(different_words('Z', ['a', 'l', 'q', 'n']));
    let other = different_words('Q', ['o', 'r', 't', 'm']);
    for text in &texts {
        failed(&pair(text, &other));
        failed(&pair("Жеті мың адам келді.", text));
        unsupported(text, &other);
    }
}
