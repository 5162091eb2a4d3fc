//! The pages over all articles, from the entries of the journal.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::folder;
use crate::archive::journal::{Completed, Entry, Journal};
use crate::archive::paths::{ERRORS, OVERVIEW_FOLDER};
use crate::archive::plan::SeenArticle;
use crate::checks::Check;
use crate::files::{AtomicFile, WrittenFile, folder_of, sync_names, temporary_of};
use crate::report::index_page::{Day, Ending, Flag, Index, Item, day_of};

/// The pages, whole under temporary names.
pub(super) struct Pages {
    /// The folder of results.
    root: PathBuf,
    /// Their paths below it, in the order in which they get their names.
    files: Vec<(String, WrittenFile)>,
}

impl Pages {
    /// Writes the pages over the articles `order`, of which `first` is the first.
    pub(super) fn write(
        first: &Path,
        journal: &Journal,
        order: &[SeenArticle],
        is_complete: bool,
    ) -> io::Result<Self> {
        let root = folder_of(first).to_owned();
        fs::create_dir_all(root.join(OVERVIEW_FOLDER))?;
        let mut files = Vec::new();
        let mut put = |name: &str, bytes: &[u8]| -> io::Result<()> {
            let path = root.join(name);
            let mut file = AtomicFile::create_as(&path, &temporary_of(&path))?;
            file.write_all(bytes)?;
            files.push((name.to_owned(), file.close()?));
            Ok(())
        };
        add_all(Index::new(&mut put), journal, order, is_complete)?;
        Ok(Self { root, files })
    }

    /// Gives the pages their names, and removes those of earlier runs that are no longer among them.
    pub(super) fn commit(self) -> io::Result<()> {
        let folder = self.root.join(OVERVIEW_FOLDER);
        let mut names = Vec::with_capacity(self.files.len());
        for (name, file) in self.files {
            file.rename()?;
            names.push(name);
        }
        sync_names(&folder)?;
        sync_names(&self.root)?;
        let of_folder = names.iter().filter_map(|name| {
            let (folder, name) = name.split_once('/')?;
            (folder == OVERVIEW_FOLDER).then_some(name)
        });
        folder::remove_others(&folder, &of_folder.collect())
    }
}

fn add_all(
    mut index: Index,
    journal: &Journal,
    order: &[SeenArticle],
    is_complete: bool,
) -> io::Result<()> {
    let mut reader = journal.reader()?;
    // The newest day first; within a day, and without a date, in the order of the inputs.
    let mut dated: Vec<(Reverse<Day>, u64)> = Vec::with_capacity(order.len());
    for seen in order {
        let entry = reader.entry(seen.entry)?;
        match (entry.done, entry.error) {
            (Some(done), _) => dated.push((Reverse(day_of(done.date.as_deref())), seen.entry)),
            (None, Some(error)) => index.fail(&entry.id, &error.message)?,
            (None, None) => index.fail(&entry.id, "the journal does not say why")?,
        }
    }
    dated.sort_by_key(|&(day, _)| day);
    for &(Reverse(day), offset) in &dated {
        let entry = reader.entry(offset)?;
        if let Some(done) = &entry.done {
            add(&mut index, &entry, done, day)?;
        }
    }
    index.finish(&Ending {
        errors: ERRORS,
        is_complete,
    })
}

fn add(index: &mut Index, entry: &Entry, done: &Completed, day: Day) -> io::Result<()> {
    let shown = done.shown.as_deref();
    let no_reasons = BTreeMap::new();
    let reasons = shown.map_or(&no_reasons, |shown| &shown.reasons);
    // Skips checks that only another version of this program has.
    let flags = done.flags.iter().filter_map(|(name, &sentences)| {
        Some(Flag {
            check: Check::from_name(name)?,
            sentences,
            reasons: reasons.get(name).map_or(&[], Vec::as_slice),
        })
    });
    let flags: Vec<Flag> = flags.collect();
    let section = shown.and_then(|shown| shown.section.as_ref());
    index.add(&Item {
        id: &entry.id,
        day,
        title: done.title.as_deref(),
        original: shown.and_then(|shown| shown.original.as_deref()),
        language: shown.map(|shown| shown.language.as_str()),
        summary: done.summary.as_deref(),
        section: section.map(|section| (section.source.as_str(), section.target.as_str())),
        outlet: shown.and_then(|shown| shown.outlet.as_deref()),
        url: shown.and_then(|shown| shown.url.as_deref()),
        flags: &flags,
        names: shown.map_or(&[], |shown| &shown.names),
        file: done.file.as_deref().unwrap_or_default(),
    })
}
