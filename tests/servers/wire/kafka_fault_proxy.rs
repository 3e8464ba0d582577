//! A proxy in front of a Kafka that replaces results in answers by the error codes of Kafka's protocol, although the
//! requests succeeded.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::accept;
use crate::chance::Chance;

/// It stops listening when it is dropped.
pub struct KafkaFaultProxy {
    /// The port for clients.
    pub port: u16,
    shared: Arc<Mutex<Shared>>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    /// Draws the answers to change and their errors, while answers are changed.
    chance: Option<Chance>,
    refused: BTreeMap<&'static str, usize>,
}

/// One of so many answers is changed.
const ONE_OF: usize = 5;

impl KafkaFaultProxy {
    /// To the broker at a port of this machine, which need not be running yet.
    pub async fn to(broker: u16) -> KafkaFaultProxy {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let carrying = shared.clone();
        let (port, accepting) = accept(broker, move |client, server| {
            let shared = carrying.clone();
            async move { pass_on(client, server, &shared).await }
        })
        .await;
        KafkaFaultProxy {
            port,
            shared,
            accepting,
        }
    }

    /// Changes answers by a seed; or none any more.
    pub fn refuse(&self, seed: Option<u64>) {
        self.shared.lock().expect("shared").chance = seed.map(Chance::new);
    }

    /// The number of changed answers, by kind of request.
    pub fn refused(&self) -> BTreeMap<&'static str, usize> {
        self.shared.lock().expect("shared").refused.clone()
    }
}

impl Drop for KafkaFaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The kind and version of each request of a connection that has no answer yet, by correlation id.
type Pending = Mutex<HashMap<[u8; 4], (i16, i16)>>;

async fn pass_on(
    mut client: TcpStream,
    mut server: TcpStream,
    shared: &Mutex<Shared>,
) -> io::Result<()> {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let pending = Pending::default();
    let requests = async {
        loop {
            let frame = frame(&mut from_client).await?;
            let (kind, version) = (number(&frame), number(&frame[2..]));
            let id = frame[4..8].try_into().expect("four bytes");
            pending
                .lock()
                .expect("the lock")
                .insert(id, (kind, version));
            write(&mut to_server, &frame).await?;
        }
    };
    let answers = async {
        loop {
            let mut frame = frame(&mut from_server).await?;
            let id: [u8; 4] = frame[..4].try_into().expect("four bytes");
            let pending = pending.lock().expect("the lock").remove(&id);
            if let Some((kind, version)) = pending {
                shared
                    .lock()
                    .expect("shared")
                    .change(kind, version, &mut frame);
            }
            write(&mut to_client, &frame).await?;
        }
    };
    tokio::select! {
        ended = requests => ended,
        ended = answers => ended,
    }
}

async fn frame(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let length = from.read_i32().await?;
    let mut frame = vec![0; length as usize];
    from.read_exact(&mut frame).await?;
    Ok(frame)
}

async fn write(to: &mut (impl AsyncWrite + Unpin), frame: &[u8]) -> io::Result<()> {
    to.write_i32(frame.len() as i32).await?;
    to.write_all(frame).await
}

fn number(bytes: &[u8]) -> i16 {
    i16::from_be_bytes([bytes[0], bytes[1]])
}

impl Shared {
    fn change(&mut self, kind: i16, version: i16, answer: &mut [u8]) {
        let Some(api) = APIS.iter().find(|api| api.kind == kind) else {
            return;
        };
        let Some(chance) = &mut self.chance else {
            return;
        };
        if chance.below(ONE_OF) > 0 {
            return;
        }
        let error = chance.pick(api.errors).to_be_bytes();
        if let Some(at) = api.error_at(version, answer)
            // Real errors stay.
            && answer[at..at + 2] == [0, 0]
        {
            answer[at..at + 2].copy_from_slice(&error);
            *self.refused.entry(api.name).or_default() += 1;
        }
    }
}

/// The place of the error in an answer.
#[derive(PartialEq)]
enum ErrorPlace {
    /// After the throttle time.
    Once,
    /// For each partition of each topic; the first one is changed.
    ByPartition {
        /// The number of bytes before the topics.
        before: usize,
    },
}

/// One kind of request of Kafka's protocol.
struct Api {
    kind: i16,
    name: &'static str,
    /// The first version with lengths of variable size, also of topic names.
    compact_from: i16,
    error_place: ErrorPlace,
    errors: &'static [i16],
}

