//! What texts are known by: their SHA-256.

use sha2::{Digest as _, Sha256};

/// The length of a SHA-256 in bytes.
pub const DIGEST: usize = 32;

/// A SHA-256.
pub type Digest = [u8; DIGEST];

/// The SHA-256 over `parts`, each with its length in front.
pub fn digest<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        let part = part.as_ref();
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}
