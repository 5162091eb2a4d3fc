//! Numbers that begin with a line of memory, so that no load of a register touches two.

/// Bytes of a line.
const LINE: usize = 64;

/// Some numbers, the first at a line's beginning.
pub(crate) struct Aligned {
    numbers: Vec<f32>,
    start: usize,
    length: usize,
}

impl Aligned {
    pub(crate) fn zeros(length: usize) -> Self {
        let numbers = vec![0.0; length + LINE / size_of::<f32>()];
        // Where the place cannot be told, the first number will do.
        let start = numbers.as_ptr().align_offset(LINE);
        let start = if start < numbers.len() - length {
            start
        } else {
            0
        };
        Self {
            numbers,
            start,
            length,
        }
    }

    pub(crate) fn get(&self) -> &[f32] {
        &self.numbers[self.start..self.start + self.length]
    }

    pub(crate) fn get_mut(&mut self) -> &mut [f32] {
        &mut self.numbers[self.start..self.start + self.length]
    }
}
