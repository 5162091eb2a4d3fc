//! The transfer of one file, from the hub into the cache.
//!
//! Bytes are appended to `blobs/<etag>.part` and hashed as they come; only a complete and verified
//! file gets its final name. So a crash, a cut connection or a lying server leaves at most a part,
//! which the next pull continues.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::digest::{self, FileDigest, Pin, RemoteHash, RunningDigest, Verdict};
use super::error::{FileFate, HubError, io_error, printable};
use super::http::{BytesResponse, Client, FileHead, HeadResponse, is_transient, pause_after};
use super::observer::PullEvent;
use super::patience::Watch;
use super::session::{Availability, Found, Session};
use super::{cache::CachedFile, lock};
use crate::catalogue::FileName;
use crate::files::{CHUNK_BYTES, open_file_with};

/// An attempt that receives this many bytes before it breaks off does not count as failed.
const MIN_PROGRESS_BYTES: u64 = 1 << 20;
/// Maximum size of a file whose size is not announced.
const MAX_UNANNOUNCED_BYTES: u64 = 64 << 20;

impl Session<'_> {
    /// Asks the hub what a file is. Nothing of it is downloaded.
    pub(super) fn look(
        &mut self,
        name: &FileName,
        pin: Option<&Pin>,
        optional: bool,
    ) -> Result<Found, HubError> {
        let client = self.client()?;
        let head = match client.head(&self.id, &self.commit, name)? {
            HeadResponse::File(head) => head,
            HeadResponse::NoFile { stated, .. } if optional => {
                if stated {
                    self.note_absent(name);
                }
                return Ok(Found::Settled(Availability::Absent));
            }
            HeadResponse::NoFile { error, .. } => return Err(error),
        };
        self.refuse_contradiction(&client, name, pin, &head)?;
        let hash_is_known = pin.is_some_and(|pin| pin.sha256.is_some());
        if !hash_is_known && matches!(head.etag, RemoteHash::Opaque(_)) {
            return Err(self.unverifiable(name));
        }
        Ok(Found::ToPull(head))
    }

    /// Bytes that a file's download will take of the disk.
    pub(super) fn bytes_left(&self, head: &FileHead, pin: Option<&Pin>) -> u64 {
        if self.repo.blob(&head.etag).is_file() {
            return 0;
        }
        let bytes = head.bytes.or(pin.and_then(|pin| pin.bytes)).unwrap_or(0);
        let part = fs::metadata(self.repo.part(&head.etag));
        bytes.saturating_sub(part.map_or(0, |part| part.len()))
    }

    /// Downloads a file, verifies it and links it into the snapshot.
    pub(super) fn pull(
        &mut self,
        name: &FileName,
        pin: Option<&Pin>,
        head: &FileHead,
    ) -> Result<(), HubError> {
        let client = self.client()?;
        let observer = &mut *self.observer;
        let waiting = || {
            observer.event(PullEvent::Waiting {
                file: name.as_str(),
            });
        };
        let _lock = lock::acquire(&self.repo.lock(&head.etag), waiting)?;
        let blobs = self.repo.blobs();
        fs::create_dir_all(&blobs).map_err(io_error("create", &blobs))?;

        let blob = self.repo.blob(&head.etag);
        if blob.is_file() {
            // Another snapshot has it, or another process pulled it while this one waited.
            self.link(head, name)?;
            if self.cached(name, pin)? {
                return Ok(());
            }
        }
        let found = self.transfer(&client, name, pin, head)?;
        fs::rename(self.repo.part(&head.etag), &blob).map_err(io_error("write", &blob))?;
        self.link(head, name)?;
        if let Some(CachedFile { content, .. }) = self.repo.find(&self.commit, name) {
            self.ledger.record(&content, &self.commit, name, &found);
        }
        self.observer.event(PullEvent::FileDone {
            file: name.as_str(),
        });
        Ok(())
    }

    fn link(&self, head: &FileHead, name: &FileName) -> Result<(), HubError> {
        let pointer = self.repo.pointer(&self.commit, name);
        self.repo
            .link(&head.etag, &self.commit, name)
            .map_err(io_error("link", &pointer))
    }

    /// Refuses, before anything is downloaded, a file whose announcement contradicts its pin.
    fn refuse_contradiction(
        &self,
        client: &Client,
        name: &FileName,
        pin: Option<&Pin>,
        head: &FileHead,
    ) -> Result<(), HubError> {
        let Some(pin) = pin.filter(|pin| pin.contradicts(&head.etag, head.bytes)) else {
            return Ok(());
        };
        let size = head.bytes.map_or("an unknown size".to_owned(), |bytes| {
            format!("{bytes} bytes")
        });
        Err(HubError::Disagrees {
            endpoint: client.endpoint().to_owned(),
            model: self.model.clone(),
            file: name.to_string(),
            found: format!("{size}, etag {}", head.etag.blob_name()),
            pinned: format!("{pin} ({})", pin.source),
        })
    }

    /// Downloads the rest of the part and judges the file. If the part was left by an interrupted pull
    /// and the file is bad, the download restarts from the beginning, once.
    fn transfer(
        &mut self,
        client: &Client,
        name: &FileName,
        pin: Option<&Pin>,
        head: &FileHead,
    ) -> Result<FileDigest, HubError> {
        let path = self.repo.part(&head.etag);
        let bytes = head.bytes.or(pin.and_then(|pin| pin.bytes));
        loop {
            let mut part = Part::open(&path, |done| {
                let (file, bytes) = (name.as_str(), bytes.unwrap_or(done));
                self.observer
                    .event(PullEvent::Verifying { file, bytes, done });
            })?;
            if bytes.is_some_and(|bytes| part.have() > bytes) {
                part.restart()?;
            }
            let resumed = part.have() > 0;
            self.fill(client, name, bytes, &mut part)?;
            part.file.sync_all().map_err(io_error("write", &path))?;

            let found = part.running.finish();
            let problem = match bytes {
                Some(bytes) if bytes != found.bytes => {
                    format!("it has {} bytes instead of {bytes}", found.bytes)
                }
                _ => match self.judge(name, pin, Some(&head.etag), &path, &found)? {
                    Verdict::Good | Verdict::GoodDespitePin => return Ok(found),
                    Verdict::Bad(problem) => problem,
                    Verdict::Unverifiable => return Err(self.unverifiable(name)),
                },
            };
            let fate = match fs::remove_file(&path) {
                Ok(()) => FileFate::Deleted,
                Err(_) => FileFate::NotUsed,
            };
            if resumed {
                let reason = "the part of an earlier pull was bad; restarting from the beginning";
                self.observer.event(PullEvent::Retrying {
                    file: name.as_str(),
                    reason,
                });
                continue;
            }
            return Err(self.corrupt(name, problem, fate, client));
        }
    }

    /// Downloads until the part has all bytes; each attempt continues where the last one broke off.
    fn fill(
        &mut self,
        client: &Client,
        name: &FileName,
        bytes: Option<u64>,
        part: &mut Part,
    ) -> Result<(), HubError> {
        let file = name.as_str();
        self.observer.event(PullEvent::FileStarted {
            file,
            bytes,
            have: part.have(),
        });
        let retry = self.options.retry;
        let mut high_water = part.have();
        let mut attempt = 1;
        let mut refusals = 0;
        while bytes.is_none_or(|bytes| part.have() < bytes) {
            let error = match self.attempt(client, name, bytes, part) {
                Ok(()) => return Ok(()),
                Err(error) if is_transient(&error) => error,
                Err(error) => return Err(error),
            };
            if part.have() >= high_water + MIN_PROGRESS_BYTES {
                (attempt, refusals) = (1, 0);
            } else if attempt >= retry.attempts {
                return Err(error);
            }
            high_water = high_water.max(part.have());
            // A new address was refused, too: it may be the range that is.
            refusals += u32::from(matches!(error, HubError::StorageRefused { .. }));
            if refusals == 2 {
                part.restart()?;
            }
            let reason = error.to_string();
            self.observer.event(PullEvent::Retrying {
                file,
                reason: &reason,
            });
            std::thread::sleep(pause_after(&error, attempt, &retry));
            attempt += 1;
        }
        Ok(())
    }

    /// One request and its body. After an error that [`is_transient`] the part keeps what was received.
    fn attempt(
        &mut self,
        client: &Client,
        name: &FileName,
        bytes: Option<u64>,
        part: &mut Part,
    ) -> Result<(), HubError> {
        let url = || client.file_url(&self.id, &self.commit, name);
        let broken = |reason: String| HubError::Network { url: url(), reason };
        let mut body = match client.get(&self.id, &self.commit, name, part.have())? {
            BytesResponse::OutOfRange => {
                part.restart()?;
                return Err(broken("it cannot continue where it broke off".to_owned()));
            }
            BytesResponse::From { start, end, body } => {
                if let (Some(end), Some(bytes)) = (end, bytes)
                    && end != bytes
                {
                    let problem = format!("{end} bytes are offered instead of {bytes}");
                    return Err(self.corrupt(name, problem, FileFate::NothingKept, client));
                }
                if start != part.have() {
                    part.restart()?;
                }
                body
            }
        };
        let limit = bytes.unwrap_or(MAX_UNANNOUNCED_BYTES);
        let mut buffer = vec![0; CHUNK_BYTES];
        let waited_for = name.to_string();
        let tell = move || tracing::info!("waiting for more of {waited_for}");
        let watch = Watch::start(self.options.retry.notice, tell);
        loop {
            let read = match body.read(&mut buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(broken(printable(&error.to_string()))),
            };
            if read == 0 {
                break;
            }
            watch.hear();
            if part.have() + read as u64 > limit {
                let _ = fs::remove_file(&part.path);
                let problem = format!("it goes on after the {limit} bytes it should have");
                return Err(self.corrupt(name, problem, FileFate::Deleted, client));
            }
            part.append(&buffer[..read])?;
            let have = part.have();
            self.observer.event(PullEvent::Progress {
                file: name.as_str(),
                bytes,
                have,
            });
        }
        match bytes {
            Some(bytes) if part.have() < bytes => Err(broken(format!(
                "it ended after {} of {bytes} bytes",
                part.have()
            ))),
            _ => Ok(()),
        }
    }

    fn corrupt(
        &self,
        name: &FileName,
        problem: String,
        fate: FileFate,
        client: &Client,
    ) -> HubError {
        HubError::Corrupt {
            model: self.model.clone(),
            file: name.to_string(),
            problem,
            fate,
            endpoint: Some(client.endpoint().to_owned()),
        }
    }

    /// As [`digest::judge`]; also informs the observer if a pin of the catalogue disagrees.
    pub(super) fn judge(
        &mut self,
        name: &FileName,
        pin: Option<&Pin>,
        etag: Option<&RemoteHash>,
        path: &Path,
        found: &FileDigest,
    ) -> Result<Verdict, HubError> {
        let git_blob_id = || digest::git_blob_id(path);
        let verdict =
            digest::judge(pin, etag, found, git_blob_id).map_err(io_error("read", path))?;
        if let (Verdict::GoodDespitePin, Some(pin)) = (&verdict, pin) {
            self.observer.event(PullEvent::PinDisagrees {
                file: name.as_str(),
                pinned: &pin.to_string(),
                found: &format!("{} bytes, sha256 {}", found.bytes, found.sha256),
            });
        }
        Ok(verdict)
    }
}

/// A partial blob, hashed as it grows.
struct Part {
    path: PathBuf,
    file: File,
    running: RunningDigest,
}

impl Part {
    /// Opens what an earlier pull left, or an empty part; `done` is called with the bytes hashed so far.
    fn open(path: &Path, done: impl FnMut(u64)) -> Result<Self, HubError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = open_file_with(path, &mut options).map_err(io_error("write", path))?;
        let mut running = RunningDigest::default();
        // Leaves the file's position at its end, where the next bytes are appended.
        running
            .read(&mut file, done)
            .map_err(io_error("read", path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            running,
        })
    }

    fn have(&self) -> u64 {
        self.running.bytes()
    }

    fn restart(&mut self) -> Result<(), HubError> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        emptied.map_err(io_error("write", &self.path))?;
        self.running = RunningDigest::default();
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), HubError> {
        self.file
            .write_all(bytes)
            .map_err(io_error("write", &self.path))?;
        self.running.update(bytes);
        Ok(())
    }
}
