//! The tile registers of AMX, and what each of them holds.
//!
//! Rust has no stable functions for these instructions: each is a line of assembly. Nothing
//! guarantees that registers keep their contents from one line to the next; they do because
//! compilers do not use tile registers of their own accord, and no other code of this program does.

#![expect(unsafe_code, reason = "instructions in assembly, and a system call")]

use std::arch::asm;
use std::cell::Cell;

use crate::nn::packed::layout::{STEP_BYTES, TILE};

/// Rows of a register, and its columns of four bytes.
pub(super) const SIDE: usize = 16;
/// Bytes of a register's row: 64 inputs of a row, or four inputs of sixteen outputs.
pub(super) const ROW_BYTES: usize = 64;
/// Steps of a packed tile in a register of weights: one a row.
pub(super) const COLUMN_STEPS: usize = SIDE;

/// Two registers of rows, two of weights (half of a tile's outputs each), and one of sums for each
/// pair of them. `R` counts the registers of rows, `AT` is one of them, and `HALF` one of weights.
pub(super) trait Registers {
    /// Makes the registers of rows hold these numbers of rows, 1 to [`SIDE`] each; without
    /// `second`, the second is not used. Called before all others: the processor stops a program
    /// that uses registers without a configuration.
    fn configure(&mut self, first: usize, second: Option<usize>);

    /// Sets the sums of the first `R` registers of rows to zero.
    fn clear<const R: usize>(&mut self);

    /// Loads 64 inputs of each row, the rows `stride` bytes apart.
    ///
    /// # Safety
    /// There are as many rows as were configured.
    unsafe fn load_rows<const AT: usize>(&mut self, from: *const i8, stride: usize);

    /// Loads 64 inputs of half a tile's outputs.
    ///
    /// # Safety
    /// There are sixteen steps of a tile.
    unsafe fn load_weights<const HALF: usize>(&mut self, from: *const u8);

    /// Adds the products of rows and weights to their sums.
    fn multiply<const AT: usize, const HALF: usize>(&mut self);

    /// Writes the sums of a register's rows, for all outputs.
    fn store<const AT: usize>(&mut self, totals: &mut [[i32; TILE]]);
}

/// What `ldtilecfg` reads.
#[repr(C, align(64))]
struct TileConfig {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

impl TileConfig {
    /// Registers 0 to 3 hold sums, 4 and 5 rows, 6 and 7 weights.
    fn of(first: usize, second: usize) -> Self {
        let mut config = Self {
            palette: 1,
            start_row: 0,
            reserved: [0; 14],
            row_bytes: [0; 16],
            rows: [0; 16],
        };
        let rows = [first, first, second, second, first, second, SIDE, SIDE];
        for (register, rows) in rows.into_iter().enumerate() {
            config.row_bytes[register] = ROW_BYTES as u16;
            config.rows[register] = rows as u8;
        }
        config
    }
}

/// Whether registers that are configured for these numbers of rows serve for `first` and `second`.
fn serves((of_first, of_second): (usize, usize), first: usize, second: Option<usize>) -> bool {
    of_first == first && second.is_none_or(|second| second == of_second)
}

thread_local! {
    /// Rows of this thread's two registers of rows; `None` before they are configured.
    static CONFIGURED: Cell<Option<(usize, usize)>> = const { Cell::new(None) };
}

fn processor_has_amx() -> bool {
    /// AMX-TILE and AMX-INT8, of leaf 7.
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

/// Asks the system for the registers, which this process has from then on.
#[cfg(target_os = "linux")]
fn system_grants_registers() -> bool {
    /// `ARCH_REQ_XCOMP_PERM` of `XFEATURE_XTILEDATA`: Linux's Documentation/arch/x86/xstate.rst.
    const ARCH_REQ_XCOMP_PERM: libc::c_long = 0x1023;
    const XFEATURE_XTILEDATA: libc::c_long = 18;
    // SAFETY: the call takes two numbers and changes no memory of the process.
    let result = unsafe {
        libc::syscall(
            libc::SYS_arch_prctl,
            ARCH_REQ_XCOMP_PERM,
            XFEATURE_XTILEDATA,
        )
    };
    result == 0
}

#[cfg(not(target_os = "linux"))]
fn system_grants_registers() -> bool {
    false
}

/// The registers of this thread, configured as [`TileConfig::of`] says. Proof that the processor
/// has them, with products of bytes, and that the system granted them to this process.
#[derive(Clone, Copy)]
pub(super) struct TileRegisters(());

impl TileRegisters {
    pub(super) fn detect() -> Option<Self> {
        (processor_has_amx() && system_grants_registers()).then_some(Self(()))
    }

    /// Gives back the registers of this thread, if they are configured.
    pub(super) fn release(self) {
        if CONFIGURED.take().is_some() {
            // SAFETY: `self` proves the instruction; it changes tile registers alone.
            unsafe {
                asm!("tilerelease",
                    out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                    out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                    options(nomem, nostack, preserves_flags));
            }
        }
    }
}

impl Registers for TileRegisters {
    fn configure(&mut self, first: usize, second: Option<usize>) {
        if CONFIGURED
            .get()
            .is_some_and(|now| serves(now, first, second))
        {
            return;
        }
        assert!(
            (1..=SIDE).contains(&first) && second.is_none_or(|rows| (1..=SIDE).contains(&rows))
        );
        // A register that is not used is configured too: more calls find what they need.
        let second = second.unwrap_or(SIDE);
        let config = TileConfig::of(first, second);
        // SAFETY: `self` proves the instruction, which reads the 64 bytes of `config`: valid by the
        // assertion and `TileConfig::of`.
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &raw const config,
                out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                options(readonly, nostack, preserves_flags));
        }
        CONFIGURED.set(Some((first, second)));
    }

