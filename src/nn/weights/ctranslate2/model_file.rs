//! CTranslate2's `model.bin`: the variables of a model and where their values are.
//!
//! Binary versions 2 to 6 (CTranslate2's `model_spec.py` and `model.cc`), little-endian, without
//! gaps:
//!
//! ```text
//! u32 version | string specification | u32 revision | u32 count of variables
//! variable: string name | u8 rank | u32 × rank | type | values     type, version 4 on: u8, u32 bytes
//! u32 count of aliases (version 3 on)                                   before: u8 item bytes, u32 items
//! alias: string name | string variable
//! string: u16 bytes with a final NUL
//! ```
//!
//! Nothing of the file is believed: each length is compared with the shape and with what is left of
//! the file before anything is allocated.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use half::{bf16, f16};

use crate::files::open_file;
use crate::nn::Error;
use crate::nn::weights::{io_error, unreadable};

/// The versions that are read.
const VERSIONS: std::ops::RangeInclusive<u32> = 2..=6;
/// Maximum variables, and maximum aliases. A network of 48 layers has about 2,000.
const MAX_VARIABLES: u32 = 1 << 16;
/// Maximum dimensions of a variable.
const MAX_RANK: u8 = 4;

/// What variables are called since there may be several tables of a source, and what they were before.
const EARLY_NAMES: [[&str; 2]; 2] = [
    ["encoder/embeddings_0/weight", "encoder/embeddings/weight"],
    [
        "encoder/embeddings_0/weight_scale",
        "encoder/embeddings/weight_scale",
    ],
];

/// The type of a variable's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    F32,
    I8,
    I16,
    I32,
    F16,
    Bf16,
}

impl ValueType {
    /// The type that a file of version 4 or later numbers so.
    fn numbered(id: u8) -> Option<Self> {
        let all = [
            Self::F32,
            Self::I8,
            Self::I16,
            Self::I32,
            Self::F16,
            Self::Bf16,
        ];
        all.get(usize::from(id)).copied()
    }

    /// The type of values of so many bytes, in files that state no more.
    fn of_size(bytes: u8) -> Option<Self> {
        match bytes {
            1 => Some(Self::I8),
            2 => Some(Self::I16),
            4 => Some(Self::F32),
            _ => None,
        }
    }

    /// Bytes of a value.
    pub(super) fn size(self) -> usize {
        match self {
            Self::I8 => 1,
            Self::I16 | Self::F16 | Self::Bf16 => 2,
            Self::F32 | Self::I32 => 4,
        }
    }

    pub(super) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F16 | Self::Bf16)
    }

    /// Its name, for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        }
    }

    /// The values of `bytes` as f32, appended to `numbers`.
    pub(super) fn widen(self, bytes: &[u8], numbers: &mut Vec<f32>) {
        match self {
            Self::F32 => numbers.extend(words(bytes).map(f32::from_le_bytes)),
            Self::I32 => numbers.extend(words(bytes).map(|b| i32::from_le_bytes(b) as f32)),
            Self::F16 => numbers.extend(words(bytes).map(|b| f16::from_le_bytes(b).to_f32())),
            Self::Bf16 => numbers.extend(words(bytes).map(|b| bf16::from_le_bytes(b).to_f32())),
            Self::I16 => numbers.extend(words(bytes).map(|b| f32::from(i16::from_le_bytes(b)))),
            Self::I8 => numbers.extend(bytes.iter().map(|&b| f32::from(b.cast_signed()))),
        }
    }
}

fn words<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    bytes.as_chunks::<N>().0.iter().copied()
}

/// A variable: a tensor, or a number if its shape is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: ValueType,
    /// Where its values begin in the file.
    pub(super) offset: u64,
}

impl Variable {
    /// How many values it has; their bytes are known to be in the file.
    pub(super) fn count(&self) -> usize {
        self.shape.iter().product()
    }
}

/// The variables of a `model.bin`.
#[derive(Debug)]
pub(crate) struct ModelFile {
    pub(crate) path: PathBuf,
    /// The kind of network it says it is, such as `TransformerSpec`.
    pub(crate) specification: String,
    variables: HashMap<String, Variable>,
    /// The variable that stands for another name.
    aliases: BTreeMap<String, String>,
}

