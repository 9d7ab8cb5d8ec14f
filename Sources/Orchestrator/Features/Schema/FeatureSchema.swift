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
  /// Duration of the bars that the features are computed on.
  package let barSeconds: Int
  /// The features in vector order.
  package let declarations: [FeatureDeclaration]
  /// What follows from each declaration, in vector order.
  package let properties: [FeatureProperties]
  /// Other instruments whose bars the features read, in order of appearance.
  package let references: [String]
  /// 64-bit identity over version, bars, names and expressions in order; the same in every process.
  package let hash: UInt64

  /// Most features of a schema.
  package static let mostFeatures = 1_024

  package init(
    name: String, version: Int = 1, barSeconds: Int = 60, declarations: [FeatureDeclaration]
  ) throws(FeatureSchemaError) {
    guard (1...Self.mostFeatures).contains(declarations.count) else { throw .wrongCount(name, declarations.count) }
    guard (1...86_400).contains(barSeconds) else { throw .wrongBarSeconds(name, barSeconds) }
    var seen: Set<String> = []
    for declaration in declarations {
      guard Self.isName(declaration.name) else { throw .badName(declaration.name) }
      guard seen.insert(declaration.name).inserted else { throw .repeatedName(declaration.name) }
    }
    self.name = name
    self.version = version
    self.barSeconds = barSeconds
    self.declarations = declarations
    var builder = GraphBuilder(barSeconds: barSeconds, tickSize: 1)
    var properties: [FeatureProperties] = []
    var hash = StableHash()
    hash.combine(UInt64(version))
    hash.combine(UInt64(barSeconds))
    hash.combine(UInt64(declarations.count))
    for declaration in declarations {
      do {
        properties.append(try builder.compile(declaration.expression).properties)
      } catch {
        throw .expression(feature: declaration.name, error)
      }
      hash.combine(declaration.name)
      hash.combine(declaration.expression.description)
    }
    self.properties = properties
    self.hash = hash.value
    var references: [String] = []
    for case .reference(let symbol, _) in declarations.flatMap(\.expression.inputs) where !references.contains(symbol) {
      references.append(symbol)
    }
    self.references = references
  }

  /// A schema of this program.
  ///
  /// - Precondition: the declarations are sound.
  init(builtIn name: String, version: Int, declarations: [FeatureDeclaration]) {
    do {
      try self.init(name: name, version: version, declarations: declarations)
    } catch {
      preconditionFailure("the built-in schema \(name) is not sound: \(error)")
    }
  }

  /// The features with these names, in that order, as a schema of their own.
  package func selecting(_ names: [String], name: String) throws(FeatureSchemaError) -> FeatureSchema {
    var chosen: [FeatureDeclaration] = []
    for wanted in names {
      guard let index = index(of: wanted) else { throw .unknownFeature(wanted, schema: self.name) }
      chosen.append(declarations[index])
    }
    return try FeatureSchema(name: name, version: version, barSeconds: barSeconds, declarations: chosen)
  }

  /// Number of features.
  package var count: Int { declarations.count }

  /// Feature names in vector order.
  package var names: [String] { declarations.map(\.name) }

  /// Place of the feature with that name, or nil.
  package func index(of name: String) -> Int? { declarations.firstIndex { $0.name == name } }

  /// Bars until every feature counts.
  package var warmUpBars: Int { properties.map(\.warmUpBars).reduce(0, max) }

  /// Session openings that must have been seen until every feature counts.
  package var warmUpSessions: Int { properties.map(\.sessions).reduce(0, max) }

  /// What must be recorded for every feature to exist.
  package var tier: DataTier { properties.map(\.tier).reduce(.bars, max) }

  /// Whether the features read events between bars, not bars alone.
  package var readsEvents: Bool {
    declarations.contains { $0.expression.inputs.contains { if case .event = $0 { true } else { false } } }
  }

  /// The hash as 16 hexadecimal digits.
  package var hashText: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Lower-case letters, digits and underscores, a letter first.
  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z"), name.utf8.count <= 64
    else { return false }
    return name.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
        || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }
  }

  /// Every schema that this release knows by name.
  package static let known: [FeatureSchema] = [.v2, .candidates, .eventCandidates]

  /// The known schema with that name.
  package static func named(_ name: String) throws(UnknownFeatureSchema) -> FeatureSchema {
    guard let schema = known.first(where: { $0.name == name }) else { throw UnknownFeatureSchema(name: name) }
    return schema
  }
}

/// What is wrong with a list of features; the description names the feature and the mend.
package enum FeatureSchemaError: Error, Hashable, CustomStringConvertible {
  case wrongCount(String, Int)
  case wrongBarSeconds(String, Int)
  case badName(String)
  case repeatedName(String)
  case expression(feature: String, FeatureExpressionError)
  case unknownFeature(String, schema: String)
  case badSymbol(String)

  package var description: String {
    switch self {
    case .wrongCount(let name, let count):
      return "schema '\(name)' has \(count) features, but needs 1 to \(FeatureSchema.mostFeatures)"
    case .wrongBarSeconds(let name, let seconds):
      return "schema '\(name)' has bars of \(seconds) s, but needs 1 to 86400"
    case .badName(let name):
      return "feature name '\(name)' is not one: use lower-case letters, digits and underscores, a letter first, at "
        + "most 64"
    case .repeatedName(let name): return "two features are named '\(name)': rename one"
    case .expression(let feature, let error): return "feature '\(feature)': \(error)"
    case .badSymbol(let symbol): return "'\(symbol)' is no instrument's symbol: use capital letters and digits"
    case .unknownFeature(let name, let schema): return "schema '\(schema)' has no feature named '\(name)'"
    }
  }
}

/// A schema was asked for that this release cannot compute.
package struct UnknownFeatureSchema: Error, Hashable, CustomStringConvertible {
  /// The name that was asked for.
  package let name: String

  package init(name: String) { self.name = name }

  package var description: String {
    let known = FeatureSchema.known.map(\.name).joined(separator: ", ")
    return "unknown feature schema '\(name)': this release knows \(known); use one of these, or a schema file"
  }
}
