//! Servers that fail, each in its way.

use std::io::Read;
use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use docent::answer::generator::{Generator, Next, Status};
use docent::answer::prompt::Prompt;
use docent::answer::remote::Limits;
use docent::answer::remote::breaker::FAILURES;

use super::peer::{Peer, STREAM, open, outcome, piece, say, short, status, written};

fn fails(text: &str, why: &str) -> (String, String) {
    (text.to_owned(), why.to_owned())
}

#[test]
fn a_server_that_says_nothing_is_given_up_after_the_silence() {
    let (keep, kept) = channel();
    let mute = Peer::start(move |_, stream| keep.send(stream).unwrap());
    let model = mute.model(short());
    let started = Instant::now();
    assert_eq!(outcome(&model), fails("", "it said nothing for 0.3 s"));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(mute.requests().len(), 1, "silence is not tried again");
    drop(kept);
}

#[test]
fn a_server_that_falls_silent_leaves_what_it_wrote() {
    let (keep, kept) = channel();
    let peer = Peer::start(move |_, stream| {
        say(&stream, &format!("{STREAM}{}", piece("Half a")));
        keep.send(stream).unwrap();
    });
    let why = "it said nothing for 0.3 s";
    assert_eq!(outcome(&peer.model(short())), fails("Half a", why));
    drop(kept);
}

#[test]
fn a_stream_that_breaks_off_is_tried_again_only_before_its_first_token() {
    let late = Peer::start(|_, stream| {
        say(&stream, &format!("{STREAM}{}", piece("Half a")));
    });
    let broke = fails("Half a", "it broke off");
    assert_eq!(outcome(&late.model(short())), broke);
    assert_eq!(late.requests().len(), 1);
    let early = Peer::start(|number, stream| {
        let reply = match number {
            0 => String::new(),
            1 => STREAM.to_owned(),
            _ => format!("{STREAM}{}data: [DONE]\n\n", piece("Whole.")),
        };
        say(&stream, &reply);
    });
    assert_eq!(outcome(&early.model(short())), fails("Whole.", ""));
    assert_eq!(early.requests().len(), 3);
}

#[test]
fn a_busy_server_is_asked_again_as_often_as_was_planned() {
    let busy = status("429 Too Many Requests", "Retry-After: 1\r\n", "");
    let soon = Peer::start(move |number, stream| {
        let fine = format!("{STREAM}{}data: [DONE]\n\n", piece("Now."));
        say(&stream, if number == 0 { &busy } else { &fine });
    });
    let started = Instant::now();
    assert_eq!(outcome(&soon.model(short())), fails("Now.", ""));
    assert!(
        started.elapsed() >= Duration::from_secs(1),
        "it asked for a second"
    );
    assert_eq!(soon.requests().len(), 2);

    let body = r#"{"error":{"message":"come\nback later"}}"#;
    let never = status("503 Service Unavailable", "", body);
    let never = Peer::start(move |_, stream| {
        say(&stream, &never);
    });
    let why = "it is busy (status 503): come back later";
    assert_eq!(outcome(&never.model(short())), fails("", why));
    assert_eq!(never.requests().len(), 3);

    let late = status("429 Too Many Requests", "Retry-After: 3600\r\n", "");
    let late = Peer::start(move |_, stream| {
        say(&stream, &late);
    });
    let why = "it is busy (status 429)";
    assert_eq!(outcome(&late.model(short())), fails("", why));
    assert_eq!(late.requests().len(), 1, "an hour is not waited for");
}

#[test]
fn nothing_follows_a_redirect() {
    let other = Peer::start(|_, _| {});
    for line in [
        "301 Moved",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent",
    ] {
        let to = format!("Location: {}/chat/completions\r\n", other.url());
        let reply = status(line, &to, "");
        let peer = Peer::start(move |_, stream| {
            say(&stream, &reply);
        });
        let why = format!(
            "it points to another address, which is not followed (status {})",
            &line[..3]
        );
        assert_eq!(outcome(&peer.model(short())), fails("", &why));
        assert_eq!(peer.requests().len(), 1);
    }
    assert_eq!(other.requests(), Vec::<String>::new());
}

#[test]
fn an_answer_without_an_end_is_cut() {
    let talk = Peer::start(|_, stream| {
        say(&stream, STREAM);
        while say(&stream, &piece("again and ")) {}
    });
    let (text, why) = outcome(&talk.model(short()));
    assert_eq!(why, "it writes without end");
    assert!(text.len() < short().bytes);
    let alive = Peer::start(|_, stream| {
        say(&stream, STREAM);
        while say(&stream, ": alive\n\n") {}
    });
    let why = "it writes without end";
    assert_eq!(outcome(&alive.model(short())), fails("", why));
    let line = Peer::start(|_, stream| {
        say(&stream, &format!("{STREAM}data: "));
        while say(&stream, &"a".repeat(1000)) {}
    });
    let limits = Limits {
        bytes: usize::MAX,
        ..short()
    };
    let why = "it writes a line without end";
    assert_eq!(outcome(&line.model(limits)), fails("", why));
}

