//! A log fixed for good: if any of this changes, every receipt ever issued is void.

use greenlane_log::cosign;

use crate::{Log, ORIGIN, entry, key};

const CHECKPOINTS: [(u64, &str); 5] = [
    (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (1, "7dda6f1c8f314804dc94d95eee1983166fb0ce09b780ed8ffcb4d136e213f400"),
    (255, "d891a6ac0bfc83898f580c4797137755655843c1884bdf359c83668b1d76940a"),
    (256, "dca07c93bdbb99d280d41cda35949059e7991380d06e1903cd95c67cbd4993da"),
    (66_000, "9ed36cc8f2f0a841eae4f5c172b49d00187ff21f84c3a458b34990ae15e8adb2"),
];

#[test]
fn roots_stay() {
    let mut log = Log::default();
    for (size, root) in CHECKPOINTS {
        while log.tree.size() < size {
            log.append(&entry(log.tree.size()));
        }
        assert_eq!(log.tree.root().to_string(), root, "{size}");
    }
}

#[test]
fn notes_stay() {
    let log = Log::of(3);
    let note = cosign(&log.checkpoint().sign(&key(ORIGIN, 1)), &key("witness.example/w1", 2), 1_767_225_600)
        .unwrap();
    assert_eq!(
        key(ORIGIN, 1).vkey().to_string(),
        "customs.example/log+6576d9c6+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
    );
    assert_eq!(
        note,
        "customs.example/log\n\
         3\n\
         HRELY0sO9jdcPlhm05FSEYmiTiLXSTY4YT+28k2U878=\n\n\
         — customs.example/log ZXbZxtB1Xp8S8g3xfQKRdW5qnN+1ZlfW0RhiZj2B/HwjDq2CtIkfG0zqNh/Z9HHXTokEM6s4NjNpNk3fA29CbEvtrgI=\n\
         — witness.example/w1 3xwKNQAAAABpVbkAkpBGZygd/E8xCczruf19nTVPhr7dMt6xiXwAk2grAIhcTdBBkiAs4I7wjb4lIy6m0W+YrbIf1e3bC2XvWzS2Dw==\n"
    );
}
