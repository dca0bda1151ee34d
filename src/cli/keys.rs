//! Keys while the server runs: a letter and Enter, as in other servers for
//! authors.

use std::io::{BufRead, IsTerminal};
use std::thread;

use super::report::Terminal;
use crate::serve::State;

/// What there is to press.
const HELP: &str = "press o and Enter to open the browser, r to rebuild, q to quit";

/// Listens for keys on a thread of its own, when a person sits at a terminal.
pub fn listen(terminal: Terminal, state: &State, address: &str) {
    if !terminal.interactive || !std::io::stdin().is_terminal() {
        return;
    }
    terminal.note(HELP);
    let (state, address) = (state.clone(), address.to_owned());
    // Without the thread there are no keys, and Ctrl-C stops as always.
    let _ = thread::Builder::new()
        .name("keys".to_owned())
        .spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                press(terminal, &state, &address, line.trim());
            }
        });
}

fn press(terminal: Terminal, state: &State, address: &str, key: &str) {
    match key {
        "o" => {
            if open::that_detached(address).is_err() {
                terminal.note(&format!(
                    "no browser could be opened; open {address} yourself"
                ));
            }
        }
        "r" => state.rebuild(),
        "q" => state.quit(),
        "" => {}
        _ => terminal.note(HELP),
    }
}
