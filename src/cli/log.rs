//! Messages on standard error.

use std::fmt;

use console::Term;
use tracing::{Event, Level, Subscriber, field::Field};
use tracing_subscriber::field::Visit;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use super::progress;
use super::terminal::{columns_of_stderr, wrapped};
use super::verbosity::Verbosity;
use crate::text::one_line;

/// Sends log events to standard error, one line each; on a terminal that is narrower, wrapped at words.
pub(super) fn start(verbosity: Verbosity) {
    let level = match verbosity {
        Verbosity::Quiet => Level::ERROR,
        Verbosity::Normal => Level::INFO,
        Verbosity::Verbose => Level::DEBUG,
        Verbosity::Debug => Level::TRACE,
    };
    let colour = is_coloured(&Term::stderr());
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(colour)
        .with_writer(StandardError)
        .event_format(Line { verbosity })
        .init();
}

/// Whether a stream is coloured: a terminal, unless the user wants it without.
pub(super) fn is_coloured(stream: &Term) -> bool {
    let unset = |name: &str| std::env::var_os(name).is_none_or(|value| value.is_empty());
    stream.is_term()
        && unset("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        && obeys_escapes(stream)
}

/// Whether a terminal takes escape sequences. A console of Windows does once it is asked to, which this does.
fn obeys_escapes(terminal: &Term) -> bool {
    !cfg!(windows) || terminal.features().colors_supported()
}

/// Writes above a running progress bar.
struct StandardError;

impl<'a> MakeWriter<'a> for StandardError {
    type Writer = progress::AboveBars;

    fn make_writer(&'a self) -> Self::Writer {
        progress::AboveBars
    }
}

/// `error: …`, `warning: …`, or the message alone.
struct Line {
    verbosity: Verbosity,
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        // Other libraries log for their developers.
        let ours = event.metadata().target().starts_with("audarma");
        let is_trace = *event.metadata().level() == Level::TRACE;
        if !ours && (is_trace || self.verbosity < Verbosity::Debug) {
            return Ok(());
        }
        let (label, colour) = match *event.metadata().level() {
            Level::ERROR => ("error: ", "\x1b[1;31m"),
            Level::WARN => ("warning: ", "\x1b[1;33m"),
            _ => ("", ""),
        };
        let mut message = Message(String::from(label));
        event.record(&mut message);
        let text = wrapped(&message.0, columns_of_stderr(), "  ");
        match text.strip_prefix(label) {
            Some(text) if writer.has_ansi_escapes() && !label.is_empty() => {
                writeln!(writer, "{colour}{label}\x1b[0m{text}")
            }
            _ => writeln!(writer, "{text}"),
        }
    }
}

/// The text of an event, on one line: paths and texts of servers may be in it.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0.push_str(&one_line(&format!("{value:?}")));
        }
    }
}
