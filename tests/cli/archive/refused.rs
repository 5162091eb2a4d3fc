//! What archives may hold to do harm: each is refused by name, and the rest is translated.

use tar::EntryType;

use super::made::{gzip, replaced, tar, tar_of, zip};
use super::{SENTENCES, World};

/// Runs over one archive and tells its failures; `good.txt` is translated all the same.
fn refused(name: &str, archive: &[u8], options: &[&str]) -> Vec<(String, String)> {
    let world = World::new();
    world.put("elsewhere/.keep", "");
    world.put("elsewhere/inside/.keep", "");
    world.write(name, archive);
    let arguments = [&[name, "-o", "elsewhere/inside/out"], options].concat();
    world.fast(&arguments).expect_code(1);
    let mut files = world.files("elsewhere");
    files.retain(|file| !file.ends_with(".keep"));
    let out = [
        "errors.jsonl",
        "good.txt",
        "journal.jsonl",
        "report-index/parts.js",
        "report-index/undated.js",
        "report.html",
    ];
    assert_eq!(
        files,
        out.map(|file| format!("inside/out/{file}")),
        "{name}"
    );
    world.errors("elsewhere/inside/out/errors.jsonl")
}

#[track_caller]
fn assert_refused(errors: &[(String, String)], expected: &[(&str, &str)]) {
    assert_eq!(errors.len(), expected.len(), "{errors:?}");
    for ((id, message), (expected, reason)) in errors.iter().zip(expected) {
        assert_eq!(id, expected);
        assert!(message.contains(reason), "{id}: {message}");
    }
}

#[test]
fn names_that_lead_out_of_the_archive() {
    let members = [
        ("aa/evil.txt", SENTENCES[0]),
        ("bb/../../evil.txt", SENTENCES[0]),
        ("c/absolute.txt", SENTENCES[0]),
        ("d:/drive.txt", SENTENCES[0]),
        ("e?bell.txt", SENTENCES[0]),
        ("good.txt", SENTENCES[1]),
    ];
    let plain = members.map(|(name, text)| (name.to_owned().replace("../..", "xx/xx"), text));
    let plain: Vec<(&str, &str)> = plain
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    let bytes = replaced(zip(&plain), "aa/evil", "../evil");
    let bytes = replaced(bytes, "bb/xx/xx", "bb/../..");
    let bytes = replaced(bytes, "c/absolute", "//absolute");
    let errors = refused("a.zip", &replaced(bytes, "e?bell", "e\x07bell"), &[]);
    let expected = [
        ("../evil.txt", "leads out of its folder"),
        ("bb/../../evil.txt", "leads out of its folder"),
        ("//absolute.txt", "absolute path"),
        ("d:/drive.txt", "absolute path"),
        ("e\\u{7}bell.txt", "control characters"),
    ];
    assert_refused(&errors, &expected);

    let regular = |name| (name, EntryType::Regular, SENTENCES[0]);
    let bytes = tar_of(&[
        regular("../evil.txt"),
        regular("bb/../../evil.txt"),
        regular("//absolute.txt"),
        regular("d:/drive.txt"),
        regular("e\x07bell.txt"),
        regular("good.txt"),
    ]);
    assert_refused(&refused("a.tar", &bytes, &[]), &expected);
}

#[test]
fn names_ten_thousand_folders_deep() {
    let deep = format!("{}x.txt", "d/".repeat(10_000));
    let members = [(deep.as_str(), SENTENCES[0]), ("good.txt", SENTENCES[1])];
    for (name, bytes) in [("a.zip", zip(&members)), ("a.tar", tar(&members))] {
        let errors = refused(name, &bytes, &[]);
        assert_refused(
            &errors,
            &[(&format!("{}…", "d/".repeat(60)), "longer than 1024 bytes")],
        );
    }
    let deep = format!("{}x.txt", "d/".repeat(100));
    let errors = refused("a.zip", &zip(&[(&deep, SENTENCES[0]), members[1]]), &[]);
    assert_refused(
        &errors,
        &[(&format!("{}…", "d/".repeat(60)), "64 folders deep")],
    );
}

#[test]
fn links_and_what_is_no_file() {
    let bytes = tar_of(&[
        ("sym.txt", EntryType::Symlink, ""),
        ("hard.txt", EntryType::Link, ""),
        ("pipe.txt", EntryType::Fifo, ""),
        ("disk.txt", EntryType::Block, ""),
        ("good.txt", EntryType::Regular, SENTENCES[1]),
    ]);
    let expected = [
        ("sym.txt", "it is a link"),
        ("hard.txt", "it is a link"),
        ("pipe.txt", "no regular file"),
        ("disk.txt", "no regular file"),
    ];
    assert_refused(&refused("a.tar", &bytes, &[]), &expected);

    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive
        .add_symlink("sym.txt", "/etc/passwd", options)
        .unwrap();
    archive.start_file("good.txt", options).unwrap();
    std::io::Write::write_all(&mut archive, SENTENCES[1].as_bytes()).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    assert_refused(&refused("a.zip", &bytes, &[]), &expected[..1]);
}

