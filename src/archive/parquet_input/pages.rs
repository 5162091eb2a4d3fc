//! The pages of a Parquet file, bounded by what they become before they are decompressed.
//!
//! Policy: the sizes that a page's header declares are checked before the library makes room for it:
//! against a limit for one page, against the limits of the archive for all pages so far, and against
//! a limit for the pages that are in memory together, one of each column with its dictionary. What
//! is decompressed must have the size declared, which the library checks.

use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length, RowGroupReader};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;

use super::delta::{check_lengths, check_prefixes};
use super::thrift::{PageHeader, PageKind, page_header};
use crate::archive::limits::Limits;

/// Maximum bytes of a page, decompressed: writers end a page after a megabyte, or after a thousand
/// rows.
const MAX_PAGE_BYTES: u64 = 512 << 20;
/// Maximum values of a page.
const MAX_PAGE_VALUES: u64 = 1 << 24;
/// Maximum bytes of memory that the open pages of all columns take.
const MAX_OPEN_BYTES: u64 = 768 << 20;
/// Bytes that a dictionary takes in memory for each of its values, besides their text.
const DICTIONARY_VALUE_BYTES: u64 = 32;
/// Bytes that a value of a list takes in memory while its row is read: levels, value, field.
const LIST_VALUE_BYTES: u64 = 80;
/// Bytes that the length of a text takes where lengths are stored apart from texts.
const LENGTH_BYTES: u64 = 8;

/// A limit that a page exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum PageError {
    #[error("a page unpacks to more than {} MiB", MAX_PAGE_BYTES >> 20)]
    Bytes,
    #[error("a page holds more than {MAX_PAGE_VALUES} values")]
    Values,
    #[error("a dictionary declares more values than it holds")]
    Dictionary,
    #[error("the pages of a row take more than {} MiB of memory", MAX_OPEN_BYTES >> 20)]
    Open,
}

/// What the pages of a file take, counted as their headers are read.
pub(super) struct Budget {
    limits: Limits,
    /// Size of the file.
    size: u64,
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    /// Bytes of all pages so far.
    unpacked: u64,
    /// The row that is being read, of the row group.
    row: u64,
    columns: Vec<OpenPages>,
}

/// The pages of a column that are in memory.
#[derive(Clone, Copy, Default)]
struct OpenPages {
    /// The row in which the last page was opened.
    row: u64,
    pages: u64,
    dictionary: u64,
}

impl Budget {
    pub(super) fn new(limits: Limits, size: u64) -> Self {
        Self {
            limits,
            size,
            used: Mutex::default(),
        }
    }

    /// A row group of so many columns is read from now on.
    pub(super) fn begin_group(&self, columns: usize) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.row = 0;
        used.columns = vec![OpenPages::default(); columns];
    }

    /// The next row of the group is read from now on.
    pub(super) fn begin_row(&self) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.row += 1;
    }

    /// Counts a page of a column.
    fn open(&self, column: usize, header: &PageHeader, in_list: bool) -> Result<()> {
        if header.unpacked > MAX_PAGE_BYTES {
            return Err(external(PageError::Bytes));
        }
        if header.values > MAX_PAGE_VALUES {
            return Err(external(PageError::Values));
        }
        let is_dictionary = header.kind == Some(PageKind::Dictionary);
        // Each value has at least a byte.
        if is_dictionary && header.values > header.unpacked {
            return Err(external(PageError::Dictionary));
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.unpacked = used.unpacked.saturating_add(header.unpacked);
        self.limits
            .check(used.unpacked, self.size)
            .map_err(external)?;
        let each = match is_dictionary {
            true => DICTIONARY_VALUE_BYTES,
            false if in_list => LIST_VALUE_BYTES + LENGTH_BYTES,
            false => LENGTH_BYTES,
        };
        let memory = header.unpacked + header.values * each;
        let row = used.row;
        if let Some(open) = used.columns.get_mut(column) {
            if is_dictionary {
                open.dictionary = memory;
            } else if in_list && open.row == row {
                // A list may go on in the next page, and its row needs both.
                open.pages = open.pages.saturating_add(memory);
            } else {
                open.pages = memory;
            }
            open.row = row;
        }
        let open = used
            .columns
            .iter()
            .map(|open| open.pages.saturating_add(open.dictionary));
        if open.fold(0, u64::saturating_add) > MAX_OPEN_BYTES {
            return Err(external(PageError::Open));
        }
        Ok(())
    }
}

