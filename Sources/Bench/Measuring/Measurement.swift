// Runs stages in interleaved rounds, so that a slow minute of the machine falls on all of them alike.

package import Monitoring
import TradingDomain

/// How much is measured.
package struct MeasurementPlan {
  /// Rounds; each runs every stage once, and the stage that begins rotates.
  package var rounds: Int
  /// Divides the samples of every stage; 1 measures in full.
  package var thinning: Int

  package init(rounds: Int = 7, thinning: Int = 1) {
    self.rounds = rounds
    self.thinning = thinning
  }

  /// One tiny round: proves that the stages work, measures nothing.
  static let smoke = MeasurementPlan(rounds: 1, thinning: 500)
}

/// Measures stages.
package struct Measurement {
  private let stopwatch: Stopwatch
  private let meter: AllocationMeter?
  private let core: Int?
  private let plants: [String: Plant]

  /// Pinned to `core`, if one is given, the calling thread measures; `plants` slow the stages of those names down.
  package init(core: Int? = nil, plants: [String: Plant] = [:]) throws {
    self.core = core
    self.plants = plants
    stopwatch = try Stopwatch()
    meter = AllocationMeter()
  }

  /// The results in the order of `stages`; progress goes to `terminal`.
  package func run(_ stages: [BenchStage], plan: MeasurementPlan, terminal: Terminal) throws -> [StageResult] {
    precondition(!Cores.allowed.isEmpty, "a running process has a core")
    var prepared: [PreparedStage] = []
    defer { for stage in prepared { stage.finish() } }
    for stage in stages { prepared.append(try stage.prepare(stopwatch.planted(plants[stage.name]))) }
    // Not before: the far ends of loopback stages would inherit the core.
    try Cores.pin(core)
    var rounds: [[StageRound]] = stages.map { _ in [] }
    let recorder = LatencyRecorder()
    var progress = ProgressBar(
      label: "bench", unit: "rounds", total: UInt64(plan.rounds * stages.count), terminal: terminal, now: now)
    var done: UInt64 = 0
    for round in 0..<plan.rounds {
      for offset in stages.indices {
        let index = (offset + round) % stages.count
        rounds[index].append(try measure(stages[index], prepared[index], plan, recorder))
        done += 1
        progress.update(done, now: now)
      }
    }
    progress.finish()
    return try zip(stages, rounds).map { try StageResult($0, $1) }
  }

  /// One round of one stage, after a short warm-up that is not counted.
  private func measure(
    _ stage: BenchStage, _ prepared: PreparedStage, _ plan: MeasurementPlan, _ recorder: LatencyRecorder
  ) throws -> StageRound {
    let samples = max(2, stage.samples / plan.thinning)
    let warmUp = max(1, samples / 20)
    try prepared.begin(warmUp)
    _ = try prepared.round(warmUp, recorder)
    recorder.reset()
    try prepared.begin(samples)
    let before = meter?.bytes
    let checksum = try runMeasuredRound(prepared, samples, recorder)
    let allocated = meter.flatMap { meter in before.map { meter.bytes - $0 } }
    guard let summary = recorder.summary else {
      throw BenchFailure.inconsistent("stage \(stage.name) recorded no sample")
    }
    recorder.reset()
    return StageRound(
      summary: summary, checksum: checksum,
      allocatedBytes: allocated.map { Double($0) / Double(samples * stage.batch) })
  }

  private var now: Nanoseconds { Nanoseconds(Int64(stopwatch.nanoseconds(from: 0, to: stopwatch.ticks))) }
}
