//! Excel: a sheet of sentences and a sheet of articles.
//!
//! Policy: a text is a cell of text, whatever it begins with. Excel's limits are told in words where
//! they cut: a longer text ends in a note, and the last row of a full sheet names the next one.
//!
//! Rows go to temporary files as they come, so that memory does not grow with the articles. The
//! libraries that write workbooks panic where a disk is full, and bring another decompressor.

mod sheet;

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use self::sheet::{Sheet, Written};
use super::Report;
use super::package::{Package, relations};
use super::rows::{self, COLUMNS, SCORE, rows, safe, texts};
use crate::document::Document;
use crate::files::folder_of;

/// Rows of a sheet.
const MAX_ROWS: u32 = 1_048_576;

const SENTENCE_WIDTHS: [u32; 10] = [22, 11, 16, 16, 9, 60, 60, 8, 16, 50];
const ARTICLE_COLUMNS: [&str; 9] = [
    "id",
    "title_source",
    "title_target",
    "date",
    "section",
    "author",
    "url",
    "summary",
    "flags",
];
const ARTICLE_WIDTHS: [u32; 9] = [22, 50, 50, 11, 16, 20, 30, 80, 20];

/// The looks of cells: as they are, names of columns, texts.
const STYLES: &str = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
    <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
    <font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
    <fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill>\
    <fill><patternFill patternType=\"gray125\"/></fill>\
    <fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE8ECF2\"/><bgColor indexed=\"64\"/></patternFill></fill>\
    </fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
    <cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
    <xf numFmtId=\"0\" fontId=\"1\" fillId=\"2\" borderId=\"0\" xfId=\"0\" applyFont=\"1\" applyFill=\"1\"/>\
    <xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\">\
    <alignment vertical=\"top\" wrapText=\"1\"/></xf></cellXfs>\
    <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";

/// A workbook, begun with its first article.
pub(super) struct Xlsx {
    scratch: PathBuf,
    sheets: Option<(Sheet, Sheet)>,
}

impl Xlsx {
    /// A workbook whose temporary files are in the folder of this path, else in the system's.
    pub(super) fn new(scratch: Option<&Path>) -> Self {
        Self {
            scratch: scratch.map_or_else(std::env::temp_dir, |path| folder_of(path).to_owned()),
            sheets: None,
        }
    }

    /// The sheets of sentences and of articles.
    fn sheets(&mut self) -> io::Result<&mut (Sheet, Sheet)> {
        let sheets = match self.sheets.take() {
            Some(sheets) => sheets,
            None => {
                let sheet = |name, columns, widths| {
                    Sheet::begin(name, columns, widths, MAX_ROWS, &self.scratch)
                };
                (
                    sheet("sentences", &COLUMNS, &SENTENCE_WIDTHS)?,
                    sheet("articles", &ARTICLE_COLUMNS, &ARTICLE_WIDTHS)?,
                )
            }
        };
        Ok(self.sheets.insert(sheets))
    }
}

impl Report for Xlsx {
    fn add(&mut self, document: &Document, _: &mut dyn Write) -> io::Result<()> {
        let (sentences, articles) = self.sheets()?;
        for row in rows(document) {
            let texts = texts(document, &row);
            sentences.add(&texts, Some((SCORE, row.sentence.score)))?;
        }
        let title = document.title.as_ref();
        let metadata = &document.metadata;
        let summary = document.summary.as_ref();
        let texts = [
            safe(&document.id),
            safe(title.map_or("", |title| &title.source)),
            safe(title.map_or("", |title| &title.target)),
            safe(metadata.date.as_deref().unwrap_or_default()),
            safe(rows::section(metadata)),
            safe(metadata.author.as_deref().unwrap_or_default()),
            safe(metadata.url.as_deref().unwrap_or_default()),
            safe(summary.map_or("", |summary| &summary.target)),
            Cow::Owned(rows::names(&rows::all_flags(document))),
        ];
        articles.add(&texts, None)
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.sheets()?;
        let Some((sentences, articles)) = self.sheets.take() else {
            return Ok(());
        };
        let (mut sentences, mut articles) = (sentences.end()?, articles.end()?);
        // The articles are the second sheet, however many there are of sentences.
        let rest = sentences.split_off(1);
        sentences.extend(articles.drain(..1));
        sentences.extend(rest);
        sentences.append(&mut articles);
        write(sentences, out)
    }
}

/// Writes a workbook of these sheets.
fn write(mut sheets: Vec<Written>, out: &mut dyn Write) -> io::Result<()> {
    let part = |index: usize| format!("worksheets/sheet{}.xml", index + 1);
    let kind = "officedocument.spreadsheetml";
    let (main, sheet, styles) = (
        format!("{kind}.sheet.main"),
        format!("{kind}.worksheet"),
        format!("{kind}.styles"),
    );
    let mut types = vec![
        (String::from("xl/workbook.xml"), main.as_str()),
        (String::from("xl/styles.xml"), styles.as_str()),
    ];
    types.extend((0..sheets.len()).map(|index| (format!("xl/{}", part(index)), sheet.as_str())));
    let mut package = Package::begin(out, "", "xl/workbook.xml", &types)?;
    let named: String = sheets
        .iter()
        .zip(1..)
        .map(|(sheet, number)| {
            let name = &sheet.name;
            format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>")
        })
        .collect();
    // What is filtered has a hidden name.
    let filtered: String = sheets
        .iter()
        .enumerate()
        .map(|(index, sheet)| {
            format!(
                "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{index}\" hidden=\"1\">\
                 '{}'!$A$1:${}${}</definedName>",
                sheet.name, sheet.last_column, sheet.last_row
            )
        })
        .collect();
    package.part(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
             <sheets>{named}</sheets><definedNames>{filtered}</definedNames></workbook>"
        ),
    )?;
    let parts: Vec<String> = (0..sheets.len()).map(part).collect();
    let mut targets: Vec<(&str, &str)> = parts
        .iter()
        .map(|part| ("officeDocument/2006/relationships/worksheet", part.as_str()))
        .collect();
    targets.push(("officeDocument/2006/relationships/styles", "styles.xml"));
    package.part("xl/_rels/workbook.xml.rels", &relations(&targets))?;
    package.part("xl/styles.xml", STYLES)?;
    for (sheet, part) in sheets.iter_mut().zip(&parts) {
        package.part_of_file(&format!("xl/{part}"), &mut sheet.file)?;
    }
    package.finish()
}
