//! The processes that read articles: this program, in a mode of its own.

use std::io;

use super::args::ReaderArgs;
use super::signals;
use crate::article_reader::{ArticleReader, Pool, ReaderCommand, ReaderLimits};

/// The only argument of a process that reads articles for another one. It is none of the command line
/// that users see.
const MODE: &str = "--read-articles-for-the-parent";

/// Whether this process was started to read articles for another one.
pub(super) fn is_asked_for() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    arguments.next().is_some_and(|first| first == MODE) && arguments.next().is_none()
}

/// Where articles are read.
pub(super) fn article_reader(args: ReaderArgs) -> ArticleReader {
    if args.read_in_process {
        return ArticleReader::InProcess;
    }
    let limits = ReaderLimits {
        memory: args.reader_memory,
        cpu_seconds: args.reader_seconds,
    };
    match pool(limits) {
        Ok(pool) => pool.stopped_by(signals::stop_flag()).into(),
        Err(error) => {
            tracing::warn!(
                "articles are read without limits, since the path of this program is unknown: {error}"
            );
            ArticleReader::InProcess
        }
    }
}

/// Processes of this program.
pub(super) fn pool(limits: ReaderLimits) -> io::Result<Pool> {
    let command = ReaderCommand::this_program([MODE])?;
    Ok(Pool::new(command, limits))
}
