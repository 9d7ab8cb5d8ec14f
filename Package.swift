// swift-tools-version: 6.2
// The package as one table: a module may import only what its row lists, and rows only point downward.
import PackageDescription

/// A Swift module of the orchestrator with the modules below it that it may import.
struct Module {
  let name: String
  let modules: [String]
  let libraries: [Target.Dependency]

  init(_ name: String, _ modules: [String], libraries: [Target.Dependency] = []) {
    self.name = name
    self.modules = modules
    self.libraries = libraries
  }
}

let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")

let modules: [Module] = [
  // L1
  Module("TradingDomain", []),
  Module("QuantMath", [], libraries: ["COpenBLAS"]),
  // L2
  Module("MarketData", ["TradingDomain", "QuantMath", "CHotPath"], libraries: ["CZstd", "CZlib"]),
  Module("Accounting", ["TradingDomain"]),
  Module("Performance", ["TradingDomain", "QuantMath"]),
  Module("Validation", ["TradingDomain", "QuantMath"]),
  Module("NeuralNetworks", ["QuantMath", "CHotPath"]),
  Module("DecisionForests", ["QuantMath", "CHotPath"], libraries: ["CXGBoost"]),
  Module("Gateway", ["TradingDomain", "CHotPath"]),
  Module("Storage", ["TradingDomain", "CHotPath"], libraries: [database, "CSodium"]),
  Module("Monitoring", ["TradingDomain", "CHotPath"]),
  // L3
  Module("Features", ["TradingDomain", "QuantMath", "MarketData", "Validation", "CHotPath"]),
  Module("Risk", ["TradingDomain", "QuantMath", "Accounting"]),
  Module("Optimization", ["QuantMath", "Validation", "Storage"]),
  Module("Simulation", ["TradingDomain", "QuantMath", "MarketData", "Accounting", "CHotPath"]),
  // L4
  Module("Ensemble", ["TradingDomain", "QuantMath", "DecisionForests", "NeuralNetworks", "Features"]),
  Module("Execution", ["TradingDomain", "Accounting", "Risk"]),
  Module("GatewaySimulator", ["TradingDomain", "CHotPath", "Gateway", "Simulation", "MarketData"]),
  // L5
  Module(
    "Engine",
    [
      "TradingDomain", "QuantMath", "CHotPath", "MarketData", "Accounting", "Features", "Risk", "Ensemble", "Execution",
    ]),
  // L6
  Module(
    "Backtest",
    [
      "TradingDomain", "QuantMath", "MarketData", "Accounting", "Performance", "Validation", "Features", "Risk",
      "Execution", "Ensemble", "Simulation", "Engine",
    ]),
  // L7
  Module(
    "ModelLifecycle",
    [
      "TradingDomain", "QuantMath", "MarketData", "Accounting", "Performance", "Validation", "NeuralNetworks",
      "DecisionForests", "Storage", "Features", "Risk", "Optimization", "Simulation", "Ensemble", "Execution", "Engine",
      "Backtest",
    ]),
]

let everyModule = modules.map(\.name)

func settings() -> [SwiftSetting] {
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // The runtime's checks for overlapping access were two fifths of an event's instructions. Debug builds, and so the
    // sanitizer runs, keep them.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
  ]
}

func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/SystemLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// A header of our own that needs no library.
func systemLibrary(_ name: String) -> Target {
  .systemLibrary(name: name, path: "Sources/SystemLibraries/\(name)")
}

func testTarget(_ name: String, _ dependencies: [String]) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: dependencies.map { .init(stringLiteral: $0) } + testLibraries[name, default: []],
    path: "Tests/\(name)Tests",
    exclude: goldenFolders.contains(name) ? ["Golden"] : [], swiftSettings: settings())
}

/// Test targets that keep golden files beside their sources.
let goldenFolders: Set<String> = [
  "DecisionForests", "Ensemble", "Features", "ModelLifecycle", "NeuralNetworks", "Optimization", "Performance", "Risk",
  "Simulation",
  "Validation",
]

/// Libraries that only tests use, as oracles.
let testLibraries: [String: [Target.Dependency]] = ["Monitoring": [histogram]]

let package = Package(
  name: "trader",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "trader", targets: ["trader"]),
    .executable(name: "bench", targets: ["Bench"]),
    .library(name: "ForestPlugin", type: .dynamic, targets: ["ForestPlugin"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
  ],
  targets: [
    systemLibrary("CLiburing", pkgConfig: "liburing", apt: "liburing-dev"),
    systemLibrary("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-serial-dev"),
    systemLibrary("CJemalloc", pkgConfig: "jemalloc", apt: "libjemalloc-dev"),
    systemLibrary("CXGBoost", pkgConfig: "xgboost", apt: "libxgboost-dev"),
    systemLibrary("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
    systemLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    systemLibrary("CValgrind"),
    .target(
      name: "CHotPath", dependencies: ["CLiburing", "CSodium"], path: "Sources/CHotPath",
      cSettings: [
        .define("_GNU_SOURCE"),
        .unsafeFlags(["-Wall", "-Wextra", "-Werror", "-Wmissing-prototypes", "-Wstrict-prototypes"]),
      ]),
  ]
    + modules.map { module in
      .target(
        name: module.name, dependencies: module.modules.map { .init(stringLiteral: $0) } + module.libraries,
        path: "Sources/Orchestrator/\(module.name)", swiftSettings: settings())
    } + [
      .executableTarget(
        name: "trader",
        dependencies: (everyModule + ["CHotPath", "CJemalloc"]).map { .init(stringLiteral: $0) }
          + [arguments, toml],
        path: "Sources/Orchestrator/App", swiftSettings: settings()),
      .executableTarget(
        name: "Bench",
        dependencies: (everyModule + ["CHotPath", "CJemalloc", "CValgrind"]).map { .init(stringLiteral: $0) }
          + [arguments],
        path: "Sources/Bench", swiftSettings: settings()),
      .target(
        name: "ForestPlugin", dependencies: ["DecisionForests"], path: "Benchmarks/peers/ForestPlugin",
        swiftSettings: settings()),
    ] + modules.map { testTarget($0.name, Array(Set([$0.name, "QuantMath"] + $0.modules)).sorted()) }
    + [
      testTarget("CHotPath", ["CHotPath"]),
      testTarget("Bench", ["Bench", "Monitoring"]),
      testTarget("EndToEnd", everyModule + ["CHotPath", "CJemalloc"]),
      testTarget("Tidy", []),
    ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
