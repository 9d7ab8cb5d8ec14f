// The module graph, read from the text of Package.swift, and what the sources import.

import Foundation

/// The graph that the manifest declares.
struct PackageGraph {
  /// Names that each orchestrator module may import: the project's modules and the libraries of its row.
  private(set) var modules: [String: (project: Set<String>, libraries: Set<String>)] = [:]
  /// Names of the libraries' modules, over all rows and tables.
  private(set) var libraryModules: Set<String> = []
  /// Test targets by name, with the modules that they may import.
  private(set) var tests: [String: Set<String>] = [:]
  /// System library targets.
  private(set) var systemLibraries: Set<String> = []

  /// Reads the `Module("A", ["B"], libraries: [...])` rows, the tables around them, and what every module's test gets
  /// beyond its row.
  init(manifest: String) {
    var variables: [String: String] = [:]
    for match in manifest.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/) {
      variables[String(match.1)] = String(match.2)
    }
    for match in manifest.matches(of: /systemLibrary\("(\w+)"/) { systemLibraries.insert(String(match.1)) }
    libraryModules = systemLibraries.union(variables.values)
    for match in manifest.matches(of: /Module\(\s*"(\w+)",\s*\[([^\]]*)\](?:,\s*libraries:\s*\[([^\]]*)\])?\s*\)/) {
      let libraries = (match.3 ?? "").split(separator: ",").map { word in
        let name = word.trimmingCharacters(in: .whitespacesAndNewlines.union(["\""]))
        return variables[name] ?? name
      }
      modules[String(match.1)] = (PackageGraph.names(match.2), Set(libraries.filter { !$0.isEmpty }))
    }
    var everyTest: Set<String> = []
    for match in manifest.matches(of: /testTarget\(\$0\.name, Array\(Set\(\[\$0\.name, ([^\]]*)\]/) {
      everyTest = PackageGraph.names(match.1)
    }
    for (name, row) in modules { tests[name + "Tests"] = row.project.union(everyTest).union([name]) }
    for match in manifest.matches(of: /testTarget\("(\w+)", (everyModule \+ )?\[([^\]]*)\]/) {
      tests[match.1 + "Tests"] = PackageGraph.names(match.3).union(match.2 == nil ? [] : Set(modules.keys))
    }
    for table in manifest.matches(of: /let testLibraries: [^=]*= \[([^\n]*)\]/) {
      for match in table.1.matches(of: /"(\w+)": \[([^\]]*)\]/) {
        let names = match.2.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        tests[match.1 + "Tests"]?.formUnion(names.map { variables[$0] ?? $0 })
      }
    }
  }

  private static func names(_ text: Substring) -> Set<String> {
    Set(text.matches(of: /"(\w+)"/).map { String($0.1) })
  }

  /// The modules of this package that other targets can import.
  var projectModules: Set<String> { Set(modules.keys).union(["CHotPath", "Bench", "trader"]) }

  /// The module that a source path belongs to; nil when no target reaches it.
  func target(of path: String) -> String? {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count >= 2 else { return nil }
    switch (parts[0], parts[1]) {
    case ("Sources", "CHotPath"): return "CHotPath"
    case ("Sources", "Bench"): return "Bench"
    case ("Sources", "SystemLibraries") where parts.count > 3:
      return systemLibraries.contains(parts[2]) ? parts[2] : nil
    case ("Sources", "Orchestrator") where parts.count > 3:
      if parts[2] == "App" { return "trader" }
      return modules[parts[2]] == nil ? nil : parts[2]
    case ("Tests", "oracle"): return "oracle"
    case ("Tests", let name) where parts.count > 2: return tests[name] == nil ? nil : name
    default: return nil
    }
  }

  /// Imports that the graph does not allow: of the project's modules, and of libraries.
  func undeclaredImports(_ file: SourceFile) -> [Violation] {
    guard file.fileExtension == "swift", let target = target(of: file.path) else { return [] }
    return PackageGraph.imports(file).compactMap { line, name in
      let isProject = projectModules.contains(name)
      guard isProject || libraryModules.contains(name) else { return nil }
      let allowed: Bool
      if let row = modules[target] {
        allowed = row.project.contains(name) || row.libraries.contains(name)
      } else if let testRow = tests[target] {
        allowed = testRow.contains(name)
      } else {
        // The two executables sit on top of everything.
        allowed = true
      }
      guard !allowed else { return nil }
      return Violation(
        path: file.path, line: line, rule: "'import \(name)' is not in the row of \(target)",
        mend: "use what the row of \(target) in Package.swift lists, or pass the thing in from above")
    }
  }

  /// The imported module names with their lines, whatever stands before the word `import`.
  static func imports(_ file: SourceFile) -> [(line: Int, name: String)] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var"]
    return file.lines.enumerated().compactMap { index, line in
      var words = line.split(separator: " ")
      while let first = words.first, first.hasPrefix("@") || isAccessLevel(first) { words.removeFirst() }
      guard words.first == "import", words.count >= 2 else { return nil }
      let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
      return (index + 1, String(name.prefix { $0 != "." && $0 != ";" }))
    }
  }

  private static func isAccessLevel(_ word: Substring) -> Bool {
    ["public", "package", "internal", "fileprivate", "private"].contains(word)
  }
}
