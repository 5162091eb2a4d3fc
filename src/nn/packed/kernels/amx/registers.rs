//! The tile registers of AMX, and which of them holds what.
//!
//! Rust has no stable functions for these instructions, so that each is a line of assembly. That registers keep what
//! they hold from one line to the next is promised by nobody; it is so because compilers do not use these of their own
//! accord, and no other code of this program does.

#![expect(
    unsafe_code,
    reason = "instructions in assembly, and a call of the system"
)]

use std::arch::asm;
use std::cell::Cell;
use std::sync::OnceLock;

use crate::nn::packed::layout::{STEP_BYTES, TILE};

/// Rows of a register, and outputs, four bytes each of them.
pub(super) const SIDE: usize = 16;
/// Bytes of a register's row: 64 inputs of a row, or four inputs of sixteen outputs.
pub(super) const ROW_BYTES: usize = 64;
/// Steps of a packed tile in a register of weights, one a row.
pub(super) const COLUMN_STEPS: usize = SIDE;

/// Two registers of rows, two of weights (a half of a tile's outputs each), and one of sums for each pair of them.
/// `R` counts the registers of rows, `AT` is one of them, and `HALF` one of weights.
pub(super) trait Registers {
    /// Makes the registers of rows hold so many; without `second`, that one is not used. Comes before all else: the
    /// processor stops a program that uses registers that are not arranged.
    fn arrange(&mut self, first: usize, second: Option<usize>);

    /// Sets the sums of the first `R` registers of rows to zero.
    fn clear<const R: usize>(&mut self);

    /// Takes 64 inputs of each row, the rows `stride` bytes apart.
    ///
    /// # Safety
    /// So many rows as were arranged are there.
    unsafe fn load_rows<const AT: usize>(&mut self, from: *const i8, stride: usize);

    /// Takes 64 inputs of half a tile's outputs.
    ///
    /// # Safety
    /// Sixteen steps of a tile are there.
    unsafe fn load_weights<const HALF: usize>(&mut self, from: *const u8);

    /// Adds the products of rows and weights to their sums.
    fn multiply<const AT: usize, const HALF: usize>(&mut self);

    /// Writes the sums of a register's rows, those of all outputs.
    fn store<const AT: usize>(&mut self, totals: &mut [[i32; TILE]]);
}

/// What the instruction that arranges the registers reads.
#[repr(C, align(64))]
struct Arrangement {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

impl Arrangement {
    /// Registers 0 to 3 hold sums, 4 and 5 rows, 6 and 7 weights.
    fn of(first: usize, second: usize) -> Self {
        let mut arrangement = Self {
            palette: 1,
            start_row: 0,
            reserved: [0; 14],
            row_bytes: [0; 16],
            rows: [0; 16],
        };
        let rows = [first, first, second, second, first, second, SIDE, SIDE];
        for (register, rows) in rows.into_iter().enumerate() {
            arrangement.row_bytes[register] = ROW_BYTES as u16;
            arrangement.rows[register] = rows as u8;
        }
        arrangement
    }
}

/// Whether registers arranged for so many rows serve for these.
fn suits((of_first, of_second): (usize, usize), first: usize, second: Option<usize>) -> bool {
    of_first == first && second.is_none_or(|second| second == of_second)
}

thread_local! {
    /// How many rows the two registers of rows of this thread hold; none before they are arranged.
    static ARRANGED: Cell<Option<(usize, usize)>> = const { Cell::new(None) };
}

/// Gives back the registers of this thread, where they are arranged.
pub(in super::super) fn release() {
    if ARRANGED.take().is_some() {
        // SAFETY: they were arranged, so that the processor has the instruction.
        unsafe {
            asm!("tilerelease",
                out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                options(nomem, nostack, preserves_flags));
        }
    }
}

/// Whether processor and system have tile registers with products of bytes. The system gives them to a process
/// that asks, from then on.
pub(in super::super) fn available() -> bool {
    static AVAILABLE: OnceLock<bool> = OnceLock::new();
    *AVAILABLE.get_or_init(|| of_processor() && of_system())
}

fn of_processor() -> bool {
    /// AMX-TILE and AMX-INT8, of the seventh leaf.
    const BITS: u32 = 1 << 24 | 1 << 25;
    use std::arch::x86_64::__cpuid_count;
    #[allow(
        unused_unsafe,
        reason = "safe since a Rust later than the oldest supported"
    )]
    // SAFETY: every processor of the target has the instruction.
    let (last, features) = unsafe { (__cpuid_count(0, 0).eax, __cpuid_count(7, 0).edx) };
    last >= 7 && features & BITS == BITS
}

