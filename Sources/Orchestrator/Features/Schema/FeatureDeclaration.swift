// One feature: its name, its expression, its unit, and where the formula comes from.

/// Unit of a feature's value.
@frozen package enum FeatureUnit: String, CaseIterable, Hashable, Sendable {
  /// Price points (ticks times tick size).
  case points
  case ticks
  /// Hundredths.
  case percent
  /// Hundredths of a percent.
  case basisPoints = "basis points"
  /// A pure number.
  case ratio
  /// An index from 0 to 100.
  case index = "0 to 100"
  /// An index, or a difference of two, that falls below 0.
  case signedIndex = "-100 to 100"
  case contracts
  case bars
  case minutes
  case seconds
  /// 0 or 1.
  case flag = "0 or 1"
  case probability
  /// A count, a day, or whatever the expression makes.
  case number
}

/// A named feature. Inputs, warm-up and memory follow from the expression.
package struct FeatureDeclaration: Hashable, Sendable {
  /// Name within a schema: lower-case words, digits and underscores.
  package let name: String
  /// How it is computed.
  package let expression: FeatureExpression
  package let unit: FeatureUnit
  /// Where the formula comes from.
  package let source: String
  /// What a user of the value must know; empty when there is nothing.
  package let note: String

  package init(
    _ name: String, _ expression: FeatureExpression, unit: FeatureUnit = .number, source: String = "", note: String = ""
  ) {
    self.name = name
    self.expression = expression
    self.unit = unit
    self.source = source
    self.note = note
  }

  /// A declaration of this program, in the notation of schema files.
  ///
  /// - Precondition: `text` can be read.
  init(_ name: String, _ text: String, _ unit: FeatureUnit, _ source: String, note: String = "") {
    do {
      self.init(name, try FeatureExpressionParser.parse(text), unit: unit, source: source, note: note)
    } catch {
      preconditionFailure("the built-in feature \(name) cannot be read: \(error)")
    }
  }
}

/// What follows from a declaration's expression.
package struct FeatureProperties: Hashable, Sendable {
  /// Bars to consume until the value counts.
  package let warmUpBars: Int
  /// Session openings that must have been seen until the value counts.
  package let sessions: Int
  /// How long the past stays in the value.
  package let memory: FeatureMemory
  /// What must be recorded for the value to exist.
  package let tier: DataTier
  /// True when the value moves with the price level itself: a model trained on it does not carry over to other levels.
  package let dependsOnLevel: Bool
}
