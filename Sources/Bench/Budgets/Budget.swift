// A limit on one figure of one stage, as Benchmarks/budgets.json states it.

package import Foundation

/// One budget.
package struct Budget: Codable, Equatable {
  /// What it protects, in a few words.
  package let name: String
  let stage: String
  let figure: Figure
  /// Greatest allowed value: nanoseconds, or bytes, per operation; a factor where `relativeTo` is given.
  let limit: Double
  /// Stage of the same run that the figure is divided by: its p50.
  let relativeTo: String?

  /// What kind of promise it is.
  package var part: GatePart {
    if figure == .allocated { return .allocations }
    return relativeTo == nil ? .absolute : .ratios
  }

  private enum CodingKeys: String, CodingKey {
    case name, stage, figure, limit
    case relativeTo = "relative_to"
  }
}

/// The budget file.
package struct BudgetFile: Codable {
  let version: Int
  package let budgets: [Budget]

  /// Reads and validates a file against the names of the stages that exist.
  ///
  /// Everything that would let a budget pass unseen is an error: an unknown stage, key or figure, a repeated name, a
  /// limit that is not a positive number (0 is allowed for bytes).
  package init(file: String, stages: Set<String>) throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw BenchFailure.badInput("\(file): cannot be read; run from the repository's root or give --budgets FILE")
    }
    try self.init(data: data, origin: file, stages: stages)
  }

  /// The same from bytes; `origin` names them in errors.
  package init(data: Data, origin: String, stages: Set<String>) throws {
    do {
      try StrictJSON.rejectUnknownKeys(
        data, root: ["version", "budgets"], lists: ["budgets": ["name", "stage", "figure", "limit", "relative_to"]])
      self = try JSONDecoder().decode(BudgetFile.self, from: data)
    } catch let failure as BenchFailure {
      throw BenchFailure.badInput("\(origin): \(failure.description)")
    } catch {
      throw BenchFailure.badInput("\(origin): not a budget file (\(error)); see Benchmarks/README.md")
    }
    guard version == 1 else { throw BenchFailure.badInput("\(origin): version \(version), this program reads 1") }
    guard !budgets.isEmpty else { throw BenchFailure.badInput("\(origin): holds no budget") }
    var names: Set<String> = []
    for budget in budgets {
      let place = "\(origin): budget '\(budget.name)'"
      guard names.insert(budget.name).inserted else { throw BenchFailure.badInput("\(place) stands there twice") }
      for stage in [budget.stage, budget.relativeTo].compactMap({ $0 }) where !stages.contains(stage) {
        throw BenchFailure.badInput(
          "\(place) speaks of stage '\(stage)', which does not exist; there are "
            + stages.sorted().joined(separator: ", ")
        )
      }
      let isPositive = budget.limit > 0 || (budget.figure == .allocated && budget.limit == 0)
      guard budget.limit.isFinite, isPositive else {
        throw BenchFailure.badInput("\(place) has limit \(budget.limit); it must be positive")
      }
      guard budget.relativeTo == nil || budget.figure != .allocated else {
        throw BenchFailure.badInput("\(place): bytes are bounded absolutely; remove relative_to")
      }
    }
  }
}
