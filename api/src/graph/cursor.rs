//! Opaque texts of the API: global ids, and the signed cursors of connections.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::moment::Moment;
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
    /// The text before signing, `["1","list and order",value,…]`; of a list of the past `["1@entry@time",…]`.
    pub fn payload(&self, list: &str, moment: Moment) -> String {
        let values = self.0.iter().map(|value| match value {
            None => serde_json::Value::Null,
            Some(Scalar::Text(text)) => text.as_str().into(),
            Some(Scalar::Int(number)) => (*number).into(),
            Some(Scalar::Bool(flag)) => (*flag).into(),
        });
        let version = format!("{VERSION}{}", moment.text());
        serde_json::Value::Array([version.into(), list.into()].into_iter().chain(values).collect()).to_string()
    }

    /// Reads a cursor that was made for `list`, with `terms` values, and the moment of its page.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn read(text: &str, key: &CursorKey, list: &str, terms: usize) -> Result<(Self, Moment), Refused> {
        let payload = key.open(text).ok_or(Refused::Unreadable)?;
        let values: Vec<serde_json::Value> = serde_json::from_str(&payload).map_err(|_| Refused::Unreadable)?;
        let [version, found, values @ ..] = values.as_slice() else {
            return Err(Refused::Unreadable);
        };
        let moment = version.as_str().and_then(|version| Moment::read(version.strip_prefix(VERSION)?));
        let moment = moment.ok_or(Refused::Unreadable)?;
        if found != list || values.len() != terms {
            return Err(Refused::Foreign);
        }
        let scalars = values.iter().map(|value| match value {
            serde_json::Value::Null => Some(None),
            serde_json::Value::String(text) => Some(Some(Scalar::Text(text.clone()))),
            serde_json::Value::Bool(flag) => Some(Some(Scalar::Bool(*flag))),
            number => number.as_i64().map(|number| Some(Scalar::Int(number))),
        });
        scalars.collect::<Option<_>>().map(|values| (Self(values), moment)).ok_or(Refused::Unreadable)
    }
}

/// A position in the log as clients get it: of fixed width, so that text order is log order.
pub fn revision_text(sequence: i64) -> String {
    format!("{sequence:016}")
}

/// A position in the log from the text of [`revision_text`].
pub fn read_revision(text: &str) -> Option<i64> {
    let sequence: i64 = text.parse().ok()?;
    (sequence >= 0 && revision_text(sequence) == text).then_some(sequence)
}

/// What a global id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalId {
    /// The name of its type.
    pub name: String,
    pub key: i64,
    /// When it is looked at.
    pub moment: Moment,
}

/// The global id of a row of a kind, as it stands at a moment.
pub fn global_id(kind: &Kind, key: i64, moment: Moment) -> String {
    typed_id(kind.name, key, moment)
}

/// The global id of anything that has one.
pub fn typed_id(type_name: &str, key: i64, moment: Moment) -> String {
    URL_SAFE_NO_PAD.encode(format!("{type_name}:{key}{}", moment.text()))
}

/// What a global id stands for. `None` where it is no id of this API.
pub fn read_id(id: &str) -> Option<GlobalId> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    let (name, rest) = text.split_once(':')?;
    let (key, moment) = rest.split_at(rest.find('@').unwrap_or(rest.len()));
    let moment = Moment::read(moment)?;
    let number: i64 = key.parse().ok()?;
    // One id, one text: "+1" and "01" are no keys. A moment is its own key.
    let plain = number.to_string() == key && if name == MOMENT { number == 0 && !moment.is_now() } else { number > 0 };
    let known = kinds::NODES.iter().any(|kind| kind.name == name) || OTHER_TYPES.contains(&name);
    (plain && known).then(|| GlobalId { name: name.to_owned(), key: number, moment })
}

/// The type of the atlas at one moment.
pub const MOMENT: &str = "Moment";
/// Types that have ids and are not found by `node`.
pub const CITATION: &str = "Citation";
pub const TREATMENT: &str = "OrganisationIssue";
const OTHER_TYPES: [&str; 4] = [kinds::CHANGE_NAME, MOMENT, CITATION, TREATMENT];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::moment::Past;

    fn key() -> CursorKey {
        CursorKey::new(&[7; 32])
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let cursor = Cursor(vec![Some(Scalar::Text("é\"\u{1}".into())), None, Some(Scalar::Int(-5))]);
        let past = Moment::from(Past { sequence: 7, at: 8 });
        for moment in [Moment::Now, past] {
            let text = key().seal(&cursor.payload("Organisation name+", moment));
            assert_eq!(Cursor::read(&text, &key(), "Organisation name+", 3), Ok((cursor.clone(), moment)));
        }
        let text = key().seal(&cursor.payload("Organisation name+", Moment::Now));
        assert_eq!(Cursor::read(&text, &key(), "Organisation name-", 3), Err(Refused::Foreign));
        assert_eq!(Cursor::read(&text, &CursorKey::new(&[8; 32]), "Organisation name+", 3), Err(Refused::Unreadable));
    }

    #[test]
    fn whatever_was_changed_in_a_cursor_is_noticed() {
        let text = key().seal(&Cursor(vec![Some(Scalar::Int(1))]).payload("a", Moment::Now));
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
        let past = Moment::from(Past { sequence: 7, at: 8 });
        for moment in [Moment::Now, past] {
            let id = GlobalId { name: "Issue".to_owned(), key: 12, moment };
            assert_eq!(read_id(&global_id(&kinds::ISSUE, 12, moment)), Some(id));
        }
        assert!(read_id(&typed_id(MOMENT, 0, past)).is_some());
        for odd in ["", "x", "SXNzdWU6MQ=="] {
            assert_eq!(read_id(odd), None, "{odd}");
        }
        for odd in
            ["Nonsense:1", "Issue:-1", "Issue:0", "Issue:01", "Issue:1@", "Issue:1@1", "Moment:0", "Moment:1@1@1"]
        {
            assert_eq!(read_id(&URL_SAFE_NO_PAD.encode(odd)), None, "{odd}");
        }
        assert_eq!(read_revision(&revision_text(646)), Some(646));
        for odd in ["", "646", "000000000000646x", "+000000000000646", "-000000000000001"] {
            assert_eq!(read_revision(odd), None, "{odd}");
        }
    }
}
