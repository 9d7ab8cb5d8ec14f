// Another commit's bench, built beside this one.

import Foundation

/// A work tree of a commit below `.build-compare`, and the program built from it.
///
/// The tree goes when the comparison ends, however it ends; what was compiled stays for the next one.
struct BaseBuild {
  static let folder = ".build-compare"

  let commit: String
  private let root: String

  /// Resolves `base` in the repository of the current folder.
  init(_ base: String) throws {
    root = try BaseBuild.git(["rev-parse", "--show-toplevel"], "this is not a git repository; run inside one")
    commit = try BaseBuild.git(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", base + "^{commit}"],
      "there is no commit '\(base)' here; name a commit, tag or branch that 'git log' shows")
  }

  private var tree: String { "\(root)/\(Self.folder)/tree" }
  private var scratch: String { "\(root)/\(Self.folder)/build" }

  /// Checks the commit out and builds its bench; returns the program's path.
  func build() throws -> String {
    remove()
    _ = try BaseBuild.git(
      ["-C", root, "worktree", "add", "--force", "--detach", tree, commit], "no work tree could be made in \(tree)")
    let manifest = (try? String(contentsOfFile: tree + "/Package.swift", encoding: .utf8)) ?? ""
    guard manifest.contains("name: \"bench\"") else {
      throw BenchFailure.badInput(
        "commit \(commit.prefix(12)) has no product 'bench' in its Package.swift; name a later one")
    }
    writeError("bench: building \(commit.prefix(12)) in \(Self.folder) (the first time takes minutes)\n")
    let build = ["swift", "build", "--package-path", tree, "--scratch-path", scratch, "-c", "release"]
    try ChildProcess.run(build + ["--product", "bench"], isShown: true)
    return try ChildProcess.run(build + ["--show-bin-path"]).trimmingCharacters(in: .whitespacesAndNewlines) + "/bench"
  }

  /// Removes the tree, and what git notes of it.
  func remove() {
    // Not over ChildProcess: an interrupt must not keep this from running.
    for arguments in [["worktree", "remove", "--force", tree], ["worktree", "prune"]] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["git", "-C", root] + arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { continue }
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(atPath: tree)
  }

  private static func git(_ arguments: [String], _ complaint: String) throws -> String {
    let ending = try ChildProcess(["git"] + arguments).end(within: 120)
    guard ending.code == 0 else {
      let said = ending.complaint.trimmingCharacters(in: .whitespacesAndNewlines)
      throw BenchFailure.badInput(said.isEmpty ? complaint : "\(complaint) (\(said))")
    }
    return ending.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
