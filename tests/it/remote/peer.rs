//! Servers on real sockets that do one thing each, and what a model behind
//! them wrote.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use docent::answer::RemoteModel;
use docent::answer::generator::{Generator, Next};
use docent::answer::prompt::Prompt;
use docent::answer::remote::{Access, Limits, Refusal};
use docent::config;

/// The start of a reply that streams.
pub const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n";

/// A server, and the requests that it got: head and body.
pub struct Peer {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    /// Answers the requests in turn, the n-th, from 0, as `reply` does.
    pub fn start(reply: impl Fn(usize, TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = requests.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
                seen.lock().unwrap().push(request(&stream));
                reply(number, stream);
            }
        });
        Self { address, requests }
    }

    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub fn model(&self, limits: Limits) -> RemoteModel {
        open(&self.url(), None, &[], limits).unwrap()
    }
}

/// One request; what could be read of it when it is broken.
fn request(stream: &TcpStream) -> String {
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).is_err() || line.is_empty() {
            return head;
        }
        let line = String::from_utf8_lossy(&line).to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
        if line.trim().is_empty() {
            break;
        }
        // A TLS greeting has no lines worth waiting for.
        if !line.is_ascii() {
            return head;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// Sends `text`; the other side may be gone.
pub fn say(mut stream: &TcpStream, text: &str) -> bool {
    stream.write_all(text.as_bytes()).is_ok() && stream.flush().is_ok()
}

/// An event with a piece of text.
pub fn piece(text: &str) -> String {
    let chunk = serde_json::json!({ "choices": [{ "index": 0, "delta": { "content": text } }] });
    format!("data: {chunk}\n\n")
}

/// A reply without a stream.
pub fn status(line: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {line}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// Short times, so that a test need not wait for long ones.
pub fn short() -> Limits {
    Limits {
        connect: Duration::from_secs(2),
        silence: Duration::from_millis(300),
        overall: Duration::from_secs(10),
        pauses: [10, 20].map(Duration::from_millis).to_vec(),
        patience: Duration::from_secs(2),
        bytes: 64 * 1024,
    }
}

/// The model `big` at `url`, with the key of `variable` when there is one.
pub fn open(
    url: &str,
    variable: Option<&str>,
    allowed: &[&str],
    limits: Limits,
) -> Result<RemoteModel, Refusal> {
    let config = config::Answer {
        model: "big".to_owned(),
        base_url: Some(url.to_owned()),
        api_key_env: variable.map(str::to_owned),
        ..config::Answer::default()
    };
    let allowed: Vec<String> = allowed.iter().map(|host| (*host).to_owned()).collect();
    let access = Access {
        allowed: &allowed,
        variable: &|name| (name == "DOCENT_API_KEY").then(|| "sesame-42".to_owned()),
    };
    RemoteModel::open(url, &config, &access, limits)
}

/// What the model writes, and why it stopped early if it did.
pub fn written(model: &RemoteModel) -> (String, Option<String>) {
    let prompt = Prompt {
        body: "Question: How?".to_owned(),
        key: [0; 32],
    };
    let mut draft = match model.start(&prompt, 50) {
        Ok(draft) => draft,
        Err(error) => return (String::new(), Some(error.to_string())),
    };
    let mut text = String::new();
    loop {
        match draft.next(Duration::from_secs(20)) {
            Next::Piece(piece) => text.push_str(&piece),
            Next::End => return (text, None),
            Next::Failed(error) => return (text, Some(error.to_string())),
            Next::Nothing => panic!("nothing for 20 s"),
        }
    }
}

/// That, with the failure's place and its beginning left out.
pub fn outcome(model: &RemoteModel) -> (String, String) {
    let (text, failure) = written(model);
    let place = format!("the language model failed: `{}`: ", model.address().place());
    let failure = failure.map(|failure| failure.strip_prefix(&place).unwrap().to_owned());
    (text, failure.unwrap_or_default())
}
