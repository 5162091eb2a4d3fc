//! The day of publication: printed, stated, or told by what is around the text.

use super::{MAX_STATEMENT, Region};
use crate::article::html::address;
use crate::article::html::byline;
use crate::article::html::headline::letters;
use crate::article::{date, letterhead, metadata};

/// Blocks above the text among which the line of a paper's issue is.
const MAX_BLOCKS_ABOVE: usize = 20;

impl Region<'_> {
    /// The day that a statement prints: with the day of capture, also of `Бүгін, 12:30`.
    pub(super) fn day(&self, text: &str) -> Option<String> {
        if text.chars().count() > 90 {
            return None;
        }
        if byline::is_change(text) {
            return metadata::statement(text)
                .and_then(|stated| stated.date)
                .or_else(|| byline::before_change(text).and_then(date::find));
        }
        date::find(text).or_else(|| {
            let captured = self.evidence.captured.as_deref()?;
            let first = text
                .split(|next: char| !next.is_alphabetic())
                .find(|word| !word.is_empty())?;
            match first.to_lowercase().as_str() {
                "бүгін" | "сегодня" | "today" => Some(captured.to_owned()),
                "кеше" | "вчера" | "yesterday" => date::day_before(captured),
                _ => None,
            }
        })
    }

    /// The day of publication.
    pub(super) fn date(&self, stamps: &[String], printed: Option<String>) -> Option<String> {
        let all = self.evidence.dates.iter().chain(stamps);
        let stated = all.filter_map(|stamp| day_of(stamp)).next();
        match (stated, printed) {
            // The printed day is that of the site's clock; a stamp can be of another zone.
            (Some(stated), Some(printed)) if date::are_neighbours(&stated, &printed) => {
                Some(printed)
            }
            (Some(stated), _) => Some(stated),
            (None, Some(printed)) => Some(printed),
            (None, None) => self
                .evidence
                .url
                .as_deref()
                .and_then(address::day)
                .or_else(|| self.act_day())
                .or_else(|| self.day_in_title())
                .or_else(|| self.day_of_issue())
                // What is below the text can be of what comes after it.
                .or_else(|| self.day_below()),
        }
    }

    /// The day in the line of an act above its text (`2005 жылғы 7 қаңтардағы № 29 Заңы`).
    fn act_day(&self) -> Option<String> {
        let first = self
            .chosen
            .iter()
            .take(2)
            .filter_map(|&at| self.blocks.get(at));
        let mut acts = first.filter(|block| block.letters <= 200 && block.text.contains('№'));
        acts.find_map(|block| date::find(&block.text))
    }

    /// The day of the paper's issue that a line above the text names.
    fn day_of_issue(&self) -> Option<String> {
        let first = *self.chosen.first()?;
        let above = self.blocks.get(..first)?.iter().rev();
        let mut issues = above
            .take(MAX_BLOCKS_ABOVE)
            .filter(|block| block.linked == 0);
        issues.find_map(|block| date::find(letterhead::date_of_issue(&block.text)?))
    }

    /// The day that stands between the headline and the site's name in the page's title. A day at its end can
    /// be what the headline is about, and so can one that the headline has.
    fn day_in_title(&self) -> Option<String> {
        // The title can be without what follows a sign in the headline.
        let headline = self.headline.map(|at| self.page.text(at, MAX_STATEMENT));
        let headline = letters(headline.as_deref().or(self.title).unwrap_or_default());
        // Signs without spaces are within words and dates.
        let parts = self.evidence.page_title.as_deref()?.split('|');
        let parts = parts.flat_map(|part| part.split(" - "));
        let parts = parts.flat_map(|part| part.split(" – "));
        let parts = parts.flat_map(|part| part.split(" — "));
        let mut parts = parts.filter(|part| !part.trim().is_empty()).peekable();
        parts.next();
        while let Some(part) = parts.next() {
            parts.peek()?;
            if date::is_only_date(part) && !headline.contains(&letters(part)) {
                return date::find(part);
            }
        }
        None
    }
}

/// The day in Kazakhstan of a time stamp, or the date of another text.
pub(super) fn day_of(stamp: &str) -> Option<String> {
    let stamp = stamp.trim();
    date::day_in_kazakhstan(stamp).or_else(|| date::find(stamp))
}
