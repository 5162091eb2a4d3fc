//! Libraries that panic on files they do not expect, kept from ending the program.
//!
//! What a file can do to a library is an error of the file: the panic is caught, its message is not
//! printed, and the caller says what is wrong. This needs unwinding: `panic = "abort"` would undo it.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::thread;

/// The stack of [`deeply`]: files nest, and libraries recurse over them.
const STACK: usize = 256 << 20;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// A library panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Does `work`; a panic in it is a value, and nothing is printed.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    silence_contained_panics();
    let outer = CONTAINED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(outer);
    result.map_err(|_| Panicked)
}

/// As [`contained`], on a stack that takes a deep recursion.
pub(crate) fn deeply<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Panicked> {
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || contained(work))
            .map_err(|_| Panicked)?
            .join()
            .unwrap_or(Err(Panicked))
    })
}

/// Panics elsewhere are told as before.
fn silence_contained_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !CONTAINED.get() {
                tell(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_value() {
        assert_eq!(contained(|| 1), Ok(1));
        assert_eq!(contained(|| -> u8 { panic!("within") }), Err(Panicked));
        assert_eq!(deeply(|| -> u8 { panic!("within") }), Err(Panicked));
    }

    #[test]
    fn a_deep_recursion_has_its_stack() {
        fn depth(n: u64) -> u64 {
            if n == 0 {
                0
            } else {
                1 + std::hint::black_box(depth(n - 1))
            }
        }
        assert_eq!(deeply(|| depth(200_000)), Ok(200_000));
    }
}
