//! Tar archives, plain and compressed, and streams whose sums or sizes do not hold.

use std::io::Write;

use tar::EntryType;

use super::attack::Attack;
use super::texts::random_bytes;
use super::trial::SENTENCE;
use crate::archive::made::{gzip, tar, tar_of, zstd};

pub fn attacks() -> Vec<Attack> {
    let kinds = [members(), headers(), compressed()];
    kinds.into_iter().flatten().collect()
}

const REGULAR: EntryType = EntryType::Regular;
const BROKEN: &str = "the tar archive cannot be read further";

/// An archive of sound articles.
fn sound(names: &[&str]) -> Vec<u8> {
    let members: Vec<_> = names.iter().map(|&name| (name, SENTENCE)).collect();
    tar(&members)
}

/// A member with this name is refused, and the sound one is read.
fn name(attack: &str, member: &'static str, shown: &str, said: &'static str) -> Attack {
    Attack::file(attack, move || {
        tar_of(&[(member, REGULAR, SENTENCE), ("good.txt", REGULAR, SENTENCE)])
    })
    .fails_at(&format!("/{shown}"), said)
    .read_at("/good.txt")
}

/// A member of this kind is refused, and the sound one is read.
fn kind(attack: &str, kind: EntryType, said: &'static str) -> Attack {
    Attack::file(attack, move || {
        tar_of(&[("e.txt", kind, ""), ("good.txt", REGULAR, SENTENCE)])
    })
    .fails_at("/e.txt", said)
    .read_at("/good.txt")
}

fn members() -> Vec<Attack> {
    let (up, root) = ("leads out of its folder", "absolute path");
    vec![
        name("tar-name-up.tar", "../../e.txt", "../../e.txt", up).quick(),
        name("tar-name-root.tar", "/etc/e.txt", "/etc/e.txt", root),
        name("tar-name-drive.tar", "c:\\e.txt", "c:\\\\e.txt", root),
        name(
            "tar-name-escape.tar",
            "\u{1b}]0;x\u{7}.txt",
            "\\u{1b}]0;x\\u{7}.txt",
            "control characters",
        ),
        name(
            "tar-name-line.tar",
            "a\r\ne.txt",
            "a\\r\\ne.txt",
            "control characters",
        ),
        kind("tar-link.tar", EntryType::Symlink, "it is a link"),
        kind("tar-hard-link.tar", EntryType::Link, "it is a link"),
        kind("tar-pipe.tar", EntryType::Fifo, "no regular file"),
        kind("tar-device.tar", EntryType::Char, "no regular file"),
        kind("tar-unknown.tar", EntryType::new(b'Z'), "no regular file"),
        Attack::file("tar-name-twice.tar", || sound(&["good.txt", "good.txt"]))
            .read_at("/good.txt")
            .fails_at("/good.txt", "has this id"),
        Attack::file("tar-name-not-utf8.tar", || {
            let mut bytes = sound(&["eeee.txt"]);
            bytes[..4].copy_from_slice(b"\xff\xfe\xc0\x80");
            with_sum(bytes)
        })
        .read_at("/\u{fffd}\u{fffd}\u{fffd}\u{fffd}.txt"),
        Attack::file("tar-sparse.tar", || {
            tar_of(&[
                ("good.txt", REGULAR, SENTENCE),
                ("e.txt", EntryType::GNUSparse, ""),
            ])
        })
        .read_at("/good.txt")
        .fails("it holds a sparse file"),
        Attack::file("tar-inside.tar", || {
            let inner = sound(&["a.txt"]);
            let inner = String::from_utf8(inner).unwrap();
            tar(&[("e.tar", &inner), ("good.txt", SENTENCE)])
        })
        .fails_at("/e.tar", "an archive inside an archive")
        .read_at("/good.txt"),
        Attack::file("tar-empty-members.tar", || {
            let names: Vec<String> = (0..1_000).map(|n| format!("{n}.txt")).collect();
            let members: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
            tar(&[&members[..], &[("good.txt", SENTENCE)]].concat())
        })
        .read_at("/good.txt")
        .and_more(),
    ]
}

/// The archive with the right sum in its first header.
fn with_sum(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[148..156].fill(b' ');
    let sum: u32 = bytes[..512].iter().map(|&byte| u32::from(byte)).sum();
    bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes
}

