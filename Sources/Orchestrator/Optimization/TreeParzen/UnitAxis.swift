// A parameter as one axis of the unit cube, for samplers that read many observations.

import Glibc

/// What ``ParameterDomain/position(of:)`` computes, with everything that depends on the domain alone computed once.
package struct UnitAxis: Sendable {
  let parameter: Parameter
  let name: String
  /// Number of values; 0 where they are not countable.
  let levels: Int
  let isCategorical: Bool
  private let isLogarithmic: Bool
  private let low: Double
  private let lowInteger: Int
  /// Positions a unit of the value, or of its logarithm.
  private let scale: Double
  private let step: Int
  private let names: [String]

  package init(_ parameter: Parameter) {
    self.parameter = parameter
    name = parameter.name
    let domain = parameter.domain
    levels = domain.count ?? 0
    isCategorical = domain.isCategorical
    var (isLogarithmic, low, scale) = (false, 0.0, 0.0)
    var (lowInteger, step) = (0, 1)
    var names: [String] = []
    switch domain {
    case .float(let from, let to): (low, scale) = (from, to > from ? 1 / (to - from) : 0)
    case .logarithmic(let from, let to):
      (isLogarithmic, low, scale) = (true, log(from), to > from ? 1 / (log(to) - log(from)) : 0)
    case .stepped(let from, _, let size): (low, scale) = (from, 1 / size)
    case .integer(let from, _, let size): (lowInteger, step) = (from, size)
    case .categorical(let all): names = all
    }
    (self.isLogarithmic, self.low, self.scale, self.lowInteger) = (isLogarithmic, low, scale, lowInteger)
    (self.step, self.names) = (step, names)
  }

  /// Where a value lies in [0, 1], the middle of its part for a countable domain; NaN for a value of another domain.
  package func position(of value: ParameterValue) -> Double {
    switch value {
    case .float(let value):
      guard !isCategorical else { return .nan }
      if levels > 0 { return middle(Int(((value - low) * scale).rounded())) }
      return min(1, max(0, ((isLogarithmic ? log(value) : value) - low) * scale))
    case .integer(let value): return levels > 0 && !isCategorical ? middle((value - lowInteger) / step) : .nan
    case .category(let name): return isCategorical ? names.firstIndex(of: name).map(middle) ?? .nan : .nan
    }
  }

  private func middle(_ index: Int) -> Double {
    index >= 0 && index < levels ? (Double(index) + 0.5) / Double(levels) : .nan
  }

  /// The value at a position.
  func value(_ position: Double) -> ParameterValue { parameter.domain.value(position: position) }
}

extension UnitAxis {
  /// Positions of all observations, (axis, observation); NaN where an observation lacks the parameter.
  package static func positions(_ history: [Observation], on axes: [UnitAxis]) -> [Double] {
    let count = history.count
    return [Double](unsafeUninitializedCapacity: axes.count * count) { positions, initialized in
      // Elements are used in place: copies of axes and observations would cost more than the reading.
      axes.withUnsafeBufferPointer { axes in
        for row in 0..<count {
          history[row].parameters.entries.withUnsafeBufferPointer { entries in
            // Entries are in the order of the space, with gaps where a condition does not hold.
            var next = 0
            for column in 0..<axes.count {
              var position = Double.nan
              if next < entries.count, entries[next].name == axes[column].name {
                position = axes[column].position(of: entries[next].value)
                next += 1
              }
              positions.initializeElement(at: column * count + row, to: position)
            }
          }
        }
      }
      initialized = axes.count * count
    }
  }
}
