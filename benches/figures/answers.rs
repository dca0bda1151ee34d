//! The language model: reading a prompt, writing, a whole answer.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use docent::answer::generator::Next;
use docent::answer::prompt::Prompt;
use docent::answer::{self, Ask, Event, Generator, LocalModel, Remembering};
use docent::config::Config;
use docent::index::Index;
use docent::models::Store;

use crate::{builds, left_out, row};

/// Questions that differ, so that no answer is read from a cache.
const QUESTIONS: [&str; 3] = [
    "How do I install it?",
    "How do I change the configuration?",
    "What does the build command do?",
];

/// Prints the rows about answering.
pub fn rows(config: &Config, index: &Index, store: Option<&Store>) -> anyhow::Result<()> {
    let Some(files) = store.and_then(|store| store.answerer(&config.answer.model).ok()) else {
        left_out("language model", "`docent models pull`");
        return Ok(());
    };
    let model = Arc::new(LocalModel::open(&files.name, &files.gguf, &files.folder)?);
    let start = Instant::now();
    write(&model, "Question: Are you there?", 1)?;
    row(
        "load of the language model",
        "s",
        &[start.elapsed().as_secs_f64()],
    );
    let (mut prefill, mut decode) = (Vec::new(), Vec::new());
    for round in 0..3 {
        let prompt = format!(
            "{} {round}",
            "Measured twice, cut once, page after page. ".repeat(30)
        );
        let written = write(&model, &prompt, 48)?;
        prefill.push(written.prompt as f64 / written.first.as_secs_f64());
        decode.push((written.pieces - 1) as f64 / written.rest.as_secs_f64());
    }
    row("prefill", "tokens/s", &prefill);
    row("decode", "tokens/s", &decode);
    whole_answers(config, index, &Remembering::new(model))?;
    let peak = builds::high_water("/proc/self/status").unwrap_or_default();
    row("peak memory with both models", "MiB", &[peak]);
    Ok(())
}

fn whole_answers(config: &Config, index: &Index, model: &Remembering) -> anyhow::Result<()> {
    let (mut sources, mut quotes, mut firsts, mut totals) = (vec![], vec![], vec![], vec![]);
    let mut again = Vec::new();
    for question in QUESTIONS {
        let ask = Ask {
            index,
            config: &config.answer,
            generator: Some(model),
            question,
            earlier: &[],
            gone: &|| false,
        };
        answer::answer(&ask, &mut |event| {
            if let Event::Done { usage } = event {
                sources.push(usage.sources_ms as f64);
                quotes.push(usage.quote_ms as f64);
                firsts.extend(usage.first_sentence_ms.map(|ms| ms as f64));
                totals.push(usage.total_ms as f64);
            }
            ControlFlow::Continue(())
        })?;
        let start = Instant::now();
        answer::collect(&ask)?;
        again.push(start.elapsed().as_secs_f64() * 1e3);
    }
    row("answer: sources", "ms", &sources);
    row("answer: quotes", "ms", &quotes);
    row("answer: first generated sentence", "ms", &firsts);
    row("answer: whole", "ms", &totals);
    row("answer: whole, asked again", "ms", &again);
    Ok(())
}

struct Written {
    prompt: usize,
    pieces: usize,
    first: Duration,
    rest: Duration,
}

fn write(model: &LocalModel, body: &str, tokens: usize) -> anyhow::Result<Written> {
    let start = Instant::now();
    let mut draft = model.start(
        &Prompt {
            body: body.to_owned(),
            key: [0; 32],
        },
        tokens,
    )?;
    let mut pieces = 0;
    let mut first = Duration::ZERO;
    loop {
        match draft.next(Duration::from_secs(120)) {
            Next::Piece(_) => {
                pieces += 1;
                if pieces == 1 {
                    first = start.elapsed();
                }
            }
            Next::End => break,
            Next::Nothing => anyhow::bail!("the model is silent"),
            Next::Failed(error) => return Err(error.into()),
        }
    }
    let rest = start.elapsed().saturating_sub(first);
    Ok(Written {
        prompt: draft.prompt_tokens,
        pieces: pieces.max(2),
        first,
        rest,
    })
}
