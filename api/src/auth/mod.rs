//! Who may change what, as types that a function demands.

/// Somebody or something that may change records; its name stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    name: String,
}

impl Editor {
    /// The built-in seeds.
    pub fn seed() -> Self {
        Self { name: "seed".to_owned() }
    }

    /// An import of this source.
    pub fn import(source: &str) -> Self {
        Self { name: format!("import:{source}") }
    }

    /// A curator, by name.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    /// The name as it stands in the log.
    pub fn name(&self) -> &str {
        &self.name
    }
}