#[test]
fn several_members_of_one_name() {
    let members = [
        ("good.txt", SENTENCES[1]),
        ("good.txt", SENTENCES[0]),
        ("good.txt", SENTENCES[2]),
    ];
    let errors = refused("a.tar", &tar(&members), &[]);
    assert_refused(
        &errors,
        &[("good.txt", "has this id"), ("good.txt", "has this id")],
    );

    let bytes = zip(&[("good.txt", SENTENCES[1]), ("gooo.txt", SENTENCES[0])]);
    let errors = refused("a.zip", &replaced(bytes, "gooo.txt", "good.txt"), &[]);
    assert_refused(&errors, &[("a.zip", "several members of the same name")]);
}

#[test]
fn archives_inside_archives() {
    let inner = gzip(&tar(&[("x.txt", SENTENCES[0])]));
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in [
        ("inner.tar.gz", inner.as_slice()),
        ("disguised.txt", &inner),
        ("list.jsonl", b"{}\n"),
        ("good.txt", SENTENCES[1].as_bytes()),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, name, bytes).unwrap();
    }
    let errors = refused("a.tar", &archive.into_inner().unwrap(), &[]);
    let inside = "an archive inside an archive";
    let expected = [
        ("inner.tar.gz", inside),
        ("disguised.txt", inside),
        (
            "list.jsonl",
            "it holds records, which are not read inside an archive; unpack it",
        ),
    ];
    assert_refused(&errors, &expected);
}

#[test]
fn encrypted_and_damaged_members() {
    let members = [("locked.txt", SENTENCES[0]), ("good.txt", SENTENCES[1])];
    let mut bytes = zip(&members);
    let find = |bytes: &[u8], last: bool| {
        let mut places = bytes
            .windows(10)
            .enumerate()
            .filter(|(_, name)| name == b"locked.txt");
        if last {
            places.next_back()
        } else {
            places.next()
        }
        .unwrap()
        .0
    };
    // The bit of both headers that says so.
    let (local, central) = (find(&bytes, false) - 30 + 6, find(&bytes, true) - 46 + 8);
    bytes[local] |= 1;
    bytes[central] |= 1;
    assert_refused(
        &refused("a.zip", &bytes, &[]),
        &[("locked.txt", "it is encrypted")],
    );

    let mut bytes = zip(&members);
    let content = find(&bytes, false) + 14;
    bytes[content] ^= 0xff;
    assert_refused(
        &refused("a.zip", &bytes, &[]),
        &[("locked.txt", "it cannot be unpacked")],
    );
}

#[test]
fn archives_that_unpack_to_too_much() {
    let zeros = "\0".repeat(80 << 20);
    let members = [("good.txt", SENTENCES[1]), ("bomb.txt", zeros.as_str())];
    let errors = refused("a.zip", &zip(&members), &[]);
    assert_refused(&errors, &[("bomb.txt", "more than 200 times its size")]);
    let errors = refused("a.tar.gz", &gzip(&tar(&members)), &[]);
    assert_refused(&errors, &[("a.tar.gz", "more than 200 times its size")]);

    let text = SENTENCES[0].repeat(2000);
    let members = [("good.txt", SENTENCES[1]), ("large.txt", text.as_str())];
    let small = ["--max-bytes", "64K"];
    for (name, bytes, id) in [
        ("a.zip", zip(&members), "large.txt"),
        ("a.tar.gz", gzip(&tar(&members)), "a.tar.gz"),
    ] {
        let errors = refused(name, &bytes, &small);
        assert_refused(&errors[..1], &[(id, "unpacks to more than 65536 bytes")]);
    }
}

#[test]
fn more_articles_than_the_limit() {
    let members = [("good.txt", SENTENCES[1]), ("b.txt", SENTENCES[0])];
    let lines = format!(
        "{{\"id\": \"good.txt\", \"text\": {:?}}}\n{{}}\n",
        SENTENCES[1]
    );
    for (name, bytes) in [
        ("a.tar", tar(&members)),
        ("a.zip", zip(&members)),
        ("a.jsonl", lines.into_bytes()),
    ] {
        let errors = refused(name, &bytes, &["--max-entries", "1"]);
        assert_refused(
            &errors,
            &[(name, "more than 1 articles, and the rest is not read")],
        );
    }
}

#[test]
fn archives_that_break_off() {
    let whole = tar(&[
        ("good.txt", SENTENCES[1]),
        ("b.txt", &SENTENCES[0].repeat(100)),
    ]);
    let errors = refused("a.tar", &whole[..3000], &[]);
    assert_refused(&errors, &[("a.tar", "cannot be read further")]);
}
