// Immutable model folders, named by their content: writing, finding and opening them.
package import Foundation

/// A model artifact on disk, opened and verified.
package struct ModelArtifact: Sendable {
  package static let manifestName = "manifest.json"

  /// SHA-256 of the manifest, which itself holds the hash of every file.
  package let id: ContentHash
  package let manifest: ModelManifest
  /// The artifact's folder.
  package let folder: URL

  /// Content of the artifact's file `name`, as verified when the artifact was opened.
  package func file(_ name: String) throws(StorageError) -> Data {
    try Self.read(folder.appendingPathComponent(name))
  }

  /// Path of the artifact's file `name`.
  package func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Writes an artifact under `root` and returns it; an equal artifact that already exists is returned as it is.
  ///
  /// The folder appears at once or not at all: it is written under another name, synced and renamed.
  package static func write(
    _ manifest: ModelManifest, files: [String: Data], under root: URL
  ) throws(StorageError) -> ModelArtifact {
    var manifest = manifest
    manifest.files = files.mapValues { ContentHash(of: $0) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(manifest) else {
      throw StorageError(
        kind: .content, path: root.path, problem: "the manifest cannot be written as JSON",
        mend: "A validation result is not a finite number: see the training output.")
    }
    let id = ContentHash(of: bytes)
    let folder = root.appendingPathComponent(String(id.hexadecimal.prefix(32)))
    if FileManager.default.fileExists(atPath: folder.path) {
      // Trained again just now: for ``find(_:symbol:)`` it is the newest again.
      let manifestPath = folder.appendingPathComponent(manifestName).path
      try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: manifestPath)
      return try open(folder)
    }
    let draft = root.appendingPathComponent(".draft-\(id.hexadecimal.prefix(16))-\(getpid())")
    do {
      try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
      for (name, content) in files {
        try content.write(to: draft.appendingPathComponent(name))
      }
      try bytes.write(to: draft.appendingPathComponent(manifestName))
      try FileManager.default.moveItem(at: draft, to: folder)
    } catch {
      try? FileManager.default.removeItem(at: draft)
      throw StorageError(
        kind: .environment, path: root.path, problem: "cannot write the model: \(error.localizedDescription)",
        mend: "Check that the folder is writable and the disk has room.")
    }
    return ModelArtifact(id: id, manifest: manifest, folder: folder)
  }

  /// Opens the artifact at `path`, or, when `path` is a folder of artifacts, its newest for `symbol` if one is named.
  package static func find(_ path: String, symbol: String? = nil) throws(StorageError) -> ModelArtifact {
    let url = URL(fileURLWithPath: path)
    if FileManager.default.fileExists(atPath: url.appendingPathComponent(manifestName).path) { return try open(url) }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw StorageError(
        kind: .content, path: path, problem: "no such model folder",
        mend: "Name a model artifact or a folder of them; `trader train` makes one.")
    }
    var newest: (date: Date, artifact: ModelArtifact)?
    for name in names.sorted() where !name.hasPrefix(".") {
      let folder = url.appendingPathComponent(name)
      let manifestURL = folder.appendingPathComponent(manifestName)
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: manifestURL.path),
        let date = attributes[.modificationDate] as? Date
      else { continue }
      if let best = newest, best.date > date { continue }
      let artifact = try open(folder)
      if let symbol, artifact.manifest.symbol != symbol { continue }
      newest = (date, artifact)
    }
    guard let newest else {
      throw StorageError(
        kind: .content, path: path,
        problem: symbol.map { "the folder holds no model of \($0)" } ?? "the folder holds no model artifact",
        mend: "`trader train --out \(path)` makes one.")
    }
    return newest.artifact
  }

  /// Opens the artifact in `folder` and verifies every file's hash.
  package static func open(_ folder: URL) throws(StorageError) -> ModelArtifact {
    let manifestURL = folder.appendingPathComponent(manifestName)
    let bytes = try read(manifestURL)
    let manifest: ModelManifest
    do {
      manifest = try JSONDecoder().decode(ModelManifest.self, from: bytes)
    } catch {
      throw StorageError(
        kind: .content, path: manifestURL.path, problem: "not a model manifest (\(error))",
        mend: "Use an artifact folder as `trader train` writes it.")
    }
    guard manifest.format == ModelManifest.currentFormat else {
      throw StorageError(
        kind: .content, path: manifestURL.path,
        problem: "manifest format \(manifest.format), but this program reads \(ModelManifest.currentFormat)",
        mend: "Train the model again with this version.")
    }
    for (name, hash) in manifest.files.sorted(by: { $0.key < $1.key }) {
      guard !name.contains("/"), name != "..", name != manifestName else {
        throw StorageError(
          kind: .content, path: manifestURL.path, problem: "the manifest names an impossible file '\(name)'",
          mend: "This artifact was not written by `trader train`: do not use it.")
      }
      guard ContentHash(of: try read(folder.appendingPathComponent(name))) == hash else {
        throw StorageError(
          kind: .content, path: folder.appendingPathComponent(name).path,
          problem: "the content is not what the manifest vouches for",
          mend: "The file was changed or damaged: restore the artifact or train again.")
      }
    }
    return ModelArtifact(id: ContentHash(of: bytes), manifest: manifest, folder: folder)
  }

  private static func read(_ url: URL) throws(StorageError) -> Data {
    do {
      return try Data(contentsOf: url)
    } catch {
      throw StorageError(
        kind: .content, path: url.path, problem: "cannot read: \(error.localizedDescription)",
        mend: "Check the path and its permissions.")
    }
  }
}
