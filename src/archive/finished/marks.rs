//! Marks of what was looked for, in the texts that were found.
//!
//! Policy: an index of the found texts alone says where the words are. The archive's own reads all that
//! begins with a word anew for each text, and may be anybody's. Texts without bound are not marked, since
//! FTS5 copies a text for each of its marks.

use rusqlite::{Connection, params};

/// What marks words in a text; texts that a run wrote have no control characters.
const BEGIN: char = '\u{1}';
const END: char = '\u{2}';
/// Maximum bytes of a text that is marked; sentences are a hundredth of that.
const MAX_MARKED_BYTES: usize = 16 << 10;

/// The tokens are those of the archive's index.
const INDEX: &str = "CREATE VIRTUAL TABLE found USING fts5 (source, target, \
                     tokenize = 'unicode61 remove_diacritics 0')";

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_found: bool,
}

/// Sources and targets, cut where what the expression looks for begins and ends.
pub(super) fn marked(
    expression: &str,
    found: Vec<[String; 2]>,
) -> rusqlite::Result<Vec<[Vec<Piece>; 2]>> {
    let index = Connection::open_in_memory()?;
    index.execute_batch(INDEX)?;
    let mut insert = index.prepare("INSERT INTO found (rowid, source, target) VALUES (?, ?, ?)")?;
    for (number, texts) in (0_i64..).zip(&found) {
        if texts.iter().all(|text| text.len() <= MAX_MARKED_BYTES) {
            insert.execute(params![number, texts[0], texts[1]])?;
        }
    }
    let mut marks = index.prepare(
        "SELECT highlight(found, 0, ?2, ?3), highlight(found, 1, ?2, ?3) FROM found \
         WHERE found MATCH ?1 AND rowid = ?4",
    )?;
    let (begin, end) = (BEGIN.to_string(), END.to_string());
    let mut all = Vec::with_capacity(found.len());
    for (number, texts) in (0_i64..).zip(found) {
        let mut rows = marks.query(params![expression, begin, end, number])?;
        all.push(match rows.next()? {
            Some(row) => [
                pieces(&row.get::<_, String>(0)?),
                pieces(&row.get::<_, String>(1)?),
            ],
            None => texts.map(|text| {
                let piece = Piece {
                    text,
                    is_found: false,
                };
                vec![piece]
            }),
        });
    }
    Ok(all)
}

/// A text cut at its marks.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut is_found = false;
    for part in text.split([BEGIN, END]) {
        if !part.is_empty() {
            pieces.push(Piece {
                text: part.to_owned(),
                is_found,
            });
        }
        is_found = !is_found;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_marks() {
        let found = pieces("\u{1}Тоқаевтың\u{2} сөзі \u{1}а\u{2}");
        let found: Vec<_> = found
            .iter()
            .map(|piece| (piece.text.as_str(), piece.is_found))
            .collect();
        assert_eq!(found, [("Тоқаевтың", true), (" сөзі ", false), ("а", true)]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn words_are_marked_in_both_texts_unless_one_is_too_long() {
        let pair = |source: &str, target: &str| [source.to_owned(), target.to_owned()];
        let long = "сөз ".repeat(MAX_MARKED_BYTES);
        let found = marked(
            "\"сөз\"* AND \"word\"*",
            vec![
                pair("Сөзі бар", "a word"),
                pair(&long, "word"),
                pair("", ""),
            ],
        )
        .unwrap();
        let marks = |pieces: &[Piece]| -> Vec<String> {
            let marked = pieces.iter().filter(|piece| piece.is_found);
            marked.map(|piece| piece.text.clone()).collect()
        };
        assert_eq!(marks(&found[0][0]), ["Сөзі"]);
        assert_eq!(marks(&found[0][1]), ["word"]);
        assert!(marks(&found[1][0]).is_empty() && found[1][0][0].text == long);
        assert_eq!(found.len(), 3);
    }
}
