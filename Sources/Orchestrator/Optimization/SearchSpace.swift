// What a search may choose from.

import QuantMath

/// A named hyper-parameter.
package struct Parameter: Hashable, Sendable {
  package let name: String
  package let domain: ParameterDomain
  /// Nil for a parameter that every trial has.
  package let condition: ParameterCondition?

  package init(_ name: String, _ domain: ParameterDomain, when condition: ParameterCondition? = nil) {
    self.name = name
    self.domain = domain
    self.condition = condition
  }
}

/// When a parameter is there: when another one, declared before it, is there and has one of some values.
package struct ParameterCondition: Hashable, Sendable {
  package let parent: String
  package let values: [ParameterValue]

  package init(_ parent: String, _ values: [ParameterValue]) {
    self.parent = parent
    self.values = values
  }

  /// Whether it holds, given the values of the parameters declared before.
  func holds(_ entries: [ParameterSet.Entry]) -> Bool {
    entries.contains { $0.name == parent && values.contains($0.value) }
  }
}

/// How many different parameter sets a space holds.
package enum SearchSpaceSize: Hashable, Sendable {
  case finite(Int)
  /// More than `Int.max`.
  case beyondCounting
  /// Some parameters are continuous; the others combine in `combinations` ways (nil: more than `Int.max`).
  case continuous(dimensions: Int, combinations: Int?)
}

/// A validated, ordered list of hyper-parameters.
package struct SearchSpace: Hashable, Sendable {
  package let parameters: [Parameter]

  /// - Throws: ``OptimizationError`` if there are no parameters, a name is empty or used twice, or a domain is
  ///   impossible.
  package init(_ parameters: [Parameter]) throws(OptimizationError) {
    if parameters.isEmpty { throw .emptySpace }
    var names = Set<String>()
    for parameter in parameters {
      if parameter.name.isEmpty { throw .domain(parameter: "", problem: "a parameter needs a name") }
      if !names.insert(parameter.name).inserted { throw .duplicateParameter(name: parameter.name) }
      if let problem = parameter.domain.problem { throw .domain(parameter: parameter.name, problem: problem) }
      if let problem = Self.problem(of: parameter, after: parameters) {
        throw .domain(parameter: parameter.name, problem: problem)
      }
    }
    self.parameters = parameters
  }

  /// What is wrong with a parameter's condition; nil if nothing is.
  private static func problem(of parameter: Parameter, after all: [Parameter]) -> String? {
    guard let condition = parameter.condition else { return nil }
    let before = all.prefix { $0.name != parameter.name }
    guard let parent = before.first(where: { $0.name == condition.parent }) else {
      return "its condition names '\(condition.parent)', which is not declared before it"
    }
    guard let count = parent.domain.count, !condition.values.isEmpty else {
      return "its condition on '\(condition.parent)' needs values of a parameter that can be counted"
    }
    let known = Set((0..<min(count, 10_000)).map { parent.domain.value(index: $0) })
    if let value = condition.values.first(where: { !known.contains($0) }) {
      return "its condition names the value '\(value)', which '\(condition.parent)' never has"
    }
    return nil
  }

  /// The set that `value` makes: each parameter in the order of declaration, left out where its condition does not
  /// hold.
  package func assemble(_ value: (Parameter) -> ParameterValue) -> ParameterSet {
    var entries: [ParameterSet.Entry] = []
    for parameter in parameters where parameter.condition?.holds(entries) ?? true {
      entries.append(ParameterSet.Entry(name: parameter.name, value: value(parameter)))
    }
    return ParameterSet(entries)
  }

  /// Whether a set has exactly the parameters that this space gives it, with values that it allows.
  package func contains(_ set: ParameterSet) -> Bool {
    var entries: [ParameterSet.Entry] = []
    for parameter in parameters where parameter.condition?.holds(entries) ?? true {
      guard let value = set[parameter.name], parameter.domain.contains(value) else { return false }
      entries.append(ParameterSet.Entry(name: parameter.name, value: value))
    }
    return entries == set.entries
  }

  /// How many different parameter sets there are.
  package var size: SearchSpaceSize {
    var combinations: Int? = 1
    var dimensions = 0
    for parameter in parameters {
      guard let count = parameter.domain.count else {
        dimensions += 1
        continue
      }
      combinations = combinations.flatMap { product in
        let (result, overflow) = product.multipliedReportingOverflow(by: count)
        return overflow ? nil : result
      }
    }
    if dimensions > 0 { return .continuous(dimensions: dimensions, combinations: combinations) }
    return combinations.map { .finite($0) } ?? .beyondCounting
  }

  /// Hash of names and domains: equal spaces have equal fingerprints in every process and release.
  package var fingerprint: UInt64 {
    var hash = StableHash()
    for parameter in parameters {
      hash.combine(parameter.name)
      hash.combine(parameter.domain.description)
      if let condition = parameter.condition { hash.combine(condition.description) }
    }
    return hash.value
  }
}

extension SearchSpace: CustomStringConvertible {
  /// One line per parameter and one with the size.
  package var description: String {
    let width = parameters.map(\.name.count).max() ?? 0
    let lines = parameters.map { parameter in
      parameter.name + String(repeating: " ", count: width - parameter.name.count) + "  " + parameter.domain.description
        + (parameter.condition.map { ", \($0)" } ?? "")
    }
    let total: String
    switch size {
    case .finite(let count): total = "\(count) combinations"
    case .beyondCounting: total = "more than \(Int.max) combinations"
    case .continuous(let dimensions, let combinations):
      total = "\(dimensions) continuous, times \(combinations.map(String.init) ?? "more than \(Int.max)") combinations"
    }
    return lines.joined(separator: "\n") + "\n\(parameters.count) parameters: \(total)"
  }
}

extension ParameterCondition: CustomStringConvertible {
  /// `where model is trees or lstm`.
  package var description: String { "where \(parent) is " + values.map(\.description).joined(separator: " or ") }
}
