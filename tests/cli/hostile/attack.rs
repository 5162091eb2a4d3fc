//! What an attack is: bytes made to do harm, how the program gets them, and what has to become of
//! them.

use std::path::Path;

/// One attack.
pub struct Attack {
    /// Unique. A file of an attack is called so, and the ids of its articles begin with it.
    pub name: String,
    pub given: Given,
    /// What has to become of its articles, by their ids.
    pub expected: Vec<(String, Fate)>,
    /// What may become of further articles of it.
    pub others: Others,
    /// Whether it is only read: translating it would take long, and is no attack.
    pub is_only_read: bool,
    /// Whether it is quick enough for every run of the tests.
    pub is_quick: bool,
}

/// What may become of articles that an attack does not name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// There are none.
    None,
    /// They fail. How many there are depends on a limit.
    Fail,
    /// They are translated, or fail.
    Any,
}

/// Makes the bytes of an attack.
type Make = Box<dyn Fn() -> Vec<u8> + Send + Sync>;
/// Changes a folder, or makes something at a path.
type Change = Box<dyn Fn(&Path) + Send + Sync>;

/// How the program gets an attack.
pub enum Given {
    /// A file of a folder, between sound articles.
    File(Make),
    /// Something else at a path of such a folder.
    Entry(Change),
    /// Lines for the worker, between sound records.
    Stream(Make),
    /// A change to the folder of the translation model.
    Model(Change),
}

/// What becomes of an article.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It is translated.
    Read,
    /// It fails, and this is a part of the message.
    Fails(&'static str),
    /// It is translated, or fails by its name.
    ReadOrFails,
}

impl Fate {
    /// Whether it is this: to be translated, or to fail with a message.
    pub fn is(&self, failure: Option<&str>) -> bool {
        match (self, failure) {
            (Self::ReadOrFails, _) | (Self::Read, None) => true,
            (Self::Fails(part), Some(message)) => message.contains(part),
            (Self::Read, Some(_)) | (Self::Fails(_), None) => false,
        }
    }
}

impl Attack {
    fn new(name: impl Into<String>, given: Given) -> Self {
        Self {
            name: name.into(),
            given,
            expected: Vec::new(),
            others: Others::None,
            is_only_read: false,
            is_quick: false,
        }
    }

    /// A file of that name.
    pub fn file<B: Into<Vec<u8>>>(
        name: impl Into<String>,
        make: impl Fn() -> B + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, Given::File(Box::new(move || make().into())))
    }

    /// What `make` puts at the path that it is given.
    pub fn entry(name: impl Into<String>, make: impl Fn(&Path) + Send + Sync + 'static) -> Self {
        Self::new(name, Given::Entry(Box::new(make)))
    }

    /// Lines for the worker.
    pub fn stream<B: Into<Vec<u8>>>(
        name: impl Into<String>,
        make: impl Fn() -> B + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, Given::Stream(Box::new(move || make().into())))
    }

    /// A copy of a model's folder, changed.
    pub fn model(name: impl Into<String>, change: impl Fn(&Path) + Send + Sync + 'static) -> Self {
        Self::new(name, Given::Model(Box::new(change)))
    }

    fn expect(mut self, id: &str, fate: Fate) -> Self {
        self.expected.push((format!("{}{id}", self.name), fate));
        self
    }

    /// It is translated.
    pub fn read(self) -> Self {
        self.expect("", Fate::Read)
    }

    /// It fails with a message of which this is a part.
    pub fn fails(self, part: &'static str) -> Self {
        self.fails_at("", part)
    }

    /// It is translated, or fails by its name.
    pub fn survived(self) -> Self {
        self.expect("", Fate::ReadOrFails)
    }

    /// The article is translated whose id is the attack's name and this after it: `/a.txt` of an
    /// archive, `:3` of a table.
    pub fn read_at(self, id: &str) -> Self {
        self.expect(id, Fate::Read)
    }

    /// As [`Self::read_at`], for one that fails.
    pub fn fails_at(self, id: &str, part: &'static str) -> Self {
        self.expect(id, Fate::Fails(part))
    }

    /// As [`Self::read_at`], for one that may fail.
    pub fn survived_at(self, id: &str) -> Self {
        self.expect(id, Fate::ReadOrFails)
    }

    /// The article with this id is translated.
    pub fn read_as(mut self, id: &str) -> Self {
        self.expected.push((id.to_owned(), Fate::Read));
        self
    }

    /// The article with this id fails.
    pub fn fails_as(mut self, id: &str, part: &'static str) -> Self {
        self.expected.push((id.to_owned(), Fate::Fails(part)));
        self
    }

    /// So many records are translated.
    pub fn all_read(self, count: usize) -> Self {
        self.and_read(1..=count)
    }

    /// So many records fail.
    pub fn all_fail(self, count: usize) -> Self {
        (1..=count).fold(self, |attack, n| attack.fails_at(&format!(":{n}"), ""))
    }

    /// Its records with these numbers are translated.
    pub fn and_read(self, records: impl IntoIterator<Item = usize>) -> Self {
        let records = records.into_iter();
        records.fold(self, |attack, n| attack.read_at(&format!(":{n}")))
    }

    /// More of its articles fail.
    pub fn and_more(self) -> Self {
        Self {
            others: Others::Fail,
            ..self
        }
    }

    /// Its articles are translated or fail, as it happens.
    pub fn any(self) -> Self {
        Self {
            others: Others::Any,
            ..self
        }
    }

    /// It is read and not translated.
    pub fn only_read(self) -> Self {
        Self {
            is_only_read: true,
            ..self
        }
    }

    /// It is tried whenever the tests are run.
    pub fn quick(self) -> Self {
        Self {
            is_quick: true,
            ..self
        }
    }
}
