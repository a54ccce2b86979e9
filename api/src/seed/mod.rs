//! TEMPORARY: no seeds yet.
#![allow(missing_docs, clippy::unused_async, clippy::missing_errors_doc)]

use crate::app::App;

#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
}

pub async fn load(_app: &App) -> anyhow::Result<Outcome> {
    Ok(Outcome::default())
}

pub async fn load_if_empty(_app: &App) -> anyhow::Result<Option<Outcome>> {
    Ok(None)
}
