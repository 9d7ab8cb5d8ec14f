// The points of the Sobol sequence, as bits.

/// A digital sequence in base 2: points of which every aligned block of 2^m is spread evenly.
///
/// Source: S. Joe, F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci.
/// Comput. 30 (2008), whose polynomials and initial numbers (new-joe-kuo-6) these are.
package enum SobolSequence {
  package static let dimensions = 1 + initial.count

  /// Coordinate `dimension` of point `number`, as a fraction of 2^64.
  ///
  /// Points come in the order of the Gray code, in which neighbours differ in one direction number.
  /// - Precondition: `dimension` is below ``dimensions``.
  package static func bits(ofPoint number: UInt32, dimension: Int) -> UInt64 {
    var code = number ^ (number >> 1)
    var bits: UInt64 = 0
    while code != 0 {
      bits ^= directions[dimension * 32 + code.trailingZeroBitCount]
      code &= code - 1
    }
    return bits
  }

  /// (dimension, bit): v_k = m_k / 2^k as fractions of 2^64.
  private static let directions: [UInt64] =
    (0..<32).map { bit in 1 << (63 - bit) } + initial.flatMap { expand(polynomial: $0, numbers: $1) }

  /// m_k = 2 a_1 m_(k-1) ^ 4 a_2 m_(k-2) ^ ... ^ 2^s m_(k-s) ^ m_(k-s), for x^s + a_1 x^(s-1) + ... + 1.
  private static func expand(polynomial: UInt64, numbers: [UInt64]) -> [UInt64] {
    let degree = numbers.count
    var m = numbers
    for k in degree..<32 {
      var next = m[k - degree]
      for back in 1...degree where (polynomial >> UInt64(degree - back)) & 1 == 1 {
        next ^= m[k - back] << UInt64(back)
      }
      m.append(next)
    }
    return m.enumerated().map { bit, number in number << UInt64(63 - bit) }
  }

  /// Dimensions from the second on: the primitive polynomial, its bits from the highest power down, and m_1, m_2, ...
  private static let initial: [(polynomial: UInt64, numbers: [UInt64])] = [
    (3, [1]), (7, [1, 3]), (11, [1, 3, 1]), (13, [1, 1, 1]), (19, [1, 1, 3, 3]), (25, [1, 3, 5, 13]),
    (37, [1, 1, 5, 5, 17]), (41, [1, 1, 5, 5, 5]), (47, [1, 1, 7, 11, 19]), (55, [1, 1, 5, 1, 1]),
    (59, [1, 1, 1, 3, 11]), (61, [1, 3, 5, 5, 31]), (67, [1, 3, 3, 9, 7, 49]), (91, [1, 1, 1, 15, 21, 21]),
    (97, [1, 3, 1, 13, 27, 49]), (103, [1, 1, 1, 15, 7, 5]), (109, [1, 3, 1, 15, 13, 25]),
    (115, [1, 1, 5, 5, 19, 61]), (131, [1, 3, 7, 11, 23, 15, 103]), (137, [1, 3, 7, 13, 13, 15, 69]),
    (143, [1, 1, 3, 13, 7, 35, 63]), (145, [1, 3, 5, 9, 1, 25, 53]), (157, [1, 3, 1, 13, 9, 35, 107]),
    (167, [1, 3, 1, 5, 27, 61, 31]), (171, [1, 1, 5, 11, 19, 41, 61]), (185, [1, 3, 5, 3, 3, 13, 69]),
    (191, [1, 1, 7, 13, 1, 19, 1]), (193, [1, 3, 7, 5, 13, 19, 59]), (203, [1, 1, 3, 9, 25, 29, 41]),
    (211, [1, 3, 5, 13, 23, 1, 55]), (213, [1, 3, 7, 3, 13, 59, 17]),
  ]
}
