//! Containers that say of themselves what is not so: each fault is named, and nothing is lost or made
//! up without a word.

use std::io::Write;

use super::made::{csv, gzip, tar, zip, zstd};
use super::{SENTENCES, World};

/// The failures of a run over one input, and the ids of what was translated.
fn run(name: &str, bytes: impl AsRef<[u8]>, code: i32) -> (Vec<(String, String)>, Vec<String>) {
    let world = World::new();
    world.write(name, bytes);
    world.fast(&[name, "-o", "out.jsonl"]).expect_code(code);
    let failures = match code {
        0 => Vec::new(),
        _ => world.errors("out.jsonl.errors.jsonl"),
    };
    let documents = world.lines("out.jsonl");
    let ids = documents
        .iter()
        .map(|line| line["id"].as_str().unwrap().to_owned());
    (failures, ids.collect())
}

#[track_caller]
fn assert_failures(failures: &[(String, String)], expected: &[(&str, &str)]) {
    assert_eq!(failures.len(), expected.len(), "{failures:?}");
    for ((id, message), (expected, part)) in failures.iter().zip(expected) {
        assert_eq!(id, expected);
        assert!(message.contains(part), "{id}: {message}");
    }
}

#[test]
fn members_of_a_zip_archive_that_share_bytes_are_not_unpacked() {
    let mut bytes = zip(&[("a.txt", SENTENCES[0]), ("b.txt", SENTENCES[1])]);
    let headers = |bytes: &[u8], signature: &[u8]| -> Vec<usize> {
        let places = bytes.windows(4).enumerate();
        places
            .filter(|(_, found)| *found == signature)
            .map(|(place, _)| place)
            .collect()
    };
    let central = headers(&bytes, b"PK\x01\x02");
    // The second member's bytes are those of the first.
    bytes.copy_within(central[0] + 42..central[0] + 46, central[1] + 42);
    let (failures, done) = run("a.zip", bytes, 1);
    assert_failures(&failures, &[("a.zip", "its members overlap")]);
    assert!(done.is_empty());
}

#[test]
fn a_member_of_a_zip_archive_that_is_not_where_it_should_be_harms_itself_alone() {
    let mut bytes = zip(&[("a.txt", SENTENCES[0]), ("b.txt", SENTENCES[1])]);
    let central = bytes
        .windows(4)
        .position(|found| found == b"PK\x01\x02")
        .unwrap();
    // Its compressed and its unpacked size.
    bytes[central + 20..central + 28].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f].repeat(2));
    let (failures, done) = run("a.zip", bytes, 1);
    assert_failures(
        &failures,
        &[("a.txt", "its bytes are not within the archive")],
    );
    assert_eq!(done, ["b.txt"]);
}

#[test]
fn names_of_a_zip_archive_made_on_windows_are_cyrillic() {
    let mut bytes = zip(&[("1234567.txt", SENTENCES[0])]);
    for place in 0..bytes.len() - 11 {
        if bytes[place..].starts_with(b"1234567.txt") {
            bytes[place..place + 7].copy_from_slice(b"\x8d\xae\xa2\xae\xe1\xe2\xa8");
        }
    }
    assert_eq!(run("a.zip", bytes, 0).1, ["Новости.txt"]);
}

#[test]
fn archives_one_after_the_other_are_read_as_one() {
    let one = tar(&[("a.txt", SENTENCES[0])]);
    let two = tar(&[("b.txt", SENTENCES[1])]);
    let both = [one.clone(), two.clone()].concat();
    for (name, bytes) in [
        ("a.tar", both.clone()),
        ("a.tar.gz", gzip(&both)),
        ("a.tar.gz", [gzip(&one), gzip(&two)].concat()),
        ("a.tar.zst", [zstd(&one), zstd(&two)].concat()),
    ] {
        assert_eq!(run(name, bytes, 0).1, ["a.txt", "b.txt"], "{name}");
    }
    let (failures, done) = run("a.tar", [one, vec![b'x'; 1024]].concat(), 1);
    assert_failures(&failures, &[("a.tar", "cannot be read further")]);
    assert_eq!(done, ["a.txt"]);
}

