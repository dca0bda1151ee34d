//! Text into vectors, by an ONNX model from local files. The only file that
//! names fastembed and ort.
//!
//! Nothing is downloaded. The runtime's telemetry is switched off, which is
//! complete only where `ORT_DISABLE_TELEMETRY` is 1 in the process's
//! environment: `cli` sees to that.
//!
//! A text is embedded alone: batches are no faster, and make a vector depend on
//! its neighbours, be it by padding or by activations that are scaled to the
//! batch. The session that reads questions has a thread for each processor.
//! While many texts are embedded, others with one thread work beside it: threads
//! that share a text wait for each other after every matrix. Measured on two
//! processors, they do 43 texts a second side by side and 36 together.

use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use fastembed::{
    InitOptionsUserDefined, OutputKey, Pooling, TextEmbedding, TokenizerFiles,
    UserDefinedEmbeddingModel,
};
use ort::environment::Environment;

use crate::index::foreign::{guarded, refuse_cut_library};
use crate::index::lanes::{self, Lane};
use crate::index::memo::WordCounts;
use crate::index::onnx::Lighter;
use crate::index::unrelated::{self, Axis, Unrelated};
use crate::index::{Embedder, Take, Texts, digest, hex};
use crate::models::{self, EmbedderFiles, Reading};

/// At most so many sessions embed side by side, each with weights of its own.
const LANES: usize = 4;
/// For so many texts another session is worth the time that it takes to load.
const WORTH: usize = 24;
/// The text that shows whether a model works.
const SAMPLE: &str = "docent";

/// ONNX Runtime allows one environment in the life of a process, so this one
/// thing is kept for all.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// Loads a model with the ONNX Runtime library at `runtime`, an absolute path.
/// The first library that is loaded serves all later calls too. `language` is the
/// book's, a BCP 47 tag.
///
/// # Errors
/// When a file is missing, cut short or not what it should be.
pub fn load(files: &EmbedderFiles, runtime: &Path, language: &str) -> Result<Arc<dyn Embedder>> {
    let folder = files.onnx.parent().unwrap_or(&files.onnx).display();
    let environment = environment(runtime)?;
    // An old runtime, named by the user, may not know how to multiply bytes.
    let open = |by_bytes| Model::open(files, &environment, threads(), by_bytes);
    let fix = match files.reading.own {
        true => "see that it is whole, and a model that makes vectors of texts",
        false => "pull it again",
    };
    let mut model = open(true)
        .or_else(|_| open(false))
        .with_context(|| format!("the embedding model in `{folder}` cannot be loaded; {fix}"))?;
    let cones = match files.reading.own {
        true => {
            let samples = unrelated::samples(language);
            let found = guarded(|| Cones::of(&mut model.session, &files.reading, samples));
            let context = || format!("the embedding model in `{folder}` cannot be used");
            Some(found.with_context(context)?)
        }
        false => None,
    };
    let mut counter = model.session.tokenizer.clone();
    counter.with_padding(None);
    counter
        .with_truncation(None)
        .map_err(|error| anyhow!(error))?;
    let counter = Arc::new(counter);
    let cutter = Arc::clone(&counter);
    let whole = move |text: &str| {
        counter
            .encode_fast(text, true)
            .map_or(0, |found| found.len())
    };
    let unknown = ["[UNK]", "<unk>"].map(|token| cutter.token_to_id(token));
    let pieces = move |text: &str| {
        let Ok(found) = cutter.encode(text, false) else {
            return 0;
        };
        let pieces = found.get_ids().iter().zip(found.get_offsets());
        let counts = pieces.map(|(id, range)| match unknown.contains(&Some(*id)) {
            true => letters(text, *range),
            false => 1,
        });
        counts.sum()
    };
    let mut id = files.id.clone();
    if cones.is_some() {
        // The axis is another in another language, and so are the vectors.
        let samples = digest(unrelated::samples(language));
        id = format!("{id}-{}", &hex(&samples)[..8]);
    }
    if model.by_bytes {
        id.push_str("-by-bytes");
    }
    Ok(Arc::new(OnnxEmbedder {
        id,
        files: files.clone(),
        environment,
        by_bytes: model.by_bytes,
        sample: model.sample,
        cones,
        prefix: whole(&files.reading.passage_prefix).saturating_sub(whole("")),
        count: counting(whole),
        pieces: Box::new(pieces),
        turn: Mutex::new(()),
        session: Mutex::new(model.session),
    }))
}

/// What is known of a model of the user's: the axes of its cones, that of questions
/// and that of passages, and what it makes of unrelated texts without them.
struct Cones {
    questions: Axis,
    passages: Axis,
    unrelated: Unrelated,
}

