//! What reading many articles could not do exactly, for whoever watches.
//!
//! Policy: a whole archive may be in another language or alphabet, and a line for each article would hide
//! all else. It is said of the first few, and at the end of how many.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Article;
use super::warnings::KINDS;

/// Articles of which each warning is given by name.
const MAX_NAMED: u64 = 3;

/// What the articles of each warning have in common, after their number.
const IN_ALL: [&str; KINDS] = [
    "have places that could not be read and stand as U+FFFD",
    "are in Kazakh in the Latin alphabet and were read spelt in Cyrillic",
    "are not in Kazakh and were translated from the language that each is surely in",
];

/// The warnings of many articles; when it is dropped, it says of how many each was.
#[derive(Debug, Default)]
pub(crate) struct WarningsOfMany {
    counts: [AtomicU64; KINDS],
}

impl WarningsOfMany {
    /// Warns as [`Article::log_warnings`] does, if few articles before had the same warning.
    pub(crate) fn log(&self, article: &Article, name: &str) {
        for (warning, count) in article.warnings().iter().zip(&self.counts) {
            let Some(warning) = warning else { continue };
            if count.fetch_add(1, Ordering::Relaxed) < MAX_NAMED {
                tracing::warn!("{name}: {warning}");
            }
        }
    }

    /// What is said at the end.
    fn in_all(&self) -> impl Iterator<Item = String> {
        let counts = self
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        let counted = counts.zip(IN_ALL).filter(|(count, _)| *count > MAX_NAMED);
        counted.map(|(count, what)| format!("{count} articles in all {what}"))
    }
}

impl Drop for WarningsOfMany {
    fn drop(&mut self) {
        for line in self.in_all() {
            tracing::warn!("{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ReadOptions, parse};

    #[test]
    fn a_warning_of_many_articles_is_counted() {
        let text =
            "В районе открылась новая школа, и в неё пойдут более трёхсот детей из соседних сёл.";
        let article = parse(text.as_bytes(), "a.txt", &ReadOptions::default()).expect("an article");
        let warnings = WarningsOfMany::default();
        for _ in 0..MAX_NAMED {
            warnings.log(&article, "a");
        }
        assert_eq!(warnings.in_all().next(), None);
        warnings.log(&article, "a");
        let said: Vec<String> = warnings.in_all().collect();
        let expected = "4 articles in all are not in Kazakh and were translated from the language that each is \
                        surely in";
        assert_eq!(said, [expected]);
    }
}
