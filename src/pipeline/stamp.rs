//! Whether there is anything to do: what the last build was made from, and what
//! it left, compared with what is there.
//!
//! Takes marks of files, which change with every write and which nobody can set
//! back: the time of the last change of a file's record is the system's own.
//! Marks of sources are taken before anything is read, so that a file that is
//! saved meanwhile differs the next time. In doubt everything is built.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::Build;
use crate::config::{self, Config};
use crate::content::history;
use crate::site::write::MANIFEST;

/// The file, in the cache folder.
const FILE: &str = "build.json";
/// Changes whenever what an older docent kept can no longer be used.
const FORMAT: u32 = 2;
/// A file that changed so short a time ago may change again without another
/// mark: clocks of file systems tick every few milliseconds.
const FRESH: Duration = Duration::from_millis(100);

/// Length, and seconds and nanoseconds of the last change of the content and of
/// the record, and the record's number.
pub(super) type Mark = [i64; 6];
type Marks = BTreeMap<String, Mark>;

/// What a build is about to be made from.
#[derive(Debug, Clone)]
pub struct Inputs {
    key: String,
    head: Option<String>,
    files: Marks,
    /// Files whose marks do not prove yet that they stay as they were read.
    unsettled: BTreeSet<String>,
    taken: SystemTime,
}

/// What is kept.
#[derive(Serialize, Deserialize)]
struct Stamp {
    format: u32,
    key: String,
    head: Option<String>,
    /// What was read, and files outside the book's folders that pages include.
    inputs: Marks,
    included: Marks,
    outputs: Marks,
    /// What the program wants to know of the build.
    said: Value,
}

/// The last build, which still stands.
#[derive(Debug)]
pub struct Standing {
    /// What the program kept with it.
    pub said: Value,
    /// The files in the output folder, by path relative to it.
    pub files: Vec<String>,
}

impl Inputs {
    /// Marks everything that a build of `config` reads. `program` stands for
    /// the program. Nothing where marks cannot be
    /// trusted, or do not say all: programs that change pages, a blog that
    /// depends on today, snippets that may turn up in an earlier folder.
    pub fn take(config: &Config, program: &str) -> Option<Self> {
        let elsewhere = |folder: &PathBuf| !folder.starts_with(&config.src);
        if !config.preprocessors.is_empty()
            || !config.blogs.is_empty()
            || (config.snippets.len() > 1 && config.snippets.iter().any(elsewhere))
        {
            return None;
        }
        let taken = SystemTime::now();
        let (root, wanted) = (config.root.clone(), config.build.last_change);
        let head = std::thread::spawn(move || wanted.then(|| history::head(&root)).flatten());
        let mut files = Marks::new();
        let theme = config.html.theme.clone();
        let theme = theme.unwrap_or_else(|| PathBuf::from("theme"));
        for folder in [
            &config.src,
            &config.root.join("themes"),
            &config.root.join(theme),
        ] {
            mark_all(folder, &[&config.build_dir, &config.cache_dir], &mut files)?;
        }
        let own = config
            .html
            .additional_css
            .iter()
            .chain(&config.html.additional_js);
        let own = own.map(|file| config.root.join(file));
        for file in own.chain(config.read_from.iter().cloned()) {
            files.insert(name(&file), mark(&file)?);
        }
        let unsettled = files.iter().filter(|(_, mark)| !is_settled(mark, taken));
        let unsettled = unsettled.map(|(name, _)| name.clone()).collect();
        // No page shows what the server does.
        let told = Config {
            serve: config::Serve::default(),
            ..config.clone()
        };
        let key = format!("{program}\n{told:?}");
        let head = head.join().ok()?;
        Some(Self {
            key: hex(key.as_bytes()),
            head,
            files,
            unsettled,
            taken,
        })
    }

    /// Whether both stand for the same files with the same in them.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.key == other.key && self.head == other.head && self.files == other.files
    }

    /// What was kept of the last build, when it was made from the very same and
    /// everything that it left is as it was.
    pub fn unchanged(&self, config: &Config) -> Option<Standing> {
        let bytes = fs_err::read(config.cache_dir.join(FILE)).ok()?;
        let (sum, json) = bytes.split_at_checked(64)?;
        if hex(json).as_bytes() != sum {
            return None;
        }
        let stamp: Stamp = serde_json::from_slice(json).ok()?;
        let same = stamp.format == FORMAT
            && stamp.key == self.key
            && stamp.head == self.head
            && stamp.inputs == self.files;
        let others = stamp.included.par_iter().chain(&stamp.outputs);
        let stays = |(file, was): (&String, &Mark)| mark(Path::new(file)) == Some(*was);
        if !same || !others.all(stays) {
            return None;
        }
        let inside = |file: &String| {
            let path = Path::new(file).strip_prefix(&config.build_dir).ok()?;
            let path = path.to_string_lossy().replace('\\', "/");
            (path != MANIFEST).then_some(path)
        };
        Some(Standing {
            said: stamp.said,
            files: stamp.outputs.keys().filter_map(inside).collect(),
        })
    }

    /// What the next build compares, but for what this one wrote. Nothing when
    /// the marks would not say all.
    pub fn seal(self, build: &Build) -> Option<Sealed> {
        // What a build looked for in vain, outside its folders, has no mark.
        let in_vain = ["include/", "theme/", "content/"];
        let says = |code: &str| in_vain.iter().any(|part| code.starts_with(part));
        let whole = self.unsettled.is_empty()
            && build.failed.is_empty()
            && !build.diagnostics.iter().any(|said| says(said.code));
        if !whole {
            return None;
        }
        Some(Sealed(Stamp {
            format: FORMAT,
            included: self.included(build)?,
            key: self.key,
            head: self.head,
            inputs: self.files,
            outputs: Marks::new(),
            said: Value::Null,
        }))
    }

    /// The files whose marks alone do not prove that they stayed as they were
    /// read.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = &Path> {
        self.unsettled.iter().map(Path::new)
    }

    /// The mark of `file` before it is read again, and whether it can be
    /// trusted; nothing when it is no plain file that was marked before.
    pub(super) fn look_again(&self, file: &Path) -> Option<(Mark, bool)> {
        self.files.get(&name(file)).filter(|_| file.is_file())?;
        let mark = mark(file)?;
        Some((mark, is_settled(&mark, SystemTime::now())))
    }

    /// Takes over a mark of a file that is proved to be as it was read.
    pub(super) fn settle(&mut self, file: &Path, mark: Mark) {
        self.unsettled.remove(&name(file));
        self.files.insert(name(file), mark);
    }

    /// The files that pages include from elsewhere.
    fn included(&self, build: &Build) -> Option<Marks> {
        let pieces = build.site.pages.iter().flat_map(|page| &page.source.pieces);
        let files: BTreeSet<&str> = pieces.map(|piece| piece.file.as_str()).collect();
        let mut marks = Marks::new();
        for file in files {
            let file = build.config.root.join(file);
            if !self.files.contains_key(&name(&file)) {
                let mark = mark(&file).filter(|mark| is_settled(mark, self.taken))?;
                marks.insert(name(&file), mark);
            }
        }
        Some(marks)
    }
}

