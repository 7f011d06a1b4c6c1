//! Taking over what was answered without an account, and who may open it then.

use affiant_backend::{Lookup, SessionId, SessionStore as _};

use super::support::{NOW, OTHER, PASSWORD, World};
use crate::TakenOver;

#[tokio::test]
async fn a_session_that_was_taken_over_opens_for_its_person_and_no_longer_for_its_token() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await;
    let eve = it.person("eve@example.com", OTHER, NOW + 1).await;
    let token = it.visitor(3, "forty-two").await;
    let done = it.it.take_over(&ada.person, &token, NOW).await.unwrap();
    assert_eq!(done, TakenOver::Done(SessionId([3; 16])));
    assert_eq!(it.read(&ada.person, 3, NOW).await.as_deref(), Some("forty-two"));
    assert_eq!(it.read(&eve.person, 3, NOW).await, None);
    assert!(it.store.find(&Lookup(token.lookup())).await.unwrap().is_none());
    let again = it.it.take_over(&eve.person, &token, NOW).await.unwrap();
    assert_eq!(again, TakenOver::Gone);
    let listed = it.it.interviews(&ada.person, NOW).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(it.it.interviews(&eve.person, NOW).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_its_owner_deletes_a_session_and_then_nothing_opens_it() {
    let it = World::new().await;
    let ada = it.person("ada@example.com", PASSWORD, NOW).await;
    let eve = it.person("eve@example.com", OTHER, NOW + 1).await;
    it.it.take_over(&ada.person, &it.visitor(3, "forty-two").await, NOW).await.unwrap();
    let id = SessionId([3; 16]);
    assert!(!it.it.delete_session(&eve.person, id, NOW).await.unwrap());
    assert_eq!(it.read(&ada.person, 3, NOW).await.as_deref(), Some("forty-two"));
    assert!(it.it.delete_session(&ada.person, id, NOW).await.unwrap());
    assert_eq!(it.read(&ada.person, 3, NOW).await, None);
    assert!(it.it.interviews(&ada.person, NOW).await.unwrap().is_empty());
}
