//! Small standards, each with a publisher, a committee, a subject and a citation, written as imports do.

use std::sync::Arc;

use api::app::App;
use api::config::Config;
use api::store::{Draft, Prepared, put, put_prepared};

use crate::BATCH;
use crate::fill::{Fill, Keys, standard_draft};
use crate::records::{COMMITTEES, Standard, Standards};

/// Stands for a key that is given within the transaction.
const NEW: i64 = 0;

/// Standards, and the keys of what they lead to.
pub struct Wanted {
    standards: Vec<Standard>,
    keys: Keys,
}

impl Wanted {
    fn drafts(&self, batch: usize) -> Vec<Draft> {
        let standards = self.standards.chunks(BATCH).nth(batch).unwrap_or_default();
        standards.iter().map(|standard| standard_draft(standard, NEW, &self.keys)).collect()
    }

    fn prepared(&self, batch: usize) -> Vec<Prepared> {
        self.drafts(batch).into_iter().map(Draft::prepare).collect()
    }
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

/// One of the ways to write them.
pub struct ThroughWrite {
    app: Arc<App>,
    wanted: Arc<Wanted>,
    /// What another thread has made ready for the next batch, where one does.
    next: Option<Vec<Prepared>>,
}

impl ThroughWrite {
    pub async fn open(config: Config, wanted: &Arc<Wanted>, prepares: bool) -> Self {
        let app = App::open(config).await.expect("the database can be opened");
        Self { app, wanted: Arc::clone(wanted), next: prepares.then(|| wanted.prepared(0)) }
    }

    /// Writes a batch; where another thread prepares, it prepares the following one meanwhile.
    pub async fn write(&mut self, batch: usize) {
        let mut write = Fill::new_write(&self.app).await;
        if let Some(prepared) = self.next.take() {
            let wanted = Arc::clone(&self.wanted);
            let following = tokio::task::spawn_blocking(move || wanted.prepared(batch + 1));
            let keyed = |draft: Prepared| {
                let id = write.new_id();
                draft.map_keys(|key| if key == NEW { id } else { key })
            };
            let prepared = prepared.into_iter().map(keyed).collect();
            put_prepared(&mut write, prepared).await.expect("standards can be written");
            write.save().await.expect("the write can be saved");
            self.next = Some(following.await.expect("drafts can be prepared"));
        } else {
            let mut drafts = self.wanted.drafts(batch);
            for draft in &mut drafts {
                draft.id = write.new_id();
            }
            put(&mut write, drafts).await.expect("standards can be written");
            write.save().await.expect("the write can be saved");
        }
    }

    pub async fn close(self) {
        self.app.close().await;
    }
}
