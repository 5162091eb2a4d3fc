//! Refuses files that are not text, by known signatures, NUL bytes and control characters.

use super::several::Several;
use super::{ArticleError, FileClass};

/// Bytes in which an XML document names its root.
const HEAD_BYTES: usize = 2 << 10;

/// Signature, what it is, its class.
const SIGNATURES: &[(&[u8], &str, FileClass)] = &[
    (b"PK\x03\x04", "a ZIP archive", FileClass::Zip),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an old Office document (.doc, .xls)",
        FileClass::Office,
    ),
    (b"\x89PNG\r\n\x1A\n", "a PNG image", FileClass::Picture),
    (b"\xFF\xD8\xFF", "a JPEG image", FileClass::Picture),
    (b"GIF8", "a GIF image", FileClass::Picture),
    (b"II*\x00", "a TIFF image", FileClass::Picture),
    (b"MM\x00*", "a TIFF image", FileClass::Picture),
    (b"\x00\x00\x01\x00", "an icon", FileClass::Picture),
    (b"%!PS", "a PostScript document", FileClass::Office),
    (
        b"RIFF",
        "a RIFF container (WebP, WAV, AVI)",
        FileClass::Other,
    ),
    (b"AT&TFORM", "a DjVu document", FileClass::DjVu),
    (b"ID3", "an MP3 recording", FileClass::Other),
    (b"OggS", "an Ogg recording", FileClass::Other),
    (b"\x1F\x8B", "gzip-compressed data", FileClass::Compressed),
    (b"BZh", "bzip2-compressed data", FileClass::Compressed),
    (b"\xFD7zXZ\x00", "xz-compressed data", FileClass::Compressed),
    (
        b"\x28\xB5\x2F\xFD",
        "zstd-compressed data",
        FileClass::Compressed,
    ),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", FileClass::Compressed),
    (b"Rar!\x1A\x07", "a RAR archive", FileClass::Compressed),
    (
        b"SQLite format 3\x00",
        "an SQLite database",
        FileClass::Other,
    ),
    (b"\x7FELF", "a program (ELF)", FileClass::Other),
    (b"MZ\x90\x00", "a program (Windows)", FileClass::Other),
];

/// Refuses files that their first bytes name as something else than text.
pub(super) fn refuse_known_binary(bytes: &[u8]) -> Result<(), ArticleError> {
    if let Some((looks_like, class)) = office(bytes) {
        return Err(ArticleError::Binary {
            looks_like: looks_like.into(),
            class,
        });
    }
    for &(signature, looks_like, class) in SIGNATURES {
        if bytes.starts_with(signature) {
            return Err(ArticleError::Binary {
                looks_like: looks_like.into(),
                class,
            });
        }
    }
    Ok(())
}

/// Documents that are archives inside or that old programs of Microsoft wrote, and XML that is none of the
/// formats that are read: what they are, by the names that are in them.
fn office(bytes: &[u8]) -> Option<(&'static str, FileClass)> {
    let has = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    let wide = |name: &str| name.bytes().flat_map(|byte| [byte, 0]).collect::<Vec<u8>>();
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(match () {
            () if has(b"mimetypeapplication/epub+zip") => ("a book (.epub)", FileClass::Book),
            () if has(b"mimetypeapplication/vnd.oasis.opendocument") => (
                "an OpenDocument file that is no text (.ods, .odp)",
                FileClass::Table,
            ),
            () if has(b"xl/workbook.xml") => ("an Excel workbook (.xlsx)", FileClass::Table),
            () if has(b"ppt/presentation.xml") => {
                ("a PowerPoint presentation (.pptx)", FileClass::Office)
            }
            () => return None,
        });
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Some(match () {
            () if has(&wide("WordDocument")) => (
                "a Word document of the old format (.doc)",
                FileClass::Office,
            ),
            () if has(&wide("Workbook")) => (
                "an Excel workbook of the old format (.xls)",
                FileClass::Table,
            ),
            () => return None,
        });
    }
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let head_has = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
    match head {
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some(("a WebP image", FileClass::Picture)),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'a', ..] => {
            Some(("a HEIC or AVIF image", FileClass::Picture))
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(("a video (MP4)", FileClass::Other)),
        _ if head_has(b"<FictionBook") => Some(("a book (.fb2)", FileClass::Book)),
        _ => None,
    }
}

/// Refuses XML that is none of the formats that are read.
pub(super) fn refuse_xml(bytes: &[u8]) -> Result<(), ArticleError> {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if start.trim_ascii_start().starts_with(b"<?xml") {
        return Err(ArticleError::Binary {
            looks_like: "an XML document".into(),
            class: FileClass::Other,
        });
    }
    Ok(())
}

/// Refuses files of text that hold several articles.
pub(super) fn refuse_several(bytes: &[u8]) -> Result<(), ArticleError> {
    match Several::of_head(bytes) {
        Some(kind) => Err(ArticleError::Several {
            looks_like: kind.description().into(),
        }),
        None => Ok(()),
    }
}

/// Refuses files with NUL characters or with more than one control character in ten, which text
/// never has. `units` are bytes or UTF-16 units of `unit_length` bytes each; what is above ASCII
/// counts as text.
pub(super) fn refuse_controls(
    units: impl Iterator<Item = u32>,
    unit_length: usize,
) -> Result<(), ArticleError> {
    let (mut total, mut controls, mut first) = (0, 0, 0);
    for (at, unit) in units.enumerate() {
        let offset = at * unit_length;
        total += 1;
        if unit == 0 {
            return Err(ArticleError::ControlCharacters {
                what: "NUL characters".into(),
                offset,
            });
        }
        if unit == 0x7F || unit < 0x20 && !(0x09..=0x0D).contains(&unit) {
            if controls == 0 {
                first = offset;
            }
            controls += 1;
        }
    }
    if controls * 10 > total {
        return Err(ArticleError::ControlCharacters {
            what: "control characters".into(),
            offset: first,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_a_known_signature_are_named() {
        for (signature, looks_like, _) in SIGNATURES {
            let mut bytes = signature.to_vec();
            bytes.extend_from_slice(b"anything after it");
            let error = refuse_known_binary(&bytes).expect_err(looks_like);
            assert!(error.to_string().contains(looks_like), "{error}");
        }
    }

    #[test]
    fn nul_bytes_and_mostly_control_characters_are_no_text() {
        let refused = |text: &str, unit_length: usize| match refuse_controls(
            text.bytes().map(u32::from),
            unit_length,
        ) {
            Err(ArticleError::ControlCharacters { offset, .. }) => Some(offset),
            _ => None,
        };
        assert_eq!(refused("abc\0def", 1), Some(3));
        assert_eq!(refused("abc\0def", 2), Some(6));
        assert_eq!(refused("a\x01\x02\x03\x04b", 1), Some(1));
        assert_eq!(refused("Бір\tекі\r\nүш\x0C", 1), None);
    }
}
