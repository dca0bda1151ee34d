//! What `pull` and `verify` tell their caller while they work; printing it
//! is the caller's.

/// One step of a long piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Another process is pulling this model; this one waits for it.
    Waiting {
        /// The model.
        model: &'a str,
    },
    /// A file is here already and right.
    Present {
        /// The model.
        model: &'a str,
        /// The file.
        file: &'a str,
    },
    /// A source is being asked for a file.
    Trying {
        /// The model.
        model: &'a str,
        /// The file.
        file: &'a str,
        /// The source, in words.
        source: &'a str,
    },
    /// A source did not give the file; the next is tried.
    Failed {
        /// The model.
        model: &'a str,
        /// The file.
        file: &'a str,
        /// The source, in words.
        source: &'a str,
        /// Why not.
        why: &'a str,
    },
    /// So many bytes of the file in hand are done.
    Bytes {
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// A file was checked and put in place.
    Placed {
        /// The model.
        model: &'a str,
        /// The file.
        file: &'a str,
        /// Its size.
        bytes: u64,
    },
    /// A file is being made from another: weights converted, or a tokenizer
    /// written out.
    Making {
        /// The model.
        model: &'a str,
        /// The file that is made.
        file: &'a str,
    },
    /// A file is being read to compare its hash.
    Checking {
        /// The model.
        model: &'a str,
        /// The file.
        file: &'a str,
    },
}

/// Where progress goes.
pub type Sink<'a> = &'a dyn Fn(Progress<'_>);
