// `trader deploy`: who trades, who watches, and who decides about it.
import ArgumentParser
import Foundation
import ModelLifecycle
import Storage

struct DeployCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy", abstract: "Who trades and who watches: stages, rollback, the loop that renews models.",
    discussion: """
      Models pass trained, validated (the gate), shadow (watches, no orders), canary (a limited part of the orders) \
      and live. `watch` does it by evidence; the other commands do it by order, and keep the reason. A running \
      `trader run --deployed DIR` takes every change in between two events.
        trader deploy watch --models models/ --data market/ --symbol WDO
        trader deploy status --models models/
        trader deploy rollback --models models/ --reason "slippage doubled"
      """,
    subcommands: [
      DeployStatus.self, DeployStage.self, DeployCanary.self, DeployLive.self, DeployRollback.self, DeployFreeze.self,
      DeployThaw.self, DeployRetrain.self, DeployWatch.self, DeployBuild.self, DeployRehearse.self, DeployBackup.self,
      DeployRestore.self,
    ], defaultSubcommand: DeployStatus.self)
}

/// The folder of models, and the pipeline in its registry.
struct DeployFolder: ParsableArguments {
  @Option(help: "Folder of models, as `trader train --out` fills it.")
  var models: String

  func engine() throws -> AutoOptimizationEngine {
    guard FileManager.default.fileExists(atPath: models) else {
      throw CommandFailure(.badInput, "\(models): no such folder of models. `trader train --out \(models)` makes one.")
    }
    return try AutoOptimizationEngine(registry: ModelRegistry(path: models + "/registry.sqlite"))
  }

  /// The identity of the one registered artifact that `name` begins: 16 digits, as journals name it.
  func identity(_ name: String) throws -> String {
    let artifact = try find(name)
    return String(artifact.id.hexadecimal.prefix(16))
  }

  /// The artifact whose identity or folder `name` begins.
  func find(_ name: String) throws -> ModelArtifact {
    if FileManager.default.fileExists(atPath: name + "/" + ModelArtifact.manifestName) {
      return try ModelArtifact.find(name)
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: models)) ?? []
    let found = names.filter {
      !name.isEmpty && $0.hasPrefix(name)
        && FileManager.default.fileExists(atPath: models + "/" + $0 + "/" + ModelArtifact.manifestName)
    }
    guard found.count == 1 else {
      let problem = found.isEmpty ? "no model in \(models) begins so" : "\(found.count) models in \(models) begin so"
      throw CommandFailure(
        .badInput, "'\(name)': \(problem). Give more digits; `trader models list \(models)` shows them.")
    }
    return try ModelArtifact.find(models + "/" + found[0])
  }

  /// Gives an order to the pipeline and says what came of it; a refused one ends with the code for refusals.
  func order(_ order: OperatorOrder, reason: String) throws {
    var engine = try engine()
    let notes = try engine.handle(.order(order, reason: reason), at: Date())
    if let refusal = notes.first(where: { $0.kind == .refusedOrder }) {
      throw CommandFailure(.refused, refusal.text)
    }
    print(notes.map(DeployText.line).joined(separator: "\n"))
  }
}

/// Notes in words.
enum DeployText {
  static func line(_ note: PipelineNote) -> String {
    line(kind: note.kind.rawValue, model: note.model, state: note.state?.rawValue, text: note.text)
  }

  static func line(kind: String, model: String?, state: String?, text: String) -> String {
    let who = model.map { " \($0.prefix(12))" } ?? ""
    return "\(kind)\(who)\(state.map { " -> \($0)" } ?? ""): \(text)"
  }
}

/// Why a human orders something; kept in the story.
struct DeployReason: ParsableArguments {
  @Option(help: "Why; kept in the story.")
  var reason: String

  func validate() throws {
    if reason.trimmingCharacters(in: .whitespaces).isEmpty {
      throw ValidationError("--reason is empty. Say why: whoever reads the story later will want to know.")
    }
  }
}

