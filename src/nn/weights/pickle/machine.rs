//! What a pickle builds, without running anything of it.
//!
//! Policy: a pickle is a program, and a stranger's. Of its instructions only those that lists of tensors
//! take are known; classes and functions are names, and a call is a note of what was to be called. Values
//! are kept once and referred to by number, so that a memo copies nothing and nothing recurses; what a
//! pickle may build is bounded, and nothing is allocated for a length that is only announced.

use std::collections::HashMap;

/// The most values that a pickle may build. A tensor takes some thirty; the largest published models have
/// a few thousand tensors in a file.
pub(super) const MAX_VALUES: usize = 1 << 20;

/// Refers to a value of a [`Heap`].
pub(super) type Id = usize;

/// A value; texts are those of the pickle.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// A fraction, bytes, or whatever else no list of tensors needs.
    Other,
    Truth(bool),
    Int(i64),
    Text(&'a str),
    /// A class or function, by module and name.
    Global(&'a str, &'a str),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    /// What a function or class would have made of its arguments.
    Call {
        function: Id,
        arguments: Id,
    },
    /// What is kept outside the pickle, by its description.
    Stored(Id),
}

/// Why a pickle is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PickleError {
    #[error("it ends within an instruction")]
    Cut,
    #[error("instruction 0x{0:02x} is not one that checkpoints take")]
    Instruction(u8),
    #[error("an instruction lacks its operands")]
    NoOperand,
    #[error("an instruction is applied to a value of another kind")]
    OtherKind,
    #[error("a text is not UTF-8")]
    NotUtf8,
    #[error("it refers to a value that it has not memorised")]
    NotMemorised,
    #[error("it builds more than {MAX_VALUES} values")]
    TooMany,
}

/// The values that a pickle built.
#[derive(Debug, Default)]
pub(super) struct Heap<'a>(Vec<Value<'a>>);

impl<'a> Heap<'a> {
    pub(super) fn get(&self, id: Id) -> &Value<'a> {
        self.0.get(id).unwrap_or(&Value::Other)
    }

    /// Every value, also those that the pickle's own does not refer to.
    pub(super) fn values(&self) -> &[Value<'a>] {
        &self.0
    }

    fn add(&mut self, value: Value<'a>) -> Result<Id, PickleError> {
        if self.0.len() >= MAX_VALUES {
            return Err(PickleError::TooMany);
        }
        self.0.push(value);
        Ok(self.0.len() - 1)
    }
}

/// What a pickle built.
#[derive(Debug)]
pub(super) struct Built<'a> {
    pub heap: Heap<'a>,
    /// The value that the pickle stands for.
    pub root: Id,
    /// The bytes behind it.
    pub rest: &'a [u8],
}

/// Reads a pickle to its end.
///
/// # Errors
/// If it is cut, takes another instruction than checkpoints do, or builds too much.
pub(super) fn read(bytes: &[u8]) -> Result<Built<'_>, PickleError> {
    let mut machine = Machine {
        rest: bytes,
        ..Machine::default()
    };
    loop {
        let instruction = machine.byte()?;
        if instruction == b'.' {
            return Ok(Built {
                root: machine.pop()?,
                heap: machine.heap,
                rest: machine.rest,
            });
        }
        machine.step(instruction)?;
    }
}

#[derive(Default)]
struct Machine<'a> {
    rest: &'a [u8],
    heap: Heap<'a>,
    stack: Vec<Id>,
    /// Where in the stack groups of operands begin.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    memorised: u32,
}

