// `bench report`: the dated results as a page that shows where things go.

import ArgumentParser
import Foundation

/// Writes the trend page.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the trend of the dated results as a static HTML page.",
    discussion: "'bench check --record' and 'bench run --record' write the results.")

  @Option(help: "The folder of dated results.")
  var results = "Benchmarks/results"

  @Option(help: "The page.")
  var out = "bench-report.html"

  func run() throws {
    let all = try DatedResult.all(in: results)
    guard !all.isEmpty else {
      throw BenchFailure.badInput("\(results): holds no dated result; 'bench check --record' writes one")
    }
    do {
      try TrendPage(all).html.write(toFile: out, atomically: true, encoding: .utf8)
    } catch {
      throw BenchFailure.badInput("\(out): cannot be written (\(error.localizedDescription)); give --out")
    }
    print("\(all.count) results in \(out)")
  }
}
