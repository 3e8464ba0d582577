//! The data folder of `up` and of the demo: one process owns it, and commands beside it can reach its log.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use bus::{Bus, Log, LogClient, LogServer};

const LOG: &str = "log.redb";
const SOCKET: &str = "log.socket";
/// The file in which the embedded broker of earlier versions kept its records.
const OLD_BROKER: &str = "broker.db";
/// The most bytes in the path of a socket.
const LONGEST_SOCKET_PATH: usize = 107;

/// A data folder, owned by this process.
pub(super) struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Takes the folder, and creates it if it does not exist. Fails while another process owns it.
    pub(super) fn take(path: &Path) -> anyhow::Result<Self> {
        chassis::private::folder(path)?;
        let lock = File::create(path.join("lock"))
            .with_context(|| format!("cannot write to {}", path.display()))?;
        lock.try_lock()
            .map_err(|_| anyhow::anyhow!("another greenledger runs on {}", path.display()))?;
        Ok(DataFolder {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The log of this folder, and the server for commands that run beside this process.
    pub(super) fn open_log(&self) -> anyhow::Result<(Log, LogServer)> {
        let old = self.path.join(OLD_BROKER);
        if old.exists() && !self.path.join(LOG).exists() {
            bail!(
                "{} is of a version of greenledger whose embedded broker is gone. Its ledger is kept: move {} and the files \
                 that begin with its name away, start again, and run `greenledger restore --config FILE`, which sends the \
                 schools and meters of the ledger to the new log. Events that the old version had not written to the ledger \
                 have to be sent again",
                old.display(),
                old.display(),
            );
        }
        let log = open(self.path.join(LOG))?;
        let socket = self.path.join(SOCKET);
        let length = socket.as_os_str().len();
        if length > LONGEST_SOCKET_PATH {
            bail!(
                "the path {} has {length} bytes, and the path of a socket has at most {LONGEST_SOCKET_PATH}; choose a \
                 shorter data_dir",
                socket.display()
            );
        }
        let server = LogServer::bind(log.clone(), &socket)?;
        Ok((log, server))
    }
}

/// The log of a data folder, for a command that runs beside the process that owns the folder.
pub(crate) fn bus_beside(data_dir: &Path) -> Bus {
    Bus::LogClient(LogClient::at(data_dir.join(SOCKET)))
}

/// The same bus, or the log itself if no process owns the folder.
pub(crate) fn reachable(bus: Bus) -> anyhow::Result<Bus> {
    let Bus::LogClient(client) = &bus else {
        return Ok(bus);
    };
    if client.is_answered() {
        return Ok(bus);
    }
    let file = client.socket().with_file_name(LOG);
    if !file.exists() {
        bail!(
            "there is no log {}; has `greenledger up` run on that folder?",
            file.display()
        );
    }
    Ok(Bus::Log(open(file)?))
}

/// Opens a log, and creates it if it does not exist. A log that users other than its owner can access is refused.
fn open(file: PathBuf) -> anyhow::Result<Log> {
    if file.exists() {
        chassis::private::check(&file)?;
    }
    Ok(Log::open(file)?)
}
