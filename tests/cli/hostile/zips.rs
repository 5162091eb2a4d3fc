//! Zip archives whose directories, names, sums and sizes are not what they should be.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::attack::Attack;
use super::texts::random_bytes;
use super::trial::SENTENCE;
use crate::archive::made::{gzip, replaced, zip};

pub fn attacks() -> Vec<Attack> {
    let kinds = [names(), members(), directories(), sizes()];
    kinds.into_iter().flatten().collect()
}

/// Signatures of a member's header, of its entry in the directory, and of the directory's end.
const LOCAL: &[u8; 4] = b"PK\x03\x04";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";

/// An archive of sound articles by these names.
fn sound(names: &[&str]) -> Vec<u8> {
    let members: Vec<_> = names.iter().map(|&name| (name, SENTENCE)).collect();
    zip(&members)
}

/// An archive of members of any bytes.
fn of_bytes(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Two members, of which the first is called so in the archive's bytes.
fn called(name: &str) -> Vec<u8> {
    let stored = "e".repeat(name.len());
    replaced(sound(&[&stored, "good.txt"]), &stored, name)
}

/// The archive with other bytes in the first header of a kind.
fn patched(mut bytes: Vec<u8>, signature: &[u8; 4], offset: usize, new: &[u8]) -> Vec<u8> {
    let found = bytes.windows(4).position(|found| found == signature);
    let place = found.unwrap() + offset;
    bytes[place..place + new.len()].copy_from_slice(new);
    bytes
}

/// A member with this name is refused, and the sound one is read.
fn name(attack: &str, member: &'static str, shown: &str, said: &'static str) -> Attack {
    Attack::file(attack, move || called(member))
        .fails_at(&format!("/{shown}"), said)
        .read_at("/good.txt")
}

fn names() -> Vec<Attack> {
    let (up, root) = ("leads out of its folder", "absolute path");
    vec![
        name("zip-name-up.zip", "../../e.txt", "../../e.txt", up).quick(),
        name(
            "zip-name-up-inside.zip",
            "a/../../e.txt",
            "a/../../e.txt",
            up,
        ),
        name("zip-name-root.zip", "/etc/e.txt", "/etc/e.txt", root),
        name("zip-name-drive.zip", "c:/e.txt", "c:/e.txt", root),
        name(
            "zip-name-share.zip",
            "\\\\a\\e.txt",
            "\\\\\\\\a\\\\e.txt",
            root,
        ),
        name("zip-name-back.zip", "..\\e.txt", "..\\\\e.txt", up),
        name(
            "zip-name-escape.zip",
            "\u{1b}[2J.txt",
            "\\u{1b}[2J.txt",
            "control characters",
        )
        .quick(),
        name(
            "zip-name-line.zip",
            "a\ne.txt",
            "a\\ne.txt",
            "control characters",
        ),
        name(
            "zip-name-nul.zip",
            "a\0e.txt",
            "a\\0e.txt",
            "control characters",
        ),
        name("zip-name-dots.zip", "a/..", "a/..", ""),
        Attack::file("zip-name-bidi.zip", || {
            sound(&["a\u{202e}txt.e", "good.txt"])
        })
        .read_at("/a\u{202e}txt.e")
        .read_at("/good.txt"),
        Attack::file("zip-name-long.zip", || {
            sound(&[&"a".repeat(60_000), "good.txt"])
        })
        .read_at("/good.txt")
        .and_more(),
        Attack::file("zip-name-deep.zip", || {
            sound(&[&format!("{}e.txt", "d/".repeat(400)), "good.txt"])
        })
        .read_at("/good.txt")
        .and_more(),
        Attack::file("zip-name-twice.zip", || called("good.txt"))
            .fails("several members of the same name")
            .read_at("/good.txt"),
        Attack::file("zip-name-capitals.zip", || sound(&["A.txt", "a.txt"]))
            .read_at("/A.txt")
            .read_at("/a.txt"),
        Attack::file("zip-name-hidden.zip", || {
            sound(&["__MACOSX/a.txt", ".git/a.txt", "a.txt"])
        })
        .read_at("/a.txt"),
        Attack::file("zip-name-not-utf8.zip", || {
            let mut bytes = sound(&["eeee.txt", "good.txt"]);
            for place in 0..bytes.len() - 4 {
                if &bytes[place..place + 4] == b"eeee" {
                    bytes[place..place + 4].copy_from_slice(b"\xff\xfe\xc0\x80");
                }
            }
            bytes
        })
        .read_at("/good.txt")
        .read_at("/\u{a0}■└Ç.txt"),
    ]
}

fn members() -> Vec<Attack> {
    let inside = "an archive inside an archive";
    vec![
        Attack::file("zip-link.zip", || {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let options = SimpleFileOptions::default();
            archive
                .add_symlink("e.txt", "/etc/passwd", options)
                .unwrap();
            archive.start_file("good.txt", options).unwrap();
            archive.write_all(SENTENCE.as_bytes()).unwrap();
            archive.finish().unwrap().into_inner()
        })
        .fails_at("/e.txt", "it is a link")
        .read_at("/good.txt"),
        Attack::file("zip-inside.zip", || {
            let inner = sound(&["a.txt"]);
            of_bytes(&[
                ("e.zip", &inner),
                ("e.txt", &gzip(&inner)),
                ("e.jsonl", b"{}\n"),
                ("good.txt", SENTENCE.as_bytes()),
            ])
        })
        .fails_at("/e.zip", inside)
        .fails_at("/e.txt", inside)
        .fails_at(
            "/e.jsonl",
            "it holds records, which are not read inside an archive",
        )
        .read_at("/good.txt"),
        Attack::file("zip-encrypted.zip", || {
            let bytes = patched(sound(&["e.txt", "good.txt"]), LOCAL, 6, &[1]);
            patched(bytes, CENTRAL, 8, &[1])
        })
        .fails_at("/e.txt", "it is encrypted")
        .read_at("/good.txt"),
        Attack::file("zip-sum.zip", || {
            let bytes = patched(sound(&["e.txt", "good.txt"]), LOCAL, 14, &[1, 2, 3, 4]);
            patched(bytes, CENTRAL, 16, &[1, 2, 3, 4])
        })
        .fails_at("/e.txt", "it cannot be unpacked")
        .read_at("/good.txt"),
        Attack::file("zip-method.zip", || {
            let bytes = patched(sound(&["e.txt", "good.txt"]), LOCAL, 8, &[99, 0]);
            patched(bytes, CENTRAL, 10, &[99, 0])
        })
        .fails_at("/e.txt", "it cannot be unpacked")
        .read_at("/good.txt"),
        Attack::file("zip-bytes.zip", || {
            // The packed bytes of the first member begin after its header and name.
            patched(sound(&["e.txt", "good.txt"]), LOCAL, 40, &[0xff; 8])
        })
        .fails_at("/e.txt", "it cannot be unpacked")
        .read_at("/good.txt"),
        Attack::file("zip-no-header.zip", || {
            patched(sound(&["e.txt", "good.txt"]), LOCAL, 0, b"XXXX")
        })
        .fails_at("/e.txt", "it cannot be unpacked")
        .read_at("/good.txt"),
        Attack::file("zip-other-name.zip", || {
            patched(sound(&["e.txt", "good.txt"]), LOCAL, 30, b"f.txt")
        })
        .read_at("/e.txt")
        .read_at("/good.txt"),
        Attack::file("zip-folders.zip", || {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for n in 0..20_000 {
                let options = SimpleFileOptions::default();
                archive.add_directory(format!("d{n}/"), options).unwrap();
            }
            archive
                .start_file("good.txt", SimpleFileOptions::default())
                .unwrap();
            archive.write_all(SENTENCE.as_bytes()).unwrap();
            archive.finish().unwrap().into_inner()
        })
        .read_at("/good.txt"),
        Attack::file("zip-empty-members.zip", || {
            let names: Vec<String> = (0..1_000).map(|n| format!("{n}.txt")).collect();
            let members: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
            of_bytes(&[&members[..], &[("good.txt", SENTENCE.as_bytes())]].concat())
        })
        .read_at("/good.txt")
        .and_more(),
    ]
}

fn directories() -> Vec<Attack> {
    let broken = "the zip archive cannot be read further";
    let end = |name: &str, offset: usize, new: &'static [u8]| {
        Attack::file(name, move || {
            patched(sound(&["a.txt", "b.txt"]), END, offset, new)
        })
    };
    vec![
        Attack::file("zip-overlap.zip", || {
            let mut bytes = sound(&["a.txt", "b.txt"]);
            let places = bytes.windows(4).enumerate();
            let central: Vec<usize> = places
                .filter(|(_, found)| found == CENTRAL)
                .map(|(place, _)| place)
                .collect();
            bytes.copy_within(central[0] + 42..central[0] + 46, central[1] + 42);
            bytes
        })
        .fails("its members overlap")
        .quick(),
        Attack::file("zip-overlap-bomb.zip", overlapping_bomb).fails("its members overlap"),
        Attack::file("zip-outside.zip", || {
            patched(
                sound(&["e.txt", "good.txt"]),
                CENTRAL,
                20,
                &[0xff, 0xff, 0xff, 0x7f],
            )
        })
        .fails_at("/e.txt", "its bytes are not within the archive")
        .read_at("/good.txt"),
        Attack::file("zip-far.zip", || {
            patched(
                sound(&["e.txt", "good.txt"]),
                CENTRAL,
                42,
                &[0xf0, 0xff, 0xff, 0xff],
            )
        })
        .fails_at("/e.txt", "its bytes are not within the archive")
        .read_at("/good.txt"),
        end("zip-count-more.zip", 8, &[0xff, 0x7f, 0xff, 0x7f]).fails(broken),
        end("zip-count-less.zip", 8, &[1, 0, 1, 0])
            .fails("its directory has 2 entries and declares 1")
            .read_at("/a.txt"),
        end("zip-place.zip", 16, &[0xff, 0xff, 0xff, 0x7f]).fails(broken),
        end("zip-size.zip", 12, &[0xff, 0xff, 0xff, 0x7f])
            .read_at("/a.txt")
            .read_at("/b.txt"),
        end("zip-comment.zip", 20, &[0xff, 0xff]).fails(broken),
        Attack::file("zip-entry-name.zip", || {
            patched(sound(&["a.txt", "b.txt"]), CENTRAL, 28, &[0xff, 0xff])
        })
        .fails(broken),
        Attack::file("zip-entry-extra.zip", || {
            patched(sound(&["a.txt", "b.txt"]), CENTRAL, 30, &[0xff, 0xff])
        })
        .fails(broken),
        Attack::file("zip-cut.zip", || {
            let bytes = sound(&["a.txt", "b.txt"]);
            bytes[..bytes.len() / 2].to_vec()
        })
        .fails(broken),
        Attack::file("zip-cut-end.zip", || {
            let bytes = sound(&["a.txt", "b.txt"]);
            bytes[..bytes.len() - 3].to_vec()
        })
        .fails(broken),
        Attack::file("zip-none.zip", || "").fails(broken),
        Attack::file("zip-random.zip", || random_bytes(5, 100_000)).fails(broken),
        Attack::file("zip-of-a-text.zip", || SENTENCE).fails(broken),
        Attack::file("zip-ends.zip", || END.repeat(100_000)).fails(broken),
        Attack::file("zip-64.zip", || {
            // A directory of 2^62 entries, by the end record of large archives.
            let mut bytes = sound(&["a.txt"]);
            let end = bytes.windows(4).position(|found| found == END).unwrap();
            let mut record = b"PK\x06\x06".to_vec();
            record.extend(44_u64.to_le_bytes());
            record.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            record.extend((1_u64 << 62).to_le_bytes());
            record.extend((1_u64 << 62).to_le_bytes());
            record.extend([0; 16]);
            record.extend(b"PK\x06\x07\0\0\0\0");
            record.extend((end as u64).to_le_bytes());
            record.extend([1, 0, 0, 0]);
            bytes.splice(end..end, record);
            bytes
        })
        .fails("more than 1000000 articles"),
        Attack::file("zip-before.zip", || {
            [random_bytes(6, 10_000), sound(&["a.txt"])].concat()
        })
        .read_at("/a.txt"),
        Attack::file("zip-two.zip", || {
            [sound(&["a.txt"]), sound(&["b.txt"])].concat()
        })
        .read_at("/b.txt"),
    ]
}

