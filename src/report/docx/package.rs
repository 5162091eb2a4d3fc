//! The parts of a Word document around its text.

use std::io::{self, Write};

use crate::report::package::{Package, relations};

const NUMBERING: &str = r#"<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>
<w:pPr><w:ind w:left="284" w:hanging="227"/></w:pPr></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
</w:numbering>"#;

/// Names and looks of the paragraphs' styles.
const STYLES: &str = include_str!("styles.xml");

/// A page of A4 with margins of two centimetres.
const PAGE: &str = r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>
<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>
</w:sectPr>"#;

/// The parts and the types of their content.
const PARTS: [(&str, &str); 3] = [
    (
        "word/document.xml",
        "officedocument.wordprocessingml.document.main",
    ),
    ("word/styles.xml", "officedocument.wordprocessingml.styles"),
    (
        "word/numbering.xml",
        "officedocument.wordprocessingml.numbering",
    ),
];

/// Writes a document with this title and these paragraphs and tables.
pub(super) fn write(title: &str, body: &str, out: &mut dyn Write) -> io::Result<()> {
    let types = PARTS.map(|(name, content)| (name.to_owned(), content));
    let mut package = Package::begin(out, title, "word/document.xml", &types)?;
    package.part(
        "word/document.xml",
        &format!(
            "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
             <w:body>{body}{PAGE}</w:body></w:document>"
        ),
    )?;
    package.part(
        "word/_rels/document.xml.rels",
        &relations(&[
            ("officeDocument/2006/relationships/styles", "styles.xml"),
            (
                "officeDocument/2006/relationships/numbering",
                "numbering.xml",
            ),
        ]),
    )?;
    package.part("word/styles.xml", STYLES)?;
    package.part("word/numbering.xml", NUMBERING)?;
    package.finish()
}