/// A stamp that only lacks the marks of what was written.
pub struct Sealed(Stamp);

impl Sealed {
    /// Writes the stamp with the marks that [`outputs`] took. Only saves time,
    /// so a folder that cannot be written to does no harm. Says whether it was
    /// kept.
    pub fn keep(self, config: &Config, outputs: Outputs, said: Value) -> bool {
        let Self(mut stamp) = self;
        stamp.said = said;
        stamp.outputs = outputs.0;
        // A server that is stopped at once has nothing else there yet.
        fs_err::create_dir_all(&config.cache_dir).is_ok()
            && write(&config.cache_dir.join(FILE), &stamp).is_ok()
    }
}

/// The marks of what a build has written.
pub struct Outputs(Marks);

impl Outputs {
    /// Marks the index as well, for a program that does nothing where all of
    /// this stands. A server, which looks after the index behind what it
    /// serves, may still write there when its stamp is taken. Nothing when a
    /// file cannot be looked at.
    pub fn with_index(mut self, config: &Config) -> Option<Self> {
        for folder in ["index", "embeddings"] {
            mark_all(&config.cache_dir.join(folder), &[], &mut self.0)?;
        }
        Some(self)
    }

    /// Marks the files at `paths` of the output folder anew.
    pub(super) fn mark_again(&mut self, folder: &Path, paths: &[String]) -> Option<()> {
        for path in paths {
            let file = folder.join(path);
            self.0.insert(name(&file), mark(&file)?);
        }
        Some(())
    }
}

/// Marks the files of the output folder, before anyone else may write there;
/// nothing when one is not there.
pub fn outputs(build: &Build) -> Option<Outputs> {
    let folder = &build.config.build_dir;
    let paths = build.output.par_iter().map(|(path, _)| &**path);
    let marks = paths.chain([MANIFEST]).map(|path| {
        let file = folder.join(path);
        Some((name(&file), mark(&file)?))
    });
    marks.collect::<Option<Marks>>().map(Outputs)
}

/// Marks every file below `folder`, those in `without` left out; nothing when
/// one cannot be looked at. No folder is no file.
fn mark_all(folder: &Path, without: &[&Path], marks: &mut Marks) -> Option<()> {
    if !folder.is_dir() {
        return Some(());
    }
    let inside = |entry: &walkdir::DirEntry| !without.contains(&entry.path());
    let walk = WalkDir::new(folder).follow_links(true).into_iter();
    let mut files = Vec::new();
    for entry in walk.filter_entry(inside) {
        let entry = entry.ok()?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    let marked = files.par_iter().map(|file| Some((name(file), mark(file)?)));
    marks.extend(marked.collect::<Option<Vec<_>>>()?);
    Some(())
}

#[cfg(unix)]
fn mark(file: &Path) -> Option<Mark> {
    use std::os::unix::fs::MetadataExt;
    let data = fs_err::metadata(file).ok()?;
    Some([
        i64::try_from(data.len()).ok()?,
        data.mtime(),
        data.mtime_nsec(),
        data.ctime(),
        data.ctime_nsec(),
        i64::from_ne_bytes(data.ino().to_ne_bytes()),
    ])
}

/// Elsewhere the times of files can be set at will and prove nothing.
#[cfg(not(unix))]
fn mark(_: &Path) -> Option<Mark> {
    None
}

/// Whether a write after the moment `taken` gives another mark for sure.
fn is_settled(mark: &Mark, taken: SystemTime) -> bool {
    let Ok(seconds) = u64::try_from(mark[3]) else {
        return false;
    };
    let nanos = u32::try_from(mark[4]).unwrap_or_default();
    let changed = SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos);
    taken.duration_since(changed).is_ok_and(|age| age > FRESH)
}

fn name(file: &Path) -> String {
    file.to_string_lossy().into_owned()
}

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the stamp with its checksum in front, beside and renamed.
fn write(file: &Path, stamp: &Stamp) -> anyhow::Result<()> {
    let json = serde_json::to_vec(stamp)?;
    let beside = file.with_extension(format!("{}.new", std::process::id()));
    fs_err::write(&beside, [hex(&json).as_bytes(), &json].concat())?;
    fs_err::rename(&beside, file)?;
    Ok(())
}
