//! What there is to do about each record, by what the journal knows of it.

use super::journal::{Known, Past};
use super::key::{Key, key, shortened};
use super::places::Places;
use super::record::{Fault, FaultKind, Record};
use super::run::Run;
use super::store::{Store, data_length};
use super::windows::{Again, Job, Task};

/// Decides what there is to do about each record.
pub(super) struct Reader<'a> {
    run: &'a Run,
    past: &'a Past,
    /// Bytes of what ranges lie in.
    data: u64,
    places: Places,
}

impl<'a> Reader<'a> {
    /// `places` are those of the past.
    pub(super) fn new(run: &'a Run, past: &'a Past, places: Places) -> Self {
        Self {
            run,
            past,
            data: data_length(&run.target, past.data),
            places,
        }
    }

    pub(super) fn job(&mut self, record: Result<Record, Fault>) -> Job {
        let record = match record {
            Ok(record) => record,
            Err(fault) => return self.failed(fault, &[], 0),
        };
        let place = match self.places.place(&self.run.target, &record.id) {
            Ok(place) => place,
            Err(asked) => {
                let message = "another article before it has this id; \
                               give one of them another name, or translate them apart";
                let fault = Fault::new(&record.id, FaultKind::Refused, message);
                return self.failed(fault, &asked.to_le_bytes(), record.size());
            }
        };
        let (id, bytes) = (record.id.clone(), record.size());
        let input = shortened(&record.digest());
        let (task, again) = self.task(record, input, &place);
        Job {
            id,
            key: None,
            input,
            place,
            bytes,
            task,
            again,
        }
    }

    /// What failed before it was an article. It has a key of its own, so that it is not taken for an
    /// article with its id; `more` tells it from others like it.
    fn failed(&self, fault: Fault, more: &[u8], bytes: usize) -> Job {
        let id = fault.id.clone().unwrap_or_default();
        let said = [id.as_str(), fault.kind.name(), &fault.message].join("\0");
        let own = key(&[said.as_bytes(), b"\0", more].concat());
        let known = self.known(&own).filter(|known| known.failed);
        let task = match known {
            Some(known) if !self.run.retry_failed => Task::Known {
                entry: known.entry,
                failed: true,
            },
            _ => Task::Fail(fault),
        };
        Job {
            id,
            key: Some(own),
            input: own,
            place: String::new(),
            bytes,
            task,
            again: None,
        }
    }

    fn known(&self, key: &Key) -> Option<&Known> {
        let past = &self.past.articles;
        past.get(key).filter(|_| !self.run.overwrite)
    }

    fn task(&self, record: Record, input: Key, place: &str) -> (Task, Option<Again>) {
        let mut again = None;
        if let Some(known) = self.known(&key(record.id.as_bytes())) {
            let there = if known.failed {
                !self.run.retry_failed
            } else {
                Store::holds(&self.run.target, place, known, self.data)
            };
            again = match known {
                _ if known.input != input => Some(Again::OtherInput),
                _ if known.fingerprint != self.run.fingerprint => Some(Again::OtherOptions),
                _ if there => {
                    let task = Task::Known {
                        entry: known.entry,
                        failed: known.failed,
                    };
                    return (task, None);
                }
                _ => None,
            };
        }
        let id = record.id.clone();
        let task = match record.prepare(&self.run.read, self.run.language.as_deref()) {
            Ok(prepared) => Task::Translate(Box::new(prepared)),
            Err(error) => Task::Fail(Fault::of(id, FaultKind::Article, error)),
        };
        (task, again)
    }
}
