//! Running the binary, and finding documents for it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_greenlane");

/// What a command printed and how it ended.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Every line of the output as JSON.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
    }

    /// Fails with everything printed unless the exit code is this one.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }
}

/// Runs `greenlane` with arguments, nothing on standard input.
pub fn greenlane<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Ran {
    let mut command = Command::new(BINARY);
    command.args(args).stdin(Stdio::null()).env_remove("GREENLANE_DATA").env_remove("GREENLANE_TO");
    Ran::of(command.output().unwrap())
}

/// Runs `greenlane` with something on standard input.
pub fn greenlane_told(args: &[&str], input: &str) -> Ran {
    let mut child = Command::new(BINARY)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

/// A running server, killed when dropped.
pub struct Server {
    child: Child,
    /// Such as `http://127.0.0.1:41234`.
    pub address: String,
}

impl Server {
    /// `greenlane serve` on a free port of the loopback address.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with further options.
    pub fn start_with(data: &Path, options: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", data, options)
    }

    /// The same at an address.
    pub fn start_at(listen: &str, data: &Path, options: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .args(["serve", "--listen", listen, "--data"])
            .arg(data)
            .args(options)
            .env("GREENLANE_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| {
                line.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned)
            })
            .expect("the server says where it listens");
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A fixture of the project's own.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wire/fixtures").join(name)
}

/// A folder of the corpus of real documents, or `None` and a line that says so.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GREENLANE_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = root.join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no corpus at {}", folder.display());
    None
}

/// A path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
