//! Apache Kafka: one node in KRaft mode, by deploy/kafka/kafka.sh.

use super::{Server, free_port, project};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A running broker without topics; unknown topics are not made by asking for them.
pub struct Kafka {
    /// What `bootstrap.servers` takes. Stays the same over a restart.
    pub bootstrap: String,
    address: SocketAddr,
    server: Server,
    /// After the server, because fields are dropped in order: the folder goes when nobody writes to it any more.
    _data: TempDir,
}

impl Kafka {
    /// Returns once the broker is registered and answers for itself: some 3 s, of which Java's own are most.
    pub async fn start() -> Kafka {
        let data = TempDir::new().expect("a temporary folder");
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut command = Command::new(project("deploy/kafka/kafka.sh"));
        command
            .args(["run", "--heap", "512m", "--data"])
            .arg(data.path())
            .args(["--port", &address.port().to_string()])
            .args(["--controller-port", &free_port().to_string()]);
        let server = Server::start("kafka", command, data.path(), async || {
            is_ready(address).await
        })
        .await;
        Kafka {
            bootstrap: address.to_string(),
            address,
            server,
            _data: data,
        }
    }

    /// Ends it as a power cut would.
    pub fn kill9(&mut self) {
        self.server.kill9();
    }

    /// The same broker again on the same port, with what its log holds.
    pub async fn restart(&mut self) {
        let address = self.address;
        self.server
            .start_again(async || is_ready(address).await)
            .await;
    }

    /// The pipeline's topics as production has them. Costs some 5 s of Java: a test that does not look at retention or
    /// compaction is better served by an admin client.
    pub fn create_topics(&self, partitions: u32) {
        let output = Command::new(project("deploy/kafka/kafka.sh"))
            .args(["topics", "--bootstrap", &self.bootstrap])
            .args(["--partitions", &partitions.to_string()])
            .output()
            .expect("deploy/kafka/kafka.sh");
        assert!(
            output.status.success(),
            "cannot create topics: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    tokio::task::spawn_blocking(move || knows_a_broker(address).unwrap_or(false))
        .await
        .unwrap_or(false)
}

/// Whether the answer to a metadata request names a broker. An open port is not enough: it opens before the broker has
/// registered, and a client that comes in between is told of an empty cluster. Asked by hand, so that these servers
/// depend on no Kafka client whose bugs they are there to find.
fn knows_a_broker(address: SocketAddr) -> std::io::Result<bool> {
    let second = Duration::from_secs(1);
    let mut stream = TcpStream::connect_timeout(&address, second)?;
    stream.set_read_timeout(Some(second))?;

    let mut request = Vec::new();
    request.extend(3_i16.to_be_bytes()); // the request: Metadata
    request.extend(4_i16.to_be_bytes()); // its version
    request.extend(1_i32.to_be_bytes()); // correlation id
    request.extend((-1_i16).to_be_bytes()); // no client id
    request.extend(0_i32.to_be_bytes()); // of no topic
    request.push(0); // and make none
    stream.write_all(&(request.len() as u32).to_be_bytes())?;
    stream.write_all(&request)?;

    // size, correlation id, throttle time, number of brokers
    let mut head = [0; 16];
    stream.read_exact(&mut head)?;
    Ok(head[12..] != [0; 4])
}
