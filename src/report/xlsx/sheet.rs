//! A sheet of a workbook, row by row.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::report::xml::escaped;

/// UTF-16 units of a cell.
const MAX_CELL: usize = 32_767;
/// What a text ends in that is longer than a cell.
const CUT: &str =
    " … [cut: a cell of Excel holds 32,767 characters; the whole text is in the JSON]";

/// Styles of cells, by their places in the workbook's list.
const NAME: u32 = 1;
const TEXT: u32 = 2;

/// A sheet being written, and those that it goes on from.
pub(super) struct Sheet {
    name: &'static str,
    columns: &'static [&'static str],
    widths: &'static [u32],
    max_rows: u32,
    scratch: PathBuf,
    file: BufWriter<File>,
    /// The last row, from 1.
    row: u32,
    full: Vec<Written>,
}

/// A sheet that is written.
pub(super) struct Written {
    pub name: String,
    /// Its part of the package.
    pub file: File,
    pub last_column: char,
    pub last_row: u32,
}

impl Sheet {
    /// Begins a sheet with the names of its columns, in a temporary file of the folder `scratch`.
    pub(super) fn begin(
        name: &'static str,
        columns: &'static [&'static str],
        widths: &'static [u32],
        max_rows: u32,
        scratch: &Path,
    ) -> io::Result<Self> {
        let mut sheet = Self {
            name,
            columns,
            widths,
            max_rows,
            scratch: scratch.to_owned(),
            file: BufWriter::new(tempfile::tempfile_in(scratch)?),
            row: 0,
            full: Vec::new(),
        };
        sheet.head()?;
        Ok(sheet)
    }

    fn head(&mut self) -> io::Result<()> {
        let widths = self.widths.iter().zip(1..);
        let columns: String = widths
            .map(|(width, column)| {
                format!(
                    "<col min=\"{column}\" max=\"{column}\" width=\"{width}\" customWidth=\"1\"/>"
                )
            })
            .collect();
        write!(
            self.file,
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
             activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>\
             <cols>{columns}</cols><sheetData>"
        )?;
        let names: Vec<Cow<str>> = self.columns.iter().map(|name| (*name).into()).collect();
        self.write(&names, None, NAME)
    }

    /// Adds a row of texts, with a number in the place of one of them.
    pub(super) fn add(
        &mut self,
        texts: &[Cow<str>],
        number: Option<(usize, f64)>,
    ) -> io::Result<()> {
        if self.row + 1 >= self.max_rows {
            self.go_on()?;
        }
        self.write(texts, number, TEXT)
    }

    /// Ends the sheet, whose last row says where the next ones are, and begins another.
    fn go_on(&mut self) -> io::Result<()> {
        let next = sheet_name(self.name, self.full.len() + 2);
        let told = format!("a sheet of Excel has no more rows: “{next}” goes on");
        self.write(&[told.into()], None, TEXT)?;
        let file = BufWriter::new(tempfile::tempfile_in(&self.scratch)?);
        let full = std::mem::replace(&mut self.file, file);
        let full = self.written(full)?;
        self.full.push(full);
        self.row = 0;
        self.head()
    }

    fn write(
        &mut self,
        texts: &[Cow<str>],
        number: Option<(usize, f64)>,
        style: u32,
    ) -> io::Result<()> {
        self.row += 1;
        let row = self.row;
        let mut cells = format!("<row r=\"{row}\">");
        for (index, (column, text)) in ('A'..='Z').zip(texts).enumerate() {
            // Writing to a String cannot fail.
            let _ = match number {
                Some((place, number)) if place == index && number.is_finite() => {
                    write!(
                        cells,
                        "<c r=\"{column}{row}\" s=\"{style}\"><v>{number}</v></c>"
                    )
                }
                _ if text.is_empty() => Ok(()),
                _ => {
                    let text = escaped(&unescapable(&cell(text)));
                    write!(
                        cells,
                        "<c r=\"{column}{row}\" s=\"{style}\" t=\"inlineStr\"><is>\
                         <t xml:space=\"preserve\">{text}</t></is></c>"
                    )
                }
            };
        }
        cells.push_str("</row>\n");
        self.file.write_all(cells.as_bytes())
    }

    /// Writes the end of a sheet: its rows can be filtered.
    fn written(&self, mut file: BufWriter<File>) -> io::Result<Written> {
        let last_column = ('A'..='Z').nth(self.columns.len().saturating_sub(1));
        let last_column = last_column.unwrap_or('Z');
        let last_row = self.row;
        write!(
            file,
            "</sheetData><autoFilter ref=\"A1:{last_column}{last_row}\"/></worksheet>"
        )?;
        Ok(Written {
            name: sheet_name(self.name, self.full.len() + 1),
            file: file.into_inner()?,
            last_column,
            last_row,
        })
    }

    /// The sheets, in order.
    pub(super) fn end(mut self) -> io::Result<Vec<Written>> {
        let file = BufWriter::new(tempfile::tempfile_in(&self.scratch)?);
        let last = std::mem::replace(&mut self.file, file);
        let last = self.written(last)?;
        self.full.push(last);
        Ok(self.full)
    }
}

