// Why a counter file could not be made or read, in words that name the file and the mend.

import CHotPath
import Glibc

/// A counter file that could not be made or read.
package struct CounterFileError: Error, Equatable, CustomStringConvertible {
  package enum Reason: Equatable, Sendable {
    /// The system refused; the number is an `errno`.
    case system(Int32)
    /// Not a counter file at all.
    case foreign
    /// A counter file of another version of the layout.
    case otherVersion
    /// Shorter than it says.
    case truncated
    /// Its header contradicts itself.
    case damaged
    /// These names cannot stand in a file: none, too many, one empty, twice there, or too long.
    case names(String)
  }

  package let path: String
  package let reason: Reason

  package init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// From an answer of hp_counter_file_create or hp_counter_file_open.
  init(path: String, answer: Int32) {
    switch Int(answer) {
    case HP_COUNTER_FILE_FOREIGN: self.init(path: path, reason: .foreign)
    case HP_COUNTER_FILE_OTHER_VERSION: self.init(path: path, reason: .otherVersion)
    case HP_COUNTER_FILE_TRUNCATED: self.init(path: path, reason: .truncated)
    case HP_COUNTER_FILE_DAMAGED: self.init(path: path, reason: .damaged)
    default: self.init(path: path, reason: .system(-answer))
    }
  }

  package var description: String { "counter file \(path): \(cause)" }

  private var cause: String {
    switch reason {
    case .system(ENOENT):
      return "there is no such file or folder; is the writer running, and with this path?"
    case .system(let code):
      return "\(String(cString: strerror(code))) (errno \(code)); choose a writable place such as /dev/shm"
    case .foreign: return "not a counter file (wrong magic); give the path that the writer was started with"
    case .otherVersion:
      return "written in another version of the layout than \(HP_COUNTER_FILE_VERSION), which this program reads;"
        + " read it with the program that writes it"
    case .truncated: return "cut short; it was copied or damaged while in use, so restart its writer"
    case .damaged: return "its header contradicts itself; restart its writer, which makes a new file"
    case .names(let fault): return "\(fault); names differ, have 1 to 63 bytes, and there are at most 1024 of a kind"
    }
  }
}
