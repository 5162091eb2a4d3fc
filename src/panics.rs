//! Catches panics of libraries that panic on files they do not expect.
//!
//! A panic that a file causes in a library becomes an error of the file: it is caught, its message
//! is not printed, and the caller reports the file. This needs unwinding and does not work with
//! `panic = "abort"`.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::thread;

/// Bytes of the stack of [`catch_on_big_stack`], for libraries that recurse over nested files.
#[cfg_attr(not(feature = "documents"), allow(dead_code))]
const STACK: usize = 256 << 20;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static HAS_BIG_STACK: Cell<bool> = const { Cell::new(false) };
}

/// A library panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Runs `work`; a panic in it becomes a value. Where [`silence_caught_panics`] was called, nothing is
/// printed.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    let outer = CATCHING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    result.map_err(|_| Panicked)
}

/// As [`catch`], on a thread whose stack takes a deep recursion: this one, within
/// [`on_a_big_stack`].
#[cfg_attr(not(feature = "documents"), allow(dead_code))]
pub(crate) fn catch_on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Panicked> {
    if HAS_BIG_STACK.get() {
        return catch(work);
    }
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || catch(work))
            .map_err(|_| Panicked)?
            .join()
            .unwrap_or(Err(Panicked))
    })
}

/// Runs `work` on this thread, which the caller started with a large stack and keeps for more work.
pub(crate) fn on_a_big_stack<T>(work: impl FnOnce() -> T) -> T {
    let outer = HAS_BIG_STACK.replace(true);
    let result = work();
    HAS_BIG_STACK.set(outer);
    result
}

/// Installs a panic hook that prints nothing for panics this program catches; others are printed as
/// before. It is process-wide, so a program decides: the command calls it in `main`.
pub fn silence_caught_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !CATCHING.get() {
                print(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_value() {
        assert_eq!(catch(|| 1), Ok(1));
        assert_eq!(catch(|| -> u8 { panic!("within") }), Err(Panicked));
        assert_eq!(
            catch_on_big_stack(|| -> u8 { panic!("within") }),
            Err(Panicked)
        );
    }

    #[test]
    fn a_thread_with_a_big_stack_starts_no_other() {
        let thread = || thread::current().id();
        let own = thread();
        assert_ne!(catch_on_big_stack(thread), Ok(own));
        on_a_big_stack(|| assert_eq!(catch_on_big_stack(thread), Ok(own)));
        assert_ne!(catch_on_big_stack(thread), Ok(own));
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
        assert_eq!(catch_on_big_stack(|| depth(200_000)), Ok(200_000));
    }
}
