// Building a forest: the last check of every index, the layout, the choice of the walk.
#include "hp_forest_internal.h"
#include "hp_forest_lanes.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_TREES = 1 << 20,
    MAX_NODES = 1 << 26,
    MAX_FEATURES = 1 << 20,
    MAX_GROUPS = 1 << 16,
    MAX_SET_WORDS = 1 << 24,
};

/// Where the parts of a forest lie behind its header, as byte offsets.
typedef struct forest_layout {
    size_t trees;
    size_t nodes;
    size_t set_words;
    size_t base;
    size_t steps;
    size_t leaves;
    size_t bundles;
    size_t zero_features;
    size_t present_features;
    size_t order;
    size_t total;
} forest_layout;

static size_t reserve(forest_layout *layout, size_t bytes) {
    size_t start = layout->total;
    layout->total = (start + bytes + FOREST_ALIGNMENT - 1) / FOREST_ALIGNMENT * FOREST_ALIGNMENT;
    return start;
}

static bool counts_fit(const hp_forest_description *description) {
    return description->tree_count <= MAX_TREES && description->node_count <= MAX_NODES &&
           description->feature_count <= MAX_FEATURES && description->group_count >= 1 &&
           description->group_count <= MAX_GROUPS && description->set_word_count <= MAX_SET_WORDS;
}

/// Room for the plain and the interleaved walk; the byte-lane walk has memory of its own.
static forest_layout layout_of(const hp_forest_description *description) {
    forest_layout layout = {0};
    size_t nodes = description->node_count;
    reserve(&layout, sizeof(hp_forest));
    layout.trees = reserve(&layout, description->tree_count * sizeof(hp_forest_tree));
    layout.nodes = reserve(&layout, nodes * sizeof(hp_forest_node));
    layout.set_words = reserve(&layout, description->set_word_count * sizeof(uint32_t));
    layout.base = reserve(&layout, description->group_count * sizeof(double));
    layout.steps = reserve(&layout, (nodes + 1) * sizeof(forest_step));
    layout.leaves = reserve(&layout, (nodes + 1) * sizeof(double));
    layout.bundles = reserve(&layout, forest_bundle_count(description->tree_count) * sizeof(forest_bundle));
    layout.zero_features = reserve(&layout, description->feature_count * sizeof(uint32_t));
    layout.present_features = reserve(&layout, description->feature_count * sizeof(uint32_t));
    layout.order = reserve(&layout, nodes * sizeof(uint32_t));
    return layout;
}

static bool split_is_sound(const hp_forest_description *description, const hp_forest_node *node) {
    if (node->feature >= description->feature_count || node->missing > HP_FOREST_MISSING_NONE) {
        return false;
    }
    if (description->arithmetic == HP_FOREST_XGBOOST && node->missing != HP_FOREST_MISSING_NAN) {
        return false;
    }
    if ((node->flags & HP_FOREST_CATEGORICAL) != 0) {
        return (uint64_t)node->set_start + node->set_words <= description->set_word_count;
    }
    return description->arithmetic == HP_FOREST_XGBOOST ? isfinite(node->value) : !isnan(node->value);
}

/// Whether the tree's nodes lie breadth first and hold nothing out of range. Breadth-first order with every child's
/// place counted rules out cycles, shared children and loose nodes all at once.
static bool tree_is_sound(const hp_forest_description *description, const hp_forest_tree *tree) {
    if (tree->node_count == 0 || tree->group >= description->group_count ||
        (uint64_t)tree->first_node + tree->node_count > description->node_count) {
        return false;
    }
    uint64_t end = (uint64_t)tree->first_node + tree->node_count;
    uint64_t next_child = (uint64_t)tree->first_node + 1;
    for (uint64_t index = tree->first_node; index < end; index++) {
        const hp_forest_node *node = &description->nodes[index];
        if (index >= next_child) {
            return false;
        }
        if ((node->flags & HP_FOREST_LEAF) != 0) {
            if (!isfinite(node->value)) {
                return false;
            }
            continue;
        }
        if (node->left != next_child || next_child + 2 > end || !split_is_sound(description, node)) {
            return false;
        }
        next_child += 2;
    }
    return next_child == end;
}

static bool description_is_sound(const hp_forest_description *description) {
    if (!counts_fit(description) ||
        (description->arithmetic != HP_FOREST_XGBOOST && description->arithmetic != HP_FOREST_LIGHTGBM)) {
        return false;
    }
    for (uint32_t group = 0; group < description->group_count; group++) {
        if (!isfinite(description->base[group])) {
            return false;
        }
    }
    // Trees behind each other without a gap or an overlap, so that per-node memory is enough for per-tree work.
    uint64_t next_node = 0;
    for (uint32_t index = 0; index < description->tree_count; index++) {
        const hp_forest_tree *tree = &description->trees[index];
        if (tree->first_node != next_node || !tree_is_sound(description, tree)) {
            return false;
        }
        next_node += tree->node_count;
    }
    return next_node == description->node_count;
}