impl<'a> Machine<'a> {
    /// One instruction; their names are those of Python's `pickletools`.
    fn step(&mut self, instruction: u8) -> Result<(), PickleError> {
        match instruction {
            // PROTO, FRAME: nothing that the others do not say.
            0x80 => self.take(1).map(drop),
            0x95 => self.take(8).map(drop),
            // MARK, POP, POP_MARK, DUP
            b'(' => {
                self.marks.push(self.stack.len());
                self.bounded()
            }
            b'0' => self.pop().map(drop),
            b'1' => self.operands().map(drop),
            b'2' => {
                let top = self.top()?;
                self.push_id(top)
            }
            // NONE, NEWTRUE, NEWFALSE, BINFLOAT
            b'N' => self.push(Value::Other),
            0x88 | 0x89 => self.push(Value::Truth(instruction == 0x88)),
            b'G' => {
                self.take(8)?;
                self.push(Value::Other)
            }
            // BININT, BININT1, BININT2, LONG1, LONG4
            b'J' => {
                let number = i32::from_le_bytes(self.array()?);
                self.push(Value::Int(number.into()))
            }
            b'K' => {
                let number = self.byte()?;
                self.push(Value::Int(number.into()))
            }
            b'M' => {
                let number = u16::from_le_bytes(self.array()?);
                self.push(Value::Int(number.into()))
            }
            0x8a => {
                let length = self.byte()?.into();
                self.long(length)
            }
            0x8b => {
                let length = self.length()?;
                self.long(length)
            }
            // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8, SHORT_BINSTRING, BINSTRING
            0x8c | b'U' => {
                let length = self.byte()?.into();
                self.text(length)
            }
            b'X' | b'T' => {
                let length = self.length()?;
                self.text(length)
            }
            0x8d => {
                let length = self.long_length()?;
                self.text(length)
            }
            // SHORT_BINBYTES, BINBYTES, BINBYTES8, BYTEARRAY8
            b'C' => {
                let length = self.byte()?.into();
                self.take(length)?;
                self.push(Value::Other)
            }
            b'B' => {
                let length = self.length()?;
                self.take(length)?;
                self.push(Value::Other)
            }
            0x8e | 0x96 => {
                let length = self.long_length()?;
                self.take(length)?;
                self.push(Value::Other)
            }
            // GLOBAL, STACK_GLOBAL
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.push(Value::Global(module, name))
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (self.heap.get(module), self.heap.get(name)) {
                    (&Value::Text(module), &Value::Text(name)) => {
                        self.push(Value::Global(module, name))
                    }
                    _ => Err(PickleError::OtherKind),
                }
            }
            // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
            b')' => self.push(Value::Tuple(Vec::new())),
            0x85..=0x87 => {
                let count = usize::from(instruction - 0x84);
                let from = self.stack.len().checked_sub(count);
                let from = from.filter(|&from| self.marks.last().is_none_or(|&mark| mark <= from));
                let items = self.stack.split_off(from.ok_or(PickleError::NoOperand)?);
                self.push(Value::Tuple(items))
            }
            b't' => {
                let items = self.operands()?;
                self.push(Value::Tuple(items))
            }
            // EMPTY_LIST, LIST, APPEND, APPENDS; EMPTY_SET, FROZENSET, ADDITEMS
            b']' | 0x8f => self.push(Value::List(Vec::new())),
            b'l' | 0x91 => {
                let items = self.operands()?;
                self.push(Value::List(items))
            }
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])
            }
            b'e' | 0x90 => {
                let items = self.operands()?;
                self.append(&items)
            }
            // EMPTY_DICT, DICT, SETITEM, SETITEMS
            b'}' => self.push(Value::Dict(Vec::new())),
            b'd' => {
                let items = pairs(&self.operands()?)?;
                self.push(Value::Dict(items))
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(&[key, value])
            }
            b'u' => {
                let items = self.operands()?;
                self.set(&items)
            }
            // REDUCE, NEWOBJ, NEWOBJ_EX, BUILD, BINPERSID
            b'R' | 0x81 => self.call(),
            0x92 => {
                // Arguments by name, which no list of tensors has.
                self.pop()?;
                self.call()
            }
            b'b' => {
                // Attributes of an object beside its items.
                self.pop()?;
                self.top().map(drop)
            }
            b'Q' => {
                let id = self.pop()?;
                self.push(Value::Stored(id))
            }
            // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
            b'q' => {
                let key = self.byte()?.into();
                self.memorise(key)
            }
            b'r' => {
                let key = u32::from_le_bytes(self.array()?);
                self.memorise(key)
            }
            0x94 => self.memorise(self.memorised),
            b'h' => {
                let key = self.byte()?.into();
                self.recall(key)
            }
            b'j' => {
                let key = u32::from_le_bytes(self.array()?);
                self.recall(key)
            }
            other => Err(PickleError::Instruction(other)),
        }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], PickleError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(PickleError::Cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(PickleError::Cut)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, PickleError> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    /// Of four bytes.
    fn length(&mut self) -> Result<usize, PickleError> {
        usize::try_from(u32::from_le_bytes(self.array()?)).map_err(|_| PickleError::Cut)
    }

    /// Of eight bytes.
    fn long_length(&mut self) -> Result<usize, PickleError> {
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| PickleError::Cut)
    }

    fn text(&mut self, length: usize) -> Result<(), PickleError> {
        let text = self.take(length)?;
        let text = str::from_utf8(text).map_err(|_| PickleError::NotUtf8)?;
        self.push(Value::Text(text))
    }

    fn line(&mut self) -> Result<&'a str, PickleError> {
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let line = self.take(end.ok_or(PickleError::Cut)?)?;
        self.take(1)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        str::from_utf8(line).map_err(|_| PickleError::NotUtf8)
    }

    /// A number of `length` bytes, the lowest first and signed. One beyond 64 bits is no size of
    /// anything.
    fn long(&mut self, length: usize) -> Result<(), PickleError> {
        let bytes = self.take(length)?;
        let is_negative = bytes.last().is_some_and(|&last| last >= 0x80);
        let fill = if is_negative { 0xff } else { 0 };
        let mut number = [fill; 8];
        let value = match number.get_mut(..length) {
            Some(low) => {
                low.copy_from_slice(bytes);
                Value::Int(i64::from_le_bytes(number))
            }
            None => Value::Other,
        };
        self.push(value)
    }

    fn push(&mut self, value: Value<'a>) -> Result<(), PickleError> {
        let id = self.heap.add(value)?;
        self.push_id(id)
    }

    fn push_id(&mut self, id: Id) -> Result<(), PickleError> {
        self.stack.push(id);
        self.bounded()
    }

    /// References are bounded as values are.
    fn bounded(&self) -> Result<(), PickleError> {
        if self.stack.len().max(self.marks.len()).max(self.memo.len()) > MAX_VALUES {
            return Err(PickleError::TooMany);
        }
        Ok(())
    }

    /// The last operand, which no mark separates from the instruction.
    fn top(&self) -> Result<Id, PickleError> {
        let below = self.marks.last().copied().unwrap_or(0);
        let operands = self.stack.get(below..).unwrap_or_default();
        operands.last().copied().ok_or(PickleError::NoOperand)
    }

    fn pop(&mut self) -> Result<Id, PickleError> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// The operands behind the last mark.
    fn operands(&mut self) -> Result<Vec<Id>, PickleError> {
        let mark = self.marks.pop().ok_or(PickleError::NoOperand)?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn append(&mut self, items: &[Id]) -> Result<(), PickleError> {
        let list = self.top()?;
        match self.heap.0.get_mut(list) {
            Some(Value::List(list)) => list.extend_from_slice(items),
            // A class of its own that is filled: nothing that holds tensors.
            Some(Value::Call { .. }) => {}
            _ => return Err(PickleError::OtherKind),
        }
        Ok(())
    }

    fn set(&mut self, items: &[Id]) -> Result<(), PickleError> {
        let items = pairs(items)?;
        let dict = self.top()?;
        match self.heap.0.get_mut(dict) {
            Some(Value::Dict(dict)) => dict.extend(items),
            Some(Value::Call { .. }) => {}
            _ => return Err(PickleError::OtherKind),
        }
        Ok(())
    }

    fn call(&mut self) -> Result<(), PickleError> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        self.push(match self.heap.get(function) {
            Value::Global("collections", "OrderedDict" | "defaultdict") => Value::Dict(Vec::new()),
            _ => Value::Call {
                function,
                arguments,
            },
        })
    }

    fn memorise(&mut self, key: u32) -> Result<(), PickleError> {
        let top = self.top()?;
        if self.memo.insert(key, top).is_none() {
            self.memorised += 1;
        }
        self.bounded()
    }

    fn recall(&mut self, key: u32) -> Result<(), PickleError> {
        let id = self.memo.get(&key).copied();
        self.push_id(id.ok_or(PickleError::NotMemorised)?)
    }
}

