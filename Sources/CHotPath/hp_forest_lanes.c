// The byte-lane walk's program: sizes, layout, and the writing of its vectors.
#include "hp_forest_lanes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    VECTOR = LANES_WIDTH,
    /// Memory is asked for in huge pages: the walk touches nearly all of it for each row, and a missed translation
    /// costs as much as a missed line.
    HUGE_PAGE = 2 << 20,
    /// A comparison with this rank never says "greater".
    NEVER = 0x7F,
    /// Flips a count to the order of signed bytes, which is what the processor compares.
    SIGN = 0x80,
    /// The program reads a little past its last vector.
    SLACK = 64,
};

/// What a program is made from; freed when it stands.
typedef struct lanes_draft {
    lanes_split *splits;
    lanes_slot *slots;
    float *bounds;
    uint32_t slot_count;
    uint32_t bound_count;
    lanes_shape *shapes;
    lanes_segment *segments;
    uint32_t segment_count;
    uint32_t *order;        ///< by lane of all segments: the tree, or UINT32_MAX
    uint32_t *first_leaves; ///< by tree
    uint32_t block_count;
    uint32_t leaf_count;
    uint32_t table_count;
} lanes_draft;

static void free_draft(lanes_draft *draft) {
    free(draft->splits);
    free(draft->slots);
    free(draft->bounds);
    free(draft->shapes);
    free(draft->segments);
    free(draft->order);
    free(draft->first_leaves);
}

/// Segments halve towards the end: the leaves of one are added while the next is walked, and only the last one's
/// additions have nothing to hide behind.
static uint32_t next_segment(uint32_t trees_left) {
    uint32_t size = LANES_SEGMENT;
    while (size > LANES_WIDTH && size >= trees_left) {
        size /= 2;
    }
    return trees_left < size ? trees_left : size;
}

static void make_segments(lanes_draft *draft, uint32_t tree_count) {
    for (uint32_t first = 0; first < tree_count;) {
        uint32_t count = next_segment(tree_count - first);
        uint32_t blocks = (count + LANES_WIDTH - 1) / LANES_WIDTH;
        draft->segments[draft->segment_count++] = (lanes_segment){first, count, blocks};
        draft->block_count += blocks;
        first += count;
    }
}

static int cut_trees(const hp_forest *forest, lanes_draft *draft) {
    uint32_t largest = 1;
    for (uint32_t tree = 0; tree < forest->tree_count; tree++) {
        largest = forest->trees[tree].node_count > largest ? forest->trees[tree].node_count : largest;
    }
    uint32_t *scratch = malloc((size_t)largest * (sizeof(uint32_t) + 1));
    if (scratch == NULL) {
        return -ENOMEM;
    }
    int result = 0;
    for (uint32_t tree = 0; tree < forest->tree_count && result == 0; tree++) {
        bool fits = forest_lanes_cut(forest, &forest->trees[tree], scratch, &draft->shapes[tree]);
        draft->first_leaves[tree] = draft->leaf_count;
        draft->leaf_count += fits ? draft->shapes[tree].piece_count * LANES_PIECE_EXITS : 0;
        result = fits ? 0 : -ENOTSUP;
    }
    free(scratch);
    return result;
}

static void group_trees(lanes_draft *draft) {
    uint32_t *lanes = draft->order;
    for (uint32_t index = 0; index < draft->segment_count; index++) {
        const lanes_segment *segment = &draft->segments[index];
        uint8_t sizes[LANES_SEGMENT][LANES_WIDTH] = {0};
        uint32_t order[LANES_SEGMENT];
        for (uint32_t tree = 0; tree < segment->tree_count; tree++) {
            const lanes_shape *shape = &draft->shapes[segment->first_tree + tree];
            for (uint32_t piece = 0; piece < shape->piece_count; piece++) {
                sizes[tree][piece] = shape->pieces[piece].split_count;
            }
        }
        forest_lanes_group((const uint8_t(*)[LANES_WIDTH])sizes, segment->tree_count, order);
        for (uint32_t lane = 0; lane < segment->block_count * LANES_WIDTH; lane++) {
            *lanes++ = lane < segment->tree_count ? segment->first_tree + order[lane] : UINT32_MAX;
        }
    }
}

static int make_draft(const hp_forest *forest, bool merges_missing, lanes_draft *draft) {
    draft->splits = malloc((forest->node_count + 1) * sizeof(lanes_split));
    draft->shapes = malloc((forest->tree_count + 1) * sizeof(lanes_shape));
    draft->segments = malloc((forest->tree_count + 1) * sizeof(lanes_segment));
    draft->order = malloc(((size_t)forest->tree_count + 1) * LANES_WIDTH * sizeof(uint32_t));
    draft->first_leaves = malloc(((size_t)forest->tree_count + 1) * sizeof(uint32_t));
    if (draft->splits == NULL || draft->shapes == NULL || draft->segments == NULL || draft->order == NULL ||
        draft->first_leaves == NULL) {
        return -ENOMEM;
    }
    int result = forest_lanes_make_slots(forest, merges_missing, draft->splits, &draft->slots, &draft->slot_count,
                                         &draft->bounds, &draft->bound_count);
    if (result == 0) {
        result = cut_trees(forest, draft);
    }
    if (result == 0) {
        make_segments(draft, forest->tree_count);
        group_trees(draft);
        draft->table_count = 1;
        while (draft->table_count * LANES_TABLE < draft->slot_count) {
            draft->table_count *= 2;
        }
    }
    return result;
}

