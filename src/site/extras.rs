//! Small files that hosts and search engines look for at fixed addresses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Site;
use super::published::Published;
use crate::content::History;

/// These files by their path.
pub fn files(site: &Site, published: &Published, history: &History) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut robots = "User-agent: *\nAllow: /\n".to_owned();
    if let Some(address) = published.absolute("sitemap.xml") {
        files.insert("sitemap.xml".to_owned(), sitemap(site, published, history));
        let _ = writeln!(robots, "Sitemap: {address}");
    }
    files.insert("robots.txt".to_owned(), robots);
    files
}

/// The site's pages with the day on which each last changed
/// (<https://www.sitemaps.org/protocol.html>).
fn sitemap(site: &Site, published: &Published, history: &History) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for page in site.pages.iter().filter(|page| page.url != "404.html") {
        let Some(address) = published.canonical(page) else {
            continue;
        };
        let _ = write!(out, "<url><loc>{}</loc>", escaped(&address));
        if let Some(day) = history.day(&page.source) {
            let _ = write!(out, "<lastmod>{day}</lastmod>");
        }
        out.push_str("</url>\n");
    }
    out.push_str("</urlset>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('\'', "&apos;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
