// The one place from which measured work is called: profiles are cut at this function's name.

package import Monitoring

/// The name's part that survives mangling.
let measuredRoundName = "runMeasuredRound"

/// Runs the round; never inlined, so that every stack below it belongs to the stage and none above it does.
@inline(never) package func runMeasuredRound(
  _ prepared: PreparedStage, _ samples: Int, _ recorder: LatencyRecorder
) throws -> UInt64 {
  try prepared.round(samples, recorder)
}
