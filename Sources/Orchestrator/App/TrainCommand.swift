// `trader train`: bars of the store into a validated, immutable model artifact.
import ArgumentParser
import Backtest
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Storage
import TradingDomain

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model on stored bars and says what it is worth out of sample.",
    discussion: """
      First a purged walk-forward measures the model on windows that it has not seen; then the final model is trained on
      everything. The artifact is a folder named by its content: the same data, settings and seed give the same folder.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Folder for model artifacts; made if absent.")
  var out: String
  @Option(help: "Feature schema: a name that `trader features list` knows, or a schema file.")
  var schema = FeatureSchema.v2.name
  @Option(help: "Bars from decision to outcome.")
  var horizon = 5
  @Option(help: "Boosting rounds.")
  var rounds = 50
  @Option(help: "Stop when so many rounds bring nothing on held-back rows; without it all rounds are grown.")
  var patience: Int?
  @Option(help: "Depth of the trees.")
  var depth = 4
  @Option(help: "Walk-forward test windows.")
  var folds = 4
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
  }

  func run() throws {
    var plan = TrainingPlan()
    plan.horizonBars = horizon
    plan.rounds = rounds
    plan.patience = patience
    plan.maximumDepth = depth
    plan.folds = folds
    plan.seed = seed
    let instrument = try tradableInstrument(symbol)
    let features = try barSchema(schema)
    let store = try MarketStore(root: data)
    let duration = Nanoseconds.seconds(Int64(features.barSeconds))
    let bars = try store.barSeries(symbol, from: from.date, to: to.date, duration: duration).bars
    let earlier = try? store.barSeries(
      symbol, from: from.date.advanced(by: -MarketPlan.warmUpDays(for: features)), to: from.date.advanced(by: -1),
      duration: duration)
    let warmUp = (earlier?.bars ?? []).suffix(MarketPlan.warmUpBars(for: features))
    let artifact = try ModelTraining(out: out, terminal: json ? .silent : .standardError()).train(
      bars: warmUp + bars, labelledFrom: warmUp.count, instrument: instrument, schema: features,
      plan: plan, first: from.date, last: to.date)
    print(json ? try jsonText(artifact.manifest) : ModelTraining.summary(artifact))
  }
}

/// Trains, writes the artifact and registers it; shared by `train` and by runs that must first make a model.
struct ModelTraining {
  var out: String
  var terminal: Terminal

  func train(
    bars: some Collection<Bar>, labelledFrom first: Int, instrument: Instrument, schema: FeatureSchema = .v2,
    plan: TrainingPlan, first firstDate: SessionDate, last lastDate: SessionDate
  ) throws -> ModelArtifact {
    let bars = Array(bars)
    let started = monotonicNow()
    let rows = try LabelledRows(
      bars: bars, labelledFrom: first, schema: schema, instrument: instrument, horizonBars: plan.horizonBars)
    var bar = ProgressBar(label: "training", unit: "%", total: 100, terminal: terminal, now: started)
    let model = try BaselineTrainer.train(rows, plan: plan) { part, _ in
      bar.update(UInt64(part * 100), now: monotonicNow())
    }
    bar.finish()
    try makeFolder(out)
    let manifest = ModelManifest(
      symbol: instrument.symbol, schema: schema.name, schemaHash: schema.hashText, barSeconds: schema.barSeconds,
      trainedFrom: "\(firstDate)", trainedTo: "\(lastDate)", dataHash: ContentHash(of: Self.bytes(bars)),
      seed: plan.seed, program: programVersion, parent: nil, settings: plan.settings, validation: Self.results(model))
    var files = model.files
    files[FeatureSchemaFile.artifactName] = try FeatureSchemaFile(schema).data()
    let artifact = try ModelArtifact.write(manifest, files: files, under: URL(fileURLWithPath: out))
    let registry = try ModelRegistry(path: out + "/registry.sqlite")
    try registry.register(artifact, at: Date())
    try registry.recordTrial(
      study: "train \(instrument.symbol)", settings: try jsonText(plan.settings), score: model.score.gain, at: Date())
    return artifact
  }

  /// What a person wants to know of a new model.
  static func summary(_ artifact: ModelArtifact) -> String {
    let results = artifact.manifest.validation
    func number(_ name: String, _ digits: Int) -> String {
      String(format: "%.\(digits)f", results[name] ?? .nan)
    }
    return """
      model      \(artifact.folder.path)
      trained    \(artifact.manifest.symbol) \(artifact.manifest.trainedFrom) to \(artifact.manifest.trainedTo), \
      \(number("rows", 0)) rows, \(number("final_rounds", 0)) rounds
      out of sample (purged walk-forward, \(number("tested_labels", 0)) labels worth \
      \(number("independent_observations", 0)) independent observations):
        log loss   \(number("log_loss", 5)) against \(number("base_log_loss", 5)) of the base rate
        gain       \(number("gain", 5)) +- \(number("gain_standard_error", 5)) (standard error)
        accuracy   \(number("accuracy", 4))
      """
  }

  private static func results(_ model: BaselineModel) -> [String: Double] {
    [
      "log_loss": model.score.logLoss, "base_log_loss": model.score.baseLogLoss, "gain": model.score.gain,
      "gain_standard_error": model.score.gainStandardError, "accuracy": model.score.accuracy,
      "tested_labels": Double(model.score.labels), "final_rounds": Double(model.rounds),
      "independent_observations": model.score.independentObservations, "rows": Double(model.rows),
    ]
  }

  /// The bars as bytes, for the data hash.
  private static func bytes(_ bars: [Bar]) -> Data {
    var data = Data(capacity: bars.count * 48)
    for bar in bars {
      for value in [
        bar.start.nanoseconds, bar.open.ticks, bar.high.ticks, bar.low.ticks, bar.close.ticks, bar.volume.contracts,
      ] {
        withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
      }
    }
    return data
  }
}

/// Makes a folder for output, with a clear error where that cannot be.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    // Foundation's own words name no cause; the system call's do.
    let reason = mkdir(path, 0o777) == 0 ? "unknown reason" : String(cString: strerror(errno))
    throw CommandFailure(
      .environment, "\(path): cannot make the folder (\(reason)). Check the path and permissions, or name another.")
  }
  guard FileManager.default.isWritableFile(atPath: path) else {
    throw CommandFailure(.environment, "\(path): the folder is not writable. Choose another or change its permissions.")
  }
}
