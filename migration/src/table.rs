//! Words to describe a table once: its columns, its twin and its indexes. How a database writes them is left to
//! [`backend`](super::backend).
//!
//! A table with a past has a column `from_seq` and a twin, `<table>_history`, with the same columns and `to_seq`. The
//! twin has the same indexes, and neither keys nor references: its rows were true once and may contradict each other.

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    /// Numbers, keys, and moments in microseconds since 1970 in UTC.
    Integer,
    Boolean,
}

/// A column.
#[derive(Clone)]
pub(crate) struct Column {
    pub name: String,
    pub ty: Type,
    pub nullable: bool,
    /// The table whose `id` this is.
    pub target: Option<&'static str>,
    pub default: Option<i64>,
    indexed: bool,
    ordered: bool,
}

impl Column {
    fn new(name: impl Into<String>, ty: Type) -> Self {
        Self { name: name.into(), ty, nullable: false, target: None, default: None, indexed: false, ordered: false }
    }

    /// May be unknown.
    pub(crate) fn null(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Refers to the rows of a table. The referring side needs an index of its own.
    pub(crate) fn references(mut self, target: &'static str) -> Self {
        self.target = Some(target);
        self
    }

    /// Rows are found and ordered by it.
    pub(crate) fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }

    /// Lists are ordered by it in both directions, and it may be unknown.
    pub(crate) fn ordered(mut self) -> Self {
        self.ordered = true;
        self.indexed()
    }

    pub(crate) fn default(mut self, value: i64) -> Self {
        self.default = Some(value);
        self
    }
}

/// Text, and lists of text as JSON.
pub(crate) fn text(name: &str) -> Column {
    Column::new(name, Type::Text)
}

/// A number, a key or a moment.
pub(crate) fn integer(name: &str) -> Column {
    Column::new(name, Type::Integer)
}

/// True or false.
pub(crate) fn boolean(name: &str) -> Column {
    Column::new(name, Type::Boolean)
}

/// A text that is searched without case and accents and ordered by its sort key, which is short enough for an index.
pub(crate) fn folded(name: &str) -> [Column; 3] {
    [text(name), text(&format!("{name}_fold")), text(&format!("{name}_sort")).indexed()]
}

/// Like [`folded`], and found by its key, which leaves out case and blanks.
pub(crate) fn identifier(name: &str) -> [Column; 4] {
    let [plain, fold, sort] = folded(name);
    [plain, text(&format!("{name}_key")).indexed(), fold, sort]
}

/// What an index is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To find rows and to order them, now and in the past.
    Order,
    /// To order by values that may be unknown, greatest first and unknown last.
    Descending,
    /// To refuse a second row with the same values, where unknown equals unknown.
    Unique,
    /// Like `Unique` in the present; to find rows in the past.
    Lookup,
}

/// An index, without the columns that every index of a table with a past ends in.
pub(crate) struct Index {
    pub columns: Vec<String>,
    pub purpose: Purpose,
}

/// A table.
pub(crate) struct Table {
    pub name: &'static str,
    /// The first is the primary key, where there is one.
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
    /// Whether it has a past: the column `from_seq` and a twin.
    pub twin: bool,
    /// Whether its rows have a key.
    pub keyed: bool,
}

impl Table {
    /// A table without a past.
    pub(crate) fn plain(name: &'static str, key: Column) -> Self {
        Self { name, columns: vec![key], indexes: vec![], twin: false, keyed: true }
    }

    /// A table without a past whose rows nothing refers to.
    pub(crate) fn keyless(name: &'static str) -> Self {
        Self { name, columns: vec![], indexes: vec![], twin: false, keyed: false }
    }

    /// A table with a past.
    pub(crate) fn versioned(name: &'static str) -> Self {
        Self { twin: true, ..Self::plain(name, integer("id")) }
    }

    /// The table of a kind of record, with the columns that all of them have.
    pub(crate) fn record(name: &'static str) -> Self {
        Self { twin: true, ..Self::plain(name, integer("id").references("record")) }
            .columns([
                text("slug"),
                text("label"),
                text("label_sort").indexed(),
                integer("version"),
                integer("created_at"),
                integer("updated_at"),
            ])
            .lookup(["slug"])
    }

    /// A link from rows of `near` to rows of `far`, followed from both ends.
    pub(crate) fn between(name: &'static str, near: &'static str, far: &'static str) -> Self {
        let (near_id, far_id) = (format!("{near}_id"), format!("{far}_id"));
        Self::versioned(name)
            .columns([integer(&near_id).references(near), integer(&far_id).references(far)])
            .index([&near_id, &far_id])
            .index([&far_id, &near_id])
    }

    /// A link of which there is one at most between two rows.
    pub(crate) fn once_between(name: &'static str, near: &'static str, far: &'static str) -> Self {
        Self::between(name, near, far).unique([&format!("{near}_id"), &format!("{far}_id")])
    }

    /// Adds columns, and the indexes that they ask for.
    pub(crate) fn columns(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        for column in columns {
            if column.indexed {
                self = self.index([&column.name]);
            }
            if column.ordered {
                self = self.add([&column.name], Purpose::Descending);
            }
            self.columns.push(column);
        }
        self
    }

    /// An index to find and to order rows by.
    pub(crate) fn index<const N: usize>(self, columns: [&str; N]) -> Self {
        self.add(columns, Purpose::Order)
    }

    /// No two rows of the present have the same values.
    pub(crate) fn unique<const N: usize>(self, columns: [&str; N]) -> Self {
        self.add(columns, Purpose::Unique)
    }

    /// No two rows of the present have the same values, by which rows are found in the past as well.
    pub(crate) fn lookup<const N: usize>(self, columns: [&str; N]) -> Self {
        self.add(columns, Purpose::Lookup)
    }

    fn add<const N: usize>(mut self, columns: [&str; N], purpose: Purpose) -> Self {
        self.indexes.push(Index { columns: columns.map(String::from).to_vec(), purpose });
        self
    }
}
