// The byte-lane walk of a forest: 32 trees in the 32 byte lanes of a register, no branch that depends on the data.
//
// The row is quantised once: every value becomes the number of the model's own thresholds below it, a byte. Every tree
// is cut into pieces, connected parts of at most seven splits, hence at most eight exits, so one byte says which exits
// of a piece are still possible. A split that sends the row right removes the exits on its left; the lowest exit left
// over is the piece's answer (after Lucchese et al., QuickScorer, SIGIR 2015, with trees instead of rows in the lanes).
// An exit is a leaf or leads to another piece of the tree, so that each split is looked at exactly once.
#ifndef HP_FOREST_LANES_H
#define HP_FOREST_LANES_H

#include "hp_forest_internal.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    /// Trees of a block: the bytes of a register.
    LANES_WIDTH = 32,
    LANES_PIECE_SPLITS = 7,
    LANES_PIECE_EXITS = 8,
    LANES_PIECES = 30,
    /// What a register without a piece in a lane waits for: a code that never comes, for those of exits are below 240.
    LANES_NOWHERE = 0xFF,
    /// Most thresholds of a slot: a code of 0...254 counts those below a value, 255 is a missing value that goes right.
    LANES_BOUNDS = 254,
    LANES_MISSING_RIGHT = 255,
    /// Slots that one byte shuffle looks up in.
    LANES_TABLE = 16,
    LANES_SLOTS = 256,
    /// Thresholds that are counted at once: up to 16 groups of 16 behind 16 pivots.
    LANES_GROUP = 16,
    /// Most trees whose exits are collected before their leaves are added, so that blocks may hold trees of equal
    /// shape.
    LANES_SEGMENT = 128,
    LANES_QUAD = 4,
    LANES_SEGMENT_BLOCKS = LANES_SEGMENT / LANES_WIDTH,
};

/// What a slot makes of a missing value.
typedef enum lanes_rule {
    LANES_LEFT = 0,
    LANES_RIGHT = 1,
    /// NaN is read as zero.
    LANES_AS_ZERO = 2,
    /// Zero is missing, too; both take the direction.
    LANES_ZERO_LEFT = 3,
    LANES_ZERO_RIGHT = 4,
    /// Splits on the value differ; only a program for rows without missing values has such slots.
    LANES_MIXED = 5,
} lanes_rule;

/// A byte of the quantised row: one value counted among one set of thresholds. 16 bytes.
typedef struct lanes_slot {
    uint32_t feature;
    uint32_t pivots; ///< index of the first of its 16 pivots in `bounds`; its groups lie behind them
    uint32_t bound_count;
    uint32_t rule;
} lanes_slot;

/// What a split became: the slot that it reads and the thresholds of that slot below its own.
typedef struct lanes_split {
    uint8_t slot;
    uint8_t rank;
} lanes_split;

/// The pieces of one place in 32 trees.
typedef struct lanes_register {
    uint8_t steps; ///< splits of the largest of them
    uint8_t quads; ///< four trees each of the segment before whose leaves are added beside
} lanes_register;

/// 32 trees side by side. 64 bytes.
typedef struct lanes_block {
    uint8_t register_count; ///< the largest number of pieces of one of its trees
    uint8_t passes;         ///< over the registers until every lane stands at a leaf
    lanes_register registers[LANES_PIECES];
    uint8_t padding[2];
} lanes_block;

_Static_assert(sizeof(lanes_block) == 64, "a block is one cache line");

/// Consecutive trees whose leaves are added together.
typedef struct lanes_segment {
    uint32_t first_tree;
    uint32_t tree_count;
    uint32_t block_count;
} lanes_segment;