/// Keys and values that follow each other.
fn pairs(items: &[Id]) -> Result<Vec<(Id, Id)>, PickleError> {
    let (pairs, rest) = items.as_chunks();
    if rest.is_empty() {
        Ok(pairs.iter().map(|&[key, value]| (key, value)).collect())
    } else {
        Err(PickleError::NoOperand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that a pickle stands for, as Python would print it.
    fn shown(heap: &Heap, id: Id) -> String {
        let list = |items: &[Id]| {
            let items: Vec<String> = items.iter().map(|&item| shown(heap, item)).collect();
            items.join(", ")
        };
        match heap.get(id) {
            Value::Other => String::from("_"),
            Value::Truth(is_true) => is_true.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Text(text) => format!("'{text}'"),
            Value::Global(module, name) => format!("{module}.{name}"),
            Value::Tuple(items) => format!("({})", list(items)),
            Value::List(items) => format!("[{}]", list(items)),
            Value::Dict(items) => {
                let items = items.iter().map(|&(key, value)| list(&[key, value]));
                format!("{{{}}}", items.collect::<Vec<_>>().join("; "))
            }
            &Value::Call {
                function,
                arguments,
            } => format!("{}{}", shown(heap, function), shown(heap, arguments)),
            &Value::Stored(id) => format!("<{}>", shown(heap, id)),
        }
    }

    fn read_text(pickle: &[u8]) -> Result<String, PickleError> {
        let built = read(pickle)?;
        Ok(shown(&built.heap, built.root))
    }

    #[test]
    fn instructions_build_what_python_builds() {
        for (pickle, built) in [
            // pickletools of pickle.dumps((1, -2, 70000, 2**40, 'а', None, True, 1.5), 2)
            (
                &b"\x80\x02(K\x01J\xfe\xff\xff\xffJp\x11\x01\x00\x8a\x06\x00\x00\x00\x00\x00\x01X\x02\x00\x00\x00\xd0\xb0q\x00N\x88G?\xf8\x00\x00\x00\x00\x00\x00tq\x01."[..],
                "(1, -2, 70000, 1099511627776, 'а', _, true, _)",
            ),
            // {'a': [1, 2], 'b': ()}, protocols 2 and 4
            (
                b"\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01]q\x02(K\x01K\x02eX\x01\x00\x00\x00bq\x03)u.",
                "{'a', [1, 2]; 'b', ()}",
            ),
            (
                b"\x80\x04\x95\x16\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x01a\x94]\x94(K\x01K\x02e\x8c\x01b\x94)u.",
                "{'a', [1, 2]; 'b', ()}",
            ),
            // The same list twice, by its memo, also where it grows later.
            (b"]q\x00h\x00\x86h\x00K\x07a0.", "([7], [7])"),
            (b"ccollections\nOrderedDict\n)R(K\x01K\x02u}b.", "{1, 2}"),
            (b"ctorch\nf\nK\x01\x85R.", "torch.f(1)"),
            (b"\x8c\x05torch\x8c\x01f\x93K\x01\x85Q\x86.", "(torch.f, <(1)>)"),
            (b"\x8b\x01\x00\x00\x00\xff.", "-1"),
            // Protocols 4 and 5: long texts, bytes, sets, arguments by name.
            (b"\x8d\x01\x00\x00\x00\x00\x00\x00\x00a.", "'a'"),
            (
                b"\x8e\x01\x00\x00\x00\x00\x00\x00\x00a\x96\x01\x00\x00\x00\x00\x00\x00\x00a\x86.",
                "(_, _)",
            ),
            (b"\x8f(K\x01\x90(K\x02\x91\x86.", "([1], [2])"),
            (b"ctorch\nf\nK\x01\x85}\x92.", "torch.f(1)"),
            (b"\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.", "_"),
        ] {
            assert_eq!(read_text(pickle).unwrap(), built);
        }
    }

    #[test]
    fn pickles_that_are_none_are_refused() {
        for (pickle, error) in [
            (&b""[..], PickleError::Cut),
            (b"K", PickleError::Cut),
            (b"X\xff\xff\xff\xffabc", PickleError::Cut),
            (b"\x8b\xff\xff\xff\xff\x01", PickleError::Cut),
            (b"B\xff\xff\xff\xff\x01", PickleError::Cut),
            (b"\x8d\xff\xff\xff\xff\xff\xff\xff\xffa", PickleError::Cut),
            (b"\x96\xff\xff\xff\xff\xff\xff\xff\x7fa", PickleError::Cut),
            (b"cno line ends", PickleError::Cut),
            (b"X\x01\x00\x00\x00\xff.", PickleError::NotUtf8),
            (b".", PickleError::NoOperand),
            (b"R", PickleError::NoOperand),
            (b"t", PickleError::NoOperand),
            (b"K\x01(\x85", PickleError::NoOperand),
            (b"K\x01(0", PickleError::NoOperand),
            (b"}(K\x01u", PickleError::NoOperand),
            (b"K\x01K\x02a", PickleError::OtherKind),
            (b"]K\x01K\x02s", PickleError::OtherKind),
            (b"K\x01K\x02\x93", PickleError::OtherKind),
            (b"h\x00", PickleError::NotMemorised),
            (b"\x00", PickleError::Instruction(0)),
            (b"icos\nsystem\n", PickleError::Instruction(b'i')),
        ] {
            assert_eq!(read_text(pickle), Err(error), "{pickle:?}");
        }
    }

    #[test]
    fn nested_memo_copies_take_no_more_than_their_instructions() {
        // Lists of twelve references to the list before: 12^40 items, if they were copied.
        let mut pickle = b"]q\x00".to_vec();
        for level in 0..40 {
            pickle.push(b'(');
            for _ in 0..12 {
                pickle.extend([b'h', level]);
            }
            pickle.extend([b'l', b'q', level + 1]);
        }
        pickle.push(b'.');
        assert_eq!(read(&pickle).unwrap().heap.0.len(), 41);
    }

    #[test]
    fn a_list_within_itself_and_a_million_tuples_end() {
        let built = read(b"]q\x00h\x00a.").unwrap();
        assert_eq!(built.heap.get(built.root), &Value::List(vec![built.root]));
        let mut deep = b")".to_vec();
        deep.resize(MAX_VALUES, 0x85);
        deep.push(b'.');
        assert!(read(&deep).is_ok());
        deep.insert(1, 0x85);
        assert_eq!(read(&deep).unwrap_err(), PickleError::TooMany);
    }

    #[test]
    fn references_are_bounded_as_values_are() {
        for repeated in [&b"("[..], b"h\x00"] {
            let mut pickle = b"Nq\x00".to_vec();
            pickle.extend(repeated.repeat(MAX_VALUES + 1));
            assert_eq!(read(&pickle).unwrap_err(), PickleError::TooMany);
        }
    }
}
