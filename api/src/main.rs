//! The binary `atlas`: reads the command line and hands over.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::run()
}
