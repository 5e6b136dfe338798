//! Profiles on trial from the command line: on a data directory, and on a running centre.

use serde_json::Value;

use crate::distribution::{PASSWORD, token};
use crate::papers::EVERYTHING;
use crate::running::{Server, greenlane, greenlane_told, text};

#[test]
fn a_profile_is_tried_on_what_was_filed_here_and_on_a_running_centre() {
    let dir = tempfile::tempdir().unwrap();
    let (outbox, data) = (dir.path().join("outbox"), dir.path().join("data"));
    greenlane(["generate", "6", "--seed", "7", "--items", "2", "--out", text(&outbox)]).ended(0);
    let anchors = outbox.join("authority.pem");
    let submit = ["submit", text(&outbox), "--data", text(&data), "--anchors", text(&anchors)];
    assert!(greenlane(submit).code <= 1);
    let profile = dir.path().join("profile.toml");
    std::fs::write(&profile, EVERYTHING).unwrap();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (from, to) = (today.yesterday().unwrap().to_string(), today.tomorrow().unwrap().to_string());
    let trial = ["profile", "backtest", text(&profile), "--from", &from, "--to", &to, "--list", "100"];

    let words = greenlane(trial.iter().copied().chain(["--data", text(&data)])).ended(0).out;
    for said in ["declarations hit", "officers' hours", "known results", "1 of them made now", "-> red"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let told = greenlane(trial.iter().copied().chain(["--data", text(&data), "--json"])).ended(0).out;
    let here: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(here["hits"], here["declarations"], "the profile means everything");
    assert_eq!(here["segments_made"], 0);

    let user = ["user", "ana", "--role", "analyst", "--name", "Analyst", "--data", text(&data)];
    greenlane_told(&user, &format!("{PASSWORD}\n")).ended(0);
    let server = Server::start(&data);
    let session = token(&server.address, "ana");
    let there = ["--centre", &server.address, "--token", &session, "--json"];
    let told = greenlane(trial.iter().copied().chain(there)).ended(0).out;
    let there: Value = serde_json::from_str(&told).unwrap();
    for part in
        ["declarations", "items", "profiles", "hits", "lanes", "hours", "offices", "traders", "listed"]
    {
        assert_eq!(there[part], here[part], "{part}");
    }
    // Days the wrong way round are a user's mistake, here and there.
    let reversed = ["profile", "backtest", text(&profile), "--from", &to, "--to", &from];
    let wrong = greenlane(reversed.iter().copied().chain(["--centre", &server.address, "--token", &session]));
    assert!(wrong.ended(1).err.contains("the last day must not be before the first"));
}
