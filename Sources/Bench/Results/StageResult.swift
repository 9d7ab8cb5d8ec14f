// What was measured of a stage: figures per operation, each as the median over the rounds with its range.

package import Monitoring

/// One round's figures.
package struct StageRound {
  /// Of the samples, each a whole batch.
  let summary: LatencySummary
  let checksum: UInt64
  /// By the measuring thread, per operation; nil where the allocator does not tell.
  let allocatedBytes: Double?

  package init(summary: LatencySummary, checksum: UInt64, allocatedBytes: Double?) {
    self.summary = summary
    self.checksum = checksum
    self.allocatedBytes = allocatedBytes
  }
}

/// A figure over the rounds.
package struct Spread: Codable, Equatable {
  package let median: Double
  package let least: Double
  package let most: Double

  /// - Precondition: `values` is not empty.
  package init(_ values: [Double]) {
    let sorted = values.sorted()
    precondition(!sorted.isEmpty, "a spread needs a value")
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    least = sorted[0]
    most = sorted[sorted.count - 1]
  }
}

/// A figure that tables show and budgets bound.
package enum Figure: String, Codable, CaseIterable {
  case p50
  case p99
  case p999 = "p99.9"
  case max
  /// Bytes allocated per operation.
  case allocated = "allocated_bytes"

  /// Whether the figure is about rare slow operations.
  package var isTail: Bool { self == .p99 || self == .p999 || self == .max }
}

/// The figures of one stage: nanoseconds, or bytes, per operation.
package struct StageResult: Codable, Equatable {
  package let name: String
  let operation: String
  let batch: Int
  package let rounds: Int
  let samplesPerRound: UInt64
  /// Of a batch's mean where `batch` is above 1: single slow operations are then spread over their batch.
  package let p50: Spread
  package let p99: Spread
  package let p999: Spread
  package let max: Spread
  let allocatedBytes: Spread?
  /// Equal in every round, hexadecimal.
  let checksum: String

  /// Sums up the rounds; throws when they disagree on the checksum.
  package init(_ stage: BenchStage, _ rounds: [StageRound]) throws {
    guard let first = rounds.first else { throw BenchFailure.inconsistent("stage \(stage.name) ran no round") }
    for (index, round) in rounds.enumerated() where round.checksum != first.checksum {
      throw BenchFailure.inconsistent(
        "stage \(stage.name): round \(index + 1) gave checksum \(String(round.checksum, radix: 16)), the first "
          + "\(String(first.checksum, radix: 16)); its rounds must start from the same state and do the same work")
    }
    func spread(_ value: (LatencySummary) -> UInt64) -> Spread {
      Spread(rounds.map { Double(value($0.summary)) / Double(stage.batch) })
    }
    name = stage.name
    operation = stage.operation
    batch = stage.batch
    self.rounds = rounds.count
    samplesPerRound = first.summary.count
    p50 = spread(\.p50)
    p99 = spread(\.p99)
    p999 = spread(\.p999)
    max = spread(\.maximum)
    let allocated = rounds.compactMap(\.allocatedBytes)
    allocatedBytes = allocated.isEmpty ? nil : Spread(allocated)
    checksum = String(first.checksum, radix: 16)
  }

  /// The spread of a figure; nil when it was not measured.
  package subscript(_ figure: Figure) -> Spread? {
    switch figure {
    case .p50: return p50
    case .p99: return p99
    case .p999: return p999
    case .max: return max
    case .allocated: return allocatedBytes
    }
  }
}
