// The obvious walk: one branch a split, the model's own numbers. Slow and easy to check; also the walk of forests that
// the interleaved kernel does not take.
#include "hp_forest_internal.h"

#include <math.h>
#include <stdbool.h>

/// LightGBM's bound up to which a value counts as zero; a single-precision constant that it widens.
static const double ZERO_BOUND = 1e-35f;

/// From here on XGBoost calls a category invalid.
static const float CATEGORY_LIMIT = 16777216.0f;

static bool set_contains(const hp_forest *forest, const hp_forest_node *node, uint32_t category) {
    uint32_t word = category / 32;
    return word < node->set_words && (forest->set_words[node->set_start + word] >> (category % 32) & 1) != 0;
}

/// XGBoost: missing first, then the set (inside goes right, invalid goes left), then `x < threshold`.
static bool goes_left_xgboost(const hp_forest *forest, const hp_forest_node *node, float x) {
    if (isnan(x)) {
        return (node->flags & HP_FOREST_DEFAULT_LEFT) != 0;
    }
    if ((node->flags & HP_FOREST_CATEGORICAL) != 0) {
        bool is_valid = !(x < 0) && x < CATEGORY_LIMIT;
        return !is_valid || !set_contains(forest, node, (uint32_t)x);
    }
    return x < (float)node->value;
}

/// LightGBM: the set (inside goes left; NaN, negative and beyond 32 bits go right) or missing, then `x <= threshold`.
/// The library drops tiny values from a row before its trees see it, so they are zero here too.
static bool goes_left_lightgbm(const hp_forest *forest, const hp_forest_node *node, double x) {
    if ((node->flags & HP_FOREST_CATEGORICAL) != 0) {
        // Cutting to an integer makes 0 of everything above -1, as the library's own conversion does.
        return x > -1.0 && x < 2147483648.0 && set_contains(forest, node, (uint32_t)(int32_t)x);
    }
    if (fabs(x) <= ZERO_BOUND || (isnan(x) && node->missing != HP_FOREST_MISSING_NAN)) {
        x = 0.0;
    }
    bool is_missing = node->missing == HP_FOREST_MISSING_ZERO  ? x == 0.0
                      : node->missing == HP_FOREST_MISSING_NAN ? isnan(x)
                                                               : false;
    if (is_missing) {
        return (node->flags & HP_FOREST_DEFAULT_LEFT) != 0;
    }
    return x <= node->value;
}

void forest_predict_plain(const hp_forest *forest, const float *row, double *margins) {
    bool is_single = forest->arithmetic == HP_FOREST_XGBOOST;
    for (uint32_t group = 0; group < forest->group_count; group++) {
        margins[group] = forest->base[group];
    }
    for (uint32_t index = 0; index < forest->tree_count; index++) {
        const hp_forest_tree *tree = &forest->trees[index];
        const hp_forest_node *node = &forest->nodes[tree->first_node];
        while ((node->flags & HP_FOREST_LEAF) == 0) {
            float x = row[node->feature];
            bool left = is_single ? goes_left_xgboost(forest, node, x) : goes_left_lightgbm(forest, node, x);
            node = &forest->nodes[node->left + (left ? 0 : 1)];
        }
        double sum = margins[tree->group];
        margins[tree->group] = is_single ? (double)((float)sum + (float)node->value) : sum + node->value;
    }
}
