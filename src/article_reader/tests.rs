//! The parent's side against children that misbehave: shell scripts that greet as a child does.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::frame;
use super::protocol::{Answer, Hello, Reading, VERSION};
use super::*;
use crate::article::ArticleError;

const TEXT: &[u8] = "Бұл мәтін қазақ тілінде жазылған.".as_bytes();

/// A folder with what a child says.
struct Script {
    folder: TempDir,
}

impl Script {
    fn new() -> Self {
        Self::with(VERSION, true)
    }

    fn with(version: u32, memory: bool) -> Self {
        let script = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let confinement = Confinement {
            memory,
            ..Confinement::default()
        };
        script.frame(
            "hello",
            &serde_json::to_vec(&Hello {
                version,
                confinement,
            })
            .unwrap(),
        );
        script
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn frame(&self, name: &str, content: &[u8]) {
        let mut bytes = Vec::new();
        frame::write(&mut bytes, &[content]).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    fn answer(&self, name: &str, result: Reading, is_last: bool) {
        let answer = serde_json::to_vec(&Answer { result, is_last }).unwrap();
        self.frame(name, &answer);
    }

    /// A child that runs these commands in the folder, after it has noted that it started.
    fn pool(&self, commands: &str) -> Pool {
        self.pool_within(commands, ReaderLimits::default())
    }

    fn pool_within(&self, commands: &str, limits: ReaderLimits) -> Pool {
        let folder = self.folder.path().display();
        let script = format!("cd '{folder}'; echo $$ >> started; {commands}");
        let command = ReaderCommand {
            program: PathBuf::from("/bin/sh"),
            arguments: ["-c", &script].map(OsString::from).to_vec(),
        };
        Pool::new(command, limits)
    }

    /// The numbers of the processes that were started.
    fn started(&self) -> Vec<u32> {
        let started = fs::read_to_string(self.path("started")).unwrap_or_default();
        started.lines().map(|line| line.parse().unwrap()).collect()
    }
}

fn end_of(pool: &Pool) -> Option<ReaderEnd> {
    match pool.read(TEXT, "a.txt", &ReadOptions::default()) {
        Err(ReadError::Ended {
            format: Format::Text,
            end,
        }) => Some(end),
        _ => None,
    }
}

/// Whether a process is there, dead but not yet reaped included.
fn is_there(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

#[test]
fn a_child_that_ends_is_told_by_how_it_ended() {
    let (memory, overflow) = (
        "memory allocation of 9 bytes failed",
        "has overflowed its stack",
    );
    let limit = 1 << 30;
    for (commands, end) in [
        ("kill -SEGV $$", ReaderEnd::Signal(11)),
        ("exit 75", ReaderEnd::OutOfMemory { limit }),
        (
            &format!("echo '{memory}' >&2; kill -ABRT $$"),
            ReaderEnd::OutOfMemory { limit },
        ),
        (
            &format!("echo '{overflow}' >&2; kill -ABRT $$"),
            ReaderEnd::StackOverflow,
        ),
        ("kill -XCPU $$", ReaderEnd::CpuTime { limit: 10 }),
        ("exit 3", ReaderEnd::Exited { code: Some(3) }),
        ("exit 0", ReaderEnd::Exited { code: Some(0) }),
    ] {
        let script = Script::new();
        let pool = script.pool(&format!("cat hello; {commands}"));
        assert_eq!(end_of(&pool), Some(end), "{commands}");
        assert_eq!(script.started().len(), 1, "{commands}");
    }
}

#[test]
fn a_child_that_closes_its_pipes_and_lives_on_is_ended() {
    let script = Script::new();
    let pool = script.pool("cat hello; exec <&- >&- 2>&-; while :; do :; done");
    assert_eq!(end_of(&pool), Some(ReaderEnd::Exited { code: None }));
    assert!(!is_there(script.started()[0]));
}

#[test]
fn a_child_that_answers_with_something_else_is_ended() {
    let script = Script::new();
    script.frame("garbage", b"\xFF{]");
    script.frame(
        "other",
        br#"{"result":{"Article":{"title":7}},"is_last":false}"#,
    );
    for (commands, end) in [
        ("cat garbage", ReaderEnd::BadAnswer),
        ("cat other", ReaderEnd::BadAnswer),
        (
            "cat /bin/sh /bin/sh",
            ReaderEnd::AnswerTooLarge {
                limit: ReaderLimits::max_answer_bytes(TEXT.len()),
            },
        ),
    ] {
        let pool = script.pool(&format!("cat hello; {commands}; sleep 60"));
        assert_eq!(end_of(&pool), Some(end), "{commands}");
    }
    assert!(script.started().iter().all(|&process| !is_there(process)));
}

#[test]
fn a_child_that_gives_no_answer_is_ended_with_what_it_started() {
    let script = Script::new();
    let limits = ReaderLimits {
        cpu_seconds: 0,
        ..ReaderLimits::default()
    };
    let commands = "cat hello; sleep 1000 & echo $! >> started; wait";
    let pool = script.pool_within(commands, limits);
    assert_eq!(end_of(&pool), Some(ReaderEnd::NoAnswer { seconds: 0 }));
    let started = script.started();
    assert!(!is_there(started[0]));
    // What it started is the child of another process now, which reaps it in its own time.
    if let Some(&other) = started.get(1) {
        let end = Instant::now() + Duration::from_secs(60);
        let state = || fs::read_to_string(format!("/proc/{other}/stat")).unwrap_or_default();
        while is_there(other) && !state().contains(") Z ") {
            assert!(Instant::now() < end, "{}", state());
            std::thread::yield_now();
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_whose_memory_the_kernel_does_not_limit_is_looked_after() {
    let script = Script::with(VERSION, false);
    let limits = ReaderLimits {
        memory: 64 << 20,
        ..ReaderLimits::default()
    };
    let grow = "x=0123456789; while :; do x=$x$x; done";
    let pool = script.pool_within(&format!("cat hello; {grow}"), limits);
    let limit = limits.memory;
    assert_eq!(end_of(&pool), Some(ReaderEnd::OutOfMemory { limit }));
}

#[test]
fn what_a_child_says_on_standard_error_does_not_stop_it() {
    let script = Script::new();
    script.answer("answer", Reading::Refused(ArticleError::Empty), false);
    let pool = script.pool("cat hello; head -c 1000000 /dev/zero >&2; cat answer; cat > rest");
    let read = pool.read(TEXT, "a.txt", &ReadOptions::default());
    assert!(matches!(read, Err(ReadError::Article(ArticleError::Empty))));
}

#[test]
fn an_article_is_read_again_where_the_child_had_read_others() {
    let script = Script::new();
    script.answer("answer", Reading::Refused(ArticleError::Empty), false);
    // The first child dies of its second article, and the second child answers.
    let pool = script.pool(
        "if [ -e second ]; then cat hello answer; cat > rest; fi; \
         touch second; cat hello answer; sleep 0.1; kill -SEGV $$",
    );
    for _ in 0..2 {
        let read = pool.read(TEXT, "a.txt", &ReadOptions::default());
        assert!(matches!(read, Err(ReadError::Article(ArticleError::Empty))));
    }
    assert_eq!(script.started().len(), 2);
}

#[test]
fn a_child_that_has_grown_reads_nothing_further() {
    let script = Script::new();
    script.answer("answer", Reading::Panicked, true);
    let pool = script.pool("cat hello answer; cat > rest");
    for count in 1..=2 {
        assert_eq!(end_of(&pool), Some(ReaderEnd::Panicked));
        assert_eq!(script.started().len(), count);
    }
    assert!(!is_there(script.started()[0]));
}

#[test]
fn children_are_kept_between_articles_and_end_with_their_pool() {
    let script = Script::new();
    script.answer("answer", Reading::Refused(ArticleError::Empty), false);
    let pool = script.pool("cat hello answer answer answer; cat > rest");
    for _ in 0..3 {
        let read = pool.read(TEXT, "a.txt", &ReadOptions::default());
        assert!(matches!(read, Err(ReadError::Article(ArticleError::Empty))));
    }
    let [process] = script.started()[..] else {
        panic!("{:?}", script.started());
    };
    assert!(is_there(process));
    drop(pool);
    assert!(!is_there(process));
}

#[test]
fn reading_can_be_stopped() {
    static STOP: AtomicBool = AtomicBool::new(false);
    for commands in ["cat hello; sleep 1000", "sleep 1000"] {
        STOP.store(false, Ordering::Relaxed);
        let script = Script::new();
        let pool = script.pool(commands).stopped_by(&STOP);
        let read = || pool.read(TEXT, "a.txt", &ReadOptions::default());
        std::thread::scope(|scope| {
            let reading = scope.spawn(read);
            let end = Instant::now() + Duration::from_secs(60);
            while script.started().is_empty() {
                assert!(Instant::now() < end);
                std::thread::yield_now();
            }
            STOP.store(true, Ordering::Relaxed);
            let read = reading.join().unwrap();
            assert!(
                matches!(read, Err(ReadError::Stopped)),
                "{commands}: {read:?}"
            );
        });
        assert!(matches!(read(), Err(ReadError::Stopped)));
        assert_eq!(script.started().len(), 1);
    }
}

#[test]
fn several_threads_share_the_processes() {
    let script = Script::new();
    script.answer("answer", Reading::Refused(ArticleError::Empty), false);
    let pool = script
        .pool("cat hello answer answer answer answer answer answer answer answer; cat > rest")
        .with_processes(2);
    std::thread::scope(|scope| {
        let read = || pool.read(TEXT, "a.txt", &ReadOptions::default());
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(read)).collect();
        for thread in threads {
            let read = thread.join().unwrap();
            assert!(matches!(read, Err(ReadError::Article(ArticleError::Empty))));
        }
    });
    assert!((1..=2).contains(&script.started().len()));
}

#[test]
fn where_no_process_can_be_started_articles_are_read_in_this_one() {
    let missing = ReaderCommand {
        program: PathBuf::from("/nowhere/reader"),
        arguments: Vec::new(),
    };
    let other_version = Script::with(VERSION + 1, true);
    let silent = Script::new();
    for pool in [
        Pool::new(missing, ReaderLimits::default()),
        other_version.pool("cat hello; sleep 60"),
        silent.pool("echo 'cannot load a library' >&2; exit 1"),
    ] {
        assert!(pool.confinement().is_err());
        let reader = ArticleReader::from(pool);
        for _ in 0..2 {
            let article = reader.read(TEXT, "a.txt", &ReadOptions::default());
            assert_eq!(article.unwrap().paragraphs.len(), 1);
        }
    }
    assert_eq!(other_version.started().len(), 2);
}

#[test]
fn a_start_that_fails_later_fails_the_article() {
    let script = Script::new();
    // The first child greets, the others do not.
    let commands = "[ -e second ] && exit 9; touch second; cat hello; exit 3";
    let reader = ArticleReader::from(script.pool(commands));
    let read = || reader.read(TEXT, "a.txt", &ReadOptions::default());
    assert!(matches!(read(), Err(ReadError::Ended { .. })));
    let error = read().unwrap_err();
    assert!(
        matches!(&error, ReadError::Start(StartError::NotReady { .. })),
        "{error}"
    );
    assert!(script.started().len() > 4);
}
