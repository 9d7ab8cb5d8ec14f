// What a measurable stage is. Each stage lives in a file of its own below Stages and is listed in StageCatalogue.

package import Monitoring

/// A stage of the hot path, or a yardstick beside it.
package struct BenchStage {
  /// Name for scripts and budgets: `frame.encode`.
  package let name: String
  /// What one operation is, in a few words.
  let operation: String
  /// Operations between two readings of the clock: the clock's own 12-30 ns are spread over them. 1 for slow stages.
  let batch: Int
  /// Timed samples in one round; 1000 or more where p99.9 is to mean something.
  let samples: Int
  /// Makes the stage ready; called once before the first round.
  let prepare: (Stopwatch) throws -> PreparedStage

  package init(
    name: String, operation: String, batch: Int, samples: Int,
    prepare: @escaping (Stopwatch) throws -> PreparedStage
  ) {
    self.name = name
    self.operation = operation
    self.batch = batch
    self.samples = samples
    self.prepare = prepare
  }
}

/// A stage that is ready to be measured.
package struct PreparedStage {
  /// Makes the starting state of a round of that many samples, where that is too dear to be part of what is measured;
  /// called before each round.
  let begin: (_ samples: Int) throws -> Void
  /// Runs that many timed samples from the stage's starting state, recording each in nanoseconds, and returns a
  /// checksum of the results: equal work must give equal checksums, or a round was optimised away or went astray.
  let round: (_ samples: Int, _ recorder: LatencyRecorder) throws -> UInt64
  /// Releases what `prepare` opened.
  let finish: () -> Void

  package init(
    finish: @escaping () -> Void = {}, begin: @escaping (Int) throws -> Void = { _ in },
    round: @escaping (Int, LatencyRecorder) throws -> UInt64
  ) {
    self.begin = begin
    self.round = round
    self.finish = finish
  }

  /// A stage whose sample is one call of `batch`, which does the stage's whole batch and returns a checksum of it;
  /// `rewind` restores the starting state before a round.
  static func timed(
    _ stopwatch: Stopwatch, finish: @escaping () -> Void = {}, rewind: @escaping () -> Void = {},
    batch: @escaping () -> UInt64
  ) -> PreparedStage {
    PreparedStage(finish: finish, begin: { _ in rewind() }) { samples, recorder in
      var checksum: UInt64 = 0
      for _ in 0..<samples {
        let start = stopwatch.ticks
        let part = batch()
        let end = stopwatch.ticks
        recorder.record(stopwatch.nanoseconds(from: start, to: end))
        checksum = (checksum &* 0x100_0000_01B3) ^ part
      }
      return checksum
    }
  }
}
