// `trader models`: the artifacts in a folder, with what they were trained on, how they validated, and how they differ.
import ArgumentParser
import Ensemble
import Features
import Foundation
import ModelLifecycle
import Storage

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Lists, shows and compares models, and corrects their probabilities anew.",
    discussion: "Every artifact is verified against its hashes while it is read.",
    subcommands: [
      List.self, Show.self, Difference.self, ModelRecalibration.self, ModelPromote.self, ModelDemote.self,
      ModelRetire.self, DeployRollback.self,
    ], defaultSubcommand: List.self)

  struct Row: Encodable {
    var id: String
    var state: String
    var manifest: ModelManifest
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the models of a folder.")
    @Argument(help: "A model artifact or a folder of them.")
    var path: String
    @Flag(help: "Print JSON.")
    var json = false

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
        let gain = manifest.validation["gain"].map { gain in
          let error = manifest.validation["gain_standard_error"] ?? .nan
          return String(format: "  gain %+.5f +- %.5f", gain, error)
        }
        let members = manifest.settings["members"] ?? "baseline"
        print(
          "\(row.id.prefix(16))  \(manifest.symbol)  \(row.state)  \(members)  schema \(manifest.schema)  "
            + "\(manifest.trainedFrom)..\(manifest.trainedTo)  seed \(manifest.seed)\(gain ?? "")"
        )
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

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows everything that a model says of itself.")
    @Argument(help: "A model artifact, or a folder of them (its newest is shown).")
    var path: String
    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let artifact = try ModelArtifact.find(path)
      if json {
        print(try jsonText(Row(id: artifact.id.hexadecimal, state: "-", manifest: artifact.manifest)))
        return
      }
      // Loading proves that the files fit each other, not only that they are whole.
      let schema = try ModelLoader.load(artifact).schema
      let manifest = artifact.manifest
      var lines = [
        "model     \(artifact.id.hexadecimal)", "folder    \(artifact.folder.path)",
        "parent    \(manifest.parent.map(\.hexadecimal) ?? "none")",
        "trained   \(manifest.symbol) \(manifest.trainedFrom) to \(manifest.trainedTo), seed \(manifest.seed), program "
          + manifest.program,
        "features  \(schema.count) of schema \(manifest.schema) (\(manifest.schemaHash)), bars of "
          + "\(manifest.barSeconds) s",
      ]
      if manifest.files[EnsembleModel.settingsFile] != nil {
        let settings = try ModelLoader.settings(of: artifact)
        for member in settings.members {
          lines.append(
            "member    \(member.kind.words): weight \(String(format: "%.3f", member.prior[0])), "
              + "\(member.calibration.words)")
        }
      }
      if manifest.files[ModelCard.fileName] != nil { lines.append("card      \(artifact.path(ModelCard.fileName))") }
      lines.append("validation")
      lines += manifest.validation.sorted { $0.key < $1.key }.map { "    \($0.key) = \($0.value)" }
      lines.append("settings")
      lines += manifest.settings.sorted { $0.key < $1.key }.map { "    \($0.key) = \($0.value)" }
      print(lines.joined(separator: "\n"))
    }
  }

  struct Difference: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff", abstract: "Shows what distinguishes two models.")
    @Argument(help: "A model artifact, or a folder of them (its newest).")
    var first: String
    @Argument(help: "Another one.")
    var second: String

    func run() throws {
      let (left, right) = (try ModelArtifact.find(first), try ModelArtifact.find(second))
      if left.id == right.id {
        print("the same model: \(left.id.hexadecimal)")
        return
      }
      var lines = ["- \(left.id.hexadecimal)", "+ \(right.id.hexadecimal)"]
      let facts = { (manifest: ModelManifest) -> [String: String] in
        [
          "symbol": manifest.symbol, "schema": "\(manifest.schema) \(manifest.schemaHash)",
          "trained": "\(manifest.trainedFrom) to \(manifest.trainedTo)", "data": "\(manifest.dataHash.hexadecimal)",
          "seed": "\(manifest.seed)", "program": manifest.program,
          "parent": manifest.parent.map(\.hexadecimal) ?? "none",
        ]
      }
      lines += Self.lines("", facts(left.manifest), facts(right.manifest))
      lines += try Self.features(left, right)
      lines += Self.lines("setting ", left.manifest.settings, right.manifest.settings)
      lines += Self.lines(
        "validation ", left.manifest.validation.mapValues { "\($0)" }, right.manifest.validation.mapValues { "\($0)" })
      lines += Self.lines(
        "file ", left.manifest.files.mapValues(\.hexadecimal), right.manifest.files.mapValues(\.hexadecimal))
      print(lines.joined(separator: "\n"))
    }

    private static func lines(_ kind: String, _ left: [String: String], _ right: [String: String]) -> [String] {
      Set(left.keys).union(right.keys).sorted().flatMap { key -> [String] in
        guard left[key] != right[key] else { return [] }
        return [left[key].map { "- \(kind)\(key) = \($0)" }, right[key].map { "+ \(kind)\(key) = \($0)" }]
          .compactMap { $0 }
      }
    }

    private static func features(_ left: ModelArtifact, _ right: ModelArtifact) throws -> [String] {
      let (before, after) = (
        try ModelLoader.schema(of: left).names, try ModelLoader.schema(of: right).names
      )
      return before.filter { !after.contains($0) }.map { "- feature \($0)" }
        + after.filter { !before.contains($0) }.map { "+ feature \($0)" }
    }
  }
}

extension CalibrationMap {
  /// For tables.
  var words: String {
    switch self {
    case .identity: "probabilities as they are"
    case .temperature(let temperature): "temperature \(String(format: "%.3f", temperature))"
    case .platt: "Platt's curves"
    case .beta: "beta curves"
    case .isotonic(let curves): "rising curves of \(curves.map(\.x.count)) points"
    }
  }
}
