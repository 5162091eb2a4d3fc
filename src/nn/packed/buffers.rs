//! Memory for hidden vectors, used again and again.
//!
//! A large batch makes and drops tens of megabytes a layer. To ask the system for them each time would
//! cost a fault a page and a pass of zeros, on one thread, for numbers that are all written next.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a line of memory: no load of a register touches two where numbers begin with one.
const LINE: usize = 64;
/// PooledBuffer below this many are left to the allocator.
const SMALL: usize = 1 << 12;
/// The most pieces of memory that wait for their next use, and the most numbers in them.
const WAITING: usize = 24;
const WAITING_NUMBERS: usize = 12 << 20;

/// Pieces of memory that wait for their next use.
#[derive(Default)]
pub(crate) struct BufferPool<T>(Mutex<Vec<Vec<T>>>);

/// Some numbers, the first at a line's beginning; their memory goes back to the shelf.
pub(crate) struct PooledBuffer<T = f32> {
    memory: Vec<T>,
    start: usize,
    length: usize,
    shelf: Option<Arc<BufferPool<T>>>,
}

impl<T: Copy + Default> BufferPool<T> {
    /// PooledBuffer to be written: what they hold is what was there before, or zeros.
    pub(crate) fn take(self: &Arc<Self>, length: usize) -> PooledBuffer<T> {
        let wanted = length + LINE / size_of::<T>();
        let mut memory = if length < SMALL {
            Vec::new()
        } else {
            self.find(wanted).unwrap_or_default()
        };
        if memory.len() < wanted {
            memory = vec![T::default(); wanted];
        }
        // Where the place cannot be told, the first number will do.
        let start = memory.as_ptr().align_offset(LINE);
        let start = if start <= memory.len() - length {
            start
        } else {
            0
        };
        PooledBuffer {
            memory,
            start,
            length,
            shelf: (length >= SMALL).then(|| Arc::clone(self)),
        }
    }

    /// The smallest piece that is large enough, and hardly larger: a cache of many steps would keep what
    /// is too much.
    fn find(&self, wanted: usize) -> Option<Vec<T>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = waiting
            .iter()
            .enumerate()
            .filter(|(_, memory)| (wanted..=wanted + wanted / 4).contains(&memory.len()));
        let (place, _) = fitting.min_by_key(|(_, memory)| memory.len())?;
        Some(waiting.remove(place))
    }
}

impl<T> Drop for PooledBuffer<T> {
    fn drop(&mut self) {
        // One that is larger than all that may wait would push out all others before itself.
        if let Some(shelf) = self
            .shelf
            .as_ref()
            .filter(|_| self.memory.len() <= WAITING_NUMBERS)
        {
            let mut waiting = shelf.0.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.push(std::mem::take(&mut self.memory));
            let mut numbers: usize = waiting.iter().map(Vec::len).sum();
            let mut excess = 0;
            while waiting.len() - excess > WAITING || numbers > WAITING_NUMBERS {
                // The oldest: batches of another size have left them behind.
                numbers -= waiting.get(excess).map_or(numbers, Vec::len);
                excess += 1;
            }
            let excess = excess.min(waiting.len());
            waiting.drain(..excess);
        }
    }
}

impl<T> Deref for PooledBuffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.memory[self.start..self.start + self.length]
    }
}

impl<T> DerefMut for PooledBuffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.memory[self.start..self.start + self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again_where_it_fits() {
        let shelf: Arc<BufferPool<f32>> = Arc::default();
        let first = shelf.take(10_000);
        let place = first.as_ptr();
        assert_eq!(place.align_offset(LINE), 0);
        drop(first);
        assert_eq!(shelf.take(9_000).as_ptr(), place);
        assert_ne!(shelf.take(100_000).as_ptr(), place);
        assert_eq!(shelf.take(10).len(), 10);
    }

    #[test]
    fn what_is_too_large_for_a_shelf_leaves_the_others_on_it() {
        let shelf: Arc<BufferPool<f32>> = Arc::default();
        drop(shelf.take(SMALL));
        drop(shelf.take(WAITING_NUMBERS + 1));
        assert_eq!(shelf.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_shelf_does_not_grow_beyond_its_bound() {
        let shelf: Arc<BufferPool<f32>> = Arc::default();
        let many: Vec<PooledBuffer> = (0..3 * WAITING).map(|_| shelf.take(SMALL)).collect();
        drop(many);
        assert_eq!(shelf.0.lock().unwrap().len(), WAITING);
    }
}
