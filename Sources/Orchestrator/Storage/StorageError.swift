// What can go wrong with files, in words that a person can act on.

/// A file or database that could not be used.
package struct StorageError: Error, CustomStringConvertible, Sendable {
  /// What kind of trouble, so that callers can choose an exit code.
  package enum Kind: Sendable {
    /// The machine or its permissions are in the way.
    case environment
    /// The file's content is not what it must be.
    case content
  }

  package var kind: Kind
  package var path: String
  package var problem: String
  package var mend: String

  package init(kind: Kind, path: String, problem: String, mend: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
    self.mend = mend
  }

  package var description: String { "\(path): \(problem). \(mend)" }
}
