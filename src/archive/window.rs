//! Which articles are translated together.
//!
//! A window is what is translated, written and committed at once. It ends with so much text, or so
//! many articles, that are to be translated: what is known already weighs nothing. Since a journal
//! counts whole windows, a run that continues another makes the windows that the other would have
//! made.

use std::ops::ControlFlow;

use super::key::Key;
use super::record::Fault;
use crate::pipeline::ParsedArticle;

/// Text of a window, in bytes: at least some six hundred sentences, so that batches of like length
/// are full and little is padded, and few enough that a run that is stopped waits, or loses, minutes.
pub(super) const MAX_TEXT_BYTES: usize = 160 << 10;
/// The most articles of a window: their entries and their files are written at once.
pub(super) const MAX_ARTICLES: usize = 512;
/// A window also ends when its articles' files have this many bytes, of pages that hold little text:
/// fields next to the text are kept in memory.
const MAX_FILE_BYTES: usize = 4 << 20;
/// The most articles of a window that are known already.
const MAX_KNOWN_ARTICLES: usize = 4096;

/// One article of a window, or what is in its place.
pub(super) struct WorkItem {
    pub id: String,
    /// What the journal knows it by, if that is not its id.
    pub key: Option<Key>,
    pub input: Key,
    /// The name of its result's file; empty if it can have none.
    pub file: String,
    /// Bytes of what it was read from.
    pub bytes: usize,
    pub work: Work,
    /// Why it is done again, if an earlier run had it.
    pub redo: Option<RedoReason>,
}

/// Why an article of an earlier run is done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RedoReason {
    OtherOptions,
    OtherInput,
}

/// What there is to do about an article.
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
    bytes: usize,
    /// Bytes of the inputs read by its end.
    pub position: u64,
}

impl Window {
    /// Takes one article, and hands out what is full with it.
    pub(super) fn push(
        &mut self,
        item: WorkItem,
        position: u64,
        full: &mut dyn FnMut(Self) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let known = matches!(item.work, Work::Known { .. });
        // What is known shares no window with what follows it: how much it is depends on where an
        // earlier run was stopped.
        if !known && self.new == 0 && !self.items.is_empty() {
            full(std::mem::take(self))?;
        }
        if let Work::Translate(article) = &item.work {
            self.text += text_bytes(article);
        }
        if !known {
            self.new += 1;
            self.bytes += item.bytes;
        }
        self.items.push(item);
        self.position = position;
        let is_full = self.new >= MAX_ARTICLES
            || self.text >= MAX_TEXT_BYTES
            || self.bytes >= MAX_FILE_BYTES
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
            let work = match known {
                true => Work::Known {
                    entry: 0,
                    failed: false,
                },
                false => Work::Fail(Fault::new("a", FaultKind::Record, "no article")),
            };
            let item = WorkItem {
                id: String::new(),
                key: None,
                input: Key::default(),
                file: String::new(),
                bytes: index,
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
    fn what_is_known_does_not_gather_without_end() {
        let known = windows(&vec![true; 2 * MAX_KNOWN_ARTICLES + 1]);
        assert_eq!(
            known.iter().map(Vec::len).collect::<Vec<_>>(),
            [MAX_KNOWN_ARTICLES, MAX_KNOWN_ARTICLES, 1]
        );
    }
}
