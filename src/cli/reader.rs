//! The processes that read articles: this program, in a mode of its own.

use super::args::{READER_MODE, ReaderArgs};
use super::signals;
use crate::article_reader::{ArticleReader, Pool, ReaderCommand, ReaderLimits};

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
pub(super) fn pool(limits: ReaderLimits) -> std::io::Result<Pool> {
    let command = ReaderCommand::this_program([READER_MODE])?;
    Ok(Pool::new(command, limits))
}
