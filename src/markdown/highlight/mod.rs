//! Which parts of a piece of code are what, so that they can be coloured.
//!
//! Each language is read by one scanner that goes over the code once, from
//! the start to the end, and never back: the time is proportional to the
//! length whatever stands there, and no code is refused. That is less than a
//! compiler knows, and enough to tell a string from a comment.

mod cursor;
mod data;
mod grammar;
mod languages;
mod markup;
mod session;
mod shell;
mod style;

use cursor::Cursor;

/// Longer code, and code with a longer line, stays plain: nobody reads it.
const LONGEST: usize = 200_000;
const LONGEST_LINE: usize = 5_000;

/// What a part of the code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A remark to the reader.
    Comment,
    /// Text in quotes.
    String,
    /// A number, or a name such as `true` and `null`.
    Number,
    /// A word of the language.
    Keyword,
    /// A type, a tag, a table.
    Type,
    /// What is called or run.
    Function,
    /// A key, an attribute, an option.
    Key,
    /// A variable with a sign of its own.
    Variable,
    /// What speaks about the code: attributes, macros, anchors.
    Meta,
    /// What a shell writes before a command; never copied.
    Prompt,
    /// What a command answers; never copied.
    Output,
    /// A line that was added.
    Inserted,
    /// A line that was taken away.
    Deleted,
    /// A heading.
    Heading,
}

impl Class {
    /// Its class in HTML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "hc",
            Self::String => "hs",
            Self::Number => "hn",
            Self::Keyword => "hk",
            Self::Type => "ht",
            Self::Function => "hf",
            Self::Key => "ha",
            Self::Variable => "hv",
            Self::Meta => "hm",
            Self::Prompt => "hp",
            Self::Output => "ho",
            Self::Inserted => "hi",
            Self::Deleted => "hd",
            Self::Heading => "hh",
        }
    }
}

/// A part of the code with its class; what lies between two is plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub class: Class,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

/// The tokens of `code`, in order and apart from each other; none for a
/// language that is not known, or for code that is too long.
pub fn highlight(language: &str, code: &str) -> Vec<Token> {
    let long = |line: &str| line.len() > LONGEST_LINE;
    if language.is_empty() || code.len() > LONGEST || code.split('\n').any(long) {
        return Vec::new();
    }
    let Some(scan) = languages::find(language) else {
        return Vec::new();
    };
    let mut cursor = Cursor::new(code);
    scan.run(&mut cursor);
    cursor.finish()
}

#[cfg(test)]
mod tests {
    use super::highlight;

    /// Each token as `class:text`.
    fn shown(language: &str, code: &str) -> String {
        let tokens = highlight(language, code);
        let token = |token: &super::Token| {
            let name = &token.class.name()[1..];
            format!("{name}:{}", &code[token.start..token.end])
        };
        tokens.iter().map(token).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rust_is_told_apart() {
        assert_eq!(
            shown(
                "rust",
                "#[test]\nfn a<'b>(x: &'b str) -> u8 { p!(\"s\\\"\", 'c', 1.5) } // n"
            ),
            "m:#[test] k:fn f:a v:'b v:'b t:str t:u8 m:p! s:\"s\\\"\" s:'c' n:1.5 c:// n"
        );
        assert_eq!(
            shown("rs", "r#\"a\"b\"# /* a /* b */ c */ Self"),
            "s:r#\"a\"b\"# c:/* a /* b */ c */ k:Self"
        );
    }

    #[test]
    fn keys_and_values_of_yaml_are_told_apart() {
        assert_eq!(
            shown(
                "yaml",
                "a: 1 # n\nb:\n  - c: \"d\"\n    e: |\n      f: g\n\n      h\n  - &x yes: http://y#z\n"
            ),
            "a:a n:1 c:# n a:b a:c s:\"d\" a:e m:| s:      f: g\n\n      h\n m:&x a:yes"
        );
    }

    #[test]
    fn a_session_knows_its_prompts_and_its_answers() {
        assert_eq!(
            shown("console", "$ ls -l \\\n    $HOME\nfoo\nbar\n$ x | y\n"),
            "p:$  f:ls a:-l v:$HOME o:foo\nbar\n p:$  f:x f:y"
        );
        assert_eq!(shown("sh", "# c\n$ a\nb"), "o:# c\n p:$  f:a o:b");
        assert_eq!(shown("cmd", "> cd x\n"), "p:>  f:cd");
    }

    #[test]
    fn shells_know_commands_options_and_variables() {
        assert_eq!(
            shown(
                "bash",
                "A=1 kubectl get -n \"$B c\" 'd' # e\nif x; then y; fi\ncat <<EOF | z\nt $u\nEOF\n"
            ),
            "v:A f:kubectl a:-n s:\" v:$B s: c\" s:'d' c:# e k:if f:x k:then f:y k:fi f:cat m:<<EOF f:z s:t $u\nEOF"
        );
    }

    #[test]
    fn other_formats_are_told_apart() {
        assert_eq!(
            shown("toml", "[a.b]\nc = [1, \"d\"] # e\n"),
            "t:[a.b] a:c n:1 s:\"d\" c:# e"
        );
        assert_eq!(
            shown("json", "{\"a\": [true, \"b\", -1]}"),
            "a:\"a\" n:true s:\"b\" n:-1"
        );
        assert_eq!(
            shown("html", "<a href=\"b\">c</a><!-- d -->"),
            "t:<a a:href s:\"b\" t:> t:</a> c:<!-- d -->"
        );
        assert_eq!(
            shown("diff", "--- a\n@@ b\n-c\n+d\n e\n"),
            "m:--- a h:@@ b d:-c i:+d"
        );
        assert_eq!(
            shown("css", "a.b { color: #fff; /* c */ }"),
            "t:a.b a:color n:#fff c:/* c */"
        );
        assert_eq!(
            shown("python", "@d\ndef f(x): return '''a\nb''' # c"),
            "m:@d k:def f:f k:return s:'''a\nb''' c:# c"
        );
        assert_eq!(shown("Cargo.toml", "a = 1"), "a:a n:1");
        assert_eq!(shown("nonesuch", "if a"), "");
    }

    #[test]
    fn what_is_too_long_stays_plain() {
        assert_eq!(shown("rust", &"fn ".repeat(70_000)), "");
    }
}