uint32_t forest_tree_depth(const hp_forest_node *nodes, const hp_forest_tree *tree) {
    uint32_t depth = 0;
    uint32_t end = tree->first_node + tree->node_count;
    uint32_t level_end = tree->first_node + 1;
    uint32_t next_child = tree->first_node + 1;
    for (uint32_t index = tree->first_node; index < end; index++) {
        if (index == level_end) {
            depth++;
            level_end = next_child;
        }
        next_child += (nodes[index].flags & HP_FOREST_LEAF) != 0 ? 0 : 2;
    }
    return depth;
}

/// Collects the features whose zeros are missing into `zero_features`, in ascending order, and returns their number; or
/// -1 when a feature's zeros are missing in one split and not in another.
static int64_t find_zero_features(const hp_forest_description *description, uint32_t *zero_features) {
    enum { UNSEEN = 0, ORDINARY = 1, ZERO = 2 };
    memset(zero_features, 0, description->feature_count * sizeof(uint32_t));
    for (uint32_t index = 0; index < description->node_count; index++) {
        const hp_forest_node *node = &description->nodes[index];
        if ((node->flags & HP_FOREST_LEAF) != 0) {
            continue;
        }
        uint32_t mark = node->missing == HP_FOREST_MISSING_ZERO ? ZERO : ORDINARY;
        if (zero_features[node->feature] != UNSEEN && zero_features[node->feature] != mark) {
            return -1;
        }
        zero_features[node->feature] = mark;
    }
    // In place: the list never grows past the mark it reads.
    uint32_t count = 0;
    for (uint32_t feature = 0; feature < description->feature_count; feature++) {
        if (zero_features[feature] == ZERO) {
            zero_features[count++] = feature;
        }
    }
    return count;
}

/// Whether the shape of the forest suits the interleaved walk; see hp_forest_init.
static bool suits_interleaved(const hp_forest_description *description) {
    if (description->tree_count == 0 || description->feature_count > FOREST_INTERLEAVED_FEATURES) {
        return false;
    }
    for (uint32_t index = 0; index < description->tree_count; index++) {
        const hp_forest_tree *tree = &description->trees[index];
        if (tree->node_count > FOREST_INTERLEAVED_NODES ||
            forest_tree_depth(description->nodes, tree) > FOREST_INTERLEAVED_DEPTH) {
            return false;
        }
        for (uint32_t node = 0; node < tree->node_count; node++) {
            if ((description->nodes[tree->first_node + node].flags & HP_FOREST_CATEGORICAL) != 0) {
                return false;
            }
        }
    }
    return true;
}

/// What one prediction costs, in instructions of the byte-lane walk, for the choice of the walk: a step of the
/// interleaved one takes six instructions, which wait for each other and so count for more.
static uint64_t interleaved_cost(const hp_forest *forest) {
    enum { A_STEP = 10 };
    uint64_t steps = 0;
    for (uint32_t index = 0; index < forest_bundle_count(forest->tree_count); index++) {
        steps += (uint64_t)forest->bundles[index].depth * FOREST_LANES;
    }
    return steps * A_STEP;
}

static uint64_t lanes_cost(const hp_forest *forest, const lanes_program *program) {
    enum { A_STEP = 9, A_WIDE_STEP = 5, A_TABLE = 4, A_SLOT = 20, A_TREE = 7 };
    uint64_t a_step = program->table_count <= 2 ? A_STEP : A_WIDE_STEP + (uint64_t)A_TABLE * program->table_count;
    return program->step_count * a_step + (uint64_t)A_SLOT * program->slot_count +
           (uint64_t)A_TREE * forest->tree_count;
}

static void drop_lanes(hp_forest *forest) {
    forest_lanes_destroy(forest->lanes);
    forest_lanes_destroy(forest->missing_lanes);
    forest->lanes = NULL;
    forest->missing_lanes = NULL;
}

/// The byte-lane walk, with a second program where splits on one value send a missing one to different sides.
static int try_lanes(hp_forest *forest) {
    if (!forest_lanes_supported() || forest->tree_count == 0) {
        return 0;
    }
    int result = forest_lanes_create(forest, true, &forest->lanes);
    if (result == 0 && (forest->lanes->rules & 1u << LANES_MIXED) != 0) {
        result = forest_lanes_create(forest, false, &forest->missing_lanes);
    }
    // Too many slots for missing values: those rows take the next best walk.
    return result == -ENOTSUP ? 0 : result;
}

