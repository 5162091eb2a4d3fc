//! Times above the entries of a live report (`14:35`): they are read with their entry.
//!
//! Policy: only where several of them are, since a time alone can be a score.

use crate::article::paragraphs::Block;

/// Minimum times by which a page is a live report.
const MIN_TIMES: usize = 2;

/// Whether texts are those of a live report.
pub(super) fn is_live<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    texts
        .filter(|text| is_time(text))
        .nth(MIN_TIMES - 1)
        .is_some()
}

/// Writes each time before the text of its entry; a time without one is left out.
pub(super) fn join_times(blocks: Vec<Block>) -> Vec<Block> {
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

    #[test]
    fn times_are_read_with_their_entries() {
        let block = |text: &str| Block {
            kind: None,
            text: text.to_owned(),
        };
        let texts = [
            "Кіріспе.",
            "14:35",
            "Жиын басталды.",
            "15:10",
            "Жиын бітті.",
            "Бәрі тарады.",
            "16:00",
        ];
        assert!(is_live(texts.into_iter()));
        let joined = join_times(texts.map(block).to_vec());
        let joined: Vec<&str> = joined.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(
            joined,
            [
                "Кіріспе.",
                "14:35 Жиын басталды.",
                "15:10 Жиын бітті.",
                "Бәрі тарады."
            ]
        );
        assert!(!is_live(
            ["Ойын бітті.", "3:1", "25:19", "21:05"].into_iter()
        ));
    }
}