impl ModelFile {
    /// Reads which variables a file has; no values are read.
    ///
    /// # Errors
    /// [`Error::Read`] if it cannot be read, [`Error::Unreadable`] if it is not such a file.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = open_file(path).map_err(|e| io_error(path, e))?;
        let length = file.metadata().map_err(|e| io_error(path, e))?.len();
        let mut header = Header {
            reader: BufReader::new(file),
            position: 0,
            length,
        };
        let read = header.read().map_err(|reason| unreadable(path, reason))?;
        let (specification, variables, mut aliases) = read;
        for [name, early] in EARLY_NAMES {
            if variables.contains_key(early) && !variables.contains_key(name) {
                let (name, early) = (name.to_owned(), early.to_owned());
                aliases.entry(name).or_insert(early);
            }
        }
        Ok(Self {
            path: path.to_owned(),
            specification,
            variables,
            aliases,
        })
    }

    /// Every name: variables and aliases.
    #[cfg(test)]
    fn names(&self) -> impl Iterator<Item = &str> {
        self.variables
            .keys()
            .chain(self.aliases.keys())
            .map(String::as_str)
    }

    /// The variable of a name, which may be an alias.
    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(self.target(name))
    }

    /// The name of the variable that `name` stands for.
    pub(crate) fn target<'a>(&'a self, name: &'a str) -> &'a str {
        self.aliases.get(name).map_or(name, String::as_str)
    }

    /// The value of a variable that is one number; `None` if there is no such variable.
    ///
    /// # Errors
    /// [`Error::Read`] if the file cannot be read.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f32>, Error> {
        match self.variable(name) {
            Some(variable) if variable.count() == 1 => {
                let mut numbers = Vec::with_capacity(1);
                self.read(&self.reopen()?, variable, 0, 1, &mut numbers)?;
                Ok(numbers.first().copied())
            }
            _ => Ok(None),
        }
    }

    /// The file, opened again to read values.
    pub(super) fn reopen(&self) -> Result<File, Error> {
        open_file(&self.path).map_err(|e| io_error(&self.path, e))
    }

    /// Appends `count` values of a variable, from value `first`, as they are, in f32.
    pub(super) fn read(
        &self,
        file: &File,
        variable: &Variable,
        first: usize,
        count: usize,
        numbers: &mut Vec<f32>,
    ) -> Result<(), Error> {
        let bytes = self.read_bytes(file, variable, first, count)?;
        variable.values.widen(&bytes, numbers);
        Ok(())
    }

    /// The bytes of `count` values of a variable, from value `first`.
    pub(super) fn read_bytes(
        &self,
        mut file: &File,
        variable: &Variable,
        first: usize,
        count: usize,
    ) -> Result<Vec<u8>, Error> {
        let size = variable.values.size();
        if first
            .checked_add(count)
            .is_none_or(|end| end > variable.count())
        {
            return Err(unreadable(&self.path, "it ends within a variable"));
        }
        let mut bytes = vec![0; count * size];
        file.seek(SeekFrom::Start(variable.offset + (first * size) as u64))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|e| io_error(&self.path, e))?;
        Ok(bytes)
    }
}

type Listed = (String, HashMap<String, Variable>, BTreeMap<String, String>);

/// Reads the file from its start, and knows how much is left.
struct Header {
    reader: BufReader<File>,
    position: u64,
    length: u64,
}

impl Header {
    fn read(&mut self) -> Result<Listed, String> {
        let version = self.u32()?;
        if !VERSIONS.contains(&version) {
            return Err(format!(
                "it is no CTranslate2 model of binary version {} to {} (it begins with {version})",
                VERSIONS.start(),
                VERSIONS.end()
            ));
        }
        let specification = self.string()?;
        let _revision = self.u32()?;
        let count = self.count("variables")?;
        let mut variables = HashMap::new();
        for _ in 0..count {
            let (name, variable) = self.variable(version)?;
            if variables.insert(name.clone(), variable).is_some() {
                return Err(format!("it has two variables `{}`", shown(&name)));
            }
        }
        let aliases = if version >= 3 {
            self.aliases(&variables)?
        } else {
            BTreeMap::new()
        };
        if self.position != self.length {
            let more = self.length - self.position;
            return Err(format!("{more} bytes follow its last variable"));
        }
        Ok((specification, variables, aliases))
    }

    fn variable(&mut self, version: u32) -> Result<(String, Variable), String> {
        let name = self.string()?;
        let shown = shown(&name);
        let rank = self.u8()?;
        if rank > MAX_RANK {
            return Err(format!("variable `{shown}` has {rank} dimensions"));
        }
        let mut shape = Vec::with_capacity(usize::from(rank));
        for _ in 0..rank {
            shape.push(self.u32()? as usize);
        }
        let kind = self.u8()?;
        let values = if version >= 4 {
            ValueType::numbered(kind)
        } else {
            ValueType::of_size(kind)
        };
        let values =
            values.ok_or_else(|| format!("variable `{shown}` has values of type {kind}"))?;
        let stated = u64::from(self.u32()?);
        let stated = if version >= 4 {
            Some(stated)
        } else {
            stated.checked_mul(values.size() as u64)
        };
        let needed = shape.iter().try_fold(values.size() as u64, |bytes, &dim| {
            bytes.checked_mul(dim as u64)
        });
        let Some(bytes) = needed.filter(|_| stated == needed) else {
            return Err(format!(
                "variable `{shown}` of shape {shape:?} states another number of bytes"
            ));
        };
        let offset = self.position;
        self.skip(bytes)
            .map_err(|_| format!("variable `{shown}` goes beyond the end of the file"))?;
        let variable = Variable {
            shape,
            values,
            offset,
        };
        Ok((name, variable))
    }

