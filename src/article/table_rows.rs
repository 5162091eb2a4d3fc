//! The blocks of a document, of which those in tables are put together by rows.

use super::ParagraphKind;
use super::paragraphs::Block;

/// Maximum bytes of a table's row that becomes one paragraph; more is a layout, not a table.
const MAX_ROW_BYTES: usize = 600;
/// Maximum rows within each other: a row's text is looked at once for each row around it. What is deeper
/// belongs to the cell around it.
pub(super) const MAX_DEPTH: usize = 20;

/// The blocks so far, and the rows that are not ended, each within a cell of the one before.
#[derive(Default)]
pub(super) struct TableRows {
    blocks: Vec<Block>,
    open: Vec<Vec<Vec<Block>>>,
    /// How many rows are begun and not ended beyond [`MAX_DEPTH`].
    beyond: usize,
}

impl TableRows {
    /// How many rows are around.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn begin_row(&mut self) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(Vec::new());
        } else {
            self.beyond += 1;
        }
    }

    pub(super) fn begin_cell(&mut self) {
        let row = self.open.last_mut().filter(|_| self.beyond == 0);
        if let Some(row) = row {
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
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
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
    fn rows_too_deep_belong_to_the_cell_around_them() {
        let block = |text: &str| Block::new(text, None).unwrap();
        let mut rows = TableRows::default();
        for depth in 0..1000 {
            rows.begin_row();
            rows.begin_cell();
            rows.extend([block(&format!("{depth}"))]);
        }
        assert_eq!(rows.depth(), MAX_DEPTH);
        for _ in 0..1000 {
            rows.end_row();
        }
        rows.extend([block("after")]);
        assert_eq!(rows.depth(), 0);
        let texts: Vec<String> = rows.into_blocks().into_iter().map(|b| b.text).collect();
        assert_eq!(texts.len(), 1001);
        assert_eq!(texts.last().map(String::as_str), Some("after"));
    }

    #[test]
    fn what_is_laid_out_with_a_table_keeps_its_paragraphs() {
        assert_eq!(texts(&[&["a", "b"], &["c"]]), ["before", "a", "b", "c"]);
        let long = "long text ".repeat(50);
        let long = long.trim();
        assert_eq!(texts(&[&[long], &[long]]), ["before", long, long]);
    }
}
