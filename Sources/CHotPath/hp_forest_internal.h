// The inside of a forest, shared by the files that build it and walk it; not for users of hp_forest.h.
#ifndef HP_FOREST_INTERNAL_H
#define HP_FOREST_INTERNAL_H

#include "hp_forest.h"

enum {
    /// Alignment of every part of a forest, in bytes: a cache line.
    FOREST_ALIGNMENT = 64,
    /// Trees that walk side by side: enough loads in flight to hide a cache miss of each.
    FOREST_LANES = 16,
    /// Trees whose leaves are collected before they are added, so that trees may walk in another order than they sum.
    FOREST_BLOCK = 256,
    /// Widest row of the interleaved walk: it keeps the widened row on the stack.
    FOREST_INTERLEAVED_FEATURES = 1024,
    FOREST_INTERLEAVED_NODES = 65536,
    FOREST_INTERLEAVED_DEPTH = 64,
};

/// One node of the interleaved walk. 8 bytes. The next node is `delta + (wide[feature] > threshold)` places further,
/// where `wide` is the row, the negated row and, for some features, a 1 that is NaN where the value is missing.
///
/// A missing value is NaN and every comparison with NaN is false, so the child for missing values comes first: splits
/// that send it left compare the value itself and have the left child first; splits that send it right compare the
/// negated value and have the right child first. A split that only asks whether the value is there (threshold infinity,
/// missing goes right) compares the 1: no number is below minus infinity. A leaf has delta 0 and threshold infinity: it
/// leads to itself, so shallow trees may wait for deep ones without a branch.
typedef struct forest_step {
    float threshold;
    uint16_t feature;
    uint16_t delta;
} forest_step;

_Static_assert(sizeof(forest_step) == 8, "eight nodes are one cache line");

/// One tree of a bundle.
typedef struct forest_lane {
    uint32_t root; ///< index of its first step
    uint32_t slot; ///< place of its leaf within the block; FOREST_BLOCK or more for the empty lanes of a bundle
} forest_lane;

/// Walks that the interleaved kernel does together.
typedef struct forest_bundle {
    forest_lane lanes[FOREST_LANES];
    uint32_t depth; ///< splits on the longest path of these trees
    uint32_t reserved;
} forest_bundle;

struct hp_forest {
    // Cold: sizes, and what the plain walk reads.
    uint32_t walk;
    uint32_t arithmetic;
    uint32_t tree_count;
    uint32_t feature_count;
    uint32_t group_count;
    uint32_t zero_feature_count;
    uint32_t present_feature_count;
    uint32_t node_count;
    const hp_forest_tree *trees;
    const hp_forest_node *nodes;
    const uint32_t *set_words;
    const double *base;
    // What the interleaved walk reads.
    const forest_step *steps;         ///< step 0 is the leaf of the empty lanes; NULL when the walk does not suit
    const float *single_leaves;       ///< by step, HP_FOREST_XGBOOST
    const double *double_leaves;      ///< by step, HP_FOREST_LIGHTGBM
    const forest_bundle *bundles;     ///< of all blocks, block after block
    const uint32_t *zero_features;    ///< features whose zeros are missing
    const uint32_t *present_features; ///< features with a 1 behind the negated row, in the order of those
    // What the byte-lane walk reads; NULL when it does not suit.
    struct lanes_program *lanes;         ///< every row, or every row without missing values
    struct lanes_program *missing_lanes; ///< rows with missing values, where the other cannot place them
};

/// Margins of one row by the obvious walk.
void forest_predict_plain(const hp_forest *forest, const float *row, double *margins);

/// Margins of one row by the interleaved walk; only for forests that suit it.
void forest_predict_interleaved(const hp_forest *forest, const float *row, double *margins);

/// Memory for the parts that the interleaved walk reads.
typedef struct forest_parts {
    forest_step *steps;         ///< one a node and one more
    void *leaves;               ///< as many doubles
    forest_bundle *bundles;     ///< forest_bundle_count of them
    uint32_t *present_features; ///< one a feature
    uint32_t *order;            ///< one a node; free again after building
} forest_parts;

/// Fills the part of `forest` that the interleaved walk reads.
void forest_build_interleaved(hp_forest *forest, forest_parts parts);

/// The largest single-precision number that still goes left at a split: for any single-precision x, the split's own
/// comparison and `x <= bound` agree. Rounding to nearest instead would send rows on a threshold to the other leaf.
float forest_left_bound(const hp_forest_node *node, uint32_t arithmetic);

/// Splits on the longest path of a tree.
uint32_t forest_tree_depth(const hp_forest_node *nodes, const hp_forest_tree *tree);

/// Bundles of the whole forest: every block starts a new one.
static inline uint32_t forest_bundle_count(uint32_t tree_count) {
    uint32_t whole = tree_count / FOREST_BLOCK * (FOREST_BLOCK / FOREST_LANES);
    return whole + (tree_count % FOREST_BLOCK + FOREST_LANES - 1) / FOREST_LANES;
}

#endif
