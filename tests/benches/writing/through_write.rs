//! Small standards, each with a publisher, a committee, a subject and a citation, written as imports do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::app::App;
use api::config::Config;
use api::store::{Draft, Prepared, put, put_prepared};
use tokio::sync::mpsc;

use crate::BATCH;
use crate::fill::{Fill, Keys, standard_draft};
use crate::records::{COMMITTEES, Standard, Standards};

/// Standards, and the keys of what they lead to.
pub struct Wanted {
    standards: Vec<Standard>,
    keys: Keys,
}

/// Writes what the standards lead to, and gives them.
pub async fn around(config: Config, size: usize) -> Arc<Wanted> {
    let app = App::open(config).await.expect("the database can be opened");
    let mut fill = Fill::new(&app);
    let (organisations, keys) = fill.around().await;
    let small = |(place, standard): (usize, Standard)| Standard {
        publishers: standard.publishers.into_iter().take(1).collect(),
        committee: Some(standard.committee.unwrap_or(place % COMMITTEES)),
        issues: Vec::new(),
        subject: standard.subject.or_else(|| Some("35.030".to_owned())),
        ..standard
    };
    let standards = Standards::new(&fill.words, &organisations).take(size).enumerate().map(small).collect();
    app.close().await;
    Arc::new(Wanted { standards, keys })
}

/// Stands for a key that is given within the transaction.
const NEW: i64 = 0;

impl Wanted {
    fn batches(&self) -> impl Iterator<Item = Vec<Draft>> {
        let draft = |standard| standard_draft(standard, NEW, &self.keys);
        self.standards.chunks(BATCH).map(move |batch| batch.iter().map(draft).collect())
    }
}

/// How long each transaction took, drafts and all.
pub async fn write(config: Config, wanted: Arc<Wanted>) -> Vec<Duration> {
    let app = App::open(config).await.expect("the database can be opened");
    let fill = Fill::new(&app);
    let mut took = Vec::new();
    let mut batches = wanted.batches();
    loop {
        let started = Instant::now();
        let Some(mut drafts) = batches.next() else { break };
        let mut write = fill.begin().await;
        for draft in &mut drafts {
            draft.id = write.new_id();
        }
        put(&mut write, drafts).await.expect("standards can be written");
        write.save().await.expect("the write can be saved");
        took.push(started.elapsed());
    }
    app.close().await;
    took
}

/// The same, with drafts that another thread has made ready. How long each transaction took with the wait for them.
pub async fn write_prepared(config: Config, wanted: Arc<Wanted>) -> Vec<Duration> {
    let app = App::open(config).await.expect("the database can be opened");
    let fill = Fill::new(&app);
    let (send, mut batches) = mpsc::channel::<Vec<Prepared>>(2);
    let prepare = tokio::task::spawn_blocking(move || {
        for drafts in wanted.batches() {
            let prepared = drafts.into_iter().map(Draft::prepare).collect();
            send.blocking_send(prepared).expect("they are waited for");
        }
    });
    let mut took = Vec::new();
    loop {
        let started = Instant::now();
        let Some(drafts) = batches.recv().await else { break };
        let mut write = fill.begin().await;
        let keyed = |draft: Prepared| {
            let id = write.new_id();
            draft.map_keys(|key| if key == NEW { id } else { key })
        };
        let drafts = drafts.into_iter().map(keyed).collect();
        put_prepared(&mut write, drafts).await.expect("standards can be written");
        write.save().await.expect("the write can be saved");
        took.push(started.elapsed());
    }
    prepare.await.expect("all drafts are made");
    app.close().await;
    took
}
