// Fitting corrections on forecasts of outcomes that the model had not seen.

import Glibc

extension CalibrationMap {
  /// Least outcomes of each class that a correction is fitted on.
  package static let leastOutcomes = 20

  /// The correction of that kind which fits `sample` best.
  ///
  /// - Throws: ``CalibrationError/tooFew(place:count:)`` where a class hardly ever happened.
  package init(_ method: CalibrationMethod, fitting sample: CalibrationSample) throws(CalibrationError) {
    let classes = 0..<sample.classes
    for place in classes where method != .identity {
      let count = sample.outcomes.count { $0 == place }
      guard count >= Self.leastOutcomes else { throw .tooFew(place: place, count: count) }
    }
    switch method {
    case .identity: self = .identity
    case .temperature: self = .temperature(Self.temperature(sample))
    case .platt: self = .platt(classes.map { Self.logistic(sample, of: $0) })
    case .beta: self = .beta(classes.map { Self.beta(sample, of: $0) })
    case .isotonic: self = .isotonic(classes.map { Self.rising(sample, of: $0) })
    }
  }

  /// The loss is convex in the temperature's inverse; golden section over six decades.
  private static func temperature(_ sample: CalibrationSample) -> Double {
    let golden = (5.0.squareRoot() - 1) / 2
    var (low, high) = (log(1e-3), log(1e3))
    func loss(_ logarithm: Double) -> Double { sample.logLoss(.temperature(exp(logarithm))) }
    var (left, right) = (high - golden * (high - low), low + golden * (high - low))
    var (leftLoss, rightLoss) = (loss(left), loss(right))
    while high - low > 1e-9 {
      if leftLoss <= rightLoss {
        (high, right, rightLoss) = (right, left, leftLoss)
        left = high - golden * (high - low)
        leftLoss = loss(left)
      } else {
        (low, left, leftLoss) = (left, right, rightLoss)
        right = low + golden * (high - low)
        rightLoss = loss(right)
      }
    }
    return exp((low + high) / 2)
  }

  /// Outcomes are drawn in from 0 and 1 by one more of each kind, as Platt does, so that a perfect past makes no
  /// certainty.
  private static func logistic(_ sample: CalibrationSample, of place: Int) -> LogisticCurve {
    let (negative, positive) = sample.mass(of: place)
    let (low, high) = (1 / (negative + 2), (positive + 1) / (positive + 2))
    let fit = curve(sample, of: place, low: low, high: high) { [logOdds($0)] }
    return LogisticCurve(slope: fit[0], shift: fit[1])
  }

  /// A curve that would fall is fitted again without the part that makes it fall, as its authors do.
  private static func beta(_ sample: CalibrationSample, of place: Int) -> BetaCurve {
    let both = curve(sample, of: place) { [log(held($0)), -log(1 - held($0))] }
    if both[0] >= 0, both[1] >= 0 { return BetaCurve(rise: both[0], fall: both[1], shift: both[2]) }
    if both[0] < 0 {
      let one = curve(sample, of: place) { [-log(1 - held($0))] }
      return BetaCurve(rise: 0, fall: max(0, one[0]), shift: one[1])
    }
    let one = curve(sample, of: place) { [log(held($0))] }
    return BetaCurve(rise: max(0, one[0]), fall: 0, shift: one[1])
  }

  /// Logistic regression of one class against the rest on functions of its probability.
  private static func curve(
    _ sample: CalibrationSample, of place: Int, low: Double = 0, high: Double = 1, _ columns: (Double) -> [Double]
  ) -> [Double] {
    var (x, targets): ([Double], [Double]) = ([], [])
    for row in 0..<sample.rows {
      x += columns(sample.probabilities[row * sample.classes + place])
      let target = sample.outcomes[row] == place ? high : low
      targets += [1 - target, target]
    }
    return LogisticFit.fit(
      x: x, columns: x.count / sample.rows, targets: targets, classes: 2, weights: sample.weights, penalty: 1e-9
    ).coefficients
  }

  /// Pooling of adjacent violators, then only the ends of level stretches.
  ///
  /// Source: R. Barlow et al., "Statistical inference under order restrictions" (1972).
  private static func rising(_ sample: CalibrationSample, of place: Int) -> RisingCurve {
    struct Block {
      var first: Double
      var last: Double
      var sum: Double
      var weight: Double
      var mean: Double { sum / weight }
    }
    let order = (0..<sample.rows).sorted {
      let (left, right) = (
        sample.probabilities[$0 * sample.classes + place], sample.probabilities[$1 * sample.classes + place]
      )
      return (left, $0) < (right, $1)
    }
    var blocks: [Block] = []
    for row in order {
      let at = sample.probabilities[row * sample.classes + place]
      let weight = sample.weights[row]
      let hit = sample.outcomes[row] == place ? weight : 0
      if let last = blocks.last, last.first == last.last, last.last == at {
        // Equal forecasts are one point.
        blocks[blocks.count - 1].sum += hit
        blocks[blocks.count - 1].weight += weight
      } else {
        blocks.append(Block(first: at, last: at, sum: hit, weight: weight))
      }
    }
    var pooled: [Block] = []
    for block in blocks {
      pooled.append(block)
      while pooled.count > 1, pooled[pooled.count - 2].mean >= pooled[pooled.count - 1].mean {
        let last = pooled.removeLast()
        pooled[pooled.count - 1].last = last.last
        pooled[pooled.count - 1].sum += last.sum
        pooled[pooled.count - 1].weight += last.weight
      }
    }
    var curve = RisingCurve(x: [], y: [])
    for block in pooled {
      for x in block.first == block.last ? [block.first] : [block.first, block.last] {
        curve.x.append(x)
        curve.y.append(block.mean)
      }
    }
    return curve
  }
}
