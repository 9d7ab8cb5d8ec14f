// Minimises a smooth function between bounds.

/// Limited-memory quasi-Newton steps on the variables that are not held by a bound, projected onto the box.
///
/// Sources: D. P. Bertsekas, "Projected Newton methods for optimization problems with simple constraints" (1982) for
/// the free variables; J. Nocedal, S. Wright, "Numerical optimization" (2006), algorithm 7.4, for the step.
package enum ProjectedDescent {
  /// A point and the value there.
  package typealias Minimum = (point: [Double], value: Double)

  /// - Parameters:
  ///   - start: Where to begin; moved into the box.
  ///   - evaluations: Most calls of `value`.
  ///   - value: The function; writes its gradient into the second argument.
  /// - Returns: The best point seen, `start` if nothing else is better.
  package static func minimise(
    from start: [Double], low: [Double], high: [Double], evaluations: Int, tolerance: Double = 1e-7, memory: Int = 6,
    value: (_ point: [Double], _ gradient: inout [Double]) -> Double
  ) -> Minimum {
    var point = zip(start, zip(low, high)).map { min($1.1, max($1.0, $0)) }
    var gradient = [Double](repeating: 0, count: point.count)
    var current = value(point, &gradient)
    var spent = 1
    var pairs: [(step: [Double], change: [Double], scale: Double)] = []
    while spent < evaluations, current.isFinite {
      let isFree = point.indices.map { axis in
        !(point[axis] <= low[axis] && gradient[axis] > 0) && !(point[axis] >= high[axis] && gradient[axis] < 0)
      }
      let free = gradient.indices.map { isFree[$0] ? gradient[$0] : 0 }
      if free.allSatisfy({ abs($0) < tolerance }) { break }
      var direction = quasiNewton(free, pairs).indexed { isFree[$0] ? -$1 : 0 }
      var slope = dot(direction, gradient)
      if !(slope < 0) {
        direction = free.map { -$0 }
        slope = dot(direction, gradient)
        pairs.removeAll()
      }
      // Without any curvature known, the first step is no longer than a tenth of a unit.
      var length = pairs.isEmpty ? min(1, 0.1 / dot(direction, direction).squareRoot()) : 1
      var accepted = false
      while spent < evaluations {
        let next = point.indices.map { min(high[$0], max(low[$0], point[$0] + length * direction[$0])) }
        let step = next.indices.map { next[$0] - point[$0] }
        if step.allSatisfy({ abs($0) < 1e-12 }) { break }
        var nextGradient = gradient
        let nextValue = value(next, &nextGradient)
        spent += 1
        guard nextValue.isFinite, nextValue <= current + 1e-4 * min(0, dot(step, gradient)) else {
          length *= 0.3
          continue
        }
        let change = nextGradient.indices.map { isFree[$0] ? nextGradient[$0] - gradient[$0] : 0 }
        let curvature = dot(step, change)
        if curvature > 1e-12 * dot(change, change) {
          pairs.append((step, change, 1 / curvature))
          if pairs.count > memory { pairs.removeFirst() }
        }
        accepted = current - nextValue > 1e-10 * max(1, abs(current))
        (point, gradient, current) = (next, nextGradient, nextValue)
        break
      }
      if !accepted { break }
    }
    return (point, current)
  }

  /// The inverse Hessian, as far as the pairs tell, times `gradient`.
  private static func quasiNewton(
    _ gradient: [Double], _ pairs: [(step: [Double], change: [Double], scale: Double)]
  ) -> [Double] {
    var result = gradient
    var shares: [Double] = []
    for pair in pairs.reversed() {
      let share = pair.scale * dot(pair.step, result)
      shares.append(share)
      for axis in result.indices { result[axis] -= share * pair.change[axis] }
    }
    if let last = pairs.last {
      let scale = 1 / (last.scale * dot(last.change, last.change))
      for axis in result.indices { result[axis] *= scale }
    }
    for (pair, share) in zip(pairs, shares.reversed()) {
      let back = pair.scale * dot(pair.change, result)
      for axis in result.indices { result[axis] += (share - back) * pair.step[axis] }
    }
    return result
  }

  private static func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for axis in left.indices { sum += left[axis] * right[axis] }
    return sum
  }
}

extension [Double] {
  fileprivate func indexed(_ transform: (Int, Double) -> Double) -> [Double] {
    enumerated().map { transform($0.offset, $0.element) }
  }
}
