// A list of independent pieces of work as one file that never changes.

package import Foundation
package import Optimization
import Storage

/// Trials to be scored, each a shard, with everything that their scores depend on.
///
/// The file's name carries the hash of its bytes, and every result names that hash: a result can never be taken for one
/// of another plan.
package struct ShardPlan: Codable, Equatable, Sendable {
  /// One shard: a trial on all folds, or on one.
  package struct Item: Codable, Equatable, Sendable {
    package var trial: Int
    /// A window of a walk-forward or a path of a cross-validation; nil for all of them.
    package var fold: Int?
    package var parameters: [Entry]

    /// A parameter; exactly one of the values is there.
    package struct Entry: Codable, Equatable, Sendable {
      package var name: String
      package var float: Double?
      package var integer: Int?
      package var category: String?
    }

    package init(trial: Int, fold: Int? = nil, parameters set: ParameterSet) {
      self.trial = trial
      self.fold = fold
      parameters = set.entries.map { entry in
        switch entry.value {
        case .float(let value): Entry(name: entry.name, float: value)
        case .integer(let value): Entry(name: entry.name, integer: value)
        case .category(let value): Entry(name: entry.name, category: value)
        }
      }
    }

    /// Nil where a parameter has no value.
    package var set: ParameterSet? {
      var entries: [ParameterSet.Entry] = []
      for entry in parameters {
        guard
          let value = entry.float.map(ParameterValue.float) ?? entry.integer.map(ParameterValue.integer)
            ?? entry.category.map(ParameterValue.category)
        else { return nil }
        entries.append(ParameterSet.Entry(name: entry.name, value: value))
      }
      return ParameterSet(entries)
    }
  }

  package static let format = 1

  package var format = Self.format
  /// Version of the program that made it: another one's results could differ.
  package var program: String
  /// How the objective is made, for the program: JSON.
  package var objective: String
  package var items: [Item]

  package init(program: String, objective: String, items: [Item]) {
    self.program = program
    self.objective = objective
    self.items = items
  }

  /// Bytes that are the same for the same plan.
  package func bytes() throws -> Data { try Self.encoder.encode(self) }

  /// Reads a plan, and checks that its name tells its hash, if it tells one.
  package static func read(_ path: String) throws -> (plan: ShardPlan, hash: String) {
    func refuse(_ problem: String, _ mend: String) -> StorageError {
      StorageError(kind: .content, path: path, problem: problem, mend: mend)
    }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw StorageError(
        kind: .environment, path: path, problem: "there is no such plan", mend: "Name a plan that a search wrote.")
    }
    let plan: ShardPlan
    do { plan = try JSONDecoder().decode(ShardPlan.self, from: bytes) } catch {
      throw refuse("this is no plan of shards: \(error)", "Name a plan that a search wrote, unchanged.")
    }
    guard plan.format == format else {
      throw refuse("the plan has format \(plan.format), not \(format)", "Use the version that wrote it.")
    }
    let hash = ContentHash(of: bytes).hexadecimal
    let name = URL(filePath: path).deletingPathExtension().lastPathComponent
    if name.hasPrefix("plan-"), name != "plan-" + hash.prefix(16) {
      throw refuse("the plan was changed after it was written: its hash is \(hash.prefix(16))", "Make it anew.")
    }
    return (plan, hash)
  }

  /// Writes the plan into a folder, under a name with its hash; leaves one that is there.
  package func write(into folder: String) throws -> (path: String, hash: String) {
    let bytes = try bytes()
    let hash = ContentHash(of: bytes).hexadecimal
    let path = "\(folder)/plan-\(hash.prefix(16)).json"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if FileManager.default.contents(atPath: path) != bytes {
      try bytes.write(to: URL(filePath: path), options: .atomic)
    }
    return (path, hash)
  }

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
