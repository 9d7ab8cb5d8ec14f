// One folder for everything these tests write, removed when the process ends.
import Foundation
import Synchronization

enum Scratch {
  /// The folder; other runs of the tests have others.
  static let root: String = {
    let path = NSTemporaryDirectory() + "/trader-end-to-end-\(getpid())"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      preconditionFailure("\(path): cannot be made (\(error))")
    }
    atexit { try? FileManager.default.removeItem(atPath: Scratch.root) }
    return path
  }()

  private static let next = Atomic<Int>(0)

  /// A path in the folder that nobody else gets; nothing is made there.
  static func path(_ name: String) -> String {
    "\(root)/\(next.add(1, ordering: .relaxed).newValue)-\(name)"
  }

  /// A new, empty folder.
  static func folder(_ name: String) throws -> String {
    let path = path(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// A new file with that text.
  static func file(_ name: String, _ text: String) throws -> String {
    let path = path(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }
}
