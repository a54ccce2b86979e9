//! Lines of a bounded length.

use std::io::BufRead;

/// How long a line may be, in bytes.
pub(crate) const BOUND: usize = 1 << 24;

/// What stands on a line.
#[derive(Debug, PartialEq)]
pub(crate) enum Line {
    Text(String),
    /// It is longer than [`BOUND`]; its contents are passed over.
    TooLong,
    /// The file cannot be read from here on.
    Broken(String),
}

/// The next line without its end (LF or CR LF), none at the end of the file. What is no UTF-8 becomes U+FFFD.
pub(crate) fn next(contents: &mut dyn BufRead) -> Option<Line> {
    let mut line = Vec::new();
    let mut too_long = false;
    let mut any = false;
    loop {
        let (used, ended) = match contents.fill_buf() {
            Ok([]) => break,
            Ok(bytes) => {
                any = true;
                let end = bytes.iter().position(|&byte| byte == b'\n');
                let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
                if line.len() + part.len() > BOUND {
                    too_long = true;
                    line = Vec::new();
                } else if !too_long {
                    line.extend_from_slice(part);
                }
                (part.len() + usize::from(end.is_some()), end.is_some())
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Some(Line::Broken(error.to_string())),
        };
        contents.consume(used);
        if ended {
            break;
        }
    }
    if !any {
        return None;
    }
    if too_long {
        return Some(Line::TooLong);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    let text = match String::from_utf8(line) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    Some(Line::Text(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_or_without_carriage_return() {
        let mut contents = &b"one\r\ntwo\n\nlast"[..];
        let mut lines = Vec::new();
        while let Some(line) = next(&mut contents) {
            lines.push(line);
        }
        let expected = ["one", "two", "", "last"].map(|text| Line::Text(text.to_owned()));
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let long = std::io::Read::chain(std::io::Read::take(std::io::repeat(b'x'), 1 << 25), &b"\nnext\n"[..]);
        let mut contents = std::io::BufReader::new(long);
        assert_eq!(next(&mut contents), Some(Line::TooLong));
        assert_eq!(next(&mut contents), Some(Line::Text("next".to_owned())));
        assert_eq!(next(&mut contents), None);
    }
}
