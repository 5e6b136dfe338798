//! The manifest: which datasets are in force above, in order, and what they lead to, signed.
//!
//! The text of the note, a line each:
//!
//! ```text
//! greenlane reference manifest/1
//! <origin: the name of the log whose key signs>
//! <number of the newest entry in the journal of imports>
//! <when the newest was made, RFC 3339 in UTC>
//! <hash of the reference they make, hexadecimal>
//! {"kind":"pack","jurisdiction":"eaeu-ru","valid_from":null,"source":"pack.toml","hash":"…"}
//! … one such object for each import in force, in the order of effect
//! ```
//!
//! It follows from the journal alone, so the same imports have the same text. No checkpoint is ever mistaken for
//! it, nor it for one: an origin has no spaces, and no number stands in the second line.

use std::cmp::Ordering;

use jiff::Timestamp;
use log::{KeyKind, LogKey, Note, NoteError, Vkey};
use reference::{ContentHash, DatasetEntry, Reference, effective};
use store::Import;

use crate::worlds::live;

/// The longest manifest read, in bytes: some forty thousand imports.
pub const MANIFEST_BYTES_MAX: usize = 8 << 20;

const FORM: &str = "greenlane reference manifest/1";

/// Why a manifest is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The note around it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is none.
    #[error("the note is no manifest of reference data that this program reads")]
    Malformed,
    /// It is of another node.
    #[error("the manifest is of another origin than the key")]
    OtherOrigin,
    /// The key is no log's.
    #[error("the key is of a witness; give the key of the log above, as its /log/vkey shows it")]
    WrongKind,
    /// The list does not lead to what it says.
    #[error("the list does not make the reference it names; both nodes have to run the same version")]
    OtherReference,
    /// A later one was taken before.
    #[error("the manifest is of {at}, a later one ({taken}) was taken before")]
    Older {
        /// When it was made.
        at: Timestamp,
        /// When the one that was taken was made.
        taken: Timestamp,
    },
    /// Two of one moment that differ.
    #[error("the manifest differs from another of the same moment that was taken before")]
    Forked,
}

/// Which of several manifests is the later one: by time, then by number. A clock that is set back does not take
/// the place of time, and a journal restored from a copy goes on with its next import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edition {
    /// When the newest import was made or taken back.
    pub at: Timestamp,
    /// Its number.
    pub sequence: u64,
}

/// What is in force above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The name of the log whose key signs.
    pub origin: String,
    /// Which one it is.
    pub edition: Edition,
    /// The hash of the reference the datasets make.
    pub reference: ContentHash,
    /// The imports in force, in the order of effect.
    pub datasets: Vec<DatasetEntry>,
}

fn hash_of(datasets: &[DatasetEntry]) -> ContentHash {
    Reference::hash_of(effective(datasets).iter().map(|set| &set.hash))
}

impl Manifest {
    /// What a journal of imports says.
    pub fn of_journal(origin: &str, imports: &[Import]) -> Self {
        let edition = Edition {
            at: imports.iter().map(|import| import.at).max().unwrap_or(Timestamp::UNIX_EPOCH),
            sequence: imports.last().map_or(0, |import| import.ordinal),
        };
        let datasets: Vec<DatasetEntry> = live(imports).into_iter().map(|(_, set)| set).collect();
        Self { origin: origin.to_owned(), edition, reference: hash_of(&datasets), datasets }
    }

    /// The text that is signed.
    pub fn body(&self) -> String {
        let Self { origin, edition: Edition { at, sequence }, reference, datasets } = self;
        let mut text = format!("{FORM}\n{origin}\n{sequence}\n{at}\n{reference}\n");
        for set in datasets {
            // Of words, a day and a hash: it cannot fail.
            text.push_str(&serde_json::to_string(set).unwrap_or_default());
            text.push('\n');
        }
        text
    }

    /// Reads that text.
    ///
    /// # Errors
    /// [`ManifestError::Malformed`], [`ManifestError::OtherReference`].
    pub fn from_body(text: &str) -> Result<Self, ManifestError> {
        let read = || {
            let mut lines = text.strip_suffix('\n')?.split('\n');
            if lines.next()? != FORM {
                return None;
            }
            let origin = lines.next()?.to_owned();
            let sequence = lines.next()?.parse().ok()?;
            let at = lines.next()?.parse().ok()?;
            let reference = lines.next()?.parse().ok()?;
            let datasets = lines.map(|line| serde_json::from_str(line).ok()).collect::<Option<_>>()?;
            let manifest = Self { origin, edition: Edition { at, sequence }, reference, datasets };
            // Written again it must be the same: one manifest has one text.
            (manifest.body() == text).then_some(manifest)
        };
        let manifest: Self = read().ok_or(ManifestError::Malformed)?;
        if hash_of(&manifest.datasets) == manifest.reference {
            Ok(manifest)
        } else {
            Err(ManifestError::OtherReference)
        }
    }