fn sheet_name(name: &str, number: usize) -> String {
    match number {
        1 => name.to_owned(),
        number => format!("{name} {number}"),
    }
}

/// A text as a cell can hold it.
fn cell(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_CELL || text.encode_utf16().count() <= MAX_CELL {
        return Cow::Borrowed(text);
    }
    let mut room = MAX_CELL - CUT.encode_utf16().count();
    let cut = text.char_indices().find(|(_, c)| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        !fits
    });
    let end = cut.map_or(text.len(), |(end, _)| end);
    Cow::Owned(format!("{}{CUT}", text.get(..end).unwrap_or_default()))
}

/// A text in which Excel sees none of its escapes (`_x0041_` for `A`): the underscore that would begin
/// one is escaped itself.
fn unescapable(text: &str) -> Cow<'_, str> {
    let is_escape = |at: usize| {
        let escape = text.as_bytes().get(at..at + 7);
        escape.is_some_and(|escape| {
            let hex = escape.get(2..6).unwrap_or_default();
            hex.iter().all(u8::is_ascii_hexdigit) && escape.ends_with(b"_")
        })
    };
    let mut safe = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices("_x").filter(|&(at, _)| is_escape(at)) {
        safe.push_str(text.get(copied..at).unwrap_or_default());
        safe.push_str("_x005F");
        copied = at;
    }
    if copied == 0 && safe.is_empty() {
        return Cow::Borrowed(text);
    }
    safe.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use super::*;

    #[test]
    fn a_text_that_no_cell_holds_is_cut_in_words() {
        let fits = "ә".repeat(MAX_CELL);
        assert_eq!(cell(&fits), fits);
        for long in [format!("{fits}ә"), "𐍈".repeat(MAX_CELL / 2 + 1)] {
            let cut = cell(&long);
            let units = cut.encode_utf16().count();
            assert!((MAX_CELL - 1..=MAX_CELL).contains(&units), "{units}");
            assert!(cut.ends_with("the whole text is in the JSON]"));
        }
    }

    #[test]
    fn excels_own_escapes_are_text() {
        for (text, written) in [
            ("_x0041_", "_x005F_x0041_"),
            ("ә_x0041_x0042_", "ә_x005F_x0041_x005F_x0042_"),
            ("_x004_ _x0041 x0041_", "_x004_ _x0041 x0041_"),
            ("_xәә_", "_xәә_"),
        ] {
            assert_eq!(unescapable(text), written);
        }
    }

    #[test]
    fn a_full_sheet_names_the_one_that_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut sheet = Sheet::begin("s", &["id"], &[10], 4, folder.path()).unwrap();
        for text in ["one", "two", "three"] {
            sheet.add(&[text.into()], None).unwrap();
        }
        let mut sheets = sheet.end().unwrap();
        let mut text = |index: usize| {
            let sheet: &mut Written = &mut sheets[index];
            let mut text = String::new();
            sheet.file.rewind().unwrap();
            sheet.file.read_to_string(&mut text).unwrap();
            (sheet.name.clone(), sheet.last_row, text)
        };
        let (name, rows, first) = text(0);
        assert_eq!((name.as_str(), rows), ("s", 4));
        assert!(
            first.contains(">two<") && first.contains("“s 2” goes on") && !first.contains("three")
        );
        let (name, rows, second) = text(1);
        assert_eq!((name.as_str(), rows), ("s 2", 2));
        assert!(second.contains(">id<") && second.contains(">three<"));
    }
}
