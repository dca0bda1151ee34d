//! Numbers as few bits, most of them small: Exp-Golomb codes, and their bytes
//! as text.
//!
//! The other side is in the theme's `search-files.js`.

use crate::index::text::terms::Postings;

/// The highest order of a code that is tried.
const HIGHEST: u32 = 15;
/// The letters of base64.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bits behind each other, the highest of each byte first.
#[derive(Default)]
pub struct Bits {
    bytes: Vec<u8>,
    /// The last bits, those that do not fill a byte yet in the low places.
    open: u64,
    /// How many of them there are: less than 8 between two calls.
    filled: u32,
}

impl Bits {
    /// Adds `value` in `count` bits, at most 32.
    fn put(&mut self, value: u64, count: u32) {
        self.open = (self.open << count) | value;
        self.filled += count;
        while self.filled >= 8 {
            self.filled -= 8;
            self.bytes.push((self.open >> self.filled).to_le_bytes()[0]);
        }
    }

    /// Adds a number by the Exp-Golomb code of this order: what is left
    /// without the `order` lowest bits, plus one, behind as many zeros as it
    /// has bits less one; then those lowest bits.
    fn number(&mut self, value: u32, order: u32) {
        let high = (u64::from(value) >> order) + 1;
        let zeros = high.ilog2();
        let low = u64::from(value) & ((1 << order) - 1);
        if zeros <= 8 {
            return self.put(high << order | low, 2 * zeros + 1 + order);
        }
        self.put(0, zeros);
        self.put(high >> 1, zeros);
        self.put(high & 1, 1);
        self.put(low, order);
    }

    /// Adds the lists of a term: which there are, and of each how many
    /// chunks, the order of the code for the gaps, and gap and frequency for
    /// each chunk. Ends with a whole byte.
    pub fn postings(&mut self, postings: &Postings<'_>) {
        for list in postings {
            self.put(u64::from(!list.is_empty()), 1);
        }
        for list in postings.iter().filter(|list| !list.is_empty()) {
            let order = order(list);
            self.number(u32::try_from(list.len() - 1).unwrap_or(u32::MAX), 0);
            self.put(u64::from(order), 4);
            let mut next = 0;
            for (chunk, frequency) in *list {
                self.number(chunk - next, order);
                self.number(frequency - 1, 0);
                next = chunk + 1;
            }
        }
        self.put(0, (8 - self.filled) % 8);
    }

    /// The whole bytes so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The whole bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// The order that codes the gaps of a list shortest, taking each gap for one
/// of the same number of bits.
fn order(list: &[(u32, u32)]) -> u32 {
    let mut sizes = [0_u32; 33];
    let mut next = 0;
    for (chunk, _) in list {
        sizes[(32 - (chunk - next).leading_zeros()) as usize] += 1;
        next = chunk + 1;
    }
    // In halves of a bit: of the gaps with so many bits left, half, a quarter
    // and so on are all ones and take two bits more.
    let cost = |order: u32| -> u32 {
        let of_size = |(size, count): (u32, &u32)| {
            let high = match size.saturating_sub(order) {
                0 => 2,
                left => 4 * left - 2 + 8_u32.checked_shr(left).unwrap_or(0),
            };
            count * (high + 2 * order)
        };
        (0..).zip(&sizes).map(of_size).sum()
    };
    (0..=HIGHEST).min_by_key(|order| cost(*order)).unwrap_or(0)
}

/// Bytes as base64 with its `=` at the end.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let all = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letter = |shift: u32| LETTERS[((all >> shift) & 63) as usize];
        text.extend([letter(18), letter(12), letter(6), letter(0)]);
    }
    let filled = (bytes.len() * 4).div_ceil(3);
    text[filled..].fill(b'=');
    text.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::{Bits, base64};

    #[test]
    fn small_numbers_take_few_bits() {
        let mut bits = Bits::default();
        // 1, 010, 011, then 5 in order 2: 010 01.
        for value in [0, 1, 2] {
            bits.number(value, 0);
        }
        bits.number(5, 2);
        bits.put(0, 4);
        assert_eq!(bits.bytes(), [0b1010_0110, 0b1001_0000]);
    }

    #[test]
    fn the_largest_numbers_fit() {
        let mut bits = Bits::default();
        bits.number(u32::MAX, 0);
        bits.number(u32::MAX, 15);
        bits.put(0, 7);
        assert_eq!(bits.bytes().len() * 8, 65 + 35 + 15 + 5);
        assert_eq!(bits.bytes()[..6], [0, 0, 0, 0, 0b1000_0000, 0]);
    }

    #[test]
    fn lists_end_with_a_whole_byte() {
        let mut bits = Bits::default();
        bits.postings(&[&[], &[], &[(4, 1), (5, 2)], &[]]);
        let first = bits.bytes().len();
        bits.postings(&[&[(0, 1)], &[], &[], &[(9, 1)]]);
        assert_eq!(bits.bytes()[..2], [0b0010_0100, 0b0000_0101]);
        assert_eq!(bits.bytes()[first] >> 4, 0b1001);
    }

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
