// An ordered list of features with an identity: the contract between a feature vector and a model.

import QuantMath

/// The features of a vector, in order.
///
/// A model belongs to exactly one schema; ``hash`` is what a model artifact records and what a journal opens with.
package struct FeatureSchema: Hashable, Sendable {
  /// Short name, such as `v2`.
  package let name: String
  /// Version of the computation, raised whenever a value changes while its declaration does not.
  package let version: Int
  /// The features in vector order.
  package let declarations: [FeatureDeclaration]
  /// 64-bit identity over version, names, formulas and parameters in order; the same in every process.
  package let hash: UInt64

  /// - Precondition: there is at least one declaration and names are unique.
  package init(name: String, version: Int, declarations: [FeatureDeclaration]) {
    precondition(!declarations.isEmpty, "a schema needs at least one feature")
    precondition(Set(declarations.map(\.name)).count == declarations.count, "two features of a schema share a name")
    self.name = name
    self.version = version
    self.declarations = declarations
    var hash = StableHash()
    hash.combine(UInt64(version))
    hash.combine(UInt64(declarations.count))
    for declaration in declarations {
      hash.combine(declaration.name)
      hash.combine(declaration.formula.identifier)
      for parameter in declaration.formula.parameters {
        hash.combine(parameter.name)
        hash.combine(parameter.value)
      }
    }
    self.hash = hash.value
  }

  /// Number of features.
  package var count: Int { declarations.count }

  /// Feature names in vector order.
  package var names: [String] { declarations.map(\.name) }

  /// Place of the feature with that name, or nil.
  package func index(of name: String) -> Int? { declarations.firstIndex { $0.name == name } }

  /// Bars until every feature counts.
  package var warmUpBars: Int { declarations.map(\.warmUpBars).reduce(0, max) }

  /// Every schema that this release can compute.
  package static let known: [FeatureSchema] = [.v2]

  /// The known schema with that name.
  package static func named(_ name: String) throws(UnknownFeatureSchema) -> FeatureSchema {
    guard let schema = known.first(where: { $0.name == name }) else { throw UnknownFeatureSchema(name: name) }
    return schema
  }
}

/// A schema was asked for that this release cannot compute.
package struct UnknownFeatureSchema: Error, Hashable, CustomStringConvertible {
  /// The name that was asked for.
  package let name: String

  package var description: String {
    let known = FeatureSchema.known.map(\.name).joined(separator: ", ")
    return "unknown feature schema '\(name)': this release computes \(known); "
      + "use one of these, or the release that made the model"
  }
}
