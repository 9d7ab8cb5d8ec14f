// `trader train`: bars of the store into a validated, immutable model artifact.
import ArgumentParser
import Backtest
import DecisionForests
import Ensemble
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
      An ensemble: logistic regression, boosted trees, LSTM and transformer learn in a purged walk-forward, which \
      judges them, corrects them and says who is believed; what is worth keeping is then trained on everything. Where \
      one member alone is best, it alone is kept. With --baseline, the predecessor's boosted trees instead.
      The artifact is a folder named by its content: the same data, settings and seed give the same folder. An \
      ensemble's card.html shows what it learned from, what it is worth, and where it ends.
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
  @Flag(help: "Train the predecessor's model: boosted trees for rise or fall.")
  var baseline = false
  @OptionGroup var options: MemberOptions
  @Option(help: "Feature schema: a name that `trader features list` knows, or a schema file.")
  var schema = FeatureSchema.v2.name
  @Option(help: "Bars from decision to outcome.")
  var horizon = 5
  @Option(help: "Boosting rounds, at most where training may stop early: 200, and 50 for the baseline.")
  var rounds: Int?
  @Option(
    help: "Stop when so many rounds bring nothing on held-back rows: 25; without it the baseline grows all rounds.")
  var patience: Int?
  @Option(help: "Depth of the trees.")
  var depth = 4
  @Option(help: "Walk-forward test windows.")
  var folds = 4
  @Option(
    help: ArgumentHelp(
      "Trees that XGBoost or LightGBM grew elsewhere for down, flat and up, instead of trees grown here.",
      valueName: "file"))
  var importTrees: String?
  @Option(help: "Last day of what imported trees were trained on, YYYY-MM-DD: only later folds judge.")
  var treesUntil: DateArgument?
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    if (importTrees == nil) != (treesUntil == nil) {
      throw ValidationError("--import-trees and --trees-until belong together: who judges trees must know their past.")
    }
    if baseline, importTrees != nil { throw ValidationError("--import-trees is for ensembles, not for --baseline.") }
  }

  func run() throws {
    let instrument = try tradableInstrument(symbol)
    let features = try barSchema(schema)
    let source = try TrainingBars(
      MarketStore(root: data), symbol: symbol, from: from.date, to: to.date, schema: features)
    // Before the training: nobody wants to learn after it that there is nowhere to put the model.
    try makeFolder(out)
    let training = ModelTraining(out: out, terminal: json ? .silent : .standardError())
    let artifact: ModelArtifact
    if baseline {
      var plan = TrainingPlan()
      (plan.horizonBars, plan.rounds, plan.patience) = (horizon, rounds ?? 50, patience)
      (plan.maximumDepth, plan.folds, plan.seed) = (depth, folds, seed)
      artifact = try training.train(
        bars: source.bars, labelledFrom: source.first, instrument: instrument, schema: features, plan: plan,
        first: from.date, last: to.date)
      print(json ? try jsonText(artifact.manifest) : ModelTraining.summary(artifact))
      return
    }
    var plan = options.plan(horizon: horizon, folds: folds, seed: seed)
    plan.forest.rounds = rounds ?? plan.forest.rounds
    plan.forest.patience = patience ?? plan.forest.patience
    plan.forest.maximumDepth = depth
    let trained = try training.trainEnsemble(
      MemberRows(
        bars: source.bars, labelledFrom: source.first, schema: features, instrument: instrument, horizonBars: horizon,
        deadZoneTicks: options.flatTicks),
      kinds: try options.kinds, plan: plan, imported: try imported(), first: from.date, last: to.date)
    print(json ? try jsonText(trained.artifact.manifest) : trained.text)
  }

  private func imported() throws -> ImportedTrees? {
    guard let importTrees, let treesUntil else { return nil }
    guard let bytes = FileManager.default.contents(atPath: importTrees) else {
      throw CommandFailure(.badInput, "\(importTrees): no such file. Name a model of XGBoost or LightGBM.")
    }
    // Read here once, so that a damaged file is found before the hours of training.
    _ = try ForestMember(ForestPredictor(Forest(bytes: Array(bytes), named: importTrees)))
    return ImportedTrees(
      bytes: bytes, name: importTrees,
      knownUntil: BrasiliaTime.timestamp(treesUntil.date.advanced(by: 1), timeOfDay: .zero))
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

  /// Trains an ensemble with its card.
  func trainEnsemble(
    _ rows: MemberRows, kinds: [MemberKind], plan: MemberPlan, imported: ImportedTrees?, first: SessionDate,
    last: SessionDate
  ) throws -> (artifact: ModelArtifact, text: String) {
    var bar = ProgressBar(
      label: "training", unit: "fits", total: UInt64((plan.forest.folds + 1) * kinds.count), terminal: terminal,
      now: monotonicNow())
    let model = try EnsembleTrainer.train(rows, kinds: kinds, plan: plan, imported: imported) { done, _, _ in
      bar.update(UInt64(done), now: monotonicNow())
    }
    bar.finish()
    try makeFolder(out)
    let schema = rows.schema
    var settings = plan.settings(kinds, deadZoneTicks: rows.deadZoneTicks)
    for (kind, length) in model.lengths where length > 0 { settings["length_\(kind.rawValue)"] = "\(length)" }
    if let imported { settings["imported_trees"] = "known until \(imported.knownUntil.nanoseconds) ns" }
    let manifest = ModelManifest(
      symbol: rows.instrument.symbol, schema: schema.name, schemaHash: schema.hashText, barSeconds: schema.barSeconds,
      trainedFrom: "\(first)", trainedTo: "\(last)", dataHash: ContentHash(of: Self.bytes(rows.tape.bars)),
      seed: plan.forest.seed, program: programVersion, parent: nil, settings: settings,
      validation: Self.results(model))
    var files = try model.files()
    files[FeatureSchemaFile.artifactName] = try FeatureSchemaFile(schema).data()
    files[ModelCard.fileName] = Data(
      try ModelCard(
        model: model, rows: rows, symbol: rows.instrument.symbol, from: first, to: last, seed: plan.forest.seed,
        settings: settings
      ).html().utf8)
    let artifact = try ModelArtifact.write(manifest, files: files, under: URL(fileURLWithPath: out))
    let registry = try ModelRegistry(path: out + "/registry.sqlite")
    try registry.register(artifact, at: Date())
    try registry.recordTrial(
      study: "train \(rows.instrument.symbol)", settings: try jsonText(settings),
      score: model.study.scores.last?.gain, at: Date())
    let kept = model.settings.members.map { "\($0.kind.words)" }.joined(separator: ", ")
    return (
      artifact,
      """
      model      \(artifact.folder.path)
      card       \(artifact.path(ModelCard.fileName))
      trained    \(manifest.symbol) \(manifest.trainedFrom) to \(manifest.trainedTo), \(model.rows) labels
      kept       \(kept)
      \(MemberStudyText(model.study).text)
      """
    )
  }

  private static func results(_ model: EnsembleModel) -> [String: Double] {
    var results: [String: Double] = [
      "rows": Double(model.rows), "tested_labels": Double(model.study.labels),
      "independent_observations": model.study.independent,
    ]
    for score in model.study.scores {
      let name = score.name.lowercased().replacingOccurrences(of: " ", with: "_")
      results["gain_\(name)"] = score.gain
      results["gain_error_\(name)"] = score.gainError
    }
    if let ensemble = model.study.scores.last {
      results["log_loss"] = ensemble.logLoss
      results["gain"] = ensemble.gain
      results["gain_standard_error"] = ensemble.gainError
      results["accuracy"] = ensemble.accuracy
      results["calibration_error"] = ensemble.calibrationError
      for part in ensemble.byRegime { results["gain_in_\(part.regime)"] = part.gain }
    }
    for (kind, weight) in model.weights { results["weight_\(kind.rawValue)"] = weight }
    return results
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
  static func bytes(_ bars: [Bar]) -> Data {
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
