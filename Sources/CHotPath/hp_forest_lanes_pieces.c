// The byte-lane walk's cuts: a tree becomes as few connected pieces of at most seven splits as can be.
#include "hp_forest_lanes.h"

#include <stdlib.h>
#include <string.h>

static bool is_leaf(const hp_forest *forest, uint32_t node) {
    return (forest->nodes[node].flags & HP_FOREST_LEAF) != 0;
}

/// Splits of the uncut part below `node`, or 0 for a leaf and for the root of another piece.
static uint32_t open_splits(const hp_forest *forest, const hp_forest_tree *tree, const uint32_t *open, uint32_t node) {
    return is_leaf(forest, node) ? 0 : open[node - tree->first_node];
}

/// Cuts bottom up, the heavier child where both do not fit: no partition has fewer pieces (Kundu and Misra, A linear
/// tree partitioning algorithm, SIAM J. Comput. 6, 1977). Children lie behind their parents, so going backwards meets
/// them first. A cut node keeps 0 as its open splits.
static void cut(const hp_forest *forest, const hp_forest_tree *tree, uint32_t *open, uint8_t *is_root) {
    memset(is_root, 0, tree->node_count);
    for (uint32_t index = tree->node_count; index-- > 0;) {
        uint32_t node = tree->first_node + index;
        if (is_leaf(forest, node)) {
            continue;
        }
        uint32_t left = forest->nodes[node].left;
        uint32_t left_open = open_splits(forest, tree, open, left);
        uint32_t right_open = open_splits(forest, tree, open, left + 1);
        while (1 + left_open + right_open > LANES_PIECE_SPLITS) {
            bool cuts_left = left_open >= right_open;
            uint32_t child = (cuts_left ? left : left + 1) - tree->first_node;
            is_root[child] = 1;
            open[child] = 0;
            *(cuts_left ? &left_open : &right_open) = 0;
        }
        open[index] = 1 + left_open + right_open;
    }
    is_root[0] = 1;
}

/// Numbers the exits of a piece from left to right and notes which of them each split removes when it goes right.
static uint32_t walk_piece(const hp_forest *forest, const hp_forest_tree *tree, const uint8_t *is_root,
                           lanes_piece *piece, uint32_t node, uint32_t next_exit) {
    if (is_leaf(forest, node) || (node != piece->root && is_root[node - tree->first_node])) {
        piece->exits[next_exit] = node;
        return next_exit + 1;
    }
    uint32_t left = forest->nodes[node].left;
    uint32_t middle = walk_piece(forest, tree, is_root, piece, left, next_exit);
    uint32_t end = walk_piece(forest, tree, is_root, piece, left + 1, middle);
    uint8_t removes = (uint8_t)((1u << middle) - (1u << next_exit));
    piece->splits[piece->split_count++] = (lanes_piece_split){node, removes};
    return end;
}

static int root_then_largest(const void *left, const void *right) {
    const lanes_piece *a = left, *b = right;
    if ((a->depth == 0) != (b->depth == 0)) {
        return a->depth == 0 ? -1 : 1;
    }
    if (a->split_count != b->split_count) {
        return a->split_count > b->split_count ? -1 : 1;
    }
    if (a->depth != b->depth) {
        return a->depth < b->depth ? -1 : 1;
    }
    return a->root < b->root ? -1 : 1;
}

/// Notes, now that the order stands, the code that leads to each piece, and how many passes over the pieces the longest
/// way takes: one more for every step back to an earlier piece.
static void link_pieces(lanes_shape *shape) {
    uint8_t parent[LANES_PIECES];
    for (uint32_t index = 0; index < shape->piece_count; index++) {
        lanes_piece *piece = &shape->pieces[index];
        piece->waits_on = LANES_NOWHERE;
        parent[index] = (uint8_t)index;
        for (uint32_t other = 0; other < shape->piece_count; other++) {
            for (uint32_t exit = 0; exit <= shape->pieces[other].split_count; exit++) {
                if (other != index && shape->pieces[other].exits[exit] == piece->root) {
                    piece->waits_on = (uint8_t)(LANES_PIECE_EXITS * other + exit);
                    parent[index] = (uint8_t)other;
                }
            }
        }
    }
    shape->passes = 1;
    for (uint32_t index = 0; index < shape->piece_count; index++) {
        uint8_t passes = 1;
        for (uint32_t at = index; parent[at] != at; at = parent[at]) {
            passes += at < parent[at];
        }
        shape->passes = passes > shape->passes ? passes : shape->passes;
    }
}

bool forest_lanes_cut(const hp_forest *forest, const hp_forest_tree *tree, uint32_t *scratch, lanes_shape *shape) {
    uint8_t *is_root = (uint8_t *)(scratch + tree->node_count);
    cut(forest, tree, scratch, is_root);
    *shape = (lanes_shape){0};
    // A piece's depth: its root lies behind those of the pieces above it, so they are known when it is met.
    for (uint32_t index = 0; index < tree->node_count; index++) {
        if (!is_root[index]) {
            continue;
        }
        if (shape->piece_count == LANES_PIECES) {
            return false;
        }
        lanes_piece *piece = &shape->pieces[shape->piece_count];
        piece->root = tree->first_node + index;
        for (uint32_t other = 0; other < shape->piece_count; other++) {
            const lanes_piece *above = &shape->pieces[other];
            for (uint32_t exit = 0; exit <= above->split_count; exit++) {
                if (above->exits[exit] == piece->root) {
                    piece->depth = (uint8_t)(above->depth + 1);
                }
            }
        }
        walk_piece(forest, tree, is_root, piece, piece->root, 0);
        shape->piece_count++;
    }
    qsort(shape->pieces, shape->piece_count, sizeof shape->pieces[0], root_then_largest);
    link_pieces(shape);
    return true;
}