    /// It as a note signed by `key`, whose name must be the origin.
    pub fn sign(&self, key: &LogKey) -> String {
        let mut note = Note { text: self.body(), signatures: Vec::new() };
        note.sign(key);
        note.to_string()
    }

    /// The manifest in `note`, once `key` signed it and it names the same origin.
    ///
    /// # Errors
    /// One of [`ManifestError`] for each reason not to believe it.
    pub fn open(note: &str, key: &Vkey) -> Result<Self, ManifestError> {
        if key.kind() != KeyKind::Note {
            return Err(ManifestError::WrongKind);
        }
        let note = Note::read(note, MANIFEST_BYTES_MAX)?;
        note.verify(key)?;
        let manifest = Self::from_body(&note.text)?;
        if manifest.origin == key.name() { Ok(manifest) } else { Err(ManifestError::OtherOrigin) }
    }

    /// Whether it may follow on the one that was taken last, of which the edition and the hash of the text are
    /// known.
    ///
    /// # Errors
    /// [`ManifestError::Older`], [`ManifestError::Forked`].
    pub fn follows(&self, taken: &(Edition, log::Hash)) -> Result<(), ManifestError> {
        let (taken, text) = taken;
        match self.edition.cmp(taken) {
            Ordering::Greater => Ok(()),
            Ordering::Less => Err(ManifestError::Older { at: self.edition.at, taken: taken.at }),
            Ordering::Equal if self.hash() == *text => Ok(()),
            Ordering::Equal => Err(ManifestError::Forked),
        }
    }

    /// The hash of the text.
    pub fn hash(&self) -> log::Hash {
        log::Hash::of(self.body().as_bytes())
    }
}

/// How to come from one list of imports to another: some are taken back, some are imported after the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// Numbers of the imports to be taken back, with their datasets.
    pub undo: Vec<(u64, ContentHash)>,
    /// The datasets to be imported, in order.
    pub import: Vec<DatasetEntry>,
}

