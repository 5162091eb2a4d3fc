//! Times above the entries of a live report (`14:35`): they are read with their entry.
//!
//! Policy: only where several of them are, in order, and each is above an entry: a time alone can be a score, and
//! one below a line can be its own (`Таң намазы`, `05:12`). No time is left out.

use crate::article::ParagraphKind;
use crate::article::paragraphs::{self, Block};

/// Minimum times by which a page is a live report.
const MIN_TIMES: usize = 3;

/// Whether texts have as many times as those of a live report.
pub(super) fn is_live<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    texts
        .filter(|text| is_time(text))
        .nth(MIN_TIMES - 1)
        .is_some()
}

/// Writes each time before the text of its entry, if all of them have one.
pub(super) fn join_times(blocks: Vec<Block>) -> Vec<Block> {
    if !are_above_entries(&blocks) {
        return blocks;
    }
    let mut joined: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut time: Option<String> = None;
    for mut block in blocks {
        if is_time(&block.text) {
            time = Some(block.text);
            continue;
        }
        if let Some(time) = time.take() {
            block.text = format!("{time} {}", block.text);
        }
        joined.push(block);
    }
    joined
}

/// Whether each of the times has a sentence or a heading below it, nothing that it could belong to is above the
/// first, and they follow one another.
fn are_above_entries(blocks: &[Block]) -> bool {
    let is_sentence = |block: &Block| paragraphs::ends_sentence(&block.text);
    let is_entry = |block: &Block| {
        !is_time(&block.text)
            && match block.kind {
                Some(ParagraphKind::Heading) => true,
                Some(ParagraphKind::Caption) => false,
                _ => is_sentence(block),
            }
    };
    let times = (0..blocks.len()).filter(|&at| is_time(&blocks[at].text));
    let times: Vec<usize> = times.collect();
    let is_apart = |block: &Block| block.kind == Some(ParagraphKind::Caption) || is_sentence(block);
    let before = times.first().and_then(|first| first.checked_sub(1));
    let minutes = |&at: &usize| {
        let (hour, minute) = blocks[at].text.trim().split_once(':')?;
        Some(hour.parse::<u32>().ok()? * 60 + minute.parse::<u32>().ok()?)
    };
    let minutes: Vec<u32> = times.iter().filter_map(minutes).collect();
    times.len() >= MIN_TIMES
        && before.is_none_or(|before| is_apart(&blocks[before]))
        && times
            .iter()
            .all(|&at| blocks.get(at + 1).is_some_and(is_entry))
        && (minutes.is_sorted() || minutes.iter().rev().is_sorted())
}

/// Whether a text is a time of the day and nothing else.
pub(super) fn is_time(text: &str) -> bool {
    let part = |part: &str, most: u8| {
        part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|value| value < most)
    };
    text.trim().split_once(':').is_some_and(|(hour, minute)| {
        (1..=2).contains(&hour.len()) && minute.len() == 2 && part(hour, 24) && part(minute, 60)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(texts: &[&str]) -> Vec<String> {
        let block = |text: &&str| Block {
            kind: None,
            text: (*text).to_owned(),
        };
        assert!(is_live(texts.iter().copied()), "{texts:?}");
        let blocks = join_times(texts.iter().map(block).collect());
        blocks.into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn times_are_read_with_their_entries() {
        let texts = [
            "Кіріспе.",
            "14:35",
            "Жиын басталды.",
            "15:10",
            "Жиын бітті.",
            "Бәрі тарады.",
            "16:00",
            "Алаң бос.",
        ];
        assert_eq!(
            joined(&texts),
            [
                "Кіріспе.",
                "14:35 Жиын басталды.",
                "15:10 Жиын бітті.",
                "Бәрі тарады.",
                "16:00 Алаң бос."
            ]
        );
        assert!(!is_live(
            ["Ойын бітті.", "3:1", "25:19", "21:05"].into_iter()
        ));
    }

    #[test]
    fn times_that_are_not_above_entries_stay_in_their_places() {
        for texts in [
            &["Таң намазы", "05:12", "Бесін", "13:01", "Екінті", "17:40"][..],
            // What is below the last is no entry of it.
            &[
                "Таң намазы",
                "05:12",
                "Бесін",
                "13:01",
                "Екінті",
                "17:40",
                "Уақытты қала мешіті хабарлады.",
            ],
            &["14:35", "Жиын басталды.", "15:10", "15:20", "Жиын бітті."],
            &["14:35", "Жиын басталды.", "15:10", "Жиын бітті.", "16:00"],
            &[
                "Ойын басталды.",
                "21:19",
                "Алғашқысы біздікі.",
                "15:21",
                "Екіншісі емес.",
                "18:16",
                "Соңғысы біздікі.",
            ],
        ] {
            assert_eq!(joined(texts), texts);
        }
    }
}
