//! Scores on their way to a sum, in lists of a number for each document that stay
//! in the processor's cache.

/// The scores of a shard's documents on their way: of all words so far, of the
/// best form of the word, of the form and of its other half.
pub struct Sums {
    pub of: Vec<f32>,
    best: Layer,
    pub form: Layer,
    pub half: Layer,
}

/// Numbers for some of the documents, 0 for the others.
#[derive(Default)]
pub struct Layer {
    of: Vec<f32>,
    touched: Vec<usize>,
}

impl Layer {
    fn set(&mut self, document: usize, score: f32) {
        if self.of[document] == 0.0 {
            self.touched.push(document);
        }
        self.of[document] = score;
    }

    /// Adds `score` to the number of a document.
    pub fn add(&mut self, document: usize, score: f32) {
        self.set(document, self.of[document] + score);
    }

    /// Takes out what is not of these documents, which are in order.
    pub fn keep(&mut self, documents: &[u32]) {
        let of = &mut self.of;
        self.touched.retain(|document| {
            let kept =
                u32::try_from(*document).is_ok_and(|one| documents.binary_search(&one).is_ok());
            if !kept {
                of[*document] = 0.0;
            }
            kept
        });
    }

    /// Takes every number out.
    fn take(&mut self, mut taken: impl FnMut(usize, f32)) {
        for document in self.touched.drain(..) {
            taken(document, std::mem::take(&mut self.of[document]));
        }
    }
}

impl Sums {
    /// For so many documents.
    pub fn new(documents: usize) -> Self {
        Self {
            of: vec![0.0; documents],
            best: Layer::default(),
            form: Layer::default(),
            half: Layer::default(),
        }
    }

    /// Readies the layers, which few words need.
    pub fn start(&mut self) {
        let Self {
            best, form, half, ..
        } = self;
        for layer in [best, form, half] {
            layer.of.resize(self.of.len(), 0.0);
        }
    }

    /// Takes the form for the best where it counts for more; with another half
    /// only where both are.
    pub fn end_of_form(&mut self, halved: bool) {
        let (best, half) = (&mut self.best, &mut self.half);
        self.form.take(|document, score| {
            let other = half.of[document];
            if !halved || other > 0.0 {
                best.set(document, best.of[document].max(score + other));
            }
        });
        half.take(|_, _| {});
    }

    /// Adds the best form to all words.
    pub fn end_of_word(&mut self) {
        let of = &mut self.of;
        self.best.take(|document, score| of[document] += score);
    }

    /// The sums as they would be with the best form, where there is one.
    pub fn take_best(&mut self) -> Vec<(usize, f32)> {
        let (of, mut sums) = (&self.of, Vec::new());
        self.best
            .take(|document, score| sums.push((document, of[document] + score)));
        sums
    }

    /// Sees to it that the documents have these sums at least.
    pub fn raise(&mut self, least: &[(usize, f32)]) {
        for (document, least) in least {
            self.of[*document] = self.of[*document].max(*least);
        }
    }
}