static const lanes_piece *piece_in(const lanes_draft *draft, uint32_t tree, uint32_t place) {
    return tree != UINT32_MAX && place < draft->shapes[tree].piece_count ? &draft->shapes[tree].pieces[place] : NULL;
}

static lanes_block shape_block(const lanes_draft *draft, const uint32_t *lanes) {
    lanes_block block = {.passes = 1};
    for (uint32_t lane = 0; lane < LANES_WIDTH; lane++) {
        if (lanes[lane] == UINT32_MAX) {
            continue;
        }
        const lanes_shape *shape = &draft->shapes[lanes[lane]];
        block.register_count = shape->piece_count > block.register_count ? shape->piece_count : block.register_count;
        block.passes = shape->passes > block.passes ? shape->passes : block.passes;
        for (uint32_t place = 0; place < shape->piece_count; place++) {
            uint8_t splits = shape->pieces[place].split_count;
            lanes_register *each = &block.registers[place];
            each->steps = splits > each->steps ? splits : each->steps;
        }
    }
    return block;
}

static uint32_t block_vectors(const lanes_block *block) {
    uint32_t vectors = block->register_count - 1u + (uint32_t)sizeof(uint32_t);
    for (uint32_t place = 0; place < block->register_count; place++) {
        vectors += 3u * block->registers[place].steps;
    }
    return vectors;
}

/// One step of one register in all lanes: slots, ranks, exits to remove.
static void write_step(const lanes_draft *draft, const uint32_t *lanes, uint32_t place, uint32_t step, uint8_t *slots,
                       uint8_t *ranks, uint8_t *removes) {
    for (uint32_t lane = 0; lane < LANES_WIDTH; lane++) {
        const lanes_piece *piece = piece_in(draft, lanes[lane], place);
        bool is_used = piece != NULL && step < piece->split_count;
        lanes_split split = is_used ? draft->splits[piece->splits[step].node] : (lanes_split){0, NEVER ^ SIGN};
        slots[lane] = split.slot;
        ranks[lane] = split.rank ^ SIGN;
        removes[lane] = is_used ? piece->splits[step].removes : 0;
        if (draft->table_count <= 2) {
            slots[lane] %= LANES_TABLE;
            removes[lane] |= split.slot >= LANES_TABLE ? 0x80 : 0;
        }
    }
}

static uint8_t *write_block(const lanes_draft *draft, const lanes_block *block, const uint32_t *lanes,
                            const uint32_t *first_leaves, uint8_t *at) {
    for (uint32_t place = 0; place < block->register_count; place++) {
        for (uint32_t step = 0; step < block->registers[place].steps; step++, at += 3 * VECTOR) {
            write_step(draft, lanes, place, step, at, at + VECTOR, at + 2 * VECTOR);
        }
    }
    for (uint32_t place = 1; place < block->register_count; place++, at += VECTOR) {
        for (uint32_t lane = 0; lane < LANES_WIDTH; lane++) {
            const lanes_piece *piece = piece_in(draft, lanes[lane], place);
            at[lane] = piece == NULL ? LANES_NOWHERE : piece->waits_on;
        }
    }
    for (uint32_t lane = 0; lane < LANES_WIDTH; lane++, at += sizeof(uint32_t)) {
        uint32_t first = lanes[lane] == UINT32_MAX ? 0 : first_leaves[lanes[lane]];
        memcpy(at, &first, sizeof first);
    }
    return at;
}

static void write_leaves(const hp_forest *forest, const lanes_shape *shape, uint32_t first, void *leaves) {
    for (uint32_t place = 0; place < shape->piece_count; place++) {
        const lanes_piece *piece = &shape->pieces[place];
        for (uint32_t exit = 0; exit <= piece->split_count; exit++) {
            const hp_forest_node *node = &forest->nodes[piece->exits[exit]];
            // A way to another piece keeps a leaf that is never read.
            double value = (node->flags & HP_FOREST_LEAF) != 0 ? node->value : 0;
            uint32_t index = first + place * LANES_PIECE_EXITS + exit;
            if (forest->arithmetic == HP_FOREST_XGBOOST) {
                ((float *)leaves)[index] = (float)value;
            } else {
                ((double *)leaves)[index] = value;
            }
        }
    }
}

static size_t reserve(size_t *total, size_t bytes) {
    size_t start = *total;
    *total = (start + bytes + FOREST_ALIGNMENT - 1) / FOREST_ALIGNMENT * FOREST_ALIGNMENT;
    return start;
}

