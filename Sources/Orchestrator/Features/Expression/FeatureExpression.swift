// A feature's formula as a tree: what is declared, hashed, printed and compiled.

/// A formula over the inputs of a bar.
///
/// Its text, such as `zscore(rsi(close, 14), 100)`, is the one notation of schema files, catalogue and hash;
/// ``FeatureExpressionParser`` reads it.
package indirect enum FeatureExpression: Hashable, Sendable {
  /// Something the market, the clock or a regime tells at the close of a bar.
  case input(FeatureInput)
  /// A constant, or a parameter such as a period.
  case number(Double)
  /// An operator or indicator by name: its input expressions, then its parameters.
  case call(String, [FeatureExpression])
}

extension FeatureExpression: CustomStringConvertible {
  /// The text that ``FeatureExpressionParser`` reads back as the same tree.
  package var description: String {
    switch self {
    case .input(let input): return input.name
    case .number(let value): return Self.text(value)
    case .call(let name, let arguments):
      return name + "(" + arguments.map(\.description).joined(separator: ", ") + ")"
    }
  }

  /// A number without a needless fraction.
  package static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }
}

extension FeatureExpression: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  package init(integerLiteral value: Int) { self = .number(Double(value)) }
  package init(floatLiteral value: Double) { self = .number(value) }

  /// A whole number as a parameter.
  package init(_ value: Int) { self = .number(Double(value)) }
}

extension FeatureExpression {
  static let open = input(.bar(.open))
  static let high = input(.bar(.high))
  static let low = input(.bar(.low))
  static let close = input(.bar(.close))
  static let volume = input(.bar(.volume))

  /// A call written like one: `.apply("mean", [.close, 20])`.
  static func apply(_ name: String, _ arguments: FeatureExpression...) -> FeatureExpression { .call(name, arguments) }

  /// Every input that the tree reads, in order of appearance, each once.
  package var inputs: [FeatureInput] {
    var found: [FeatureInput] = []
    collect(into: &found)
    return found
  }

  private func collect(into found: inout [FeatureInput]) {
    switch self {
    case .input(let input): if !found.contains(input) { found.append(input) }
    case .number: break
    case .call(_, let arguments): for argument in arguments { argument.collect(into: &found) }
    }
  }
}

func + (left: FeatureExpression, right: FeatureExpression) -> FeatureExpression { .apply("add", left, right) }
func - (left: FeatureExpression, right: FeatureExpression) -> FeatureExpression { .apply("subtract", left, right) }
func * (left: FeatureExpression, right: FeatureExpression) -> FeatureExpression { .apply("multiply", left, right) }
