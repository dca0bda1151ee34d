//! The element types of tensors that the inference library can load.

/// A type of ggml, by its block: so many elements in so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "these are ggml's own names")]
#[expect(non_camel_case_types, reason = "these are ggml's own names")]
pub enum Dtype {
    F32,
    F16,
    BF16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q8_1,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    Q8_K,
}

/// Number in the file, type, elements in a block, bytes in a block.
const TABLE: [(u32, Dtype, u64, u64); 15] = [
    (0, Dtype::F32, 1, 4),
    (1, Dtype::F16, 1, 2),
    (2, Dtype::Q4_0, 32, 18),
    (3, Dtype::Q4_1, 32, 20),
    (6, Dtype::Q5_0, 32, 22),
    (7, Dtype::Q5_1, 32, 24),
    (8, Dtype::Q8_0, 32, 34),
    (9, Dtype::Q8_1, 32, 36),
    (10, Dtype::Q2_K, 256, 84),
    (11, Dtype::Q3_K, 256, 110),
    (12, Dtype::Q4_K, 256, 144),
    (13, Dtype::Q5_K, 256, 176),
    (14, Dtype::Q6_K, 256, 210),
    (15, Dtype::Q8_K, 256, 292),
    (30, Dtype::BF16, 1, 2),
];

/// ggml's other types, by their number in `ggml.h`: none of them can be loaded.
const OTHERS: [(u32, &str); 12] = [
    (16, "IQ2_XXS"),
    (17, "IQ2_XS"),
    (18, "IQ3_XXS"),
    (19, "IQ1_S"),
    (20, "IQ4_NL"),
    (21, "IQ3_S"),
    (22, "IQ2_S"),
    (23, "IQ4_XS"),
    (29, "IQ1_M"),
    (34, "TQ1_0"),
    (35, "TQ2_0"),
    (39, "MXFP4"),
];

/// What a type that cannot be loaded is called: its name, else its number.
pub fn name_of_other(number: u32) -> String {
    let known = OTHERS.iter().find(|(other, _)| *other == number);
    known.map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned())
}

impl Dtype {
    /// The type with this number, if it can be loaded.
    pub fn from_number(number: u32) -> Option<Self> {
        TABLE.iter().find(|row| row.0 == number).map(|row| row.1)
    }

    /// The number that stands for it in a file.
    pub fn number(self) -> u32 {
        self.row().0
    }

    /// The elements in a block.
    pub fn block_elements(self) -> u64 {
        self.row().2
    }

    /// The bytes in a block.
    pub fn block_bytes(self) -> u64 {
        self.row().3
    }

    fn row(self) -> (u32, Self, u64, u64) {
        TABLE
            .into_iter()
            .find(|row| row.1 == self)
            .unwrap_or(TABLE[0])
    }
}