fn external(error: impl std::error::Error + Send + Sync + 'static) -> ParquetError {
    ParquetError::External(Box::new(error))
}

/// The row group of a file, its pages read within a budget.
pub(super) struct BoundedGroup<'a> {
    pub file: &'a Arc<File>,
    pub metadata: &'a RowGroupMetaData,
    pub budget: &'a Arc<Budget>,
}

impl RowGroupReader for BoundedGroup<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.metadata
    }

    fn num_columns(&self) -> usize {
        self.metadata.num_columns()
    }

    fn get_column_page_reader(&self, index: usize) -> Result<Box<dyn PageReader>> {
        let column = self.metadata.column(index);
        let rows = usize::try_from(self.metadata.num_rows())?;
        Ok(Box::new(BoundedPages::new(self, index, column, rows)?))
    }

    fn get_column_bloom_filter(&self, _: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>> {
        RowIter::from_row_group(projection, self)
    }
}

/// The bytes of a column: each header is checked before what follows it is read.
struct ColumnBytes {
    file: Arc<File>,
    budget: Arc<Budget>,
    column: usize,
    in_list: bool,
    /// Where the header after the last one read begins.
    next: Mutex<u64>,
}

impl ColumnBytes {
    fn at(&self, start: u64) -> io::Result<BufReader<File>> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(file))
    }

    fn next(&self) -> u64 {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Length for ColumnBytes {
    fn len(&self) -> u64 {
        Length::len(&*self.file)
    }
}

impl ChunkReader for ColumnBytes {
    type T = BufReader<File>;

    /// The library calls this to read the header of a page, and never but at one, as
    /// [`BoundedPages`] keeps it from looking ahead.
    fn get_read(&self, start: u64) -> Result<BufReader<File>> {
        let header = page_header(self.at(start)?)?;
        if header.kind != Some(PageKind::Index) {
            self.budget.open(self.column, &header, self.in_list)?;
        }
        let end = start.saturating_add(header.header_bytes + header.stored);
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = end;
        Ok(self.at(start)?)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.file.get_bytes(start, length)
    }
}

/// The pages of a column.
struct BoundedPages {
    pages: SerializedPageReader<ColumnBytes>,
    bytes: Arc<ColumnBytes>,
    /// Where the column ends in the file.
    end: u64,
    has_repetition: bool,
    has_definition: bool,
}

impl BoundedPages {
    fn new(
        group: &BoundedGroup<'_>,
        index: usize,
        column: &ColumnChunkMetaData,
        rows: usize,
    ) -> Result<Self> {
        let (start, length) = column.byte_range();
        let levels = column.column_descr();
        let bytes = Arc::new(ColumnBytes {
            file: Arc::clone(group.file),
            budget: Arc::clone(group.budget),
            column: index,
            in_list: levels.max_rep_level() > 0,
            next: Mutex::new(start),
        });
        Ok(Self {
            pages: SerializedPageReader::new(Arc::clone(&bytes), column, rows, None)?,
            bytes,
            end: start.saturating_add(length),
            has_repetition: levels.max_rep_level() > 0,
            has_definition: levels.max_def_level() > 0,
        })
    }

    /// Checks what a page's encoding makes room for.
    fn check(&self, page: &Page) -> Result<()> {
        let (buffer, values, encoding) = (page.buffer(), page.num_values(), page.encoding());
        let check = match encoding {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => check_lengths,
            Encoding::DELTA_BYTE_ARRAY => check_prefixes,
            _ => return Ok(()),
        };
        let levels = match page {
            Page::DataPage { .. } => {
                let repetition = self.has_repetition.then(|| stored_levels(buffer, 0));
                let repetition = repetition.transpose()?.unwrap_or(0);
                if self.has_definition {
                    stored_levels(buffer, repetition)?
                } else {
                    repetition
                }
            }
            Page::DataPageV2 {
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => (*def_levels_byte_len as usize).saturating_add(*rep_levels_byte_len as usize),
            Page::DictionaryPage { .. } => 0,
        };
        let data = buffer.get(levels..).unwrap_or_default();
        check(data, u64::from(values)).map_err(external)
    }
}

/// Where the levels end that begin at `start` with their length.
fn stored_levels(buffer: &[u8], start: usize) -> Result<usize> {
    let length = buffer.get(start..).and_then(<[u8]>::first_chunk);
    let length = length.map(|length| u32::from_le_bytes(*length) as usize);
    let end = length.and_then(|length| start.checked_add(4)?.checked_add(length));
    end.ok_or_else(|| ParquetError::EOF(String::from("a page ends within its levels")))
}

impl PageReader for BoundedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            self.check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        let mut start = self.bytes.next();
        while start < self.end {
            let header = page_header(self.bytes.at(start)?)?;
            if header.kind != Some(PageKind::Index) {
                let count = |count| usize::try_from(count).ok();
                return Ok(Some(PageMetadata {
                    num_rows: header.rows.and_then(count),
                    num_levels: count(header.values),
                    is_dict: header.kind == Some(PageKind::Dictionary),
                }));
            }
            start = start.saturating_add(header.header_bytes + header.stored);
        }
        Ok(None)
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.get_next_page().map(drop)
    }
}

