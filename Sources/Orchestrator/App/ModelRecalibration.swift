// `trader models recalibrate`: newer outcomes correct an ensemble's probabilities; its members stay as they are.
import ArgumentParser
import Backtest
import Ensemble
import Features
import Foundation
import MarketData
import ModelLifecycle
import Storage
import TradingDomain

struct ModelRecalibration: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recalibrate", abstract: "Fits an ensemble's corrections to newer outcomes, without training.",
    discussion: """
      Runs the ensemble over stored bars, fits each member's correction to what happened, and writes a new model whose \
      parent is the old one. Bars that the model was trained on are refused: of those its members know too much.
      """)

  @Argument(help: "The model artifact, or a folder of them (its newest).")
  var model: String
  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "First session, YYYY-MM-DD; after those that the model was trained on.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "How probabilities are corrected: identity, temperature, platt, beta or isotonic.")
  var method = CalibrationMethod.temperature
  @Option(help: "Folder for the new model; the old one's by default.")
  var out: String?

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
  }

  func run() throws {
    let artifact = try ModelArtifact.find(model)
    let loaded = try ModelLoader.load(artifact)
    guard let ensemble = loaded.forecaster as? MultiModalEnsemble else {
      throw CommandFailure(.badInput, "\(model): this model is no ensemble. Name one that `trader train` made.")
    }
    guard "\(from.date)" > artifact.manifest.trainedTo else {
      throw CommandFailure(
        .badInput, "--from \(from.date): the model was trained until \(artifact.manifest.trainedTo). Give later days.")
    }
    let instrument = try tradableInstrument(artifact.manifest.symbol)
    let source = try TrainingBars(
      MarketStore(root: data), symbol: instrument.symbol, from: from.date, to: to.date, schema: loaded.schema)
    let tape = ForecastTape(
      matrix: FeatureMatrix(schema: loaded.schema, instrument: instrument, bars: source.bars), bars: source.bars,
      columns: StrategyColumns(bars: source.bars, instrument: instrument))
    ensemble.reset()
    tape.eachBar { place, input in
      // Bars before the first only fill the members' memory; their outcomes may be known to the model.
      if place == source.first { ensemble.forgetOutcomes() }
      ensemble.observe(input)
    }
    let (before, observations) = (ensemble.monitor.expectedError, ensemble.monitor.observations)
    var settings = ensemble.settings
    for (place, map) in try ensemble.recalibrate(method).enumerated() { settings.members[place].calibration = map }
    var files: [String: Data] = [:]
    for name in artifact.manifest.files.keys where name != ModelCard.fileName { files[name] = try artifact.file(name) }
    files[EnsembleModel.settingsFile] = try EnsembleModel.encoded(settings)
    var manifest = artifact.manifest
    manifest.parent = artifact.id
    manifest.settings["calibration"] = method.rawValue
    manifest.settings["recalibrated"] = "\(from.date) to \(to.date)"
    let folder = out.map { URL(fileURLWithPath: $0) } ?? artifact.folder.deletingLastPathComponent()
    try makeFolder(folder.path)
    let anew = try ModelArtifact.write(manifest, files: files, under: folder)
    try ModelRegistry(path: folder.path + "/registry.sqlite").register(anew, at: Date())
    print(
      "model      \(anew.folder.path)\nparent     \(artifact.id.hexadecimal)\n"
        + String(
          format: "outcomes   %.0f, weighted by age; calibration error of the mixture before: %.4f", observations,
          before ?? .nan))
    for member in settings.members { print("member     \(member.kind.words): \(member.calibration.words)") }
  }
}
