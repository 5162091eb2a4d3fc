//! Which file each article's result is written to, so that no two articles share one.
//!
//! Policy: the rule is the same on every machine, whatever its file system. An article has the first of
//! its names ([`output_names`]) that no other can have and no input has: `a.txt` alone is `a.html`, beside
//! `a.html` both keep their endings. What archives hold is not known before: there the first in order has it. Names
//! that differ only in case (or in how a letter is composed, or in dots and spaces at the end of a
//! folder's name) count as one. If none is left, the id gets a digest of itself. An article keeps its
//! name in later runs.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use super::file_name::{disambiguated_name, folded, output_names};
use super::input_kind::InputKind;
use super::input_paths::{InputPaths, Taken};
use super::inputs::Inputs;
use super::key::{Key, key};
use super::output::Output;

/// The files assigned to articles of this run and of earlier runs.
#[derive(Debug, Default)]
pub(super) struct OutputNames {
    taken: HashMap<Key, Holder>,
    /// Files that earlier runs may have written without an entry.
    expected: HashSet<Key>,
    /// Files that several of the inputs could have, and those that are inputs.
    contested: HashSet<Key>,
}

#[derive(Debug)]
struct Holder {
    /// The key of the article's id.
    id: Key,
    /// How often this run has reserved it: more than once means that several inputs have the id.
    asked: u32,
    /// Whether an earlier run wrote it.
    kept: bool,
}

impl OutputNames {
    /// Finds which names several of the files among the inputs could have, or one of them has already.
    pub(super) fn compare(&mut self, inputs: &Inputs, output: &Output) {
        let Output::Folder { root, format, .. } = output else {
            return;
        };
        let mut read = InputPaths::new(&inputs.paths, output);
        let are_below = read.are_below_results();
        let mut claims: HashMap<Key, Key> = HashMap::new();
        // The closure never breaks, so the result carries nothing.
        let _ = inputs.files(&mut |_, id, given| {
            // The articles of an archive or a list have names of their own.
            if InputKind::of(id) != InputKind::Article {
                return ControlFlow::Continue(());
            }
            let own = key(id.as_bytes());
            for name in output_names(id, given, format.extension()) {
                let file = folded_key(&name);
                let is_claimed = *claims.entry(file).or_insert(own) != own;
                let is_input =
                    are_below && matches!(read.at(&root.join(&name)), Some(Taken::Input(_)));
                if is_claimed || is_input {
                    self.contested.insert(file);
                }
            }
            ControlFlow::Continue(())
        });
    }

    /// Records the file of an article of an earlier run.
    pub(super) fn keep(&mut self, file: &str, id: &str) {
        let id = key(id.as_bytes());
        let file = folded_key(file);
        self.expected.remove(&file);
        let holder = Holder {
            id,
            asked: 0,
            kept: true,
        };
        self.taken.insert(file, holder);
    }

    /// Records a file that an earlier run was about to write.
    pub(super) fn expect(&mut self, file: &str) {
        let file = folded_key(file);
        if !self.taken.get(&file).is_some_and(|holder| holder.kept) {
            self.expected.insert(file);
        }
    }

    /// Whether an earlier run wrote a file of this name, or was about to.
    pub(super) fn is_ours(&self, file: &str) -> bool {
        let file = folded_key(file);
        let kept = self.taken.get(&file).is_some_and(|holder| holder.kept);
        kept || self.expected.contains(&file)
    }

    /// The file for the article with this id; `given` is the path of its input as it was typed, if ids
    /// may begin with it.
    ///
    /// # Errors
    /// If this run has reserved a file for the id before: the number of reservations, this one
    /// included.
    pub(super) fn reserve(
        &mut self,
        output: &Output,
        id: &str,
        given: Option<&str>,
    ) -> Result<String, u32> {
        let own = key(id.as_bytes());
        let (file, key) = match output {
            Output::Folder { format, .. } => self.file(id, own, given, format.extension()),
            // A single file of results holds ids unchanged.
            Output::JsonLines(_) | Output::Collection(..) => (id.to_owned(), own),
        };
        let holder = self.taken.entry(key);
        let holder = holder.or_insert(Holder {
            id: own,
            asked: 0,
            kept: false,
        });
        holder.asked += 1;
        match holder.asked {
            1 => Ok(file),
            asked => Err(asked),
        }
    }

    fn file(&self, id: &str, own: Key, given: Option<&str>, extension: &str) -> (String, Key) {
        let mut names = output_names(id, given, extension);
        names.push(disambiguated_name(id, extension));
        let keyed = names.into_iter().map(|name| {
            let key = folded_key(&name);
            (name, key)
        });
        let mut names: Vec<(String, Key)> = keyed.collect();
        let holder = |key: &Key| self.taken.get(key).map(|holder| holder.id);
        let kept = names.iter().position(|(_, key)| holder(key) == Some(own));
        let free = names
            .iter()
            .position(|(_, key)| !self.contested.contains(key) && holder(key).is_none());
        // The last one has a digest of the id, so no other article has it.
        names.swap_remove(kept.or(free).unwrap_or(names.len() - 1))
    }
}

/// Files are different if their keys are.
fn folded_key(file: &str) -> Key {
    key(folded(file).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;

    fn folder() -> Output {
        Output::Folder {
            root: "out".into(),
            format: Format::Text,
            marks: false,
            names: false,
            layout: Default::default(),
        }
    }

    #[test]
    fn the_first_of_those_that_differ_in_capitals_alone_has_the_plain_name() {
        let mut names = OutputNames::default();
        let mut place = |id: &str| names.reserve(&folder(), id, None);
        assert_eq!(place("Қала/A.txt").unwrap(), "Қала/A.txt");
        assert_eq!(place("қала/a.txt").unwrap(), "қала/a.txt.txt");
        let third = place("ҚАЛА/a.txt").unwrap();
        assert!(third.starts_with("ҚАЛА/a.txt%-"), "{third}");
        let fourth = place("қала/A.txt").unwrap();
        assert_ne!(folded(&third), folded(&fourth));
        assert_eq!(place("b.txt").unwrap(), "b.txt");
    }

    #[test]
    fn an_id_has_one_place_and_is_counted() {
        let mut names = OutputNames::default();
        let lines = Output::JsonLines("all.jsonl".into());
        for target in [folder(), lines] {
            let mut place = |id: &str| names.reserve(&target, id, None);
            assert!(place("a").is_ok() && place("A").is_ok());
            assert_eq!(
                [place("a"), place("A"), place("a")],
                [Err(2), Err(2), Err(3)]
            );
            names = OutputNames::default();
        }
    }

    #[test]
    fn what_an_earlier_run_gave_is_kept() {
        let mut first = OutputNames::default();
        let capital = first.reserve(&folder(), "A.txt", None).unwrap();
        let small = first.reserve(&folder(), "a.txt", None).unwrap();
        // Only one of them is among the inputs again, or the other comes first now.
        for ids in [&["a.txt"][..], &["a.txt", "A.txt"], &["A.txt", "a.txt"]] {
            for known in [&[&capital, &small][..], &[&small], &[&capital]] {
                let mut names = OutputNames::default();
                for file in known {
                    let id = if *file == &capital { "A.txt" } else { "a.txt" };
                    names.keep(file, id);
                }
                for id in ids {
                    let place = names.reserve(&folder(), id, None).unwrap();
                    let owns = if *id == "A.txt" { &capital } else { &small };
                    if known.contains(&owns) {
                        assert_eq!(&place, owns);
                    }
                }
            }
        }
    }
}
