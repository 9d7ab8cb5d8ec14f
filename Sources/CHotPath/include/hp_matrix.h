// Products of small row-major matrices of floats, faster than a general BLAS at the shapes of our networks, and safe to
// call from any number of threads. Nothing is allocated.
//
// Every element of a product is summed over k in ascending order by fused multiply-adds from the value it starts with,
// whatever the shape: a row of a product has the same bits alone as among others.
#ifndef HP_MATRIX_H
#define HP_MATRIX_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// Columns that a packed panel holds.
enum { HP_MATRIX_PANEL = 16 };

/// c (m, n) = a (m, k) b (k, n), added to what c holds if `adds` is not 0.
///
/// Element (i, p) of a lies at a[i * a_row + p * a_column]: with (k, 1) it is row-major, with (1, m) the transpose of a
/// row-major (k, m). Element (p, j) of b lies at b[p * b_row + j * b_column]; one of the two strides must be 1.
/// Rows of c begin c_row apart. m, n, k may be 0.
void hp_matrix_multiply(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column, const float *b,
                        size_t b_row, size_t b_column, int adds, float *c, size_t c_row);

/// Floats that the packed form of a (k, n) matrix takes.
size_t hp_matrix_packed_size(size_t n, size_t k);

/// Packs b (k, n), addressed as above, into panels of HP_MATRIX_PANEL columns, the last one filled up with zeros:
/// panel, then k, then column.
void hp_matrix_pack(size_t n, size_t k, const float *b, size_t b_row, size_t b_column, float *packed);

/// c (m, n) = a (m, k) b + bias, with b packed, rows of a `a_row` apart and of c `c_row` apart, both without gaps
/// inside a row; without a bias the sums start at 0.
void hp_matrix_multiply_packed(size_t m, size_t n, size_t k, const float *a, size_t a_row, const float *packed,
                               const float *_Nullable bias, float *c, size_t c_row);

#pragma clang assume_nonnull end

#endif
