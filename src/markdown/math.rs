//! Formulas as MathML, which browsers show by themselves.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// A longer formula, or one with more groups within each other, is refused:
/// the parser calls itself for each.
const LONGEST: usize = 10_000;
const DEEPEST: usize = 60;

/// The formula `tex` as MathML, or what is wrong with it.
///
/// # Errors
/// What the parser did not understand, in its words.
pub fn mathml(tex: &str, display: bool) -> Result<String, String> {
    if tex.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    if depth(tex) > DEEPEST {
        return Err("its groups are nested too deep".to_owned());
    }
    // A formula may be anything; a mistake in the library must not end the
    // build.
    let made = catch_unwind(AssertUnwindSafe(|| convert(tex, display)));
    made.unwrap_or_else(|_| Err("it cannot be read".to_owned()))
}

fn convert(tex: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(tex, &storage) {
        match event {
            Ok(event) => events.push(Ok::<_, std::fmt::Error>(event)),
            Err(error) => {
                // The rest of the message draws the place by itself.
                let message = error.to_string();
                let first = message.lines().next().unwrap_or_default();
                let first = first.strip_prefix("parsing error: ").unwrap_or(first);
                return Err(first.to_owned());
            }
        }
    }
    let mut html = String::with_capacity(tex.len() * 8);
    let config = RenderConfig {
        display_mode: if display {
            DisplayMode::Block
        } else {
            DisplayMode::Inline
        },
        annotation: Some(tex),
        ..RenderConfig::default()
    };
    push_mathml(&mut html, events.into_iter(), config).map_err(|error| error.to_string())?;
    Ok(without_styles(&html))
}

/// How deep the groups go.
fn depth(tex: &str) -> usize {
    let (mut deepest, mut depth) = (0_usize, 0_usize);
    for part in tex.split_inclusive(['{', '}', '\\', '^', '_']) {
        match part.as_bytes().last() {
            // `\left`, `\begin`, `\sqrt` and accents open something as well.
            Some(b'{') => depth += 1,
            Some(b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let opens = tex.matches("\\left").count() + tex.matches("\\begin").count();
    deepest + opens
}

/// The content policy allows no inline styles; what they say is colour and
/// space, without which a formula reads as well.
fn without_styles(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(" style=\"") {
        out.push_str(before);
        rest = after.split_once('"').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::mathml;

    #[test]
    fn a_formula_becomes_mathml_with_its_source() {
        let html = mathml("a^2 < \\frac{1}{2}", false).expect("a formula");
        assert!(html.starts_with("<math"), "{html}");
        assert!(
            html.contains("<msup>") && html.contains("<mfrac>"),
            "{html}"
        );
        assert!(html.contains("<annotation"), "{html}");
        assert!(
            mathml("x", true)
                .expect("one")
                .contains("display=\"block\"")
        );
    }

    #[test]
    fn no_style_is_left() {
        for tex in [
            "\\color{red} a",
            "\\begin{matrix} a \\\\[2em] b \\end{matrix}",
            "a \\! b",
            "\\boxed{a}",
        ] {
            let html = mathml(tex, true).unwrap_or_default();
            assert!(!html.contains("style="), "{html}");
        }
    }

    #[test]
    fn a_wrong_formula_says_what_is_wrong() {
        assert!(mathml("\\frac{1", false).is_err());
        assert!(mathml("\\nosuchcommand", false).is_err());
        assert!(mathml(&"{".repeat(5000), false).is_err());
        assert!(mathml(&"\\left(".repeat(1000), false).is_err());
        assert!(mathml(&"x".repeat(20_000), false).is_err());
    }
}
