//! What every store must do, as properties to run against it.
//!
//! A store's tests say where a fresh one lives ([`Place`]) and let [`conformance!`](crate::conformance!)
//! make one test of each property:
//!
//! ```ignore
//! store::conformance!(Directory::fresh());
//! ```
//!
//! A property fails by panicking, as a test does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test suite")]

mod build;
mod cases;
mod dossiers;
mod journal;
mod lists;
mod looks;
mod models;
mod money;
mod papers;
mod participants;
mod people;
mod powers;
mod standing;
mod whole;
mod worlds;

pub use cases::*;
pub use dossiers::*;
pub use journal::*;
pub use lists::*;
pub use looks::*;
pub use models::*;
pub use money::*;
pub use papers::*;
pub use participants::*;
pub use people::*;
pub use powers::*;
pub use standing::*;
pub use whole::*;
pub use worlds::*;

use crate::{Result, Store, StoreError, Transaction};

/// Where one store lives: nothing is in it at first, and it goes away when this is dropped.
pub trait Place {
    /// Opens the store that lives here. The one opened before was dropped.
    fn open(&self) -> Box<dyn Store>;
}

/// Makes a `#[test]` of every property; the expression gives a fresh [`Place`] to each.
#[macro_export]
macro_rules! conformance {
    ($place:expr) => {
        $crate::conformance! { $place;
            work_that_fails_keeps_nothing
            a_failure_that_is_ignored_fails_the_transaction
            work_that_panics_keeps_nothing_and_the_store_goes_on
            readers_see_whole_transactions_only
            reopening_gives_the_same
            a_case_comes_back_as_it_was
            a_case_moves_on
            the_same_bytes_of_the_same_filer_are_one_case
            a_registration_number_is_given_once
            an_identifier_tells_the_time_of_filing
            a_document_comes_back_to_the_bit
            states_are_counted
            filters_select_what_they_say
            pages_neither_repeat_nor_miss_while_cases_come_in
            the_most_urgent_is_due_first
            the_oldest_is_assigned_first
            money_wakes_the_payers_cases
            balances_stay_above_zero_and_add_up_to_zero
            what_is_no_posting_is_refused
            money_moves_as_often_as_it_likes_in_one_transaction
            a_payment_document_is_booked_once
            accounts_are_recomputed_from_their_postings
            guarantees_are_registered_once_and_end_once
            serials_only_rise
            steps_follow_one_another
            steps_of_the_system_have_no_case
            a_checkpoint_is_replaced_by_a_larger_one
            tiles_are_stored_once
            officers_keep_shift_and_load
            users_are_replaced
            sessions_end
            secrets_are_kept_once
            participants_are_replaced
            what_is_known_of_a_trader_is_replaced
            facts_are_only_added
            a_fact_is_annulled_once
            acts_on_a_standing_are_only_added
            who_read_what_is_told_newest_first
            participants_are_listed_by_number
            a_mark_is_kept_once_with_its_first_and_last_case
            the_flow_of_a_declarants_cases_adds_up
            what_came_of_looks_at_a_declarant_adds_up
            who_read_a_participants_file_is_told_newest_first
            a_decision_on_value_is_recorded_once
            datasets_are_kept_once
            a_world_is_kept_and_current
            worlds_are_found_by_moment_and_by_name
            imports_are_kept_in_order_and_taken_back_once
            outcomes_add_up
            a_paper_waits_for_its_declaration
            what_came_of_looks_is_kept_and_added_up
            what_is_recorded_anew_counts_once
            what_was_withdrawn_from_under_a_look_is_found
            subscriptions_remember_how_far_they_are
            a_power_is_kept_once_and_revoked_once
            powers_are_found_by_who_has_a_part_in_them
            versions_and_acts_of_a_profile_are_only_added
            profiles_are_found_by_how_they_stand
            who_read_a_profile_is_told_newest_first
            models_and_acts_on_them_are_only_added
        }
    };
    ($place:expr; $($property:ident)+) => {
        $(
            #[test]
            fn $property() {
                $crate::conformance::$property(&$place);
            }
        )+
    };
}

/// Runs work that must succeed.
#[track_caller]
fn done(store: &dyn Store, mut work: impl FnMut(&mut dyn Transaction) -> Result<()>) {
    store.transact(&mut work).expect("the transaction goes through");
}

/// Runs work that must meet a conflict.
#[track_caller]
fn conflicts(store: &dyn Store, mut work: impl FnMut(&mut dyn Transaction) -> Result<()>) {
    let refused = store.transact(&mut work);
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "a conflict is expected, not {refused:?}");
}

#[cfg(test)]
mod tests {
    /// A property that is written but not listed would never run.
    #[test]
    fn every_property_is_listed() {
        let listed = include_str!("conformance.rs");
        let sources = [
            include_str!("conformance/cases.rs"),
            include_str!("conformance/dossiers.rs"),
            include_str!("conformance/journal.rs"),
            include_str!("conformance/lists.rs"),
            include_str!("conformance/money.rs"),
            include_str!("conformance/papers.rs"),
            include_str!("conformance/people.rs"),
            include_str!("conformance/powers.rs"),
            include_str!("conformance/whole.rs"),
            include_str!("conformance/worlds.rs"),
        ];
        let mut properties = 0;
        for line in sources.iter().flat_map(|source| source.lines()) {
            let Some((name, _)) = line.strip_prefix("pub fn ").and_then(|rest| rest.split_once('(')) else {
                continue;
            };
            properties += 1;
            assert!(listed.contains(&format!("\n            {name}\n")), "{name} is not listed");
        }
        assert!(properties > 30, "{properties}");
    }
}
