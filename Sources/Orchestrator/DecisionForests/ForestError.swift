// The one error of this module: what is wrong with a model, where in it, and how to mend it.

/// Why a model was refused, or why training failed.
package struct ForestError: Error, Equatable, CustomStringConvertible {
  /// What sort of fault it is.
  package enum Kind: String, Sendable {
    /// The file cannot be opened or read.
    case unreadable
    /// The bytes do not follow the format.
    case malformed
    /// A valid model that this program does not run.
    case unsupported
    /// The format is kept but the contents contradict each other: counts, indices, links, values.
    case inconsistent
    /// A count or size beyond the bounds that keep a hostile file harmless.
    case tooLarge
    /// The training library reported a failure, or was asked for something impossible.
    case training
  }

  package let kind: Kind
  /// The file, the rows or the settings that are at fault; empty until a reader's outermost step fills it in.
  package private(set) var source: String
  /// Index of the tree, counted from 0 in the model's order.
  package private(set) var tree: Int?
  /// Number of the node within the tree, as the file has it.
  package private(set) var node: Int?
  /// What is wrong, with the value.
  package let problem: String
  /// What to do about it.
  package let mend: String

  /// A fault; readers fill in the source and the tree on its way out.
  init(_ kind: Kind, _ problem: String, node: Int? = nil, mend: String? = nil) {
    self.kind = kind
    self.source = ""
    self.tree = nil
    self.node = node
    self.problem = problem
    self.mend = mend ?? Self.usualMend(kind)
  }

  /// The same fault, in that tree.
  func inTree(_ index: Int) -> ForestError {
    var copy = self
    copy.tree = index
    return copy
  }

  /// The same fault, in that file.
  func inSource(_ name: String) -> ForestError {
    var copy = self
    copy.source = name
    return copy
  }

  package var description: String {
    var places = source.isEmpty ? [] : [source]
    if let tree { places.append("tree \(tree)") }
    if let node { places.append("node \(node)") }
    return (places.isEmpty ? "" : places.joined(separator: ", ") + ": ") + problem + "; " + mend
  }

  private static func usualMend(_ kind: Kind) -> String {
    switch kind {
    case .unreadable: "check that the path is right and the file may be read"
    case .malformed: "the file is damaged or cut short; export the model again"
    case .unsupported: "train it with a supported setting"
    case .inconsistent: "the file does not come unchanged from its trainer; export the model again"
    case .tooLarge: "no model of this size is supported; check the file"
    case .training: "check the training parameters and the data"
    }
  }
}
