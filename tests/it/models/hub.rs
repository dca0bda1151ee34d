//! Pulling from a hub: a small HTTP server that behaves, and misbehaves, as
//! mirrors do.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use docent::models::pull::Options;
use docent::models::{Source, Store, hub};

use super::{file, names, offline, pull, store};

/// How the server answers.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// As it should, after a redirect to another path.
    Redirecting,
    /// The connection ends in the middle of each whole answer.
    BreakingOff,
    /// Ranges are ignored.
    Whole,
    /// Right length, other bytes.
    Wrong,
    /// A page of another length, with status 200.
    LoginPage,
    /// No such file.
    NotFound,
}

struct Server {
    endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
}

fn serve(content: Vec<u8>, manner: Manner) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that hangs up is part of some tests.
            let _ = answer(stream.unwrap(), &content, manner, &seen);
        }
    });
    Server { endpoint, requests }
}

fn answer(
    mut stream: TcpStream,
    content: &[u8],
    manner: Manner,
    seen: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut from = 0;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().unwrap();
        }
    }
    seen.lock().unwrap().push(format!("{path} from {from}"));
    let head = |status: &str, length: usize, more: &str| {
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n")
    };
    let total = content.len();
    match manner {
        Manner::Redirecting if !path.starts_with("/cdn") => {
            let more = format!("Location: /cdn{path}\r\n");
            stream.write_all(head("302 Found", 0, &more).as_bytes())
        }
        Manner::Redirecting | Manner::BreakingOff if from > 0 => {
            let more = format!("Content-Range: bytes {from}-{}/{total}\r\n", total - 1);
            stream.write_all(head("206 Partial Content", total - from, &more).as_bytes())?;
            stream.write_all(&content[from..])
        }
        Manner::BreakingOff => {
            stream.write_all(head("200 OK", total, "").as_bytes())?;
            stream.write_all(&content[..total / 2])
        }
        Manner::Redirecting | Manner::Whole => {
            stream.write_all(head("200 OK", total, "").as_bytes())?;
            stream.write_all(content)
        }
        Manner::Wrong => {
            stream.write_all(head("200 OK", total, "").as_bytes())?;
            stream.write_all(&vec![b'x'; total])
        }
        Manner::LoginPage => stream.write_all((head("200 OK", 5, "") + "hello").as_bytes()),
        Manner::NotFound => stream.write_all(head("404 Not Found", 0, "").as_bytes()),
    }
}

const CONTENT: usize = 300_000;

fn content() -> Vec<u8> {
    (0..CONTENT).map(|at| (at % 253) as u8).collect()
}

fn one_file(home: &Path) -> Store {
    let hub = Source::Hub {
        repo: "owner/name",
        revision: "main",
        path: "deep/a.bin",
    };
    store(home, vec![file("a.bin", &content(), vec![hub])])
}

/// Pulls from a server of this manner into a store where `part` was left.
fn check(manner: Manner, part: Option<&[u8]>) -> (Result<(), String>, Vec<String>, Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    let server = serve(content(), manner);
    let folder = home.path().join("tiny");
    if let Some(part) = part {
        fs_err::create_dir_all(&folder).unwrap();
        fs_err::write(folder.join("a.bin.part"), part).unwrap();
    }
    let hub = hub::Options {
        endpoint: format!("{}/", server.endpoint),
        offline: false,
    };
    let (result, _) = pull(&one_file(home.path()), &Options { hub, ..offline() });
    if result.is_ok() {
        assert_eq!(fs_err::read(folder.join("a.bin")).unwrap(), content());
    }
    let requests = server.requests.lock().unwrap().clone();
    (
        result.map_err(|error| error.to_string()),
        requests,
        names(&folder),
    )
}

const PATH: &str = "/owner/name/resolve/main/deep/a.bin";

#[test]
fn a_file_comes_through_a_redirect() {
    let (result, requests, files) = check(Manner::Redirecting, None);
    assert_eq!(result, Ok(()));
    assert_eq!(
        requests,
        [format!("{PATH} from 0"), format!("/cdn{PATH} from 0")]
    );
    assert_eq!(files, [".lock", "a.bin"]);
}

#[test]
fn an_interrupted_download_is_taken_up_where_it_broke_off() {
    let (result, requests, _) = check(Manner::Redirecting, Some(&content()[..1000]));
    assert_eq!(result, Ok(()));
    assert_eq!(requests[1], format!("/cdn{PATH} from 1000"));

    let (result, requests, _) = check(Manner::BreakingOff, None);
    assert_eq!(result, Ok(()));
    assert_eq!(
        requests,
        [
            format!("{PATH} from 0"),
            format!("{PATH} from {}", CONTENT / 2)
        ]
    );
}

#[test]
fn a_server_without_ranges_is_read_from_the_start() {
    assert_eq!(check(Manner::Whole, Some(&content()[..1000])).0, Ok(()));
}

#[test]
fn a_rest_of_another_file_is_fetched_anew() {
    for rest in [
        &b"rubbish"[..],
        &vec![b'r'; CONTENT],
        &vec![b'r'; CONTENT + 1],
    ] {
        let (result, _, files) = check(Manner::Redirecting, Some(rest));
        assert_eq!(result, Ok(()), "{} bytes were left", rest.len());
        assert_eq!(files, [".lock", "a.bin"]);
    }
}

#[test]
fn wrong_answers_leave_nothing() {
    for (manner, words) in [
        (Manner::Wrong, "its SHA-256 is"),
        (Manner::LoginPage, "its file has 5 bytes instead of 300000"),
        (Manner::NotFound, "it does not have the file (status 404)"),
    ] {
        let (result, requests, files) = check(manner, None);
        let error = result.unwrap_err();
        assert!(error.contains(words), "{error}");
        assert_eq!(requests.len(), 1);
        assert_eq!(files, [".lock"]);
    }
}

#[test]
fn a_hub_out_of_reach_is_asked_once() {
    let home = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let source = |path| Source::Hub {
        repo: "owner/name",
        revision: "main",
        path,
    };
    let store = store(
        home.path(),
        vec![file("a", b"a", vec![source("a"), source("b")])],
    );
    let hub = hub::Options {
        endpoint: format!("http://{free}"),
        offline: false,
    };
    let error = pull(&store, &Options { hub, ..offline() })
        .0
        .unwrap_err()
        .to_string();
    assert_eq!(
        error.matches("it cannot be reached: ").count(),
        2,
        "{error}"
    );
}
