//! Order inputs: their types and their reading come from the description.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::{MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{Enum, InputType, InputValueResult, Value};

use super::connection::Node;
use super::filter::{described, input_object};
use crate::graph::{Kind, OrderBy};

/// One term of the order of a kind.
pub struct Order<N> {
    /// What was read, or what is wrong with it.
    pub by: Result<OrderBy, String>,
    kind: PhantomData<fn() -> N>,
}

/// Which way an order runs.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SortDirection {
    /// Smallest first; unknown values last.
    Asc,
    /// Greatest first; unknown values last.
    Desc,
}

/// Reads an order input of a kind.
///
/// # Errors
/// The sentence for the client.
pub fn read(kind: &'static Kind, value: &Value) -> Result<OrderBy, String> {
    let Value::Object(fields) = value else {
        return Err(format!("`orderBy` must be a {}Order", kind.name));
    };
    let name = |name: &str| match fields.get(name) {
        Some(Value::Enum(text)) => Some(text.as_str()),
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let field = name("field").ok_or("`orderBy` needs a `field`")?;
    let key =
        kind.order(field).ok_or_else(|| format!("`orderBy` names {field}, which is no {}OrderField", kind.name))?;
    Ok(if name("direction") == Some("DESC") { key.by.descending() } else { key.by })
}

impl<N: Node> InputType for Order<N> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}Order", N::KIND.name).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let direction = <SortDirection as InputType>::create_type_info(registry);
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            let field = OrderField::<N>::create_type_info(registry);
            let mut direction = described("direction", direction.clone(), "Which way.");
            direction.default_value = Some("ASC".to_owned());
            let doc = "One term of an order. Terms are listed from the most to the least important; the unique key ends every order.";
            input_object::<Self>(doc, vec![described("field", field, "What to order by."), direction])
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        Ok(Self { by: read(N::KIND, &value.unwrap_or_default()), kind: PhantomData })
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The values a kind can be ordered by; it exists for the schema.
pub struct OrderField<N>(PhantomData<fn() -> N>);

impl<N: Node> InputType for OrderField<N> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}OrderField", N::KIND.name).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| {
            let values = N::KIND.orders.iter().map(|order| {
                let mut value = MetaEnumValue::new(order.name);
                value.description = Some(order.doc.to_owned());
                (order.name.to_owned(), value)
            });
            MetaType::Enum {
                name: Self::type_name().into_owned(),
                description: Some(format!("What {} records can be ordered by.", N::KIND.name.to_lowercase())),
                enum_values: values.collect(),
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                rust_typename: Some(std::any::type_name::<Self>()),
                directive_invocations: Vec::new(),
                requires_scopes: Vec::new(),
            }
        })
    }

    fn parse(_: Option<Value>) -> InputValueResult<Self> {
        Ok(Self(PhantomData))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
