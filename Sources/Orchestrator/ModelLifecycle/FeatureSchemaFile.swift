// Feature schemas on disk: what selection writes, what a person may write, what a model carries with it.
package import Features
package import Foundation

/// A schema as JSON: name, version, bar length, and for every feature name and expression; unit, source and note if
/// wished. `hash` is optional; where it stands, it must be right.
package struct FeatureSchemaFile: Codable, Sendable {
  /// One feature.
  package struct Feature: Codable, Sendable {
    package var name: String
    package var expression: String
    package var unit: String?
    package var source: String?
    package var note: String?
    /// Written for the reader; not read.
    package var warmUpBars: Int?
    package var needs: String?
  }

  package var schema: String
  package var version: Int
  package var barSeconds: Int?
  package var hash: String?
  package var features: [Feature]

  private static let topKeys: Set<String> = ["schema", "version", "bar_seconds", "hash", "features"]
  private static let featureKeys: Set<String> = [
    "name", "expression", "unit", "source", "note", "warm_up_bars", "needs",
  ]

  /// A key that nothing reads: most likely a slip of the pen.
  private static func unknownKey(_ data: Data) -> String? {
    guard let top = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else { return nil }
    if let key = top.keys.sorted().first(where: { !topKeys.contains($0) }) {
      return "'\(key)' means nothing here; known are \(topKeys.sorted().joined(separator: ", "))"
    }
    for case let feature as [String: Any] in top["features"] as? [Any] ?? [] {
      if let key = feature.keys.sorted().first(where: { !featureKeys.contains($0) }) {
        return "'\(key)' of feature '\(feature["name"] as? String ?? "?")' means nothing; known are "
          + featureKeys.sorted().joined(separator: ", ")
      }
    }
    return nil
  }

  /// Name of the file in a model artifact.
  package static let artifactName = "schema.json"

  /// The file of `schema`.
  package init(_ schema: FeatureSchema) {
    self.schema = schema.name
    version = schema.version
    barSeconds = schema.barSeconds
    hash = schema.hashText
    features = zip(schema.declarations, schema.properties).map { declaration, properties in
      Feature(
        name: declaration.name, expression: declaration.expression.description, unit: declaration.unit.rawValue,
        source: declaration.source.isEmpty ? nil : declaration.source,
        note: declaration.note.isEmpty ? nil : declaration.note, warmUpBars: properties.warmUpBars,
        needs: "\(properties.tier)")
    }
  }

  /// The file's bytes: readable, keys sorted, the same for the same schema.
  package func data() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The schema that `data` holds; errors name `path`.
  package static func read(_ data: Data, path: String) throws(FeatureSchemaFileError) -> FeatureSchema {
    let file: FeatureSchemaFile
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      file = try decoder.decode(FeatureSchemaFile.self, from: data)
    } catch let error as DecodingError {
      throw FeatureSchemaFileError(path: path, problem: describe(error, data))
    } catch {
      throw FeatureSchemaFileError(path: path, problem: "\(error)")
    }
    if let problem = unknownKey(data) { throw FeatureSchemaFileError(path: path, problem: problem) }
    let known = FeatureUnit.allCases.map(\.rawValue)
    for feature in file.features {
      guard let unit = feature.unit, !known.contains(unit) else { continue }
      throw FeatureSchemaFileError(
        path: path, problem: "unit '\(unit)' of feature '\(feature.name)' is none of \(known.joined(separator: ", "))")
    }
    let schema: FeatureSchema
    do {
      schema = try file.compiled()
    } catch {
      throw FeatureSchemaFileError(path: path, problem: "\(error)")
    }
    if let hash = file.hash, hash != schema.hashText {
      throw FeatureSchemaFileError(
        path: path,
        problem:
          "its hash says \(hash), but its features make \(schema.hashText): it was changed after it was written, "
          + "or by another release. Leave `hash` out to accept it as it is")
    }
    return schema
  }

  /// The schema in the file at `path`.
  package static func read(path: String) throws(FeatureSchemaFileError) -> FeatureSchema {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FeatureSchemaFileError(path: path, problem: "there is no such file, or it cannot be read")
    }
    return try read(data, path: path)
  }

  /// The schema of that name, or else in the file at that path.
  package static func find(_ nameOrPath: String) throws -> FeatureSchema {
    if let known = FeatureSchema.known.first(where: { $0.name == nameOrPath }) { return known }
    guard nameOrPath.contains("/") || nameOrPath.hasSuffix(".json") else {
      throw UnknownFeatureSchema(name: nameOrPath)
    }
    return try read(path: nameOrPath)
  }

  private func compiled() throws(FeatureSchemaError) -> FeatureSchema {
    var declarations: [FeatureDeclaration] = []
    for feature in features {
      let expression: FeatureExpression
      do {
        expression = try FeatureExpressionParser.parse(feature.expression)
      } catch {
        throw .expression(feature: feature.name, error)
      }
      declarations.append(
        FeatureDeclaration(
          feature.name, expression, unit: feature.unit.flatMap(FeatureUnit.init(rawValue:)) ?? .number,
          source: feature.source ?? "", note: feature.note ?? ""))
    }
    return try FeatureSchema(
      name: schema, version: version, barSeconds: barSeconds ?? 60, declarations: declarations)
  }

  /// Line and column of the first byte that JSON cannot have there; nil where the parser does not tell.
  private static func lineAndColumn(ofErrorIn data: Data) -> String? {
    do {
      _ = try JSONSerialization.jsonObject(with: data)
      return nil
    } catch {
      let words = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
      guard let offset = words.split(whereSeparator: { !$0.isNumber }).compactMap({ Int($0) }).last else { return nil }
      let before = data.prefix(offset)
      let line = before.filter { $0 == UInt8(ascii: "\n") }.count + 1
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      return "look at line \(line), column \(column)"
    }
  }

  private static func describe(_ error: DecodingError, _ data: Data) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the top" : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "'\(key.stringValue)' is missing at \(place(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context.codingPath)) has the wrong type. \(context.debugDescription)"
    case .dataCorrupted(let context):
      return "it is not JSON: \(lineAndColumn(ofErrorIn: data) ?? context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }
}

/// A schema file that cannot be used.
package struct FeatureSchemaFileError: Error, Hashable, CustomStringConvertible {
  package let path: String
  package let problem: String

  package var description: String {
    "\(path): not a usable feature schema: \(problem). docs/how-to/declare-features.md shows one."
  }
}
