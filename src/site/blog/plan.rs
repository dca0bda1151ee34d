//! Which files are posts, where they are published, and which lists there
//! are: from the sources, before they are parsed.
//!
//! Takes sources and gives paths. A list that nobody wrote gets a source of
//! its own, made of its title.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::post::{self, Draft};
use super::slug;
use crate::config::{Blog, Config};
use crate::content::Source;
use crate::diagnostic::Diagnostic;
use crate::site::listed::stub;
use crate::site::strings::Strings;
use crate::site::{Role, url};

/// The blogs of a book by the paths of their files.
#[derive(Debug, Default)]
pub struct Plan {
    /// The blogs.
    pub blogs: Vec<Planned>,
    /// Where a post would have to lie to get its address, by its path.
    pub moved: BTreeMap<String, String>,
    /// Pages that nobody wrote.
    pub made: BTreeSet<String>,
    /// Pages of lists, but for the first of each blog's list of all posts.
    listed: BTreeSet<String>,
    /// Posts whose date is still to come.
    pub future: BTreeSet<String>,
    /// What is wrong.
    pub problems: Vec<Diagnostic>,
}

/// A blog.
#[derive(Debug)]
pub struct Planned {
    /// The posts, the newest first, after those that are pinned.
    pub posts: Vec<Draft>,
    /// The list of all posts, then those by author, by category and by time.
    pub lists: Vec<List>,
    /// The headings of these three in the navigation.
    pub headings: [String; 3],
}

/// A list of posts.
#[derive(Debug)]
pub struct List {
    /// Its files, one for each page of it.
    pub pages: Vec<String>,
    /// So many posts on each.
    pub each: usize,
    /// The posts, by their place among all.
    pub posts: Vec<usize>,
    /// What its posts share.
    pub of: Of,
}

/// What the posts of a list share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// Nothing: all posts.
    All,
    /// Who wrote them, by the blog's name.
    Author(String),
    /// A category.
    Category(String),
    /// When they were written.
    Time,
}

impl Plan {
    /// The plan of the book's blogs; sources of lists are added.
    pub fn of(config: &Config, sources: &mut Vec<Arc<Source>>) -> Self {
        let mut plan = Self::default();
        if config.blogs.is_empty() {
            return plan;
        }
        let strings = Strings::of(config);
        for blog in &config.blogs {
            let mut planner = Planner {
                blog,
                strings: &strings,
                sources,
                plan: &mut plan,
            };
            let planned = planner.blog();
            plan.blogs.push(planned);
        }
        sources.retain(|source| !plan.future.contains(&source.path));
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        plan
    }

    /// What the page made from the file at `path` is.
    pub fn role(&self, path: &str) -> Role {
        if self.moved.contains_key(path) {
            Role::Post
        } else if self.listed.contains(path) {
            Role::List
        } else {
            Role::Page
        }
    }
}

struct Planner<'a> {
    blog: &'a Blog,
    strings: &'a Strings,
    sources: &'a mut Vec<Arc<Source>>,
    plan: &'a mut Plan,
}

/// What is to be on a list: its path, its title, whose it is, the post.
type Entry = (String, String, Of, usize);

