//! Where a model behind a URL is, and whether anything may be sent there.
//!
//! Takes an address as a book names it and the hosts that the user allows.
//! The address that is judged here is the one that is asked later, read by
//! the same parser, so that no spelling is one host here and another there.

use std::net::IpAddr;

use ureq::http::Uri;

/// The address of an OpenAI-compatible server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    base: String,
    host: String,
    port: u16,
}

impl Address {
    /// Reads an address such as `http://127.0.0.1:8000/v1`.
    ///
    /// # Errors
    /// What is wrong with it: a lower-case phrase.
    pub fn read(text: &str) -> Result<Self, String> {
        let base = text.trim().trim_end_matches('/').to_owned();
        let wrong = |why: &str| format!("`{text}` {why}");
        if base.contains(['@', '?', '#', '\\']) || base.contains(char::is_whitespace) {
            return Err(wrong("is more than a host, a port and a path"));
        }
        let uri: Uri = base.parse().map_err(|_| wrong("is no address"))?;
        let usual = match uri.scheme_str() {
            Some("http") => 80,
            Some("https") => 443,
            _ => return Err(wrong("does not begin with `http://` or `https://`")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("names no host"))?;
        let host = authority.host().to_ascii_lowercase();
        if host.is_empty() {
            return Err(wrong("names no host"));
        }
        let rest = &authority.as_str()[authority.host().len()..];
        let port = match rest.strip_prefix(':') {
            Some(port) => port
                .parse()
                .map_err(|_| wrong("has no port of 0 to 65535"))?,
            None => usual,
        };
        Ok(Self { base, host, port })
    }

    /// The address of `path` on the server.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// `host:port`, for people.
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether it can only be this machine. A name other than `localhost` can
    /// be any machine, whatever it is now.
    pub fn is_here(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let ip = bare.parse::<IpAddr>();
        self.host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether what is sent cannot be read on its way.
    pub fn is_sealed(&self) -> bool {
        self.base.starts_with("https:") || self.is_here()
    }

    /// Whether `allowed`, a host or a host with its port, means this one.
    pub fn is(&self, allowed: &str) -> bool {
        let allowed = allowed.trim().to_ascii_lowercase();
        allowed == self.host || allowed == self.place()
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn address(text: &str) -> Address {
        Address::read(text).unwrap()
    }

    #[test]
    fn only_addresses_that_must_be_this_machine_are_here() {
        for here in [
            "http://localhost:8000/v1",
            "http://LOCALHOST/v1",
            "http://127.0.0.1:11434/v1/",
            "https://127.9.9.9",
            "http://[::1]:8080/v1",
        ] {
            assert!(address(here).is_here(), "{here}");
        }
        for elsewhere in [
            "http://localhost.example.org/v1",
            "http://localhost./v1",
            "http://127.0.0.1.example.org/v1",
            "http://127.1/v1",
            "http://2130706433/v1",
            "http://0x7f000001/v1",
            "http://0.0.0.0:8000/v1",
            "http://[::]/v1",
            "http://[::ffff:127.0.0.1]/v1",
            "http://10.0.0.7:8000/v1",
            "http://192.168.1.1/v1",
            "http://gpu-box:8000/v1",
            "https://api.example.org/v1",
        ] {
            assert!(!address(elsewhere).is_here(), "{elsewhere}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_no_address() {
        for wrong in [
            "",
            "gpu-box:8000/v1",
            "ftp://gpu-box/v1",
            "file:///etc/passwd",
            "http://",
            "http:///v1",
            "http://localhost@example.org/v1",
            "http://user:pass@gpu-box/v1",
            "http://localhost\\@example.org/v1",
            "http://localhost#@example.org/v1",
            "http://gpu-box/v1?key=1",
            "http://gpu box/v1",
            "http://gpu-box:/v1",
            "http://gpu-box:99999/v1",
            "http://gpu-box:8000\r\nX: y/v1",
        ] {
            assert!(Address::read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_host_is_allowed_by_its_name_with_or_without_the_port() {
        let gpu = address("http://GPU-box:8000/v1/");
        assert_eq!(gpu.place(), "gpu-box:8000");
        assert_eq!(gpu.at("models"), "http://GPU-box:8000/v1/models");
        for fine in ["gpu-box", " gpu-box:8000 ", "GPU-BOX"] {
            assert!(gpu.is(fine), "{fine}");
        }
        for other in ["", "gpu", "gpu-box:80", "gpu-box.example.org", "*", "8000"] {
            assert!(!gpu.is(other), "{other}");
        }
        assert!(address("https://api.example.org/v1").is("api.example.org:443"));
        assert!(address("http://[fe80::1]:80/v1").is("[fe80::1]"));
    }

    #[test]
    fn only_tls_and_this_machine_are_sealed() {
        assert!(address("https://api.example.org/v1").is_sealed());
        assert!(address("http://127.0.0.1/v1").is_sealed());
        assert!(!address("http://gpu-box:8000/v1").is_sealed());
    }
}
