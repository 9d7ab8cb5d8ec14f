// What the gate consists of, so that a part can be run alone.

import ArgumentParser

/// One part of `bench check`.
package enum GatePart: String, CaseIterable, ExpressibleByArgument {
  /// Instruction counts against the baseline.
  case instructions
  /// Bytes allocated per operation.
  case allocations
  /// Figures divided by a yardstick's of the same run.
  case ratios
  /// Nanoseconds.
  case absolute

  /// Reads a list such as `instructions,ratios`.
  package static func list(_ text: String) throws -> Set<GatePart> {
    let parts = try text.split(separator: ",").map { word -> GatePart in
      guard let part = GatePart(rawValue: word.trimmingPrefix(while: \.isWhitespace).description) else {
        throw BenchFailure.usage(
          "the gate has no part '\(word)'; its parts are \(allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return part
    }
    guard !parts.isEmpty else { throw BenchFailure.usage("no part of the gate is named") }
    return Set(parts)
  }
}
