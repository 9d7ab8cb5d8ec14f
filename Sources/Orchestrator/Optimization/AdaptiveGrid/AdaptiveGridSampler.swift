// A coarse grid first, then ever finer ones around the plateau that looks best.

import QuantMath

/// Covers the space coarsely, then refines around stable plateaus, not single peaks.
///
/// The coarse grid has ``levels`` values of each number and all categories, in shuffled order; where that is more than
/// ``coarseLimit`` points, as many Sobol points instead. Every later stage of ``batch`` trials fills a box around the
/// trial whose neighbourhood, itself and its nearest, has the lowest mean loss; the box's half width is half of the
/// stage's before.
package struct AdaptiveGridSampler: Sampler {
  package let levels: Int
  package let batch: Int
  package let coarseLimit: Int
  /// Trials that a stage leaves out of sight before it, so that all its trials see the same ones, however many are
  /// worked on at a time.
  private static let lag = 16

  /// - Precondition: at least two levels, and a trial in a stage.
  package init(levels: Int = 4, batch: Int = 24, coarseLimit: Int = 96) {
    precondition(levels >= 2 && batch >= 1 && coarseLimit >= 1, "a grid needs two levels, and a stage a trial")
    self.levels = levels
    self.batch = batch
    self.coarseLimit = coarseLimit
  }

  package func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
  ) -> ParameterSet {
    let coarse = coarseCount(space)
    if number < coarse { return coarsePoint(number, of: coarse, space, seed) }
    let stage = (number - coarse) / batch
    let start = coarse + stage * batch
    let known = history.filter { $0.number < start - Self.lag && $0.loss != nil }
    guard let centre = Self.plateau(known, space) else {
      return SobolSampler().parameters(ofTrial: number, in: space, seed: seed, history: [])
    }
    var radius = 1 / Double(2 * (levels - 1))
    for _ in 0..<min(stage, 40) { radius /= 2 }
    // Sobol points of the stage, moved into the box.
    let point = SobolSampler().parameters(ofTrial: number, in: space.unconditional, seed: seed, history: [])
    return space.assemble { parameter in
      guard let middle = centre.parameters[parameter.name], let drawn = point[parameter.name] else {
        return point[parameter.name] ?? parameter.domain.value(position: 0.5)
      }
      if parameter.domain.isCategorical {
        var random = CounterRandom(
          seed: seed, purpose: "optimization.adaptive." + parameter.name, index: UInt64(number))
        return random.nextUniform() < 0.8 ? middle : drawn
      }
      let shift = (2 * parameter.domain.position(of: drawn) - 1) * radius
      return parameter.domain.value(position: min(1, max(0, parameter.domain.position(of: middle) + shift)))
    }
  }

  private func levels(of parameter: Parameter) -> Int {
    let count = parameter.domain.count ?? .max
    return parameter.domain.isCategorical ? count : min(count, levels)
  }

  /// Points of the coarse pass.
  private func coarseCount(_ space: SearchSpace) -> Int {
    let product = space.parameters.reduce(1) { product, parameter in
      let (result, overflow) = product.multipliedReportingOverflow(by: levels(of: parameter))
      return overflow ? .max : result
    }
    return min(product, coarseLimit)
  }

  private func coarsePoint(_ number: Int, of count: Int, _ space: SearchSpace, _ seed: UInt64) -> ParameterSet {
    let isGrid = space.parameters.reduce(1) { $0.multipliedReportingOverflow(by: levels(of: $1)).partialValue } == count
    guard isGrid else {
      return SobolSampler().parameters(ofTrial: number, in: space, seed: seed, history: [])
    }
    var order = Array(0..<count)
    var random = CounterRandom(seed: seed, purpose: "optimization.adaptive.order")
    random.shuffle(&order)
    var rest = order[number]
    var places: [String: Double] = [:]
    for parameter in space.parameters.reversed() {
      let levels = levels(of: parameter)
      places[parameter.name] = levels > 1 ? Double(rest % levels) / Double(levels - 1) : 0.5
      rest /= levels
    }
    return space.assemble { parameter in
      let place = places[parameter.name] ?? 0.5
      guard let count = parameter.domain.count else { return parameter.domain.value(position: place) }
      return parameter.domain.value(index: Int((place * Double(count - 1)).rounded()))
    }
  }

  /// The observation with the lowest mean loss of itself and its nearest; nil without any.
  static func plateau(_ known: [Observation], _ space: SearchSpace) -> Observation? {
    let near = 1 + space.parameters.count
    var best: (observation: Observation, mean: Double)?
    for candidate in known {
      let losses = known.map { (distance($0, candidate, space), $0.number, $0.loss ?? .infinity) }
        .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(near)
      let mean = losses.reduce(0) { $0 + $1.2 } / Double(losses.count)
      if best.map({ mean < $0.mean }) ?? true { best = (candidate, mean) }
    }
    return best?.observation
  }

  /// Squared distance in the unit cube; a parameter that only one of them has, or another category, counts 1.
  private static func distance(_ left: Observation, _ right: Observation, _ space: SearchSpace) -> Double {
    space.parameters.reduce(0) { sum, parameter in
      sum + parameter.squaredDistance(left.parameters[parameter.name], right.parameters[parameter.name])
    }
  }
}

extension Parameter {
  /// Between two values in the unit cube; 1 where only one of them is there, or for another category.
  package func squaredDistance(_ left: ParameterValue?, _ right: ParameterValue?) -> Double {
    guard let left, let right else { return left == nil && right == nil ? 0 : 1 }
    if domain.isCategorical { return left == right ? 0 : 1 }
    let distance = domain.position(of: left) - domain.position(of: right)
    return distance * distance
  }
}

extension SearchSpace {
  /// The same parameters without their conditions.
  var unconditional: SearchSpace {
    guard let space = try? SearchSpace(parameters.map { Parameter($0.name, $0.domain) }) else {
      preconditionFailure("a valid space stays one without its conditions")
    }
    return space
  }
}