impl Cones {
    fn of(session: &mut TextEmbedding, reading: &Reading, samples: &[&str]) -> Result<Self> {
        let mut read = |prefix: &str| -> Result<(Axis, Vec<Vec<f32>>)> {
            let texts = samples.iter().map(|text| format!("{prefix}{text}"));
            let vectors = texts.map(|text| embed_one(session, &text));
            let vectors = vectors.collect::<Result<Vec<_>>>()?;
            let axis = Axis::of(&vectors)?;
            let rest = vectors.iter().map(|vector| axis.removed(vector)).collect();
            Ok((axis, rest))
        };
        let (questions, asked) = read(&reading.query_prefix)?;
        let (passages, told) = read(&reading.passage_prefix)?;
        Ok(Self {
            questions,
            passages,
            unrelated: Unrelated::of(asked, &told),
        })
    }
}

/// What a text is to the model.
#[derive(Clone, Copy)]
enum Role {
    Question,
    Passage,
}

/// How many threads there are for a question, and lanes for a book.
fn threads() -> usize {
    let processors = thread::available_parallelism();
    processors.map_or(1, NonZero::get).min(LANES)
}

/// A model that was loaded and has answered.
struct Model {
    session: TextEmbedding,
    /// Whether it multiplies bytes.
    by_bytes: bool,
    /// The vector of [`SAMPLE`].
    sample: Vec<f32>,
}

impl Model {
    fn open(
        files: &EmbedderFiles,
        environment: &Environment,
        threads: usize,
        by_bytes: bool,
    ) -> Result<Self> {
        guarded(|| {
            let onnx = Lighter::of(fs_err::read(&files.onnx)?, by_bytes);
            let by_bytes = onnx.by_bytes;
            let mut session = session(files, environment, threads, onnx.bytes)?;
            let sample = embed_one(&mut session, SAMPLE).context("it does not work")?;
            Ok(Self {
                session,
                by_bytes,
                sample,
            })
        })
    }
}

fn session(
    files: &EmbedderFiles,
    environment: &Environment,
    threads: usize,
    onnx: Vec<u8>,
) -> Result<TextEmbedding> {
    let tokenizer_files = TokenizerFiles {
        tokenizer_file: fs_err::read(&files.tokenizer)?,
        config_file: fs_err::read(&files.config)?,
        special_tokens_map_file: match &files.special_tokens_map {
            Some(file) => fs_err::read(file)?,
            None => b"{}".to_vec(),
        },
        tokenizer_config_file: fs_err::read(&files.tokenizer_config)?,
    };
    let reading = &files.reading;
    let pooling = match reading.pooling {
        models::Pooling::Cls => Pooling::Cls,
        models::Pooling::Mean => Pooling::Mean,
    };
    let mut model = UserDefinedEmbeddingModel::new(onnx, tokenizer_files).with_pooling(pooling);
    model.output_key = reading.output.map(OutputKey::ByName);
    for file in &files.weights {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        model = model.with_external_initializer(name.into_owned(), fs_err::read(file)?);
    }
    let options = InitOptionsUserDefined::new()
        .with_environment(environment.clone())
        .with_max_length(reading.max_tokens)
        .with_intra_threads(threads)
        // Threads that spin while they wait nearly double the CPU time and
        // halve the speed as soon as something else runs. For as long as it
        // takes to wake one, it pays: a question waits 2.3 and not 2.6 ms.
        .with_session_config("session.intra_op.spin_duration_us", "10")
        .with_session_config("session.force_spinning_stop", "1")
        // Two steps in one, which sums number by number, take longer than both.
        .with_session_config(
            "optimization.disable_specified_optimizers",
            "SkipLayerNormFusion",
        );
    let mut model = TextEmbedding::try_new_from_user_defined(model, options)?;
    // Page text that spells `[SEP]` is text.
    model.tokenizer.set_encode_special_tokens(true);
    Ok(model)
}

type Count = Box<dyn Fn(&str) -> usize + Send + Sync>;

/// Text of which only a tokenizer that works word by word makes as many tokens
/// as of its words one by one.
const PROBE: &str = "Don't use `--frozen-lockfile` in C:\\x, naïve_fn::<T>() 日本 [SEP] E0502";

/// Counts word by word where that gives the same as `whole`, which counts the
/// special tokens too.
fn counting(whole: impl Fn(&str) -> usize + Send + Sync + 'static) -> Count {
    let special = whole("");
    let words = WordCounts::default();
    let by_word = move |whole: &dyn Fn(&str) -> usize, text: &str| {
        special + words.count(text, &|word| whole(word).saturating_sub(special))
    };
    if by_word(&whole, PROBE) != whole(PROBE) {
        return Box::new(whole);
    }
    Box::new(move |text| by_word(&whole, text))
}

