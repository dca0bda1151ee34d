//! Mermaid diagrams as SVG within the page, in the colours of the theme.

use std::panic::{AssertUnwindSafe, catch_unwind};

use html5gum::{DefaultEmitter, Token, Tokenizer};
use mermaid_svg::{Theme, render_with};

use super::code_html::escape;
use super::html::attribute;

/// A longer diagram is refused.
const LONGEST: usize = 50_000;
/// The arrows and signs after which a statement goes on in the next line.
const GOES_ON: [&str; 8] = ["-->", "---", "-.->", "-.-", "==>", "===", "&", "--"];

/// The diagram as SVG whose ids begin with `prefix`, or what is wrong with it.
///
/// # Errors
/// What the renderer did not understand, in its words.
pub fn svg(source: &str, prefix: &str) -> Result<String, String> {
    if source.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let whole = joined(source);
    // A mistake in the library must not end the build.
    let made = catch_unwind(AssertUnwindSafe(|| render_with(&whole, &theme())));
    let svg = match made {
        Ok(Ok(svg)) => svg,
        Ok(Err(error)) => return Err(one_line(&error.to_string())),
        Err(_) => return Err("the renderer cannot draw it".to_owned()),
    };
    Ok(clean(&svg, prefix))
}

fn one_line(message: &str) -> String {
    let message = message.trim_start_matches("parse error: ");
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The source as the renderer wants it: what an arrow leads to is on the
/// arrow's line.
fn joined(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for line in source.lines() {
        let bare = line.trim_end();
        match bare
            .trim_start()
            .strip_prefix("subgraph \"")
            .and_then(|rest| rest.strip_suffix('"'))
        {
            // In quotes the renderer takes it for a title, and the name that
            // later lines use for another box.
            Some(name)
                if name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
            {
                out.push_str("subgraph ");
                out.push_str(name);
            }
            _ => out.push_str(bare),
        }
        let goes_on = GOES_ON.iter().any(|sign| bare.ends_with(sign));
        let statement = bare.trim_start().len() > 3 && !bare.trim_start().starts_with("%%");
        out.push(if goes_on && statement { ' ' } else { '\n' });
    }
    out
}

/// The theme's own colours, so that a diagram follows light and dark.
fn theme() -> Theme {
    let tint = |name: &str| format!("color-mix(in srgb, var(--{name}) 22%, var(--bg))").into();
    let palette = || {
        ["note", "tip", "warning", "important", "caution", "edge"]
            .map(tint)
            .to_vec()
    };
    Theme {
        fg: "var(--fg)".into(),
        fg_muted: "var(--muted)".into(),
        bg: "var(--bg)".into(),
        actor_fill: "var(--surface)".into(),
        actor_stroke: "var(--edge)".into(),
        lifeline: "var(--edge)".into(),
        arrow_stroke: "var(--fg)".into(),
        note_fill: tint("warning"),
        note_stroke: "var(--edge)".into(),
        activation_fill: "var(--surface)".into(),
        activation_stroke: "var(--edge)".into(),
        frame_label_fill: "var(--surface)".into(),
        flow_node_fill: "var(--surface)".into(),
        flow_node_stroke: "var(--edge)".into(),
        flow_edge_stroke: "var(--fg)".into(),
        flow_label_bg: "var(--bg)".into(),
        flow_cluster_fill: tint("edge"),
        flow_cluster_stroke: "var(--edge)".into(),
        cscale_palette: palette().into(),
        pie_palette: palette().into(),
        ..Theme::default_theme()
    }
}

/// What the renderer made without what the content policy forbids, and with
/// ids that no other diagram of the page has.
fn clean(svg: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(svg.len() + 256);
    let mut dropped: Option<Vec<u8>> = None;
    let mut root = true;
    for token in Tokenizer::new_with_emitter(svg, DefaultEmitter::<()>::default()).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = tag.name.to_vec();
                if dropped.is_none()
                    && matches!(name.as_slice(), b"script" | b"style" | b"foreignobject")
                {
                    dropped = (!tag.self_closing).then_some(name);
                    continue;
                }
                if dropped.is_some() {
                    continue;
                }
                out.push('<');
                out.push_str(&String::from_utf8_lossy(&name));
                let attributes = tag.attributes.iter().map(|(name, value)| {
                    let value = String::from_utf8_lossy(&value.value).into_owned();
                    (String::from_utf8_lossy(name).into_owned(), value)
                });
                attributes_of(&mut out, attributes.collect(), prefix, root);
                root = false;
                out.push_str(if tag.self_closing { "/>" } else { ">" });
            }
            Token::EndTag(tag) => {
                if dropped.is_none() {
                    out.push_str("</");
                    out.push_str(&String::from_utf8_lossy(&tag.name));
                    out.push('>');
                } else if dropped.as_deref() == Some(tag.name.as_slice()) {
                    dropped = None;
                }
            }
            Token::String(text) if dropped.is_none() => {
                escape(&mut out, &String::from_utf8_lossy(&text));
            }
            _ => {}
        }
    }
    out
}

fn attributes_of(out: &mut String, attributes: Vec<(String, String)>, prefix: &str, root: bool) {
    for (name, value) in attributes {
        let policy = name == "style" || name.starts_with("on");
        let ours = root
            && matches!(
                name.as_str(),
                "width" | "height" | "role" | "aria-roledescription" | "xmlns"
            );
        let leads_out =
            name.ends_with("href") && !value.starts_with(['#']) && !value.starts_with("http");
        if policy || ours || leads_out {
            continue;
        }
        let value = match name.as_str() {
            "id" => format!("{prefix}{value}"),
            "aria-labelledby" | "aria-describedby" => format!("{prefix}{value}"),
            _ if name.ends_with("href") && value.starts_with('#') => {
                format!("#{prefix}{}", &value[1..])
            }
            _ => value.replace("url(#", &format!("url(#{prefix}")),
        };
        if root && name == "viewbox" {
            let mut sizes = value.split([' ', ',']).skip(2);
            if let (Some(width), Some(height)) = (sizes.next(), sizes.next()) {
                out.push_str(&format!(
                    " width=\"{}\" height=\"{}\"",
                    attribute(width),
                    attribute(height)
                ));
            }
        }
        out.push(' ');
        out.push_str(&name);
        out.push_str("=\"");
        out.push_str(&attribute(&value));
        out.push('"');
    }
    if root {
        out.push_str(" role=\"img\" aria-label=\"Diagram\"");
    }
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn a_diagram_is_drawn_within_the_content_policy() {
        let drawn = svg("graph LR\n  A[Start] -->\n  B{Error?}\n", "d1-").expect("a diagram");
        assert!(
            drawn.starts_with("<svg") && drawn.contains("Start") && drawn.contains("Error?"),
            "{drawn}"
        );
        assert!(!drawn.contains("style="), "{drawn}");
        assert!(
            drawn.contains("id=\"d1-") && drawn.contains("url(#d1-"),
            "{drawn}"
        );
    }

    #[test]
    fn nothing_that_runs_is_left() {
        let source =
            "flowchart LR\n  A --> B\n  click A href \"javascript:alert(1)\"\n  click B call f()\n";
        let drawn = svg(source, "d1-").unwrap_or_default();
        assert!(
            !drawn.contains("javascript:") && !drawn.contains("onclick"),
            "{drawn}"
        );
    }

    #[test]
    fn what_is_no_diagram_says_so() {
        assert!(svg("nonsense", "d1-").is_err());
        assert!(svg("", "d1-").is_err());
    }
}
