//! When a batch of reads starts. A clock cannot know when all keys of a level are there: waiting costs time at each
//! level, and not waiting may start a batch too early on another thread. So one task drives the execution and its
//! batches: a batch starts when the execution has nothing left to do without it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use async_graphql::runtime::Timer;
use futures_util::future::{BoxFuture, FutureExt, ready};
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::task::{FutureObj, Spawn, SpawnError};

/// The batches that one request has asked for and that have not started.
#[derive(Clone, Default)]
pub struct Turns {
    waiting: Arc<Mutex<Vec<FutureObj<'static, ()>>>>,
}

impl Turns {
    /// Runs an execution to its end and, whenever it waits, the batches it waits for.
    pub async fn drive<T>(&self, execution: impl Future<Output = T>) -> T {
        let mut execution = pin!(execution);
        let mut running = FuturesUnordered::new();
        poll_fn(|context| {
            loop {
                if let Poll::Ready(answer) = execution.as_mut().poll(context) {
                    return Poll::Ready(answer);
                }
                running.extend(self.take());
                // A batch that has ended may let the execution go on.
                if !matches!(running.poll_next_unpin(context), Poll::Ready(Some(()))) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn take(&self) -> Vec<FutureObj<'static, ()>> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Spawn for Turns {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        Ok(())
    }
}

impl Timer for Turns {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        ready(()).boxed()
    }
}