/// Memory of whole huge pages, or of ordinary ones where it is small or the system has none to give.
static void *map_pages(size_t size) {
    void *memory = aligned_alloc(HUGE_PAGE, size);
    if (memory != NULL) {
        madvise(memory, size, MADV_HUGEPAGE);
        memset(memory, 0, size);
    }
    return memory;
}

/// Spreads the additions of the segment before over the registers of a segment, so that they last as long as its walk.
static void spread_additions(uint32_t trees_before, uint32_t block_count, lanes_block *blocks) {
    uint32_t registers = 0;
    for (uint32_t block = 0; block < block_count; block++) {
        registers += blocks[block].register_count;
    }
    // What is left over, less than a quad, is added behind the segment.
    uint32_t quads = trees_before / LANES_QUAD;
    for (uint32_t block = 0; block < block_count; block++) {
        for (uint32_t place = 0; place < blocks[block].register_count; place++, registers--) {
            uint32_t share = (quads + registers - 1) / registers;
            blocks[block].registers[place].quads = (uint8_t)share;
            quads -= share;
        }
    }
}

static void write_program(const hp_forest *forest, const lanes_draft *draft, uint8_t *at, lanes_block *blocks,
                          uint8_t *lanes, void *leaves) {
    for (uint32_t tree = 0; tree < forest->tree_count; tree++) {
        write_leaves(forest, &draft->shapes[tree], draft->first_leaves[tree], leaves);
    }
    const uint32_t *order = draft->order;
    for (uint32_t index = 0; index < draft->segment_count; index++) {
        uint32_t lane_count = draft->segments[index].block_count * LANES_WIDTH;
        for (uint32_t lane = 0; lane < lane_count; lane++) {
            if (order[lane] != UINT32_MAX) {
                lanes[order[lane]] = (uint8_t)lane;
            }
        }
        lanes_block *first = blocks;
        for (const uint32_t *end = order + lane_count; order < end; order += LANES_WIDTH, blocks++) {
            *blocks = shape_block(draft, order);
            at = write_block(draft, blocks, order, draft->first_leaves, at);
        }
        uint32_t trees_before = index == 0 ? 0 : draft->segments[index - 1].tree_count;
        spread_additions(trees_before, draft->segments[index].block_count, first);
    }
}

static int place_program(const hp_forest *forest, const lanes_draft *draft, lanes_program **result) {
    size_t vectors = 0, steps = 0;
    for (uint32_t block = 0; block < draft->block_count; block++) {
        lanes_block shape = shape_block(draft, draft->order + (size_t)block * LANES_WIDTH);
        vectors += block_vectors(&shape);
        for (uint32_t place = 0; place < shape.register_count; place++) {
            steps += shape.registers[place].steps;
        }
    }
    size_t leaf_size = forest->arithmetic == HP_FOREST_XGBOOST ? sizeof(float) : sizeof(double);
    size_t total = 0;
    reserve(&total, sizeof(lanes_program));
    size_t slots = reserve(&total, draft->slot_count * sizeof(lanes_slot));
    size_t bounds = reserve(&total, draft->bound_count * sizeof(float));
    size_t segments = reserve(&total, draft->segment_count * sizeof(lanes_segment));
    size_t blocks = reserve(&total, draft->block_count * sizeof(lanes_block));
    size_t entries = reserve(&total, vectors * VECTOR + SLACK);
    size_t lanes = reserve(&total, forest->tree_count);
    size_t leaves = reserve(&total, draft->leaf_count * leaf_size);
    total = (total + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    uint8_t *bytes = map_pages(total);
    if (bytes == NULL) {
        return -ENOMEM;
    }
    lanes_program *program = (lanes_program *)bytes;
    *program = (lanes_program){
        .slots = (lanes_slot *)(bytes + slots),
        .bounds = (float *)(bytes + bounds),
        .segments = (lanes_segment *)(bytes + segments),
        .blocks = (lanes_block *)(bytes + blocks),
        .entries = bytes + entries,
        .lanes = bytes + lanes,
        .leaves = bytes + leaves,
        .slot_count = draft->slot_count,
        .table_count = draft->table_count,
        .segment_count = draft->segment_count,
        .step_count = (uint32_t)steps,
        .size = total,
    };
    memcpy(bytes + slots, draft->slots, draft->slot_count * sizeof(lanes_slot));
    memcpy(bytes + bounds, draft->bounds, draft->bound_count * sizeof(float));
    for (uint32_t slot = 0; slot < draft->slot_count; slot++) {
        program->rules |= 1u << draft->slots[slot].rule;
    }
    write_program(forest, draft, bytes + entries, (lanes_block *)(bytes + blocks), bytes + lanes, bytes + leaves);
    memcpy(bytes + segments, draft->segments, draft->segment_count * sizeof(lanes_segment));
    *result = program;
    return 0;
}

int forest_lanes_create(const hp_forest *forest, bool merges_missing, lanes_program **program) {
    lanes_draft draft = {0};
    int result = make_draft(forest, merges_missing, &draft);
    if (result == 0) {
        result = place_program(forest, &draft, program);
    }
    free_draft(&draft);
    return result;
}

void forest_lanes_destroy(lanes_program *program) {
    free(program);
}
