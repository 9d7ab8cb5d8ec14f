// The instruction counts that builds are held to, as Benchmarks/baseline.json states them.

package import Foundation

/// What a build's stages may cost in instructions.
package struct Baseline: Codable, Equatable {
  /// One counted stage.
  package struct Entry: Codable, Equatable {
    package let stage: String
    /// Instructions per operation, the harness's share included.
    package let instructions: Double
    /// Why this count was taken over.
    package let reason: String
    /// Allowed growth where it differs from ``Baseline/tolerancePercent``, and why it does.
    package let tolerancePercent: Double?
    package let toleranceReason: String?

    private enum CodingKeys: String, CodingKey {
      case stage, instructions, reason
      case tolerancePercent = "tolerance_percent"
      case toleranceReason = "tolerance_reason"
    }

    package init(
      stage: String, instructions: Double, reason: String, tolerancePercent: Double? = nil,
      toleranceReason: String? = nil
    ) {
      self.stage = stage
      self.instructions = instructions
      self.reason = reason
      self.tolerancePercent = tolerancePercent
      self.toleranceReason = toleranceReason
    }
  }

  /// A stage that has no stable count.
  package struct Uncounted: Codable, Equatable {
    package let stage: String
    package let reason: String
  }

  let version: Int
  /// What counted: compiler and valgrind. Others may count differently.
  package let countedWith: String
  package let tolerancePercent: Double
  package let stages: [Entry]
  package let uncounted: [Uncounted]

  private enum CodingKeys: String, CodingKey {
    case version, stages, uncounted
    case countedWith = "counted_with"
    case tolerancePercent = "tolerance_percent"
  }

  package init(countedWith: String, tolerancePercent: Double, stages: [Entry], uncounted: [Uncounted]) {
    version = 1
    self.countedWith = countedWith
    self.tolerancePercent = tolerancePercent
    self.stages = stages
    self.uncounted = uncounted
  }

  /// Reads and validates a file.
  package init(file: String) throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw BenchFailure.badInput("\(file): cannot be read; run from the repository's root or give --baseline FILE")
    }
    try self.init(data: data, origin: file)
  }

  /// The same from bytes; `origin` names them in errors. Tolerances without a reason, counts that are no counts, stages
  /// that stand there twice and misspelt keys are refused.
  package init(data: Data, origin: String) throws {
    do {
      try StrictJSON.rejectUnknownKeys(
        data, root: ["version", "counted_with", "tolerance_percent", "stages", "uncounted"],
        lists: [
          "stages": ["stage", "instructions", "reason", "tolerance_percent", "tolerance_reason"],
          "uncounted": ["stage", "reason"],
        ])
      self = try JSONDecoder().decode(Baseline.self, from: data)
    } catch let failure as BenchFailure {
      throw BenchFailure.badInput("\(origin): \(failure.description)")
    } catch {
      throw BenchFailure.badInput("\(origin): not a baseline (\(error)); see Benchmarks/README.md")
    }
    guard version == 1 else { throw BenchFailure.badInput("\(origin): version \(version), this program reads 1") }
    guard tolerancePercent.isFinite, tolerancePercent > 0 else {
      throw BenchFailure.badInput("\(origin): tolerance_percent is \(tolerancePercent); it must be above 0")
    }
    var names: Set<String> = []
    for name in stages.map(\.stage) + uncounted.map(\.stage) where !names.insert(name).inserted {
      throw BenchFailure.badInput("\(origin): stage '\(name)' stands there twice")
    }
    for entry in stages {
      let place = "\(origin): stage '\(entry.stage)'"
      guard entry.instructions.isFinite, entry.instructions > 0 else {
        throw BenchFailure.badInput("\(place) has \(entry.instructions) instructions; it must be above 0")
      }
      guard entry.tolerancePercent.map({ $0.isFinite && $0 > 0 }) ?? true else {
        throw BenchFailure.badInput("\(place): tolerance_percent must be above 0")
      }
      guard entry.tolerancePercent == nil || Baseline.isText(entry.toleranceReason) else {
        throw BenchFailure.badInput("\(place) has a tolerance of its own without a tolerance_reason; write why")
      }
      guard Baseline.isText(entry.reason) else {
        throw BenchFailure.badInput("\(place) has no reason; write why its count was taken over")
      }
    }
    for entry in uncounted where !Baseline.isText(entry.reason) {
      throw BenchFailure.badInput("\(origin): uncounted stage '\(entry.stage)' has no reason; write why")
    }
  }

  /// Whether something is written there.
  static func isText(_ text: String?) -> Bool { text?.contains { !$0.isWhitespace } ?? false }

  /// Allowed growth of a stage in per cent.
  package func tolerance(_ entry: Entry) -> Double { entry.tolerancePercent ?? tolerancePercent }

  /// What a count of `instructions` means for the stage of `entry`.
  func outcome(_ entry: Entry, _ instructions: Double) -> CountVerdict.Outcome {
    let allowed = tolerance(entry) / 100
    if instructions > entry.instructions * (1 + allowed) { return .grown }
    return instructions < entry.instructions * (1 - allowed) ? .improved : .kept
  }

  /// The baseline with new counts for the stages of `counts`, each for `reason`.
  ///
  /// A count within the tolerance of its entry leaves the entry as it is, so that small steps add up against the same
  /// baseline and break it; `stages` are all that exist: others are dropped.
  package func accepting(
    _ counts: [InstructionCount], reason: String, countedWith: String, stages existing: [String]
  ) -> Baseline {
    var entries = Dictionary(stages.map { ($0.stage, $0) }) { first, _ in first }
    for count in counts {
      let old = entries[count.stage]
      let value = (count.perOperation * 100).rounded() / 100
      if let old, outcome(old, value) == .kept { continue }
      entries[count.stage] = Entry(
        stage: count.stage, instructions: value, reason: reason, tolerancePercent: old?.tolerancePercent,
        toleranceReason: old?.toleranceReason)
    }
    return Baseline(
      countedWith: countedWith, tolerancePercent: tolerancePercent, stages: existing.compactMap { entries[$0] },
      uncounted: uncounted.filter { existing.contains($0.stage) })
  }

  /// Writes the baseline with sorted keys.
  package func write(to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: file))
    } catch {
      throw BenchFailure.badInput("\(file): cannot be written (\(error.localizedDescription))")
    }
  }
}
