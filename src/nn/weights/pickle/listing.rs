//! The tensors that a checkpoint's pickle lists.

use std::collections::HashMap;

use candle_core::{DType, Layout, Shape};

use super::machine::{Built, Heap, Id, PickleError, Value, read};

/// The most dimensions of a tensor.
const MAX_DIMENSIONS: usize = 8;

/// Maximum bytes of a tensor's name, and of its storage's; real ones have less than a hundred.
const MAX_NAME_BYTES: usize = 1 << 10;

/// A tensor, and where its values are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Listed<'a> {
    pub name: &'a str,
    /// The type of its values, or the name of their storage's class if it is none of floating-point
    /// numbers.
    pub dtype: Result<DType, &'a str>,
    /// The key of the storage that has its values.
    pub storage: &'a str,
    pub order: Order,
    pub shape: Vec<usize>,
    /// Values before its first in the storage.
    pub offset: u64,
}

/// In which order a tensor's values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The last dimension without gaps: as networks are computed.
    Rows,
    /// The first dimension without gaps: a transposed view.
    Columns,
    /// A view with gaps.
    Other,
}

/// Why no tensors are listed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ListingError {
    #[error("its pickle is malformed: {0}")]
    Pickle(#[from] PickleError),
    #[error("its pickle is not a list of tensors by name")]
    NoDict,
    #[error("its pickle has a name of {0} bytes")]
    Name(usize),
    #[error("its pickle describes tensor `{0}` wrongly")]
    Tensor(String),
    #[error("its pickle describes a storage wrongly")]
    Storage,
}

/// The keys of a training checkpoint beside which optimizers and counters are.
const WRAPPERS: [&str; 3] = ["state_dict", "model", "model_state_dict"];

/// The values that tensors are views of, by what a pickle says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Storage<'a> {
    /// The class of its values, such as `FloatStorage`.
    pub class: &'a str,
    /// How many there are.
    pub count: u64,
}

/// A pickle of tensors by name.
pub(super) struct List<'a>(Built<'a>);

impl<'a> List<'a> {
    /// # Errors
    /// If it is no pickle.
    pub(super) fn read(pickle: &'a [u8]) -> Result<Self, PickleError> {
        read(pickle).map(Self)
    }

    /// The bytes behind the pickle.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.0.rest
    }

    /// The tensors, in the pickle's order; values that are no tensors are left out. A name may occur
    /// twice; the later tensor counts.
    ///
    /// # Errors
    /// If it is no pickle of a dictionary, or describes a tensor otherwise than PyTorch does.
    pub(super) fn tensors(&self) -> Result<Vec<Listed<'a>>, ListingError> {
        let heap = &self.0.heap;
        let Value::Dict(items) = heap.get(self.0.root) else {
            return Err(ListingError::NoDict);
        };
        let tensors = heap.tensors(items)?;
        if !tensors.is_empty() {
            return Ok(tensors);
        }
        for key in WRAPPERS {
            let is_key = |&&(name, _): &&(Id, Id)| heap.get(name) == &Value::Text(key);
            if let Some(&(_, wrapped)) = items.iter().rfind(is_key)
                && let Value::Dict(items) = heap.get(wrapped)
            {
                return heap.tensors(items);
            }
        }
        Ok(tensors)
    }

    /// Every storage that the pickle refers to, by its key.
    ///
    /// # Errors
    /// If one is described otherwise than PyTorch does, or twice and differently.
    pub(super) fn storages(&self) -> Result<HashMap<&'a str, Storage<'a>>, ListingError> {
        let heap = &self.0.heap;
        let mut storages = HashMap::new();
        for value in heap.values() {
            let &Value::Stored(id) = value else {
                continue;
            };
            let (key, storage) = heap.storage(id).ok_or(ListingError::Storage)?;
            let known = storages.insert(key, storage);
            if known.is_some_and(|known| known != storage) {
                return Err(ListingError::Storage);
            }
        }
        Ok(storages)
    }
}

struct Malformed;