/// Entries that share the bytes of one member: a few hundred KiB become 100 GB.
fn overlapping_bomb() -> Vec<u8> {
    let zeros = vec![0; 60 << 20];
    let mut bytes = of_bytes(&[("00000.txt", &zeros)]);
    let find = |bytes: &[u8], signature: &[u8; 4]| {
        let found = bytes.windows(4).position(|found| found == signature);
        found.unwrap()
    };
    let (central, end) = (find(&bytes, CENTRAL), find(&bytes, END));
    let entry = bytes[central..end].to_vec();
    let mut close = bytes.split_off(end);
    let count = 2_000_u16;
    for n in 1..count {
        // The name follows the entry's fixed part.
        let mut entry = entry.clone();
        entry[46..51].copy_from_slice(format!("{n:05}").as_bytes());
        bytes.extend(entry);
    }
    close[8..10].copy_from_slice(&count.to_le_bytes());
    close[10..12].copy_from_slice(&count.to_le_bytes());
    let size = u32::try_from(entry.len()).unwrap() * u32::from(count);
    close[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend(close);
    bytes
}

fn sizes() -> Vec<Attack> {
    let ratio = "more than 200 times its size";
    vec![
        Attack::file("zip-bomb.zip", || {
            of_bytes(&[
                ("e.txt", &vec![0; 100 << 20]),
                ("good.txt", SENTENCE.as_bytes()),
            ])
        })
        .fails_at("/e.txt", ratio)
        .read_at("/good.txt"),
        Attack::file("zip-bombs.zip", || {
            // Each is small enough.
            let zeros = vec![0; 40 << 20];
            let names: Vec<String> = (0..10).map(|n| format!("{n}.txt")).collect();
            let members: Vec<_> = names
                .iter()
                .map(|name| (name.as_str(), &zeros[..]))
                .collect();
            of_bytes(&members)
        })
        .fails(ratio),
        Attack::file("zip-large-member.zip", || {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            archive.start_file("e.txt", stored).unwrap();
            archive.write_all(&vec![b'x'; 65 << 20]).unwrap();
            archive.start_file("good.txt", stored).unwrap();
            archive.write_all(SENTENCE.as_bytes()).unwrap();
            archive.finish().unwrap().into_inner()
        })
        .fails_at("/e.txt", "larger than 64 MiB")
        .read_at("/good.txt"),
        Attack::file("zip-says-less.zip", || {
            let zeros = vec![0; 100 << 20];
            let bytes = of_bytes(&[("e.txt", &zeros), ("good.txt", SENTENCE.as_bytes())]);
            let bytes = patched(bytes, LOCAL, 22, &[16, 0, 0, 0]);
            patched(bytes, CENTRAL, 24, &[16, 0, 0, 0])
        })
        .fails_at("/e.txt", "it cannot be unpacked")
        .read_at("/good.txt"),
        Attack::file("zip-says-more.zip", || {
            let bytes = sound(&["e.txt", "good.txt"]);
            patched(bytes, CENTRAL, 24, &[0, 0, 0, 0x20])
        })
        .fails_at("/e.txt", ratio)
        .read_at("/good.txt"),
    ]
}
