//! The tree that YAML and XML are read into.

use std::borrow::Cow;

/// Deeper contents are refused. The deepest known record has 12 levels.
pub const DEEPEST: usize = 64;

/// A part of a document. Scalars are texts, whatever YAML takes them for: `number: 1` is "1".
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'a> {
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// A scalar that stands without quotes; nothing, where YAML says so.
    pub fn bare(text: Cow<'a, str>) -> Self {
        match &*text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Nothing,
            _ => Self::Text(text),
        }
    }

    /// What a map has under a key.
    pub fn get(&self, key: &str) -> &Value<'a> {
        match self {
            Self::Map(entries) => {
                entries.iter().find(|(name, _)| name == key).map_or(&Self::Nothing, |(_, value)| value)
            }
            _ => &Self::Nothing,
        }
    }

    /// What a map has under the first of several keys that it has.
    pub fn any(&self, keys: &[&str]) -> &Value<'a> {
        keys.iter().map(|key| self.get(key)).find(|value| **value != Self::Nothing).unwrap_or(&Self::Nothing)
    }

    /// The members of a list; what is no list is the one member of its own, and nothing has none.
    pub fn each(&self) -> &[Value<'a>] {
        match self {
            Self::List(values) => values,
            Self::Nothing => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text of a scalar, or of what a map calls its content; of the first, where there are several.
    pub fn text(&self) -> Option<&str> {
        // Contents within contents are no deeper than this.
        let mut value = self;
        for _ in 0..4 {
            value = match value {
                Self::Nothing => return None,
                Self::Text(text) => return Some(text.trim()).filter(|text| !text.is_empty()),
                Self::List(values) => values.first()?,
                Self::Map(_) => value.any(&["content", "value", "id", "type"]),
            };
        }
        None
    }
}