/// How many letters stand at `range` of `text` when a tokenizer does not know them:
/// what it only knows to be unknown may be a long word.
fn letters(text: &str, (from, to): (usize, usize)) -> usize {
    text.get(from..to).map_or(1, |word| word.chars().count())
}

struct OnnxEmbedder {
    /// The files' name, and how they are worked with: vectors that were made
    /// otherwise are others.
    id: String,
    files: EmbedderFiles,
    environment: Environment,
    by_bytes: bool,
    /// The vector of [`SAMPLE`].
    sample: Vec<f32>,
    cones: Option<Cones>,
    /// How many tokens stand in front of every passage.
    prefix: usize,
    count: Count,
    pieces: Count,
    /// Held while waiting for the model: a question's turn comes after one text
    /// of a page, not after all of them.
    turn: Mutex<()>,
    session: Mutex<TextEmbedding>,
}

impl Embedder for OnnxEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dimensions(&self) -> usize {
        self.sample.len()
    }

    fn token_count(&self, text: &str) -> usize {
        (self.count)(text)
    }

    fn pieces(&self, text: &str) -> usize {
        (self.pieces)(text)
    }

    fn unrelated(&self) -> Option<&Unrelated> {
        self.cones.as_ref().map(|cones| &cones.unrelated)
    }

    fn max_tokens(&self) -> usize {
        self.files.reading.max_tokens.saturating_sub(self.prefix)
    }

    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>> {
        let vectors = texts.iter().map(|text| self.one(text, Role::Passage));
        vectors.collect()
    }

    fn embed_question(&self, text: &str) -> Result<Vec<f32>> {
        self.one(text, Role::Question)
    }

    fn embed_each(&self, texts: &Texts<'_>, take: &mut Take<'_>) -> Result<()> {
        let lanes = threads().min(1 + texts.count / WORTH);
        let open = |lane| -> Option<Lane<'_, Vec<f32>>> {
            let text = |number| (texts.get)(number);
            if lane == 0 {
                return Some(Box::new(move |number| {
                    self.one(&text(number), Role::Passage)
                }));
            }
            let mut session = self.another()?;
            Some(Box::new(move |number| {
                self.read(&mut session, &text(number), Role::Passage)
            }))
        };
        lanes::each(texts.count, lanes, &open, take)
    }
}

impl OnnxEmbedder {
    fn one(&self, text: &str, role: Role) -> Result<Vec<f32>> {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        drop(turn);
        self.read(&mut session, text, role)
    }

    /// The vector of a text in its role: with what belongs in front of it, without
    /// what all such texts have in common.
    fn read(&self, session: &mut TextEmbedding, text: &str, role: Role) -> Result<Vec<f32>> {
        let reading = &self.files.reading;
        let prefix = match role {
            Role::Question => &reading.query_prefix,
            Role::Passage => &reading.passage_prefix,
        };
        let vector = guarded(|| embed_one(session, &format!("{prefix}{text}")))?;
        Ok(match (&self.cones, role) {
            (None, _) => vector,
            (Some(cones), Role::Question) => cones.questions.removed(&vector),
            (Some(cones), Role::Passage) => cones.passages.removed(&vector),
        })
    }

    /// A second session with the same model; nothing when its files are gone
    /// or another model's by now.
    fn another(&self) -> Option<TextEmbedding> {
        let model = Model::open(&self.files, &self.environment, 1, self.by_bytes).ok()?;
        (model.sample == self.sample).then_some(model.session)
    }
}

/// The vector of a text as the model's tokens give it, brought to length one.
fn embed_one(session: &mut TextEmbedding, text: &str) -> Result<Vec<f32>> {
    let vector = session
        .embed([text], None)?
        .pop()
        .context("the model gave no vector")?;
    let norm = vector.iter().map(|value| value * value).sum::<f32>();
    ensure!(
        (norm - 1.0).abs() < 1e-3,
        "the model gave a vector of length {}",
        norm.sqrt()
    );
    Ok(vector)
}

fn environment(runtime: &Path) -> Result<Environment> {
    refuse_cut_library(runtime)?;
    let mut kept = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = &*kept {
        return Ok(environment.clone());
    }
    let environment = guarded(|| Ok(ort::init_from(runtime)?.with_telemetry(false).build()?))
        .with_context(|| format!("loading ONNX Runtime from `{}`", runtime.display()))?;
    Ok(kept.insert(environment).clone())
}