impl Planner<'_> {
    fn blog(&mut self) -> Planned {
        let blog = self.blog;
        let posts = self.posts();
        for post in &posts {
            let to = self.path_of(post);
            self.plan.moved.insert(post.path.clone(), to);
        }
        let index = self.strings.get("blog").to_owned();
        let mut all = self.list(&blog.index(), &index, Of::All, self.each(None, None));
        all.posts = (0..posts.len()).collect();
        let mut lists = vec![all];
        lists.extend(self.by_author(&posts));
        lists.extend(self.by_category(&posts));
        lists.extend(self.by_time(&posts));
        for list in &mut lists {
            self.turn(list);
            let shown = usize::from(list.of == Of::All);
            self.plan.listed.extend(list.pages[shown..].iter().cloned());
        }
        let named = |name: &Option<String>, word: &str| {
            let name = name.clone();
            name.unwrap_or_else(|| self.strings.get(word).to_owned())
        };
        Planned {
            headings: [
                named(&blog.authors_profiles_name, "authors"),
                named(&blog.categories_name, "categories"),
                named(&blog.archive_name, "archive"),
            ],
            posts,
            lists,
        }
    }

    fn posts(&mut self) -> Vec<Draft> {
        let mut posts = Vec::new();
        let now = self.blog.draft_if_future_date.then(now);
        let inside = |source: &&Arc<Source>| self.blog.holds(&source.path);
        for source in self.sources.iter().filter(inside) {
            let Some(post) = Draft::read(source, &mut self.plan.problems) else {
                continue;
            };
            let undecided = source.meta.draft.is_none();
            if now.is_some_and(|now| undecided && post.date.instant() > now) {
                self.plan.future.insert(post.path);
                continue;
            }
            self.plan.problems.extend(post.strangers(source, self.blog));
            posts.push(post);
        }
        posts.sort_by_key(|post| std::cmp::Reverse((post.pinned, post.date.instant())));
        posts
    }

    /// Where the post would lie if its address were made from its path.
    fn path_of(&self, post: &Draft) -> String {
        let blog = self.blog;
        let categories = post.categories.iter().take(blog.post_url_max_categories);
        let categories: Vec<String> = categories.map(|name| self.category(name)).collect();
        let made = || slug(&post.title, &blog.post_slugify_separator);
        let values = [
            ("{categories}", categories.join("/")),
            (
                "{date}",
                post.date.shown(&blog.post_url_date_format, self.strings),
            ),
            ("{file}", post::stem(&post.path).to_owned()),
            ("{slug}", post.slug.clone().unwrap_or_else(made)),
        ];
        self.path(&blog.post_url_format, &values)
    }

    /// The path that `format` with values for its names comes to.
    fn path(&self, format: &str, values: &[(&str, String)]) -> String {
        let fill = |text: String, (name, value): &(&str, String)| text.replace(name, value);
        let path = values.iter().fold(format.to_owned(), fill);
        self.blog.within(&format!("{path}.md"))
    }

    fn category(&self, name: &str) -> String {
        slug(name, &self.blog.categories_slugify_separator)
    }

    fn by_time(&mut self, posts: &[Draft]) -> Vec<List> {
        let blog = self.blog;
        let entry = |(at, post): (usize, &Draft)| {
            let date = post.date.shown(&blog.archive_url_date_format, self.strings);
            let path = self.path(&blog.archive_url_format, &[("{date}", date)]);
            let title = post.date.shown(&blog.archive_date_format, self.strings);
            (path, title, Of::Time, at)
        };
        let posts = posts.iter().enumerate().filter(|_| blog.archive);
        let entries: Vec<Entry> = posts.map(entry).collect();
        let each = self.each(blog.archive_pagination, blog.archive_pagination_per_page);
        self.lists(entries, each)
    }

    fn by_category(&mut self, posts: &[Draft]) -> Vec<List> {
        let blog = self.blog;
        let mut entries: Vec<Entry> = Vec::new();
        for (at, post) in posts.iter().enumerate().filter(|_| blog.categories) {
            for name in &post.categories {
                let slug = [("{slug}", self.category(name))];
                let path = self.path(&blog.categories_url_format, &slug);
                entries.push((path, name.clone(), Of::Category(name.clone()), at));
            }
        }
        let each = self.each(
            blog.categories_pagination,
            blog.categories_pagination_per_page,
        );
        let mut lists = self.lists(entries, each);
        lists.sort_by(|a, b| a.of.cmp(&b.of));
        if blog.categories_sort_reverse {
            lists.reverse();
        }
        lists
    }

    fn by_author(&mut self, posts: &[Draft]) -> Vec<List> {
        let blog = self.blog;
        let mut entries: Vec<Entry> = Vec::new();
        let wanted = blog.authors && blog.authors_profiles;
        for (at, post) in posts.iter().enumerate().filter(|_| wanted) {
            for id in &post.authors {
                let Some(author) = blog.author.get(id) else {
                    continue;
                };
                let slug = author.slug.as_ref().unwrap_or(id).clone();
                let names = [("{slug}", slug), ("{name}", author.name.clone())];
                let path = self.path(&blog.authors_profiles_url_format, &names);
                entries.push((path, author.name.clone(), Of::Author(id.clone()), at));
            }
        }
        let per_page = blog.authors_profiles_pagination_per_page;
        let each = self.each(blog.authors_profiles_pagination, per_page);
        self.lists(entries, each)
    }

    /// The lists with these entries, in the order in which they come up.
    fn lists(&mut self, entries: Vec<Entry>, each: usize) -> Vec<List> {
        let mut lists: Vec<List> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (path, title, of, post) in entries {
            let at = places.get(&path).copied().unwrap_or(lists.len());
            if at == lists.len() {
                lists.push(self.list(&path, &title, of, each));
                places.insert(path, at);
            }
            if lists[at].posts.last() != Some(&post) {
                lists[at].posts.push(post);
            }
        }
        lists
    }

    /// A list without posts. When nobody wrote its page, one is made.
    fn list(&mut self, path: &str, title: &str, of: Of, each: usize) -> List {
        if !self.sources.iter().any(|source| source.path == path) {
            self.plan.made.insert(path.to_owned());
            self.sources.push(stub(path, title, "").into());
        }
        List {
            pages: vec![path.to_owned()],
            each,
            posts: Vec::new(),
            of,
        }
    }

    /// How many posts stand on a page of a list.
    fn each(&self, pagination: Option<bool>, each: Option<usize>) -> usize {
        if pagination.unwrap_or(self.blog.pagination) {
            each.unwrap_or(self.blog.pagination_per_page).max(1)
        } else {
            usize::MAX
        }
    }

    /// Splits a list into pages. Those of a folder's own page are folders.
    fn turn(&mut self, list: &mut List) {
        let first = list.pages[0].clone();
        let (folder, name) = url::split(&first);
        let (base, ending) = match name {
            "index.md" => (folder, "/index.md"),
            _ => (first.strip_suffix(".md").unwrap_or(&first), ".md"),
        };
        for number in 2..=list.posts.len().div_ceil(list.each) {
            let format = &self.blog.pagination_url_format;
            let path = format.replace("{page}", &number.to_string()) + ending;
            let path = url::normal(base, path.trim_start_matches('/'));
            let Some(path) = path.filter(|path| *path != first) else {
                continue;
            };
            self.copy(&first, &path);
            list.pages.push(path);
        }
    }

    /// The source of a further page of the list whose first page is `first`.
    fn copy(&mut self, first: &str, path: &str) {
        let at = |path: &str| self.sources.iter().position(|source| source.path == path);
        let (Some(original), None) = (at(first), at(path)) else {
            return;
        };
        let original = &self.sources[original];
        let mut copy = stub(path, &post::title(original), "");
        if self.blog.pagination_keep_content {
            copy.text = original.text.clone();
            copy.body = original.body;
            copy.meta = original.meta.clone();
        }
        self.plan.made.insert(path.to_owned());
        self.sources.push(copy.into());
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let time = SystemTime::now().duration_since(UNIX_EPOCH);
    time.map_or(0, |time| time.as_secs()).cast_signed()
}
