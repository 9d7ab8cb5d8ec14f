// The byte-lane walk's quantisation: which thresholds each byte of the row counts, and where each split stands there.
#include "hp_forest_lanes.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/// LightGBM's bound up to which a value counts as zero; a single-precision constant that it widens.
static const float ZERO_BOUND = 1e-35f;

/// A split on its way to its slot.
typedef struct split_key {
    uint32_t feature;
    uint32_t rule;
    float bound;
    uint32_t node;
} split_key;

static lanes_rule rule_of(const hp_forest_node *node) {
    bool left = (node->flags & HP_FOREST_DEFAULT_LEFT) != 0;
    switch (node->missing) {
    case HP_FOREST_MISSING_NAN:
        return left ? LANES_LEFT : LANES_RIGHT;
    case HP_FOREST_MISSING_ZERO:
        return left ? LANES_ZERO_LEFT : LANES_ZERO_RIGHT;
    default:
        return LANES_AS_ZERO;
    }
}

/// The largest number that goes left, with LightGBM's reading of tiny values as zero folded in: between -1e-35 and
/// 1e-35 all values take the side that zero takes.
static float bound_of(const hp_forest_node *node, uint32_t arithmetic) {
    float bound = forest_left_bound(node, arithmetic);
    if (arithmetic == HP_FOREST_LIGHTGBM && bound >= -ZERO_BOUND && bound < ZERO_BOUND) {
        return node->value >= 0 ? ZERO_BOUND : nextafterf(-ZERO_BOUND, -INFINITY);
    }
    return bound;
}

static int by_slot(const void *left, const void *right) {
    const split_key *a = left, *b = right;
    if (a->feature != b->feature) {
        return a->feature < b->feature ? -1 : 1;
    }
    if (a->rule != b->rule) {
        return a->rule < b->rule ? -1 : 1;
    }
    return a->bound < b->bound ? -1 : a->bound > b->bound;
}

/// Collects the splits; returns their number, or -ENOTSUP at a categorical one.
static int64_t collect(const hp_forest *forest, split_key *keys) {
    int64_t count = 0;
    for (uint32_t index = 0; index < forest->node_count; index++) {
        const hp_forest_node *node = &forest->nodes[index];
        if ((node->flags & HP_FOREST_LEAF) != 0) {
            continue;
        }
        if ((node->flags & HP_FOREST_CATEGORICAL) != 0) {
            return -ENOTSUP;
        }
        keys[count++] = (split_key){node->feature, rule_of(node), bound_of(node, forest->arithmetic), index};
    }
    return count;
}

/// Splits of one value become one slot where only the rule for NaN differs. Where zeros are missing the rule decides
/// about ordinary rows, so those stay apart.
static void merge_rules(const hp_forest *forest, split_key *keys, int64_t count, uint8_t *rule_of_feature) {
    enum { NONE = 0xFF };
    memset(rule_of_feature, NONE, forest->feature_count);
    for (int64_t index = 0; index < count; index++) {
        if (keys[index].rule >= LANES_ZERO_LEFT) {
            continue;
        }
        uint8_t *rule = &rule_of_feature[keys[index].feature];
        *rule = *rule == NONE || *rule == keys[index].rule ? (uint8_t)keys[index].rule : LANES_MIXED;
    }
    for (int64_t index = 0; index < count; index++) {
        if (keys[index].rule < LANES_ZERO_LEFT) {
            keys[index].rule = rule_of_feature[keys[index].feature];
        }
    }
}

/// Lays the thresholds of a slot: the pivots, each the last of its group, then the groups, filled up with infinity,
/// above which nothing lies.
static uint32_t lay_bounds(float *bounds, const float *values, uint32_t count) {
    uint32_t groups = (count + LANES_GROUP - 1) / LANES_GROUP;
    for (uint32_t index = 0; index < LANES_GROUP * (1 + groups); index++) {
        bounds[index] = INFINITY;
    }
    memcpy(bounds + LANES_GROUP, values, count * sizeof(float));
    // The last group is not left upward: its pivot stays at infinity.
    for (uint32_t group = 0; group + 1 < groups; group++) {
        bounds[group] = bounds[LANES_GROUP * (2 + group) - 1];
    }
    return LANES_GROUP * (1 + groups);
}

/// Walks the sorted splits and opens a slot for every value, rule and set of LANES_BOUNDS thresholds.
static int assign(const split_key *keys, int64_t count, lanes_split *splits, lanes_slot *slots, uint32_t *slot_count,
                  float *bounds, uint32_t *bound_count) {
    float values[LANES_BOUNDS];
    uint32_t value_count = 0;
    *slot_count = 0;
    *bound_count = 0;
    for (int64_t index = 0; index < count; index++) {
        const split_key *key = &keys[index];
        bool same_value = index > 0 && key->feature == key[-1].feature && key->rule == key[-1].rule;
        bool same_bound = same_value && key->bound == key[-1].bound;
        if (!same_bound && (!same_value || value_count == LANES_BOUNDS)) {
            if (*slot_count > 0) {
                slots[*slot_count - 1].bound_count = value_count;
                *bound_count += lay_bounds(bounds + *bound_count, values, value_count);
            }
            if (*slot_count == LANES_SLOTS) {
                return -ENOTSUP;
            }
            slots[(*slot_count)++] = (lanes_slot){key->feature, *bound_count, 0, key->rule};
            value_count = 0;
        }
        if (!same_bound) {
            values[value_count++] = key->bound;
        }
        splits[key->node] = (lanes_split){(uint8_t)(*slot_count - 1), (uint8_t)(value_count - 1)};
    }
    if (*slot_count > 0) {
        slots[*slot_count - 1].bound_count = value_count;
        *bound_count += lay_bounds(bounds + *bound_count, values, value_count);
    }
    return 0;
}

int forest_lanes_make_slots(const hp_forest *forest, bool merges_missing, lanes_split *splits, lanes_slot **slots,
                            uint32_t *slot_count, float **bounds, uint32_t *bound_count) {
    split_key *keys = malloc((forest->node_count + 1) * sizeof(split_key));
    uint8_t *rule_of_feature = malloc(forest->feature_count + 1);
    *slots = malloc(LANES_SLOTS * sizeof(lanes_slot));
    // Pivots and a full set of groups for each slot.
    *bounds = malloc((size_t)LANES_SLOTS * LANES_GROUP * (1 + LANES_GROUP) * sizeof(float));
    int result = -ENOMEM;
    if (keys != NULL && rule_of_feature != NULL && *slots != NULL && *bounds != NULL) {
        int64_t count = collect(forest, keys);
        result = count < 0 ? (int)count : 0;
        if (result == 0) {
            if (merges_missing) {
                merge_rules(forest, keys, count, rule_of_feature);
            }
            qsort(keys, (size_t)count, sizeof keys[0], by_slot);
            result = assign(keys, count, splits, *slots, slot_count, *bounds, bound_count);
        }
    }
    free(keys);
    free(rule_of_feature);
    return result;
}
