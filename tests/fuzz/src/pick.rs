//! Which target a binary runs: all of one binary are linked once, and the environment names one of them.

/// What is run with every input.
pub type Target = fn(&[u8]);

/// The target that `FUZZ_TARGET` names.
pub fn pick(targets: &[(&str, Target)]) -> Target {
    let named = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let found = targets.iter().find(|(name, _)| *name == named);
    let names: Vec<_> = targets.iter().map(|(name, _)| *name).collect();
    found.map(|(_, target)| *target).unwrap_or_else(|| {
        eprintln!("FUZZ_TARGET is one of {}", names.join(", "));
        std::process::exit(2)
    })
}
