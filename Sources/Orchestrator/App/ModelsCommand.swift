// `trader models`: the artifacts in a folder, with what they were trained on and how they validated.
import ArgumentParser
import Foundation
import Storage

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Lists models, or shows one.",
    discussion: "Every artifact is verified against its hashes while it is read.")

  @Argument(help: "A model artifact or a folder of them.")
  var path: String
  @Flag(help: "Print JSON.")
  var json = false

  struct Row: Encodable {
    var id: String
    var state: String
    var manifest: ModelManifest
  }

  func run() throws {
    let rows = try rows()
    if json {
      print(try jsonText(rows))
      return
    }
    if rows.isEmpty {
      print("no models in \(path); `trader train --out \(path)` makes one")
      return
    }
    for row in rows {
      let manifest = row.manifest
      print(
        "\(row.id.prefix(16))  \(manifest.symbol)  \(row.state)  schema \(manifest.schema)  "
          + "\(manifest.trainedFrom)..\(manifest.trainedTo)  seed \(manifest.seed)")
      for (name, value) in manifest.validation.sorted(by: { $0.key < $1.key }) { print("    \(name) = \(value)") }
    }
  }

  private func rows() throws -> [Row] {
    let manager = FileManager.default
    if manager.fileExists(atPath: path + "/" + ModelArtifact.manifestName) {
      return [row(try ModelArtifact.find(path), state: "-")]
    }
    guard let names = try? manager.contentsOfDirectory(atPath: path) else {
      throw CommandFailure(.badInput, "\(path): no such model folder. `trader train --out \(path)` makes one.")
    }
    var states: [String: String] = [:]
    if manager.fileExists(atPath: path + "/registry.sqlite") {
      for entry in try ModelRegistry(path: path + "/registry.sqlite").entries() {
        states[entry.id] = entry.state.rawValue
      }
    }
    return try names.sorted().compactMap { name in
      let folder = path + "/" + name
      guard manager.fileExists(atPath: folder + "/" + ModelArtifact.manifestName) else { return nil }
      let artifact = try ModelArtifact.find(folder)
      return row(artifact, state: states[artifact.id.hexadecimal] ?? "-")
    }
  }

  private func row(_ artifact: ModelArtifact, state: String) -> Row {
    Row(id: artifact.id.hexadecimal, state: state, manifest: artifact.manifest)
  }
}
