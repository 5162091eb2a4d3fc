//! A hub behind TLS whose certificate no built-in authority vouches for: the file that SSL_CERT_FILE
//! names does.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::local_hub::LocalHub;
use super::support::World;

const MODEL: &str = "org/tiny";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// Begins to relay requests under TLS to `hub`; its address, and its certificate as PEM.
fn relay(hub: &Arc<LocalHub>) -> (SocketAddr, String) {
    let names = vec![String::from("127.0.0.1")];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let hub = Arc::clone(hub);
    // It accepts as long as the test runs.
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let hub = Arc::clone(&hub);
            std::thread::spawn(move || answer(StreamOwned::new(connection, client), address, &hub));
        }
    });
    (address, cert.pem())
}

/// Passes on one request without a body, and its answer: to the storage, if it is for a large file.
/// Where the hub sends a client to its storage, the relay sends it to itself.
fn answer(
    mut client: StreamOwned<ServerConnection, TcpStream>,
    relay: SocketAddr,
    hub: &LocalHub,
) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let is_large = request.windows(9).any(|part| part == b" /storage");
    let mut server = TcpStream::connect(if is_large {
        hub.storage()
    } else {
        hub.address()
    })?;
    server.write_all(&request)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    let storage = format!("Location: http://{}", hub.storage());
    if text.contains(&storage) {
        let here = format!("Location: https://{relay}");
        client.write_all(text.replace(&storage, &here).as_bytes())?;
    } else {
        client.write_all(&answer)?;
    }
    client.conn.send_close_notify();
    client.flush()
}

#[test]
fn of_the_file_that_ssl_cert_file_names_vouch_for_a_hub() {
    let hub = Arc::new(LocalHub::start());
    let files = [
        ("config.json", b"{}".to_vec()),
        ("tokenizer.json", b"{}".to_vec()),
        ("model.safetensors", vec![7; 300_000]),
    ];
    hub.serve_files(MODEL, COMMIT, files);
    let (address, certificate) = relay(&hub);
    let world = World::new();
    world.write("authority.pem", &certificate);
    let pull = |authorities: Option<&str>| {
        let mut command = world.command(&["models", "pull", MODEL]);
        command.env("HF_ENDPOINT", format!("https://{address}"));
        match authorities {
            Some(file) => command.env("SSL_CERT_FILE", world.path(file)),
            None => command.env_remove("SSL_CERT_FILE"),
        };
        world.outcome(command.output().unwrap())
    };

    let refused = pull(None);
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("is not trusted"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("SSL_CERT_FILE"),
        "{}",
        refused.stderr
    );
    assert_eq!(hub.requests(), []);

    let pulled = pull(Some("authority.pem"));
    assert_eq!(pulled.code, Some(0), "{}", pulled.stderr);
}
