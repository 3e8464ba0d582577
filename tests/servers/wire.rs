//! A connection between clients and a server of any kind, which can be slowed down and cut.

mod kafka_fault_proxy;

pub use kafka_fault_proxy::KafkaFaultProxy;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::free_port;
use crate::chance::Chance;

/// It stops listening when it is dropped.
pub struct Wire {
    /// The port for clients.
    pub port: u16,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    delay_millis: AtomicU64,
    cuts: AtomicUsize,
    /// Draws after how many bytes a connection is cut, while connections are cut.
    cutting: Mutex<Option<Chance>>,
}

/// A connection is cut before so many bytes went one way.
const LONGEST: usize = 20_000;
/// The most chunks on their way in one direction.
const UNDER_WAY: usize = 1_000;

impl Wire {
    /// To the server at a port of this machine, which need not be running yet.
    pub async fn to(server: u16) -> Wire {
        let shared = Arc::new(Shared::default());
        let carrying = shared.clone();
        let (port, accepting) = accept(server, move |client, server| {
            let shared = carrying.clone();
            async move { shared.pass_on(client, server).await }
        })
        .await;
        Wire {
            port,
            shared,
            accepting,
        }
    }

    /// Delays everything by this time from now on, in each direction.
    pub fn delay(&self, each_way: Duration) {
        let millis = each_way.as_millis() as u64;
        self.shared.delay_millis.store(millis, Ordering::SeqCst);
    }

    /// Cuts every connection sooner or later, by a seed; or none any more.
    pub fn cut(&self, seed: Option<u64>) {
        *self.shared.cutting.lock().expect("chance") = seed.map(Chance::new);
    }

    /// The number of connections that were cut.
    pub fn cuts(&self) -> usize {
        self.shared.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Listens on a port, which is returned, and has `pass_on` forward each connection to the server at another.
async fn accept<C: Future<Output = io::Result<()>> + Send + 'static>(
    server: u16,
    pass_on: impl Fn(TcpStream, TcpStream) -> C + Send + 'static,
) -> (u16, JoinHandle<()>) {
    let port = free_port();
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("a port");
    let server = SocketAddr::from(([127, 0, 0, 1], server));
    let accepting = tokio::spawn(async move {
        // Ends with the wire.
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                Ok((client, _)) = listener.accept() => {
                    if let Ok(server) = TcpStream::connect(server).await {
                        connections.spawn(pass_on(client, server));
                    }
                }
                // Either side may close the connection at any time.
                Some(_broken) = connections.join_next() => {}
            }
        }
    });
    (port, accepting)
}

impl Shared {
    async fn pass_on(&self, mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        // The first end of a direction ends the connection.
        tokio::select! {
            ended = self.carry(from_client, to_server) => ended,
            ended = self.carry(from_server, to_client) => ended,
        }
    }

    /// One direction: writes what it read after the current delay, and reads on meanwhile.
    async fn carry(
        &self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
    ) -> io::Result<()> {
        let (sender, mut under_way) = mpsc::channel::<(Instant, Vec<u8>)>(UNDER_WAY);
        let read = async {
            let (mut buffer, mut passed, mut most) = (vec![0; 16 << 10], 0, None);
            loop {
                let count = from.read(&mut buffer).await?;
                if let Some(chance) = self.cutting.lock().expect("chance").as_mut() {
                    most.get_or_insert_with(|| chance.below(LONGEST));
                    passed += count;
                } else {
                    most = None;
                }
                if most.is_some_and(|most| passed > most) {
                    self.cuts.fetch_add(1, Ordering::SeqCst);
                    return Ok(());
                }
                let delay = Duration::from_millis(self.delay_millis.load(Ordering::SeqCst));
                let chunk = (Instant::now() + delay, buffer[..count].to_vec());
                if count == 0 || sender.send(chunk).await.is_err() {
                    return Ok(());
                }
            }
        };
        let write = async {
            while let Some((due, chunk)) = under_way.recv().await {
                sleep_until(due).await;
                to.write_all(&chunk).await?;
            }
            Ok(())
        };
        tokio::select! {
            ended = read => ended,
            ended = write => ended,
        }
    }
}