    fn aliases(
        &mut self,
        variables: &HashMap<String, Variable>,
    ) -> Result<BTreeMap<String, String>, String> {
        let count = self.count("aliases")?;
        let mut aliases = BTreeMap::new();
        for _ in 0..count {
            let (alias, target) = (self.string()?, self.string()?);
            if !variables.contains_key(&target) || variables.contains_key(&alias) {
                let (alias, target) = (shown(&alias), shown(&target));
                return Err(format!("alias `{alias}` of `{target}` cannot be"));
            }
            // The scale of an alias's values is that of its variable.
            let scale = format!("{target}_scale");
            if variables.contains_key(&scale) {
                aliases.insert(format!("{alias}_scale"), scale);
            }
            aliases.insert(alias, target);
        }
        Ok(aliases)
    }

    fn count(&mut self, what: &str) -> Result<u32, String> {
        let count = self.u32()?;
        if count > MAX_VARIABLES {
            return Err(format!("it has {count} {what}"));
        }
        Ok(count)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut bytes = [0; N];
        self.reader
            .read_exact(&mut bytes)
            .map_err(|_| String::from("it ends within its list of variables"))?;
        self.position += N as u64;
        Ok(bytes)
    }

    fn u8(&mut self) -> Result<u8, String> {
        self.take().map(u8::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.take().map(u32::from_le_bytes)
    }

    fn string(&mut self) -> Result<String, String> {
        let length = u16::from_le_bytes(self.take()?);
        let mut bytes = vec![0; usize::from(length)];
        self.reader
            .read_exact(&mut bytes)
            .map_err(|_| String::from("it ends within a name"))?;
        self.position += u64::from(length);
        if bytes.pop() != Some(0) {
            return Err(String::from("a name in it does not end with NUL"));
        }
        String::from_utf8(bytes).map_err(|_| String::from("a name in it is not UTF-8"))
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ()> {
        if self.length - self.position < bytes {
            return Err(());
        }
        let bytes = i64::try_from(bytes).map_err(|_| ())?;
        self.reader.seek_relative(bytes).map_err(|_| ())?;
        self.position += bytes.unsigned_abs();
        Ok(())
    }
}

/// A name from the file as a message shows it.
fn shown(name: &str) -> String {
    name.chars().take(80).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{model_bin, string};
    use super::*;

    /// A file of version 6 with the variables `a`, a matrix of integers, and `n`, a number.
    fn sample() -> Vec<u8> {
        model_bin(
            &[
                ("a", &[2, 3], 1, &[1, 2, 3, 255, 0, 129]),
                ("a_scale", &[2], 0, &[0; 8]),
                ("n", &[], 2, &[4, 0]),
            ],
            &[("b", "a")],
        )
    }

    fn open(bytes: &[u8]) -> Result<ModelFile, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin");
        std::fs::write(&path, bytes).unwrap();
        let opened = ModelFile::open(&path).map_err(|error| error.to_string())?;
        // While the file is there: reading it gives what it holds.
        let mut numbers = Vec::new();
        if let Some(variable) = opened.variable("b") {
            let file = opened.reopen().unwrap();
            opened.read(&file, variable, 3, 3, &mut numbers).unwrap();
            assert_eq!(numbers, [-1.0, 0.0, -127.0]);
            assert_eq!(opened.number("n").unwrap(), Some(4.0));
            assert!(opened.read(&file, variable, 4, 3, &mut numbers).is_err());
        }
        Ok(opened)
    }

    #[test]
    fn variables_and_aliases_are_found_with_their_values() {
        let file = open(&sample()).unwrap();
        assert_eq!(file.specification, "TransformerSpec");
        assert_eq!(file.variable("a").unwrap().shape, [2, 3]);
        assert_eq!(file.target("b_scale"), "a_scale");
        assert!(file.variable("c").is_none());
    }

    #[test]
    fn a_file_cut_anywhere_or_longer_is_refused() {
        let whole = sample();
        for end in 0..whole.len() {
            assert!(open(&whole[..end]).is_err(), "{end}");
        }
        let longer = [&whole[..], &[0]].concat();
        assert!(open(&longer).unwrap_err().contains("1 bytes follow"));
    }

    #[test]
    fn no_altered_length_or_count_is_believed() {
        let whole = sample();
        for at in 0..whole.len() {
            for value in [0xff, 0x7f, 0x80, whole[at] ^ 1] {
                let mut altered = whole.clone();
                altered[at] = value;
                // Refused, or read as something else that is within the file.
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("model.bin");
                std::fs::write(&path, &altered).unwrap();
                let Ok(file) = ModelFile::open(&path) else {
                    continue;
                };
                for name in file.names() {
                    let variable = file.variable(name).unwrap();
                    let end = variable.offset + (variable.count() * variable.values.size()) as u64;
                    assert!(end <= altered.len() as u64);
                }
            }
        }
    }

    #[test]
    fn versions_two_and_three_state_sizes_of_values() {
        let mut bytes = 2_u32.to_le_bytes().to_vec();
        bytes.extend(string("TransformerSpec"));
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(string("a"));
        bytes.extend([2, 2, 0, 0, 0, 3, 0, 0, 0, 1]);
        bytes.extend(6_u32.to_le_bytes());
        bytes.extend([1, 2, 3, 4, 5, 6]);
        let file = open(&bytes).unwrap();
        assert_eq!(file.variable("a").unwrap().values, ValueType::I8);
    }
}
