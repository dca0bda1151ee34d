//! Whether this machine has what the program was compiled for.
//!
//! The language model's kernels are chosen when docent is compiled, so the
//! project asks for AVX2, FMA and F16C. Without this check an older machine
//! would die of an illegal instruction and say nothing.

/// The names of the missing features; empty when all are there.
///
/// Asks the processor itself: `is_x86_feature_detected!` answers at compile
/// time when the feature was asked for.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
pub fn missing() -> Vec<&'static str> {
    use core::arch::x86_64::{__cpuid, __cpuid_count};
    let highest = __cpuid(0).eax;
    let basic = __cpuid(1).ecx;
    let extended = if highest >= 7 {
        __cpuid_count(7, 0).ebx
    } else {
        0
    };
    // Intel 64 and IA-32 manual, volume 2A, CPUID: leaf 1 ECX, leaf 7 EBX.
    let features = [
        ("AVX", cfg!(target_feature = "avx"), basic >> 28 & 1),
        ("FMA", cfg!(target_feature = "fma"), basic >> 12 & 1),
        ("F16C", cfg!(target_feature = "f16c"), basic >> 29 & 1),
        ("AVX2", cfg!(target_feature = "avx2"), extended >> 5 & 1),
        ("BMI2", cfg!(target_feature = "bmi2"), extended >> 8 & 1),
    ];
    let absent = features
        .iter()
        .filter(|(_, compiled, present)| *compiled && *present == 0);
    absent.map(|(name, _, _)| *name).collect()
}

/// Other processors need no check: nothing beyond their baseline is asked of
/// the compiler.
#[cfg(not(target_arch = "x86_64"))]
pub fn missing() -> Vec<&'static str> {
    Vec::new()
}
