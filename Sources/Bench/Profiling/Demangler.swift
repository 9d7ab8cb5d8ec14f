// Names of Swift functions as people write them.

import Glibc

enum Demangler {
  private typealias Function =
    @convention(c) (
      UnsafePointer<CChar>?, Int, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?, UInt32
    ) -> UnsafeMutablePointer<CChar>?

  /// The Swift runtime's own; it is part of every program.
  private static let demangle: Function? = dlsym(dlopen(nil, RTLD_NOW), "swift_demangle")
    .map { unsafeBitCast($0, to: Function.self) }

  /// The readable form, shortened: module names of the language and argument types say little in a narrow box.
  static func name(_ symbol: String) -> String {
    guard symbol.hasPrefix("$s"), let demangle, let text = demangle(symbol, symbol.utf8.count, nil, nil, 0) else {
      return symbol
    }
    defer { free(text) }
    var name = String(cString: text)
    for (word, short) in [("Swift.", ""), ("@callee_guaranteed ", ""), ("function signature specialization", "spec.")] {
      name = name.replacing(word, with: short)
    }
    if let arrow = name.range(of: " -> ") { name = String(name[..<arrow.lowerBound]) }
    return name
  }
}

extension String {
  /// The first place of `part`, without Foundation.
  fileprivate func range(of part: String) -> Range<String.Index>? { firstRange(of: part) }
}
