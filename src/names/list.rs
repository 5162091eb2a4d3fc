//! A list of names and their English spellings, kept in a file that people edit and runs add to.
//!
//! Policy: a run follows what the file says when the run begins. Rows are never changed and never removed;
//! names that a run met are added below them, with the spellings that it saw, and are followed by later
//! runs. Whoever changes a row's spelling makes it his own.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::seen::SeenNames;
use crate::document::NameKind;

use crate::files::{
    AtomicFile, TableError, has_header, hex, read_table, separator, sha256, table_rows, wait_alone,
};
use crate::language::romanised;
use crate::text::{is_latin, squeeze};

/// Maximum size of a file, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Maximum rows.
const MAX_ROWS: usize = 500_000;
/// Maximum size of a name and of its spelling, in bytes.
const MAX_NAME_BYTES: usize = 512;

/// The names of the columns.
const COLUMNS: [&str; 4] = ["source", "target", "kind", "seen"];

/// Why a file is no list of names, or cannot be added to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NameListError {
    /// The file cannot be read as a table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A row is no name.
    #[error("{}:{line}: {reason}", .path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The line the row begins in, from 1.
        line: u64,
        /// What is wrong with it.
        reason: NameRowFault,
    },
    /// There are too many rows.
    #[error("{} has more than {MAX_ROWS} names", .path.display())]
    TooMany {
        /// The file.
        path: PathBuf,
    },
    /// Names cannot be added to the file.
    #[error("names cannot be added to {}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameRowFault {
    /// The first column is empty.
    #[error("the row has no name")]
    NoName,
    /// A name or its spelling is too long to be one.
    #[error("a name has more than {MAX_NAME_BYTES} bytes")]
    TooLong,
    /// The third column says something else.
    #[error("a name is of a person, a place or a body, or of none of them")]
    UnknownKind,
    /// The row is one cell, and nothing else says that the file is a table.
    #[error("the row has one column, and no first row names the columns")]
    OneColumn,
    /// A spelling has letters that English does not.
    #[error("the spelling has letters of another script than English")]
    ForeignSpelling,
}

/// Names and how they are spelt.
#[derive(Debug, Clone, Default)]
pub struct NameList {
    rows: Vec<Row>,
    /// The first row of each name and kind, by the words in lower case.
    by_name: HashMap<(String, Option<NameKind>), usize>,
    /// The spellings of the words of persons' names, where all rows agree.
    words: HashMap<String, Option<String>>,
}

#[derive(Debug, Clone)]
struct Row {
    source: String,
    target: String,
    kind: Option<NameKind>,
    /// Whether a run added it and nobody has changed its spelling since.
    is_added: bool,
}

/// Two lists are equal if they ask for the same.
impl PartialEq for NameList {
    fn eq(&self, other: &Self) -> bool {
        self.digest() == other.digest()
    }
}

