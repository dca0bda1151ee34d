//! The keys of `mkdocs.yml` at its top, and what becomes of each.

/// What becomes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Read and honoured.
    Used,
    /// For a command of MkDocs that docent has not; harmless here.
    Inert,
    /// Not honoured: what it would have done.
    Unsupported(&'static str),
}

use Support::{Inert, Unsupported, Used};

/// The known keys.
pub const KEYS: &[(&str, Support)] = &[
    ("INHERIT", Used),
    ("copyright", Used),
    ("dev_addr", Used),
    ("docs_dir", Used),
    ("draft_docs", Used),
    ("edit_uri", Used),
    ("edit_uri_template", Used),
    ("exclude_docs", Used),
    ("extra", Used),
    ("extra_css", Used),
    ("extra_javascript", Used),
    (
        "extra_templates",
        Unsupported("files are made from Jinja templates"),
    ),
    (
        "google_analytics",
        Unsupported("it loads a script that counts visits"),
    ),
    (
        "hooks",
        Unsupported("code in Python changes the build, which docent does not run"),
    ),
    ("markdown_extensions", Used),
    ("nav", Used),
    ("not_in_nav", Used),
    ("pages", Unsupported("it is the old name of `nav`")),
    ("plugins", Used),
    ("remote_branch", Inert),
    ("remote_name", Inert),
    ("repo_name", Used),
    ("repo_url", Used),
    ("site_author", Used),
    ("site_description", Used),
    ("site_dir", Used),
    ("site_name", Used),
    ("site_url", Used),
    ("strict", Used),
    ("theme", Used),
    ("use_directory_urls", Used),
    ("validation", Used),
    ("watch", Used),
];

/// The keys of `extra` that Material for MkDocs reads, with their effect.
pub const EXTRA: &[(&str, &str)] = &[
    ("alternate", "the header has a choice of languages"),
    (
        "analytics",
        "a script counts visits; docent loads nothing from elsewhere",
    ),
    ("annotate", "code of more languages is annotated"),
    ("consent", "readers are asked for their consent"),
    ("generator", "the footer names the tool"),
    ("homepage", "the logo leads elsewhere"),
    ("manifest", "the site can be installed as an app"),
    ("social", "the footer has links with icons"),
    ("tags", "tags have icons"),
    ("version", "the header has a choice of versions"),
];
