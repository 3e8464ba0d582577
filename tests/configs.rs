//! The configurations that are shipped are such as the program takes.

mod figures;

use std::path::PathBuf;
use std::process::Command;

use crate::servers::service::binary;

#[test]
fn every_shipped_configuration_can_be_used() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/config");
    let mut checked = 0;
    for file in std::fs::read_dir(&folder).expect("deploy/config") {
        let file = file.expect("a file").path();
        let output = Command::new(binary("greenledger"))
            .arg("validate")
            .arg(&file)
            .output();
        let output = output.expect("greenledger");
        let said = String::from_utf8_lossy(&output.stdout);
        let name = file
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let kind = if name == "greenledger" { "up" } else { name };
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            said.contains(&format!("configuration of {kind}:")),
            "{name}: {said}"
        );
        checked += 1;
    }
    assert_eq!(checked, 4, "ingest, aggregate, publish and greenledger up");
}
