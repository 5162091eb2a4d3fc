//! A slice that several threads write to, each to its own part.

#![expect(unsafe_code, reason = "disjoint parts of one mutable borrow")]

use std::marker::PhantomData;
use std::ops::Range;

/// A mutable borrow of `[rows, width]`, handed out in parts that do not overlap.
pub(crate) struct DisjointMut<'a, T> {
    start: *mut T,
    rows: usize,
    width: usize,
    data: PhantomData<&'a mut [T]>,
}

// SAFETY: this is a mutable borrow of a slice of `T`, which threads may share out if `T` can be
// sent to them; that no two of their parts overlap is what callers of the unsafe functions ensure.
unsafe impl<T: Send> Sync for DisjointMut<'_, T> {}

impl<'a, T> DisjointMut<'a, T> {
    /// `data` as rows of `width` numbers.
    pub(crate) fn new(data: &'a mut [T], width: usize) -> Self {
        Self {
            start: data.as_mut_ptr(),
            rows: data.len() / width.max(1),
            width,
            data: PhantomData,
        }
    }

    /// Numbers `first..first + count` of a row.
    ///
    /// # Safety
    /// No two parts that are in use at the same time have a number in common.
    ///
    /// # Panics
    /// If the row has no such numbers.
    #[expect(
        clippy::mut_from_ref,
        reason = "the caller ensures that parts are disjoint"
    )]
    pub(crate) unsafe fn row_mut(&self, row: usize, first: usize, count: usize) -> &mut [T] {
        assert!(row < self.rows && first <= self.width && count <= self.width - first);
        // SAFETY: the part is within the data by the assertion; the caller ensures that no other
        // part in use overlaps it.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(row * self.width + first), count) }
    }

    /// Whole rows.
    ///
    /// # Safety
    /// No two parts that are in use at the same time have a number in common.
    ///
    /// # Panics
    /// If there are no such rows.
    #[expect(
        clippy::mut_from_ref,
        reason = "the caller ensures that parts are disjoint"
    )]
    pub(crate) unsafe fn rows_mut(&self, rows: Range<usize>) -> &mut [T] {
        assert!(rows.start <= rows.end && rows.end <= self.rows);
        let count = rows.len() * self.width;
        // SAFETY: the part is within the data by the assertion; the caller ensures that no other
        // part in use overlaps it.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(rows.start * self.width), count) }
    }
}
