//! Pages and assets, out of the snapshot's output.
//!
//! A request's path is looked up among the addresses that were built; it
//! never becomes a path on the disk. Files are read only where the build says
//! that they lie.

use std::hash::{DefaultHasher, Hasher};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{self, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::error::Refusal;
use super::{State, error};
use crate::site::write::{self, Output};
use crate::site::{theme, url};

/// What the theme's files may be kept for: their names change with their
/// bytes.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Everything else is asked for again each time.
const NO_CACHE: &str = "no-cache";
/// How much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;

/// The page or asset at any address that no other route takes.
pub(super) async fn page(
    extract::State(state): extract::State<State>,
    request: Request,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, "GET,HEAD")];
        return (allow, error::wrong_method(request.method().clone()).await).into_response();
    }
    let snapshot = state.snapshot();
    let output = &snapshot.build.output;
    let found = match find(output, request.uri()) {
        Found::File(path, body) => send(path, body, request.headers()).await,
        Found::Folder(to) => Ok(redirect(&to, request.uri())),
        Found::Nothing => Ok(missing(output)),
    };
    found.unwrap_or_else(|error| Refusal::internal(&state, format!("{error:#}")).into_response())
}

/// The script that makes a page listen for changes.
pub(super) async fn live_script(headers: HeaderMap) -> Response {
    let bytes = Bytes::from(theme::live().into_owned());
    send_bytes("live.js", bytes, NO_CACHE, &headers)
}

/// `GET /api/openapi.json`: what the server answers, for programs.
pub(super) async fn openapi(headers: HeaderMap) -> Response {
    let bytes = Bytes::from_static(include_bytes!("openapi.json"));
    send_bytes("openapi.json", bytes, NO_CACHE, &headers)
}

enum Found<'a> {
    File(&'a str, &'a write::Body),
    /// The last part of the address of a folder, with the `/` that it lacks.
    Folder(String),
    Nothing,
}

fn find<'a>(output: &'a Output, uri: &Uri) -> Found<'a> {
    let path = uri.path();
    let path = url::decode(path.strip_prefix('/').unwrap_or(path));
    let file = |path: &str| output.get_key_value(path);
    let found = if path.is_empty() || path.ends_with('/') {
        file(&format!("{path}index.html"))
    } else {
        file(&path).or_else(|| file(&format!("{path}.html")))
    };
    if let Some((path, body)) = found {
        return Found::File(path, body);
    }
    if path.is_empty() || path.ends_with('/') || file(&format!("{path}/index.html")).is_none() {
        return Found::Nothing;
    }
    let (_, name) = url::split(&path);
    Found::Folder(format!("./{}/", url::encode(name)))
}

