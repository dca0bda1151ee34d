//! Blocks of 32 quantised weights: ggml's Q4_1, Q5_0 and Q5_1 to numbers,
//! numbers to its Q8_0. Layouts as in ggml's `ggml-common.h`.

use half::f16;

use crate::models::gguf::Dtype;

/// The weights of a block.
pub(super) const ELEMENTS: usize = 32;
/// The bytes of a Q8_0 block: a scale of two bytes, 32 signed weights.
pub(super) const Q8_0_BYTES: usize = 34;

/// The weights of a block of `dtype`; nothing for a type that is not
/// converted, or a block of another length.
pub(super) fn decode(dtype: Dtype, block: &[u8]) -> Option<[f32; ELEMENTS]> {
    let scale = half_at(block, 0)?;
    let (low, high_bits, nibbles) = match dtype {
        Dtype::Q4_1 => (half_at(block, 2)?, 0, block.get(4..20)?),
        Dtype::Q5_0 => (-16.0 * scale, bits_at(block, 2)?, block.get(6..22)?),
        Dtype::Q5_1 => (half_at(block, 2)?, bits_at(block, 4)?, block.get(8..24)?),
        _ => return None,
    };
    let mut weights = [0.0; ELEMENTS];
    for (index, byte) in nibbles.iter().enumerate() {
        // The low halves of the bytes are the first 16 weights, the high
        // halves the last 16; bit `n` of the high bits belongs to weight `n`.
        for (index, nibble) in [(index, byte & 0x0f), (index + 16, byte >> 4)] {
            let high = ((high_bits >> index) & 1) << 4;
            weights[index] = scale * (u32::from(nibble) | high) as f32 + low;
        }
    }
    Some(weights)
}

/// The Q8_0 block nearest to `weights`; nothing when one is not finite or
/// too large for the scale.
///
/// The scale is rounded up, never down, so that the largest weight still
/// fits: each weight is within half a scale of the one that it stands for.
pub(super) fn encode(weights: &[f32; ELEMENTS]) -> Option<[u8; Q8_0_BYTES]> {
    if !weights.iter().all(|weight| weight.is_finite()) {
        return None;
    }
    let largest = weights
        .iter()
        .fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
    let mut scale = f16::from_f32(largest / 127.0);
    if scale.to_f32() * 127.0 < largest {
        scale = f16::from_bits(scale.to_bits() + 1);
    }
    if !scale.is_finite() {
        return None;
    }
    let inverse = if scale == f16::ZERO {
        0.0
    } else {
        1.0 / scale.to_f32()
    };
    let mut block = [0; Q8_0_BYTES];
    block[..2].copy_from_slice(&scale.to_le_bytes());
    for (byte, weight) in block[2..].iter_mut().zip(weights) {
        *byte = ((weight * inverse).round() as i8).to_le_bytes()[0];
    }
    Some(block)
}

fn half_at(block: &[u8], at: usize) -> Option<f32> {
    let bytes = block.get(at..at + 2)?;
    Some(f16::from_le_bytes(bytes.try_into().ok()?).to_f32())
}

fn bits_at(block: &[u8], at: usize) -> Option<u32> {
    let bytes = block.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use half::f16;
    use proptest::prelude::*;

    use super::{ELEMENTS, Q8_0_BYTES, decode, encode};
    use crate::models::gguf::Dtype;

    fn q8_0(block: &[u8; Q8_0_BYTES]) -> (f32, [f32; ELEMENTS]) {
        let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
        let mut weights = [0.0; ELEMENTS];
        for (weight, byte) in weights.iter_mut().zip(&block[2..]) {
            *weight = scale * f32::from(i8::from_le_bytes([*byte]));
        }
        (scale, weights)
    }

    #[test]
    fn blocks_are_decoded_as_ggml_lays_them_out() {
        let half = |number: f32| f16::from_f32(number).to_le_bytes();
        let mut q4_1 = [0_u8; 20];
        q4_1[..2].copy_from_slice(&half(0.5));
        q4_1[2..4].copy_from_slice(&half(-1.0));
        q4_1[4] = 0x3f;
        let weights = decode(Dtype::Q4_1, &q4_1).expect("a block");
        assert_eq!((weights[0], weights[16], weights[1]), (6.5, 0.5, -1.0));

        let mut q5_0 = [0_u8; 22];
        q5_0[..2].copy_from_slice(&half(2.0));
        q5_0[2..6].copy_from_slice(&(1_u32 | 1 << 31).to_le_bytes());
        q5_0[21] = 0x5a;
        let weights = decode(Dtype::Q5_0, &q5_0).expect("a block");
        assert_eq!(
            (weights[0], weights[1], weights[15], weights[31]),
            (0.0, -32.0, -12.0, 10.0)
        );

        let mut q5_1 = [0_u8; 24];
        q5_1[..2].copy_from_slice(&half(1.0));
        q5_1[2..4].copy_from_slice(&half(0.25));
        q5_1[4..8].copy_from_slice(&(1_u32 << 16).to_le_bytes());
        q5_1[8] = 0x21;
        let weights = decode(Dtype::Q5_1, &q5_1).expect("a block");
        assert_eq!((weights[0], weights[16], weights[2]), (1.25, 18.25, 0.25));
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        let mut block = [0_u8; 20];
        block[..2].copy_from_slice(&f16::INFINITY.to_le_bytes());
        let weights = decode(Dtype::Q4_1, &block).expect("a block");
        assert_eq!(encode(&weights), None);
    }

    proptest! {
        /// Any finite block, the scales' whole range and subnormals included.
        #[test]
        fn each_weight_stays_within_half_a_step(
            scale in any::<u16>(), low in any::<u16>(), rest in any::<[u8; 20]>(),
            dtype in prop::sample::select(vec![Dtype::Q4_1, Dtype::Q5_0, Dtype::Q5_1]),
        ) {
            let mut block = [scale.to_le_bytes(), low.to_le_bytes()].concat();
            block.extend(rest);
            let weights = decode(dtype, &block).expect("a block");
            prop_assume!(weights.iter().all(|weight| weight.is_finite()));
            let (step, after) = q8_0(&encode(&weights).expect("finite weights"));
            for (before, after) in weights.iter().zip(after) {
                // The product and the quotient are themselves rounded.
                let slack = before.abs() * 4.0 * f32::EPSILON;
                prop_assert!((before - after).abs() <= step / 2.0 + slack, "{before} {after} {step}");
            }
        }
    }
}
