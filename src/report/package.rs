//! A package of Office: a ZIP archive of XML parts, with what every one of them needs.

use std::fs::File;
use std::io::{self, Seek, Write};

use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::xml::escaped;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// By whom a package says it was made.
const CREATOR: &str = "<dc:creator>audarma</dc:creator>";
/// The part that says so.
const PROPERTIES: &str = "docProps/core.xml";

/// A package being written. The same parts give the same bytes.
pub(super) struct Package<'a> {
    zip: ZipWriter<StreamWriter<&'a mut dyn Write>>,
}

impl<'a> Package<'a> {
    /// Begins a package with this main part; `types` are the names of its parts with the types of
    /// their content.
    pub(super) fn begin(
        out: &'a mut dyn Write,
        title: &str,
        main: &str,
        types: &[(String, &str)],
    ) -> io::Result<Self> {
        let mut package = Self {
            zip: ZipWriter::new_stream(out),
        };
        let types: String = types
            .iter()
            .map(|(name, content)| {
                format!(
                    "<Override PartName=\"/{name}\" \
                     ContentType=\"application/vnd.openxmlformats-{content}+xml\"/>"
                )
            })
            .collect();
        package.part(
            "[Content_Types].xml",
            &format!(
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/{PROPERTIES}\" \
                 ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
                 {types}</Types>"
            ),
        )?;
        package.part(
            "_rels/.rels",
            &relations(&[
                ("officeDocument/2006/relationships/officeDocument", main),
                (
                    "package/2006/relationships/metadata/core-properties",
                    PROPERTIES,
                ),
            ]),
        )?;
        package.part(
            PROPERTIES,
            &format!(
                "<cp:coreProperties \
                 xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
                 xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title>{CREATOR}\
                 </cp:coreProperties>",
                escaped(title)
            ),
        )?;
        Ok(package)
    }

    /// Writes a part.
    pub(super) fn part(&mut self, name: &str, xml: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default();
        self.zip.start_file(name, options).map_err(failure)?;
        self.zip.write_all(HEAD.as_bytes())?;
        self.zip.write_all(xml.as_bytes())
    }

    /// Writes a part from a file.
    pub(super) fn part_of_file(&mut self, name: &str, file: &mut File) -> io::Result<()> {
        let is_large = file.metadata()?.len() > u64::from(u32::MAX) / 2;
        let options = SimpleFileOptions::default().large_file(is_large);
        self.zip.start_file(name, options).map_err(failure)?;
        self.zip.write_all(HEAD.as_bytes())?;
        file.rewind()?;
        io::copy(file, &mut self.zip).map(drop)
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.zip.finish().map(drop).map_err(failure)
    }
}

/// The part that says what the parts related to another one are, by the ends of their types; they are
/// `rId1` and so on.
pub(super) fn relations(targets: &[(&str, &str)]) -> String {
    let relations: String = targets
        .iter()
        .zip(1..)
        .map(|((kind, target), number)| {
            format!(
                "<Relationship Id=\"rId{number}\" \
                 Type=\"http://schemas.openxmlformats.org/{kind}\" Target=\"{target}\"/>"
            )
        })
        .collect();
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         {relations}</Relationships>"
    )
}

/// Whether a file is a package that this program made.
#[cfg(feature = "archive")]
pub(super) fn is_ours(file: &mut (impl io::Read + Seek)) -> io::Result<bool> {
    const MAX_BYTES: u64 = 1 << 16;
    let Ok(mut package) = zip::ZipArchive::new(file) else {
        return Ok(false);
    };
    let Ok(part) = package.by_name(PROPERTIES) else {
        return Ok(false);
    };
    let mut properties = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(part, MAX_BYTES), &mut properties)?;
    let mut parts = properties.windows(CREATOR.len());
    Ok(parts.any(|part| part == CREATOR.as_bytes()))
}

/// The library's error as one of input and output.
fn failure(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}
