//! Dovecot with one user's mail, over TLS.

use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Server, free_port};

/// Whom the mail is for.
pub const USER: &str = "meters";
pub const PASSWORD: &str = "mail-password-of-the-tests";

/// A running Dovecot.
pub struct Dovecot {
    /// The port with TLS.
    pub port: u16,
    config: PathBuf,
    _server: Server,
    /// After the server, because fields are dropped in order.
    _data: TempDir,
}

impl Dovecot {
    /// Returns once it answers. The certificate and its key are PEM.
    pub async fn start(certificate: &str, key: &str) -> Dovecot {
        let data = TempDir::new().expect("a temporary folder");
        let folder = data.path();
        let port = free_port();
        for (name, text) in [("certificate.pem", certificate), ("key.pem", key)] {
            std::fs::write(folder.join(name), text).expect("a file");
        }
        let mail = folder.join("mail");
        std::fs::create_dir(&mail).expect("a folder");
        let config = folder.join("dovecot.conf");
        std::fs::write(&config, configuration(folder, port)).expect("a configuration file");
        if id("-u") == "0" {
            // Dovecot opens no mail as root.
            let given = Command::new("chown").arg("nobody").arg(&mail).status();
            assert!(given.expect("chown").success());
            let seen = Command::new("chmod").arg("a+rx").arg(folder).status();
            assert!(seen.expect("chmod").success());
        }
        let mut command = Command::new("/usr/sbin/dovecot");
        command.arg("-F").arg("-c").arg(&config);
        let server = Server::start("dovecot", command, folder, async || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
        .await;
        Dovecot {
            port,
            config,
            _server: server,
            _data: data,
        }
    }

    /// Delivers a message.
    pub fn deliver(&self, message: &str) {
        let mut child = self
            .doveadm(&["save", "-u", USER])
            .stdin(Stdio::piped())
            .spawn()
            .expect("doveadm");
        let mut input = child.stdin.take().expect("its input");
        input.write_all(message.as_bytes()).expect("the message");
        drop(input);
        assert!(child.wait().expect("doveadm").success());
    }

    /// How many messages a folder has; none if there is no such folder.
    pub fn messages(&self, folder: &str) -> usize {
        let output = self
            .doveadm(&["search", "-u", USER, "mailbox", folder, "all"])
            .output()
            .expect("doveadm");
        String::from_utf8_lossy(&output.stdout).lines().count()
    }

    fn doveadm(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("/usr/bin/doveadm");
        command.arg("-c").arg(&self.config).args(arguments);
        command
    }
}

/// What `id` prints.
fn id(what: &str) -> String {
    let output = Command::new("id").arg(what).output().expect("id");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    let (user, group) = (id("-un"), id("-gn"));
    // Without root, everything runs as the user of the tests.
    let (owner, internal) = match id("-u").as_str() {
        "0" => ("uid=nobody gid=nogroup".to_owned(), String::new()),
        _ => (
            format!("uid={user} gid={group}"),
            format!(
                "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n"
            ),
        ),
    };
    format!(
        "{internal}base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = {owner} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"
    )
}
