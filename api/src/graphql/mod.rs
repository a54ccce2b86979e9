//! TEMPORARY: a few fields to try the service with, until the real schema arrives.
#![allow(missing_docs, clippy::unused_async, clippy::must_use_candidate)]

use std::sync::Arc;

use async_graphql::{
    EmptyMutation, EmptySubscription, Error, ErrorExtensions, ID, Object, Request, Response, Schema, SimpleObject,
};

use crate::app::App;

pub type AtlasSchema = Schema<Query, EmptyMutation, EmptySubscription>;

pub struct Answer {
    pub response: Response,
    pub statements: u64,
}

pub fn schema() -> AtlasSchema {
    Schema::build(Query, EmptyMutation, EmptySubscription)
        .limit_recursive_depth(128)
        .finish()
}

pub async fn execute(app: &Arc<App>, request: Request) -> Answer {
    let response = app.schema.execute(request.data(app.clone())).await;
    Answer {
        response,
        statements: 1,
    }
}

pub struct Query;

#[derive(SimpleObject)]
pub struct OrganisationConnection {
    nodes: Vec<Organisation>,
    total: i32,
}

pub struct Organisation(i32);

#[derive(async_graphql::InputObject)]
pub struct OrganisationFilter {
    and: Option<Vec<OrganisationFilter>>,
    or: Option<Vec<OrganisationFilter>>,
    name: Option<String>,
    scale: Option<f64>,
    size: Option<i32>,
}

fn page(first: Option<i32>, last: Option<i32>) -> async_graphql::Result<OrganisationConnection> {
    let n = first.or(last).unwrap_or(20);
    if !(0..=100).contains(&n) {
        return Err(Error::new("first is out of bounds").extend_with(|_, e| e.set("code", "BAD_USER_INPUT")));
    }
    Ok(OrganisationConnection {
        nodes: (0..n).map(Organisation).collect(),
        total: 100,
    })
}

#[Object]
impl Organisation {
    async fn id(&self) -> ID {
        ID(self.0.to_string())
    }
    async fn name(&self) -> String {
        format!("Organisation {}", self.0)
    }
    async fn organisations(
        &self,
        first: Option<i32>,
        last: Option<i32>,
    ) -> async_graphql::Result<OrganisationConnection> {
        page(first, last)
    }
}

#[Object]
impl Query {
    async fn hello(&self, n: Option<i32>) -> String {
        format!("hello {n:?}")
    }
    async fn node(&self, id: ID) -> Option<Organisation> {
        id.parse().ok().map(Organisation)
    }
    async fn nodes(&self, ids: Vec<ID>) -> Vec<Option<Organisation>> {
        ids.iter().map(|id| id.parse().ok().map(Organisation)).collect()
    }
    async fn slow(&self, ms: u64) -> bool {
        tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
        true
    }
    async fn panics(&self) -> bool {
        let none: Option<bool> = std::env::var_os("NO_SUCH").map(|_| true);
        none.expect("as asked")
    }
    async fn broken(&self) -> async_graphql::Result<Option<bool>> {
        Err(sea_orm::DbErr::Custom("secret inner text".into()))?
    }
    async fn internal(&self) -> async_graphql::Result<Option<bool>> {
        Err(Error::new("secret: chain").extend_with(|_, e| e.set("code", "INTERNAL")))
    }
    async fn organisations(
        &self,
        first: Option<i32>,
        last: Option<i32>,
        filter: Option<OrganisationFilter>,
    ) -> async_graphql::Result<OrganisationConnection> {
        let _ = filter.map(|f| (f.and.is_some(), f.or.is_some(), f.name, f.scale, f.size));
        page(first, last)
    }
}
