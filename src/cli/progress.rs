//! Long work: a bar on a terminal, plain lines elsewhere.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::report::Terminal;

/// One bar at a time, made when it is first needed.
pub struct Bar {
    terminal: Terminal,
    bar: RefCell<Option<ProgressBar>>,
    /// The last tenth that was said, where there is no terminal.
    tenth: Cell<u64>,
}

impl Bar {
    /// No bar yet.
    pub fn new(terminal: Terminal) -> Self {
        Self {
            terminal,
            bar: RefCell::new(None),
            tenth: Cell::new(0),
        }
    }

    /// So many bytes of so many.
    pub fn bytes(&self, done: u64, total: u64) {
        self.set(
            done,
            total,
            "{bar:30} {bytes}/{total_bytes} {bytes_per_sec}",
            "bytes",
        );
    }

    /// So many things of so many.
    pub fn count(&self, done: u64, total: u64, noun: &str) {
        let template = format!("{{bar:30}} {{pos}}/{{len}} {noun}, {{eta}} left");
        self.set(done, total, &template, noun);
    }

    fn set(&self, done: u64, total: u64, template: &str, noun: &str) {
        if self.terminal.interactive {
            let mut bar = self.bar.borrow_mut();
            let bar = bar.get_or_insert_with(|| {
                let style = ProgressStyle::with_template(template);
                let bar = ProgressBar::new(total);
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                bar.enable_steady_tick(Duration::from_millis(200));
                bar
            });
            bar.set_length(total);
            bar.set_position(done);
        } else if let Some(tenth) = (done * 10).checked_div(total)
            && tenth > self.tenth.get()
        {
            self.tenth.set(tenth);
            self.terminal.line(&format!(
                "{:>9} {done} of {total} {noun}",
                format!("{}%", tenth * 10)
            ));
        }
    }

    /// Takes the bar away; the next call starts another.
    pub fn finish(&self) {
        self.tenth.set(0);
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}
