//! The blocks of a document, of which those in tables are put together by rows.

use super::ParagraphKind;
use super::paragraphs::Block;

/// Maximum bytes of a table's row that becomes one paragraph; more is a layout, not a table.
const MAX_ROW_BYTES: usize = 600;

/// The blocks so far, and the rows that are not ended, each within a cell of the one before.
#[derive(Default)]
pub(super) struct TableRows {
    blocks: Vec<Block>,
    open: Vec<Vec<Vec<Block>>>,
}

impl TableRows {
    /// How many rows are around.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn begin_row(&mut self) {
        self.open.push(Vec::new());
    }

    pub(super) fn begin_cell(&mut self) {
        if let Some(row) = self.open.last_mut() {
            row.push(Vec::new());
        }
    }

    /// Adds blocks to the cell that was begun last, or to the document.
    pub(super) fn extend(&mut self, blocks: impl IntoIterator<Item = Block>) {
        match self.open.last_mut().and_then(|row| row.last_mut()) {
            Some(cell) => cell.extend(blocks),
            None => self.blocks.extend(blocks),
        }
    }

    /// Ends the innermost row. One of short cells is a paragraph; what is laid out with a table is as many
    /// as it has.
    pub(super) fn end_row(&mut self) {
        let Some(row) = self.open.pop() else { return };
        let bytes: usize = row.iter().flatten().map(|block| block.text.len()).sum();
        let is_table =
            row.len() > 1 && bytes <= MAX_ROW_BYTES && row.iter().all(|cell| cell.len() <= 1);
        let cells = row.into_iter().flatten();
        if is_table {
            let texts: Vec<String> = cells.map(|block| block.text).collect();
            self.extend(Block::new(&texts.join(" "), Some(ParagraphKind::Text)));
        } else {
            self.extend(cells);
        }
    }

    /// All blocks, with every row ended.
    pub(super) fn into_blocks(mut self) -> Vec<Block> {
        while self.depth() > 0 {
            self.end_row();
        }
        self.blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks of one row of these cells, after a paragraph.
    fn texts(cells: &[&[&str]]) -> Vec<String> {
        let block = |text: &&str| Block::new(text, None).unwrap();
        let mut rows = TableRows::default();
        rows.extend([block(&"before")]);
        rows.begin_row();
        for cell in cells {
            rows.begin_cell();
            rows.extend(cell.iter().map(block));
        }
        let blocks = rows.into_blocks().into_iter();
        blocks.map(|block| block.text).collect()
    }

    #[test]
    fn a_row_of_short_cells_is_one_paragraph() {
        assert_eq!(texts(&[&["a"], &[], &["b"]]), ["before", "a b"]);
        assert_eq!(texts(&[&["a"]]), ["before", "a"]);
        assert_eq!(texts(&[]), ["before"]);
    }

    #[test]
    fn what_is_laid_out_with_a_table_keeps_its_paragraphs() {
        assert_eq!(texts(&[&["a", "b"], &["c"]]), ["before", "a", "b", "c"]);
        let long = "long text ".repeat(50);
        let long = long.trim();
        assert_eq!(texts(&[&[long], &[long]]), ["before", long, long]);
    }
}
