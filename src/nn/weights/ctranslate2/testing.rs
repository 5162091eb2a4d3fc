//! Small files of variables for tests.

/// A variable: its name, shape, number of its type, and values.
type Stored<'a> = (&'a str, &'a [u32], u8, &'a [u8]);

/// A model.bin of version 6.
pub(crate) fn model_bin(variables: &[Stored], aliases: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = 6_u32.to_le_bytes().to_vec();
    bytes.extend(string("TransformerSpec"));
    bytes.extend(7_u32.to_le_bytes());
    bytes.extend((variables.len() as u32).to_le_bytes());
    for (name, shape, kind, values) in variables {
        bytes.extend(string(name));
        bytes.push(shape.len() as u8);
        bytes.extend(shape.iter().flat_map(|dim| dim.to_le_bytes()));
        bytes.push(*kind);
        bytes.extend((values.len() as u32).to_le_bytes());
        bytes.extend(*values);
    }
    bytes.extend((aliases.len() as u32).to_le_bytes());
    for (alias, target) in aliases {
        bytes.extend(string(alias));
        bytes.extend(string(target));
    }
    bytes
}

/// A text as the file has it.
pub(crate) fn string(text: &str) -> Vec<u8> {
    let mut bytes = (text.len() as u16 + 1).to_le_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes.push(0);
    bytes
}
