// The interleaved walk: sixteen trees side by side, no branch that depends on the data. Sums are still taken in the
// model's own order, so the margins equal those of the plain walk bit for bit.
#include "hp_forest_internal.h"

#include <math.h>
#include <stdlib.h>

float forest_left_bound(const hp_forest_node *node, uint32_t arithmetic) {
    if (arithmetic == HP_FOREST_XGBOOST) {
        return nextafterf((float)node->value, -INFINITY);
    }
    float bound = (float)node->value;
    return (double)bound > node->value ? nextafterf(bound, -INFINITY) : bound;
}

static int missing_goes_left(const hp_forest_node *node) {
    return node->missing == HP_FOREST_MISSING_NONE ? 0.0 <= node->value : (node->flags & HP_FOREST_DEFAULT_LEFT) != 0;
}

/// The place in the widened row of a feature's 1; the list grows when the feature is new.
static uint32_t present_place(hp_forest *forest, uint32_t *present_features, uint32_t feature) {
    uint32_t index = 0;
    while (index < forest->present_feature_count && present_features[index] != feature) {
        index++;
    }
    if (index == forest->present_feature_count) {
        present_features[index] = feature;
        forest->present_feature_count++;
    }
    return 2 * forest->feature_count + index;
}

/// Writes the steps of one tree from `parts.steps[first]` on and its leaves at the same places.
static void build_tree(hp_forest *forest, const hp_forest_tree *tree, forest_parts parts, uint32_t first) {
    uint32_t *order = parts.order;
    uint32_t queued = 1;
    order[0] = tree->first_node;
    for (uint32_t index = 0; index < tree->node_count; index++) {
        const hp_forest_node *node = &forest->nodes[order[index]];
        forest_step *step = &parts.steps[first + index];
        if ((node->flags & HP_FOREST_LEAF) != 0) {
            *step = (forest_step){.threshold = INFINITY};
            if (forest->arithmetic == HP_FOREST_XGBOOST) {
                ((float *)parts.leaves)[first + index] = (float)node->value;
            } else {
                ((double *)parts.leaves)[first + index] = node->value;
            }
            continue;
        }
        float bound = forest_left_bound(node, forest->arithmetic);
        int left_first = missing_goes_left(node);
        if (left_first) {
            step->threshold = bound;
            step->feature = (uint16_t)node->feature;
        } else if (bound == INFINITY) {
            step->threshold = 0.5f;
            step->feature = (uint16_t)present_place(forest, parts.present_features, node->feature);
        } else {
            // x <= bound, asked of -x with a strict comparison: -x > the number below -bound.
            step->threshold = nextafterf(-bound, -INFINITY);
            step->feature = (uint16_t)(forest->feature_count + node->feature);
        }
        step->delta = (uint16_t)(queued - index);
        order[queued++] = left_first ? node->left : node->left + 1;
        order[queued++] = left_first ? node->left + 1 : node->left;
    }
}

/// A tree of a block with its depth, for sorting.
typedef struct block_tree {
    uint32_t depth;
    uint32_t slot;
    uint32_t root;
} block_tree;

static int deeper_first(const void *left, const void *right) {
    const block_tree *a = left, *b = right;
    if (a->depth != b->depth) {
        return a->depth > b->depth ? -1 : 1;
    }
    return a->slot < b->slot ? -1 : 1;
}

void forest_build_interleaved(hp_forest *forest, forest_parts parts) {
    forest->steps = parts.steps;
    forest->single_leaves = parts.leaves;
    forest->double_leaves = parts.leaves;
    forest->bundles = parts.bundles;
    forest->present_features = parts.present_features;
    parts.steps[0] = (forest_step){.threshold = INFINITY};
    // Zero in both precisions.
    ((double *)parts.leaves)[0] = 0;
    uint32_t next_step = 1;
    forest_bundle *bundle = parts.bundles;
    for (uint32_t start = 0; start < forest->tree_count; start += FOREST_BLOCK) {
        block_tree block[FOREST_BLOCK];
        uint32_t count = 0;
        for (; count < FOREST_BLOCK && start + count < forest->tree_count; count++) {
            const hp_forest_tree *tree = &forest->trees[start + count];
            build_tree(forest, tree, parts, next_step);
            block[count] = (block_tree){forest_tree_depth(forest->nodes, tree), count, next_step};
            next_step += tree->node_count;
        }
        // Equally deep trees walk together: a bundle takes as long as its deepest tree.
        qsort(block, count, sizeof block[0], deeper_first);
        for (uint32_t first = 0; first < count; first += FOREST_LANES, bundle++) {
            *bundle = (forest_bundle){.depth = block[first].depth};
            for (uint32_t lane = 0; lane < FOREST_LANES; lane++) {
                int is_used = first + lane < count;
                bundle->lanes[lane] = is_used ? (forest_lane){block[first + lane].root, block[first + lane].slot}
                                              : (forest_lane){0, FOREST_BLOCK + lane};
            }
        }
    }
}

