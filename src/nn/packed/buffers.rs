//! Memory for hidden vectors, used again and again.
//!
//! A large batch allocates and frees tens of megabytes a layer. Asking the system for them each
//! time would cost a page fault a page and a pass of zeros, on one thread, for numbers that are all
//! overwritten next.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a cache line. If numbers begin at a line, no load of a register touches two lines.
const LINE: usize = 64;
/// Buffers of fewer numbers come from the allocator and are not kept.
const MIN_POOLED: usize = 1 << 12;
/// Maximum number of unused buffers that are kept, and maximum numbers in all of them.
const MAX_FREE: usize = 24;
const MAX_FREE_NUMBERS: usize = 12 << 20;

/// Unused buffers that are kept, the oldest first.
#[derive(Default)]
pub(crate) struct BufferPool<T>(Mutex<Vec<Vec<T>>>);

/// Numbers in pooled memory, the first at the beginning of a cache line. On drop, the memory goes
/// back to the pool.
pub(crate) struct PooledBuffer<T = f32> {
    memory: Vec<T>,
    start: usize,
    length: usize,
    pool: Option<Arc<BufferPool<T>>>,
}

impl<T: Copy + Default> BufferPool<T> {
    /// A buffer of `length` arbitrary numbers, to be overwritten.
    pub(crate) fn take(self: &Arc<Self>, length: usize) -> PooledBuffer<T> {
        let needed = length + LINE / size_of::<T>();
        let mut memory = if length < MIN_POOLED {
            Vec::new()
        } else {
            self.find(needed).unwrap_or_default()
        };
        if memory.len() < needed {
            memory = vec![T::default(); needed];
        }
        // `align_offset` may fail; then the first number will do.
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
            pool: (length >= MIN_POOLED).then(|| Arc::clone(self)),
        }
    }

    /// The smallest buffer that is large enough and at most a quarter too large: a cache holds its
    /// buffers for many steps, and would waste the rest.
    fn find(&self, needed: usize) -> Option<Vec<T>> {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = free
            .iter()
            .enumerate()
            .filter(|(_, memory)| (needed..=needed + needed / 4).contains(&memory.len()));
        let (index, _) = fitting.min_by_key(|(_, memory)| memory.len())?;
        Some(free.remove(index))
    }
}

impl<T> Drop for PooledBuffer<T> {
    fn drop(&mut self) {
        // A buffer beyond the limit would evict all others and then itself.
        if let Some(pool) = self
            .pool
            .as_ref()
            .filter(|_| self.memory.len() <= MAX_FREE_NUMBERS)
        {
            let mut free = pool.0.lock().unwrap_or_else(PoisonError::into_inner);
            free.push(std::mem::take(&mut self.memory));
            let mut numbers: usize = free.iter().map(Vec::len).sum();
            let mut excess = 0;
            while free.len() - excess > MAX_FREE || numbers > MAX_FREE_NUMBERS {
                // The oldest: they are of the sizes of earlier batches.
                numbers -= free.get(excess).map_or(numbers, Vec::len);
                excess += 1;
            }
            let excess = excess.min(free.len());
            free.drain(..excess);
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
        let pool: Arc<BufferPool<f32>> = Arc::default();
        let first = pool.take(10_000);
        let address = first.as_ptr();
        assert_eq!(address.align_offset(LINE), 0);
        drop(first);
        assert_eq!(pool.take(9_000).as_ptr(), address);
        assert_ne!(pool.take(100_000).as_ptr(), address);
        assert_eq!(pool.take(10).len(), 10);
    }

    #[test]
    fn a_buffer_that_is_too_large_to_wait_leaves_the_others_waiting() {
        let pool: Arc<BufferPool<f32>> = Arc::default();
        drop(pool.take(MIN_POOLED));
        drop(pool.take(MAX_FREE_NUMBERS + 1));
        assert_eq!(pool.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_pool_does_not_grow_beyond_its_bound() {
        let pool: Arc<BufferPool<f32>> = Arc::default();
        let many: Vec<PooledBuffer> = (0..3 * MAX_FREE).map(|_| pool.take(MIN_POOLED)).collect();
        drop(many);
        assert_eq!(pool.0.lock().unwrap().len(), MAX_FREE);
    }
}
