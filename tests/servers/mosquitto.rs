//! Mosquitto, an MQTT broker: TLS for ingest, a port without TLS for what stands in for gateways, and a password on both.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::{Server, free_port};
use crate::flow::secure::certificates::Issued;

pub const USER: &str = "greenledger";
pub const PASSWORD: &str = "mqtt-password-3f0a63cc2b0f42e1";

/// A running broker.
pub struct Mosquitto {
    /// The port with TLS.
    pub tls_port: u16,
    /// The port without.
    pub port: u16,
    server: Server,
    /// After the server, because fields are dropped in order.
    _data: TempDir,
}

impl Mosquitto {
    /// Returns once it answers: some 0.1 s. It writes each message to its disk as it comes.
    pub async fn start(issued: &Issued) -> Mosquitto {
        let data = TempDir::new().expect("a temporary folder");
        let (tls_port, port) = (free_port(), free_port());
        let write = |name: &str, text: &str| {
            let path = data.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        let certificate = write("certificate.pem", &issued.certificate);
        let key = write("key.pem", &issued.key);
        let passwords = write("passwords", &format!("{USER}:{PASSWORD}\n"));
        let hashed = tool("mosquitto_passwd").arg("-U").arg(&passwords).status();
        assert!(hashed.expect("mosquitto_passwd").success());
        let config = format!(
            "user root\nallow_anonymous false\npassword_file {passwords}\npersistence true\n\
             persistence_location {}/\nautosave_on_changes true\nautosave_interval 1\n\
             listener {port} 127.0.0.1\nlistener {tls_port} 127.0.0.1\ncertfile {certificate}\nkeyfile {key}\n",
            data.path().display()
        );
        let config = write("mosquitto.conf", &config);
        let mut command = tool("mosquitto");
        command.arg("-c").arg(config);
        let ready = async || is_ready(port).await;
        let server = Server::start("mosquitto", command, data.path(), ready).await;
        Mosquitto {
            tls_port,
            port,
            server,
            _data: data,
        }
    }

    /// Kills it.
    pub fn kill9(&mut self) {
        self.server.kill9();
    }

    /// Starts it again with what it had written.
    pub async fn restart(&mut self) {
        let port = self.port;
        self.server.start_again(async || is_ready(port).await).await;
    }
}

/// Debian puts it where only root's PATH leads.
fn tool(name: &str) -> Command {
    let sbin = Path::new("/usr/sbin").join(name);
    match sbin.exists() {
        true => Command::new(sbin),
        false => Command::new(name),
    }
}

async fn is_ready(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).await.is_ok()
}
