use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::archive::key::key;
use crate::files::hex;

fn entry(id: &str, range: (u64, u64)) -> Entry {
    Entry {
        id: id.to_owned(),
        key: None,
        input: hex(&key(id.as_bytes())),
        fingerprint: hex(&key(b"options")),
        done: Some(Completed {
            file: None,
            stamp: None,
            range: Some(range),
            digest: hex(&key(b"result")),
            from: None,
            title: Some(String::from("Title")),
            date: None,
            summary: None,
            flags: BTreeMap::new(),
            names: Vec::new(),
            shown: None,
        }),
        error: None,
    }
}

fn entries(ids: &[&str]) -> Vec<Entry> {
    ids.iter().map(|id| entry(id, (0, 9))).collect()
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    (folder, path)
}

/// Two windows; the first is the value's number of bytes long.
fn two_windows(path: &Path) -> usize {
    let (mut journal, _) = Journal::open(path, false).unwrap();
    journal.commit(entries(&["a", "b"]), None).unwrap();
    let first = fs::metadata(path).unwrap().len() as usize;
    journal.commit(entries(&["c", "d"]), None).unwrap();
    first
}

fn known(history: &History) -> Vec<&str> {
    let ids = ["a", "b", "c", "d"].into_iter();
    ids.filter(|id| history.articles.contains_key(&key(id.as_bytes())))
        .collect()
}

#[test]
fn wherever_a_journal_breaks_off_whole_windows_are_left() {
    let (_folder, path) = place();
    let first = two_windows(&path);
    let whole = fs::read(&path).unwrap();
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let (journal, history) = Journal::open(&path, false).unwrap();
        let count = match length {
            _ if length == whole.len() => 4,
            _ if length >= first => 2,
            _ => 0,
        };
        assert_eq!(history.articles.len(), count, "{length}");
        assert_eq!(history.lost, 0, "{length}");
        let left = fs::metadata(&path).unwrap().len();
        assert_eq!(left, journal.length);
        drop(journal);
        // The run can be continued.
        let (mut journal, _) = Journal::open(&path, false).unwrap();
        journal.commit(entries(&["e"]), None).unwrap();
        drop(journal);
        let history = Journal::look(&path).unwrap();
        assert_eq!((history.articles.len(), history.lost), (count + 1, 0));
    }
}

#[test]
fn a_changed_bit_costs_the_line_it_is_in() {
    let (_folder, path) = place();
    two_windows(&path);
    let whole = fs::read(&path).unwrap();
    for bit in 0..8 * whole.len() {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &bytes).unwrap();
        let history = Journal::look(&path).unwrap();
        let last = bit / 8 == whole.len() - 1;
        if last {
            // As if the run was killed within the line.
            assert_eq!((known(&history).len(), history.lost), (2, 0), "{bit}");
            continue;
        }
        // Two lines, where the break between them was hit.
        let is_break = whole[bit / 8] == b'\n';
        assert!(
            known(&history).len() >= if is_break { 2 } else { 3 },
            "{bit}"
        );
        assert!((1..=2).contains(&history.lost), "{bit}: {}", history.lost);
    }
}

#[test]
fn damage_is_noticed_once_and_what_is_left_stays() {
    let (_folder, path) = place();
    two_windows(&path);
    let whole = fs::read(&path).unwrap();
    // Among them the break before the last line.
    let last = whole[..whole.len() - 1]
        .iter()
        .rposition(|&byte| byte == b'\n');
    for byte in (0..whole.len() - 1).step_by(57).chain(last) {
        let mut bytes = whole.clone();
        bytes[byte] ^= 4;
        fs::write(&path, &bytes).unwrap();
        let (journal, history) = Journal::open(&path, false).unwrap();
        assert!(history.lost > 0, "{byte}");
        drop(journal);
        let (_, again) = Journal::open(&path, false).unwrap();
        assert_eq!((known(&again), again.lost), (known(&history), 0), "{byte}");
    }
}

#[test]
fn a_line_that_is_missing_or_there_twice_is_noticed() {
    let (_folder, path) = place();
    two_windows(&path);
    let whole = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    for index in 0..lines.len() - 1 {
        let mut fewer = lines.clone();
        fewer.remove(index);
        let mut more = lines.clone();
        more.insert(index, lines[index]);
        for lines in [fewer, more] {
            fs::write(&path, lines.concat()).unwrap();
            let (_, history) = Journal::open(&path, false).unwrap();
            assert_eq!(history.lost, 1, "{lines:?}");
            assert!(known(&history).len() >= 3, "{lines:?}");
        }
    }
}

