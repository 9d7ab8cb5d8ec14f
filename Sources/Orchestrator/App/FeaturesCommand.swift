// `trader features`: what can be computed, whether it leaks, which of it is worth its place, and in which regime.
import ArgumentParser
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import TradingDomain

struct FeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Lists, checks and selects features, and shows the market's regimes.",
    discussion: """
      A feature is an expression over bars, clock and events, such as zscore(rsi(close, 14), 100). Schemas are lists of
      them: v2 (the predecessor's), candidates (all that bars can tell), event-candidates (all), or a file of your own.
      """,
    subcommands: [List.self, Check.self, FeatureSelectCommand.self, RegimesCommand.self, DriftCommand.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the features of a schema, or what expressions are made of.")
    @Argument(help: "v2, candidates, event-candidates, or a schema file.")
    var schema = FeatureSchema.candidates.name
    @Flag(help: "Print inputs, operators and indicators instead.")
    var operators = false
    @Flag(help: "Print the reference page docs/reference/features.md.")
    var markdown = false
    @Flag(help: "Print JSON: the same form that schema files have.")
    var json = false

    func run() throws {
      if markdown {
        print(FeatureCatalogue.markdown(), terminator: "")
      } else if operators {
        print(json ? try jsonText(FeatureLanguage()) : FeatureLanguage().text)
      } else {
        let schema = try FeatureSchemaFile.find(schema)
        print(json ? String(decoding: try FeatureSchemaFile(schema).data(), as: UTF8.self) : text(of: schema))
      }
    }

    private func text(of schema: FeatureSchema) -> String {
      var lines = [
        "schema \(schema.name), \(schema.count) features on bars of \(schema.barSeconds) s, hash \(schema.hashText), "
          + "warm after \(schema.warmUpBars) bars, needs \(schema.tier)"
      ]
      let width = schema.names.map(\.count).max() ?? 0
      for (declaration, properties) in zip(schema.declarations, schema.properties) {
        let name = declaration.name.padding(toLength: width, withPad: " ", startingAt: 0)
        lines.append(
          "\(name)  \(declaration.expression)  [\(declaration.unit.rawValue); warm \(properties.warmUpBars); "
            + "\(FeatureCatalogue.text(properties.memory)); \(properties.tier)]")
      }
      return lines.joined(separator: "\n")
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tests features on stored bars: do they read the future, forget their start, survive gaps?",
      discussion: """
        Prefixes: values up to t must not change by a bit when the bars after t are removed, for random t.
        Later starts: values must not depend on where the bars began once the promised warm-up is over.
        Time shift: no value may move with the next bar's return as only a leak does.
        Missing data: values are finite after warm-up, a lost bar and bars without trades upset nothing for longer than
        a feature's memory.
        Exits with 5 when a feature fails, or when the bars are too few for a check to run.
        """)
    @Option(help: "Folder of the market store.")
    var data: String
    @Option(help: "Instrument.")
    var symbol: String
    @Option(help: "First session, YYYY-MM-DD; the store's first without it.")
    var from: DateArgument?
    @Option(help: "Last session, YYYY-MM-DD; the store's last without it.")
    var to: DateArgument?
    @Option(help: "v2, candidates, or a schema file.")
    var schema = FeatureSchema.candidates.name
    @Option(help: "Random places at which the bars are cut.")
    var cuts = 12
    @Option(help: "Seed of the random places.")
    var seed: UInt64 = 1
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      if let from, let to, to.date < from.date { throw ValidationError("--to lies before --from.") }
      if !(1...1_000).contains(cuts) { throw ValidationError("--cuts must be 1 to 1000.") }
    }

    func run() throws {
      let schema = try barSchema(schema)
      let store = try MarketStore(root: data)
      let series = try store.barSeries(
        symbol, from: from?.date ?? SessionDate(dayNumber: 0), to: to?.date ?? SessionDate(dayNumber: 40_000),
        duration: .seconds(Int64(schema.barSeconds)))
      var check = FeatureCheck()
      check.cuts = cuts
      check.seed = seed
      var bar = ProgressBar(
        label: "checking", unit: "%", total: 100, terminal: json ? .silent : .standardError(), now: monotonicNow())
      let report = check.run(
        FeatureComputation(schema, instrument: try tradableInstrument(symbol)), bars: series.bars
      ) { bar.update(UInt64($0 * 100), now: monotonicNow()) }
      bar.finish()
      let output = FeatureCheckOutput(report, schema: schema)
      print(json ? try jsonText(output) : output.text)
      if !report.faults.isEmpty {
        throw CommandFailure(.refused, "\(report.faults.count) faults found: do not trade on these features")
      }
      if !report.isSound {
        throw CommandFailure(.refused, "not proven: \(report.untested.joined(separator: "; "))")
      }
    }
  }
}
