// A density over the unit cube made of one kernel an observation, and one prior.

import Glibc
import QuantMath

/// A mixture of product kernels: what tree-structured Parzen estimation calls l(x) and g(x).
///
/// Later observations weigh more: the last 25 count 1, the ones before ramp up to 1 from 1 / count.
/// Kernels are kept in blocks of four, one a lane; lanes past the last kernel have no weight.
/// Source: J. Bergstra, D. Yamins, D. Cox, "Making a science of model search" (2013), section 3.
package struct ParzenEstimator: Sendable {
  /// Number of observations.
  let count: Int
  /// Number of blocks of four kernels.
  let blocks: Int
  private let axes: [ParzenAxis]
  private let smooth: [Int]
  private let tabulated: [Int]
  /// Where the kernels lie, (axis, kernel).
  private let positions: [Double]
  /// Centres over sqrt(2) sigma of smooth axes, (block, smooth axis).
  private let centres: [SIMD4<Double>]
  /// Values of tabulated axes, (block, tabulated axis).
  private let levels: [SIMD4<UInt32>]
  /// log of weight and of the Gaussians' constant factors, (block).
  private let logWeights: [SIMD4<Double>]
  private let logPriorWeight: Double
  /// Sums of weights up to each kernel; the prior has the rest up to 1.
  private let cumulative: [Double]

  /// What a lane without a kernel has for the logarithm of its weight.
  private static let nothing = -1e9

  /// - Parameters:
  ///   - positions: (column, row): where the observations lie.
  ///   - stride: Rows of `positions`.
  ///   - columns: Which columns the axes are.
  ///   - rows: Which observations the kernels are, oldest first.
  package init(_ unit: [UnitAxis], positions: [Double], stride: Int, columns: [Int], rows: [Int]) {
    let count = rows.count
    let axes = columns.map { ParzenAxis(unit[$0], count: count, dimensions: columns.count) }
    self.count = count
    self.axes = axes
    blocks = (count + 3) / 4
    smooth = axes.indices.filter { !axes[$0].isTabulated }
    tabulated = axes.indices.filter { axes[$0].isTabulated }
    let own = [Double](unsafeUninitializedCapacity: columns.count * count) { own, initialized in
      positions.withUnsafeBufferPointer { positions in
        for (place, column) in columns.enumerated() {
          for (kernel, row) in rows.enumerated() {
            own.initializeElement(at: place * count + kernel, to: positions[column * stride + row])
          }
        }
      }
      initialized = columns.count * count
    }
    self.positions = own

    let weights = Self.weights(count)
    let total = weights.reduce(1, +)
    var sum = 0.0
    cumulative = weights.map { weight in
      sum += weight / total
      return sum
    }
    logPriorWeight = -log(total)
    centres = Self.blocked(own, count, smooth) { place, positions in
      positions * (0.5.squareRoot() / axes[place].sigma)
    }
    levels = Self.blocked(own, count, tabulated) { place, positions in
      let levels = axes[place].levels
      return SIMD4<UInt32>(truncatingIfNeeded: SIMD4<Int64>(positions * Double(levels), rounding: .towardZero))
    }
    logWeights = Self.logWeights(weights, total, own, axes, smooth)
  }

  /// (axis, kernel) to (block, axis), for some of the axes.
  private static func blocked<Lane>(
    _ own: [Double], _ count: Int, _ places: [Int], _ convert: (_ place: Int, SIMD4<Double>) -> SIMD4<Lane>
  ) -> [SIMD4<Lane>] {
    let blocks = (count + 3) / 4
    return [SIMD4<Lane>](unsafeUninitializedCapacity: blocks * places.count) { result, initialized in
      own.withUnsafeBufferPointer { own in
        for (index, place) in places.enumerated() {
          for block in 0..<blocks {
            let lanes = Self.lanes(own, place * count + block * 4, count - block * 4)
            result.initializeElement(at: block * places.count + index, to: convert(place, lanes))
          }
        }
      }
      initialized = blocks * places.count
    }
  }

  /// Four numbers from `first` on; where fewer are left, the first again.
  private static func lanes(_ own: UnsafeBufferPointer<Double>, _ first: Int, _ left: Int) -> SIMD4<Double> {
    if left >= 4 { return SIMD4(own[first], own[first + 1], own[first + 2], own[first + 3]) }
    return SIMD4(own[first], own[left > 1 ? first + 1 : first], own[left > 2 ? first + 2 : first], own[first])
  }

  private static func weights(_ count: Int) -> [Double] {
    let ramp = count - 25
    return (0..<count).map { index in
      guard index < ramp else { return 1 }
      let first = 1 / Double(count)
      return ramp == 1 ? first : first + (1 - first) * Double(index) / Double(ramp - 1)
    }
  }

  /// A cut Gaussian's density is exp(-(x - centre)^2 / (2 sigma^2)) / (sqrt(2 pi) sigma mass): all but the first
  /// factor.
  private static func logWeights(
    _ weights: [Double], _ total: Double, _ own: [Double], _ axes: [ParzenAxis], _ smooth: [Int]
  ) -> [SIMD4<Double>] {
    let count = weights.count
    let constant = smooth.reduce(-log(total)) { $0 - log((2 * Double.pi).squareRoot() * axes[$1].sigma) }
    return (0..<((count + 3) / 4)).map { block in
      // A centre lies within the ends, so at least a third of its kernel does: products of 300 axes stay normal.
      var masses = SIMD4<Double>(repeating: 1)
      own.withUnsafeBufferPointer { own in
        for place in smooth {
          let centre = lanes(own, place * count + block * 4, count - block * 4)
          masses *= ParzenAxis.cutMass(centre, sigma: axes[place].sigma)
        }
      }
      var result = SIMD4<Double>(repeating: nothing)
      for lane in 0..<min(4, count - block * 4) {
        result[lane] = log(weights[block * 4 + lane] / masses[lane]) + constant
      }
      return result
    }
  }

  /// Largest number of values of a tabulated axis.
  var rowLength: Int { tabulated.reduce(0) { max($0, axes[$1].levels) } }

  /// A draw into `point`, one position an axis.
  func draw(into point: UnsafeMutableBufferPointer<Double>, _ random: inout CounterRandom) {
    let uniform = random.nextUniform()
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > uniform { high = middle } else { low = middle + 1 }
    }
    for (place, axis) in axes.enumerated() {
      point[place] = axis.draw(low < count ? positions[place * count + low] : nil, &random)
    }
  }

  /// log of the density at `point`, one position an axis.
  package func logDensity(_ point: [Double]) -> Double {
    var point = point
    var row = [Double](repeating: 0, count: rowLength)
    return point.withUnsafeMutableBufferPointer { point in
      row.withUnsafeMutableBufferPointer { row in
        withUnsafeTemporaryAllocation(of: SIMD4<Double>.self, capacity: blocks) { terms in
          logDensity(point, terms: terms, row: row)
        }
      }
    }
  }

  /// The same in space that the caller gives.
  ///
  /// - Parameters:
  ///   - terms: Space for as many vectors as there are blocks.
  ///   - row: Space for ``rowLength`` numbers.
  func logDensity(
    _ point: UnsafeMutableBufferPointer<Double>, terms: UnsafeMutableBufferPointer<SIMD4<Double>>,
    row: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    var prior = logPriorWeight
    for (place, axis) in axes.enumerated() { prior += axis.logPrior(position: point[place]) }
    fillTerms(point, terms)
    for (index, place) in tabulated.enumerated() {
      axes[place].fill(row, level: axes[place].level(point[place]))
      levels.withUnsafeBufferPointer { levels in
        for block in 0..<blocks {
          let level = levels[block * tabulated.count + index]
          terms[block] += SIMD4(row[Int(level.x)], row[Int(level.y)], row[Int(level.z)], row[Int(level.w)])
        }
      }
    }
    // Relative to the largest term none overflows, and those far below it do not change the sum's first fifteen digits.
    var most = SIMD4(repeating: prior)
    for block in 0..<blocks { most = most.replacing(with: terms[block], where: terms[block] .> most) }
    let largest = most.max()
    var sum = SIMD4<Double>(exp(prior - largest), 0, 0, 0)
    let least = SIMD4<Double>(repeating: -600)
    for block in 0..<blocks {
      let below = terms[block] - largest
      sum += exponential(below.replacing(with: least, where: below .< least))
    }
    return largest + log(sum.sum())
  }

  /// log of weights times smooth axes' kernels.
  private func fillTerms(
    _ point: UnsafeMutableBufferPointer<Double>, _ terms: UnsafeMutableBufferPointer<SIMD4<Double>>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: smooth.count) { scaled in
      for (index, place) in smooth.enumerated() { scaled[index] = point[place] * 0.5.squareRoot() / axes[place].sigma }
      let axes = smooth.count
      centres.withUnsafeBufferPointer { centres in
        logWeights.withUnsafeBufferPointer { logWeights in
          for block in 0..<blocks {
            var sum = logWeights[block]
            for index in 0..<axes {
              let away = scaled[index] - centres[block * axes + index]
              sum -= away * away
            }
            terms[block] = sum
          }
        }
      }
    }
  }
}
