//! Facets of a list: one statement for each, which counts the whole list of all parents.

use async_graphql::Value as Constant;

use super::super::document::{Chosen, Given, ObjectType};
use super::super::{FacetField, GroupField, Of};
use super::{Bounds, Compiler, json, number};
use crate::graph::facet::Facet;
use crate::graph::list::List;
use crate::graph::{Type, kinds};

impl<'a> Compiler<'_, 'a> {
    /// The field `facets` of a list's connection.
    pub(super) fn facets(&mut self, list: &List, of: Of, chosen: &Chosen<'a>) -> Option<Vec<(Box<str>, FacetField)>> {
        let exclude_own = match self.document.argument(chosen.field, "excludeOwn")? {
            Given::Absent => false,
            Given::Value(Constant::Boolean(flag)) => flag,
            Given::Value(_) => return None,
        };
        let kind = list.source.kind();
        let name = format!("{}Facets", kind.name);
        let fields = self.document.collect(&chosen.selections, ObjectType::plain(&name))?;
        self.fields(fields, |compiler, chosen| {
            if chosen.name() == "__typename" {
                return Some(FacetField::Fixed(json(&name)));
            }
            let facet = kinds::FACETS.iter().find(|facet| *facet.of == *kind && facet.name == chosen.name())?;
            compiler.groups(list, facet, exclude_own, of, chosen)
        })
    }

    /// The groups of a facet.
    fn groups(
        &mut self,
        list: &List,
        facet: &'static Facet,
        exclude_own: bool,
        of: Of,
        chosen: &Chosen<'a>,
    ) -> Option<FacetField> {
        let first = match self.document.argument(chosen.field, "first")? {
            Given::Absent | Given::Value(Constant::Null) => None,
            Given::Value(first) => Some(number(&first)?),
        };
        let whole = facet.counted(list, exclude_own);
        let query = whole.facet_of(facet, facet.most(first).ok()?, self.keys(), self.backend);
        let fetch = self.make_batch(&query, vec![facet.ty(), facet.ty(), Type::Int], of, Bounds::default())?;
        let fields = self.document.collect(&chosen.selections, ObjectType::plain("FacetCount"))?;
        let fields = self.fields(fields, |_, chosen| {
            Some(match chosen.name() {
                "__typename" => GroupField::Fixed(json("FacetCount")),
                "value" => GroupField::Value,
                "label" => GroupField::Label,
                "count" => GroupField::Count,
                _ => return None,
            })
        })?;
        Some(FacetField::Groups { facet, fetch, fields })
    }
}
