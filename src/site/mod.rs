//! Pages with addresses, the navigation between them, and their output.
//!
//! [`assemble()`] turns sources into a [`Site`] that never changes again;
//! [`resolve::resolve`] is the one answer to "what does this link point at",
//! asked by rendering and by checking alike.

pub mod address;
pub mod assemble;
pub mod blog;
mod built_in;
pub mod chapters;
pub mod entries;
pub mod extras;
pub mod images;
pub mod listed;
pub mod listing;
pub mod mdbook_theme;
pub mod moved;
pub mod nav;
pub mod nearest;
pub mod outline;
pub mod print;
pub mod published;
pub mod redirects;
pub mod related;
pub mod render;
pub mod resolve;
mod said;
pub mod strings;
pub mod summary;
pub mod theme;
pub mod twins;
pub mod url;
pub mod view;
pub mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

pub use assemble::{assemble, assemble_with};
pub use blog::Blogs;
pub use nav::{Nav, NavGroup, NavItem, NavLink};
pub use resolve::{Broken, Target, resolve};

use crate::config::UrlStyle;
use crate::content::{Asset, Kind, Source};
use crate::markdown::Document;

/// The number of a page in [`Site::pages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageId(pub usize);

/// One page of the site.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its number.
    pub id: PageId,
    /// The file it was made from.
    pub source: Arc<Source>,
    /// The parsed text.
    pub document: Arc<Document>,
    /// Its file relative to the site's root, such as `how-to/install.html`.
    pub url: String,
    /// What links to it carry: the same, or the folder of the file.
    pub address: String,
    /// From the front matter, else the summary, else the first heading.
    pub title: String,
    /// Whether the search knows it.
    pub searched: bool,
    /// What it is among the pages.
    pub role: Role,
    /// Whether nobody wrote it: there is no file to edit.
    pub made: bool,
}

/// What a page is among the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// One that the navigation lists as its file lies.
    #[default]
    Page,
    /// A post of a blog.
    Post,
    /// A list of posts, which stands where its blog does.
    List,
}

impl Page {
    /// What the page is for.
    pub fn kind(&self) -> Option<Kind> {
        self.source.kind
    }
}

/// The whole book, read-only once made.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The pages, in path order.
    pub pages: Vec<Arc<Page>>,
    /// Groups, order and trails.
    pub nav: Arc<Nav>,
    /// Files to copy, by their path relative to the content folder.
    pub assets: Arc<BTreeMap<String, Asset>>,
    /// Pages of the folder that `SUMMARY.md` leaves out, by path: not
    /// published.
    pub unlisted: Arc<BTreeSet<String>>,
    /// Pages that are drafts, by path: not published.
    pub drafts: BTreeSet<String>,
    /// Pages that could not be read, by path: their last version stays.
    pub unread: BTreeSet<String>,
    /// The folder of its host where the book is published, such as
    /// `docs/latest`; empty when it is the host's root or not known.
    pub base: String,
    /// The address of the page that is shown where there is none.
    pub missing: Option<String>,
    /// Old addresses, without a leading `/`, with what they lead to now.
    pub redirects: Arc<BTreeMap<String, String>>,
    /// Pages by the path of their source.
    pub by_path: Arc<HashMap<String, PageId>>,
    /// Pages by their address.
    pub by_url: Arc<HashMap<String, PageId>>,
    /// Where pages lie.
    pub urls: UrlStyle,
    /// Files that are published elsewhere than they lie, by their path.
    pub moved_assets: Arc<BTreeMap<String, String>>,
    /// The posts and lists of blogs.
    pub blogs: Arc<Blogs>,
}

impl Site {
    /// The page with this number.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.0]
    }
}
