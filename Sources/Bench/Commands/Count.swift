// `bench count`: what runs under callgrind. Hidden: `bench instructions` starts it.

import ArgumentParser
import Glibc
import Monitoring

/// Runs stages with callgrind counting their rounds, and prints how many operations each ran.
struct Count: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the counted rounds of stages; started by other commands under a profiler.", shouldDisplay: false)

  @Option(help: "Names of stages, separated by commas.")
  var stages: String

  @Option(help: "Counted rounds.")
  var rounds = 1

  @Option(help: "Divides the samples; 50 unless given.")
  var thinning: Int?

  @Option(help: "STAGE=TURNS: needless turns before each reading of the clock.")
  var turns: [String] = []

  func run() throws {
    let chosen = try StageCatalogue.named(stages)
    var plants: [String: Plant] = [:]
    for item in turns {
      let parts = item.split(separator: "=")
      guard parts.count == 2, let turns = Int(parts[1]) else {
        throw BenchFailure.usage("--turns \(item): not STAGE=TURNS")
      }
      plants[String(parts[0])] = Plant(turns: turns)
    }
    try CountedStages.run(chosen, rounds: rounds, thinning: thinning, plants: plants) { stage in
      print(stage.name, CountingPlan.operations(stage))
      // At once: should the next stage end the program, the parent learns which one it was.
      fflush(nil)
    }
    // Where the program lies in memory: profilers that sample tell addresses there.
    print("base", LoadedProgram.base)
  }
}
