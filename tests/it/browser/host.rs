//! A plain host of files, as they are rented: no program behind it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};

/// What a careful site sends with its pages.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

/// Serves the files of `folder` below the path `prefix`, such as `/docs/`, for
/// as long as the tests run; gives the address of the folder.
pub fn host(folder: &Path, prefix: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = folder.to_path_buf();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            // Browsers open connections that they do not use.
            std::thread::spawn(move || answer(stream, &folder, prefix));
        }
    });
    format!("http://127.0.0.1:{port}{prefix}")
}

/// Answers one request; who leaves early is nobody's concern.
fn answer(mut stream: TcpStream, folder: &Path, prefix: &str) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let request = lines.next()?.ok()?;
    lines.map_while(Result::ok).find(String::is_empty)?;
    let mut words = request.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    let path = path.split(['?', '#']).next()?;
    let found = path
        .strip_prefix(prefix)
        .and_then(|path| read(folder, path));
    let (status, kind, body) = match found {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"no such file".to_vec()),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
         content-security-policy: {POLICY}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    if method != "HEAD" {
        stream.write_all(&body).ok()?;
    }
    stream.flush().ok()
}

fn read(folder: &Path, path: &str) -> Option<(&'static str, Vec<u8>)> {
    let mut file = PathBuf::from(path);
    if path.is_empty() || path.ends_with('/') {
        file.push("index.html");
    }
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_));
    let kind = match file.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let is_inside = file.components().all(inside);
    let bytes = is_inside.then(|| fs_err::read(folder.join(&file)).ok())?;
    Some((kind, bytes?))
}
