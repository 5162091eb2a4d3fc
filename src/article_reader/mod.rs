//! Reads articles in processes of their own: bytes in, an [`Article`] out, under limits.
//!
//! Policy: the bytes of an article are a stranger's, and the libraries that parse them are large. They
//! are therefore parsed in a child process that can do nothing but compute, within limits of memory
//! and CPU time. A child that dies, hangs or grows is ended and replaced; its article fails with what
//! happened, and no other one. What becomes of an article does not depend on what the child read
//! before it: where a child ends that has read others, the article is read again by a new one.
//!
//! The child is the same program, started in a mode of its own that calls [`serve`]:
//!
//! ```no_run
//! use audarma::article_reader::{ArticleReader, Pool, ReaderCommand, ReaderLimits};
//!
//! if std::env::args().nth(1).as_deref() == Some("read-articles") {
//!     audarma::article_reader::serve();
//! }
//! let command = ReaderCommand::this_program(["read-articles"])?;
//! let reader = ArticleReader::from(Pool::new(command, ReaderLimits::default()));
//! let bytes = std::fs::read("article.pdf")?;
//! let article = reader.read(&bytes, "article.pdf", &Default::default())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod command;
mod error;
mod frame;
mod limits;
mod pool;
mod process;
mod protocol;
mod serve;
#[cfg(all(test, unix))]
mod tests;
mod watchdog;

use std::sync::Arc;

pub use command::ReaderCommand;
pub use error::{ReadError, ReaderEnd, StartError};
pub use limits::ReaderLimits;
pub use pool::Pool;
pub use protocol::Confinement;
pub use serve::serve;

use crate::article::{self, Article, Format, ReadOptions};
use crate::panics;

/// Where articles are read. Clones share their processes.
#[derive(Debug, Clone, Default)]
pub enum ArticleReader {
    /// In this process, without limits.
    #[default]
    InProcess,
    /// In processes of their own, within limits.
    Processes(Arc<Pool>),
}

impl From<Pool> for ArticleReader {
    fn from(pool: Pool) -> Self {
        Self::Processes(Arc::new(pool))
    }
}

impl ArticleReader {
    /// Reads an article as [`article::read`] does.
    ///
    /// Where not even the first process can be started, articles are read in this process; that is
    /// said once.
    ///
    /// # Errors
    /// If the bytes are no article, or the process that reads them ends without an answer.
    pub fn read(
        &self,
        bytes: &[u8],
        name: &str,
        options: &ReadOptions,
    ) -> Result<Article, ReadError> {
        let article = self.parse(bytes, name, options)?;
        article.log_warnings(name);
        Ok(article)
    }

    /// As [`Self::read`], without the article's warnings.
    pub(crate) fn parse(
        &self,
        bytes: &[u8],
        name: &str,
        options: &ReadOptions,
    ) -> Result<Article, ReadError> {
        match self {
            Self::InProcess => in_process(bytes, name, options),
            Self::Processes(pool) if pool.is_unavailable() => in_process(bytes, name, options),
            Self::Processes(pool) => match pool.read(bytes, name, options) {
                Err(ReadError::Start(error)) if pool.gives_up(&error) => {
                    in_process(bytes, name, options)
                }
                result => result,
            },
        }
    }
}

fn in_process(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Article, ReadError> {
    match panics::catch(|| article::parse(bytes, name, options)) {
        Ok(article) => Ok(article?),
        Err(panics::Panicked) => Err(ReadError::Ended {
            format: Format::of(bytes, name),
            end: ReaderEnd::Panicked,
        }),
    }
}
