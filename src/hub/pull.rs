//! The transfer of one file, from the hub into the cache.
//!
//! Bytes grow in `blobs/<etag>.part` and are hashed as they come; only a file that is whole and is
//! what it should be gets its name. So a crash, a cut connection or a false server leaves at most a
//! part, which the next pull continues.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::digest::{self, CHUNK, Fingerprint, Pin, RemoteHash, Running, Verdict};
use super::error::{FileFate, HubError, io_error, printable};
use super::http::{Answer, Bytes, Client, Head, may_pass};
use super::observer::PullEvent;
use super::session::{Found, Session};
use super::{cache::CachedFile, lock};
use crate::catalogue::FileName;

/// Progress that makes a broken-off attempt count as none: whoever dribbles less is given up.
const WORTHWHILE: u64 = 1 << 20;
/// What is read at most of a file whose size nobody states.
const MAX_UNANNOUNCED_BYTES: u64 = 64 << 20;

impl Session<'_> {
    /// Downloads a file, verifies it and links it into the snapshot.
    pub(super) fn pull(
        &mut self,
        name: &FileName,
        pin: Option<&Pin>,
        optional: bool,
    ) -> Result<Found, HubError> {
        let client = self.client()?;
        let head = match client.head(&self.id, &self.commit, name)? {
            Answer::File(head) => head,
            Answer::NoFile { stated, .. } if optional => {
                if stated {
                    self.note_absent(name);
                }
                return Ok(Found::Absent);
            }
            Answer::NoFile { error, .. } => return Err(error),
        };
        self.refuse_contradiction(&client, name, pin, &head)?;
        let hash_is_known = pin.is_some_and(|pin| pin.sha256.is_some());
        if !hash_is_known && matches!(head.word, RemoteHash::Opaque(_)) {
            return Err(self.unverifiable(name));
        }
        self.say_licence();

        let observer = &mut *self.observer;
        let waiting = || {
            observer.event(PullEvent::Waiting {
                file: name.as_str(),
            })
        };
        let _lock = lock::acquire(&self.repo.lock(&head.word), waiting)?;
        let blobs = self.repo.blobs();
        fs::create_dir_all(&blobs).map_err(io_error("create", &blobs))?;

        let blob = self.repo.blob(&head.word);
        if blob.is_file() {
            // Another snapshot has it, or another process brought it while this one waited.
            self.link(&head, name)?;
            if self.cached(name, pin)? {
                return Ok(Found::There);
            }
        }
        let is = self.transfer(&client, name, pin, &head)?;
        fs::rename(self.repo.part(&head.word), &blob).map_err(io_error("write", &blob))?;
        self.link(&head, name)?;
        if let Some(CachedFile { content, .. }) = self.repo.find(&self.commit, name) {
            self.ledger.record(&content, &self.commit, name, &is);
        }
        self.observer.event(PullEvent::FileDone {
            file: name.as_str(),
        });
        Ok(Found::There)
    }

    fn link(&self, head: &Head, name: &FileName) -> Result<(), HubError> {
        let pointer = self.repo.pointer(&self.commit, name);
        self.repo
            .link(&head.word, &self.commit, name)
            .map_err(io_error("link", &pointer))
    }

    /// Downloads nothing where the announcement already contradicts what the file must be.
    fn refuse_contradiction(
        &self,
        client: &Client,
        name: &FileName,
        pin: Option<&Pin>,
        head: &Head,
    ) -> Result<(), HubError> {
        let Some(pin) = pin.filter(|pin| pin.contradicts(&head.word, head.bytes)) else {
            return Ok(());
        };
        let size = head.bytes.map_or("an unknown size".to_owned(), |bytes| {
            format!("{bytes} bytes")
        });
        Err(HubError::Disagrees {
            endpoint: client.endpoint().to_owned(),
            model: self.model.clone(),
            file: name.to_string(),
            found: format!("{size}, etag {}", head.word.blob_name()),
            pinned: format!("{pin} ({})", pin.source),
        })
    }

    /// Fills the part until it is whole, then judges it. A part that an interrupted pull left, and
    /// that leads to a bad file, is thrown away and the file begun anew, once.
    fn transfer(
        &mut self,
        client: &Client,
        name: &FileName,
        pin: Option<&Pin>,
        head: &Head,
    ) -> Result<Fingerprint, HubError> {
        let path = self.repo.part(&head.word);
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

            let is = part.running.finish();
            let problem = match bytes {
                Some(bytes) if bytes != is.bytes => {
                    format!("it has {} bytes instead of {bytes}", is.bytes)
                }
                _ => match self.judge(name, pin, Some(&head.word), &path, &is)? {
                    Verdict::Good | Verdict::GoodDespitePin => return Ok(is),
                    Verdict::Bad(problem) => problem,
                    Verdict::Unverifiable => return Err(self.unverifiable(name)),
                },
            };
            let fate = match fs::remove_file(&path) {
                Ok(()) => FileFate::Deleted,
                Err(_) => FileFate::NotUsed,
            };
            if resumed {
                let reason = "the part of an earlier pull was bad; beginning anew";
                self.observer.event(PullEvent::Retrying {
                    file: name.as_str(),
                    reason,
                });
                continue;
            }
            return Err(self.corrupt(name, problem, fate, client));
        }
    }

    /// Downloads until the part has all bytes, going on where an attempt broke off.
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
        let patience = self.options.patience;
        let mut high_water = part.have();
        let mut attempt = 1;
        while bytes.is_none_or(|bytes| part.have() < bytes) {
            let error = match self.attempt(client, name, bytes, part) {
                Ok(()) => return Ok(()),
                Err(error) if may_pass(&error) => error,
                Err(error) => return Err(error),
            };
            if part.have() >= high_water + WORTHWHILE {
                attempt = 1;
            } else if attempt >= patience.attempts {
                return Err(error);
            }
            high_water = high_water.max(part.have());
            let reason = error.to_string();
            self.observer.event(PullEvent::Retrying {
                file,
                reason: &reason,
            });
            std::thread::sleep(patience.before(attempt));
            attempt += 1;
        }
        Ok(())
    }

    /// One request and its body. An error that [`may_pass`] leaves the part as far as it came.
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
            Bytes::OutOfRange => {
                part.restart()?;
                return Err(broken("it cannot go on where it broke off".to_owned()));
            }
            Bytes::From { start, end, body } => {
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
        let mut buffer = vec![0; CHUNK];
        loop {
            let read = match body.read(&mut buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(broken(printable(&error.to_string()))),
            };
            if read == 0 {
                break;
            }
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

    /// [`digest::judge`], with a word to the observer where a pin of the catalogue is off.
    pub(super) fn judge(
        &mut self,
        name: &FileName,
        pin: Option<&Pin>,
        word: Option<&RemoteHash>,
        path: &Path,
        is: &Fingerprint,
    ) -> Result<Verdict, HubError> {
        let git_blob_id = || digest::git_blob_id(path);
        let verdict = digest::judge(pin, word, is, git_blob_id).map_err(io_error("read", path))?;
        if let (Verdict::GoodDespitePin, Some(pin)) = (&verdict, pin) {
            self.observer.event(PullEvent::PinDisagrees {
                file: name.as_str(),
                pinned: &pin.to_string(),
                found: &format!("{} bytes, sha256 {}", is.bytes, is.sha256),
            });
        }
        Ok(verdict)
    }
}

/// A blob in the making, hashed as it grows.
struct Part {
    path: PathBuf,
    file: File,
    running: Running,
}

impl Part {
    /// Opens what an earlier pull left, telling how far it is read, or an empty part.
    fn open(path: &Path, done: impl FnMut(u64)) -> Result<Self, HubError> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(io_error("write", path))?;
        let mut running = Running::default();
        // Leaves the file's position at its end, where the next bytes belong.
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
        self.running = Running::default();
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
