//! A blog among the pages: posts with dates, and lists of them, as Material
//! for MkDocs' plugin `blog` has them. The options have the plugin's names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A blog: the entries of `[[blog]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Blog {
    /// The folder of the content that the blog lies in; `.` for all of it.
    pub blog_dir: String,
    /// The folder of the posts; `{blog}` stands for the blog's.
    pub post_dir: String,
    /// How the date of a post is written: `full`, `long`, `medium`, `short`
    /// or a pattern of CLDR such as `d MMMM y`.
    pub post_date_format: String,
    /// How it is written in an address.
    pub post_url_date_format: String,
    /// The address of a post: `{date}`, `{slug}`, `{file}`, `{categories}`.
    pub post_url_format: String,
    /// So many categories stand in an address.
    pub post_url_max_categories: usize,
    /// What stands between the words of a slug.
    pub post_slugify_separator: String,
    /// What ends the part of a post that lists show.
    pub post_excerpt_separator: String,
    /// So many authors are named in lists.
    pub post_excerpt_max_authors: usize,
    /// So many categories are named in lists.
    pub post_excerpt_max_categories: usize,
    /// Whether posts say how long they take to read.
    pub post_readtime: bool,
    /// How fast readers are.
    pub post_readtime_words_per_minute: usize,
    /// Whether there are lists by time.
    pub archive: bool,
    /// Their heading in the navigation.
    pub archive_name: Option<String>,
    /// What posts of one list share, and its title.
    pub archive_date_format: String,
    /// The same in an address.
    pub archive_url_date_format: String,
    /// The address of such a list: `{date}`.
    pub archive_url_format: String,
    /// Whether these are split into pages; else as `pagination` says.
    pub archive_pagination: Option<bool>,
    /// So many posts on each of them.
    pub archive_pagination_per_page: Option<usize>,
    /// Whether there are lists by category.
    pub categories: bool,
    /// Their heading in the navigation.
    pub categories_name: Option<String>,
    /// The address of such a list: `{slug}`.
    pub categories_url_format: String,
    /// What stands between the words of a slug.
    pub categories_slugify_separator: String,
    /// Whether the last comes first.
    pub categories_sort_reverse: bool,
    /// The categories that there may be; none: any.
    pub categories_allowed: Vec<String>,
    /// Whether these are split into pages; else as `pagination` says.
    pub categories_pagination: Option<bool>,
    /// So many posts on each of them.
    pub categories_pagination_per_page: Option<usize>,
    /// Whether posts name their authors.
    pub authors: bool,
    /// Those who write, by the names that posts use.
    pub author: BTreeMap<String, Author>,
    /// Whether there are lists by author.
    pub authors_profiles: bool,
    /// Their heading in the navigation.
    pub authors_profiles_name: Option<String>,
    /// The address of such a list: `{slug}`, `{name}`.
    pub authors_profiles_url_format: String,
    /// Whether these are split into pages; else as `pagination` says.
    pub authors_profiles_pagination: Option<bool>,
    /// So many posts on each of them.
    pub authors_profiles_pagination_per_page: Option<usize>,
    /// Whether long lists are split into pages.
    pub pagination: bool,
    /// So many posts on each.
    pub pagination_per_page: usize,
    /// The address of the second page and those after it: `{page}`.
    pub pagination_url_format: String,
    /// Whether these have the text of the first, too.
    pub pagination_keep_content: bool,
    /// Whether a post whose date is still to come is a draft.
    pub draft_if_future_date: bool,
}

