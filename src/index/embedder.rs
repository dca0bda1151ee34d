//! What turns text into vectors, as the rest of the index sees it.

use anyhow::{Context, Result};

use crate::index::unrelated::Unrelated;

/// Turns text into vectors. Implementations are slow to make and quick to
/// share.
pub trait Embedder: Send + Sync {
    /// The model's name and revision: part of the cache's key.
    fn id(&self) -> &str;
    /// The length of each vector.
    fn dimensions(&self) -> usize;
    /// How many tokens the model reads of `text`, special ones included.
    fn token_count(&self, text: &str) -> usize;
    /// Into how many pieces it cuts a text, a word of which it knows nothing counted
    /// by its letters.
    fn pieces(&self, text: &str) -> usize {
        self.token_count(text).saturating_sub(self.token_count(""))
    }
    /// What it makes of texts that have nothing to do with each other, where cosines
    /// are to be stretched by it: not for the model that all else was measured with.
    fn unrelated(&self) -> Option<&Unrelated> {
        None
    }
    /// How many tokens the model reads at most.
    fn max_tokens(&self) -> usize;
    /// One vector of length one for each text, in order: passages of a book, or
    /// what is compared with them as one.
    ///
    /// # Errors
    /// When the runtime fails.
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>>;
    /// The vector of a question, which some models read otherwise than a passage.
    ///
    /// # Errors
    /// When the runtime fails.
    fn embed_question(&self, text: &str) -> Result<Vec<f32>> {
        let vectors = self.embed(&[text.to_owned()])?;
        let vector = vectors.into_iter().next();
        vector.context("the embedder left a question out")
    }
    /// The same vectors for the many texts of a book, of which each is handed
    /// to `take` with its number as soon as it is made, in whatever order.
    /// Nothing more is made after the first error of `take`, which is given
    /// back.
    ///
    /// # Errors
    /// When the runtime or `take` fails.
    fn embed_each(&self, texts: &Texts<'_>, take: &mut Take<'_>) -> Result<()> {
        for number in 0..texts.count {
            let vectors = self.embed(&[(texts.get)(number)])?;
            let vector = vectors.into_iter().next();
            take(number, vector.context("the embedder left a text out")?)?;
        }
        Ok(())
    }
}

/// Texts that are made when their turn has come.
pub struct Texts<'a> {
    /// How many there are.
    pub count: usize,
    /// The one with this number, from 0.
    pub get: &'a (dyn Fn(usize) -> String + Sync),
}

/// Given a text's number and its vector.
pub type Take<'a> = dyn FnMut(usize, Vec<f32>) -> Result<()> + 'a;
