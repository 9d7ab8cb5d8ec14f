// Model artifacts by content, and the registry of their stages.

import Foundation
import Storage
import Testing

@Suite struct ModelArtifactTests {
  let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("models-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  private func manifest(seed: UInt64 = 1, symbol: String = "WDO") -> ModelManifest {
    ModelManifest(
      symbol: symbol, schema: "v2", schemaHash: "0011223344556677", barSeconds: 60, trainedFrom: "2021-11-05",
      trainedTo: "2021-12-15", dataHash: ContentHash(of: Data("bars".utf8)), seed: seed, program: "test", parent: nil,
      settings: ["rounds": "10"], validation: ["loss": 0.5])
  }

  @Test func equalContentGivesTheSameArtifact() throws {
    let files = ["forest.ubj": Data([1, 2, 3])]
    let first = try ModelArtifact.write(manifest(), files: files, under: root)
    let again = try ModelArtifact.write(manifest(), files: files, under: root)
    let other = try ModelArtifact.write(manifest(seed: 2), files: files, under: root)
    #expect(first.id == again.id)
    #expect(first.id != other.id)
    #expect(try first.file("forest.ubj") == Data([1, 2, 3]))
  }

  @Test func aChangedFileIsRefused() throws {
    let artifact = try ModelArtifact.write(manifest(), files: ["forest.ubj": Data([1, 2, 3])], under: root)
    try Data([1, 2, 4]).write(to: artifact.folder.appendingPathComponent("forest.ubj"))
    let error = #expect(throws: StorageError.self) { _ = try ModelArtifact.find(artifact.folder.path) }
    #expect(error?.description.contains("forest.ubj") == true)
  }

  @Test func aFolderOfArtifactsGivesTheNewestOfTheSymbol() throws {
    let old = try ModelArtifact.write(manifest(seed: 1), files: [:], under: root)
    let new = try ModelArtifact.write(manifest(seed: 2), files: [:], under: root)
    let win = try ModelArtifact.write(manifest(symbol: "WIN"), files: [:], under: root)
    let manifestPath = { (artifact: ModelArtifact) in artifact.path(ModelArtifact.manifestName) }
    for (artifact, age) in [(old, 300.0), (new, 200.0), (win, 100.0)] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: manifestPath(artifact))
    }
    #expect(try ModelArtifact.find(root.path, symbol: "WDO").id == new.id)
    #expect(try ModelArtifact.find(root.path).id == win.id)
    #expect(throws: StorageError.self) { _ = try ModelArtifact.find(root.path, symbol: "IND") }
  }

  @Test func anArtifactMadeAgainIsTheNewestAgain() throws {
    let first = try ModelArtifact.write(manifest(seed: 1), files: [:], under: root)
    let second = try ModelArtifact.write(manifest(seed: 2), files: [:], under: root)
    for (artifact, age) in [(first, 300.0), (second, 200.0)] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: artifact.path(ModelArtifact.manifestName))
    }
    #expect(try ModelArtifact.find(root.path).id == second.id)
    _ = try ModelArtifact.write(manifest(seed: 1), files: [:], under: root)
    #expect(try ModelArtifact.find(root.path).id == first.id)
  }

  @Test func missingFoldersAreNamed() {
    let error = #expect(throws: StorageError.self) { _ = try ModelArtifact.find("/nowhere/at/all") }
    #expect(error?.description.contains("/nowhere/at/all") == true)
  }

  @Test func hashesAreStandardSha256() {
    #expect(
      ContentHash(of: Data("abc".utf8)).hexadecimal
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(ContentHash(hexadecimal: "xyz") == nil)
  }
}

@Suite struct ModelRegistryTests {
  private func registry() throws -> (ModelRegistry, ModelArtifact) {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("registry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    let manifest = ModelManifest(
      symbol: "WDO", schema: "v2", schemaHash: "00", barSeconds: 60, trainedFrom: "", trainedTo: "",
      dataHash: ContentHash(of: Data()), seed: 0, program: "test", parent: nil, settings: [:], validation: [:])
    let artifact = try ModelArtifact.write(manifest, files: [:], under: root)
    return (try ModelRegistry(path: root.appendingPathComponent("registry.sqlite").path), artifact)
  }

  @Test func stagesArePassedOneAtATime() throws {
    let (registry, artifact) = try registry()
    let now = Date(timeIntervalSince1970: 0)
    try registry.register(artifact, at: now)
    #expect(throws: StorageError.self) {
      try registry.transition(artifact.id, to: .live, reason: "hope", at: now)
    }
    for state in [ModelState.validated, .shadow, .canary, .live, .retired] {
      try registry.transition(artifact.id, to: state, reason: "test", at: now)
    }
    #expect(try registry.entries().map(\.state) == [.retired])
    #expect(throws: StorageError.self) {
      try registry.transition(artifact.id, to: .validated, reason: "again", at: now)
    }
  }

  @Test func theTrialLedgerOnlyGrows() throws {
    let (registry, _) = try registry()
    for score in [0.1, 0.2, nil] {
      try registry.recordTrial(study: "s", settings: "{}", score: score, at: Date(timeIntervalSince1970: 0))
    }
    #expect(try registry.trialCount() == 3)
  }
}
