// `trader deploy backup|restore`: everything that the pipeline knows, in one file.
import ArgumentParser
import Foundation
import ModelLifecycle
import Storage

struct DeployBackup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Writes registry, models and closed sessions into one archive.",
    discussion: "May run while everything works: the registry is copied in one transaction, models never change.")
  @OptionGroup var folder: DeployFolder
  @Argument(help: "File to write, .tar.gz; never overwritten.")
  var file: String

  func run() throws {
    _ = try folder.engine()
    guard !FileManager.default.fileExists(atPath: file) else {
      throw CommandFailure(.badInput, "\(file): exists already. Name another file: a backup is never overwritten.")
    }
    let staging = FileManager.default.temporaryDirectory.appendingPathComponent("trader-backup-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: staging) }
    try ModelRegistry(path: folder.models + "/registry.sqlite").backup(to: staging.path + "/registry.sqlite")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.models).sorted()
    where !name.hasPrefix("registry.sqlite") && !name.hasPrefix(".") {
      try FileManager.default.copyItem(atPath: folder.models + "/" + name, toPath: staging.path + "/" + name)
    }
    try Archive.run(["-czf", file, "-C", staging.path, "."], about: file)
    print("backup     \(file)")
  }
}

struct DeployRestore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Makes a folder of models from a backup, and verifies every model in it.")
  @Argument(help: "A file that `trader deploy backup` wrote.")
  var file: String
  @Option(help: "Folder to make; must not exist or be empty.")
  var models: String

  func run() throws {
    guard FileManager.default.fileExists(atPath: file) else {
      throw CommandFailure(.badInput, "\(file): no such backup. `trader deploy backup` makes one.")
    }
    let present = (try? FileManager.default.contentsOfDirectory(atPath: models)) ?? []
    guard present.isEmpty else {
      throw CommandFailure(.badInput, "\(models): is not empty. Restore into a new folder, then look, then move it.")
    }
    try makeFolder(models)
    try Archive.run(["-xzf", file, "-C", models], about: file)
    guard FileManager.default.fileExists(atPath: models + "/registry.sqlite") else {
      throw CommandFailure(.badInput, "\(file): holds no registry. Name a file that `trader deploy backup` wrote.")
    }
    var count = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: models)
    where FileManager.default.fileExists(atPath: models + "/\(name)/" + ModelArtifact.manifestName) {
      _ = try ModelLoader.load(ModelArtifact.find(models + "/" + name))
      count += 1
    }
    let state = try AutoOptimizationEngine(registry: ModelRegistry(path: models + "/registry.sqlite")).state
    print("restored   \(models): \(count) models verified, deployment \(state.deploymentNumber)")
  }
}

/// tar, as every machine has it.
private enum Archive {
  static func run(_ arguments: [String], about file: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/tar")
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let words = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure(
        .environment,
        "\(file): tar refused (\(String(decoding: words, as: UTF8.self).prefix(300))). Check space, "
          + "permissions, and that the file is whole.")
    }
  }
}