struct DeployStage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage", abstract: "Lets a model watch: it forecasts on the live stream, without orders.")
  @OptionGroup var folder: DeployFolder
  @Argument(help: "The model: first digits of its identity, or its folder.")
  var model: String
  @Option(help: "What its sessions' results vary by, in BRL (standard deviation); sets the scale of its evidence.")
  var deviation = 200.0
  @OptionGroup var why: DeployReason

  func validate() throws {
    guard deviation > 0, deviation.isFinite else { throw ValidationError("--deviation must be above 0 BRL.") }
  }

  func run() throws {
    _ = try ModelLoader.load(folder.find(model))
    try folder.order(.stage(folder.identity(model), deviation: deviation), reason: why.reason)
  }
}

struct DeployCanary: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canary", abstract: "Gives a watching model a limited part of the orders.")
  @OptionGroup var folder: DeployFolder
  @Argument(help: "The model: first digits of its identity.")
  var model: String
  @OptionGroup var why: DeployReason

  func run() throws {
    let id = try folder.identity(model)
    if let stage = try folder.engine().state.models.first(where: { $0.id == id })?.stage, stage != .shadow {
      throw CommandFailure(.refused, "\(id.prefix(12)) is \(stage.rawValue): only a model that watches becomes canary.")
    }
    try folder.order(.promote(id), reason: why.reason)
  }
}

struct DeployLive: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live", abstract: "Makes the canary the champion; the champion before it goes on watching.")
  @OptionGroup var folder: DeployFolder
  @Argument(help: "The model: first digits of its identity.")
  var model: String
  @OptionGroup var why: DeployReason

  func run() throws {
    let id = try folder.identity(model)
    if let stage = try folder.engine().state.models.first(where: { $0.id == id })?.stage, stage != .canary {
      throw CommandFailure(
        .refused,
        "\(id.prefix(12)) is \(stage.rawValue): only the canary becomes champion. `trader deploy canary` "
          + "comes before.")
    }
    try folder.order(.promote(id), reason: why.reason)
  }
}

struct DeployRollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Puts the champion before this one back, in one swap between two events.")
  @OptionGroup var folder: DeployFolder
  @OptionGroup var why: DeployReason
  func run() throws { try folder.order(.rollback, reason: why.reason) }
}

struct DeployFreeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "freeze", abstract: "Stops all automation; what trades goes on trading.")
  @OptionGroup var folder: DeployFolder
  @OptionGroup var why: DeployReason
  func run() throws { try folder.order(.freeze, reason: why.reason) }
}

struct DeployThaw: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "thaw", abstract: "Lets automation go on.")
  @OptionGroup var folder: DeployFolder
  @OptionGroup var why: DeployReason
  func run() throws { try folder.order(.thaw, reason: why.reason) }
}

struct DeployRetrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retrain", abstract: "Orders a challenger now; `watch` builds it.")
  @OptionGroup var folder: DeployFolder
  @OptionGroup var why: DeployReason
  func run() throws { try folder.order(.retrain, reason: why.reason) }
}

/// `trader models promote|demote|retire|rollback`: the same orders, from the model's side.
struct ModelPromote: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote", abstract: "One stage forward: shadow to canary, canary to live.")
  @OptionGroup var folder: DeployFolder
  @Argument(help: "The model: first digits of its identity.")
  var model: String
  @OptionGroup var why: DeployReason
  func run() throws { try folder.order(.promote(folder.identity(model)), reason: why.reason) }
}

struct ModelDemote: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demote", abstract: "Takes a model off the trade; it goes on watching.")
  @OptionGroup var folder: DeployFolder
  @Argument(help: "The model: first digits of its identity.")
  var model: String
  @OptionGroup var why: DeployReason
  func run() throws { try folder.order(.demote(folder.identity(model)), reason: why.reason) }
}

struct ModelRetire: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retire", abstract: "Ends a model; it trades and watches no more.")
  @OptionGroup var folder: DeployFolder
  @Argument(help: "The model: first digits of its identity.")
  var model: String
  @OptionGroup var why: DeployReason
  func run() throws { try folder.order(.retire(folder.identity(model)), reason: why.reason) }
}
