//! The inputs that a journal names.
//!
//! Policy: a path is written as it leads from the journal's folder, so that inputs and results can be moved
//! together. An input that is not where it was may have been moved, and counts for nothing.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::files::{folder_of, real_path};
use crate::input::is_stdin;

/// The inputs of earlier runs, each once.
#[derive(Debug, Default)]
pub(in crate::archive) struct Origins {
    paths: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Origins {
    /// The number of a path.
    pub(super) fn number(&mut self, path: &str) -> Option<u32> {
        if let Some(&number) = self.numbers.get(path) {
            return Some(number);
        }
        let number = u32::try_from(self.paths.len()).ok()?;
        let path: Arc<str> = path.into();
        self.paths.push(Arc::clone(&path));
        self.numbers.insert(path, number);
        Some(number)
    }

    /// The path with this number.
    pub(in crate::archive) fn path(&self, number: u32) -> Option<&str> {
        self.paths.get(number as usize).map(|path| &**path)
    }

    pub(in crate::archive) fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|path| &**path)
    }
}

/// How a journal names an input; `None` of a stream.
pub(in crate::archive) fn origin(journal: &Path, input: &Path) -> Option<Arc<str>> {
    if is_stdin(input) {
        return None;
    }
    let (folder, input) = (real_path(folder_of(journal)), real_path(input));
    let mut up = folder.components().peekable();
    let mut down = input.components().peekable();
    while up.peek().is_some() && up.peek() == down.peek() {
        up.next();
        down.next();
    }
    // On another drive.
    let is_elsewhere = matches!(up.peek(), Some(Component::Prefix(_)));
    let path: PathBuf = if is_elsewhere {
        input
    } else {
        up.map(|_| Component::ParentDir).chain(down).collect()
    };
    let path = path.to_str()?;
    Some(if path.is_empty() { "." } else { path }.into())
}

/// Where the input was that a journal names so, from the working folder if it is below that.
pub(in crate::archive) fn earlier_input(journal: &Path, origin: &str) -> PathBuf {
    let path = real_path(&folder_of(journal).join(origin));
    let below = path.strip_prefix(real_path(Path::new("."))).ok();
    let below = below.filter(|below| !below.as_os_str().is_empty());
    below.map(Path::to_owned).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_named_by_the_way_from_the_journal() {
        let world = tempfile::tempdir().unwrap();
        let root = world.path().canonicalize().unwrap();
        for folder in ["in/s", "out"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        let journal = root.join("out/journal.jsonl");
        for (input, named) in [
            ("in", "../in"),
            ("in/s/../s/a.txt", "../in/s/a.txt"),
            ("out/a", "a"),
            ("out", "."),
        ] {
            let origin = origin(&journal, &root.join(input)).unwrap();
            assert_eq!(&*origin, named);
            let there = real_path(&earlier_input(&journal, &origin));
            assert_eq!(there, real_path(&root.join(input)));
        }
        assert_eq!(origin(&journal, Path::new("-")), None);
    }
}
