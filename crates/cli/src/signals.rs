//! A signal that ends the program (Ctrl-C, `kill`, a closed terminal) leaves no temporary folder behind.

use std::io;

/// From now on, a signal first removes what is half written, and then ends the program as it would have.
#[cfg(unix)]
pub(crate) fn clear_up_when_ended() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::low_level::emulate_default_handler;
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                senlens::remove_unfinished();
                let _ = emulate_default_handler(signal);
            }
        })?;
    Ok(())
}

/// The next run removes what a stopped one left.
#[cfg(not(unix))]
pub(crate) fn clear_up_when_ended() -> io::Result<()> {
    Ok(())
}
