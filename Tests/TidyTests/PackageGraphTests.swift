// The sources keep to the graph of Package.swift, and the graph to the architecture's fences.

import Foundation
import Testing

private let graph = PackageGraph(
  manifest: (try? String(contentsOf: Repository.root.appendingPathComponent("Package.swift"), encoding: .utf8)) ?? "")

@Test func theManifestsTableIsUnderstood() {
  #expect(graph.modules.count == ModuleRules.forbidden.count)
  #expect(Set(graph.modules.keys) == Set(ModuleRules.forbidden.keys), "every module has its fence")
  for (name, row) in graph.modules {
    #expect(row.project.isSubset(of: graph.projectModules), "\(name) lists a module that does not exist")
    #expect(row.libraries.isSubset(of: graph.libraryModules), "\(name) lists an unknown library: \(row.libraries)")
  }
}

@Test func everySourceFileBelongsToATarget() {
  for file in Repository.files where ["swift", "c", "h"].contains(file.fileExtension) {
    guard file.path.hasPrefix("Sources/") || file.path.hasPrefix("Tests/") else { continue }
    #expect(
      graph.target(of: file.path) != nil, "\(file.path) belongs to no target; move it or add a row to Package.swift")
  }
}

@Test func sourcesImportOnlyWhatTheirRowLists() {
  report(Repository.files.flatMap(graph.undeclaredImports))
}

@Test func noRowCrossesAFence() {
  report(ModuleRules.crossings(graph))
}

@Test func hotModulesStayFreeOfFoundation() {
  report(Repository.files.flatMap { ModuleRules.foundationImports($0, graph) })
}

private let planted = PackageGraph(
  manifest: """
    let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
    Module("Gateway", []),
    Module("Mathematics", []),
    Module("Risk", ["Gateway"], libraries: [log, "CZlib"]),
    Module(
      "Engine",
      ["Risk"]),
    systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    modules.map { testTarget($0.name, Array(Set([$0.name, "Mathematics"] + $0.modules)).sorted()) }
    testTarget("EndToEnd", everyModule + ["CHotPath"]),
    """)

@Test func aPlantedUndeclaredImportIsFound() {
  let text = "// A.\npackage import Gateway\n@preconcurrency import struct Risk.Limit\nimport Logging\nimport Glibc\n"
  let file = SourceFile(path: "Sources/Orchestrator/Engine/A.swift", text: text)
  #expect(planted.undeclaredImports(file).map(\.line) == [2, 4])
  let allowed = SourceFile(
    path: "Sources/Orchestrator/Risk/A.swift", text: "import Gateway\nimport Logging\nimport CZlib")
  #expect(planted.undeclaredImports(allowed).isEmpty)
  let test = SourceFile(
    path: "Tests/EngineTests/A.swift", text: "import Engine\nimport Risk\nimport Gateway\nimport Mathematics")
  #expect(planted.undeclaredImports(test).map(\.line) == [3])
  let endToEnd = SourceFile(path: "Tests/EndToEndTests/A.swift", text: "import Engine\nimport Gateway\nimport CHotPath")
  #expect(planted.undeclaredImports(endToEnd).isEmpty)
}

@Test func aPlantedCrossingIsFoundEvenOverAnotherModule() {
  #expect(ModuleRules.crossings(planted).map { $0.split(separator: " ")[1] } == ["Engine"])
}

@Test func plantedFoundationIsFoundInHotModulesOnly() {
  let text = "// A.\nimport Foundation\nimport FoundationEssentials\n"
  let hot = SourceFile(path: "Sources/Orchestrator/Risk/A.swift", text: text)
  #expect(ModuleRules.foundationImports(hot, planted).map(\.line) == [2, 3])
  let cold = SourceFile(path: "Sources/Orchestrator/Gateway/A.swift", text: text)
  #expect(ModuleRules.foundationImports(cold, planted).isEmpty)
}

@Test func strayFilesAreFound() {
  #expect(planted.target(of: "Sources/Orchestrator/Nowhere/A.swift") == nil)
  #expect(planted.target(of: "Sources/Orchestrator/A.swift") == nil)
  #expect(planted.target(of: "Tests/NowhereTests/A.swift") == nil)
  #expect(planted.target(of: "Sources/Orchestrator/App/A.swift") == "trader")
}
