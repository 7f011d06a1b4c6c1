//! How many passwords are hashed at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::Admission;

#[tokio::test]
async fn no_more_run_at_once_than_there_are_permits() {
    let admission = Arc::new(Admission::with(2, 64, Duration::from_mins(5)));
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut all = JoinSet::new();
    for _ in 0..60 {
        let (admission, running, most) =
            (Arc::clone(&admission), Arc::clone(&running), Arc::clone(&most));
        all.spawn(async move {
            let work = move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
            };
            admission.run(work).await
        });
    }
    assert!(all.join_all().await.into_iter().all(|it| it.is_ok()));
    assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
}

#[tokio::test]
async fn who_finds_the_queue_full_is_told_at_once_when_to_come_back() {
    let admission = Arc::new(Admission::with(1, 1, Duration::from_mins(5)));
    let (end, ended) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let first = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move {
            let work = move || {
                let _ = begun.send(());
                ended.recv().is_err()
            };
            admission.run(work).await
        }
    });
    has_begun.await.expect("the first runs");
    // Polled once, so that it waits.
    let mut second = Box::pin(admission.run(|| ()));
    assert!(futures_now(second.as_mut()).await.is_none());
    let third = admission.run(|| ()).await;
    assert_eq!(third.map_err(|it| it.seconds), Err(10));
    drop(end);
    assert_eq!(first.await.expect("no panic"), Ok(true));
    assert_eq!(second.await, Ok(()));
}

#[tokio::test]
async fn who_goes_away_does_not_make_room_before_the_work_has_ended() {
    let admission = Arc::new(Admission::with(1, 0, Duration::from_mins(5)));
    let (end, ended) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let visitor = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move {
            let work = move || {
                let _ = begun.send(());
                ended.recv().is_err()
            };
            admission.run(work).await
        }
    });
    has_begun.await.expect("the first runs");
    visitor.abort();
    assert!(visitor.await.is_err());
    assert!(admission.run(|| ()).await.is_err());
    drop(end);
}

#[tokio::test]
async fn who_waits_too_long_is_told_when_to_come_back() {
    let admission = Arc::new(Admission::with(1, 4, Duration::ZERO));
    let (end, ended) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let first = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move {
            let work = move || {
                let _ = begun.send(());
                ended.recv().is_err()
            };
            admission.run(work).await
        }
    });
    has_begun.await.expect("the first runs");
    assert!(admission.run(|| ()).await.is_err());
    drop(end);
    assert_eq!(first.await.expect("no panic"), Ok(true));
}

/// The result of a future, if it has one now.
async fn futures_now<F: std::future::Future + Unpin>(mut future: F) -> Option<F::Output> {
    std::future::poll_fn(|ctx| match std::pin::Pin::new(&mut future).poll(ctx) {
        std::task::Poll::Ready(it) => std::task::Poll::Ready(Some(it)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}