impl Iterator for BoundedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(kind: PageKind, unpacked: u64, values: u64) -> PageHeader {
        PageHeader {
            kind: Some(kind),
            unpacked,
            values,
            ..PageHeader::default()
        }
    }

    /// A budget of a file so large that its limits never matter.
    fn budget() -> Budget {
        let budget = Budget::new(Limits::default(), 1 << 40);
        budget.begin_group(3);
        budget
    }

    #[track_caller]
    fn assert_refused(result: Result<()>, expected: PageError) {
        assert_eq!(
            result.unwrap_err().to_string(),
            external(expected).to_string()
        );
    }

    #[test]
    fn a_page_is_bounded_in_bytes_and_values() {
        let budget = budget();
        let large = page(PageKind::Data, MAX_PAGE_BYTES + 1, 1);
        assert_refused(budget.open(0, &large, false), PageError::Bytes);
        let many = page(PageKind::Data, 10, MAX_PAGE_VALUES + 1);
        assert_refused(budget.open(0, &many, false), PageError::Values);
        let dictionary = page(PageKind::Dictionary, 1000, 1001);
        assert_refused(budget.open(0, &dictionary, false), PageError::Dictionary);
        assert!(
            budget
                .open(0, &page(PageKind::Data, MAX_PAGE_BYTES, 1), false)
                .is_ok()
        );
    }

    #[test]
    fn open_pages_of_all_columns_are_bounded_together_and_closed_ones_do_not_count() {
        let budget = budget();
        let half = page(PageKind::Data, MAX_OPEN_BYTES / 2 - 1000, 100);
        for _ in 0..10 {
            budget.begin_row();
            assert!(budget.open(0, &half, false).is_ok());
            assert!(budget.open(1, &half, false).is_ok());
        }
        let dictionary = page(PageKind::Dictionary, 10_000, 100);
        assert_refused(budget.open(2, &dictionary, false), PageError::Open);
        budget.begin_group(3);
        assert!(budget.open(2, &dictionary, false).is_ok());
    }

    #[test]
    fn pages_of_a_list_count_until_its_row_is_read() {
        let budget = budget();
        let part = page(PageKind::Data, 1000, MAX_OPEN_BYTES / LIST_VALUE_BYTES / 4);
        for _ in 0..3 {
            assert!(budget.open(0, &part, true).is_ok());
        }
        assert_refused(budget.open(0, &part, true), PageError::Open);
        budget.begin_row();
        assert!(budget.open(0, &part, true).is_ok());
    }

    #[test]
    fn all_pages_are_checked_against_the_limits_of_the_archive() {
        let budget = Budget::new(Limits::default(), 1 << 20);
        budget.begin_group(1);
        let part = page(PageKind::Data, 50 << 20, 1);
        for _ in 0..4 {
            assert!(budget.open(0, &part, false).is_ok());
        }
        let error = budget.open(0, &part, false).unwrap_err().to_string();
        assert!(error.contains("more than 200 times its size"), "{error}");
    }
}
