//! The width of a terminal, and texts wrapped to it at words: a terminal itself cuts words.

use console::Term;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// Narrower ones wrap by themselves.
const NARROWEST: usize = 30;
/// In the place of a space that no line ends at.
const KEPT: char = '\u{e000}';

/// The columns of the terminal that is standard output; `None` if it is none.
pub(super) fn columns_of_stdout() -> Option<usize> {
    columns(&Term::stdout())
}

/// The columns of the terminal that is standard error; `None` if it is none.
pub(super) fn columns_of_stderr() -> Option<usize> {
    columns(&Term::stderr())
}

fn columns(terminal: &Term) -> Option<usize> {
    let (_, columns) = terminal.is_term().then(|| terminal.size_checked())??;
    Some(usize::from(columns)).filter(|&columns| columns >= NARROWEST)
}

/// A text in lines of at most so many columns, `indent` before all but the first. What is between
/// backticks, to be copied, stays in one line; a longer word is left to the terminal.
pub(super) fn wrapped(text: &str, columns: Option<usize>, indent: &str) -> String {
    let Some(columns) = columns else {
        return text.to_owned();
    };
    let options = Options::new(columns)
        .subsequent_indent(indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::fill(&with_whole_commands(text), options).replace(KEPT, " ")
}

fn with_whole_commands(text: &str) -> String {
    let mut is_command = false;
    let kept = text.chars().map(|character| {
        is_command ^= character == '`';
        match character {
            ' ' if is_command => KEPT,
            _ => character,
        }
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words_and_not_in_what_is_to_be_copied() {
        let text =
            "error: https://a.kz/ is an address: run `curl -L 'https://a.kz/' | translate -`";
        let lines = wrapped(text, Some(40), "  ");
        assert_eq!(
            lines,
            "error: https://a.kz/ is an address: run\n  `curl -L 'https://a.kz/' | translate -`"
        );
        assert_eq!(wrapped(text, Some(200), "  "), text);
        assert_eq!(wrapped(text, None, "  "), text);
        let long = format!("{}: no", "a".repeat(50));
        assert_eq!(
            wrapped(&long, Some(40), "  "),
            format!("{}:\n  no", "a".repeat(50))
        );
    }
}
