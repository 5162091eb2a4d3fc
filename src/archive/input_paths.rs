//! The inputs of a run as places where nothing may be written.
//!
//! Policy: nothing that a run writes replaces an input or comes to be among the articles of a
//! folder that is read, under whatever path either is named. Below the folder of results, if that is
//! inside an input, nothing is read, so results may be there.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::output::{Output, OutputError};
use crate::files::{FileId, folder_of, real_path};
use crate::input::is_stdin;

/// The inputs of a run, by where they really are.
pub(super) struct InputPaths<'a> {
    /// Files that are inputs themselves, and that a result or a file beside the results could
    /// replace.
    files: HashMap<FileId, &'a Path>,
    /// Folders that are read, all links followed.
    folders: Vec<(PathBuf, &'a Path)>,
    /// The folder of results, all links followed; `None` if there is none.
    root: Option<PathBuf>,
    /// The real path of the folder that was asked for last: results come folder by folder.
    last: Option<(PathBuf, PathBuf)>,
}

/// Why nothing may be written to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken<'a> {
    /// This input is there.
    Input(&'a Path),
    /// It is in this folder, which is read.
    Below(&'a Path),
}

impl<'a> InputPaths<'a> {
    /// `output` tells which of the inputs a run could replace at all.
    pub(super) fn new(inputs: &'a [PathBuf], output: &Output) -> Self {
        let root = match output {
            Output::Folder { root, .. } => Some(real_path(root)),
            Output::JsonLines(_) | Output::Collection(..) => None,
        };
        let mut paths = Self {
            files: HashMap::new(),
            folders: Vec::new(),
            root,
            last: None,
        };
        let written = output.files();
        let written: Vec<FileId> = written.iter().filter_map(|path| FileId::of(path)).collect();
        for input in inputs.iter().filter(|input| !is_stdin(input)) {
            if input.is_dir() {
                paths.folders.push((real_path(input), input.as_path()));
            } else if let Some(id) = FileId::of(input)
                && (written.contains(&id) || paths.is_below_root(input))
            {
                paths.files.insert(id, input);
            }
        }
        paths
    }

    /// Whether an input is in the folder of results, so that a result could fall on it.
    pub(super) fn are_below_results(&self) -> bool {
        let below = |folder: &PathBuf| {
            let root = self.root.as_ref();
            root.is_some_and(|root| folder.starts_with(root))
        };
        !self.files.is_empty() || self.folders.iter().any(|(folder, _)| below(folder))
    }

    /// The input that a file at this path would replace, or be read with.
    pub(super) fn at(&mut self, path: &Path) -> Option<Taken<'a>> {
        if !self.files.is_empty()
            && let Some(input) = FileId::of(path).and_then(|id| self.files.get(&id))
        {
            return Some(Taken::Input(input));
        }
        if self.folders.is_empty() {
            return None;
        }
        let folder = self.real_folder(path);
        let is_result = |input: &Path| {
            let root = self.root.as_ref();
            root.is_some_and(|root| {
                root != input && root.starts_with(input) && folder.starts_with(root)
            })
        };
        let mut inputs = self.folders.iter();
        inputs
            .find(|(input, _)| folder.starts_with(input) && !is_result(input))
            .map(|(_, input)| Taken::Below(input))
    }

    /// As [`Self::at`], as the error of a run.
    ///
    /// # Errors
    /// If an input is there.
    pub(super) fn check(&mut self, path: &Path) -> Result<(), OutputError> {
        let output = path.to_owned();
        match self.at(path) {
            None => Ok(()),
            Some(Taken::Input(input)) => Err(OutputError::ReplacesInput {
                output,
                input: input.to_owned(),
            }),
            Some(Taken::Below(folder)) => Err(OutputError::AmongInputs {
                output,
                folder: folder.to_owned(),
            }),
        }
    }

    fn is_below_root(&mut self, file: &Path) -> bool {
        let Some(root) = self.root.clone() else {
            return false;
        };
        // A link may lead there from elsewhere.
        let real = if file.is_symlink() {
            real_path(file)
        } else {
            self.real_folder(file)
        };
        real.starts_with(root)
    }

    fn real_folder(&mut self, path: &Path) -> PathBuf {
        let folder = folder_of(path);
        match &self.last {
            Some((asked, real)) if asked == folder => real.clone(),
            _ => {
                let real = real_path(folder);
                self.last = Some((folder.to_owned(), real.clone()));
                real
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::report::Format;

    /// `root`, and below it `in/s/x`, `a.txt` and `out/`.
    fn world() -> (tempfile::TempDir, PathBuf) {
        let world = tempfile::tempdir().unwrap();
        let root = world.path().canonicalize().unwrap();
        for folder in ["in/s", "out"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in ["in/s/x", "a.txt"] {
            fs::write(root.join(file), "а").unwrap();
        }
        (world, root)
    }

    fn folder(root: PathBuf) -> Output {
        Output::Folder {
            root,
            format: Format::Text,
            marks: false,
            names: false,
            layout: Default::default(),
        }
    }

    #[test]
    fn results_above_an_input_may_not_fall_into_it() {
        let (_world, root) = world();
        let inputs = [root.join("in/s")];
        let mut paths = InputPaths::new(&inputs, &folder(root.join("in")));
        assert!(paths.are_below_results());
        let taken = Some(Taken::Below(&inputs[0]));
        for (file, expected) in [
            ("x.txt", None),
            ("y/x.txt", None),
            ("s.txt", None),
            ("s/x.txt", taken),
            ("s/new/x.txt", taken),
        ] {
            assert_eq!(paths.at(&root.join("in").join(file)), expected, "{file}");
        }
    }

    #[test]
    fn results_inside_an_input_are_not_read() {
        let (_world, root) = world();
        let inputs = [root.join("in")];
        let out = root.join("in/new/out");
        let mut paths = InputPaths::new(&inputs, &folder(out.clone()));
        assert!(!paths.are_below_results());
        assert_eq!(paths.at(&out.join("s/x.txt")), None);
        assert_eq!(
            paths.at(&root.join("in/x.txt")),
            Some(Taken::Below(&inputs[0]))
        );
        let mut paths = InputPaths::new(&inputs, &Output::JsonLines(out.clone()));
        assert_eq!(paths.at(&out), Some(Taken::Below(&inputs[0])));
    }

    #[test]
    fn an_input_is_known_under_any_name() {
        let (_world, root) = world();
        let inputs = [root.join("a.txt"), PathBuf::from("-")];
        fs::hard_link(&inputs[0], root.join("out/b.txt")).unwrap();
        let mut paths = InputPaths::new(&inputs, &folder(root.clone()));
        let taken = Some(Taken::Input(&inputs[0]));
        for (file, expected) in [
            ("a.txt", taken),
            ("out/../a.txt", taken),
            ("out/b.txt", if cfg!(unix) { taken } else { None }),
            ("c.txt", None),
        ] {
            assert_eq!(paths.at(&root.join(file)), expected, "{file}");
        }
        // The file beside the results is the input.
        let (list, all) = (root.join("all.jsonl.errors.jsonl"), root.join("all.jsonl"));
        fs::rename(&inputs[0], &list).unwrap();
        let inputs = [list];
        let mut paths = InputPaths::new(&inputs, &Output::JsonLines(all));
        assert_eq!(paths.at(&inputs[0]), Some(Taken::Input(&inputs[0])));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_where_a_result_would_be() {
        use std::os::unix::fs::symlink;
        let (_world, root) = world();
        symlink(root.join("in/s"), root.join("out/link")).unwrap();
        symlink(root.join("out/y.txt"), root.join("b.txt")).unwrap();
        fs::write(root.join("out/y.txt"), "а").unwrap();
        let inputs = [root.join("in"), root.join("b.txt")];
        let mut paths = InputPaths::new(&inputs, &folder(root.join("out")));
        assert_eq!(
            paths.at(&root.join("out/link/x.txt")),
            Some(Taken::Below(&inputs[0]))
        );
        assert_eq!(
            paths.at(&root.join("out/y.txt")),
            Some(Taken::Input(&inputs[1]))
        );
        assert_eq!(paths.at(&root.join("out/z.txt")), None);
    }
}
