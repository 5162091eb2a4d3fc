use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::files::hex;

fn entry(id: &str, own_key: Option<&str>, kind: Option<FaultKind>) -> Entry {
    let done = crate::archive::journal::Completed {
        file: None,
        stamp: None,
        range: Some((0, 1)),
        digest: hex(&key(b"result")),
        from: None,
        title: None,
        date: None,
        summary: None,
        flags: BTreeMap::new(),
        names: Vec::new(),
        shown: None,
    };
    Entry {
        id: id.to_owned(),
        key: own_key.map(|own| hex(&key(own.as_bytes()))),
        input: hex(&key(b"input")),
        fingerprint: hex(&key(b"options")),
        done: kind.is_none().then_some(done),
        error: kind.map(|kind| FailureReason {
            kind: kind.name().to_owned(),
            message: String::from("no"),
        }),
    }
}

#[test]
fn a_run_that_ends_early_does_not_list_failures_that_were_later_translated() {
    let folder = tempfile::tempdir().unwrap();
    let output = Output::JsonLines(folder.path().join("all.jsonl"));
    let (mut journal, _) = Journal::open(&output.journal(), false).unwrap();
    let failed = [
        entry("a", Some("line 1"), Some(FaultKind::Record)),
        entry("b", Some("line 2"), Some(FaultKind::Record)),
        entry("c", Some("line 3"), Some(FaultKind::Refused)),
    ];
    journal.commit(failed.into(), None).unwrap();
    journal
        .commit(vec![entry("a", None, None), entry("c", None, None)], None)
        .unwrap();
    write_so_far(&output, &mut journal, &[]).unwrap();
    let list = fs::read_to_string(output.errors()).unwrap();
    let ids: Vec<String> = list
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].to_string())
        .collect();
    assert_eq!(ids, ["\"b\"", "\"c\""]);
}

#[test]
fn an_entry_of_an_earlier_version_is_listed_without_what_it_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    let output = Output::Folder {
        root: root.clone(),
        format: crate::report::Format::Html,
        marks: false,
        names: false,
        layout: crate::report::Layout::default(),
    };
    let line = r#"{"id":"a.txt","input":"00","fingerprint":"00","done":{"file":"a.txt.html","digest":"00",
        "title":"A title","date":"2023-08-29","summary":null,"flags":{"numbers":2,"unheard-of":1}}}"#;
    let old: Entry = serde_json::from_str(line).unwrap();
    let (mut journal, _) = Journal::open(&output.journal(), false).unwrap();
    let failed = entry("b.txt", None, Some(FaultKind::Article));
    let places = journal.commit(vec![old, failed], None).unwrap();
    let order: Vec<SeenArticle> = places
        .into_iter()
        .zip([false, true])
        .map(|(entry, failed)| SeenArticle { entry, failed })
        .collect();
    write(&output, &journal, &order).unwrap();
    let page = fs::read_to_string(root.join("report.html")).unwrap();
    assert_eq!(page.matches("<article").count(), 1);
    assert!(page.contains("numbers × 2</span> A number, date or amount differs from the source."));
    assert!(page.contains("<dt>b.txt</dt><dd>no</dd>"));
    let data = fs::read_to_string(root.join("report-index/2023-08.js")).unwrap();
    assert!(
        data.contains("\"title\":\"A title\"") && !data.contains("outlet"),
        "{data}"
    );
}
