//! Subtitles (SubRip and WebVTT): what is said, without the times.
//!
//! A sentence goes on over the cues that it is cut into: a paragraph ends where a cue ends a sentence.

use crate::text::squeeze;

use super::Metadata;
use super::contents::Contents;
use super::paragraphs::{self, Block};

/// What a WebVTT file begins with.
const VTT: &str = "WEBVTT";
/// What is between the times of a cue.
const ARROW: &str = "-->";
/// Maximum bytes of a paragraph: speech may have no stops.
const MAX_PARAGRAPH_BYTES: usize = 2000;

/// Maximum characters of a mark within a line.
const MAX_MARK: usize = 200;
/// Bytes in which a file shows that it has subtitles.
const HEAD_BYTES: usize = 200;

/// Whether a file begins as subtitles do.
pub(super) fn begin(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    is_subtitles(&String::from_utf8_lossy(
        bytes.get(..HEAD_BYTES).unwrap_or(bytes),
    ))
}

/// Whether a text begins as subtitles do: with the mark of WebVTT, or with a number, a line of times
/// and something said.
fn is_subtitles(text: &str) -> bool {
    let mut lines = text
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty());
    let first = lines.next().unwrap_or_default();
    let is_number = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
    is_vtt(first) || is_number && lines.next().is_some_and(is_times)
}

fn is_vtt(line: &str) -> bool {
    let after = line.strip_prefix(VTT);
    after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
}

/// Whether a line has the times of a cue.
fn is_times(line: &str) -> bool {
    let is_time = |time: &str| {
        let parts = time.split([':', ',', '.']);
        let count = parts.clone().count();
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        (3..=4).contains(&count) && parts.clone().all(is_digits)
    };
    line.split_once(ARROW).is_some_and(|(from, to)| {
        let to = to.split_whitespace().next().unwrap_or_default();
        is_time(from.trim()) && is_time(to)
    })
}

/// Reads subtitles.
pub(super) fn read(text: &str) -> Contents {
    let mut paragraph = String::new();
    let mut blocks = Vec::new();
    let mut cues = 0;
    let mut is_said = false;
    let mut skip = false;
    // A line that may be the name of the cue whose times follow it.
    let mut held: Option<&str> = None;
    let end = |paragraph: &mut String, blocks: &mut Vec<Block>| {
        blocks.extend(Block::new(paragraph, None));
        paragraph.clear();
    };
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            (is_said, skip, held) = (false, false, None);
            if ends_sentence(&paragraph) || paragraph.len() > MAX_PARAGRAPH_BYTES {
                end(&mut paragraph, &mut blocks);
            }
        } else if is_times(line) {
            (is_said, skip, held) = (true, false, None);
            cues += 1;
        } else if is_said {
            let said = without_marks(line);
            if said.starts_with(['-', '–', '—']) {
                end(&mut paragraph, &mut blocks);
            }
            paragraph.push(' ');
            paragraph.push_str(&said);
        } else if !skip && held.is_none() && !is_header(line, cues) {
            held = Some(line);
        } else {
            skip = true;
        }
    }
    end(&mut paragraph, &mut blocks);
    Contents {
        title: None,
        metadata: Metadata::default(),
        paragraphs: paragraphs::from_blocks(blocks),
    }
}

/// Whether a line between cues begins what is not said: notes, styles, the head of the file.
fn is_header(line: &str, cues: usize) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    cues == 0 && is_vtt(line) || matches!(word, "NOTE" | "STYLE" | "REGION")
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '»', '”', ')', ' ']);
    text.ends_with(['.', '!', '?', '…'])
}

/// A line without the marks of letters, colours and places: `<i>`, `<v Name>`, `{\an8}`.
fn without_marks(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, mark) = rest.split_at(at);
        text.push_str(before);
        let is_mark = |c: char| c.is_ascii_alphabetic() || c.is_ascii_digit() || c == '/';
        let (end, begins) = match mark.strip_prefix("{\\") {
            Some(_) => ('}', true),
            None => (
                '>',
                mark.starts_with('<') && mark.get(1..).is_some_and(|m| m.starts_with(is_mark)),
            ),
        };
        let near = mark.char_indices().take(MAX_MARK);
        let end = near.filter(|_| begins).find(|(_, c)| *c == end);
        match end {
            Some((end, _)) => rest = mark.get(end + 1..).unwrap_or_default(),
            None => {
                text.push_str(mark.get(..1).unwrap_or_default());
                rest = mark.get(1..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    html_escape::decode_html_entities(&squeeze(&text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(subtitles: &str) -> Vec<String> {
        let paragraphs = read(subtitles).paragraphs.into_iter();
        paragraphs.map(|paragraph| paragraph.text).collect()
    }

    #[test]
    fn a_sentence_goes_on_over_its_cues() {
        let srt = "1\r\n00:00:01,000 --> 00:00:03,500\r\nКөпірдің <i>құрылысы</i>\r\nкөктемде басталып,\r\n\r\n2\r\n\
                   00:00:04,000 --> 00:00:05,000\r\n{\\an8}күзде аяқталады.\r\n\r\n3\r\n00:00:06,000 --> 00:00:07,000\r\n\
                   – Қашан?\r\n– Қыркүйекте, 2 < 3.\r\n";
        assert!(is_subtitles(srt));
        assert_eq!(
            texts(srt),
            [
                "Көпірдің құрылысы көктемде басталып, күзде аяқталады.",
                "– Қашан?",
                "– Қыркүйекте, 2 < 3."
            ]
        );
    }

    #[test]
    fn names_of_cues_notes_and_styles_are_not_said() {
        let vtt = "WEBVTT - Жаңалық\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE бұл\nекі жол\n\nкіріспе\n00:01.000 --> \
                   00:04.000 align:start\n<v Айнұр>2024\n\n00:05.000 --> 00:06.000\nжылы &amp; кейін.\n";
        assert!(is_subtitles(vtt));
        assert_eq!(texts(vtt), ["2024 жылы & кейін."]);
    }

    #[test]
    fn other_texts_are_no_subtitles() {
        for text in [
            "1\n\nБірінші",
            "WEBVTTX",
            "1\n10:15 --> 10:20\n",
            "2024\nжыл",
            "",
        ] {
            assert!(!is_subtitles(text), "{text}");
        }
    }
}