/// Writes the row, its negation and the ones of forest_step. LightGBM's tiny values become zero, and zeros of the
/// features that treat them as missing become NaN.
static void widen_row(const hp_forest *forest, const float *row, float *wide) {
    uint32_t count = forest->feature_count;
    float zero_bound = forest->arithmetic == HP_FOREST_LIGHTGBM ? 1e-35f : 0;
    for (uint32_t feature = 0; feature < count; feature++) {
        float x = fabsf(row[feature]) <= zero_bound ? 0 : row[feature];
        wide[feature] = x;
        wide[count + feature] = -x;
    }
    for (uint32_t index = 0; index < forest->zero_feature_count; index++) {
        uint32_t feature = forest->zero_features[index];
        if (wide[feature] == 0) {
            wide[feature] = NAN;
            wide[count + feature] = NAN;
        }
    }
    for (uint32_t index = 0; index < forest->present_feature_count; index++) {
        wide[2 * count + index] = isnan(wide[forest->present_features[index]]) ? NAN : 1;
    }
}

/// Walks the trees of one bundle to their leaves; `leaf[lane]` becomes the index of the step.
static inline void walk_bundle(const forest_step *steps, const forest_bundle *bundle, const float *wide,
                               uint32_t *leaf) {
    const forest_step *at[FOREST_LANES];
    for (uint32_t lane = 0; lane < FOREST_LANES; lane++) {
        at[lane] = steps + bundle->lanes[lane].root;
    }
    for (uint32_t depth = bundle->depth; depth > 0; depth--) {
#pragma clang loop unroll(full)
        for (uint32_t lane = 0; lane < FOREST_LANES; lane++) {
            at[lane] += at[lane]->delta + (wide[at[lane]->feature] > at[lane]->threshold);
        }
    }
    for (uint32_t lane = 0; lane < FOREST_LANES; lane++) {
        leaf[lane] = (uint32_t)(at[lane] - steps);
    }
}

static void predict_single(const hp_forest *forest, const float *wide, double *margins) {
    float found[FOREST_BLOCK + FOREST_LANES];
    uint32_t leaf[FOREST_LANES];
    const forest_bundle *bundle = forest->bundles;
    for (uint32_t start = 0; start < forest->tree_count; start += FOREST_BLOCK) {
        uint32_t left = forest->tree_count - start;
        uint32_t count = left < FOREST_BLOCK ? left : FOREST_BLOCK;
        for (uint32_t first = 0; first < count; first += FOREST_LANES, bundle++) {
            walk_bundle(forest->steps, bundle, wide, leaf);
            for (uint32_t lane = 0; lane < FOREST_LANES; lane++) {
                found[bundle->lanes[lane].slot] = forest->single_leaves[leaf[lane]];
            }
        }
        if (forest->group_count == 1) {
            float sum = (float)margins[0];
            for (uint32_t index = 0; index < count; index++) {
                sum += found[index];
            }
            margins[0] = (double)sum;
        } else {
            for (uint32_t index = 0; index < count; index++) {
                double *margin = &margins[forest->trees[start + index].group];
                *margin = (double)((float)*margin + found[index]);
            }
        }
    }
}

static void predict_double(const hp_forest *forest, const float *wide, double *margins) {
    double found[FOREST_BLOCK + FOREST_LANES];
    uint32_t leaf[FOREST_LANES];
    const forest_bundle *bundle = forest->bundles;
    for (uint32_t start = 0; start < forest->tree_count; start += FOREST_BLOCK) {
        uint32_t left = forest->tree_count - start;
        uint32_t count = left < FOREST_BLOCK ? left : FOREST_BLOCK;
        for (uint32_t first = 0; first < count; first += FOREST_LANES, bundle++) {
            walk_bundle(forest->steps, bundle, wide, leaf);
            for (uint32_t lane = 0; lane < FOREST_LANES; lane++) {
                found[bundle->lanes[lane].slot] = forest->double_leaves[leaf[lane]];
            }
        }
        for (uint32_t index = 0; index < count; index++) {
            margins[forest->trees[start + index].group] += found[index];
        }
    }
}

void forest_predict_interleaved(const hp_forest *forest, const float *row, double *margins) {
    float wide[3 * FOREST_INTERLEAVED_FEATURES];
    widen_row(forest, row, wide);
    for (uint32_t group = 0; group < forest->group_count; group++) {
        margins[group] = forest->base[group];
    }
    if (forest->arithmetic == HP_FOREST_XGBOOST) {
        predict_single(forest, wide, margins);
    } else {
        predict_double(forest, wide, margins);
    }
}
