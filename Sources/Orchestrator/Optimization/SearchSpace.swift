// What a search may choose from.

import QuantMath

/// A named hyper-parameter.
package struct Parameter: Hashable, Sendable {
  package let name: String
  package let domain: ParameterDomain

  package init(_ name: String, _ domain: ParameterDomain) {
    self.name = name
    self.domain = domain
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
    }
    self.parameters = parameters
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
