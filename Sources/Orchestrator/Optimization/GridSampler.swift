// Every combination, once.

/// Walks through all combinations; the last parameter of the space changes fastest.
package struct GridSampler: Sampler {
  /// Values tried of each continuous parameter, ends included; at least 2.
  package let resolution: Int

  /// - Throws: ``OptimizationError/argument(name:value:requirement:)`` if `resolution` is below 2.
  package init(resolution: Int) throws(OptimizationError) {
    if resolution < 2 { throw .argument(name: "resolution", value: "\(resolution)", requirement: "at least 2") }
    self.resolution = resolution
  }

  package var learns: Bool { false }

  /// The number of combinations, at most `Int.max`.
  package func limit(in space: SearchSpace) -> Int? {
    space.parameters.reduce(1) { product, parameter in
      let (result, overflow) = product.multipliedReportingOverflow(by: levels(parameter))
      return overflow ? .max : result
    }
  }

  package func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
  ) -> ParameterSet {
    var rest = number
    var entries: [ParameterSet.Entry] = []
    for parameter in space.parameters.reversed() {
      let levels = levels(parameter)
      let level = rest % levels
      rest /= levels
      let value =
        parameter.domain.count == nil
        ? parameter.domain.value(position: Double(level) / Double(levels - 1)) : parameter.domain.value(index: level)
      entries.append(ParameterSet.Entry(name: parameter.name, value: value))
    }
    return ParameterSet(entries.reversed())
  }

  private func levels(_ parameter: Parameter) -> Int { parameter.domain.count ?? resolution }
}
