// OpenBLAS against the plain loops.

import Testing

import QuantMath

private func numbers<Scalar: BinaryFloatingPoint>(_ count: Int, stream: UInt64) -> [Scalar] {
  var random = CounterRandom(seed: 41, stream: stream)
  return (0..<count).map { _ in Scalar(random.nextUniform(in: -1..<1)) }
}

@Test(arguments: [(1, 1, 1), (3, 5, 4), (17, 1, 31), (32, 48, 64)], [false, true])
func matrixProductsAgreeWithThePlainLoops(shape: (m: Int, n: Int, k: Int), transpose: Bool) {
  let (m, n, k) = shape
  for transposeB in [false, true] {
    let a: [Double] = numbers(m * k, stream: 1)
    let b: [Double] = numbers(k * n, stream: 2)
    var fast: [Double] = numbers(m * n, stream: 3)
    var plain = fast
    LinearAlgebra.multiply(
      m: m, n: n, k: k, alpha: 0.5, a: a, transposeA: transpose, b: b, transposeB: transposeB, beta: -2, c: &fast)
    PlainLinearAlgebra.multiply(
      m: m, n: n, k: k, alpha: 0.5, a: a, transposeA: transpose, b: b, transposeB: transposeB, beta: -2, c: &plain)
    let difference = zip(fast, plain).map { abs($0 - $1) }.max() ?? 0
    #expect(difference <= 1e-15 * Double(k + 2), "largest difference \(difference)")

    let singleA = a.map(Float.init)
    let singleB = b.map(Float.init)
    var singleFast = [Float](repeating: .nan, count: m * n)
    var singlePlain = singleFast
    LinearAlgebra.multiply(
      m: m, n: n, k: k, a: singleA, transposeA: transpose, b: singleB, transposeB: transposeB, c: &singleFast)
    PlainLinearAlgebra.multiply(
      m: m, n: n, k: k, a: singleA, transposeA: transpose, b: singleB, transposeB: transposeB, c: &singlePlain)
    let singleDifference = zip(singleFast, singlePlain).map { abs($0 - $1) }.max() ?? 0
    #expect(singleDifference <= 1e-6 * Float(k), "largest difference \(singleDifference)")
  }
}

@Test(arguments: [(1, 1), (7, 3), (40, 64)], [false, true])
func matrixVectorProductsAgreeWithThePlainLoops(shape: (rows: Int, columns: Int), transpose: Bool) {
  let (rows, columns) = shape
  let a: [Double] = numbers(rows * columns, stream: 4)
  let x: [Double] = numbers(transpose ? rows : columns, stream: 5)
  var fast: [Double] = numbers(transpose ? columns : rows, stream: 6)
  var plain = fast
  LinearAlgebra.multiply(rows: rows, columns: columns, a: a, transpose: transpose, x: x, beta: 1, y: &fast)
  PlainLinearAlgebra.multiply(rows: rows, columns: columns, a: a, transpose: transpose, x: x, beta: 1, y: &plain)
  #expect((zip(fast, plain).map { abs($0 - $1) }.max() ?? 0) < 1e-13)

  let matrix = Matrix<Float>(rows: rows, columns: columns, elements: a.map(Float.init))
  let product = matrix.multiplied(by: x.map(Float.init), transposingSelf: transpose)
  var expected = [Float](repeating: .nan, count: product.count)
  PlainLinearAlgebra.multiply(
    rows: rows, columns: columns, a: a.map(Float.init), transpose: transpose, x: x.map(Float.init), y: &expected)
  #expect((zip(product, expected).map { abs($0 - $1) }.max() ?? 0) < 1e-4)
}

@Test func aProductOfTransposesIsTheTransposeOfTheReversedProduct() {
  let left = Matrix<Double>(rows: 4, columns: 6, elements: numbers(24, stream: 7))
  let right = Matrix<Double>(rows: 6, columns: 5, elements: numbers(30, stream: 8))
  let product = left.multiplied(by: right)
  let reversed = right.multiplied(by: left, transposingSelf: true, transposingOther: true)
  #expect(product.rows == 4 && product.columns == 5)
  #expect((zip(product.transposed().elements, reversed.elements).map { abs($0 - $1) }.max() ?? 1) < 1e-14)
  #expect(product[2, 3] == product.elements[2 * 5 + 3])
}

@Test func aProductOverAnEmptyDimensionIsZero() {
  let left = Matrix<Double>(rows: 2, columns: 0)
  let right = Matrix<Double>(rows: 0, columns: 3)
  #expect(left.multiplied(by: right) == Matrix(rows: 2, columns: 3))
  #expect(left.multiplied(by: []) == [0, 0])
}
