//! The server on a real port: raw requests, slow clients, the end.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use docent::config;
use docent::serve;
use tokio::sync::oneshot;

use super::book::{Book, quoting};

struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _book: Book,
}

impl Server {
    fn start(book: Book) -> Self {
        let listener = serve::bind(&any_port()).unwrap();
        let address = listener.local_addr().unwrap();
        let state = book.state(quoting());
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let over = async { drop(stopped.await) };
            runtime
                .block_on(serve::serve(listener, state, over))
                .unwrap();
        });
        Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
            _book: book,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        stream
    }

    /// The response to these bytes, up to the end of the connection.
    fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // The server may have answered and closed before all is sent.
        let _ = stream.write_all(bytes);
        rest(&mut stream)
    }

    /// Stops and gives how long that took.
    fn stop(mut self) -> Duration {
        let started = Instant::now();
        self.stop.take().unwrap().send(()).unwrap();
        self.thread.take().unwrap().join().unwrap();
        started.elapsed()
    }
}

fn any_port() -> config::Serve {
    config::Serve {
        port: 0,
        ..config::Serve::default()
    }
}

fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_busy_port_is_told_with_its_fix() {
    let taken = serve::bind(&any_port()).unwrap();
    let port = taken.local_addr().unwrap().port();
    let config = config::Serve {
        port,
        ..config::Serve::default()
    };
    let error = serve::bind(&config).unwrap_err().to_string();
    let expected = format!(
        "port {port} of `127.0.0.1` is in use; choose another with `--port`, 0 for any free one"
    );
    assert_eq!(error, expected);
}

#[test]
fn an_address_of_another_machine_is_told_with_its_fix() {
    let config = config::Serve {
        host: "192.0.2.1".to_owned(),
        ..any_port()
    };
    let error = serve::bind(&config).unwrap_err().to_string();
    assert!(
        error.contains("`192.0.2.1`") && error.contains("`host`"),
        "{error}"
    );
}

#[test]
fn raw_targets_never_reach_a_file() {
    let book = Book::new();
    book.write("secret.txt", "canary");
    let server = Server::start(book);
    for target in [
        "/../secret.txt",
        "/../../../../../../etc/passwd",
        "/..\\secret.txt",
        "\\..\\secret.txt",
        "/a/#/../../secret.txt",
        "/secret.txt?raw??",
        "//etc/passwd",
        "http://h/../secret.txt",
        "http://127.0.0.1/../secret.txt",
        "*",
        "secret.txt",
        "/\0",
        "/\u{1}",
        "/\u{fc}",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/.\u{2024}/secret.txt",
    ] {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        let reply = server.exchange(request.as_bytes());
        assert!(
            !reply.contains("canary") && !reply.contains("root:"),
            "{target:?}"
        );
        let status = reply.get(9..12).unwrap_or_default();
        assert!(
            ["400", "404", "405", "421"].contains(&status),
            "{target:?}: {reply}"
        );
    }
    let fine = server.exchange(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(fine.starts_with("HTTP/1.1 200"), "{fine}");
}

#[test]
fn oversized_heads_are_refused() {
    let server = Server::start(Book::new());
    let long = format!(
        "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "a".repeat(100_000)
    );
    let many = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
        "a: b\r\n".repeat(100)
    );
    let large = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\na: {}\r\n\r\n",
        "b".repeat(100_000)
    );
    for head in [long, many, large] {
        let reply = server.exchange(head.as_bytes());
        let refused = reply.starts_with("HTTP/1.1 4") || reply.is_empty();
        assert!(refused, "{}", &reply[..reply.len().min(80)]);
    }
    let fine =
        server.exchange(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(fine.starts_with("HTTP/1.1 200"), "{fine}");
}

#[test]
fn a_client_that_never_finishes_its_request_is_cut_off() {
    let server = Server::start(Book::new());
    let started = Instant::now();
    let mut slow = server.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    let reply = rest(&mut slow);
    assert!(!reply.starts_with("HTTP/1.1 200"), "{reply}");
    let waited = started.elapsed();
    assert!(
        waited > Duration::from_secs(8) && waited < Duration::from_secs(15),
        "{waited:?}"
    );
}

#[test]
fn the_server_stops_in_time_with_pages_listening() {
    let server = Server::start(Book::new());
    let mut streams = Vec::new();
    for _ in 0..5 {
        let mut stream = server.connect();
        stream
            .write_all(b"GET /_docent/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut start = [0; 512];
        let length = stream.read(&mut start).unwrap();
        assert!(start[..length].starts_with(b"HTTP/1.1 200"));
        streams.push(stream);
    }
    // One that sends nothing at all.
    let idle = server.connect();
    let took = server.stop();
    assert!(took < Duration::from_secs(3), "{took:?}");
    for mut stream in streams {
        // The stream ends as streams end, with its last chunk.
        assert!(rest(&mut stream).ends_with("0\r\n\r\n"));
    }
    drop(idle);
}
