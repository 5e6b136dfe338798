//! The log as foreign verifiers see it, and receipts.

use axum::http::header;
use log::{Checkpoint, Hash, Receipt, Tree, Vkey};
use store::Role;

use crate::service::{Actor, Service, fixture};

/// One more leaf than a full tile holds.
const FILED: usize = 257;

async fn key_and_checkpoint(service: &Service) -> (Vkey, Checkpoint) {
    let vkey: Vkey = service.get(&Actor::nobody(), "/log/vkey").await.text().trim().parse().unwrap();
    let note = service.get(&Actor::nobody(), "/log/checkpoint").await.text().to_owned();
    let checkpoint = Checkpoint::open(&note, &vkey).unwrap();
    (vkey, checkpoint)
}

#[tokio::test]
async fn tiles_make_the_tree_of_the_signed_checkpoint() {
    let service = Service::new();
    let document = fixture("export.json");
    let (tell, told) = std::sync::mpsc::channel();
    for nth in 0..FILED {
        // Only the bytes differ: white space at the end is no other declaration, but another document.
        let bytes = format!("{document}{}", " ".repeat(nth)).into_bytes();
        let tell = tell.clone();
        let submission = centre::Submission {
            bytes,
            account: "test".to_owned(),
            standing: centre::Standing::Operator,
            ..Default::default()
        };
        service.centre.submit_then(submission, move |outcome| tell.send(outcome.is_ok()).unwrap());
    }
    assert_eq!((0..FILED).filter(|_| told.recv().unwrap()).count(), FILED);

    let (_, checkpoint) = key_and_checkpoint(&service).await;
    assert!(checkpoint.size >= FILED as u64);
    let mut tree = Tree::new();
    let mut entries = Vec::new();
    for path in log::tiles_of(0, checkpoint.size).filter(|path| path.content == log::Content::Hashes(0)) {
        let tile = service.get(&Actor::nobody(), &format!("/log/{path}")).await;
        assert_eq!(tile.bytes.len(), usize::from(path.width) * 32, "{path}");
        assert!(tile.header(header::CACHE_CONTROL).contains("immutable"));
        for leaf in tile.bytes.chunks_exact(32) {
            tree.append(Hash::from_slice(leaf).unwrap());
        }
        let bundle = path.to_string().replace("tile/0/", "/log/tile/entries/");
        let bundle = service.get(&Actor::nobody(), &bundle).await.bytes;
        entries.extend(bundle.chunks_exact(34).map(|entry| {
            assert_eq!(entry[..2], [0, 32]);
            Hash::from_slice(&entry[2..]).unwrap()
        }));
        let leaves = tile.bytes.chunks_exact(32).map(|leaf| Hash::from_slice(leaf).unwrap());
        for (leaf, entry) in leaves.zip(&entries[entries.len() - usize::from(path.width)..]) {
            assert_eq!(leaf, log::leaf_hash(entry));
        }
    }
    assert_eq!((tree.size(), tree.root()), (checkpoint.size, checkpoint.root));

    // The level above holds the root of the full tile; what the tree has not is not there.
    let above = service.get(&Actor::nobody(), "/log/tile/1/000.p/1").await;
    assert_eq!(above.bytes.len(), 32);
    for absent in
        ["/log/tile/0/001.p/200", "/log/tile/0/002", "/log/tile/2/000.p/1", "/log/tile/0/1", "/log/tile/x"]
    {
        assert_eq!(service.get(&Actor::nobody(), absent).await.problem().0, 404, "{absent}");
    }
}

#[tokio::test]
async fn a_receipt_proves_the_case_without_the_service() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let (document, _) = service.declaration(0);
    let filed = service.file(&admin, &document).await.json();
    let id = filed["id"].as_str().unwrap();
    let answer = service.get(&Actor::nobody(), &format!("/api/v1/declarations/{id}/receipt")).await;
    assert!(answer.header(header::CONTENT_DISPOSITION).contains(".receipt.txt"));
    let (vkey, _) = key_and_checkpoint(&service).await;
    let verified = Receipt::parse(answer.text()).unwrap().verify(Some(&vkey)).unwrap();
    assert_eq!(verified.case_id, id);
    assert_eq!(verified.number.as_deref(), filed["number"].as_str());
    assert_eq!(verified.document_sha256, Hash::of(document.as_bytes()));
}
