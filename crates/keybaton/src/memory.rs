//! The memory of this process: no core dump of it is written, and nobody without root reads it.

/// Makes the kernel write no core dump of this process and let no other process of the same user look into it. What it
/// starts is not affected. A kernel that does not know how leaves it as it is: nothing depends on it.
pub(crate) fn keep_to_ourselves() {
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