const UNKNOWN_TOPIC: i16 = 3;
const LEADER_NOT_AVAILABLE: i16 = 5;
const NOT_LEADER: i16 = 6;
const REQUEST_TIMED_OUT: i16 = 7;
const COORDINATOR_LOADING: i16 = 14;
const COORDINATOR_NOT_AVAILABLE: i16 = 15;
const NOT_COORDINATOR: i16 = 16;
const NOT_ENOUGH_REPLICAS: i16 = 19;
const NOT_ENOUGH_REPLICAS_AFTER_APPEND: i16 = 20;
const ILLEGAL_GENERATION: i16 = 22;
const UNKNOWN_MEMBER: i16 = 25;
const REBALANCE_IN_PROGRESS: i16 = 27;
/// After it an idempotent producer cannot be used any more.
const OUT_OF_ORDER_SEQUENCE: i16 = 45;
const STORAGE_ERROR: i16 = 56;
const FENCED_LEADER_EPOCH: i16 = 74;

const APIS: [Api; 7] = [
    Api {
        kind: 0,
        name: "produce",
        compact_from: 9,
        error_place: ErrorPlace::ByPartition { before: 0 },
        errors: &[
            UNKNOWN_TOPIC,
            LEADER_NOT_AVAILABLE,
            NOT_LEADER,
            REQUEST_TIMED_OUT,
            NOT_ENOUGH_REPLICAS,
            NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            OUT_OF_ORDER_SEQUENCE,
            STORAGE_ERROR,
        ],
    },
    Api {
        kind: 1,
        name: "fetch",
        compact_from: 12,
        // Throttle time, error of the whole answer, session.
        error_place: ErrorPlace::ByPartition { before: 4 + 2 + 4 },
        errors: &[
            UNKNOWN_TOPIC,
            NOT_LEADER,
            STORAGE_ERROR,
            FENCED_LEADER_EPOCH,
        ],
    },
    Api {
        kind: 2,
        name: "list offsets",
        compact_from: 6,
        error_place: ErrorPlace::ByPartition { before: 4 },
        errors: &[NOT_LEADER, LEADER_NOT_AVAILABLE],
    },
    Api {
        kind: 8,
        name: "commit",
        compact_from: 8,
        error_place: ErrorPlace::ByPartition { before: 4 },
        errors: &[
            COORDINATOR_LOADING,
            COORDINATOR_NOT_AVAILABLE,
            NOT_COORDINATOR,
            REBALANCE_IN_PROGRESS,
            ILLEGAL_GENERATION,
            UNKNOWN_MEMBER,
        ],
    },
    Api {
        kind: 11,
        name: "join",
        compact_from: 6,
        error_place: ErrorPlace::Once,
        errors: &[
            COORDINATOR_LOADING,
            COORDINATOR_NOT_AVAILABLE,
            NOT_COORDINATOR,
        ],
    },
    Api {
        kind: 12,
        name: "heartbeat",
        compact_from: 4,
        error_place: ErrorPlace::Once,
        errors: &[
            NOT_COORDINATOR,
            REBALANCE_IN_PROGRESS,
            ILLEGAL_GENERATION,
            UNKNOWN_MEMBER,
        ],
    },
    Api {
        kind: 14,
        name: "sync",
        compact_from: 4,
        error_place: ErrorPlace::Once,
        errors: &[REBALANCE_IN_PROGRESS, NOT_COORDINATOR, UNKNOWN_MEMBER],
    },
];

impl Api {
    /// The offset of the error in an answer of this version; `None` if the answer has no partition.
    fn error_at(&self, version: i16, answer: &[u8]) -> Option<usize> {
        let compact = version >= self.compact_from;
        // After the correlation id, a compact answer has tags, here none.
        let body = 4 + usize::from(compact);
        let ErrorPlace::ByPartition { before } = self.error_place else {
            return Some(body + 4);
        };
        let (topics, at) = length(answer, body + before, compact, 4)?;
        // The newest fetches have a topic id in place of the name.
        let name_ends = match self.name == "fetch" && version >= 13 {
            true => at + 16,
            false => {
                let (name, begins) = length(answer, at, compact, 2)?;
                begins + name
            }
        };
        let (partitions, at) = length(answer, name_ends, compact, 4)?;
        (topics > 0 && partitions > 0).then_some(at + 4)
    }
}

/// The length of a text or list, and the offset of its content. A compact length is one too large, with seven bits a byte,
/// the lowest first.
fn length(answer: &[u8], at: usize, compact: bool, bytes: usize) -> Option<(usize, usize)> {
    let count = if compact {
        answer.get(at..)?.iter().position(|byte| byte & 0x80 == 0)? + 1
    } else {
        bytes
    };
    let digits = answer.get(at..at + count)?;
    let length = if compact {
        let digits = digits.iter().rev();
        digits
            .fold(0, |sum, digit| sum << 7 | usize::from(digit & 0x7f))
            .checked_sub(1)?
    } else {
        digits
            .iter()
            .fold(0, |sum, digit| sum << 8 | usize::from(*digit))
    };
    Some((length, at + count))
}
