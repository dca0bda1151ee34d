//! Asks the network for links that leave the site; the only file that names
//! lychee.
//!
//! Only `docent check --external` comes here. Each host is looked up first
//! and asked only when all its addresses are public, because lychee's own
//! filter reads nothing but literal addresses; redirects are not followed,
//! because they would be followed unchecked.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use futures_util::StreamExt;
use lychee_lib::{Client, ClientBuilder, Status, Uri};

use super::guard;
use super::outgoing::{self, Verdict};
use crate::diagnostic::Diagnostic;
use crate::site::Site;

/// How long one address may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How many addresses are asked at a time.
const AT_ONCE: usize = 16;

/// Asks for every link that leaves the site, each once a day at most, and
/// gives a warning for each that fails. Blocks until all have answered: not
/// to be called from asynchronous code.
///
/// # Errors
/// When the network client cannot be made or the cache folder not written.
pub fn check(site: &Site, cache: &Path) -> anyhow::Result<Vec<Diagnostic>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("starting the threads that ask the network")?;
    let asker = Asker::new(guard::is_public)?;
    outgoing::check(site, cache, SystemTime::now(), &|urls| {
        runtime.block_on(asker.ask_all(urls))
    })
}

/// Asks for addresses, with a rule for the hosts that may be asked.
struct Asker {
    client: Client,
    may_ask: fn(IpAddr) -> bool,
}

impl Asker {
    fn new(may_ask: fn(IpAddr) -> bool) -> anyhow::Result<Self> {
        let client = ClientBuilder::builder()
            .max_redirects(0_usize)
            .max_retries(1_u64)
            .timeout(TIMEOUT)
            .user_agent(concat!("docent/", env!("CARGO_PKG_VERSION")))
            .build()
            .client()
            .context("making the client that asks the network")?;
        Ok(Self { client, may_ask })
    }

    async fn ask_all(&self, urls: Vec<String>) -> BTreeMap<String, Verdict> {
        futures_util::stream::iter(urls)
            .map(async |url| {
                let verdict = self.ask(&url).await;
                (url, verdict)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await
    }

    async fn ask(&self, url: &str) -> Verdict {
        let uri = match Uri::try_from(url) {
            Ok(uri) => uri,
            Err(error) => return Verdict::Failed(error.to_string()),
        };
        if let Err(verdict) = self.look_up(&uri).await {
            return verdict;
        }
        match self.client.check(uri).await {
            Ok(response) => verdict(response.status()),
            Err(error) => Verdict::Failed(error.to_string()),
        }
    }

    /// Refuses a host with an address that may not be asked.
    async fn look_up(&self, uri: &Uri) -> Result<(), Verdict> {
        let url =
            url::Url::parse(uri.as_str()).map_err(|error| Verdict::Failed(error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Verdict::Refused("it holds a user's name".to_owned()));
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(Verdict::Failed("it has no host".to_owned()));
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let found = tokio::time::timeout(TIMEOUT, tokio::net::lookup_host((host, port))).await;
        let Ok(Ok(addresses)) = found else {
            return Err(Verdict::Failed(format!("no host `{host}`")));
        };
        let addresses: Vec<IpAddr> = addresses.map(|address| address.ip()).collect();
        match addresses.iter().find(|address| !(self.may_ask)(**address)) {
            Some(inside) => Err(Verdict::Refused(format!("`{host}` is at `{inside}`"))),
            None => Ok(()),
        }
    }
}

/// A redirect that may be another one tomorrow is an answer; one that is for
/// good is the author's to follow.
fn verdict(status: &Status) -> Verdict {
    let code = status.code().map(|code| code.as_u16());
    match (status, code) {
        (Status::Ok(_), _) | (_, Some(302 | 303 | 307)) => Verdict::Fine,
        (_, Some(code @ (301 | 308))) => Verdict::Moved(code),
        (Status::Timeout(_), _) => {
            Verdict::Failed(format!("no answer in {} seconds", TIMEOUT.as_secs()))
        }
        (_, Some(code)) => Verdict::Failed(format!("status {code}")),
        (other, None) => Verdict::Failed(other.details()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{IpAddr, TcpListener};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Asker, Verdict};
    use crate::links::guard;

    /// A server that answers every request with `head`, and how many there
    /// were.
    fn server(head: &'static str) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                seen.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]);
                let _ = write!(
                    stream,
                    "HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
            }
        });
        (port, count)
    }

    fn ask(may_ask: fn(IpAddr) -> bool, url: &str) -> Verdict {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let asker = Asker::new(may_ask).expect("a client");
        runtime.block_on(asker.ask(url))
    }

    #[test]
    fn no_spelling_of_a_private_address_is_asked() {
        let (port, count) = server("200 OK");
        for host in [
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "[::ffff:127.0.0.1]",
            "[::1]",
            "0.0.0.0",
        ] {
            let verdict = ask(guard::is_public, &format!("http://{host}:{port}/"));
            assert!(
                matches!(verdict, Verdict::Refused(_)),
                "{host}: {verdict:?}"
            );
        }
        let user = ask(|_| true, &format!("http://a:b@127.0.0.1:{port}/"));
        assert!(matches!(user, Verdict::Refused(_)), "{user:?}");
        assert_eq!(count.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_status_becomes_a_verdict() {
        for (head, expected) in [
            ("200 OK", Verdict::Fine),
            ("404 Not Found", Verdict::Failed("status 404".to_owned())),
            (
                "301 Moved\r\nLocation: http://127.0.0.1:9/",
                Verdict::Moved(301),
            ),
            ("302 Found\r\nLocation: http://127.0.0.1:9/", Verdict::Fine),
        ] {
            let (port, count) = server(head);
            let verdict = ask(
                |address| address.is_loopback(),
                &format!("http://127.0.0.1:{port}/"),
            );
            assert_eq!(verdict, expected, "{head}");
            assert_eq!(count.load(Ordering::SeqCst), 1, "{head}");
        }
    }

    #[test]
    fn a_host_that_does_not_exist_fails() {
        let verdict = ask(guard::is_public, "https://docent.invalid/");
        assert!(matches!(verdict, Verdict::Failed(_)), "{verdict:?}");
    }
}
