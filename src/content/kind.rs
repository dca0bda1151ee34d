//! The four kinds of documentation, after Diátaxis (<https://diataxis.fr>).

use serde::{Deserialize, Serialize};

/// What a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A lesson: learning by doing.
    Tutorial,
    /// Directions to a goal.
    HowTo,
    /// Facts to look up.
    Reference,
    /// Background and reasons.
    Explanation,
}

impl Kind {
    /// All kinds, in the order readers meet them.
    pub const ALL: [Self; 4] = [
        Self::Tutorial,
        Self::HowTo,
        Self::Reference,
        Self::Explanation,
    ];

    /// The name in addresses, front matter and the API.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Tutorial => "tutorial",
            Self::HowTo => "how-to",
            Self::Reference => "reference",
            Self::Explanation => "explanation",
        }
    }

    /// The name that readers see over a group of pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Tutorial => "Tutorials",
            Self::HowTo => "How-to guides",
            Self::Reference => "Reference",
            Self::Explanation => "Explanation",
        }
    }

    /// Reads a kind as people write it: `how-to`, `How-To Guides`, `concept`,
    /// Hugo's `content_type` values.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase().replace([' ', '_'], "-");
        Some(match name.as_str() {
            "tutorial" | "tutorials" | "learn" | "learning" => Self::Tutorial,
            "how-to" | "how-tos" | "howto" | "howtos" | "how-to-guide" | "how-to-guides"
            | "guide" | "guides" | "task" | "tasks" => Self::HowTo,
            "reference" | "references" | "api" | "api-reference" => Self::Reference,
            "explanation" | "explanations" | "concept" | "concepts" | "discussion"
            | "background" => Self::Explanation,
            _ => return None,
        })
    }

    /// The kind that a folder's name stands for, a number in front ignored:
    /// `02-tutorials` is a folder of tutorials.
    pub fn from_folder(folder: &str) -> Option<Self> {
        let name = folder.trim_start_matches(|c: char| c.is_ascii_digit());
        let name = if name.len() < folder.len() {
            name.trim_start_matches(['-', '_', '.', ' '])
        } else {
            name
        };
        Self::from_name(name)
    }

    /// The kind of the nearest folder above `path` that names one.
    pub fn from_path(path: &str) -> Option<Self> {
        path.rsplit('/').skip(1).find_map(Self::from_folder)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn folders_name_their_kind_with_or_without_a_number() {
        for (folder, kind) in [
            ("tutorials", Kind::Tutorial),
            ("02-tutorials", Kind::Tutorial),
            ("how-to", Kind::HowTo),
            ("how-to-guides", Kind::HowTo),
            ("guides", Kind::HowTo),
            ("reference", Kind::Reference),
            ("3_api", Kind::Reference),
            ("explanation", Kind::Explanation),
            ("concepts", Kind::Explanation),
        ] {
            assert_eq!(Kind::from_folder(folder), Some(kind), "{folder}");
        }
        assert_eq!(Kind::from_folder("blog"), None);
    }

    #[test]
    fn the_nearest_folder_decides() {
        assert_eq!(Kind::from_path("reference/guides/a.md"), Some(Kind::HowTo));
        assert_eq!(Kind::from_path("tutorials.md"), None);
    }
}
