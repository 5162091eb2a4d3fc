//! The terminal as the lines of progress see it: some columns narrower.
//!
//! A terminal shows `^C` where its cursor is. Lines of progress leave the cursor at their end, and where
//! that is the terminal's last column, the two signs open a line of their own: the progress above it
//! then stays for ever.

use std::io;

use console::Term;
use indicatif::{ProgressDrawTarget, TermLike};

/// Columns that stay free, for `^C`.
const FREE: u16 = 2;
/// How often it is drawn at most, a second.
const HERTZ: u8 = 20;

/// The columns of standard error that a line of progress may take.
pub(super) fn columns() -> u16 {
    Term::stderr().size().1.saturating_sub(FREE)
}

/// Draws on standard error, if it is a terminal.
pub(super) fn target() -> ProgressDrawTarget {
    let terminal = Term::buffered_stderr();
    if terminal.is_term() {
        ProgressDrawTarget::term_like_with_hz(Box::new(Screen(terminal)), HERTZ)
    } else {
        ProgressDrawTarget::hidden()
    }
}

#[derive(Debug)]
struct Screen(Term);

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(FREE)
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
