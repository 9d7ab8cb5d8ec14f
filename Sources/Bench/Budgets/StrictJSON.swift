// Keys that nobody reads: a misspelt one would drop a condition without a word.

import Foundation

enum StrictJSON {
  /// Throws for a key of the root object that is not in `root`, and for one of the objects in the list `name` that is
  /// not in `lists[name]`.
  static func rejectUnknownKeys(_ data: Data, root: Set<String>, lists: [String: Set<String>]) throws {
    guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else { return }
    for key in object.keys.sorted() where !root.contains(key) {
      throw BenchFailure.badInput("unknown key '\(key)'")
    }
    for (list, known) in lists.sorted(by: { $0.key < $1.key }) {
      for item in object[list] as? [[String: Any]] ?? [] {
        for key in item.keys.sorted() where !known.contains(key) {
          let name = item["name"] ?? item["stage"] ?? "without name"
          throw BenchFailure.badInput("unknown key '\(key)' in '\(name)' of \(list)")
        }
      }
    }
  }
}
