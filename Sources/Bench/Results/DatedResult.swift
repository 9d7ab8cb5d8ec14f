// A run's figures with everything that tells what they are worth, kept as a file below Benchmarks/results.

package import Foundation

/// One dated result.
package struct DatedResult: Codable {
  /// Tells these files from others in the folder.
  package static let kind = "bench"

  let kind: String
  /// ISO 8601, UTC.
  package let date: String
  /// The commit; a plus sign behind it where files differed from it.
  package let commit: String
  let compiler: String
  let build: String
  package let command: String
  package let report: BenchReport
  /// Instructions per operation by stage; empty where they were not counted.
  package let instructions: [String: Double]

  package init(stages: [StageResult], counts: [InstructionCount], now: Date = Date()) {
    kind = DatedResult.kind
    date = now.formatted(.iso8601)
    commit = (Provenance.commit ?? "unknown") + (Provenance.isChanged ? "+" : "")
    compiler = "\(Provenance.compiler), \(Provenance.architecture)"
    #if DEBUG
      build = "debug"
    #else
      build = "release"
    #endif
    command = (["bench"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
    report = BenchReport(stages: stages)
    instructions = Dictionary(counts.map { ($0.stage, ($0.perOperation * 100).rounded() / 100) }) { first, _ in first }
  }

  /// Reads a file; nil when it is of another kind.
  package static func read(_ file: URL) throws -> DatedResult? {
    struct Kind: Decodable { let kind: String? }
    do {
      let data = try Data(contentsOf: file)
      guard try JSONDecoder().decode(Kind.self, from: data).kind == DatedResult.kind else { return nil }
      return try JSONDecoder().decode(DatedResult.self, from: data)
    } catch {
      throw BenchFailure.badInput("\(file.path): not a dated result (\(error)); remove it, or write it anew")
    }
  }

  /// All dated results of a folder, oldest first.
  package static func all(in folder: String) throws -> [DatedResult] {
    let url = URL(fileURLWithPath: folder)
    let files: [URL]
    do {
      files = try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
    } catch {
      throw BenchFailure.badInput(
        "\(folder): cannot be read; 'bench check --record' writes the first result, from the repository's root")
    }
    return try files.filter { $0.pathExtension == "json" }.compactMap(read).sorted { $0.date < $1.date }
  }

  /// Writes the file `DATE-bench.json` and returns its path.
  package func write(into folder: String = "Benchmarks/results") throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = folder + "/" + date.replacing(":", with: "") + "-bench.json"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path))
    } catch {
      throw BenchFailure.badInput(
        "\(path): cannot be written (\(error.localizedDescription)); run from the repository's root")
    }
    return path
  }
}