impl<'a> Heap<'a> {
    /// The tensors of a dictionary.
    fn tensors(&self, items: &[(Id, Id)]) -> Result<Vec<Listed<'a>>, ListingError> {
        let mut tensors = Vec::new();
        for &(name, value) in items {
            let &Value::Text(name) = self.get(name) else {
                continue;
            };
            // Each use of a name copies it, and a pickle can use one a million times.
            if name.len() > MAX_NAME_BYTES {
                return Err(ListingError::Name(name.len()));
            }
            match self.arguments(value) {
                Ok(None) => {}
                Ok(Some(arguments)) => tensors.push(
                    self.listed(name, arguments)
                        .ok_or_else(|| ListingError::Tensor(name.to_owned()))?,
                ),
                Err(Malformed) => return Err(ListingError::Tensor(name.to_owned())),
            }
        }
        Ok(tensors)
    }

    /// The arguments of the function that rebuilds a tensor; `None` if the value is no tensor.
    fn arguments(&self, value: Id) -> Result<Option<&[Id]>, Malformed> {
        let Some((function, arguments)) = self.call(value) else {
            return Ok(None);
        };
        let (function, arguments) = match function {
            // (data, requires_grad, hooks)
            ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state") => {
                let data = arguments.first().ok_or(Malformed)?;
                self.call(*data).ok_or(Malformed)?
            }
            // (function, class, arguments, state)
            ("torch._tensor", "_rebuild_from_type_v2") => {
                let &[function, _, arguments, _] = arguments else {
                    return Err(Malformed);
                };
                let function = self.global(function).ok_or(Malformed)?;
                (function, self.tuple(arguments).ok_or(Malformed)?)
            }
            function => (function, arguments),
        };
        Ok((function == ("torch._utils", "_rebuild_tensor_v2")).then_some(arguments))
    }

    /// Of (storage, offset, size, stride, requires_grad, hooks, …).
    fn listed(&self, name: &'a str, arguments: &[Id]) -> Option<Listed<'a>> {
        let &[stored, offset, size, stride, ..] = arguments else {
            return None;
        };
        let &Value::Stored(stored) = self.get(stored) else {
            return None;
        };
        let (storage, Storage { class, .. }) = self.storage(stored)?;
        let offset = self.count(offset)?.checked_add(self.view_offset(stored)?)?;
        let (shape, strides) = (self.sizes(size)?, self.sizes(stride)?);
        // The order of values is found by multiplying dimensions, also beside one of zero.
        shape
            .iter()
            .try_fold(1_usize, |product, &size| product.checked_mul(size.max(1)))?;
        let order = order(&shape, strides)?;
        Some(Listed {
            name,
            dtype: dtype(class),
            storage,
            order,
            shape,
            offset,
        })
    }

    /// Key and kind of a storage, of ("storage", class, key, location, count, …).
    fn storage(&self, description: Id) -> Option<(&'a str, Storage<'a>)> {
        let &[_, class, key, _, count, ..] = self.tuple(description)? else {
            return None;
        };
        let (_, class) = self.global(class)?;
        let &Value::Text(key) = self.get(key) else {
            return None;
        };
        let count = self.count(count)?;
        (key.len() <= MAX_NAME_BYTES).then_some((key, Storage { class, count }))
    }

    /// Values before those of a storage that is a part of another: behind its count, PyTorch before 1.6
    /// writes `None` or (key, offset, count).
    fn view_offset(&self, description: Id) -> Option<u64> {
        let &[_, _, _, _, _, view, ..] = self.tuple(description)? else {
            return Some(0);
        };
        match self.tuple(view) {
            None => Some(0),
            Some(&[_, offset, ..]) => self.count(offset),
            Some(_) => None,
        }
    }

    fn count(&self, id: Id) -> Option<u64> {
        match self.get(id) {
            &Value::Int(count) => u64::try_from(count).ok(),
            _ => None,
        }
    }

    fn call(&self, value: Id) -> Option<((&'a str, &'a str), &[Id])> {
        let &Value::Call {
            function,
            arguments,
        } = self.get(value)
        else {
            return None;
        };
        Some((self.global(function)?, self.tuple(arguments)?))
    }

    fn global(&self, id: Id) -> Option<(&'a str, &'a str)> {
        match self.get(id) {
            &Value::Global(module, name) => Some((module, name)),
            _ => None,
        }
    }

    fn tuple(&self, id: Id) -> Option<&[Id]> {
        match self.get(id) {
            Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    fn sizes(&self, id: Id) -> Option<Vec<usize>> {
        let items = self.tuple(id)?;
        if items.len() > MAX_DIMENSIONS {
            return None;
        }
        let size = |&item: &Id| match self.get(item) {
            &Value::Int(size) => usize::try_from(size).ok(),
            _ => None,
        };
        items.iter().map(size).collect()
    }
}

fn order(shape: &[usize], strides: Vec<usize>) -> Option<Order> {
    if shape.len() != strides.len() {
        return None;
    }
    let layout = Layout::new(Shape::from(shape), strides, 0);
    Some(if layout.is_contiguous() {
        Order::Rows
    } else if layout.is_fortran_contiguous() {
        Order::Columns
    } else {
        Order::Other
    })
}

/// Bytes of a value of a storage; `None` for a class that is not known.
pub(super) fn value_bytes(class: &str) -> Option<u64> {
    Some(match class {
        "ComplexDoubleStorage" => 16,
        "DoubleStorage" | "LongStorage" | "ComplexFloatStorage" => 8,
        "FloatStorage" | "IntStorage" | "QInt32Storage" => 4,
        "HalfStorage" | "BFloat16Storage" | "ShortStorage" => 2,
        "ByteStorage" | "CharStorage" | "BoolStorage" | "QInt8Storage" | "QUInt8Storage"
        | "UntypedStorage" => 1,
        _ => return None,
    })
}

fn dtype(class: &str) -> Result<DType, &str> {
    Ok(match class {
        "FloatStorage" => DType::F32,
        "DoubleStorage" => DType::F64,
        "HalfStorage" => DType::F16,
        "BFloat16Storage" => DType::BF16,
        other => return Err(other.strip_suffix("Storage").unwrap_or(other)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensors(pickle: &[u8]) -> Result<Vec<Listed<'_>>, ListingError> {
        List::read(pickle)?.tensors()
    }

    /// A dictionary with the tensor `a`, whose pieces are instructions.
    fn pickle(storage: &[u8], size: &[u8], stride: &[u8]) -> Vec<u8> {
        let parts: [&[u8]; 8] = [
            b"\x80\x02}X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n(",
            b"(X\x07\x00\x00\x00storagectorch\n",
            storage,
            b"\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x06tQK\x02",
            size,
            stride,
            b"\x89ccollections\nOrderedDict\n)Rt",
            b"Rs.",
        ];
        parts.concat()
    }

    #[test]
    fn a_tensor_is_listed_with_its_type_its_shape_and_its_place() {
        let of = |class: &[u8], stride: &[u8]| {
            let pickle = pickle(class, b"K\x02K\x03\x86", stride);
            let listed = tensors(&pickle).unwrap();
            let [listed] = listed.as_slice() else {
                panic!("{listed:?}")
            };
            assert_eq!((listed.name, listed.storage, listed.offset), ("a", "0", 2));
            assert_eq!(listed.shape, [2, 3]);
            (listed.dtype.map_err(str::to_owned), listed.order)
        };
        let rows = b"K\x03K\x01\x86";
        assert_eq!(of(b"HalfStorage", rows), (Ok(DType::F16), Order::Rows));
        let columns = b"K\x01K\x02\x86";
        assert_eq!(
            of(b"FloatStorage", columns),
            (Ok(DType::F32), Order::Columns)
        );
        let gaps = b"K\x05K\x02\x86";
        assert_eq!(of(b"LongStorage", gaps), (Err("Long".into()), Order::Other));
    }

    #[test]
    fn tensors_that_are_described_wrongly_are_named() {
        let wrong = |pickle: &[u8]| {
            let error = tensors(pickle).unwrap_err();
            assert_eq!(error, ListingError::Tensor("a".into()));
        };
        let strides = b"K\x03K\x01\x86";
        wrong(&pickle(b"FloatStorage", b"K\x06\x85", strides));
        wrong(&pickle(
            b"FloatStorage",
            b"J\xff\xff\xff\xffK\x01\x86",
            strides,
        ));
        wrong(&pickle(b"FloatStorage", b"N", strides));
        // Nine dimensions, and a product beyond 64 bits.
        wrong(&pickle(
            b"FloatStorage",
            b"(K\x01K\x01K\x01K\x01K\x01K\x01K\x01K\x01K\x01t",
            strides,
        ));
        let huge = b"\x8a\x07\x00\x00\x00\x00\x00\x00\x7f";
        let size = [&huge[..], huge, b"\x86"].concat();
        wrong(&pickle(b"FloatStorage", &size, strides));
    }

    #[test]
    fn a_name_that_each_use_would_copy_is_bounded() {
        let name = |bytes: usize| {
            let length = (bytes as u32).to_le_bytes();
            [b"}X", &length[..], &vec![b'a'; bytes], b"K\x01s."].concat()
        };
        let (longest, longer) = (name(MAX_NAME_BYTES), name(MAX_NAME_BYTES + 1));
        assert_eq!(tensors(&longest), Ok(Vec::new()));
        let error = ListingError::Name(MAX_NAME_BYTES + 1);
        assert_eq!(tensors(&longer), Err(error));
    }

    #[test]
    fn what_is_no_dictionary_of_tensors_lists_none() {
        assert_eq!(tensors(b"K\x01."), Err(ListingError::NoDict));
        assert_eq!(tensors(b"}."), Ok(Vec::new()));
        assert_eq!(tensors(b"}X\x01\x00\x00\x00aK\x01s."), Ok(Vec::new()));
        let other = b"}X\x01\x00\x00\x00acos\nsystem\nX\x02\x00\x00\x00ls\x85Rs.";
        assert_eq!(tensors(other), Ok(Vec::new()));
    }
}
