// How alike two points are expected to be.

import QuantMath

/// The Matern kernel of smoothness 5/2 with a length scale a group of coordinates (automatic relevance determination).
///
/// k(r) = s (1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r), r^2 the sum over groups of w d^2.
/// Source: C. Rasmussen, C. Williams, "Gaussian processes for machine learning" (2006), 4.2.
package struct MaternKernel: Sendable {
  /// w, one a group: the inverse squared length scales.
  package var weights: [Double]
  /// s, the variance of the function.
  package var scale: Double
  /// Variance of an observation around the function.
  package var noise: Double

  package init(weights: [Double], scale: Double, noise: Double) {
    (self.weights, self.scale, self.noise) = (weights, scale, noise)
  }

  private static let root = 5.0.squareRoot()

  /// k of four squared distances, and with `slope` its derivative by r^2; both without the scale.
  @inline(__always)
  static func value(_ squared: SIMD4<Double>) -> (value: SIMD4<Double>, slope: SIMD4<Double>) {
    let scaled = squared.squareRoot() * root
    let limit = SIMD4<Double>(repeating: 690)
    let decay = exponential(-scaled.replacing(with: limit, where: scaled .> limit))
    let linear = scaled + 1
    return ((linear + squared * (5.0 / 3)) * decay, linear * decay * (-5.0 / 6))
  }
}

/// Points packed four to a vector, coordinates already divided by their length scales.
struct PackedPoints: Sendable {
  let count: Int
  let columns: Int
  /// sqrt(w) of each coordinate.
  let factors: [Double]
  /// (block, column); lanes past the last point are at 0.
  private var lanes: [SIMD4<Double>]

  var blocks: Int { (count + 3) / 4 }

  init(_ points: [[Double]], _ cube: CubeColumns, weights: [Double]) {
    count = points.count
    columns = cube.count
    var factors: [Double] = []
    for group in 0..<cube.groups {
      for _ in cube.starts[group]..<cube.starts[group + 1] { factors.append(weights[group].squareRoot()) }
    }
    self.factors = factors
    lanes = Array(repeating: .zero, count: (points.count + 3) / 4 * columns)
    for (index, point) in points.enumerated() {
      for column in 0..<columns { lanes[index / 4 * columns + column][index % 4] = point[column] * factors[column] }
    }
  }

  /// The kernel, without its scale, between `point` and all points; `slopes` receives the derivatives by r^2.
  func similarities(to point: [Double], _ values: inout [Double], slopes: inout [Double]) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { scaled in
      for column in 0..<columns { scaled[column] = point[column] * factors[column] }
      lanes.withUnsafeBufferPointer { lanes in
        for block in 0..<blocks {
          var squared = SIMD4<Double>.zero
          for column in 0..<columns {
            let distance = lanes[block * columns + column] - scaled[column]
            squared += distance * distance
          }
          let (value, slope) = MaternKernel.value(squared)
          for lane in 0..<min(4, count - block * 4) {
            values[block * 4 + lane] = value[lane]
            slopes[block * 4 + lane] = slope[lane]
          }
        }
      }
    }
  }

  /// Coordinate `column` of point `index`, divided by its length scale.
  func scaled(_ index: Int, _ column: Int) -> Double { lanes[index / 4 * columns + column][index % 4] }
}
