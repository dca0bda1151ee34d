//! The languages that are known, by the names that fences give them.

use super::cursor::Cursor;
use super::grammar::{Grammar, Names, Quote, Signs, long, quote, raw};
use super::{data, markup, session, shell, style};

/// How a language is read.
#[derive(Clone, Copy)]
pub enum Scan {
    /// By the table.
    Table(&'static Grammar),
    /// By a scanner of its own.
    Own(fn(&mut Cursor<'_>)),
}

impl Scan {
    /// Reads the whole code.
    pub fn run(self, cursor: &mut Cursor<'_>) {
        match self {
            Self::Table(grammar) => grammar.run(cursor),
            Self::Own(scan) => scan(cursor),
        }
    }
}

/// The scanner of the language `name`, which may be a file's name as well.
pub fn find(name: &str) -> Option<Scan> {
    let name = name.rsplit(['.', '/']).next()?.to_ascii_lowercase();
    Some(match name.as_str() {
        "bash" | "sh" | "shell" | "zsh" | "ksh" | "fish" | "console" | "shell-session"
        | "shellsession" | "sh-session" | "bash-session" | "terminal" | "sessions" => {
            Scan::Own(session::shell)
        }
        "powershell" | "ps1" | "pwsh" | "ps" | "pwsh-session" | "powershell-session" => {
            Scan::Own(session::powershell)
        }
        "cmd" | "bat" | "batch" | "dos" | "winbatch" => Scan::Own(session::cmd),
        "dockerfile" | "docker" | "containerfile" => Scan::Own(shell::dockerfile),
        "yaml" | "yml" => Scan::Own(data::yaml),
        "toml" => Scan::Own(data::toml),
        "ini" | "conf" | "cfg" | "properties" | "env" | "dotenv" | "systemd" | "editorconfig"
        | "desktop" | "service" => Scan::Own(data::ini),
        "http" | "https" => Scan::Own(data::http),
        "requirements" | "requirements-txt" | "pip" | "pip-requirements" => {
            Scan::Table(&REQUIREMENTS)
        }
        "html" | "htm" | "xhtml" | "xml" | "svg" | "vue" | "svelte" | "rss" | "plist"
        | "html+jinja" | "html+django" => Scan::Own(markup::html),
        "go-html-template" | "go-text-template" | "gotmpl" | "liquid" | "jinja" | "jinja2"
        | "handlebars" | "hbs" | "tera" | "django" => Scan::Own(markup::html),
        "markdown" | "md" | "mdx" => Scan::Own(markup::markdown),
        "diff" | "patch" | "udiff" => Scan::Own(markup::diff),
        "latex" | "tex" => Scan::Own(markup::latex),
        "css" | "scss" | "less" => Scan::Own(style::css),
        "python" | "py" | "py3" | "python3" | "starlark" | "bzl" => Scan::Table(&PYTHON),
        "pycon" | "python-console" => Scan::Own(session::python),
        name => Scan::Table(by_table(name)?),
    })
}

fn by_table(name: &str) -> Option<&'static Grammar> {
    Some(match name {
        "rust" | "rs" => &RUST,
        "json" | "json5" | "jsonc" | "jsonl" | "geojson" | "webmanifest" => &JSON,
        "javascript" | "js" | "jsx" | "mjs" | "cjs" | "typescript" | "ts" | "tsx" | "node" => {
            &JAVASCRIPT
        }
        "go" | "golang" => &GO,
        "c" | "h" | "cpp" | "c++" | "cc" | "cxx" | "hpp" | "objc" | "objective-c" | "cuda"
        | "glsl" => &C,
        "java" | "csharp" | "cs" | "c#" | "kotlin" | "kt" | "scala" | "swift" | "dart"
        | "groovy" | "gradle" => &JAVA,
        "php" => &PHP,
        "ruby" | "rb" | "elixir" | "ex" | "exs" | "crystal" => &RUBY,
        "lua" => &LUA,
        "haskell" | "hs" | "elm" => &HASKELL,
        "sql" | "mysql" | "postgresql" | "postgres" | "sqlite" | "plsql" => &SQL,
        "hcl" | "terraform" | "tf" | "nix" | "cel" | "promql" | "rego" => &HCL,
        "protobuf" | "proto" | "proto3" | "grpc" | "graphql" | "gql" | "thrift" => &PROTO,
        "make" | "makefile" | "mk" | "cmake" | "just" | "justfile" | "r" | "perl" | "pl"
        | "julia" | "awk" => &SCRIPT,
        "zig" => &ZIG,
        _ => return None,
    })
}

const NAMES: Names = Names {
    called: true,
    capitals: true,
    keys: false,
    any_case: false,
    dashes: false,
};
const NO_SIGNS: Signs = Signs {
    dollar: false,
    at: false,
    hash: false,
    regex: false,
    rust: false,
};
const AT: Signs = Signs {
    at: true,
    ..NO_SIGNS
};
const BLOCK: &[(&str, &str)] = &[("/*", "*/")];
const STRINGS: &[Quote] = &[quote("\""), quote("'")];
const BASE: Grammar = Grammar {
    line: &["//"],
    block: BLOCK,
    strings: STRINGS,
    keywords: "",
    types: "",
    names: NAMES,
    signs: NO_SIGNS,
};

static RUST: Grammar = Grammar {
    strings: &[long("\"")],
    keywords: "Self as async await break const continue crate dyn else enum extern fn for if impl \
        in let loop match mod move mut pub ref return self static struct super trait type \
        union unsafe use where while yield",
    types: "bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize",
    signs: Signs {
        rust: true,
        ..NO_SIGNS
    },
    ..BASE
};
/// Read inside other scanners as well.
pub static JSON: Grammar = Grammar {
    names: Names {
        keys: true,
        called: false,
        capitals: false,
        ..NAMES
    },
    ..BASE
};
/// Read inside other scanners as well.
pub static JAVASCRIPT: Grammar = Grammar {
    strings: &[quote("\""), quote("'"), long("`")],
    keywords: "abstract as async await break case catch class const continue debugger declare \
        default delete do else enum export extends finally for from function if implements \
        import in instanceof interface let namespace new of private protected public \
        readonly return static super switch this throw try type typeof var void while with \
        yield",
    types: "any boolean never number object string symbol unknown",
    signs: Signs {
        at: true,
        regex: true,
        ..NO_SIGNS
    },
    ..BASE
};
static GO: Grammar = Grammar {
    strings: &[quote("\""), quote("'"), raw("`", "`")],
    keywords: "break case chan const continue default defer else fallthrough for func go goto if \
        import interface map package range return select struct switch type var",
    types: "any bool byte complex128 complex64 error float32 float64 int int16 int32 int64 int8 \
        rune string uint uint16 uint32 uint64 uint8 uintptr",
    ..BASE
};
static C: Grammar = Grammar {
    keywords: "alignas asm auto break case catch class const constexpr continue decltype default \
        delete do else enum explicit extern final for friend goto if inline mutable \
        namespace new noexcept nullptr operator override private protected public register \
        restrict return sizeof static static_assert struct switch template this throw try \
        typedef typename union using virtual volatile while",
    types: "bool char double float int int16_t int32_t int64_t int8_t long short signed size_t \
        ssize_t uint16_t uint32_t uint64_t uint8_t unsigned void wchar_t",
    names: Names {
        capitals: false,
        ..NAMES
    },
    signs: Signs {
        hash: true,
        ..NO_SIGNS
    },
    ..BASE
};
static JAVA: Grammar = Grammar {
    strings: &[long("\"\"\""), quote("\""), quote("'")],
    keywords: "abstract as async await base break case catch checked class companion const continue \
        data def default defer delegate do else enum event export extends extension final \
        finally for foreach fun func get given guard if implements implicit import in init \
        inout instanceof interface internal is late lateinit lazy let match mixin mut \
        namespace native new object open operator out override package params permits \
        private protected protocol public readonly record ref repeat required return sealed \
        self set static struct super suspend switch synchronized this throw throws trait \
        transient try typealias typeof using val var virtual void volatile when where while \
        with yield",
    types: "bool boolean byte char decimal double dynamic float int long num short string uint \
        ulong",
    signs: AT,
    ..BASE
};
static PHP: Grammar = Grammar {
    line: &["//", "#"],
    keywords: "abstract array as break case catch class clone const continue declare default do \
        echo else elseif enum extends final finally fn for foreach function global if \
        implements include instanceof interface isset match namespace new php private \
        protected public readonly require require_once return static switch throw trait try \
        unset use var while yield",
    signs: Signs {
        dollar: true,
        ..NO_SIGNS
    },
    ..BASE
};
/// Read inside other scanners as well.
pub static PYTHON: Grammar = Grammar {
    line: &["#"],
    block: &[],
    strings: &[long("\"\"\""), long("'''"), quote("\""), quote("'")],
    keywords: "and as assert async await break case class continue def del elif else except finally \
        for from global if import in is lambda load match nonlocal not or pass raise return \
        try while with yield",
    types: "bool bytes dict float frozenset int list object set str tuple type",
    signs: AT,
    ..BASE
};
static REQUIREMENTS: Grammar = Grammar {
    line: &["#"],
    block: &[],
    names: Names {
        called: false,
        capitals: false,
        dashes: true,
        ..NAMES
    },
    ..BASE
};
static RUBY: Grammar = Grammar {
    line: &["#"],
    block: &[("=begin", "=end")],
    strings: &[long("\"\"\""), quote("\""), quote("'"), quote("`")],
    keywords: "after alias and begin break case class cond def defmodule defp do else elsif end \
        ensure extend fn for if import in include module next not or raise redo require \
        rescue retry return self super then undef unless until use when while with yield",
    signs: Signs {
        at: true,
        dollar: true,
        ..NO_SIGNS
    },
    ..BASE
};
static LUA: Grammar = Grammar {
    line: &["--"],
    block: &[("--[[", "]]")],
    strings: &[quote("\""), quote("'"), raw("[[", "]]")],
    keywords: "and break do else elseif end for function goto if in local not or repeat return then \
        until while",
    ..BASE
};
static HASKELL: Grammar = Grammar {
    line: &["--"],
    block: &[("{-", "-}")],
    strings: &[quote("\"")],
    keywords: "case class data deriving do else exposing family forall foreign if import in infix \
        infixl infixr instance let module newtype of port qualified then type where",
    ..BASE
};
static SQL: Grammar = Grammar {
    line: &["--"],
    strings: &[raw("'", "'"), quote("\""), quote("`")],
    keywords: "add all alter and as asc begin between by case check column commit constraint create \
        cross database default delete desc distinct drop else end exists explain foreign \
        from full function grant group having if in index inner insert into is join key left \
        like limit not offset on or order outer primary references returning revoke right \
        rollback select set table then to transaction trigger union unique update using \
        values view when where with",
    types: "bigint boolean char date decimal float int integer json numeric real serial text \
        timestamp uuid varchar",
    names: Names {
        capitals: false,
        any_case: true,
        ..NAMES
    },
    ..BASE
};
static HCL: Grammar = Grammar {
    line: &["#", "//"],
    strings: &[quote("\""), raw("''", "''"), quote("'")],
    keywords: "and assert by data default dynamic else for for_each if ignoring import in inherit \
        let locals module not on or output package provider rec resource terraform then \
        unless variable with without",
    names: Names {
        capitals: false,
        dashes: true,
        ..NAMES
    },
    ..BASE
};
static PROTO: Grammar = Grammar {
    line: &["//", "#"],
    strings: &[long("\"\"\""), quote("\""), quote("'")],
    keywords: "directive enum extend extends fragment implements import input interface map message \
        mutation on oneof option optional package public query repeated required reserved \
        returns rpc scalar schema service stream struct subscription syntax type union",
    types: "bool bytes double fixed32 fixed64 float int32 int64 sint32 sint64 string uint32 \
        uint64",
    signs: AT,
    ..BASE
};
static SCRIPT: Grammar = Grammar {
    line: &["#"],
    block: &[],
    keywords: "BEGIN END break continue define do else elseif elsif end endef endfunction endif \
        export for foreach function if ifdef ifeq ifndef ifneq import in include last let \
        library local my next our package print repeat return set source sub unless until \
        use using while",
    names: Names {
        capitals: false,
        dashes: false,
        ..NAMES
    },
    signs: Signs {
        at: true,
        dollar: true,
        ..NO_SIGNS
    },
    ..BASE
};
static ZIG: Grammar = Grammar {
    block: &[],
    keywords: "and break catch comptime const continue defer else enum errdefer error export extern \
        fn for if inline or orelse packed pub return struct switch test try union \
        unreachable usingnamespace var volatile while",
    types: "bool f32 f64 i16 i32 i64 i8 isize u16 u32 u64 u8 usize void",
    signs: AT,
    ..BASE
};

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_languages_of_real_books_are_known() {
        let names = "shell yaml bash json sh console powershell cmd toml http go conf zsh ini html markdown \
            go-html-template env docker liquid golang python java csharp javascript haskell promql cel patch diff \
            rust c json5 Makefile dockerfile Dockerfile requirements pwsh-session pyproject.toml jsx js css py ts \
            c++ latex PowerShell";
        let unknown: Vec<_> = names
            .split_whitespace()
            .filter(|name| find(name).is_none())
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
