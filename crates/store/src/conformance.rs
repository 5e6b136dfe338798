//! What every store must do: run by the tests of each store.
