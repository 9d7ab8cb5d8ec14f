// Products and element-wise functions against the C library, in every shape that has an edge.

import CHotPath
import Foundation
import Testing

/// Numbers from -1 to 1 by a linear congruence.
private func drawn(_ count: Int, _ seed: UInt64) -> [Float] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
  }
}

/// c (m, n) by the definition: fused sums over k, ascending.
private func product(_ m: Int, _ n: Int, _ k: Int, _ a: [Float], _ b: [Float], _ start: [Float]) -> [Float] {
  var c = start
  for i in 0..<m {
    for j in 0..<n {
      for p in 0..<k { c[i * n + j] = c[i * n + j].addingProduct(a[i * k + p], b[p * n + j]) }
    }
  }
  return c
}

private func transposed(_ rows: Int, _ columns: Int, _ x: [Float]) -> [Float] {
  (0..<rows * columns).map { x[$0 % rows * columns + $0 / rows] }
}

@Test(arguments: [1, 2, 5, 6, 7, 13, 97], [1, 15, 16, 17, 64, 70])
func productsHaveTheBitsOfTheDefinition(m: Int, n: Int) {
  for k in [1, 3, 16, 257, 300] {
    let (a, b, start) = (drawn(m * k, 1), drawn(k * n, 2), drawn(m * n, 3))
    let (at, bt) = (transposed(m, k, a), transposed(k, n, b))
    let (added, plain) = (product(m, n, k, a, b, start), product(m, n, k, a, b, Array(repeating: 0, count: m * n)))
    for (adds, wanted) in [(true, added), (false, plain)] {
      var c = start
      hp_matrix_multiply(m, n, k, a, k, 1, b, n, 1, adds ? 1 : 0, &c, n)
      #expect(c == wanted)
      c = start
      hp_matrix_multiply(m, n, k, at, 1, m, bt, 1, k, adds ? 1 : 0, &c, n)
      #expect(c == wanted)
    }
    var packed = [Float](repeating: .nan, count: hp_matrix_packed_size(n, k))
    hp_matrix_pack(n, k, bt, 1, k, &packed)
    var c = start
    hp_matrix_multiply_packed(m, n, k, a, k, packed, nil, &c, n)
    #expect(c == plain)
    let bias = drawn(n, 4)
    hp_matrix_multiply_packed(m, n, k, a, k, packed, bias, &c, n)
    #expect(c == product(m, n, k, a, b, (0..<m * n).map { bias[$0 % n] }))
  }
}

@Test func productsWriteOnlyTheirOwnColumns() {
  let (m, n, k, row) = (7, 19, 5, 23)
  let (a, b) = (drawn(m * k, 1), drawn(k * n, 2))
  var c = [Float](repeating: 42, count: m * row)
  hp_matrix_multiply(m, n, k, a, k, 1, b, n, 1, 0, &c, row)
  for i in 0..<m { #expect(c[(i * row + n)..<((i + 1) * row)].allSatisfy { $0 == 42 }) }
  var empty: [Float] = [1, 2]
  hp_matrix_multiply(1, 2, 0, a, 0, 1, b, 2, 1, 0, &empty, 2)
  #expect(empty == [0, 0])
}

/// Largest relative error over arguments from -12 to 12, and how NaN fares.
private func error(
  _ kernel: (UnsafeMutablePointer<Float>, Int) -> Void, _ exact: (Double) -> Double
) -> (Double, Bool) {
  let x = stride(from: Float(-12), through: 12, by: 0.003_7).map { $0 }
  var y = x
  kernel(&y, y.count)
  var alone = x
  for index in stride(from: 0, to: x.count, by: 31) {
    kernel(&alone[index], 1)
    // A tail has the bits of a whole group.
    if alone[index] != y[index] { return (.infinity, false) }
  }
  var most = 0.0
  for (x, y) in zip(x, y) {
    let wanted = exact(Double(x))
    if abs(wanted) > 1e-12 { most = max(most, abs(Double(y) / wanted - 1)) }
  }
  var odd: [Float] = [.nan, 0, 1, .nan, 2, 3, 4, 5, .nan]
  kernel(&odd, odd.count)
  return (most, odd[0].isNaN && odd[3].isNaN && odd[8].isNaN && odd[1].isFinite && odd[7].isFinite)
}

@Test func elementaryFunctionsAreThoseOfTheLibrary() {
  let exponential = error({ hp_vector_exp($0, $1) }, { exp($0) })
  let tangent = error({ hp_vector_tanh($0, $1) }, { tanh($0) })
  let sigmoid = error({ hp_vector_sigmoid($0, $1) }, { 1 / (1 + exp(-$0)) })
  for (relative, keepsNaN) in [exponential, tangent, sigmoid] {
    #expect(relative < 3e-7)
    #expect(keepsNaN)
  }
  let gelu = error({ hp_vector_gelu($0, $0, $1) }, { $0 < -5 ? 0 : 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) })
  #expect(gelu.0 < 3e-6 && gelu.1)
}

@Test func theSlopeOfGeluIsItsDifferenceQuotient() {
  for x in stride(from: -6.0, through: 6.0, by: 0.01) {
    func gelu(_ x: Double) -> Double { 0.5 * x * erfc(-x / 2.0.squareRoot()) }
    let wanted = (gelu(x + 1e-5) - gelu(x - 1e-5)) / 2e-5
    var slope: Float = 2
    var argument = Float(x)
    hp_vector_gelu_backward(&argument, &slope, 1)
    #expect(abs(Double(slope) / 2 - wanted) < 1e-6)
  }
}

@Test(arguments: [1, 7, 8, 9, 60, 67]) func aSoftmaxSumsToOneWhateverIsAdded(count: Int) {
  let x = drawn(count, 8).map { $0 * 9 }
  var (plain, shifted) = (x, x.map { $0 + 80 })
  hp_vector_softmax(&plain, count)
  hp_vector_softmax(&shifted, count)
  let powers = x.map { exp(Double($0)) }
  let sum = powers.reduce(0, +)
  for index in 0..<count {
    #expect(abs(Double(plain[index]) - powers[index] / sum) < 1e-6)
    #expect(abs(plain[index] - shifted[index]) < 1e-5)
  }
  #expect(abs(plain.reduce(0, +) - 1) < 1e-6)
}
