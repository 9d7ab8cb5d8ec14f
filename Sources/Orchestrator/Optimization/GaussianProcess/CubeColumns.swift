// Parameter sets as points with one coordinate a number and one a category, so that distances mean something.

import QuantMath

/// How the sets of a space lie in a Euclidean space.
///
/// A number is its position in [0, 1]; of c categories each has a coordinate of its own, so that two different ones are
/// at distance 1. A parameter that a set lacks lies in the middle: what tells such sets apart is the parameter that
/// the condition names. All coordinates of a parameter form a group, with one length scale.
package struct CubeColumns: Sendable {
  let space: SearchSpace
  let axes: [UnitAxis]
  /// First coordinate of each parameter, and at the end the number of all.
  let starts: [Int]

  package var count: Int { starts[starts.count - 1] }
  var groups: Int { axes.count }

  package init(_ space: SearchSpace) {
    self.space = space
    axes = space.parameters.map { UnitAxis($0) }
    starts = axes.reduce(into: [0]) { starts, axis in
      starts.append(starts[starts.count - 1] + (axis.isCategorical ? axis.levels : 1))
    }
  }

  /// Coordinates of a set of the space.
  package func point(_ set: ParameterSet) -> [Double] {
    var point = [Double](repeating: 0.5, count: count)
    var next = 0
    for (group, axis) in axes.enumerated() {
      var value: ParameterValue?
      if next < set.entries.count, set.entries[next].name == axis.name {
        value = set.entries[next].value
        next += 1
      }
      if axis.isCategorical {
        let chosen = value.map { Int(axis.position(of: $0) * Double(axis.levels)) }
        for level in 0..<axis.levels {
          let share = chosen.map { $0 == level ? 1 : 0 } ?? 1 / Double(axis.levels)
          point[starts[group] + level] = share * 0.5.squareRoot()
        }
      } else if let value {
        point[starts[group]] = axis.position(of: value)
      }
    }
    return point
  }

  /// The set at a point: the nearest value of countable numbers, the largest coordinate of categories.
  package func set(_ point: [Double]) -> ParameterSet {
    var group = 0
    return space.assemble { parameter in
      while axes[group].name != parameter.name { group += 1 }
      let axis = axes[group]
      guard axis.isCategorical else { return axis.value(min(1, max(0, point[starts[group]]))) }
      var best = 0
      for level in 0..<axis.levels where point[starts[group] + level] > point[starts[group] + best] { best = level }
      return parameter.domain.value(index: best)
    }
  }

  /// Whether a descent may move along a coordinate.
  func isContinuous(_ column: Int) -> Bool {
    guard let group = starts.dropLast().lastIndex(where: { $0 <= column }) else { return false }
    return !axes[group].isCategorical && axes[group].levels != 1
  }
}
