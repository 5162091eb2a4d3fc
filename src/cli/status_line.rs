//! A line of progress that fits the terminal, whatever its width.

use console::{measure_text_width, truncate_str};

/// Between two parts.
const BETWEEN: &str = " · ";
/// The least columns of a terminal for a bar, which takes a part of them.
const BAR_FROM: usize = 80;
const BAR_PART: usize = 6;
/// Columns of a name; it is left out where fewer are left.
const MIN_NAME: usize = 12;

/// What a line tells.
#[derive(Debug, Default, Clone)]
pub(super) struct Status {
    /// How much is done; `None` if it is not known how much there is.
    pub percent: Option<u64>,
    /// In the order in which they are shown; those of a high rank are left out first.
    pub parts: Vec<(u8, String)>,
    /// The name of what is in work, which may be cut.
    pub name: String,
}

impl Status {
    /// The line for a terminal of so many columns; its last column stays free.
    pub(super) fn fitted(&self, columns: usize) -> String {
        let room = columns.saturating_sub(1);
        let percent = self.percent.map(|percent| match columns {
            BAR_FROM.. => format!("{} {percent:>3}%", bar(percent, columns / BAR_PART)),
            _ => format!("{percent:>3}%"),
        });
        let mut used = percent.as_deref().map_or(0, measure_text_width);
        let mut by_rank: Vec<usize> = (0..self.parts.len()).collect();
        by_rank.sort_by_key(|&index| self.parts.get(index).map(|(rank, _)| *rank));
        let mut is_kept = vec![false; self.parts.len()];
        for index in by_rank {
            let (Some((_, text)), Some(kept)) = (self.parts.get(index), is_kept.get_mut(index))
            else {
                continue;
            };
            let columns = width_after(used, text);
            *kept = columns <= room;
            if *kept {
                used = columns;
            }
        }
        let kept = self.parts.iter().zip(&is_kept);
        let kept = kept.filter(|(_, kept)| **kept);
        let mut shown: Vec<String> = kept.map(|((_, text), _)| text.clone()).collect();
        let left = room.saturating_sub(width_after(used, ""));
        if !self.name.is_empty() && left >= MIN_NAME {
            shown.push(truncate_str(&self.name, left, "…").into_owned());
        }
        let parts: Vec<String> = percent.into_iter().chain(shown).collect();
        parts.join(BETWEEN)
    }

    /// All of it in a line without end, for a log.
    pub(super) fn whole(&self) -> String {
        let percent = self.percent.map(|percent| format!("{percent}%"));
        let parts = self.parts.iter().map(|(_, text)| text.clone());
        let parts: Vec<String> = percent.into_iter().chain(parts).collect();
        parts.join(", ")
    }
}

/// A bar of so many columns.
fn bar(percent: u64, columns: usize) -> String {
    let done = columns * percent.min(100) as usize / 100;
    format!("{}{}", "█".repeat(done), "░".repeat(columns - done))
}

/// The columns that are used with one more part.
fn width_after(used: usize, part: &str) -> usize {
    let between = if used > 0 {
        measure_text_width(BETWEEN)
    } else {
        0
    };
    used + between + measure_text_width(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status() -> Status {
        let part = |rank, text: &str| (rank, text.to_owned());
        Status {
            percent: Some(37),
            parts: vec![
                part(0, "12/140 articles"),
                part(3, "1 failed"),
                part(4, "5 flags"),
                part(2, "sentence 120/610"),
                part(5, "25 tokens/s"),
                part(1, "4 min 3 s left"),
            ],
            name: String::new(),
        }
    }

    #[test]
    fn a_line_fits_every_width() {
        let lines = [40, 60, 80, 120].map(|columns| status().fitted(columns));
        assert_eq!(
            lines,
            [
                " 37% · 12/140 articles · 4 min 3 s left",
                " 37% · 12/140 articles · sentence 120/610 · 4 min 3 s left",
                "████░░░░░░░░░  37% · 12/140 articles · sentence 120/610 · 4 min 3 s left",
                "███████░░░░░░░░░░░░░  37% · 12/140 articles · 1 failed · 5 flags · sentence 120/610 · 25 tokens/s · 4 min 3 s left",
            ]
        );
        let named = Status {
            name: String::from("жаңалықтар/2023-08-29-жетісу-облысында.html"),
            ..status()
        };
        for columns in 0..200 {
            for status in [status(), named.clone()] {
                let line = status.fitted(columns);
                let is_least = line == " 37%";
                assert!(
                    measure_text_width(&line) < columns || is_least,
                    "{columns}: {line}"
                );
            }
        }
    }

    #[test]
    fn a_name_is_cut() {
        let status = Status {
            percent: None,
            parts: vec![(0, String::from("summarising"))],
            name: String::from("2023-08-29-жетісу-облысында-тұрақты-жұмыс.html"),
        };
        assert_eq!(status.fitted(40), "summarising · 2023-08-29-жетісу-облысы…");
        assert_eq!(status.fitted(20), "summarising");
    }

    #[test]
    fn a_log_gets_all_of_it() {
        assert_eq!(
            status().whole(),
            "37%, 12/140 articles, 1 failed, 5 flags, sentence 120/610, 25 tokens/s, 4 min 3 s left"
        );
    }
}
