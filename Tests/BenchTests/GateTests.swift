// The gate as a program: it counts itself, passes, and fails with its exit code on what is planted into one stage.

import Foundation
import Testing

/// The built program beside this test program.
private let program: URL? = {
  let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  return ["bench", "Bench"].map { folder.appendingPathComponent($0) }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}()

private let hasValgrind = ["/usr/bin/valgrind", "/usr/local/bin/valgrind"]
  .contains { FileManager.default.isExecutableFile(atPath: $0) }

private func bench(_ arguments: [String], in place: URL? = nil) throws -> (
  code: Int32, output: String, complaint: String
) {
  let process = Process()
  process.executableURL = try #require(program, "the bench program is not built beside the tests")
  process.arguments = arguments
  if let place { process.currentDirectoryURL = place }
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gate-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let files = try ["out", "err"].map { name in
    let file = folder.appendingPathComponent(name)
    try #require(FileManager.default.createFile(atPath: file.path, contents: nil))
    return (file, try FileHandle(forWritingTo: file))
  }
  process.standardOutput = files[0].1
  process.standardError = files[1].1
  try process.run()
  process.waitUntilExit()
  let texts = try files.map { try String(contentsOf: $0.0, encoding: .utf8) }
  return (process.terminationStatus, texts[0], texts[1])
}

@Suite(.serialized) struct GateTests {
  @Test(.enabled(if: hasValgrind, "valgrind is not installed; apt-get install valgrind"))
  func theGateFailsOnWorkPlantedIntoOneStageAndNamesIt() throws {
    let file = NSTemporaryDirectory() + "baseline-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try "{\"version\": 1, \"counted_with\": \"\", \"tolerance_percent\": 3, \"stages\": [], \"uncounted\": []}"
      .write(toFile: file, atomically: true, encoding: .utf8)
    let stages = ["--stages", "frame.decode,book.update", "--baseline", file]

    let fresh = try bench(["instructions"] + stages)
    #expect(fresh.code == 5 && fresh.output.contains("frame.decode has no baseline"))

    let accepted = try bench(["baseline", "--write", "--reason", "first count"] + stages)
    #expect(accepted.code == 0 && accepted.output.contains("taken over: frame.decode, book.update"), "\(accepted)")

    // The same program on the same input: counts repeat.
    let clean = try bench(["instructions"] + stages)
    #expect(clean.code == 0, "\(clean)")

    let planted = try bench(["instructions", "--plant", "frame.decode=5%"] + stages)
    #expect(planted.code == 5)
    #expect(planted.complaint.contains("frame.decode +"), "\(planted.complaint)")
    #expect(!planted.complaint.contains("book.update"))
    #expect(planted.output.contains("bench baseline --write --stages frame.decode"))
  }

  @Test func theGateFailsOnMemoryPlantedIntoAStage() throws {
    let file = NSTemporaryDirectory() + "budgets-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try """
    {"version": 1, "budgets": [
      {"name": "decoding", "stage": "frame.decode", "figure": "allocated_bytes", "limit": 0},
      {"name": "the book", "stage": "book.update", "figure": "allocated_bytes", "limit": 0}]}
    """.write(toFile: file, atomically: true, encoding: .utf8)
    let check = ["check", "--parts", "allocations", "--budgets", file, "--rounds", "1"]
    let clean = try bench(check)
    #expect(clean.code == 0, "\(clean)")
    let planted = try bench(check + ["--plant", "frame.decode=64B"])
    #expect(planted.code == 5)
    #expect(planted.complaint.contains("decoding (frame.decode)") && !planted.complaint.contains("the book"))
  }

  @Test func aCommitThatDoesNotExistIsSaidSo() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("repository-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let outside = try bench(["compare", "main"], in: folder)
    #expect(outside.code == 3 && outside.complaint.contains("not a git repository"))
    try git(["init", "-q"], in: folder)
    let missing = try bench(["compare", "no-such-commit"], in: folder)
    #expect(missing.code == 3 && missing.complaint.contains("no commit 'no-such-commit'"))
    try Data("// swift-tools-version: 6.2\n".utf8).write(to: folder.appendingPathComponent("Package.swift"))
    try git(["add", "Package.swift"], in: folder)
    try git(["-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-q", "-m", "one"], in: folder)
    let without = try bench(["compare", "HEAD"], in: folder)
    #expect(without.code == 3 && without.complaint.contains("no product 'bench'"), "\(without)")
    #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent(".build-compare/tree").path))
  }

  @Test func aProfileOfAnUnknownStageListsTheKnownOnes() throws {
    let unknown = try bench(["profile", "no.such.stage"])
    #expect(unknown.code == 2 && unknown.complaint.contains("frame.decode"))
  }
}

private func git(_ arguments: [String], in folder: URL) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["git", "-C", folder.path] + arguments
  try process.run()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0)
}
