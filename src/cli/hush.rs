//! ONNX Runtime's builds for Linux gather what they call telemetry and send it
//! to Microsoft some seconds after they were loaded, whatever its interface is
//! told (1.32, seen in a trace). Only a variable of the process's own
//! environment, set before it starts, keeps it quiet from the first moment.
//! What it says to the allocator that ONNX Runtime uses is said there as well.

/// The variable, as ONNX Runtime reads it.
#[cfg(feature = "embed")]
const VARIABLE: &str = "ORT_DISABLE_TELEMETRY";
/// From how many bytes on glibc gives memory back as soon as it is free. Left
/// to itself it raises that as a model is loaded, and keeps 40 MB of the
/// matrices that the model was read from. The matrices are larger than this,
/// what a text needs is smaller. Only ONNX Runtime uses that allocator.
#[cfg(feature = "embed")]
const GIVEN_BACK: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "2097152");

/// Starts this program anew, in its own place, with the variable set, unless it
/// is set already.
///
/// # Errors
/// When the program cannot be started anew. Nothing may be loaded then.
#[cfg(all(feature = "embed", unix))]
pub fn hush() -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    if is_quiet() {
        return Ok(());
    }
    let mut own = again()?;
    Err(anyhow::Error::new(own.exec()).context("starting with ONNX Runtime's telemetry off"))
}

/// The same where a program cannot take its own place: it waits for the other.
///
/// # Errors
/// As above.
#[cfg(all(feature = "embed", not(unix)))]
#[expect(clippy::exit, reason = "the other run has done everything")]
pub fn hush() -> anyhow::Result<()> {
    if is_quiet() {
        return Ok(());
    }
    let status = again()?.status()?;
    std::process::exit(status.code().unwrap_or(3))
}

/// Nothing to keep quiet.
///
/// # Errors
/// Never.
#[cfg(not(feature = "embed"))]
pub fn hush() -> anyhow::Result<()> {
    Ok(())
}

#[cfg(feature = "embed")]
fn is_quiet() -> bool {
    super::engine::variable(VARIABLE).is_some_and(|value| value == "1")
}

#[cfg(feature = "embed")]
fn again() -> anyhow::Result<std::process::Command> {
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command.args(std::env::args_os().skip(1)).env(VARIABLE, "1");
    let (name, bytes) = GIVEN_BACK;
    if super::engine::variable(name).is_none() {
        command.env(name, bytes);
    }
    Ok(command)
}