impl Default for Blog {
    fn default() -> Self {
        Self {
            blog_dir: "blog".to_owned(),
            post_dir: "{blog}/posts".to_owned(),
            post_date_format: "long".to_owned(),
            post_url_date_format: "yyyy/MM/dd".to_owned(),
            post_url_format: "{date}/{slug}".to_owned(),
            post_url_max_categories: 1,
            post_slugify_separator: "-".to_owned(),
            post_excerpt_separator: "<!-- more -->".to_owned(),
            post_excerpt_max_authors: 1,
            post_excerpt_max_categories: 5,
            post_readtime: true,
            post_readtime_words_per_minute: 265,
            archive: true,
            archive_name: None,
            archive_date_format: "yyyy".to_owned(),
            archive_url_date_format: "yyyy".to_owned(),
            archive_url_format: "archive/{date}".to_owned(),
            archive_pagination: None,
            archive_pagination_per_page: None,
            categories: true,
            categories_name: None,
            categories_url_format: "category/{slug}".to_owned(),
            categories_slugify_separator: "-".to_owned(),
            categories_sort_reverse: false,
            categories_allowed: Vec::new(),
            categories_pagination: None,
            categories_pagination_per_page: None,
            authors: true,
            author: BTreeMap::new(),
            authors_profiles: false,
            authors_profiles_name: None,
            authors_profiles_url_format: "author/{slug}".to_owned(),
            authors_profiles_pagination: None,
            authors_profiles_pagination_per_page: None,
            pagination: true,
            pagination_per_page: 10,
            pagination_url_format: "page/{page}".to_owned(),
            pagination_keep_content: false,
            draft_if_future_date: false,
        }
    }
}

/// Somebody who writes posts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Author {
    /// What readers see.
    pub name: String,
    /// Where to find them.
    pub url: Option<String>,
    /// Their name in addresses.
    pub slug: Option<String>,
}

impl Blog {
    /// The blog's folder in the content, empty for the content itself.
    pub fn folder(&self) -> String {
        tidy(&self.blog_dir)
    }

    /// The folder of the posts.
    pub fn posts(&self) -> String {
        tidy(&self.post_dir.replace("{blog}", &self.folder()))
    }

    /// The page that lists all posts.
    pub fn index(&self) -> String {
        self.within("index.md")
    }

    /// `path`, which is relative to the blog's folder, from the content's.
    pub fn within(&self, path: &str) -> String {
        let path = tidy(path);
        match self.folder().as_str() {
            "" => path,
            folder => format!("{folder}/{path}"),
        }
    }

    /// Whether the file at `path` is a post, if it has a date.
    pub fn holds(&self, path: &str) -> bool {
        let folder = self.posts();
        let inside = folder.is_empty()
            || path
                .strip_prefix(&folder)
                .is_some_and(|rest| rest.starts_with('/'));
        inside && path != self.index()
    }
}

/// A path of plain parts only, none so long that no disk has room for it.
fn tidy(path: &str) -> String {
    let part = |part: &str| {
        let plain: String = part.chars().filter(|c| !c.is_control()).collect();
        plain[..plain.floor_char_boundary(LONGEST)].to_owned()
    };
    let mut parts: Vec<String> = Vec::new();
    for name in path.split(['/', '\\']) {
        match name.trim() {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(part(name)),
        }
    }
    parts.join("/")
}

/// The longest part of a path, in bytes.
const LONGEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::Blog;

    #[test]
    fn posts_lie_in_a_folder_of_the_blog() {
        let blog = Blog::default();
        assert!(blog.holds("blog/posts/a.md"));
        assert!(!blog.holds("blog/posts-old/a.md"));
        assert!(!blog.holds("blog/index.md"));
        let all = Blog {
            blog_dir: ".".to_owned(),
            ..Blog::default()
        };
        assert_eq!(
            (all.posts().as_str(), all.index().as_str()),
            ("posts", "index.md")
        );
    }

    #[test]
    fn no_path_leads_out_of_the_blog() {
        let blog = Blog::default();
        assert_eq!(blog.within("../../../etc/x.md"), "blog/etc/x.md");
        assert_eq!(blog.within("/a//b\n.md"), "blog/a/b.md");
        assert!(blog.within(&"ä".repeat(300)).len() < 256);
    }
}
