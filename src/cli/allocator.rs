//! Memory that cannot be had ends the program as a full disk does: by exit code 75 and one line. The
//! runtime of Rust would abort.

#![expect(unsafe_code, reason = "an allocator")]

use std::alloc::{GlobalAlloc, Layout};

#[cfg(target_env = "musl")]
use mimalloc::MiMalloc;
#[cfg(not(target_env = "musl"))]
use std::alloc::System;

use crate::confinement::TEMPORARY_FAILURE;

#[cfg(not(target_env = "musl"))]
const UNDERLYING: System = System;
/// Musl's own has one lock for all threads.
#[cfg(target_env = "musl")]
const UNDERLYING: MiMalloc = MiMalloc;

/// Ends the program where it has no memory left. A program makes it
/// its `#[global_allocator]`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allocator;

// SAFETY: every call is passed on to `UNDERLYING` as it came, and so is what it returns; a
// null pointer is not returned, which callers may not rely on.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the conditions of `alloc`, which are the same.
        checked(unsafe { UNDERLYING.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the conditions of `alloc_zeroed`, which are the same.
        checked(unsafe { UNDERLYING.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the conditions of `realloc`, which are the same.
        checked(unsafe { UNDERLYING.realloc(pointer, layout, size) }, size)
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the conditions of `dealloc`, which are the same.
        unsafe { UNDERLYING.dealloc(pointer, layout) }
    }
}

#[inline]
fn checked(pointer: *mut u8, bytes: usize) -> *mut u8 {
    if pointer.is_null() {
        out_of_memory(bytes);
    }
    pointer
}

/// Says so and ends the program, without allocating, and without locks or handlers that a thread may hold
/// or need.
#[cold]
#[inline(never)]
fn out_of_memory(bytes: usize) -> ! {
    let mut digits = [0; 20];
    let parts: [&[u8]; 3] = [
        b"error: out of memory: ",
        decimal(bytes, &mut digits),
        b" bytes more cannot be had; end what else runs, or allow this program more memory\n",
    ];
    let mut line = [0; 160];
    let mut length = 0;
    for part in parts {
        if let Some(place) = line.get_mut(length..length + part.len()) {
            place.copy_from_slice(part);
            length += part.len();
        }
    }
    end(line.get(..length).unwrap_or_default())
}

/// A number in decimal digits.
fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &[u8] {
    let mut first = digits.len();
    while let Some(next) = first.checked_sub(1) {
        digits[next] = b'0' + (number % 10) as u8;
        first = next;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    digits.get(first..).unwrap_or_default()
}

#[cfg(unix)]
fn end(line: &[u8]) -> ! {
    // SAFETY: the pointer and the length are those of one slice, and `_exit` may be called anywhere.
    unsafe {
        libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len());
        libc::_exit(TEMPORARY_FAILURE)
    }
}

#[cfg(not(unix))]
fn end(line: &[u8]) -> ! {
    use std::io::Write;
    // Standard error has no buffer.
    let _ = std::io::stderr().write_all(line);
    std::process::exit(TEMPORARY_FAILURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_in_digits() {
        for number in [0, 7, 10, 4_194_304, usize::MAX] {
            let mut digits = [0; 20];
            assert_eq!(decimal(number, &mut digits), number.to_string().as_bytes());
        }
    }
}
