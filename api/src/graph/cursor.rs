//! Opaque texts of the API: global ids, and the signed cursors of connections.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Kind, Scalar, kinds};

/// Version of the cursors' format.
const VERSION: &str = "1";
/// Bytes of the signature that a cursor carries.
const SIGNATURE_BYTES: usize = 12;

/// The key with which this atlas signs its cursors.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

/// A position in an order: one value for each term, `None` where unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(pub Vec<Option<Scalar>>);

/// Why a cursor is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not made by this atlas, or changed on the way.
    Unreadable,
    /// Made for another list or another order.
    Foreign,
}

impl CursorKey {
    /// A key of 32 bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }

    /// The opaque text of a payload.
    pub fn seal(&self, payload: &str) -> String {
        let mut bytes = self.sign(payload.as_bytes()).to_vec();
        bytes.extend_from_slice(payload.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open(&self, text: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (signature, payload) = bytes.split_at_checked(SIGNATURE_BYTES)?;
        let mut mac = self.0.clone();
        mac.update(payload);
        mac.verify_truncated_left(signature).ok()?;
        String::from_utf8(payload.to_vec()).ok()
    }

    fn sign(&self, payload: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut mac = self.0.clone();
        mac.update(payload);
        let mut signature = [0; SIGNATURE_BYTES];
        signature.copy_from_slice(&mac.finalize().into_bytes()[..SIGNATURE_BYTES]);
        signature
    }
}

impl Cursor {
    /// The text before signing, `["1","list and order",value,…]`.
    pub fn payload(&self, list: &str) -> String {
        let values = self.0.iter().map(|value| match value {
            None => serde_json::Value::Null,
            Some(Scalar::Text(text)) => text.as_str().into(),
            Some(Scalar::Int(number)) => (*number).into(),
            Some(Scalar::Bool(flag)) => (*flag).into(),
        });
        serde_json::Value::Array([VERSION.into(), list.into()].into_iter().chain(values).collect()).to_string()
    }

    /// Reads a cursor that was made for `list`, with `terms` values.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn read(text: &str, key: &CursorKey, list: &str, terms: usize) -> Result<Self, Refused> {
        let payload = key.open(text).ok_or(Refused::Unreadable)?;
        let values: Vec<serde_json::Value> = serde_json::from_str(&payload).map_err(|_| Refused::Unreadable)?;
        let [version, found, values @ ..] = values.as_slice() else {
            return Err(Refused::Unreadable);
        };
        if version != VERSION {
            return Err(Refused::Unreadable);
        }
        if found != list || values.len() != terms {
            return Err(Refused::Foreign);
        }
        let scalars = values.iter().map(|value| match value {
            serde_json::Value::Null => Some(None),
            serde_json::Value::String(text) => Some(Some(Scalar::Text(text.clone()))),
            serde_json::Value::Bool(flag) => Some(Some(Scalar::Bool(*flag))),
            number => number.as_i64().map(|number| Some(Scalar::Int(number))),
        });
        scalars.collect::<Option<_>>().map(Self).ok_or(Refused::Unreadable)
    }
}

/// A position in the log as clients get it: of fixed width, so that text order is log order.
pub fn revision_text(sequence: i64) -> String {
    format!("{sequence:016}")
}

/// The global id of a row of a kind.
pub fn global_id(kind: &Kind, key: i64) -> String {
    typed_id(kind.name, key)
}

/// The global id of anything that has one.
pub fn typed_id(type_name: &str, key: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{type_name}:{key}"))
}

/// What a global id stands for: the name of its type and its key. `None` where it is no id of this API.
pub fn read_id(id: &str) -> Option<(String, i64)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    let (name, key) = text.split_once(':')?;
    let number: i64 = key.parse().ok()?;
    // One id, one text: "+1" and "01" are no keys.
    let plain = number > 0 && number.to_string() == key;
    (plain && (kinds::NODES.iter().any(|kind| kind.name == name) || OTHER_TYPES.contains(&name)))
        .then(|| (name.to_owned(), number))
}

/// Types that have ids and are not found by `node`.
pub const CITATION: &str = "Citation";
pub const TREATMENT: &str = "OrganisationIssue";
const OTHER_TYPES: [&str; 2] = [CITATION, TREATMENT];

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> CursorKey {
        CursorKey::new(&[7; 32])
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let cursor = Cursor(vec![Some(Scalar::Text("é\"\u{1}".into())), None, Some(Scalar::Int(-5))]);
        let text = key().seal(&cursor.payload("Organisation name+"));
        assert_eq!(Cursor::read(&text, &key(), "Organisation name+", 3), Ok(cursor));
        assert_eq!(Cursor::read(&text, &key(), "Organisation name-", 3), Err(Refused::Foreign));
        assert_eq!(Cursor::read(&text, &CursorKey::new(&[8; 32]), "Organisation name+", 3), Err(Refused::Unreadable));
    }

    #[test]
    fn whatever_was_changed_in_a_cursor_is_noticed() {
        let text = key().seal(&Cursor(vec![Some(Scalar::Int(1))]).payload("a"));
        for position in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(Cursor::read(&changed, &key(), "a", 1), Err(Refused::Unreadable), "{changed}");
        }
        for odd in ["", "A", "AAAA", "ünsinn", &text[1..], &text[..text.len() - 1]] {
            assert_eq!(Cursor::read(odd, &key(), "a", 1), Err(Refused::Unreadable), "{odd}");
        }
    }

    #[test]
    fn ids_are_typed_and_strict() {
        assert_eq!(read_id(&global_id(&kinds::ISSUE, 12)), Some(("Issue".to_owned(), 12)));
        for odd in ["", "x", "SXNzdWU6MQ==", &typed_id("Nonsense", 1), &typed_id("Issue", -1), &typed_id("Issue", 0)] {
            assert_eq!(read_id(odd), None, "{odd}");
        }
        assert_eq!(read_id(&URL_SAFE_NO_PAD.encode("Issue:01")), None);
    }
}
