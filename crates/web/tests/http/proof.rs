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

/// The page of a case says in plain words who signed and what became of each step; the evidence proves it elsewhere.
#[tokio::test]
async fn a_seal_is_told_step_by_step_and_its_evidence_holds() {
    let service = Service::new();
    let admin = service.actor("admin", Role::Administrator);
    let (document, trader) = service.declaration(3);
    let filed = service.file(&admin, &document).await.json();
    let page = format!("/declarations/{}", filed["id"].as_str().unwrap());
    let answer = service.get_in("en", &admin, &page).await;
    assert!(answer.text().contains("Filed without a seal, through an account."), "{}", answer.text());

    let authority = seal::Authority::generate("Trial").unwrap();
    let anchors =
        reference::Dataset::new(reference::DatasetKind::Anchors, "", "trial", authority.certificate_pem());
    service.centre.import(anchors).unwrap();
    let now = jiff::Timestamp::now();
    let hour = jiff::SignedDuration::from_hours(1);
    let number = trader.number.to_string();
    let own = authority
        .issue("Declarant 7", None, Some(&number), seal::Algorithm::Gost256, (now - hour, now + hour))
        .unwrap();
    let mut others = (4..).map(|nth| service.declaration(nth));
    let (document, other) = others.find(|(_, other)| other.number != trader.number).unwrap();
    let other = authority
        .issue(
            "Declarant 8",
            None,
            Some(&other.number.to_string()),
            seal::Algorithm::Gost256,
            (now - hour, now + hour),
        )
        .unwrap();
    // Somebody else's signature under it, and a power of attorney nowhere.
    let stranger = seal::Sealer::new(&own).unwrap().enveloped(document.as_bytes()).unwrap();
    let refused = service.file(&Actor::nobody(), std::str::from_utf8(&stranger).unwrap()).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("GL-3031"), "{}", refused.text());
    let signed = seal::Sealer::new(&other).unwrap().enveloped(document.as_bytes()).unwrap();
    let signed = String::from_utf8(signed).unwrap();
    let filed = service.file(&Actor::nobody(), &signed).await;
    assert_eq!(filed.status, 201, "{}", filed.text());
    let page = format!("/declarations/{}", filed.json()["id"].as_str().unwrap());
    for (language, words) in [
        (
            "en",
            [
                "Signed by Declarant 8",
                "XML signature inside the document, gost-256",
                "was not revoked: not known",
            ],
        ),
        (
            "ru",
            ["Подписал Declarant 8", "подпись XML внутри документа, gost-256", "не был отозван: неизвестно"],
        ),
    ] {
        let answer = service.get_in(language, &admin, &page).await;
        for word in words {
            assert!(answer.text().contains(word), "{word}\n{}", answer.text());
        }
    }
    let evidence = service.get(&admin, &format!("/api/v1{page}/evidence")).await;
    assert_eq!(evidence.status, 200);
    let evidence: centre::Evidence = serde_json::from_value(evidence.json()).unwrap();
    let proven = evidence.open(None).unwrap();
    assert_eq!(proven.document, signed.as_bytes());
    let sealed = seal::Sealed::recognise(&proven.document, None).unwrap().unwrap();
    let opened = seal::Verifier::new(proven.trust).open(&sealed, proven.filed_at).unwrap();
    assert_eq!(opened.signer.common_name, "Declarant 8");
    // Whoever has no account here gets none of it, and a changed document is refused with its step.
    let stranger = service.get(&Actor::nobody(), &format!("/api/v1{page}/evidence")).await;
    assert_eq!(stranger.status, 401);
    let gross = signed.split("GrossWeightQuantity>").nth(1).unwrap().split('<').next().unwrap();
    let changed = signed.replacen(&format!(">{gross}<"), &format!(">1{gross}<"), 1);
    let refused = service.file(&Actor::nobody(), &changed).await;
    assert_eq!(refused.status, 401);
    let said = refused.json();
    assert_eq!(said["code"], "GL-3018");
    assert!(
        said["detail"].as_str().unwrap().starts_with("The step \"It covers this very document\" failed."),
        "{said}"
    );
}
