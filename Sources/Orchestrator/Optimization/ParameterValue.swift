// Values that hyper-parameters take.

/// One value of a hyper-parameter.
package enum ParameterValue: Hashable, Sendable {
  case float(Double)
  case integer(Int)
  case category(String)
}

extension ParameterValue: CustomStringConvertible {
  package var description: String {
    switch self {
    case .float(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    case .category(let value): return value
    }
  }
}

/// The values of one trial, in the order of its search space.
package struct ParameterSet: Hashable, Sendable {
  /// Names and values, in the order of declaration.
  package let entries: [Entry]

  /// One named value.
  package struct Entry: Hashable, Sendable {
    package let name: String
    package let value: ParameterValue

    package init(name: String, value: ParameterValue) {
      self.name = name
      self.value = value
    }
  }

  package init(_ entries: [Entry]) { self.entries = entries }

  /// The value of that name, or nil.
  package subscript(name: String) -> ParameterValue? { entries.first { $0.name == name }?.value }

  /// The number of that name, from a float or an integer parameter.
  ///
  /// - Precondition: the space declares such a parameter.
  package func number(_ name: String) -> Double {
    switch self[name] {
    case .float(let value): return value
    case .integer(let value): return Double(value)
    default: preconditionFailure("the search space declares no number '\(name)'")
    }
  }

  /// The integer of that name.
  ///
  /// - Precondition: the space declares such an integer parameter.
  package func integer(_ name: String) -> Int {
    guard case .integer(let value) = self[name] else {
      preconditionFailure("the search space declares no integer '\(name)'")
    }
    return value
  }

  /// The category of that name.
  ///
  /// - Precondition: the space declares such a categorical parameter.
  package func category(_ name: String) -> String {
    guard case .category(let value) = self[name] else {
      preconditionFailure("the search space declares no category '\(name)'")
    }
    return value
  }
}

extension ParameterSet: CustomStringConvertible {
  /// `depth=6 rate=0.1`.
  package var description: String { entries.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
}