/// A sound archive and, in its first header, another size.
fn sized(size: &[u8; 12]) -> Vec<u8> {
    let mut bytes = sound(&["a.txt", "b.txt"]);
    bytes[124..136].copy_from_slice(size);
    with_sum(bytes)
}

/// An extension header with this content, and a sound article.
fn extended(kind: EntryType, content: &str) -> Vec<u8> {
    tar_of(&[("x", kind, content), ("a.txt", REGULAR, SENTENCE)])
}

/// A record of an extension header.
fn record(key: &str, value: &str) -> String {
    // The length counts its own digits.
    let rest = key.len() + value.len() + 3;
    let digits = (rest + rest.to_string().len()).to_string().len();
    format!("{} {key}={value}\n", rest + digits)
}

fn headers() -> Vec<Attack> {
    vec![
        Attack::file("tar-size-huge.tar", || sized(b"77777777777\0")).fails(BROKEN),
        Attack::file("tar-size-binary.tar", || {
            sized(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff")
        })
        .fails(BROKEN),
        Attack::file("tar-size-negative.tar", || sized(&[0xff; 12])).fails(BROKEN),
        Attack::file("tar-size-no-number.tar", || sized(b"99999999999\0")).fails(BROKEN),
        Attack::file("tar-sum.tar", || {
            let mut bytes = sound(&["a.txt", "b.txt"]);
            bytes[150] ^= 1;
            bytes
        })
        .fails(BROKEN),
        Attack::file("tar-cut.tar", || {
            // Within what fills the last block of the first member.
            sound(&["a.txt", "b.txt"])[..700].to_vec()
        })
        .read_at("/a.txt")
        .fails("unexpected EOF"),
        Attack::file("tar-cut-member.tar", || {
            sound(&["a.txt", "b.txt"])[..1024 + 512 + 10].to_vec()
        })
        .read_at("/a.txt")
        .fails(BROKEN),
        Attack::file("tar-random.tar", || random_bytes(7, 100_000)).fails(BROKEN),
        Attack::file("tar-of-a-text.tar", || SENTENCE).fails(BROKEN),
        Attack::file("tar-junk.tar", || {
            [sound(&["a.txt"]), vec![b'x'; 1024]].concat()
        })
        .read_at("/a.txt")
        .fails(BROKEN),
        Attack::file("tar-two.tar", || {
            [sound(&["a.txt"]), sound(&["b.txt"])].concat()
        })
        .read_at("/a.txt")
        .read_at("/b.txt"),
        Attack::file("tar-long-name.tar", || {
            extended(
                EntryType::GNULongName,
                &format!("{}e.txt", "a/".repeat(500_000)),
            )
        })
        .fails_at(&format!("/{}…", "a/".repeat(60)), "longer than 1024 bytes"),
        Attack::file("tar-long-name-huge.tar", || {
            extended(EntryType::GNULongName, &"a".repeat(3 << 20))
        })
        .fails("a member's header has 3145728 bytes"),
        Attack::file("tar-long-names.tar", || {
            let members = [("x", EntryType::GNULongName, "b.txt"); 5_000];
            tar_of(&[&members[..], &[("a.txt", REGULAR, SENTENCE)]].concat())
        })
        .read_at("/b.txt"),
        Attack::file("tar-path-up.tar", || {
            extended(EntryType::XHeader, &record("path", "../e.txt"))
        })
        .fails_at("/../e.txt", "leads out of its folder"),
        Attack::file("tar-path-long.tar", || {
            extended(EntryType::XHeader, &record("path", &"a".repeat(100_000)))
        })
        .fails_at(&format!("/{}…", "a".repeat(120)), "longer than 1024 bytes"),
        Attack::file("tar-path-size.tar", || {
            extended(EntryType::XHeader, &record("size", "99999999999999"))
        })
        .fails("it holds a member of more than 8 GiB"),
        Attack::file("tar-path-sparse.tar", || {
            extended(EntryType::XHeader, &record("GNU.sparse.major", "1"))
        })
        .fails("it holds a sparse file"),
        Attack::file("tar-path-no-record.tar", || {
            extended(EntryType::XHeader, "99999999 path")
        })
        .fails("malformed pax extension"),
        Attack::file("tar-global.tar", || {
            extended(EntryType::XGlobalHeader, &record("path", "../e.txt"))
        })
        .read_at("/a.txt"),
        Attack::file("tar-name-of-nothing.tar", || {
            tar_of(&[("x", EntryType::GNULongName, "b.txt")])
        })
        .fails("it ends after the name of a member"),
    ]
}

fn compressed() -> Vec<Attack> {
    let ratio = "more than 200 times its size";
    let flipped = |mut bytes: Vec<u8>, from_the_end: usize| {
        let place = bytes.len() - from_the_end;
        bytes[place] ^= 1;
        bytes
    };
    let zstd_with_sum = |bytes: &[u8]| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.include_checksum(true).unwrap();
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let zeros = || "\0".repeat(120 << 20);
    vec![
        Attack::file("gzip-sum.tar.gz", move || {
            flipped(gzip(&sound(&["a.txt"])), 8)
        })
        .read_at("/a.txt")
        .fails(BROKEN)
        .quick(),
        Attack::file("gzip-length.tar.gz", move || {
            flipped(gzip(&sound(&["a.txt"])), 4)
        })
        .read_at("/a.txt")
        .fails(BROKEN),
        Attack::file("gzip-cut.tar.gz", || {
            let bytes = gzip(&sound(&["a.txt"]));
            bytes[..bytes.len() - 9].to_vec()
        })
        .read_at("/a.txt")
        .fails(BROKEN),
        Attack::file("gzip-junk.tar.gz", || {
            [gzip(&sound(&["a.txt"])), b"junk".to_vec()].concat()
        })
        .read_at("/a.txt")
        .fails(BROKEN),
        Attack::file("gzip-two.tar.gz", || {
            [gzip(&sound(&["a.txt"])), gzip(&sound(&["b.txt"]))].concat()
        })
        .read_at("/a.txt")
        .read_at("/b.txt"),
        Attack::file("gzip-empty-members.tar.gz", || {
            [gzip(b"").repeat(50_000), gzip(&sound(&["a.txt"]))].concat()
        })
        .read_at("/a.txt"),
        Attack::file("gzip-bomb.tar.gz", move || {
            gzip(&tar(&[("good.txt", SENTENCE), ("e.txt", &zeros())]))
        })
        .read_at("/good.txt")
        .fails(ratio),
        Attack::file("gzip-zeros.tar.gz", move || {
            let archive = sound(&["good.txt"]);
            gzip(&[&archive[..archive.len() - 1024], zeros().as_bytes()].concat())
        })
        .read_at("/good.txt")
        .fails(ratio),
        Attack::file("gzip-none.tar.gz", || random_bytes(8, 1_000)).fails(BROKEN),
        Attack::file("gzip-twice.tar.gz", || gzip(&gzip(&sound(&["a.txt"])))).fails(BROKEN),
        Attack::file("gzip-name-long.tar.gz", || {
            // A header with a name that never ends.
            [
                b"\x1f\x8b\x08\x08\0\0\0\0\0\0".to_vec(),
                vec![b'x'; 3 << 20],
            ]
            .concat()
        })
        .fails(BROKEN),
        Attack::file("zstd-sum.tar.zst", move || {
            flipped(zstd_with_sum(&sound(&["a.txt"])), 4)
        })
        .read_at("/a.txt")
        .fails(BROKEN),
        Attack::file("zstd-cut.tar.zst", || {
            let bytes = zstd(&sound(&["a.txt"]));
            bytes[..bytes.len() - 9].to_vec()
        })
        .fails(BROKEN),
        Attack::file("zstd-bomb.tar.zst", move || {
            zstd(&tar(&[("good.txt", SENTENCE), ("e.txt", &zeros())]))
        })
        .read_at("/good.txt")
        .fails(ratio),
        Attack::file("zstd-window.tar.zst", || {
            // A frame that asks for a window of 3 TiB.
            [b"\x28\xb5\x2f\xfd\x00\xff".to_vec(), random_bytes(9, 100)].concat()
        })
        .fails(BROKEN),
        Attack::file("zstd-skippable.tar.zst", || {
            let skipped = [&b"\x50\x2a\x4d\x18\xff\xff\xff\xff"[..], b"x"].concat();
            [zstd(&sound(&["a.txt"])), skipped].concat()
        })
        .read_at("/a.txt")
        .fails(BROKEN),
        Attack::file("gzip-of-a-text.txt.gz", || gzip(SENTENCE.as_bytes()))
            .fails("gzip-compressed data"),
    ]
}
