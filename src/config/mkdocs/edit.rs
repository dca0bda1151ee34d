//! Where a page can be edited, from the address of its repository.

/// The name and the `edit_uri` of a well-known host.
pub fn host(repo_url: &str) -> Option<(&'static str, &'static str)> {
    let rest = repo_url
        .split_once("://")
        .map_or(repo_url, |(_, rest)| rest);
    match rest.split(['/', ':']).next()? {
        "github.com" => Some(("GitHub", "edit/master/docs/")),
        "gitlab.com" => Some(("GitLab", "edit/master/docs/")),
        "bitbucket.org" => Some(("Bitbucket", "src/default/docs/")),
        _ => None,
    }
}

/// The template of edit links, in which `{source}` stands for the file.
pub fn template(
    repo_url: Option<&str>,
    edit_uri: Option<&str>,
    edit_uri_template: Option<&str>,
) -> Option<String> {
    let inner = match edit_uri_template {
        Some(template) => template
            .replace("{path!q}", "{source}")
            .replace("{path}", "{source}")
            .replace("{path_noext!q}", "{stem}")
            .replace("{path_noext}", "{stem}"),
        None => {
            let uri = edit_uri.or_else(|| repo_url.and_then(host).map(|(_, uri)| uri))?;
            if uri.is_empty() {
                return None;
            }
            let slash = if uri.ends_with('/') { "" } else { "/" };
            format!("{uri}{slash}{{source}}")
        }
    };
    if inner.contains("://") {
        return Some(inner);
    }
    let repo = repo_url?.trim_end_matches('/');
    let joint = if inner.starts_with(['?', '#']) {
        ""
    } else {
        "/"
    };
    Some(format!("{repo}{joint}{}", inner.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::template;

    fn check(repo: &str, uri: Option<&str>, given: Option<&str>, expected: Option<&str>) {
        assert_eq!(template(Some(repo), uri, given).as_deref(), expected);
    }

    #[test]
    fn well_known_hosts_have_an_edit_address() {
        check(
            "https://github.com/a/b",
            None,
            None,
            Some("https://github.com/a/b/edit/master/docs/{source}"),
        );
        check(
            "https://gitlab.com/a/b/",
            Some("edit/main/doc"),
            None,
            Some("https://gitlab.com/a/b/edit/main/doc/{source}"),
        );
        check("https://example.org/x", None, None, None);
        check("https://github.com/a/b", Some(""), None, None);
        check(
            "https://example.org/x",
            None,
            Some("https://edit.example.org/?f={path!q}"),
            Some("https://edit.example.org/?f={source}"),
        );
        check(
            "https://example.org/x",
            Some("?query=root/"),
            None,
            Some("https://example.org/x?query=root/{source}"),
        );
    }
}
