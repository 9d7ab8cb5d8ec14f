// Decision forests: the flattened layout, the obvious walk over it and the fast ones. It sums leaves to margins and
// knows nothing of model files or objectives. Prediction neither allocates nor changes the forest, so one forest may
// serve several threads.
#ifndef HP_FOREST_H
#define HP_FOREST_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Whose arithmetic the forest follows, so that margins equal that library's own.
enum {
    /// Goes left when `x < threshold` in single precision; a category inside the set goes right; leaves are added
    /// in single precision.
    HP_FOREST_XGBOOST = 1,
    /// Goes left when `x <= threshold` in double precision, where values within 1e-35 of zero count as zero and the
    /// threshold may be infinite; a category inside the set goes left; leaves are added in double precision.
    HP_FOREST_LIGHTGBM = 2,
};

/// Bits of `hp_forest_node.flags`.
enum {
    HP_FOREST_LEAF = 0x01,
    /// A missing value goes left; without the bit it goes right.
    HP_FOREST_DEFAULT_LEFT = 0x02,
    /// Asks whether the value, cut to an integer, is in the node's set of categories.
    HP_FOREST_CATEGORICAL = 0x04,
};

/// Which values a split treats as missing.
enum {
    /// NaN takes the default direction.
    HP_FOREST_MISSING_NAN = 0,
    /// NaN and values within 1e-35 of zero take the default direction. LightGBM only.
    HP_FOREST_MISSING_ZERO = 1,
    /// Nothing is missing: NaN is read as zero. LightGBM only.
    HP_FOREST_MISSING_NONE = 2,
};

/// One node as the plain walk reads it. 32 bytes.
typedef struct hp_forest_node {
    double value;       ///< split: the threshold exactly as the model has it; leaf: its output
    uint32_t left;      ///< split: index of the left child; the right child lies directly behind it
    uint32_t feature;   ///< split: column of the row
    uint32_t set_start; ///< categorical split: first word of its bit set, least significant bit first
    uint32_t set_words; ///< categorical split: words of its bit set; categories beyond are outside the set
    uint8_t flags;
    uint8_t missing;
    uint8_t padding[6];
} hp_forest_node;

_Static_assert(sizeof(hp_forest_node) == 32, "two nodes are one cache line");

/// One tree: a run of nodes in breadth-first order, the root first, so that the children of the k-th split of the tree
/// lie at 1 + 2k and 2 + 2k from the root. Trees lie behind each other without gaps. 12 bytes.
typedef struct hp_forest_tree {
    uint32_t first_node;
    uint32_t node_count;
    uint32_t group; ///< which margin of the row the tree adds to
} hp_forest_tree;

_Static_assert(sizeof(hp_forest_tree) == 12, "trees are packed");

/// What a forest is built from; nothing of it is needed after `hp_forest_create`.
typedef struct hp_forest_description {
    const hp_forest_node *nodes;
    const hp_forest_tree *trees; ///< in the model's own order, which is the order of the sums
    const uint32_t *set_words;   ///< bit sets of the categorical splits
    const double *base;          ///< one margin a group, the value that sums start from
    uint32_t node_count;
    uint32_t tree_count;
    uint32_t set_word_count;
    uint32_t feature_count; ///< values a row
    uint32_t group_count;   ///< margins a row
    uint32_t arithmetic;    ///< HP_FOREST_XGBOOST or HP_FOREST_LIGHTGBM
} hp_forest_description;

/// A built forest; its inside is private.
typedef struct hp_forest hp_forest;

/// How the trees are walked. All walks give the same bits.
enum {
    /// A branch a split. Every forest has it.
    HP_FOREST_WALK_PLAIN = 1,
    /// Sixteen trees side by side, without branches. Not for categorical splits, for features whose zeros are missing
    /// in
    /// one split and not in another, above 1,024 features, 65,536 nodes a tree, or 64 splits on a path.
    HP_FOREST_WALK_INTERLEAVED = 2,
    /// 32 trees in the bytes of a register, on a quantised row. Needs AVX2. Not for categorical splits, above 256 sets
    /// of
    /// 254 thresholds (a feature takes one set or more), or trees of more than about 200 splits.
    HP_FOREST_WALK_LANES = 3,
};

/// Builds a forest and chooses its walk: the one that costs the fewest instructions. Takes some milliseconds for a
/// thousand trees.
///
/// Returns 0 and the forest; -EINVAL when the description is inconsistent (nodes that do not lie as described, a
/// feature, set or group out of range, a leaf, base or XGBoost threshold that is not finite) or a count is out of range
/// (trees up to 2^20, nodes up to 2^26, features up to 2^20, 1 to 2^16 groups, set words up to 2^24); -ENOMEM.
int hp_forest_create(const hp_forest_description *description, hp_forest *_Nullable *_Nonnull forest);

/// Frees all; harmless on NULL.
void hp_forest_destroy(hp_forest *_Nullable forest);

/// Whether this processor can run HP_FOREST_WALK_LANES.
int hp_forest_has_lanes(void);

/// The walk that `hp_forest_predict` takes: HP_FOREST_WALK_...
int hp_forest_walk(const hp_forest *forest);

/// Margins of one row: `row` holds the forest's feature count of values, `margins` gets its group count. Sums of
/// HP_FOREST_XGBOOST are single precision, widened.
void hp_forest_predict(const hp_forest *forest, const float *row, double *margins);

/// The same for `row_count` rows behind each other, `margins` row by row.
void hp_forest_predict_rows(const hp_forest *forest, const float *rows, size_t row_count, double *margins);

/// The same for one row by a walk of the caller's choice, for comparisons: HP_FOREST_WALK_PLAIN is the obvious twin
/// that the fast walks must equal bit for bit. Returns 0, or -ENOTSUP when the forest has no such walk or, by
/// HP_FOREST_WALK_LANES, the row's missing values have no place in it.
int hp_forest_predict_by(const hp_forest *forest, int walk, const float *row, double *margins);

#pragma clang assume_nonnull end

#endif
