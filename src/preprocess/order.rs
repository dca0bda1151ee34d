//! Which preprocessor comes after which, by mdBook's rule: in layers of those
//! that wait for nothing more, each layer by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::diagnostic::Diagnostic;

/// The names of the preprocessors in the order in which they run, mdBook's
/// own two among them.
///
/// # Errors
/// When some wait for each other.
pub fn order(config: &Config) -> Result<Vec<String>, Box<Diagnostic>> {
    let mut waits: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    if config.build.use_default_preprocessors {
        waits.insert("links", BTreeSet::new());
        waits.insert("index", BTreeSet::new());
    }
    for name in config.preprocessors.keys() {
        waits.entry(name).or_default();
    }
    for (name, preprocessor) in &config.preprocessors {
        // Names that mean nothing are mdBook's way to switch one off.
        for later in &preprocessor.before {
            if let Some(waiting) = waits.get_mut(later.as_str()) {
                waiting.insert(name);
            }
        }
        for earlier in &preprocessor.after {
            if waits.contains_key(earlier.as_str())
                && let Some(waiting) = waits.get_mut(name.as_str())
            {
                waiting.insert(earlier);
            }
        }
    }
    let mut order: Vec<String> = Vec::with_capacity(waits.len());
    while !waits.is_empty() {
        let free = waits.iter().filter(|(_, waiting)| waiting.is_empty());
        let layer: Vec<&str> = free.map(|(name, _)| *name).collect();
        if layer.is_empty() {
            let names: Vec<&str> = waits.into_keys().collect();
            let message = format!(
                "the preprocessors `{}` wait for each other",
                names.join("`, `")
            );
            let problem = Diagnostic::error("preprocessor/order", message)
                .help("correct their `before` and `after`");
            return Err(Box::new(problem));
        }
        for name in layer {
            waits.remove(name);
            waits.values_mut().for_each(|waiting| {
                waiting.remove(name);
            });
            order.push(name.to_owned());
        }
    }
    Ok(order)
}
