//! What can be wrong with a language model behind a URL, as `book.toml`
//! names it. Nothing is asked or looked up here.

use super::Answer;

/// What the name of a variable with a key begins with, so that a book from
/// elsewhere cannot have another secret sent to an address of its choice.
pub const KEY_PREFIX: &str = "DOCENT_";

/// One fault: the key of `[answer]` that is to blame, what is wrong, the fix.
pub(super) type Fault = (&'static str, String, String);

/// The faults of `answer`; `has_model` says whether the book names the model.
pub(super) fn faults(answer: &Answer, has_model: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(url) = &answer.base_url {
        let rest = ["http://", "https://"]
            .iter()
            .find_map(|scheme| url.strip_prefix(scheme));
        let fine = rest.is_some_and(|rest| {
            let odd = |c: char| "@?#\\".contains(c) || c.is_whitespace() || c.is_control();
            !rest.is_empty() && !rest.starts_with(['/', ':']) && !rest.contains(odd)
        });
        if !fine {
            let help = "write scheme, host, port and path only, as in `http://127.0.0.1:8000/v1`; a key goes into the variable that `api-key-env` names";
            faults.push((
                "base-url",
                format!("`{url}` is not the address of a server"),
                help.to_owned(),
            ));
        }
        if !has_model {
            let help = "add `model`, the name that the server knows it by";
            faults.push((
                "base-url",
                "`base-url` without `model`".to_owned(),
                help.to_owned(),
            ));
        }
    }
    if let Some(name) = &answer.api_key_env {
        let rest = name.strip_prefix(KEY_PREFIX).unwrap_or_default();
        let letters = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        if rest.is_empty() || !rest.chars().all(letters) {
            let help = format!(
                "put the key into a variable whose name starts with `{KEY_PREFIX}`, such as `{KEY_PREFIX}API_KEY`: a book cannot have others sent"
            );
            faults.push((
                "api-key-env",
                // What stands there may be the key itself.
                "`api-key-env` is not the name of a variable for docent".to_owned(),
                help,
            ));
        }
    }
    faults
}
