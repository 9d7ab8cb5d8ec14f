// The side of instruction counting that runs under callgrind: one counted round of each stage.

import CValgrind
import Monitoring

/// How much of a stage is counted.
package enum CountingPlan {
  /// Divides a stage's samples: counts repeat exactly, so a few operations tell as much as many.
  static let thinning = 50

  /// Samples of a counted round.
  package static func samples(_ stage: BenchStage) -> Int { max(4, stage.samples / thinning) }

  /// Operations of a counted round.
  package static func operations(_ stage: BenchStage) -> Int { samples(stage) * stage.batch }
}

/// Runs stages with callgrind counting only their round.
enum CountedStages {
  /// Prepares and warms each stage up at valgrind's plain speed, then counts one round into a dump of the stage's name.
  ///
  /// `rounds` above 1 only serves profiles. Without valgrind the requests do nothing, and the rounds just run.
  /// `counted` is called after each stage.
  static func run(
    _ stages: [BenchStage], rounds: Int, thinning: Int?, plants: [String: Plant], counted: (BenchStage) -> Void
  ) throws {
    let stopwatch = try Stopwatch()
    let recorder = LatencyRecorder()
    for stage in stages {
      let prepared = try stage.prepare(stopwatch.planted(plants[stage.name]))
      defer { prepared.finish() }
      let samples = thinning.map { max(4, stage.samples / $0) } ?? CountingPlan.samples(stage)
      // The whole of a round, since first times also lie in the middle of one: a table that grows, a second session.
      try prepared.begin(samples)
      _ = try prepared.round(samples, recorder)
      for _ in 0..<rounds {
        try prepared.begin(samples)
        recorder.reset()
        cvalgrind_start()
        _ = try runMeasuredRound(prepared, samples, recorder)
        stage.name.withCString { cvalgrind_stop($0) }
      }
      counted(stage)
    }
  }
}
