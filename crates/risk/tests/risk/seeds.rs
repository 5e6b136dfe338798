//! What the fuzzer of profiles begins with: every form a profile is written in.

use std::path::PathBuf;

use greenlane_risk::*;

#[test]
fn every_fuzz_target_has_profiles_to_begin_with() {
    let Some(folder) = std::env::var_os("GREENLANE_FUZZ_SEEDS").map(PathBuf::from) else {
        // Without a folder there is nothing to write, but the profiles are read all the same.
        return keep(&mut |_, text| assert!(parse_profile(text).is_ok()));
    };
    let folder = folder.join("risk_profile");
    std::fs::create_dir_all(&folder).unwrap();
    keep(&mut |name, text| std::fs::write(folder.join(name), text).unwrap());
}

fn keep(keep: &mut dyn FnMut(&str, &str)) {
    let mut count = 0;
    for place in ["fixtures", "../../packs/profiles"] {
        let folder = format!("{}/{place}", env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let toml = std::fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let json = serde_json::to_string_pretty(&parse_profile(&toml).unwrap()).unwrap();
            keep(&format!("{name}.toml"), &toml);
            keep(&format!("{name}.json"), &json);
            count += 1;
        }
    }
    assert!(count >= 14, "{count}");
}
