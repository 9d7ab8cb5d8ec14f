// `bench compare`: this build against another commit's, in turns.

import ArgumentParser
import Foundation
import Monitoring

/// Builds another commit beside this one and runs both interleaved.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Build another commit and run both in turns: per stage a ratio with its interval.",
    discussion: """
      Short runs of the two programs alternate, and which goes first alternates, too; so a slow minute falls on both. \
      Instruction counts stand beside the times where both programs can be counted. For two result files see 'bench \
      diff'.
      """)

  @Argument(help: "The commit, tag or branch to compare with; with --program, only its name in the output.")
  var base: String

  @Option(help: "Only stages whose name, or a part of it, begins with one of these words, separated by commas.")
  var only: String?

  @Option(help: "Rounds; each runs both programs once. Six or more give an interval of 95%.")
  var rounds = 9

  @Option(help: "Compare with this bench program instead of building one.")
  var program: String?

  @Flag(inversion: .prefixedNo, help: "Count instructions under callgrind, too.")
  var instructions = true

  @Option(help: "Fail (exit code 5) when a stage's whole interval lies above this ratio.")
  var limit: Double?

  func validate() throws {
    guard (2...1000).contains(rounds) else { throw ValidationError("--rounds must be 2 to 1000, not \(rounds)") }
    if let limit, !(limit > 0) { throw ValidationError("--limit must be above 0, not \(limit)") }
  }

  func run() throws {
    // From the first file to the last: what lies below .build-compare is to be removed however this ends.
    Interruption.watch()
    defer { Interruption.unwatch() }
    let build = program == nil ? try BaseBuild(base) : nil
    defer { build?.remove() }
    let before = try program ?? build?.build() ?? base
    let after = ChildProcess.ownProgram
    let folder = try TemporaryFolder.make("compare")
    defer { try? FileManager.default.removeItem(at: folder) }
    let selected = try StageCatalogue.select(only).map(\.name)
    let known = try measure(before, ["--smoke"], folder).map(\.name)
    let stages = selected.filter(known.contains)
    guard !stages.isEmpty else {
      throw BenchFailure.badInput("\(base) has none of the stages \(selected.joined(separator: ", "))")
    }
    var results: [(before: [StageResult], after: [StageResult])] = []
    let options = ["--rounds", "1", "--only", stages.joined(separator: ",")]
    for round in 1...rounds {
      writeError("bench: round \(round) of \(rounds)\n")
      // Which goes first alternates: caches and clocks favour one place.
      if round % 2 == 1 {
        let first = try measure(before, options, folder)
        results.append((first, try measure(after, options, folder)))
      } else {
        let first = try measure(after, options, folder)
        results.append((try measure(before, options, folder), first))
      }
    }
    let chosen = Set(stages)
    let pairs = results.map { round in
      (before: round.before.filter { chosen.contains($0.name) }, after: round.after.filter { chosen.contains($0.name) })
    }
    let comparison = InterleavedComparison(
      rounds: pairs, instructionsBefore: try count(before, stages), instructionsAfter: try count(after, stages))
    print(
      "before: \(build.map { String($0.commit.prefix(12)) } ?? base); after: this build; \(rounds) rounds in turns\n")
    print(comparison.table, terminator: "")
    let missing = selected.filter { !known.contains($0) }
    if !missing.isEmpty { print("only after: \(missing.joined(separator: ", "))") }
    guard let limit else { return }
    let slower = comparison.slower(than: limit)
    guard slower.isEmpty else {
      throw BenchFailure.refused(
        "slower than \(NumberText.decimal(limit, places: 2))x with the whole interval: "
          + slower.map(\.name).joined(separator: ", "))
    }
  }

  /// One run of a program.
  private func measure(_ program: String, _ options: [String], _ folder: URL) throws -> [StageResult] {
    let file = folder.appendingPathComponent("result.json").path
    try ChildProcess.run([program, "run", "--out", file] + options, within: 600)
    return try BenchReport(file: file).stages
  }

  /// Instructions per operation of the stages that are counted; none where the program cannot be counted.
  private func count(_ program: String, _ stages: [String]) throws -> [String: Double] {
    guard instructions, ChildProcess.find("valgrind") != nil,
      let gate = try? InstructionGate(file: "Benchmarks/baseline.json")
    else { return [:] }
    let counted = Set(gate.baseline.stages.map(\.stage))
    do {
      let counts = try gate.counts(of: stages.filter(counted.contains), program: program, plants: [:])
      return Dictionary(counts.map { ($0.stage, $0.perOperation) }) { first, _ in first }
    } catch BenchFailure.interrupted {
      throw BenchFailure.interrupted
    } catch {
      let reason = "\(error)".split(separator: "\n").first ?? ""
      writeError("bench: no instruction counts of \(program), which may be too old to be counted: \(reason)\n")
      return [:]
    }
  }
}
