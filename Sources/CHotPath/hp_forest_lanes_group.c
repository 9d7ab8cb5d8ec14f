// The byte-lane walk's blocks: trees that need equally many steps a register come together, because a block takes, for
// each register, as many steps as the largest piece among its 32 trees.
#include "hp_forest_lanes.h"

#include <string.h>

enum {
    /// Exchanges that are tried for each tree of a segment; more find little.
    TRIES_PER_TREE = 24,
};

typedef uint8_t shape_row[LANES_WIDTH];

/// Steps of a block: the largest piece of each register, summed.
static uint32_t block_steps(const shape_row *sizes, const uint32_t *members, uint32_t count) {
    shape_row largest = {0};
    for (uint32_t index = 0; index < count; index++) {
        const uint8_t *row = sizes[members[index]];
        for (uint32_t place = 0; place < LANES_WIDTH; place++) {
            largest[place] = row[place] > largest[place] ? row[place] : largest[place];
        }
    }
    uint32_t steps = 0;
    for (uint32_t place = 0; place < LANES_WIDTH; place++) {
        steps += largest[place];
    }
    return steps;
}

static void sort_by_shape(const shape_row *sizes, uint32_t count, uint32_t *order) {
    uint32_t totals[LANES_SEGMENT];
    for (uint32_t index = 0; index < count; index++) {
        order[index] = index;
        uint32_t pieces = 0, splits = 0;
        for (uint32_t place = 0; place < LANES_WIDTH; place++) {
            pieces += sizes[index][place] > 0;
            splits += sizes[index][place];
        }
        totals[index] = pieces << 16 | splits;
    }
    // Insertion keeps equal shapes in the model's order, so that the layout depends on the model alone.
    for (uint32_t index = 1; index < count; index++) {
        uint32_t tree = order[index];
        uint32_t at = index;
        while (at > 0 && (totals[order[at - 1]] < totals[tree] ||
                          (totals[order[at - 1]] == totals[tree] &&
                           memcmp(sizes[order[at - 1]], sizes[tree], sizeof(shape_row)) < 0))) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = tree;
    }
}

void forest_lanes_group(const uint8_t (*sizes)[LANES_WIDTH], uint32_t tree_count, uint32_t *order) {
    sort_by_shape(sizes, tree_count, order);
    uint32_t blocks = (tree_count + LANES_WIDTH - 1) / LANES_WIDTH;
    if (blocks < 2) {
        return;
    }
    uint32_t steps[LANES_SEGMENT_BLOCKS];
    uint32_t members[LANES_SEGMENT_BLOCKS];
    for (uint32_t block = 0; block < blocks; block++) {
        uint32_t left = tree_count - block * LANES_WIDTH;
        members[block] = left < LANES_WIDTH ? left : LANES_WIDTH;
        steps[block] = block_steps(sizes, order + block * LANES_WIDTH, members[block]);
    }
    // Exchanges between blocks that do not lengthen the pair; equal ones, too, for they lead out of dead ends.
    uint64_t state = 0x9E3779B97F4A7C15u;
    for (uint32_t attempt = 0; attempt < TRIES_PER_TREE * tree_count; attempt++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint32_t first = (uint32_t)(state >> 32) % tree_count;
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint32_t second = (uint32_t)(state >> 32) % tree_count;
        uint32_t a = first / LANES_WIDTH, b = second / LANES_WIDTH;
        if (a == b) {
            continue;
        }
        uint32_t kept = order[first];
        order[first] = order[second];
        order[second] = kept;
        uint32_t steps_a = block_steps(sizes, order + a * LANES_WIDTH, members[a]);
        uint32_t steps_b = block_steps(sizes, order + b * LANES_WIDTH, members[b]);
        if (steps_a + steps_b <= steps[a] + steps[b]) {
            steps[a] = steps_a;
            steps[b] = steps_b;
        } else {
            order[second] = order[first];
            order[first] = kept;
        }
    }
}
