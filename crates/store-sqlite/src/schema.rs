//! Whose database it is, and how it gets the schema this version wants.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::cases;
use crate::failure::{Result, damaged};

/// The mark of a database of this program in its header: "GLan" in ASCII.
pub const APPLICATION_ID: i64 = 0x474C_616E;

/// What leads from an empty database to the wanted schema, in order. Forward only: a migration that
/// has been released is never changed, a new one is appended.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_papers.sql"),
    include_str!("migrations/0003_powers.sql"),
    include_str!("migrations/0004_imports.sql"),
    include_str!("migrations/0005_accounts.sql"),
    include_str!("migrations/0006_security.sql"),
    include_str!("migrations/0007_looks.sql"),
    include_str!("migrations/0008_profiles.sql"),
    include_str!("migrations/0009_participants.sql"),
    include_str!("migrations/0010_facts.sql"),
    include_str!("migrations/0011_models.sql"),
    include_str!("migrations/0012_links.sql"),
];

/// Checks that the database is this program's, and brings its schema up to date.
pub fn prepare(connection: &mut Connection) -> Result<()> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = migrations_done(&change)?;
    let ahead = MIGRATIONS.get(done..).ok_or_else(|| {
        damaged(format!("schema version {done} is from a later version of this program; use that one"))
    })?;
    for migration in ahead {
        change.execute_batch(migration)?;
    }
    if !ahead.is_empty() {
        change.pragma_update(None, "application_id", APPLICATION_ID)?;
        change.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    }
    cases::put_states(&change)?;
    change.commit()?;
    Ok(())
}

fn migrations_done(change: &Transaction<'_>) -> Result<usize> {
    let pragma = |name| change.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let tables: i64 = change.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    match (application, tables) {
        (APPLICATION_ID, _) => {
            usize::try_from(version).map_err(|_| damaged(format!("schema version {version} makes no sense")))
        }
        (0, 0) => Ok(0),
        _ => Err(damaged("the database was not made by this program")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything in a database that has a definition, blanks aside.
    fn definitions(connection: &Connection) -> Vec<(String, String)> {
        let sql = "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
        rows.map(|row| {
            row.map(|(name, sql)| {
                // A column that a migration adds is written behind the last line.
                let sql = sql.replace(',', " , ").replace('(', " ( ").replace(')', " ) ");
                (name, sql.split_whitespace().collect::<Vec<_>>().join(" "))
            })
            .unwrap()
        })
        .collect()
    }

    #[test]
    fn migrations_lead_to_the_wanted_schema() {
        let mut migrated = Connection::open_in_memory().unwrap();
        prepare(&mut migrated).unwrap();
        let wanted = Connection::open_in_memory().unwrap();
        wanted.execute_batch(include_str!("schema.sql")).unwrap();
        assert_eq!(definitions(&migrated), definitions(&wanted));
        assert!(definitions(&wanted).len() > 30);
    }

    #[test]
    fn every_statement_fits_the_schema() {
        let mut connection = Connection::open_in_memory().unwrap();
        prepare(&mut connection).unwrap();
        let files = [
            include_str!("queries/cases.sql"),
            include_str!("queries/dossiers.sql"),
            include_str!("queries/guarantees.sql"),
            include_str!("queries/journal.sql"),
            include_str!("queries/ledger.sql"),
            include_str!("queries/models.sql"),
            include_str!("queries/looks.sql"),
            include_str!("queries/papers.sql"),
            include_str!("queries/participants.sql"),
            include_str!("queries/people.sql"),
            include_str!("queries/powers.sql"),
            include_str!("queries/standing.sql"),
            include_str!("queries/worlds.sql"),
        ];
        for file in files {
            for part in file.split("-- :").skip(1) {
                let (name, sql) = part.split_once('\n').unwrap();
                // The one that waits for its condition.
                let sql = if name == "select" { format!("{sql} true") } else { sql.to_owned() };
                connection.prepare(&sql).unwrap_or_else(|why| panic!("{name}: {why}"));
            }
        }
    }

    #[test]
    fn a_foreign_or_later_database_is_left_alone() {
        let refused = |setup: &str| {
            let mut connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(setup).unwrap();
            let failure = prepare(&mut connection).unwrap_err();
            assert!(matches!(failure.at("data"), store::StoreError::Damaged(_)), "{setup}");
        };
        refused("CREATE TABLE somebody_elses (x)");
        refused("PRAGMA application_id = 42");
        refused(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1000"));
        refused(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = -1"));
    }

    #[test]
    fn preparing_again_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        prepare(&mut connection).unwrap();
        let before = definitions(&connection);
        prepare(&mut connection).unwrap();
        assert_eq!(before, definitions(&connection));
    }
}
