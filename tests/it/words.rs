//! What readers see that no author wrote: it is in the tables of words, and
//! they agree with each other and with what asks for them.

use std::collections::BTreeSet;
use std::path::Path;

use docent::site::strings::Strings;

use crate::support::book::Book;

fn theme() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
    let files = fs_err::read_dir(folder).expect("the theme");
    let paths = files.map(|file| file.expect("a file").path());
    let texts = paths.filter(|path| path.is_file()).map(|path| {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, fs_err::read_to_string(path).expect("UTF-8"))
    });
    let mut texts: Vec<(String, String)> = texts.collect();
    texts.sort();
    assert!(texts.len() > 15, "only {}", texts.len());
    texts
}

fn table(language: &str) -> Strings {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
    let bytes = fs_err::read(file.join(Strings::path(language))).expect("a table");
    Strings::read(&bytes).expect("a table of words")
}

fn has_word(text: &str) -> bool {
    let letters = text.split(|c: char| !c.is_alphabetic());
    letters.into_iter().any(|word| word.chars().count() > 1)
}

/// Words for readers that stand in a template itself.
fn in_template(text: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        let end = match after.chars().next() {
            Some('{') => "}}",
            Some('%') => "%}",
            Some('#') => "#}",
            _ => "",
        };
        rest = after.split_once(end).map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let mut found = Vec::new();
    for tag in plain.split('<') {
        let (tag, text) = tag.split_once('>').unwrap_or(("", tag));
        found.extend(has_word(text).then(|| text.trim().to_owned()));
        for name in [" aria-label=\"", " title=\"", " alt=\"", " placeholder=\""] {
            let value = tag
                .split_once(name)
                .and_then(|(_, value)| value.split('"').next());
            found.extend(value.filter(|value| has_word(value)).map(str::to_owned));
        }
    }
    // The shortcut on the key is what is printed on keyboards.
    found.retain(|text| text != "Ctrl K");
    found
}

/// Words for readers that stand in a script itself: texts that start like a
/// sentence or hold several words.
fn in_script(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    for line in code {
        for quote in ['"', '`'] {
            for literal in line.split(quote).skip(1).step_by(2) {
                let mut chars = literal.chars();
                let capital = chars.next().is_some_and(char::is_uppercase);
                let sentence = capital && chars.next().is_some_and(char::is_lowercase);
                let ellipsis = literal.ends_with(['…', '.', '?'])
                    && has_word(literal)
                    && !literal.contains('/');
                found.extend((sentence || ellipsis).then(|| literal.to_owned()));
            }
        }
    }
    let names = [
        "Accept",
        "ArrowDown",
        "ArrowLeft",
        "ArrowRight",
        "ArrowUp",
        "Content-Type",
        "Enter",
        "Esc",
        "Escape",
        "Retry-After",
        "Tab",
        "Event",
    ];
    found.retain(|text| !names.contains(&text.as_str()));
    found
}

#[test]
fn no_template_or_script_holds_a_word_for_readers() {
    let mut found = Vec::new();
    for (name, text) in theme() {
        let words = match name.rsplit_once('.') {
            Some((_, "html")) => in_template(&text),
            Some((_, "js")) => in_script(&text),
            _ => Vec::new(),
        };
        found.extend(words.into_iter().map(|word| format!("{name}: {word}")));
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_seeded_word_is_found() {
    assert_eq!(in_template("<p>{{ x }} More</p>"), ["More"]);
    assert_eq!(in_template("<a aria-label=\"Close\"></a>"), ["Close"]);
    assert_eq!(
        in_template("<p class=\"big one\">{{ text.a }}</p>"),
        Vec::<String>::new()
    );
    assert_eq!(in_script("x = \"Copied\";"), ["Copied"]);
    assert_eq!(
        in_script("x = say(\"copied\"); // \"Not this\""),
        ["Not this"]
    );
    assert_eq!(in_script("x = `found …`;"), ["found …"]);
}

#[test]
fn every_language_has_every_word_with_the_same_values() {
    let english = table("en");
    for language in ["ar", "de", "es", "fr", "ja", "zh"] {
        let other = table(language);
        for (ours, theirs) in [
            (&english.page, &other.page),
            (&english.script, &other.script),
        ] {
            let keys = |table: &std::collections::BTreeMap<String, String>| {
                table.keys().cloned().collect::<BTreeSet<_>>()
            };
            assert_eq!(keys(ours), keys(theirs), "{language}");
            for (key, text) in ours {
                assert_eq!(values(text), values(&theirs[key]), "{language}: {key}");
                assert!(!theirs[key].trim().is_empty(), "{language}: {key}");
            }
        }
    }
}

/// The names in braces.
fn values(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts.filter_map(|part| part.split('}').next()).collect()
}

#[test]
fn every_word_is_asked_for_and_every_word_asked_for_is_there() {
    let english = table("en");
    let (mut page, mut script) = (BTreeSet::new(), String::new());
    for (name, text) in theme() {
        if name.ends_with(".js") {
            script.push_str(&text);
        }
        for part in text
            .split("text.")
            .skip(1)
            .filter(|_| name.ends_with(".html"))
        {
            let key = part
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next();
            page.extend(key.map(str::to_owned));
        }
    }
    let unknown: Vec<&String> = page
        .iter()
        .filter(|key| !english.page.contains_key(*key))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    for call in script.split("say(").skip(1) {
        for key in call
            .split(')')
            .next()
            .unwrap_or_default()
            .split('"')
            .skip(1)
            .step_by(2)
        {
            assert!(english.script.contains_key(key), "`{key}` has no word");
        }
    }
    let kinds = ["tutorial", "how-to", "reference", "explanation"];
    let asked =
        |key: &&String| script.contains(&format!("\"{key}\"")) || kinds.contains(&key.as_str());
    let unused: Vec<&String> = english.script.keys().filter(|key| !asked(key)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn a_book_speaks_its_language_and_changes_single_words() {
    let book = Book::of(&[
        ("book.toml", "[book]\nlanguage = \"de-AT\"\n"),
        ("content/how-to/a.md", "# A\n\n## B\n"),
        ("content/reference/b.md", "# B\n"),
        (
            "themes/default/strings/de.json",
            "{ \"page\": { \"skip\": \"Spring\" } }",
        ),
    ]);
    let (config, _) = docent::pipeline::configure(book.root()).expect("a configuration");
    let built = docent::pipeline::build(config).expect("a site");
    let Some(docent::site::write::Body::Bytes(bytes)) = built.output.get("how-to/a.html") else {
        panic!("no page in {:?}", built.diagnostics);
    };
    let page = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    for words in [
        ">Spring<",
        ">Anleitungen<",
        ">Suchen<",
        "aria-label=\"Link zu diesem Abschnitt\"",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert!(!page.contains("How-to guides"), "{page}");
    book.write("themes/default/strings/de.json", "{ \"pages\": {} }");
    let (config, _) = docent::pipeline::configure(book.root()).expect("a configuration");
    let built = docent::pipeline::build(config).expect("a site");
    let problems = crate::support::book::shown(&built.diagnostics);
    assert!(problems.contains("theme/strings"), "{problems}");
}