#[test]
fn an_answer_that_drips_ends_with_its_time() {
    let peer = Peer::start(|_, stream| {
        say(&stream, STREAM);
        while say(&stream, ": alive\n\n") {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let limits = Limits {
        overall: Duration::from_millis(500),
        ..short()
    };
    assert_eq!(
        outcome(&peer.model(limits)),
        fails("", "it took over 0.5 s")
    );
}

#[test]
fn what_is_no_stream_of_completions_is_told() {
    let cases = [
        (
            status("200 OK", "Content-Type: text/html\r\n", "<p>Hello"),
            "it answered with `text/html`, not with a stream of events",
        ),
        (
            format!("{STREAM}data: <p>Hello\n\n"),
            "it sent something that is no JSON",
        ),
        (
            format!("{STREAM}data: {{\"error\":{{\"message\":\"out of memory\"}}}}\n\n"),
            "it reports: out of memory",
        ),
        (
            status("404 Not Found", "", r#"{"error":{"message":"no `big`"}}"#),
            "it knows no such model or address (status 404): no `big`",
        ),
        (status("500 Oh", "", "no JSON"), "it refused (status 500)"),
    ];
    for (reply, why) in cases {
        let peer = Peer::start(move |_, stream| {
            say(&stream, &reply);
        });
        assert_eq!(outcome(&peer.model(short())), fails("", why));
        assert_eq!(peer.requests().len(), 1, "{why}");
    }
    let noise = Peer::start(|_, stream| {
        say(&stream, "SSH-2.0-OpenSSH_9.6\r\n\r\n");
    });
    let (text, why) = outcome(&noise.model(short()));
    assert!(text.is_empty() && !why.is_empty(), "{text} {why}");
}

#[test]
fn a_server_without_tls_gets_nothing_that_is_meant_for_one_with() {
    let plain = Peer::start(|_, stream| {
        say(&stream, &status("200 OK", "", ""));
    });
    let url = plain.url().replace("http:", "https:");
    let (text, why) = outcome(&open(&url, None, &[], short()).unwrap());
    assert!(text.is_empty() && !why.is_empty(), "{text} {why}");
    let requests = plain.requests();
    assert_eq!(requests.len(), 1, "{why}");
    assert!(!requests[0].contains("question"), "{requests:?}");
}

#[test]
fn a_key_goes_where_it_was_allowed_and_into_no_message() {
    let echo = r#"{"error":{"message":"bad key sesame-42"}}"#;
    let reply = status("401 Unauthorized", "", echo);
    let peer = Peer::start(move |_, stream| {
        say(&stream, &reply);
    });
    let variable = Some("DOCENT_API_KEY");
    let refused = open(&peer.url(), variable, &["127.0.0.1:1"], short());
    let place = peer.address;
    assert_eq!(
        refused.err().unwrap().what,
        format!("the book wants the key `DOCENT_API_KEY` sent to `{place}`")
    );
    let model = open(&peer.url(), variable, &["127.0.0.1"], short()).unwrap();
    let why = "it does not accept the key (status 401): bad key …";
    assert_eq!(outcome(&model), fails("", why));
    let requests = peer.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].contains("authorization: bearer sesame-42\r\n"));
    for other in ["HOME", "AWS_SECRET_ACCESS_KEY", "DOCENT_UNSET"] {
        let refused = open(&peer.url(), Some(other), &["127.0.0.1"], short());
        assert!(refused.is_err(), "{other}");
    }
}

#[test]
fn a_reader_who_leaves_ends_the_request_at_once() {
    let (ended, end) = channel();
    let mute = Peer::start(move |_, mut stream| {
        let _ = ended.send(stream.read(&mut [0]).is_ok_and(|count| count == 0));
    });
    let limits = Limits {
        silence: Duration::from_secs(60),
        overall: Duration::from_secs(60),
        ..short()
    };
    let model = mute.model(limits);
    let prompt = Prompt {
        body: "Question: How?".to_owned(),
        key: [0; 32],
    };
    let mut draft = model.start(&prompt, 50).ok().unwrap();
    while mute.requests().is_empty() {
        assert!(matches!(
            draft.next(Duration::from_millis(5)),
            Next::Nothing
        ));
    }
    drop(draft);
    assert!(end.recv_timeout(Duration::from_secs(8)).unwrap());
    assert_eq!(
        model.status(),
        Status::Waiting,
        "leaving is nobody's failure"
    );
}

#[test]
fn a_server_that_keeps_failing_is_left_alone() {
    let broken = status("500 Oh", "", "");
    let peer = Peer::start(move |_, stream| {
        say(&stream, &broken);
    });
    let model = peer.model(short());
    for _ in 0..FAILURES {
        assert_eq!(outcome(&model), fails("", "it refused (status 500)"));
    }
    let (_, failure) = written(&model);
    let place = peer.address;
    let start = format!(
        "the language model failed: `{place}`: it refused (status 500); it failed so often that it is not asked for "
    );
    assert!(failure.as_ref().unwrap().starts_with(&start), "{failure:?}");
    assert_eq!(peer.requests().len(), FAILURES as usize);
    assert!(matches!(model.status(), Status::Failed(_)));
}

#[test]
fn a_server_that_is_not_there_is_told_by_its_place() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap();
    drop(listener);
    let model = open(&format!("http://{place}/v1"), None, &[], short()).unwrap();
    let (text, why) = outcome(&model);
    assert_eq!(text, "");
    assert!(why.to_lowercase().contains("refused"), "{why}");
}