#[cfg(target_os = "linux")]
fn of_system() -> bool {
    /// `ARCH_REQ_XCOMP_PERM` of `XFEATURE_XTILEDATA`: Linux's Documentation/arch/x86/xstate.rst.
    const ASK: libc::c_long = 0x1023;
    const TILES: libc::c_long = 18;
    // SAFETY: the call takes two numbers and changes no memory of the process.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ASK, TILES) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn of_system() -> bool {
    false
}

/// The registers of this thread, as [`Arrangement::of`] has them.
pub(super) struct TileRegisters(());

impl TileRegisters {
    /// # Safety
    /// They are [`available`].
    pub(super) unsafe fn new() -> Self {
        Self(())
    }
}

// SAFETY, of all instructions: there are registers, as `new` was told, and `arrange` comes before the others. Reading
// and writing memory: as the callers promise, and as `store` asserts.
impl Registers for TileRegisters {
    fn arrange(&mut self, first: usize, second: Option<usize>) {
        if ARRANGED.get().is_some_and(|now| suits(now, first, second)) {
            return;
        }
        assert!(
            (1..=SIDE).contains(&first) && second.is_none_or(|rows| (1..=SIDE).contains(&rows))
        );
        // What is not used holds something too, so that more suits it.
        let second = second.unwrap_or(SIDE);
        let arrangement = Arrangement::of(first, second);
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &raw const arrangement,
                out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                options(readonly, nostack, preserves_flags));
        }
        ARRANGED.set(Some((first, second)));
    }

    #[inline(always)]
    fn clear<const R: usize>(&mut self) {
        unsafe {
            asm!(
                "tilezero tmm0",
                "tilezero tmm1",
                options(nomem, nostack, preserves_flags)
            );
            if R == 2 {
                asm!(
                    "tilezero tmm2",
                    "tilezero tmm3",
                    options(nomem, nostack, preserves_flags)
                );
            }
        }
    }

    #[inline(always)]
    unsafe fn load_rows<const AT: usize>(&mut self, from: *const i8, stride: usize) {
        unsafe {
            asm!("tileloadd tmm{rows}, [{from} + {stride}]",
                rows = const 4 + AT, from = in(reg) from, stride = in(reg) stride,
                out("tmm4") _, out("tmm5") _,
                options(readonly, nostack, preserves_flags));
        }
    }

    #[inline(always)]
    unsafe fn load_weights<const HALF: usize>(&mut self, from: *const u8) {
        unsafe {
            asm!("tileloadd tmm{weights}, [{from} + {stride} + {half}]",
                weights = const 6 + HALF, half = const HALF * ROW_BYTES,
                from = in(reg) from, stride = in(reg) STEP_BYTES,
                out("tmm6") _, out("tmm7") _,
                options(readonly, nostack, preserves_flags));
        }
    }

    #[inline(always)]
    fn multiply<const AT: usize, const HALF: usize>(&mut self) {
        // Of signed bytes and unsigned ones.
        unsafe {
            asm!("tdpbsud tmm{sums}, tmm{rows}, tmm{weights}",
                sums = const 2 * AT + HALF, rows = const 4 + AT, weights = const 6 + HALF,
                out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                options(nomem, nostack, preserves_flags));
        }
    }

    #[inline(always)]
    fn store<const AT: usize>(&mut self, totals: &mut [[i32; TILE]]) {
        assert!(totals.len() >= SIDE);
        unsafe {
            asm!("tilestored [{to} + {stride}], tmm{low}", "tilestored [{to} + {stride} + {half}], tmm{high}",
                low = const 2 * AT, high = const 2 * AT + 1, half = const ROW_BYTES,
                to = in(reg) totals.as_mut_ptr(), stride = in(reg) size_of::<[i32; TILE]>(),
                options(nostack, preserves_flags));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrangement_lies_in_memory_as_the_processor_reads_it() {
        assert_eq!(size_of::<Arrangement>(), 64);
        let Arrangement {
            palette,
            row_bytes,
            rows,
            ..
        } = Arrangement::of(16, 5);
        assert_eq!(std::mem::offset_of!(Arrangement, row_bytes), 16);
        assert_eq!(std::mem::offset_of!(Arrangement, rows), 48);
        assert_eq!(
            (palette, &row_bytes[..9]),
            (1, &[64, 64, 64, 64, 64, 64, 64, 64, 0][..])
        );
        // The sums of a register of rows have as many as it.
        assert_eq!(rows[..9], [16, 16, 5, 5, 16, 5, 16, 16, 0]);
    }

    #[test]
    fn registers_serve_again_for_as_many_rows_alone() {
        assert!(suits((16, 5), 16, Some(5)));
        assert!(suits((16, 5), 16, None));
        assert!(!suits((16, 5), 16, Some(6)));
        assert!(!suits((16, 16), 9, None));
    }
}
