//! Moments of the past: `asOf`, and ids and cursors that come from it. Whatever is compiled beneath one is seen at it.

use async_graphql::Value as Constant;
use sea_orm::sea_query::{ExprTrait, Query};

use super::super::document::{Chosen, Given, ObjectType};
use super::super::moment::{Instant, LateMoment};
use super::super::{Of, Value};
use super::{Bounds, Compiler, fixed};
use crate::graph::Type;
use crate::graph::cursor::MOMENT;
use crate::graph::list::List;
use crate::graph::moment::{Moment, Past};
use crate::graph::statement::{Tables, key_values, later};
use crate::graph::summary::{ends_of_writes, reaches};
use crate::graphql::scalars::read_date_time;

/// What the parameter is called that holds the time of the moment.
pub(super) const AT: &str = "at";

/// A moment while a plan is made.
pub(super) struct Settled {
    moment: LateMoment,
    /// Its time in this request.
    at: i64,
    /// The variable that holds the time.
    variable: Option<String>,
}

impl Settled {
    pub(super) fn moment(self) -> LateMoment {
        self.moment
    }

    pub(super) fn variable(&self) -> Option<String> {
        self.variable.clone()
    }
}

impl<'a> Compiler<'_, 'a> {
    /// When what is compiled is seen, for statements.
    pub(super) fn seen(&self) -> Moment {
        if self.moment.is_some() { Moment::Later } else { Moment::Now }
    }

    pub(super) fn tables(&self) -> Tables {
        Tables::at(self.seen(), self.backend)
    }

    /// The moment that lists are asked for at, whose entry of the log is not known.
    pub(super) fn asked(&self) -> Moment {
        let settled = self.moment.and_then(|moment| self.moments.get(moment));
        settled.map_or(Moment::Now, |settled| Past { sequence: 0, at: settled.at }.into())
    }

    /// Compiles something at another moment.
    pub(super) fn at<T>(&mut self, moment: Option<usize>, compile: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let outer = std::mem::replace(&mut self.moment, moment);
        let compiled = compile(self);
        self.moment = outer;
        compiled
    }

    fn settle(&mut self, moment: LateMoment, at: i64, variable: Option<String>) -> usize {
        self.moments.push(Settled { moment, at, variable });
        self.moments.len() - 1
    }

    /// The atlas at a moment.
    pub(super) fn as_of(&mut self, chosen: &Chosen<'a>) -> Option<Value> {
        let (variable, given) = match self.document.text_variable(chosen.field, AT) {
            Some((variable, text)) => (Some(variable), text),
            None => match self.document.argument(chosen.field, AT)? {
                Given::Value(Constant::String(text)) => (None, text),
                _ => return None,
            },
        };
        let at = read_date_time(&given).ok()?;
        let fetch = self.reserve();
        let instant = variable.clone().map_or(Instant::Always(at), Instant::Variable);
        let moment = self.settle(LateMoment::AsOf { at: instant, fetch, same: Vec::new() }, at, variable);
        self.at(Some(moment), |compiler| {
            let mut asked = Query::select();
            asked.expr_as(later(AT).cast_as("bigint"), "value");
            compiler.look_up(fetch, "sequence", |backend| reaches(asked, backend))?;
            let fields =
                compiler.document.collect(&chosen.selections, ObjectType { name: MOMENT, interfaces: &["Node"] })?;
            let object = compiler.object(fields, |compiler, chosen| match chosen.name() {
                "__typename" => Some(fixed(MOMENT)),
                "id" => Some(Value::MomentId(moment)),
                "at" => Some(Value::MomentAt(moment)),
                _ => compiler.question(chosen),
            })?;
            Some(Value::Object(object))
        })
    }

    /// A statement that finds a number of the log and the time of its newest entry.
    fn look_up(
        &mut self,
        fetch: usize,
        number: &'static str,
        query: impl FnOnce(sea_orm::DbBackend) -> sea_orm::sea_query::SelectStatement,
    ) -> Option<()> {
        let mut found = Query::select();
        found.columns([number, "newest"]).from_subquery(query(self.backend), "found");
        let made = self.fetch(&found, vec![Type::Int, Type::Int], Of::Nobody, Bounds::default())?;
        *self.fetches.get_mut(fetch)? = Some(made);
        Some(())
    }

    /// The moment at which a row is seen that an id of this moment of the past names.
    pub(super) fn moment_of_id(&mut self, moment: Moment) -> Option<usize> {
        let Moment::Past(past) = moment else { return None };
        if let Some(asked) = self.moment {
            let Settled { moment: LateMoment::AsOf { same, .. }, .. } = self.moments.get_mut(asked)? else {
                return None;
            };
            same.push(past);
            return Some(asked);
        }
        let is_same =
            |settled: &Settled| matches!(settled.moment, LateMoment::OfId { past: other, .. } if other == past);
        if let Some(known) = self.moments.iter().position(is_same) {
            return Some(known);
        }
        let fetch = self.reserve();
        self.look_up(fetch, "at", |backend| ends_of_writes(key_values(&[past.sequence], backend), backend))?;
        Some(self.settle(LateMoment::OfId { past, fetch }, past.at, None))
    }

    /// The moment of a list that was read: a page of the past goes on in the state that its cursor comes from, which is
    /// the last of `late` or stands in the document.
    pub(super) fn moment_of_page(&mut self, list: &List, late: Option<usize>) -> Option<usize> {
        let Moment::Past(past) = list.moment else { return None };
        if !list.page.is_bounded() || list.source.is_log() {
            return self.moment;
        }
        let asked = self.moment.and_then(|moment| self.moments.get(moment))?;
        let (at, variable) = (asked.at, asked.variable.clone());
        if let Some(cursor) = late {
            return Some(self.settle(LateMoment::OfCursor(cursor), at, variable));
        }
        // The cursor fits this time alone.
        self.document.decisive.extend(variable);
        Some(self.settle(LateMoment::Always(past), at, None))
    }
}
