//! Proves by the footers of shards that the parts are all that was read.

use super::index::Part;
use super::{MAX_REPORTED, failure_list_of};
use crate::archive::shard_footer::ShardFooter;

/// Checks the parts against their footers, and adds what is wrong to `problems`. Returns how many
/// articles and failures the inputs had, if the parts are shards and hold them all.
pub(super) fn prove(parts: &[Part], problems: &mut Vec<String>) -> Option<u64> {
    let found = problems.len();
    let first = parts.iter().find_map(Closed::new);
    for part in parts {
        match (Closed::new(part), &first) {
            (Some(part), Some(first)) => {
                problems.extend(whole(&part));
                problems.extend(alike(&part, first));
            }
            (None, Some(_)) => problems.push(format!(
                "{}: it is no whole shard, as other parts are: the line that closes it is missing",
                part.path.display()
            )),
            (_, None) => problems.extend(part.shard_by_ids.map(|shard| {
                format!(
                    "{}: by its ids it is shard {shard}, and the line that closes it is missing",
                    part.path.display()
                )
            })),
        }
    }
    let first = first?;
    if problems.len() == found {
        problems.extend(each_once(parts, first.footer));
    }
    let here: u64 = parts.iter().map(|part| part.articles + part.failed).sum();
    let records = first.footer.records;
    if problems.len() == found && here != records {
        problems.push(format!("{records} records were read, and {here} are here"));
    }
    (problems.len() == found).then_some(records)
}

/// A part with a footer.
struct Closed<'a> {
    part: &'a Part,
    footer: &'a ShardFooter,
}

impl<'a> Closed<'a> {
    fn new(part: &'a Part) -> Option<Self> {
        let footer = part.footer.as_ref()?;
        Some(Self { part, footer })
    }
}

/// What a shard lacks of what it was closed with.
fn whole(shard: &Closed) -> Option<String> {
    let (part, footer) = (shard.part, shard.footer);
    let path = part.path.display();
    if part.articles != footer.articles {
        return Some(format!(
            "{path}: it was closed with {} articles, and has {}",
            footer.articles, part.articles
        ));
    }
    (part.failed != footer.failed).then(|| {
        format!(
            "{path}: {} of its articles failed, and {} lists {}",
            footer.failed,
            failure_list_of(&part.path).display(),
            part.failed
        )
    })
}

/// Why two shards are not of one run.
fn alike(shard: &Closed, first: &Closed) -> Option<String> {
    let (path, other) = (shard.part.path.display(), first.part.path.display());
    let (a, b) = (shard.footer, first.footer);
    if a.shard.count() != b.shard.count() {
        return Some(format!(
            "{path}: it is shard {}, and {other} is shard {}",
            a.shard, b.shard
        ));
    }
    if a.records != b.records {
        return Some(format!(
            "{path}: its inputs had {} records, and those of {other} {}",
            a.records, b.records
        ));
    }
    (a.source != b.source)
        .then(|| format!("{path}: its inputs had other contents than those of {other}"))
}

/// The shards that are there twice or missing.
fn each_once(parts: &[Part], first: &ShardFooter) -> Vec<String> {
    let mut there: Vec<(u64, &Part)> = parts
        .iter()
        .filter_map(|part| Some((part.footer.as_ref()?.shard.index(), part)))
        .collect();
    there.sort_by_key(|&(index, _)| index);
    let count = first.shard.count();
    let twice = there.windows(2).filter_map(|pair| match pair {
        [(a, one), (b, other)] if a == b => Some(format!(
            "shard {a}/{count} is there twice: {} and {}",
            one.path.display(),
            other.path.display()
        )),
        _ => None,
    });
    let mut problems: Vec<String> = twice.collect();
    let is_there = |index: &u64| {
        there
            .binary_search_by_key(index, |&(there, _)| there)
            .is_ok()
    };
    let missing = (0..count).filter(|index| !is_there(index));
    problems.extend(
        missing
            .take(MAX_REPORTED)
            .map(|index| format!("shard {index}/{count} is missing")),
    );
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(shard: &str, articles: u64, failed: u64) -> Part {
        Part {
            path: format!("{}.jsonl", &shard[..1]).into(),
            articles,
            failed,
            footer: Some(ShardFooter {
                shard: shard.parse().unwrap(),
                articles,
                failed,
                records: 60,
                source: String::from("00"),
            }),
            shard_by_ids: None,
        }
    }

    fn three() -> Vec<Part> {
        vec![part("2/3", 20, 0), part("0/3", 19, 1), part("1/3", 20, 0)]
    }

    /// What is wrong after a change of three sound shards.
    fn problems(change: impl FnOnce(&mut Vec<Part>)) -> Vec<String> {
        let mut parts = three();
        change(&mut parts);
        let mut problems = Vec::new();
        assert_eq!(prove(&parts, &mut problems), None);
        problems
    }

    #[test]
    fn shards_that_hold_all_that_was_read_prove_it() {
        let mut problems = Vec::new();
        assert_eq!(prove(&three(), &mut problems), Some(60));
        assert!(problems.is_empty());
    }

    #[test]
    fn what_is_missing_or_double_is_named_in_a_line_each() {
        assert_eq!(
            problems(|parts| parts.truncate(1)),
            ["shard 0/3 is missing", "shard 1/3 is missing"]
        );
        assert_eq!(
            problems(|parts| parts[2] = part("2/3", 20, 0)),
            [
                "shard 2/3 is there twice: 2.jsonl and 2.jsonl",
                "shard 1/3 is missing"
            ]
        );
        assert_eq!(
            problems(|parts| parts[0].articles = 18),
            ["2.jsonl: it was closed with 20 articles, and has 18"]
        );
        assert_eq!(
            problems(|parts| parts[1].failed = 0),
            ["0.jsonl: 1 of its articles failed, and 0.jsonl.errors.jsonl lists 0"]
        );
        assert_eq!(
            problems(|parts| parts[1] = part("0/3", 18, 1)),
            ["60 records were read, and 59 are here"]
        );
        assert_eq!(
            problems(|parts| parts[2] = part("1/4", 20, 0)),
            ["1.jsonl: it is shard 1/4, and 2.jsonl is shard 2/3"]
        );
        let footer = |parts: &mut Vec<Part>, change: fn(&mut ShardFooter)| {
            change(parts[2].footer.as_mut().unwrap());
        };
        assert_eq!(
            problems(|parts| footer(parts, |footer| footer.records = 61)),
            ["1.jsonl: its inputs had 61 records, and those of 2.jsonl 60"]
        );
        assert_eq!(
            problems(|parts| footer(parts, |footer| footer.source = String::from("01"))),
            ["1.jsonl: its inputs had other contents than those of 2.jsonl"]
        );
    }

    #[test]
    fn a_part_that_was_cut_is_no_part() {
        let said = problems(|parts| {
            parts[0].footer = None;
        });
        assert!(
            said[0].starts_with("2.jsonl: it is no whole shard"),
            "{said:?}"
        );
        let said = problems(|parts| {
            for part in parts.iter_mut() {
                part.shard_by_ids = part.footer.take().map(|footer| footer.shard);
            }
        });
        assert_eq!(said.len(), 3);
        assert!(
            said[1].starts_with("0.jsonl: by its ids it is shard 0/3"),
            "{said:?}"
        );
    }

    #[test]
    fn results_of_workers_prove_nothing() {
        let mut parts = three();
        for part in &mut parts {
            part.footer = None;
        }
        let mut problems = Vec::new();
        assert_eq!(prove(&parts, &mut problems), None);
        assert!(problems.is_empty());
    }
}
