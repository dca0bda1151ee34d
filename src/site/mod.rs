//! Pages with addresses, the navigation between them, and their output.
//!
//! [`assemble()`] turns sources into a [`Site`] that never changes again;
//! [`resolve::resolve`] is the one answer to "what does this link point at",
//! asked by rendering and by checking alike.

pub mod address;
mod around;
pub mod assemble;
pub mod blog;
mod built_in;
pub mod chapters;
pub mod entries;
pub mod extras;
pub mod face;
pub mod images;
mod landing;
pub mod listed;
pub mod listing;
pub mod mdbook_theme;
pub mod moved;
pub mod nav;
mod near;
pub mod nearest;
pub mod outline;
pub mod press;
pub mod print;
pub mod published;
pub mod redirects;
pub mod related;
pub mod render;
pub mod resolve;
pub mod said;
pub mod shared;
pub mod shelf;
pub mod strings;
pub mod summary;
pub mod tags;
pub mod theme;
pub mod twins;
pub mod url;
pub mod view;
pub mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

pub use assemble::{assemble, assemble_with};
pub use blog::Blogs;
pub use nav::{Nav, NavGroup, NavItem, NavLink};
pub use nearest::Paths;
pub use resolve::{Broken, Target, resolve};
pub use tags::Tags;

use crate::config::UrlStyle;
use crate::content::{Asset, Kind, Source};
use crate::markdown::{Document, Link};

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
    /// The page's own description, else the start of its first paragraph.
    pub description: Option<String>,
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
    /// What every link points at: for each page, by its number, a target for
    /// each of its document's links, in their order.
    pub targets: Vec<Arc<[Target]>>,
    /// The paths of all pages and of all other files, to find the nearest in:
    /// made when something is looked for in vain.
    pub names: Arc<OnceLock<Names>>,
    /// Where pages lie.
    pub urls: UrlStyle,
    /// Files that are published elsewhere than they lie, by their path.
    pub moved_assets: Arc<BTreeMap<String, String>>,
    /// The posts and lists of blogs.
    pub blogs: Arc<Blogs>,
    /// Tags of pages.
    pub tags: Arc<Tags>,
}

/// What there is to be linked to, by path.
#[derive(Debug, Default)]
pub struct Names {
    /// The sources of pages.
    pub pages: Paths,
    /// Everything else.
    pub files: Paths,
}

/// What a link that is not the page's own points at.
static NOWHERE: Target = Target::Broken(Broken::Empty);

impl Site {
    /// The page with this number.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.0]
    }

    /// The pages that are searched, in reading order, those outside the
    /// navigation last.
    pub fn searched(&self) -> Vec<Arc<Page>> {
        let mut reached = vec![false; self.pages.len()];
        self.nav.order.iter().for_each(|id| reached[id.0] = true);
        let outside = self.pages.iter().filter(|page| !reached[page.id.0]);
        let inside = self.nav.order.iter().map(|id| &self.pages[id.0]);
        let pages = inside.chain(outside).filter(|page| page.searched);
        pages.cloned().collect()
    }

    /// The paths of pages and files.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| Names {
            pages: Paths::new(self.pages.iter().map(|page| page.source.path.as_str())),
            files: Paths::new(self.assets.keys().map(String::as_str)),
        })
    }

    /// What a link of the page points at; `link` is one of its document's.
    pub fn target(&self, page: &Page, link: &Link) -> &Target {
        let number = page.document.links.element_offset(link);
        let targets = self.targets.get(page.id.0);
        let target = targets.and_then(|targets| targets.get(number?));
        target.unwrap_or(&NOWHERE)
    }

    /// Asks for every link of a page what it points at.
    pub fn resolve_all(&self, page: &Page) -> Arc<[Target]> {
        let links = page.document.links.iter();
        links
            .map(|link| resolve(self, page.id, &link.dest))
            .collect()
    }
}
