// Indicators: expressions with a name, written once in terms of the operators.

/// An indicator of feature expressions. It has no state of its own: it stands for what ``expand(_:)`` gives.
package struct FeatureIndicator: Sendable {
  /// Name in expressions.
  package let name: String
  /// Names of its inputs; none where it reads the bar's own fields.
  package let inputs: [String]
  package let parameters: [FeatureOperator.Parameter]
  /// What it computes, in words.
  package let definition: String
  /// Where the formula comes from.
  package let source: String
  private let make: @Sendable ([FeatureExpression], [Double]) -> FeatureExpression

  init(
    _ name: String, _ inputs: [String] = [], _ parameters: [FeatureOperator.Parameter] = [], _ definition: String,
    source: String, _ make: @escaping @Sendable ([FeatureExpression], [Double]) -> FeatureExpression
  ) {
    self.name = name
    self.inputs = inputs
    self.parameters = parameters
    self.definition = definition
    self.source = source
    self.make = make
  }

  /// `name(x, n)`.
  package var signature: String { name + "(" + (inputs + parameters.map(\.name)).joined(separator: ", ") + ")" }

  /// The expression that a call stands for.
  func expand(_ arguments: [FeatureExpression]) throws(FeatureExpressionError) -> FeatureExpression {
    let text = FeatureExpression.call(name, arguments).description
    guard arguments.count == inputs.count + parameters.count else { throw .wrongArguments(text, expected: signature) }
    var values: [Double] = []
    for (argument, parameter) in zip(arguments[inputs.count...], parameters) {
      guard case .number(let value) = argument else { throw .notANumber(text, parameter: parameter.name) }
      if let fault = parameter.fault(of: value) { throw .parameter(text, fault) }
      values.append(value)
    }
    return make(Array(arguments[..<inputs.count]), values)
  }

  /// Every indicator.
  package static let all: [FeatureIndicator] = averages + trends + oscillators + volatilities + volumes + adaptives

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The indicator with that name, or nil.
  static func named(_ name: String) -> FeatureIndicator? { byName[name] }
}

extension FeatureOperator.Parameter {
  /// A number of bars.
  static let period = count("n", 2...500)
}

/// Shorthand for writing indicators.
enum Term {
  typealias X = FeatureExpression

  static func lag(_ x: X, _ bars: Int = 1) -> X { .apply("lag", x, X(bars)) }
  static func delta(_ x: X, _ bars: Int = 1) -> X { x - lag(x, bars) }
  static func mean(_ x: X, _ n: Double) -> X { .apply("mean", x, .number(n)) }
  static func sum(_ x: X, _ n: Double) -> X { .apply("sum", x, .number(n)) }
  static func deviation(_ x: X, _ n: Double) -> X { .apply("deviation", x, .number(n)) }
  static func ema(_ x: X, _ n: Double) -> X { .apply("ema", x, .number(n)) }
  static func emaSeeded(_ x: X, _ n: Double) -> X { .apply("ema_seeded", x, .number(n)) }
  static func wilder(_ x: X, _ n: Double) -> X { .apply("wilder", x, .number(n)) }
  static func highest(_ x: X, _ n: Double) -> X { .apply("highest", x, .number(n)) }
  static func lowest(_ x: X, _ n: Double) -> X { .apply("lowest", x, .number(n)) }
  static func absolute(_ x: X) -> X { .apply("absolute", x) }
  static func square(_ x: X) -> X { .apply("square", x) }
  static func root(_ x: X) -> X { .apply("sqrt", x) }
  static func log(_ x: X) -> X { .apply("log", x) }
  static func ratio(_ x: X, _ y: X) -> X { .apply("ratio", x, y) }
  static func divide(_ x: X, _ y: X) -> X { .apply("divide", x, y) }
  static func larger(_ x: X, _ y: X) -> X { .apply("maximum", x, y) }
  static func smaller(_ x: X, _ y: X) -> X { .apply("minimum", x, y) }
  static func rises(_ x: X) -> X { larger(delta(x), 0) }
  static func falls(_ x: X) -> X { larger(0 - delta(x), 0) }

  /// Three times the typical price: a whole number.
  static let typical3: X = X.high + X.low + X.close
  /// TRUE RANGE: max(H, C[1]) - min(L, C[1]).
  static let trueRange: X = larger(.high, lag(.close)) - smaller(.low, lag(.close))
  /// Logarithmic change in basis points.
  static func logReturn(_ x: X, _ bars: Int = 1) -> X { log(divide(x, lag(x, bars))) * 10_000 }
}