    #[inline(always)]
    fn clear<const R: usize>(&mut self) {
        // SAFETY: `self` proves the instructions, which change tile registers alone.
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
        // SAFETY: `self` proves the instruction; it reads 64 bytes of each configured row, which
        // the caller ensures.
        unsafe {
            asm!("tileloadd tmm{rows}, [{from} + {stride}]",
                rows = const 4 + AT, from = in(reg) from, stride = in(reg) stride,
                out("tmm4") _, out("tmm5") _,
                options(readonly, nostack, preserves_flags));
        }
    }

    #[inline(always)]
    unsafe fn load_weights<const HALF: usize>(&mut self, from: *const u8) {
        // SAFETY: `self` proves the instruction; it reads half of sixteen steps, which the caller
        // ensures.
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
        // SAFETY: `self` proves the instruction (products of signed with unsigned bytes), which
        // changes tile registers alone.
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
        // SAFETY: `self` proves the instructions; they write half a row each to at most `SIDE` rows
        // of `totals`, which has as many by the assertion.
        unsafe {
            asm!("tilestored [{to} + {stride}], tmm{low}",
                "tilestored [{to} + {stride} + {half}], tmm{high}",
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
    fn a_configuration_is_laid_out_as_the_processor_reads_it() {
        assert_eq!(size_of::<TileConfig>(), 64);
        let TileConfig {
            palette,
            row_bytes,
            rows,
            ..
        } = TileConfig::of(16, 5);
        assert_eq!(std::mem::offset_of!(TileConfig, row_bytes), 16);
        assert_eq!(std::mem::offset_of!(TileConfig, rows), 48);
        assert_eq!(
            (palette, &row_bytes[..9]),
            (1, &[64, 64, 64, 64, 64, 64, 64, 64, 0][..])
        );
        // The sums of a register of rows have as many as it.
        assert_eq!(rows[..9], [16, 16, 5, 5, 16, 5, 16, 16, 0]);
    }

    #[test]
    fn registers_serve_again_for_the_same_rows_alone() {
        assert!(serves((16, 5), 16, Some(5)));
        assert!(serves((16, 5), 16, None));
        assert!(!serves((16, 5), 16, Some(6)));
        assert!(!serves((16, 16), 9, None));
    }
}
