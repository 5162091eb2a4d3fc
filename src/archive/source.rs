//! What an article is known by wherever its inputs are, for shards that read copies of them.
//!
//! The id of a record that has one, of a member of an archive and of a file below a folder depend
//! on what was read alone. Other ids begin with the path as it was typed: those of files given
//! singly, and of records without an id, whose line follows the path. Such an article is known by
//! its content and what follows the path.

use sha2::{Digest, Sha256};

use super::key::{Key, key, shortened};
use super::record::{Fault, Record};

/// The key by which an article is assigned to a shard. `given` is the input's path as it was typed,
/// if ids may begin with it.
pub(super) fn portable_key(found: &Result<Record, Fault>, given: Option<&str>) -> Key {
    let id = match found {
        Ok(record) => record.id.as_str(),
        Err(fault) => fault.id.as_deref().unwrap_or_default(),
    };
    let Some(place) = given.and_then(|given| place_in(id, given)) else {
        return key(id.as_bytes());
    };
    let content = found.as_ref().map(Record::content_key).unwrap_or_default();
    key(&[&content, place.as_bytes()].concat())
}

/// What follows the path `given` in an id: nothing, or a colon and a line; `None` if the id does not
/// begin with the path.
pub(super) fn place_in<'a>(id: &'a str, given: &str) -> Option<&'a str> {
    let rest = id.strip_prefix(given)?;
    let line = rest.strip_prefix(':');
    let is_line = line.is_some_and(|line| line.bytes().all(|byte| byte.is_ascii_digit()));
    (rest.is_empty() || is_line).then_some(rest)
}

/// All that the inputs of a run hold, read once.
#[derive(Default)]
pub(super) struct Source {
    records: u64,
    hasher: Sha256,
}

impl Source {
    /// Adds the next article or fault, by its key.
    pub(super) fn add(&mut self, key: &Key, found: &Result<Record, Fault>) {
        self.records += 1;
        self.hasher.update(key);
        let content = found.as_ref().map(Record::content_key).unwrap_or_default();
        self.hasher.update(content);
    }

    pub(super) fn end(self) -> SourceDigest {
        SourceDigest {
            records: self.records,
            digest: shortened(&self.hasher.finalize().into()),
        }
    }
}

/// What the inputs of a run hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SourceDigest {
    /// Articles and faults.
    pub records: u64,
    /// The same for copies of the inputs.
    pub digest: Key,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::record::{FaultKind, parse_json};
    use crate::archive::record_fields::RecordOptions;

    fn keys(path: &str) -> Vec<Key> {
        let lines = [
            r#"{"text": "а"}"#,
            r#"{"text": "а"}"#,
            r#"{"id": "x", "text": "а"}"#,
            "{",
        ];
        let keys = lines.iter().zip(1..).map(|(line, number)| {
            let place = format!("{path}:{number}");
            let record = parse_json(
                line.as_bytes(),
                path,
                Some(&place),
                &RecordOptions::default(),
            );
            portable_key(&record, Some(path))
        });
        keys.collect()
    }

    #[test]
    fn an_article_has_one_key_wherever_its_input_is() {
        assert_eq!(keys("rec.jsonl"), keys("/mnt/copy of it.jsonl"));
    }

    #[test]
    fn equal_texts_in_one_input_are_two_articles() {
        let keys = keys("rec.jsonl");
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{index}");
        }
    }

    #[test]
    fn an_id_of_its_own_is_the_key() {
        let record = parse_json(
            br#"{"id": "in.jsonl:x", "text": "a"}"#,
            "in.jsonl",
            None,
            &RecordOptions::default(),
        );
        let own = portable_key(&record, Some("in.jsonl"));
        assert_eq!(own, key(b"in.jsonl:x"));
        let fault = Err(Fault::new("a.txt", FaultKind::Input, "gone"));
        assert_eq!(portable_key(&fault, None), key(b"a.txt"));
        let elsewhere = Err(Fault::new("/b.txt", FaultKind::Input, "gone"));
        assert_eq!(
            portable_key(&fault, Some("a.txt")),
            portable_key(&elsewhere, Some("/b.txt"))
        );
    }
}