#[test]
fn another_programs_file_is_left_alone() {
    let (_folder, path) = place();
    for text in ["{\"id\": 1}\n", "notes\n", "{\"journal\":3}\n", "\n"] {
        fs::write(&path, text).unwrap();
        for restart in [false, true] {
            let error = Journal::open(&path, restart).err().unwrap();
            assert!(matches!(error, JournalError::NotOurs { .. }), "{text}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_journal_of_a_later_format_is_named_and_left_alone() {
    let (_folder, path) = place();
    let text = String::from_utf8(line::bytes(&JournalLine::Header { journal: 4 }, 0)).unwrap();
    fs::write(&path, &text).unwrap();
    let error = Journal::open(&path, true).err().unwrap();
    assert!(matches!(
        error,
        JournalError::LaterVersion { version: 4, .. }
    ));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_journal_of_an_earlier_format_is_counted_and_only_started_over() {
    let (_folder, path) = place();
    let mut second: Vec<u8> = line::bytes(&JournalLine::Header { journal: 2 }, 0);
    for (number, file) in (1..).zip(["a.txt.html", "b.txt.html"]) {
        let mut entry = entry(file, (0, 0));
        entry.done.as_mut().unwrap().file = Some(file.to_owned());
        second.extend(line::bytes(&JournalLine::Entry(Box::new(entry)), number));
    }
    let first = "{\"journal\":1}\n{\"id\":\"a\",\"done\":{\"file\":\"a.txt.html\"}}\n\
                 {\"id\":\"b\",\"done\":{\"file\":\"b.txt.html\"}}\n{\"id\":\"c\",\"error\":{}}\n{\"id";
    for text in [first.as_bytes(), &second] {
        fs::write(&path, text).unwrap();
        let error = Journal::open(&path, false).err().unwrap();
        assert!(matches!(
            error,
            JournalError::EarlierVersion { articles: 2, .. }
        ));
        assert_eq!(fs::read(&path).unwrap(), text);
        drop(Journal::open(&path, true).unwrap());
        let (_, history) = Journal::open(&path, false).unwrap();
        assert!(history.articles.is_empty());
        assert!(history.names.is_ours("a.txt.html") && history.names.is_ours("b.txt.html"));
    }
}

#[test]
fn a_journal_that_starts_over_keeps_the_names_of_its_files() {
    let (_folder, path) = place();
    let (mut journal, _) = Journal::open(&path, false).unwrap();
    let files = || (0..2 * MAX_NAMES).map(|number| format!("{number}.txt"));
    let entries = files().map(|file| {
        let mut entry = entry(&file, (0, 0));
        entry.done.as_mut().unwrap().file = Some(file);
        entry
    });
    journal.commit(entries.collect(), None).unwrap();
    journal.writing(vec![String::from("killed.txt")]).unwrap();
    drop(journal);
    for restart in [true, true, false] {
        let (journal, history) = Journal::open(&path, restart).unwrap();
        assert_eq!((history.articles.len(), history.lost), (0, 0));
        for file in files().chain([String::from("killed.txt")]) {
            assert!(history.names.is_ours(&file), "{file}");
        }
        assert!(!history.names.is_ours("other.txt"));
        drop(journal);
    }
}

#[test]
fn a_second_run_at_the_same_time_is_refused() {
    let (_folder, path) = place();
    let (first, _) = Journal::open(&path, false).unwrap();
    let error = Journal::open(&path, false).err().unwrap();
    assert!(matches!(error, JournalError::InUse { .. }));
    drop(first);
    assert!(Journal::open(&path, false).is_ok());
}

#[test]
fn entries_are_read_back_in_any_order() {
    let (_folder, path) = place();
    let (mut journal, _) = Journal::open(&path, false).unwrap();
    let places = journal
        .commit(vec![entry("a", (0, 5)), entry("b", (5, 9))], None)
        .unwrap();
    let mut reader = journal.reader().unwrap();
    for (place, id) in [(places[1], "b"), (places[0], "a"), (places[1], "b")] {
        assert_eq!(reader.entry(place).unwrap().id, id);
    }
    let stamp = Stamp::of(&fs::metadata(&path).unwrap());
    journal
        .replace(&[places[1], places[0]], &[(0, 4), (4, 9)], None, stamp)
        .unwrap();
    let history = Journal::look(&path).unwrap();
    assert_eq!(
        (history.data, history.stamp),
        (DataFile::Final, Some(stamp))
    );
    let place = history.articles[&key(b"a")].place;
    assert_eq!(place, Some(ResultPlace::Range(4, 9)));
    journal.commit(vec![entry("c", (9, 10))], None).unwrap();
    drop(journal);
    let history = Journal::look(&path).unwrap();
    assert_eq!(history.articles.len(), 3);
    // A new result is in the unfinished file, whether a line says so or not.
    assert_eq!((history.data, history.stamp), (DataFile::Part, None));
}
