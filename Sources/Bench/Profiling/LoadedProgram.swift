// Where the running program was loaded: the difference between addresses in memory and in its file.

import Foundation

enum LoadedProgram {
  /// Where the start of the program's file lies, which has address 0 in a position-independent program; 0 where the
  /// kernel does not tell.
  static var base: UInt {
    guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return 0 }
    for line in maps.split(separator: "\n") {
      // Range, permissions, offset, device, inode, path.
      let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      guard words.count == 6, words[2].allSatisfy({ $0 == "0" }), words[5].hasSuffix("/" + name) else { continue }
      return UInt(words[0].prefix { $0 != "-" }, radix: 16) ?? 0
    }
    return 0
  }

  private static var name: String { URL(fileURLWithPath: ChildProcess.ownProgram).lastPathComponent }
}