impl Steps {
    /// From what is in force here to what is in force above. An import goes to the end, so what stays is a
    /// beginning of the list above.
    pub fn between(own: &[(u64, DatasetEntry)], above: &[DatasetEntry]) -> Self {
        let mut wanted = above.iter().peekable();
        let mut undo = Vec::new();
        for (ordinal, set) in own {
            // Where it came from says nothing of what it is.
            if wanted.next_if(|next| next.hash == set.hash).is_none() {
                undo.push((*ordinal, set.hash));
            }
        }
        Self { undo, import: wanted.cloned().collect() }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.undo.is_empty() && self.import.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use reference::{Dataset, DatasetKind};

    use super::*;

    fn key(name: &str) -> LogKey {
        LogKey::from_pkcs8(name, &LogKey::generate().unwrap()).unwrap()
    }

    fn set(source: &str) -> DatasetEntry {
        let content = format!("code,origin,kind,rate\n{source}");
        Dataset::new(DatasetKind::Rates, "eaeu-ru", source, content).entry()
    }

    fn import(ordinal: u64, source: &str, undoes: Option<u64>) -> Import {
        let at = Timestamp::from_second(1_700_000_000 + i64::try_from(ordinal).unwrap()).unwrap();
        let dataset = set(source);
        Import { ordinal, at, actor: "anna".into(), world: dataset.hash, dataset, undoes }
    }

    fn journal() -> Vec<Import> {
        vec![
            import(1, "a", None),
            import(2, "b\n\"ы\u{1}", None),
            import(5, "a", Some(1)),
            import(7, "c", None),
        ]
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let key = key("top.example/log");
        let manifest = Manifest::of_journal("top.example/log", &journal());
        assert_eq!(manifest.edition.sequence, 7);
        assert_eq!(manifest.datasets, [set("b\n\"ы\u{1}"), set("c")]);
        let note = manifest.sign(&key);
        assert_eq!(Manifest::open(&note, &key.vkey()), Ok(manifest.clone()));
        assert_eq!(manifest.sign(&key), note, "one state has one note");
        assert!(
            note.starts_with("greenlane reference manifest/1\ntop.example/log\n7\n2023-11-14T22:13:27Z\n"),
            "{note}"
        );
        assert!(log::Checkpoint::open(&note, &key.vkey()).is_err());
        let empty = Manifest::of_journal("top.example/log", &[]);
        assert_eq!(Manifest::open(&empty.sign(&key), &key.vkey()), Ok(empty));
    }

    #[test]
    fn what_the_key_did_not_sign_is_refused() {
        let (own, stranger) = (key("top.example/log"), key("top.example/log"));
        let manifest = Manifest::of_journal("top.example/log", &journal());
        let note = manifest.sign(&own);
        let open = |note: &str, key: &LogKey| Manifest::open(note, &key.vkey()).unwrap_err();
        assert_eq!(open(&note, &stranger), ManifestError::Note(NoteError::NotSigned));
        assert_eq!(open(&note.replace("\n7\n", "\n8\n"), &own), ManifestError::Note(NoteError::BadSignature));
        let less: String = note
            .lines()
            .filter(|line| !line.contains(r#""source":"c""#))
            .fold(String::new(), |text, line| text + line + "\n");
        assert_eq!(open(&less, &own), ManifestError::Note(NoteError::BadSignature));
        assert_eq!(Manifest::open(&note, &own.cosigner_vkey()), Err(ManifestError::WrongKind));
        // Signed, but not what it says.
        let elsewhere = Manifest { origin: "other.example/log".into(), ..manifest.clone() };
        assert_eq!(open(&elsewhere.sign(&own), &own), ManifestError::OtherOrigin);
        let other = Manifest { reference: set("x").hash, ..manifest };
        assert_eq!(open(&other.sign(&own), &own), ManifestError::OtherReference);
        let checkpoint =
            log::Checkpoint { origin: "top.example/log".into(), size: 7, root: log::Hash([7; 32]) };
        assert_eq!(open(&checkpoint.sign(&own), &own), ManifestError::Malformed);
    }

    #[test]
    fn a_manifest_has_one_text() {
        let text = Manifest::of_journal("top.example/log", &journal()).body();
        for bad in [
            text.replace("\n7\n", "\n07\n"),
            text.replace("manifest/1", "manifest/2"),
            text.replace("27Z", "27.000Z"),
            text.replace(r#","hash""#, r#", "hash""#),
            text.replace(r#","hash""#, r#","more":1,"hash""#),
            format!("{text}\n"),
            text.trim_end().to_owned(),
            String::new(),
        ] {
            assert_eq!(Manifest::from_body(&bad), Err(ManifestError::Malformed), "{bad}");
        }
    }

    #[test]
    fn an_older_manifest_and_a_second_of_one_moment_do_not_follow() {
        let imports = journal();
        let of = |imports: &[Import]| Manifest::of_journal("top.example/log", imports);
        let (old, new) = (of(&imports[..3]), of(&imports));
        let taken = |manifest: &Manifest| (manifest.edition, manifest.hash());
        assert_eq!(new.follows(&taken(&old)), Ok(()));
        assert_eq!(new.follows(&taken(&new)), Ok(()));
        assert!(matches!(old.follows(&taken(&new)), Err(ManifestError::Older { .. })));
        let mut forked = imports.clone();
        forked[3].dataset = set("d");
        assert_eq!(of(&forked).follows(&taken(&new)), Err(ManifestError::Forked));
        // A clock above that was set back: the next import still follows.
        let mut back = imports.clone();
        back.push(Import { at: Timestamp::UNIX_EPOCH, ..import(9, "e", None) });
        assert_eq!(of(&back).follows(&taken(&new)), Ok(()));
        // A journal above that was restored from a copy: its next import has a lower number and a later time.
        let mut restored = imports[..3].to_vec();
        restored.push(Import { at: Timestamp::from_second(1_800_000_000).unwrap(), ..import(6, "e", None) });
        assert_eq!(of(&restored).follows(&taken(&new)), Ok(()));
    }

    #[test]
    fn steps_lead_from_any_list_to_any_other() {
        let names = ["a", "b", "c", "d"];
        let mut lists: Vec<Vec<&str>> = vec![Vec::new()];
        for length in 0..4 {
            let longer: Vec<Vec<&str>> = lists
                .iter()
                .filter(|list| list.len() == length)
                .flat_map(|list| names.map(|name| [list.as_slice(), &[name]].concat()))
                .collect();
            lists.extend(longer);
        }
        let sets = |list: &[&str]| list.iter().map(|name| set(name)).collect::<Vec<_>>();
        for own in lists.iter().filter(|list| list.len() < 4) {
            let own: Vec<(u64, DatasetEntry)> = (1..).zip(sets(own)).collect();
            for above in &lists {
                let above = sets(above);
                let steps = Steps::between(&own, &above);
                let stays =
                    own.iter().filter(|(ordinal, _)| !steps.undo.iter().any(|(undone, _)| undone == ordinal));
                let led_to: Vec<DatasetEntry> =
                    stays.map(|(_, set)| set.clone()).chain(steps.import.iter().cloned()).collect();
                assert_eq!(led_to, above);
                let same = own.len() == above.len() && own.iter().zip(&above).all(|((_, a), b)| a == b);
                assert_eq!(steps.is_empty(), same);
            }
        }
    }
}