/// Relative, so that it never leads to another host and works behind a proxy.
fn redirect(to: &str, uri: &Uri) -> Response {
    let query = uri
        .query()
        .map_or(String::new(), |query| format!("?{query}"));
    let to = HeaderValue::from_maybe_shared(Bytes::from(format!("{to}{query}")));
    match to {
        Ok(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn missing(output: &Output) -> Response {
    let status = StatusCode::NOT_FOUND;
    let no_store = (header::CACHE_CONTROL, "no-store");
    match output.get("404.html") {
        Some(write::Body::Bytes(bytes)) => {
            let kind = (header::CONTENT_TYPE, content_type("404.html"));
            (status, [kind, no_store], with_script(bytes, "/")).into_response()
        }
        _ => (status, [no_store], "there is no page at this address\n").into_response(),
    }
}

async fn send(path: &str, body: &write::Body, headers: &HeaderMap) -> anyhow::Result<Response> {
    match body {
        write::Body::Bytes(bytes) if path.ends_with(".html") => {
            let bytes = with_script(bytes, &url::root(path));
            Ok(send_bytes(path, bytes, NO_CACHE, headers))
        }
        write::Body::Bytes(bytes) => {
            let cache = if is_fingerprinted(path) {
                IMMUTABLE
            } else {
                NO_CACHE
            };
            let bytes = Bytes::from_owner(Shared(bytes.clone()));
            Ok(send_bytes(path, bytes, cache, headers))
        }
        write::Body::File(file) => send_file(path, file.clone(), headers).await,
    }
}

/// The bytes of a file of the site, sent without copying them.
struct Shared(Arc<[u8]>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn send_bytes(path: &str, bytes: Bytes, cache: &'static str, headers: &HeaderMap) -> Response {
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    let tag = format!("\"{:016x}\"", hasher.finish());
    if is_known(headers, &tag) {
        return not_modified(&tag, cache);
    }
    let kind = content_type(path).to_owned();
    let kind = [(header::CONTENT_TYPE, kind), (header::ETAG, tag)];
    (kind, [(header::CACHE_CONTROL, cache)], bytes).into_response()
}

async fn send_file(path: &str, file: PathBuf, headers: &HeaderMap) -> anyhow::Result<Response> {
    let open = move || {
        let file = fs_err::File::open(file)?;
        let data = file.metadata()?;
        anyhow::Ok((file, data))
    };
    let (file, data) = tokio::task::spawn_blocking(open).await??;
    let time = data.modified()?.duration_since(std::time::UNIX_EPOCH);
    let tag = format!(
        "\"{:x}-{:x}\"",
        data.len(),
        time.unwrap_or_default().as_nanos()
    );
    if is_known(headers, &tag) {
        return Ok(not_modified(&tag, NO_CACHE));
    }
    let headers = [
        (header::CONTENT_TYPE, content_type(path).to_owned()),
        (header::CONTENT_LENGTH, data.len().to_string()),
        (header::ETAG, tag),
        (header::CACHE_CONTROL, NO_CACHE.to_owned()),
    ];
    // As long as was promised, even when the file grows meanwhile.
    Ok((headers, pieces(file.take(data.len()))).into_response())
}

fn pieces<R: Read + Send + 'static>(file: R) -> Body {
    let next = |mut file: R| async {
        let read = move || {
            let mut piece = Vec::with_capacity(PIECE);
            file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
            std::io::Result::Ok((piece, file))
        };
        let (piece, file) = tokio::task::spawn_blocking(read).await??;
        std::io::Result::Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    };
    Body::from_stream(stream::try_unfold(file, next))
}

/// The page with the script that listens for changes, in front of all others:
/// it has to see the page as it is served. `root` leads from the page to the
/// site's root.
fn with_script(html: &Arc<[u8]>, root: &str) -> Bytes {
    let start = b"<head>";
    let Some(at) = html.windows(start.len()).position(|window| window == start) else {
        return Bytes::from_owner(Shared(html.clone()));
    };
    let at = at + start.len();
    let script = format!("\n<script src=\"{root}_docent/live.js\" defer></script>");
    Bytes::from([&html[..at], script.as_bytes(), &html[at..]].concat())
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','));
    tags.any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    })
}

fn not_modified(tag: &str, cache: &'static str) -> Response {
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, cache)];
    (StatusCode::NOT_MODIFIED, headers).into_response()
}

/// Whether the theme published the file under a name that holds its digest:
/// `assets/docent-1a2b3c4d.css`.
fn is_fingerprinted(path: &str) -> bool {
    let (folder, name) = url::split(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mark = stem.rsplit_once('-').map_or("", |(_, mark)| mark);
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    folder.starts_with("assets") && mark.len() == 8 && mark.bytes().all(is_digit)
}

/// The media type by the ending of the name.
fn content_type(path: &str) -> &'static str {
    let ending = Path::new(path).extension().unwrap_or_default();
    match ending.to_string_lossy().to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "xml" => "application/xml",
        "md" | "markdown" => "text/markdown; charset=utf-8",
        "txt" | "toml" | "yaml" | "yml" | "csv" | "rs" | "py" | "sh" | "log" => {
            "text/plain; charset=utf-8"
        }
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        _ => "application/octet-stream",
    }
}
