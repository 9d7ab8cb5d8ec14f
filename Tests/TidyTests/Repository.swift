// The files of the repository as the tidy rules see them: tracked, and new ones that are not ignored.

import Foundation
import Testing

/// One text file.
struct SourceFile {
  /// From the repository's root, with `/`.
  let path: String
  let lines: [Substring]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The last part of the name after the dot; empty without one.
  var fileExtension: String { (path as NSString).pathExtension }
}

/// A broken rule, with the way to mend it.
struct Violation: CustomStringConvertible {
  let path: String
  /// From 1; 0 speaks of the whole file.
  let line: Int
  let rule: String
  let mend: String

  var description: String { "\(path)\(line > 0 ? ":\(line)" : ""): \(rule); \(mend)" }
}

/// Fails the running test with every violation on a line of its own.
func report(_ violations: [some CustomStringConvertible], sourceLocation: SourceLocation = #_sourceLocation) {
  guard !violations.isEmpty else { return }
  let list = violations.map(\.description).joined(separator: "\n")
  Issue.record("\(violations.count) broken rules:\n\(list)", sourceLocation: sourceLocation)
}

/// The working tree that holds this test.
enum Repository {
  /// Where `Package.swift` lies.
  static let root: URL = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All text files of the project, by path.
  static let files: [SourceFile] = paths().compactMap { path in
    guard let data = FileManager.default.contents(atPath: root.appendingPathComponent(path).path),
      let text = String(data: data, encoding: .utf8)
    else { return nil }
    return SourceFile(path: path, text: text)
  }

  /// Paths of the project's files, text or not.
  static func paths() -> [String] {
    let listed = gitPaths()
    return (listed.isEmpty ? walk("") : listed).sorted()
  }

  /// Swift files below a folder.
  static func swift(below folder: String) -> [SourceFile] {
    files.filter { $0.fileExtension == "swift" && $0.path.hasPrefix(folder + "/") }
  }

  /// What git tracks or would track; empty where there is no repository (a source tarball).
  private static func gitPaths() -> [String] {
    guard FileManager.default.fileExists(atPath: root.appendingPathComponent(".git").path) else { return [] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", root.path, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return [] }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\0").map(String.init)
      .filter { FileManager.default.fileExists(atPath: root.appendingPathComponent($0).path) }
  }

  private static func walk(_ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
    var found: [String] = []
    for name in names where !name.hasPrefix(".build") && ![".git", ".venv", "Package.resolved"].contains(name) {
      let path = folder.isEmpty ? name : folder + "/" + name
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
      else { continue }
      if isFolder.boolValue { found += walk(path) } else { found.append(path) }
    }
    return found
  }
}
