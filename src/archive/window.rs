//! Which articles are translated together.
//!
//! A window is what is translated, written and committed at once. It ends at a limit of text or of
//! articles to be translated; articles that are already done count for neither. Since a journal is
//! committed by windows, a run that continues another one makes the same windows that the other
//! would have made.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::key::Key;
use super::record::Fault;
use crate::pipeline::ParsedArticle;

/// Text of a window, in bytes: at least some six hundred sentences, so that batches of similar
/// length are full and little is padded, and few enough that stopping a run takes, or killing it
/// loses, only minutes.
pub(super) const MAX_TEXT_BYTES: usize = 160 << 10;
/// Maximum articles of a window, whose entries and files are written together.
pub(super) const MAX_ARTICLES: usize = 512;
/// A window also ends at this memory that its articles take, since pages that hold little text, and
/// the fields of records, are kept.
const MAX_MEMORY_BYTES: usize = 4 << 20;
/// Maximum articles of a window that are already done.
const MAX_KNOWN_ARTICLES: usize = 4096;

/// One article of a window, or the fault in its place.
pub(super) struct WorkItem {
    pub id: String,
    /// What the journal knows it by, if that is not its id.
    pub key: Option<Key>,
    pub input: Key,
    /// The input that it is from, as a journal names it.
    pub from: Option<Arc<str>>,
    /// The name of its result's file; empty if it can have none.
    pub file: String,
    /// Size of what it was read from.
    pub bytes: usize,
    /// Bytes of memory that its file and the fields of its record take, about.
    pub memory: usize,
    pub work: Work,
    /// Why it is done again, if an earlier run had it.
    pub redo: Option<RedoReason>,
}

/// Why an article of an earlier run is done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RedoReason {
    Options,
    Input,
    /// Its result is gone, or is not the one that was written.
    Result,
}

/// What to do about an article.
pub(super) enum Work {
    /// Nothing: its entry in the journal begins there, and says whether it failed.
    Known {
        entry: u64,
        failed: bool,
    },
    Translate(Box<ParsedArticle>),
    /// To be recorded as failed.
    Fail(Fault),
}

/// Articles that are translated together.
#[derive(Default)]
pub(super) struct Window {
    pub items: Vec<WorkItem>,
    /// Articles that are not known already.
    new: usize,
    text: usize,
    memory: usize,
    /// Bytes of the inputs read by its end.
    pub position: u64,
}

impl Window {
    /// Adds an article, and passes each window that is full to `full`.
    pub(super) fn push(
        &mut self,
        item: WorkItem,
        position: u64,
        full: &mut dyn FnMut(Self) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let known = matches!(item.work, Work::Known { .. });
        // Articles that are already done get a window of their own: how many there are depends on
        // where an earlier run was stopped.
        if !known && self.new == 0 && !self.items.is_empty() {
            full(std::mem::take(self))?;
        }
        if let Work::Translate(article) = &item.work {
            self.text += text_bytes(article);
        }
        if !known {
            self.new += 1;
            self.memory += item.memory;
        }
        self.items.push(item);
        self.position = position;
        let is_full = self.new >= MAX_ARTICLES
            || self.text >= MAX_TEXT_BYTES
            || self.memory >= MAX_MEMORY_BYTES
            || self.items.len() >= MAX_KNOWN_ARTICLES;
        if is_full {
            full(std::mem::take(self))?;
        }
        ControlFlow::Continue(())
    }

    /// How many of its articles are done again for this reason.
    pub(super) fn redone(&self, reason: RedoReason) -> u64 {
        let items = self.items.iter();
        items.filter(|item| item.redo == Some(reason)).count() as u64
    }
}

fn text_bytes(parsed: &ParsedArticle) -> usize {
    let article = &parsed.article;
    let title = article.title.as_ref().map_or(0, String::len);
    let paragraphs = article.paragraphs.iter().map(|p| p.text.len());
    title + paragraphs.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::record::FaultKind;

    fn windows(known: &[bool]) -> Vec<Vec<usize>> {
        let mut window = Window::default();
        let mut windows: Vec<Vec<usize>> = Vec::new();
        let indices = |window: Window| window.items.iter().map(|item| item.bytes).collect();
        for (index, &known) in known.iter().enumerate() {
            let work = if known {
                Work::Known {
                    entry: 0,
                    failed: false,
                }
            } else {
                Work::Fail(Fault::new("a", FaultKind::Record, "no article"))
            };
            let item = WorkItem {
                id: String::new(),
                key: None,
                input: Key::default(),
                from: None,
                file: String::new(),
                bytes: index,
                memory: 0,
                work,
                redo: None,
            };
            let flow = window.push(item, 0, &mut |window| {
                windows.push(indices(window));
                ControlFlow::Continue(())
            });
            assert!(flow.is_continue());
        }
        windows.push(indices(window));
        windows
    }

    #[test]
    fn a_run_that_goes_on_makes_the_windows_of_the_run_before_it() {
        let count = 3 * MAX_ARTICLES + 7;
        let whole = windows(&vec![false; count]);
        assert_eq!(whole.len(), 4);
        for committed in 1..whole.len() {
            let done: usize = whole[..committed].iter().map(Vec::len).sum();
            let known: Vec<bool> = (0..count).map(|index| index < done).collect();
            let rest = windows(&known);
            assert_eq!(
                rest[rest.len() - (whole.len() - committed)..],
                whole[committed..]
            );
        }
    }

    #[test]
    fn a_window_ends_where_its_records_take_much_memory() {
        let mut window = Window::default();
        let mut sizes = Vec::new();
        for _ in 0..10 {
            let item = WorkItem {
                id: String::new(),
                key: None,
                input: Key::default(),
                from: None,
                file: String::new(),
                bytes: 1,
                memory: MAX_MEMORY_BYTES / 3 + 1,
                work: Work::Fail(Fault::new("a", FaultKind::Record, "no article")),
                redo: None,
            };
            let flow = window.push(item, 0, &mut |window| {
                sizes.push(window.items.len());
                ControlFlow::Continue(())
            });
            assert!(flow.is_continue());
        }
        assert_eq!(sizes, [3, 3, 3]);
    }

    #[test]
    fn what_is_known_does_not_gather_without_end() {
        let known = windows(&vec![true; 2 * MAX_KNOWN_ARTICLES + 1]);
        assert_eq!(
            known.iter().map(Vec::len).collect::<Vec<_>>(),
            [MAX_KNOWN_ARTICLES, MAX_KNOWN_ARTICLES, 1]
        );
    }
}