impl NameList {
    /// Reads a file, CSV with commas or semicolons, or TSV: `source, target, kind, seen`, with a first row of
    /// such names or at least two columns in every row: what is no table is no list, and nothing is added to
    /// it. A file that is not there yet is an empty list.
    ///
    /// # Errors
    /// If the file cannot be read, is too large or is not UTF-8, or a row is no name.
    pub fn open(path: &Path) -> Result<Self, NameListError> {
        match read_table(path, MAX_FILE_BYTES) {
            Ok(text) => Self::parse(&text, path),
            Err(TableError::Unreadable { source, .. })
                if source.kind() == io::ErrorKind::NotFound =>
            {
                Ok(Self::default())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// As [`open`](Self::open), of a file's text; `path` names it.
    ///
    /// # Errors
    /// If a row is no name.
    pub fn parse(text: &str, path: &Path) -> Result<Self, NameListError> {
        let mut rows: Vec<Row> = Vec::new();
        let has_header = has_header(text);
        for row in table_rows(text, path) {
            let row = row?;
            let [source, target, kind, seen] = [0, 1, 2, 3].map(|at| squeeze(row.cell(at)));
            let fault = |reason| NameListError::Row {
                path: path.to_owned(),
                line: row.line,
                reason,
            };
            if source.is_empty() {
                return Err(fault(NameRowFault::NoName));
            }
            if source.len().max(target.len()) > MAX_NAME_BYTES {
                return Err(fault(NameRowFault::TooLong));
            }
            if row.cells.len() < 2 && !has_header {
                return Err(fault(NameRowFault::OneColumn));
            }
            let is_added = is_added(&target, &seen);
            let is_foreign = has_foreign_letters(&target);
            if is_foreign && !is_added {
                return Err(fault(NameRowFault::ForeignSpelling));
            }
            let kind = kind_of(&kind).ok_or_else(|| fault(NameRowFault::UnknownKind))?;
            if rows.len() == MAX_ROWS {
                return Err(NameListError::TooMany {
                    path: path.to_owned(),
                });
            }
            let target = match target {
                target if !target.is_empty() && !is_foreign => target,
                _ => romanised(&source),
            };
            rows.push(Row {
                is_added,
                source,
                target,
                kind,
            });
        }
        Ok(Self::of_rows(rows))
    }

    /// What people wrote counts before what runs added, wherever it is in the file.
    fn of_rows(rows: Vec<Row>) -> Self {
        let (own, added): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| !row.is_added);
        let mut list = Self::default();
        for row in own {
            list.insert(row, &HashSet::new());
        }
        let settled = list.words.keys().cloned().collect();
        for row in added {
            list.insert(row, &settled);
        }
        list
    }

    /// Adds a row; it says nothing of the words in `settled`, and nothing at all if its name has a row.
    fn insert(&mut self, row: Row, settled: &HashSet<String>) {
        let words = plain_words(&row.source);
        let has = |kind| self.by_name.contains_key(&(words.clone(), kind));
        if has(row.kind) || row.is_added && has(None) {
            self.rows.push(row);
            return;
        }
        let of_person = matches!(row.kind, None | Some(NameKind::Person));
        let (own, spelt) = (words.split(' '), row.target.split([' ', '-']));
        if of_person && own.clone().count() > 1 && own.clone().count() == spelt.clone().count() {
            for (word, spelling) in own.zip(spelt).filter(|(word, _)| !settled.contains(*word)) {
                let known = self.words.entry(word.to_owned());
                let known = known.or_insert_with(|| Some(spelling.to_owned()));
                if known.as_deref() != Some(spelling) {
                    *known = None;
                }
            }
        }
        let at = self.rows.len();
        self.by_name.insert((words, row.kind), at);
        self.rows.push(row);
    }

    /// How many names it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many names of several words people gave a spelling of fewer or more words, which is not followed.
    pub fn unfollowed(&self) -> usize {
        let count = |words: &str| plain_words(words).split(' ').count();
        let rows = self.rows.iter().filter(|row| !row.is_added);
        let names = rows.map(|row| (count(&row.source), count(&row.target)));
        names
            .filter(|(own, spelt)| *own > 1 && own != spelt)
            .count()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// SHA-256, hexadecimal, of what people wrote: names that runs added count only once somebody has
    /// changed them. So what is done stays done when a run adds what it met.
    pub fn digest(&self) -> String {
        let first = self.by_name.values().map(|&at| &self.rows[at]);
        let own = first.filter(|row| !row.is_added).map(|row| {
            let kind = row.kind.map_or("", NameKind::name);
            format!("{}\t{}\t{kind}\n", plain_words(&row.source), row.target)
        });
        let mut own: Vec<String> = own.collect();
        own.sort_unstable();
        hex(&sha256(own.concat().as_bytes()))
    }

    /// The spelling of a name, by its words in lower case. A name of unknown kind has the spelling of any
    /// kind; a word of persons' names that all spell it alike has that spelling.
    pub(super) fn spelling(&self, words: &str, kind: Option<NameKind>) -> Option<&str> {
        let row = |kind| self.by_name.get(&(words.to_owned(), kind));
        let kinds = [NameKind::Person, NameKind::Place, NameKind::Body];
        let any = || kinds.iter().find_map(|&kind| row(Some(kind)));
        let found = kind.and_then(|kind| row(Some(kind))).or_else(|| row(None));
        let found = match kind {
            None => found.or_else(any),
            Some(_) => found,
        };
        if let Some(&at) = found {
            return Some(&self.rows[at].target);
        }
        let of_person = matches!(kind, None | Some(NameKind::Person));
        let word = self.words.get(words).filter(|_| of_person)?;
        word.as_deref()
    }

    /// Adds the names that a run met to the file, if it has them not yet; returns how many. Other runs may
    /// add to it at the same time: what they wrote stays.
    ///
    /// # Errors
    /// If the file cannot be locked, read or written, or is no list of names any more.
    pub fn add(path: &Path, seen: &SeenNames) -> Result<usize, NameListError> {
        if seen.is_empty() {
            return Ok(0);
        }
        let write = |source| NameListError::Write {
            path: path.to_owned(),
            source,
        };
        // A file that is not there yet has no real path.
        let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut alone = wait_alone(path).map_err(write)?;
        let text = read_table(path, MAX_FILE_BYTES)?;
        let list = Self::parse(&text, path)?;
        let is_new = |source: &str, kind| {
            let words = plain_words(source);
            let row = |kind| list.by_name.contains_key(&(words.clone(), kind));
            !row(Some(kind)) && !row(None)
        };
        let mut met = HashSet::new();
        let new = seen.rows().filter(|row| {
            is_new(row.source, row.kind)
                && row.source.len().max(row.target.len()) <= MAX_NAME_BYTES
                && !is_shouted(row.target, row.kind)
                && !has_foreign_letters(row.target)
                && met.insert((plain_words(row.source), row.kind.name()))
        });
        let new: Vec<_> = new.take(MAX_ROWS - list.len()).collect();
        if new.is_empty() {
            return Ok(0);
        }
        let is_begun = !text.trim_start_matches('\u{feff}').trim().is_empty();
        let mut rows = csv::WriterBuilder::new()
            .delimiter(if is_begun { separator(&text) } else { b',' })
            .from_writer(Vec::new());
        let in_csv = |error: csv::Error| write(error.into());
        if !is_begun {
            rows.write_record(COLUMNS).map_err(in_csv)?;
        }
        for row in &new {
            let cells = [row.source, row.target, row.kind.name(), &row.seen];
            rows.write_record(cells).map_err(in_csv)?;
        }
        let rows = rows.into_inner();
        let rows = rows.map_err(|error| write(error.into_error()))?;
        let mut file = AtomicFile::create(path).map_err(write)?;
        let end = if is_begun && !text.ends_with('\n') {
            "\n"
        } else {
            ""
        };
        let whole = [text.as_bytes(), end.as_bytes(), &rows].concat();
        file.write_all(&whole).map_err(write)?;
        file.commit_over(&mut alone).map_err(write)?;
        Ok(new.len())
    }
}

/// Whether a spelling is that of a headline in capitals, which other articles are not to follow.
fn is_shouted(target: &str, kind: NameKind) -> bool {
    kind != NameKind::Body
        && target.chars().filter(|c| c.is_alphabetic()).count() > 1
        && !target.chars().any(char::is_lowercase)
}

/// Whether a spelling has letters of another script than English.
fn has_foreign_letters(target: &str) -> bool {
    target.chars().any(|c| c.is_alphabetic() && !is_latin(c))
}

/// The words of a name, in lower case, with single spaces for hyphens.
pub(super) fn plain_words(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| c.is_whitespace() || "-‐‑".contains(c));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The kind that a row states; `None` if that is no kind.
fn kind_of(word: &str) -> Option<Option<NameKind>> {
    let kinds = [NameKind::Person, NameKind::Place, NameKind::Body];
    let known = kinds
        .into_iter()
        .find(|kind| kind.name().eq_ignore_ascii_case(word));
    match known {
        None if !word.is_empty() => None,
        known => Some(known),
    }
}

/// Whether a run wrote this spelling: it is the first of those that it saw.
fn is_added(target: &str, seen: &str) -> bool {
    let count = seen.strip_prefix(target);
    let count = count.and_then(|rest| rest.strip_prefix(' '));
    count.is_some_and(|count| count.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::SeenName;

    fn list(text: &str) -> NameList {
        NameList::parse(text, Path::new("names.csv")).unwrap()
    }

    fn seen(names: &[(&str, &str, NameKind)]) -> SeenNames {
        let mut seen = SeenNames::default();
        for (source, target, kind) in names {
            seen.add(&SeenName {
                source: (*source).to_owned(),
                target: (*target).to_owned(),
                kind: *kind,
            });
        }
        seen
    }

    const PERSON: Option<NameKind> = Some(NameKind::Person);
    const PLACE: Option<NameKind> = Some(NameKind::Place);

    #[test]
    fn what_a_person_wrote_counts_before_what_runs_added() {
        let rows = "Қордай,Korday,place,Korday 4\nҚордай,Qordai,place,\nСемей,Semey,place,Semey 2\nСемей,Semei,,\n";
        let list = list(rows);
        assert_eq!(list.spelling("қордай", PLACE), Some("Qordai"));
        assert_eq!(list.spelling("семей", PLACE), Some("Semei"));
    }

    #[test]
    fn spellings_in_capitals_are_not_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("names.csv");
        let names = [
            ("СЕМЕЙ", "SEMEY", NameKind::Place),
            ("Семей", "Semey", NameKind::Place),
            ("ЮНЕСКО", "UNESCO", NameKind::Body),
        ];
        assert_eq!(NameList::add(&path, &seen(&names)).unwrap(), 2);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains("Semey") && text.contains("UNESCO"), "{text}");
        assert!(!text.contains("SEMEY"), "{text}");
    }

    #[test]
    fn a_name_has_the_spelling_of_its_kind() {
        let list = list(
            "source,target,kind,seen\n\
             Абай,Abai,person,\n\
             Абай,Abay,place,\n\
             Нұр-Сұлтан,Nur-Sultan,,\n\
             Шалқар,Shalqar,place,\n\
             Қордай,,place,\n",
        );
        assert_eq!(list.spelling("абай", PERSON), Some("Abai"));
        assert_eq!(list.spelling("абай", PLACE), Some("Abay"));
        assert_eq!(list.spelling("нұр сұлтан", PLACE), Some("Nur-Sultan"));
        assert_eq!(list.spelling("шалқар", None), Some("Shalqar"));
        assert_eq!(list.spelling("шалқар", PERSON), None);
        assert_eq!(list.spelling("қордай", PLACE), Some("Qorday"));
    }

    #[test]
    fn a_surname_is_spelt_as_in_the_full_names_if_they_agree() {
        let list = list(
            "Ержан Жылқыбаев;Yerzhan Zhylkybayev;person\n\
             Ержан Асанов;Erzhan Assanov;person\n",
        );
        assert_eq!(list.spelling("жылқыбаев", PERSON), Some("Zhylkybayev"));
        assert_eq!(list.spelling("асанов", None), Some("Assanov"));
        assert_eq!(list.spelling("ержан", PERSON), None);
        assert_eq!(list.spelling("асанов", PLACE), None);
    }

    #[test]
    fn a_row_that_is_no_name_is_told_with_its_line() {
        for (text, expected) in [
            ("Абай,Abai\n,Abay\n", "names.csv:2: the row has no name"),
            (
                "Абай,Abai,poet\n",
                "names.csv:1: a name is of a person, a place or a body, or of none of them",
            ),
            (
                "Кеше қалада жиын өтті.\nАбай,Abai\n",
                "names.csv:1: the row has one column, and no first row names the columns",
            ),
            (
                "Кеше, қалада жиын өтті.\n",
                "names.csv:1: the spelling has letters of another script than English",
            ),
        ] {
            let error = NameList::parse(text, Path::new("names.csv")).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn a_list_of_one_column_names_it() {
        assert_eq!(
            list("source\nҚордай\n").spelling("қордай", None),
            Some("Qorday")
        );
        let copied = list("Қордай,Қордай,place,Қордай 2\n");
        assert_eq!(copied.spelling("қордай", PLACE), Some("Qorday"));
    }

    #[test]
    fn spellings_of_another_number_of_words_are_counted() {
        let list = list("Ержан Асанов,Assanov\nЕржан Асанов,Yerzhan Assanov\nБҰҰ,United Nations\n");
        assert_eq!(list.unfollowed(), 1);
    }

    #[test]
    fn only_what_people_wrote_is_in_the_digest() {
        let before = list("Абай,Abai,person,\n");
        let grown = list("Абай,Abai,person,\nҚордай,Korday,place,Korday 3; Kordai 1\n");
        assert_eq!(before.digest(), grown.digest());
        let edited = list("Абай,Abai,person,\nҚордай,Kordai,place,Korday 3; Kordai 1\n");
        assert_ne!(before.digest(), edited.digest());
        let other_order = list("Қордай,Kordai,place,\nАбай,Abai,person,\n");
        assert_eq!(other_order.digest(), edited.digest());
    }

    #[test]
    fn names_are_added_below_what_is_there_and_change_nothing_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("names.csv");
        let met = seen(&[
            ("Қордай", "Korday", NameKind::Place),
            ("Қордай", "Korday", NameKind::Place),
            ("Қордай", "Kordai", NameKind::Place),
            ("Абай", "Abai", NameKind::Person),
        ]);
        assert_eq!(NameList::add(&path, &met).unwrap(), 2);
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = "source,target,kind,seen\n\
                        Абай,Abai,person,Abai 1\n\
                        Қордай,Korday,place,Korday 2; Kordai 1\n";
        assert_eq!(text, expected);
        assert_eq!(NameList::add(&path, &met).unwrap(), 0);

        let own = "\u{feff}name;\"spelt; so\"\r\nАбай;Abay;;our own\nҚордай;Qordai;place;Korday 2";
        std::fs::write(&path, own).unwrap();
        let more = seen(&[
            ("Абай", "Abai", NameKind::Place),
            ("Қордай", "Korday", NameKind::Place),
            ("Қордай", "Korday", NameKind::Person),
        ]);
        assert_eq!(NameList::add(&path, &more).unwrap(), 1);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("{own}\nҚордай;Korday;person;Korday 1\n"));
    }

    #[test]
    fn runs_that_add_at_the_same_time_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("names.csv");
        std::thread::scope(|scope| {
            for run in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    for at in 0..10 {
                        let source = format!("Ат{run}х{at}");
                        let met = seen(&[(&source, "At", NameKind::Place)]);
                        NameList::add(path, &met).unwrap();
                    }
                });
            }
        });
        assert_eq!(NameList::open(&path).unwrap().len(), 80);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
