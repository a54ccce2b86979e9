//! What a benchmark was asked for.

/// The arguments of a program that `cargo bench` has started. None where somebody runs all targets as tests, and means no
/// benchmark; then it is told what to run instead.
pub fn given(script: &str) -> Option<Vec<String>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = arguments.len();
    arguments.retain(|argument| argument != "--bench");
    if arguments.len() == all {
        eprintln!("run this with {script}");
        return None;
    }
    Some(arguments)
}