#[test]
fn the_checksum_of_a_compressed_archive_is_verified() {
    let archive = tar(&[("a.txt", SENTENCES[0])]);
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(&archive).unwrap();
    let (mut gzip, mut zstd) = (gzip(&archive), encoder.finish().unwrap());
    let checksum = gzip.len() - 8;
    gzip[checksum] ^= 1;
    let checksum = zstd.len() - 4;
    zstd[checksum] ^= 1;
    for (name, bytes) in [("a.tar.gz", gzip), ("a.tar.zst", zstd)] {
        let (failures, _) = run(name, bytes, 1);
        assert_failures(&failures, &[(name, "cannot be read further")]);
    }
}

#[test]
fn a_quotation_mark_that_is_not_closed_is_an_error_with_its_line() {
    let row = |id, text: &str| format!("{id},{text}\n");
    let table = |text: &str| {
        let rows = [
            row("1", SENTENCES[0]),
            row("2", text),
            row("3", SENTENCES[0]),
        ];
        format!("id,text\n{}", rows.concat())
    };
    let (failures, done) = run("a.csv", table(&format!("\"{}", SENTENCES[1])), 1);
    let said = "line 3: the quotation mark that opens a field is not closed";
    assert_failures(&failures, &[("a.csv:2", said)]);
    assert_eq!(done, ["1"]);
    let (failures, done) = run("a.csv", table("\"a\" b"), 1);
    let said = "line 3: text follows the quotation mark that closes a field";
    assert_failures(&failures, &[("a.csv:2", said)]);
    assert_eq!(done, ["1", "3"]);
}

#[test]
fn two_columns_or_fields_of_one_name_are_refused_by_it() {
    let rows = String::from_utf8(csv(&[("1", SENTENCES[0])])).unwrap();
    for name in ["id", "text", "place"] {
        let table = rows.replace("id,text,place", &format!("id,text,place,{name}"));
        let (failures, done) = run("a.csv", table.trim_end().to_owned() + ",x\n", 1);
        let said = format!("it has two columns named {name:?}");
        assert_failures(&failures, &[("a.csv", &said)]);
        assert!(done.is_empty());
    }
    let line = format!(
        "{{\"id\": 1, \"text\": {:?}, \"text\": \"x\"}}\n",
        SENTENCES[0]
    );
    let (failures, _) = run("a.jsonl", line, 1);
    assert_failures(
        &failures,
        &[("a.jsonl:1", "it has two fields named \"text\"")],
    );
}

#[test]
fn a_column_with_a_long_name_is_refused() {
    let table = format!("id,text,{}\n1,{},x\n", "n".repeat(70_000), SENTENCES[1]);
    let (failures, _) = run("a.csv", table, 1);
    let said = "the names of its columns have more than 64 KiB";
    assert_failures(&failures, &[("a.csv", said)]);
}

#[test]
fn a_record_with_a_long_id_or_too_many_values_is_refused_and_the_run_goes_on() {
    let world = World::new();
    let good = |id: &str| format!("{}\n", serde_json::json!({"id": id, "text": SENTENCES[0]}));
    let many = format!(
        "{{\"id\": 3, \"text\": \"а\", \"n\": [{}0]}}\n",
        "{},".repeat(300_000)
    );
    world.write(
        "a.jsonl",
        [good("1"), good(&"x".repeat(20 << 20)), many, good("4")].concat(),
    );
    for again in ["2 articles translated", "2 done before"] {
        let outcome = world.fast(&["a.jsonl", "-o", "out.jsonl"]).expect_code(1);
        assert!(outcome.stderr.contains(again), "{}", outcome.stderr);
        let failures = world.errors("out.jsonl.errors.jsonl");
        let expected = [
            ("a.jsonl:2", "its id is longer than 1024 bytes"),
            ("a.jsonl:3", "it holds more than 262144 values"),
        ];
        assert_failures(&failures, &expected);
        assert_eq!(world.lines("out.jsonl").len(), 2);
    }
}
