//! Which place each article's result goes to, so that no two share one.
//!
//! Policy: the rule is the same on every machine, whatever its file system tells apart. Of articles
//! whose files would differ in capitals alone (or in how a letter is composed, or in dots and spaces
//! at the end of a folder's name), one has the plain name: what an earlier run gave it to, else the
//! first in the inputs' order. The names of the others end in a digest of their ids. What an article
//! was given once it keeps.

use std::collections::HashMap;

use super::key::{Key, key};
use super::name::{folded, output_name, twin_name};
use super::store::Target;

/// The places that articles of this and of earlier runs have.
#[derive(Debug, Default)]
pub(super) struct Places {
    taken: HashMap<Key, Owner>,
}

#[derive(Debug)]
struct Owner {
    /// Of the article's id.
    id: Key,
    /// How often this run has asked for its place.
    asked: u32,
}

impl Places {
    /// Notes which file an article of an earlier run has.
    pub(super) fn keep(&mut self, file: &str, id: &str) {
        let id = key(id.as_bytes());
        self.taken.insert(slot(file), Owner { id, asked: 0 });
    }

    /// The place of the article with this id.
    ///
    /// # Errors
    /// Where this run has asked for it before: how often, with this time.
    pub(super) fn place(&mut self, target: &Target, id: &str) -> Result<String, u32> {
        let own = key(id.as_bytes());
        let (place, slot) = match target {
            Target::Folder { format, .. } => self.file(id, own, format.extension()),
            // Ids stand in it as they are.
            Target::Lines(_) | Target::Parquet(_) => (id.to_owned(), own),
        };
        let owner = self.taken.entry(slot);
        let owner = owner.or_insert(Owner { id: own, asked: 0 });
        owner.asked += 1;
        match owner.asked {
            1 => Ok(place),
            asked => Err(asked),
        }
    }

    fn file(&self, id: &str, own: Key, extension: &str) -> (String, Key) {
        let plain = output_name(id, extension);
        let twin = twin_name(id, extension);
        let slots = (slot(&plain), slot(&twin));
        let (of_plain, of_twin) = (self.taken.get(&slots.0), self.taken.get(&slots.1));
        let is_own = |owner: Option<&Owner>| owner.is_some_and(|owner| owner.id == own);
        if is_own(of_plain) || of_plain.is_none() && !is_own(of_twin) {
            (plain, slots.0)
        } else {
            (twin, slots.1)
        }
    }
}

/// What files are told apart by.
fn slot(file: &str) -> Key {
    key(folded(file).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;

    fn folder() -> Target {
        Target::Folder {
            root: "out".into(),
            format: Format::Text,
            marks: false,
        }
    }

    #[test]
    fn the_first_of_those_that_differ_in_capitals_alone_has_the_plain_name() {
        let mut places = Places::default();
        let mut place = |id: &str| places.place(&folder(), id);
        assert_eq!(place("Қала/A.txt").unwrap(), "Қала/A.txt.txt");
        let second = place("қала/a.txt").unwrap();
        assert!(second.starts_with("қала/a.txt%-"), "{second}");
        let third = place("ҚАЛА/a.txt").unwrap();
        assert_ne!(folded(&second), folded(&third));
        assert_eq!(place("b.txt").unwrap(), "b.txt.txt");
    }

    #[test]
    fn an_id_has_one_place_and_is_counted() {
        let mut places = Places::default();
        let lines = Target::Lines("all.jsonl".into());
        for target in [folder(), lines] {
            let mut place = |id: &str| places.place(&target, id);
            assert!(place("a").is_ok() && place("A").is_ok());
            assert_eq!(
                [place("a"), place("A"), place("a")],
                [Err(2), Err(2), Err(3)]
            );
            places = Places::default();
        }
    }

    #[test]
    fn what_an_earlier_run_gave_is_kept() {
        let mut first = Places::default();
        let capital = first.place(&folder(), "A.txt").unwrap();
        let small = first.place(&folder(), "a.txt").unwrap();
        // Only one of them is among the inputs again, or the other comes first now.
        for ids in [&["a.txt"][..], &["a.txt", "A.txt"], &["A.txt", "a.txt"]] {
            for known in [&[&capital, &small][..], &[&small], &[&capital]] {
                let mut places = Places::default();
                for file in known {
                    let id = if *file == &capital { "A.txt" } else { "a.txt" };
                    places.keep(file, id);
                }
                for id in ids {
                    let place = places.place(&folder(), id).unwrap();
                    let owns = if *id == "A.txt" { &capital } else { &small };
                    if known.contains(&owns) {
                        assert_eq!(&place, owns);
                    }
                }
            }
        }
    }
}
