//! Which articles are translated together.
//!
//! A window is what is translated, written and committed at once. It ends behind so much text, or so
//! many articles, that are to be translated: what is known already weighs nothing. Since a journal
//! counts whole windows, a run that goes on where another was killed makes the windows that one would
//! have made.

use std::ops::ControlFlow;

use super::key::Key;
use super::record::Fault;
use crate::pipeline::ParsedArticle;

/// Text of a window, in bytes: at least some six hundred sentences, so that batches of like length
/// are full and little is padded, and few enough that a run that is stopped waits, or loses, minutes.
const TEXT: usize = 160 << 10;
/// The most articles of a window: their entries and their files are written at once.
const ARTICLES: usize = 512;
/// A window also ends when its articles' files had this many bytes, of pages that hold little text:
/// fields beside the text are kept in memory.
const BYTES: usize = 4 << 20;
/// The most articles of a window that are known already.
const KNOWN: usize = 4096;

/// One article of a window.
pub(super) struct Job {
    pub id: String,
    /// What the journal knows it by, where that is not its id.
    pub key: Option<Key>,
    pub input: Key,
    /// Where its result goes; empty where it can have none.
    pub place: String,
    /// Bytes of what it was read from.
    pub bytes: usize,
    pub task: Task,
    /// Why it is done again, where an earlier run had it.
    pub again: Option<Again>,
}

/// Why an article of an earlier run is done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    OtherOptions,
    OtherInput,
}

/// What there is to do about an article.
pub(super) enum Task {
    /// Nothing: its entry in the journal begins there, and says whether it failed.
    Known {
        entry: u64,
        failed: bool,
    },
    Translate(Box<ParsedArticle>),
    /// To be written down as failed.
    Fail(Fault),
}

/// Articles that are translated together.
#[derive(Default)]
pub(super) struct Window {
    pub jobs: Vec<Job>,
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
        job: Job,
        position: u64,
        full: &mut dyn FnMut(Self) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let known = matches!(job.task, Task::Known { .. });
        // What is known shares no window with what follows it: how much it is depends on where an
        // earlier run was stopped.
        if !known && self.new == 0 && !self.jobs.is_empty() {
            full(std::mem::take(self))?;
        }
        if let Task::Translate(prepared) = &job.task {
            self.text += text(prepared);
        }
        if !known {
            self.new += 1;
            self.bytes += job.bytes;
        }
        self.jobs.push(job);
        self.position = position;
        let is_full = self.new >= ARTICLES
            || self.text >= TEXT
            || self.bytes >= BYTES
            || self.jobs.len() >= KNOWN;
        if is_full {
            full(std::mem::take(self))?;
        }
        ControlFlow::Continue(())
    }
}

fn text(prepared: &ParsedArticle) -> usize {
    let article = &prepared.article;
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
        let places = |window: Window| window.jobs.iter().map(|job| job.bytes).collect();
        for (place, &known) in known.iter().enumerate() {
            let task = match known {
                true => Task::Known {
                    entry: 0,
                    failed: false,
                },
                false => Task::Fail(Fault::new("a", FaultKind::Record, "no article")),
            };
            let job = Job {
                id: String::new(),
                key: None,
                input: Key::default(),
                place: String::new(),
                bytes: place,
                task,
                again: None,
            };
            let flow = window.push(job, 0, &mut |window| {
                windows.push(places(window));
                ControlFlow::Continue(())
            });
            assert!(flow.is_continue());
        }
        windows.push(places(window));
        windows
    }

    #[test]
    fn a_run_that_goes_on_makes_the_windows_of_the_run_before_it() {
        let count = 3 * ARTICLES + 7;
        let whole = windows(&vec![false; count]);
        assert_eq!(whole.len(), 4);
        for committed in 1..whole.len() {
            let done: usize = whole[..committed].iter().map(Vec::len).sum();
            let known: Vec<bool> = (0..count).map(|place| place < done).collect();
            let rest = windows(&known);
            assert_eq!(
                rest[rest.len() - (whole.len() - committed)..],
                whole[committed..]
            );
        }
    }

    #[test]
    fn what_is_known_does_not_gather_without_end() {
        let known = windows(&vec![true; 2 * KNOWN + 1]);
        assert_eq!(
            known.iter().map(Vec::len).collect::<Vec<_>>(),
            [KNOWN, KNOWN, 1]
        );
    }
}
