//! Tables of data, of which a row is a paragraph, and tables in which a page is laid out.

use super::page::Page;

/// Maximum letters of a cell of data, and line breaks in one.
const MAX_CELL: usize = 300;
const MAX_BREAKS: usize = 3;

/// Which nodes are rows of tables of data.
#[derive(Default)]
pub(super) struct Tables {
    /// For each node whether it is such a row.
    rows: Vec<bool>,
    /// For each node whether it is inside of one.
    in_rows: Vec<bool>,
}

/// A table of which the cells are looked at.
struct Table {
    end: usize,
    is_layout: bool,
    rows: Vec<usize>,
    /// The cells of the current row, and most cells of a row.
    cells: usize,
    most_cells: usize,
    /// Where the current cell ends, and its line breaks.
    cell_end: usize,
    breaks: usize,
}

impl Tables {
    pub(super) fn find(page: &Page, left_out: &[bool]) -> Self {
        let mut found = Self {
            rows: vec![false; page.nodes.len()],
            in_rows: vec![false; page.nodes.len()],
        };
        let mut open: Vec<Table> = Vec::new();
        for (at, element) in page.elements() {
            while let Some(table) = open.pop_if(|table| table.end <= at) {
                found.take(page, &table);
            }
            if left_out.get(at).copied().unwrap_or(false) {
                continue;
            }
            let end = page.range(at).end;
            match element.name.as_str() {
                "table" => {
                    if let Some(around) = open.last_mut() {
                        around.is_layout = true;
                    }
                    open.push(Table {
                        end,
                        is_layout: element.attribute("role") == Some("presentation"),
                        rows: Vec::new(),
                        cells: 0,
                        most_cells: 0,
                        cell_end: at,
                        breaks: 0,
                    });
                }
                "tr" => {
                    if let Some(table) = open.last_mut() {
                        table.rows.push(at);
                        table.cells = 0;
                    }
                }
                "td" | "th" => {
                    if let Some(table) = open.last_mut() {
                        table.cells += 1;
                        table.cell_end = end;
                        table.breaks = 0;
                        table.most_cells = table.most_cells.max(table.cells);
                        table.is_layout |= page.letters(at) > MAX_CELL;
                    }
                }
                "br" => {
                    if let Some(table) = open.last_mut().filter(|table| at < table.cell_end) {
                        table.breaks += 1;
                        table.is_layout |= table.breaks > MAX_BREAKS;
                    }
                }
                "h1" | "h2" | "h3" | "ul" | "ol" | "article" | "main" | "form" | "figure" => {
                    if let Some(table) = open.last_mut() {
                        table.is_layout = true;
                    }
                }
                _ => {}
            }
        }
        while let Some(table) = open.pop() {
            found.take(page, &table);
        }
        found
    }

    fn take(&mut self, page: &Page, table: &Table) {
        if table.is_layout || table.most_cells < 2 {
            return;
        }
        for &row in &table.rows {
            self.rows[row] = true;
            let inside = page.range(row).start + 1..page.range(row).end;
            self.in_rows[inside].fill(true);
        }
    }

    pub(super) fn is_row(&self, at: usize) -> bool {
        self.rows.get(at).copied().unwrap_or(false)
    }

    /// Whether a node is inside of a row.
    pub(super) fn is_in_row(&self, at: usize) -> bool {
        self.in_rows.get(at).copied().unwrap_or(false)
    }
}