/// All that the walk reads. One allocation, in the order of use.
///
/// `entries` holds, block after block and register after register, the steps: a vector of slots, one of ranks and one
/// of exits to remove. Up to 32 slots, the top bit of the third chooses the table: the last exit of a piece is never
/// removed, so that bit is free. Behind the steps of a block lie, for each register but the first, the codes that its
/// pieces wait for, and then, 32 bits each, the index of each tree's first leaf: the leaf with code c lies c places
/// behind it.
typedef struct lanes_program {
    const lanes_slot *slots;
    const float *bounds;
    const lanes_segment *segments;
    const lanes_block *blocks;
    const uint8_t *entries;
    const uint8_t *lanes; ///< by tree: its lane among those of its segment
    const void *leaves;   ///< float for HP_FOREST_XGBOOST, else double
    uint32_t slot_count;
    uint32_t table_count; ///< 1, 2, 4, 8 or 16
    uint32_t segment_count;
    uint32_t step_count; ///< of one prediction, for the choice of the walk
    uint32_t rules;      ///< bit set of the slots' rules
    size_t size;         ///< of the allocation
} lanes_program;

/// The quantised row: a code a slot, as signed bytes, in whole tables.
typedef struct lanes_codes {
    _Alignas(32) uint8_t bytes[LANES_SLOTS];
} lanes_codes;

/// Whether this processor can run the walk.
bool forest_lanes_supported(void);

/// Makes the program of a forest, in memory of its own. `merges_missing` gives one slot to splits that differ only in
/// what they do with a missing value: such a program may serve rows without missing values only, when `rules` contains
/// LANES_MIXED. Returns 0; -ENOTSUP when the forest does not suit (categorical splits, more than 256 slots, a tree of
/// more than 30 pieces); -ENOMEM.
int forest_lanes_create(const hp_forest *forest, bool merges_missing, lanes_program **program);

/// Harmless on NULL.
void forest_lanes_destroy(lanes_program *program);

/// Margins of one row. False when the row holds missing values that the program cannot place: nothing is written then.
bool forest_lanes_predict(const hp_forest *forest, const lanes_program *program, const float *row, double *margins);

/// Margins of many rows, `margins` row by row; as above, false when a row cannot be placed: the margins are then
/// incomplete.
bool forest_lanes_predict_rows(const hp_forest *forest, const lanes_program *program, const float *rows,
                               size_t row_count, double *margins);

/// Quantises a row. False when it holds missing values that the program cannot place.
bool forest_lanes_quantise(const hp_forest *forest, const lanes_program *program, const float *row, lanes_codes *codes);

// The parts of building.

/// Gives every split of the forest its slot and rank. `splits` has a place for each node; `slots` and `bounds` grow to
/// their final size and are the caller's to free. Returns 0, -ENOTSUP or -ENOMEM.
int forest_lanes_make_slots(const hp_forest *forest, bool merges_missing, lanes_split *splits, lanes_slot **slots,
                            uint32_t *slot_count, float **bounds, uint32_t *bound_count);

/// A split inside its piece.
typedef struct lanes_piece_split {
    uint32_t node;
    uint8_t removes; ///< exits on its left
} lanes_piece_split;

/// A connected part of a tree.
typedef struct lanes_piece {
    lanes_piece_split splits[LANES_PIECE_SPLITS];
    uint32_t exits[LANES_PIECE_EXITS]; ///< nodes: leaves, or roots of other pieces
    uint32_t root;                     ///< node
    uint8_t split_count;
    uint8_t depth;    ///< pieces above it
    uint8_t waits_on; ///< code that leads to it
} lanes_piece;

/// A tree as its pieces: the one with the root, then the largest first.
typedef struct lanes_shape {
    lanes_piece pieces[LANES_PIECES];
    uint8_t piece_count;
    uint8_t passes; ///< over the pieces in their order until a leaf is reached, at worst
} lanes_shape;

/// Cuts a tree into as few pieces as can be. False when there are more than LANES_PIECES.
bool forest_lanes_cut(const hp_forest *forest, const hp_forest_tree *tree, uint32_t *scratch, lanes_shape *shape);

/// Distributes the trees of a segment to blocks so that trees of a block need equally many steps a register:
/// `order[lane]` becomes an index into `sizes`, which has the splits of each tree's pieces, 0 behind the last.
void forest_lanes_group(const uint8_t (*sizes)[LANES_WIDTH], uint32_t tree_count, uint32_t *order);

#endif