static int choose_walk(hp_forest *forest) {
    forest->walk = forest->steps != NULL ? HP_FOREST_WALK_INTERLEAVED : HP_FOREST_WALK_PLAIN;
    int result = try_lanes(forest);
    if (result != 0 || forest->lanes == NULL) {
        return result;
    }
    if (forest->steps == NULL || lanes_cost(forest, forest->lanes) < interleaved_cost(forest)) {
        forest->walk = HP_FOREST_WALK_LANES;
    } else {
        drop_lanes(forest);
    }
    return 0;
}

static void lay_out(hp_forest *forest, uint8_t *bytes, const forest_layout *layout,
                    const hp_forest_description *description) {
    memcpy(bytes + layout->trees, description->trees, description->tree_count * sizeof(hp_forest_tree));
    memcpy(bytes + layout->nodes, description->nodes, description->node_count * sizeof(hp_forest_node));
    memcpy(bytes + layout->set_words, description->set_words, description->set_word_count * sizeof(uint32_t));
    memcpy(bytes + layout->base, description->base, description->group_count * sizeof(double));
    *forest = (hp_forest){
        .arithmetic = description->arithmetic,
        .tree_count = description->tree_count,
        .feature_count = description->feature_count,
        .group_count = description->group_count,
        .node_count = description->node_count,
        .trees = (const hp_forest_tree *)(bytes + layout->trees),
        .nodes = (const hp_forest_node *)(bytes + layout->nodes),
        .set_words = (const uint32_t *)(bytes + layout->set_words),
        .base = (const double *)(bytes + layout->base),
        .zero_features = (const uint32_t *)(bytes + layout->zero_features),
    };
    if (!suits_interleaved(description)) {
        return;
    }
    int64_t zero_features = find_zero_features(description, (uint32_t *)(bytes + layout->zero_features));
    if (zero_features >= 0) {
        forest->zero_feature_count = (uint32_t)zero_features;
        forest_build_interleaved(forest, (forest_parts){
                                             .steps = (forest_step *)(bytes + layout->steps),
                                             .leaves = bytes + layout->leaves,
                                             .bundles = (forest_bundle *)(bytes + layout->bundles),
                                             .present_features = (uint32_t *)(bytes + layout->present_features),
                                             .order = (uint32_t *)(bytes + layout->order),
                                         });
    }
}

int hp_forest_create(const hp_forest_description *description, hp_forest *_Nullable *_Nonnull forest) {
    if (!description_is_sound(description)) {
        return -EINVAL;
    }
    forest_layout layout = layout_of(description);
    uint8_t *bytes = aligned_alloc(FOREST_ALIGNMENT, layout.total);
    if (bytes == NULL) {
        return -ENOMEM;
    }
    hp_forest *created = (hp_forest *)bytes;
    lay_out(created, bytes, &layout, description);
    int result = choose_walk(created);
    if (result != 0) {
        hp_forest_destroy(created);
        return result;
    }
    *forest = created;
    return 0;
}

void hp_forest_destroy(hp_forest *_Nullable forest) {
    if (forest != NULL) {
        drop_lanes(forest);
        free(forest);
    }
}

int hp_forest_has_lanes(void) {
    return forest_lanes_supported();
}

int hp_forest_walk(const hp_forest *forest) {
    return (int)forest->walk;
}

/// The best walk that takes any row.
static void predict_without_lanes(const hp_forest *forest, const float *row, double *margins) {
    if (forest->steps != NULL) {
        forest_predict_interleaved(forest, row, margins);
    } else {
        forest_predict_plain(forest, row, margins);
    }
}

static bool predict_by_lanes(const hp_forest *forest, const float *row, double *margins) {
    if (forest->lanes == NULL) {
        return false;
    }
    return forest_lanes_predict(forest, forest->lanes, row, margins) ||
           (forest->missing_lanes != NULL && forest_lanes_predict(forest, forest->missing_lanes, row, margins));
}

void hp_forest_predict(const hp_forest *forest, const float *row, double *margins) {
    if (!predict_by_lanes(forest, row, margins)) {
        predict_without_lanes(forest, row, margins);
    }
}

void hp_forest_predict_rows(const hp_forest *forest, const float *rows, size_t row_count, double *margins) {
    if (forest->lanes != NULL && forest_lanes_predict_rows(forest, forest->lanes, rows, row_count, margins)) {
        return;
    }
    for (size_t index = 0; index < row_count; index++) {
        hp_forest_predict(forest, rows + index * forest->feature_count, margins + index * forest->group_count);
    }
}

int hp_forest_predict_by(const hp_forest *forest, int walk, const float *row, double *margins) {
    if (walk == HP_FOREST_WALK_PLAIN) {
        forest_predict_plain(forest, row, margins);
        return 0;
    }
    if (walk == HP_FOREST_WALK_INTERLEAVED && forest->steps != NULL) {
        forest_predict_interleaved(forest, row, margins);
        return 0;
    }
    return walk == HP_FOREST_WALK_LANES && predict_by_lanes(forest, row, margins) ? 0 : -ENOTSUP;
}
