//! The tensors that a checkpoint's pickle lists.

use candle_core::{DType, Layout, Shape};

use super::machine::{Heap, Id, PickleError, Value, read};

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
    /// The file of its values in the checkpoint's archive.
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
}

/// The tensors of a pickle, in its order; values that are no tensors are left out. A name may occur
/// twice; the later tensor counts.
///
/// # Errors
/// If it is no pickle of a dictionary, or describes a tensor otherwise than PyTorch does.
pub(super) fn tensors(pickle: &[u8]) -> Result<Vec<Listed<'_>>, ListingError> {
    let (heap, root) = read(pickle)?;
    let Value::Dict(items) = heap.get(root) else {
        return Err(ListingError::NoDict);
    };
    let mut tensors = Vec::new();
    for &(name, value) in items {
        let &Value::Text(name) = heap.get(name) else {
            continue;
        };
        // Each use of a name copies it, and a pickle can use one a million times.
        if name.len() > MAX_NAME_BYTES {
            return Err(ListingError::Name(name.len()));
        }
        match heap.arguments(value) {
            Ok(None) => {}
            Ok(Some(arguments)) => tensors.push(
                heap.listed(name, arguments)
                    .ok_or_else(|| ListingError::Tensor(name.to_owned()))?,
            ),
            Err(Malformed) => return Err(ListingError::Tensor(name.to_owned())),
        }
    }
    Ok(tensors)
}

struct Malformed;

impl<'a> Heap<'a> {
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

    /// Of (storage, offset, size, stride, requires_grad, hooks, …), where the storage is ("storage",
    /// class, key, location, count).
    fn listed(&self, name: &'a str, arguments: &[Id]) -> Option<Listed<'a>> {
        let &[storage, offset, size, stride, ..] = arguments else {
            return None;
        };
        let &Value::Stored(storage) = self.get(storage) else {
            return None;
        };
        let &[_, class, key, ..] = self.tuple(storage)? else {
            return None;
        };
        let (_, class) = self.global(class)?;
        let &Value::Text(storage) = self.get(key) else {
            return None;
        };
        if storage.len() > MAX_NAME_BYTES {
            return None;
        }
        let &Value::Int(offset) = self.get(offset) else {
            return None;
        };
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
            offset: u64::try_from(offset).ok()?,
        })
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
