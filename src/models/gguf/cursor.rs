//! Bounded reading: no length is believed before it was compared with what
//! is left of the file.

use std::io::Read;

use anyhow::{Result, bail};

/// A reader that knows how many bytes may still come.
pub(super) struct Cursor<R> {
    inner: R,
    at: u64,
    end: u64,
}

impl<R: Read> Cursor<R> {
    /// Reads `inner` from its start and at most `end` bytes of it.
    pub(super) fn new(inner: R, end: u64) -> Self {
        Self { inner, at: 0, end }
    }

    /// Bytes read so far.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Fails unless `count` things of at least `size` bytes can follow.
    pub(super) fn expect(&self, count: u64, size: u64) -> Result<u64> {
        match count.checked_mul(size) {
            Some(bytes) if bytes <= self.end - self.at => Ok(bytes),
            _ => bail!("at byte {} it promises more than it holds", self.at),
        }
    }

    /// The next `count` bytes.
    pub(super) fn bytes(&mut self, count: u64) -> Result<Vec<u8>> {
        let count = self.expect(count, 1)?;
        let mut bytes = vec![0; usize::try_from(count)?];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.expect(N as u64, 1)?;
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// An unsigned integer of four bytes.
    pub(super) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// An unsigned integer of eight bytes.
    pub(super) fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A string: its length in eight bytes, then its bytes.
    pub(super) fn text(&mut self) -> Result<String> {
        let length = self.u64()?;
        let bytes = self.bytes(length)?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.inner.read_exact(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}

/// The little-endian integer in `bytes`, at most eight of them.
pub(super) fn integer(bytes: &[u8], signed: bool) -> i128 {
    let unsigned = bytes
        .iter()
        .rev()
        .fold(0_i128, |sum, byte| (sum << 8) | i128::from(*byte));
    let negative = signed && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    if negative {
        unsigned - (1_i128 << (8 * bytes.len()))
    } else {
        unsigned
    }
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn integers_keep_their_sign() {
        assert_eq!(integer(&(-2_i32).to_le_bytes(), true), -2);
        assert_eq!(
            integer(&(-2_i32).to_le_bytes(), false),
            i128::from(u32::MAX - 1)
        );
        assert_eq!(
            integer(&u64::MAX.to_le_bytes(), false),
            i128::from(u64::MAX)
        );
        assert_eq!(integer(&i64::MIN.to_le_bytes(), true), i128::from(i64::MIN));
    }
}
