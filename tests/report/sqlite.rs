//! SQLite: read back by its library, letter for letter, and searched.

use audarma::document::Document;
use audarma::report::{Format, Style, write_all};
use rusqlite::Connection;

use super::sample;

/// A database of documents, opened.
struct Database {
    connection: Connection,
    _folder: tempfile::TempDir,
}

fn bytes(documents: &[Document]) -> Vec<u8> {
    let mut out = Vec::new();
    write_all(documents, Format::Sqlite, &Style::default(), &mut out).unwrap();
    out
}

impl Database {
    fn of(documents: &[Document]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("all.sqlite");
        std::fs::write(&path, bytes(documents)).unwrap();
        let connection = Connection::open(path).unwrap();
        let sound: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok");
        Self {
            connection,
            _folder: folder,
        }
    }

    /// The rows of a query, whose columns are texts or null.
    fn rows(&self, query: &str) -> Vec<Vec<Option<String>>> {
        let mut statement = self.connection.prepare(query).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row| (0..columns).map(|column| row.get(column)).collect();
        let rows = statement.query_map([], row).unwrap();
        rows.map(Result::unwrap).collect()
    }

    fn count(&self, query: &str) -> usize {
        self.rows(query).len()
    }

    /// The sources that the full-text index finds.
    fn found(&self, words: &str) -> Vec<String> {
        let query = format!("SELECT source FROM search('{words}') ORDER BY rowid");
        self.rows(&query)
            .into_iter()
            .filter_map(|mut row| row.remove(0))
            .collect()
    }
}

#[test]
fn tables_and_columns_are_those_of_the_documentation_in_its_order() {
    let database = Database::of(&[]);
    let page = include_str!("../../docs/formats.md");
    let (_, section) = page.split_once("## SQLite").unwrap();
    let mut tables = 0;
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let mut names = line.split('`').skip(1).step_by(2);
        let table = names.next().unwrap();
        let query = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
        let columns = database.rows(&query).into_iter().flatten();
        let columns: Vec<String> = columns.flatten().collect();
        if table != "search" {
            assert_eq!(columns, names.collect::<Vec<_>>(), "{table}");
        }
        tables += 1;
    }
    assert_eq!(tables, 5);
}

#[test]
fn title_and_sentences_are_read_back_letter_for_letter() {
    let document = sample::article();
    let database = Database::of(&[document.clone(), sample::bare()]);
    let read = database.rows(
        "SELECT source, target FROM sentences JOIN articles USING (article) \
         WHERE id = 'aksu-library.txt' ORDER BY sentence",
    );
    let written: Vec<Vec<Option<String>>> = document
        .title_and_sentences()
        .map(|sentence| vec![Some(sentence.source.clone()), Some(sentence.target.clone())])
        .collect();
    assert_eq!(read, written);
    assert_eq!(
        database.rows("SELECT title_target, date, url, flags, language FROM articles"),
        [
            [
                Some("Library with 52,000 books reopens in Aksu"),
                Some("2024-05-15"),
                Some("https://example.kz/madeniet/1204"),
                Some("numbers, names, quotes, empty"),
                Some("kaz_Cyrl"),
            ]
            .map(|text| text.map(str::to_owned))
            .to_vec(),
            [None, None, None, Some(""), Some("kaz_Cyrl")]
                .map(|text| text.map(str::to_owned))
                .to_vec(),
        ]
    );
}

#[test]
fn flags_name_the_sentence_and_what_was_seen() {
    let database = Database::of(&[sample::article()]);
    assert_eq!(
        database.rows(
            "SELECT \"check\", flags.source, flags.target FROM flags \
             JOIN sentences USING (sentence) WHERE sentences.source LIKE 'Жөндеуге%'"
        ),
        [
            [Some("numbers"), Some("1,8 млрд"), None],
            [Some("numbers"), None, Some("18 billion")]
        ]
        .map(|row| row.map(|text| text.map(str::to_owned)).to_vec())
    );
    // Of the summary, and of a check that named no words.
    assert_eq!(
        database.count("SELECT 1 || '' FROM flags WHERE sentence IS NULL"),
        1
    );
    assert_eq!(
        database.count("SELECT 1 || '' FROM flags WHERE message IS NULL"),
        3
    );
}

#[test]
fn sentences_are_found_by_words_of_both_languages_and_by_their_beginnings() {
    let mut document = sample::bare();
    let sources = [
        "Тоқаевтың ұсынысы қабылданды.",
        "ҚАЗАҚСТАН халқы",
        "Үй салынды",
        "Йод пен ёлка",
        "Иод пен елка",
    ];
    let sentence = document.paragraphs[0].sentences[0].clone();
    document.paragraphs[0].sentences = sources
        .map(|source| {
            let mut sentence = sentence.clone();
            sentence.source = source.to_owned();
            sentence
        })
        .to_vec();
    let database = Database::of(&[document]);
    for (words, found) in [
        ("Тоқаев*", vec![sources[0]]),
        ("тоқаевтың", vec![sources[0]]),
        ("қазақстан", vec![sources[1]]),
        ("үй", vec![sources[2]]),
        // These letters are others than those without their marks.
        ("уй", vec![]),
        ("казахстан", vec![]),
        ("йод", vec![sources[3]]),
        ("ёлка", vec![sources[3]]),
    ] {
        assert_eq!(database.found(words), found, "{words}");
    }
    assert_eq!(database.found("snow night").len(), sources.len());
}

#[test]
fn the_same_articles_give_the_same_bytes_and_none_empty_tables() {
    let documents = [sample::article(), sample::hostile()];
    assert!(bytes(&documents) == bytes(&documents));
    let database = Database::of(&documents);
    let count = documents
        .iter()
        .flat_map(Document::title_and_sentences)
        .count();
    assert_eq!(database.count("SELECT source FROM sentences"), count);
    assert_eq!(Database::of(&[]).count("SELECT id FROM articles"), 0);
}

#[test]
fn names_are_those_of_the_document() {
    let document = sample::article();
    let database = Database::of(std::slice::from_ref(&document));
    let written: Vec<Vec<Option<String>>> = document
        .names
        .iter()
        .map(|name| {
            vec![
                Some(name.source.clone()),
                name.target.clone(),
                name.standard.clone(),
                Some(name.kind.name().to_owned()),
            ]
        })
        .collect();
    assert!(!written.is_empty());
    let query = "SELECT source, target, standard, kind FROM names ORDER BY name";
    assert_eq!(database.rows(query), written);
}
