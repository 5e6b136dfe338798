//! What is bounded, and by how much. A file beyond a limit is refused with its name.

/// Bytes of a CSV file: half a million declarations of 200 bytes, five times over.
pub const CSV_BYTES_MAX: usize = 512 << 20;
/// Rows of a CSV file.
pub const ROWS_MAX: usize = 1_000_000;
/// Columns of a CSV file.
pub const COLUMNS_MAX: usize = 256;
/// Bytes of one field of a CSV file.
pub const FIELD_BYTES_MAX: usize = 1_024;
/// Faults told of one file; of the rest only their number.
pub const FAULTS_MAX: usize = 20;
/// Features of a model.
pub const FEATURES_MAX: usize = 64;
/// Bytes of a table of features.
pub const FEATURE_TABLE_BYTES_MAX: usize = 64 << 10;
/// Bytes of a model file.
pub const MODEL_BYTES_MAX: usize = 128 << 20;
/// Bytes of a model file, unpacked.
pub const MODEL_CONTENT_BYTES_MAX: u64 = 1 << 30;
/// Trees of a model.
pub const TREES_MAX: usize = 5_000;
/// Levels of a tree below its root.
pub const DEPTH_MAX: usize = 16;
/// Nodes of all trees of a model.
pub const NODES_MAX: usize = 16_000_000;
/// Bins of a feature: bins are 16-bit numbers, the highest two mean something else.
pub const BINS_MAX: usize = 65_000;
/// Distinct values of a category.
pub const CATEGORIES_MAX: usize = 500_000;
