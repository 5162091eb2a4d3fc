//! Is it text at all? Known signatures of other files, NUL bytes, control characters.

use super::ArticleError;

/// Signature, what it is, what to do.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (b"%PDF-", "a PDF document", "save its text as .txt"),
    (
        b"PK\x03\x04",
        "a ZIP archive (or .docx, .odt, .epub)",
        "unpack it or save its text as .txt",
    ),
    (b"{\\rtf", "an RTF document", "save it as .txt"),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an old Office document (.doc, .xls)",
        "save it as .txt",
    ),
    (b"\x89PNG\r\n\x1A\n", "a PNG image", "give the text itself"),
    (b"\xFF\xD8\xFF", "a JPEG image", "give the text itself"),
    (b"GIF8", "a GIF image", "give the text itself"),
    (
        b"RIFF",
        "a RIFF container (WebP, WAV, AVI)",
        "give the text itself",
    ),
    (
        b"AT&TFORM",
        "a DjVu document",
        "save its text layer as .txt",
    ),
    (b"ID3", "an MP3 recording", "give the text itself"),
    (b"OggS", "an Ogg recording", "give the text itself"),
    (b"\x1F\x8B", "gzip-compressed data", "unpack it first"),
    (b"BZh", "bzip2-compressed data", "unpack it first"),
    (b"\xFD7zXZ\x00", "xz-compressed data", "unpack it first"),
    (
        b"\x28\xB5\x2F\xFD",
        "zstd-compressed data",
        "unpack it first",
    ),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", "unpack it first"),
    (b"Rar!\x1A\x07", "a RAR archive", "unpack it first"),
    (
        b"SQLite format 3\x00",
        "an SQLite database",
        "give the text itself",
    ),
    (b"\x7FELF", "a program (ELF)", "give the text itself"),
    (b"MZ\x90\x00", "a program (Windows)", "give the text itself"),
];

/// Refuses files that their first bytes name as something else than text.
pub(super) fn refuse_known_binary(bytes: &[u8]) -> Result<(), ArticleError> {
    for &(signature, looks_like, advice) in SIGNATURES {
        if bytes.starts_with(signature) {
            return Err(ArticleError::Binary { looks_like, advice });
        }
    }
    Ok(())
}

/// Refuses what one-byte-a-character text never holds: NUL bytes, or more than one control
/// character in ten bytes. Bytes of 0x80 and above count as text (every charset has letters there).
pub(super) fn refuse_control_bytes(bytes: &[u8]) -> Result<(), ArticleError> {
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(ArticleError::ControlBytes {
            what: "NUL bytes",
            offset,
        });
    }
    let is_control = |byte: u8| {
        byte == 0x7F || (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C))
    };
    let count = bytes.iter().filter(|&&byte| is_control(byte)).count();
    if count * 10 > bytes.len() {
        let offset = bytes.iter().position(|&byte| is_control(byte)).unwrap_or(0);
        return Err(ArticleError::ControlBytes {
            what: "control characters",
            offset,
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
        assert_eq!(
            refuse_control_bytes(b"abc\0def"),
            Err(ArticleError::ControlBytes {
                what: "NUL bytes",
                offset: 3
            })
        );
        assert!(refuse_control_bytes(b"a\x01\x02\x03\x04b").is_err());
        assert!(refuse_control_bytes("Бір\tекі\r\nүш\x0C".as_bytes()).is_ok());
    }
}
