// One feature: its name, its formula, and where the formula comes from.

/// A named feature. Everything but name, source and note follows from the formula.
package struct FeatureDeclaration: Hashable, Sendable {
  /// Name within a schema: lower-case words joined by underscores.
  package let name: String
  /// How it is computed.
  package let formula: FeatureFormula
  /// Where the formula comes from.
  package let source: String
  /// What a user of the value must know; empty when there is nothing.
  package let note: String

  package init(_ name: String, _ formula: FeatureFormula, source: String, note: String = "") {
    self.name = name
    self.formula = formula
    self.source = source
    self.note = note
  }

  /// The fields of a bar that it reads.
  package var inputs: [BarInput] { formula.inputs }
  /// Bars to consume until the value counts.
  package var warmUpBars: Int { formula.warmUpBars }
  /// Unit of the value.
  package var unit: FeatureUnit { formula.unit }
}
