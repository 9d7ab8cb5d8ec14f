// `trader deploy status`: who trades, why, and the story of every model.
import ArgumentParser
import Foundation
import ModelLifecycle
import Performance
import Storage

struct DeployStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Who trades, who watches, on what evidence, and how it came to that.")
  @OptionGroup var folder: DeployFolder
  @Option(help: "Tell the story of this model alone: first digits of its identity.")
  var model: String?
  @Option(help: "Lines of the story, the newest.")
  var lines = 20
  @Option(help: ArgumentHelp("Write the whole story as a page.", valueName: "file"))
  var report: String?
  @Flag(help: "Print JSON.")
  var json = false

  private typealias Story = [(at: Date, note: PipelineStep.Note)]

  struct Output: Encodable {
    var state: PipelineState
    var deployment: Deployment
    var story: [PipelineStep.Note]
  }

  func validate() throws {
    guard lines >= 0 else { throw ValidationError("--lines must not be negative.") }
  }

  func run() throws {
    let engine = try folder.engine()
    let id = try model.map { try folder.identity($0) }
    let story = try engine.registry.notes(of: id)
    if let report {
      try Data(page(engine, story).utf8).write(to: URL(fileURLWithPath: report))
      if !json { print("report     \(report)") }
    }
    if json {
      print(
        try jsonText(
          Output(state: engine.state, deployment: engine.state.deployment, story: story.suffix(lines).map(\.note))))
      return
    }
    print(text(engine.state, Array(story.suffix(lines))))
  }

  private func text(_ state: PipelineState, _ story: Story) -> String {
    var rows = [
      "deployment \(state.deploymentNumber), after \(state.sessions) sessions"
        + (state.session.isEmpty ? "" : ", the newest \(state.session)")
        + (state.isFrozen ? "; FROZEN: nothing is decided by itself" : "")
    ]
    if state.champion == nil { rows.append("champion   nobody: no positions are opened by a champion") }
    for model in state.models { rows.append(line(model)) }
    rows.append(
      "size       \(DecimalText.percent(state.size, digits: 0)) of the usual, thresholds raised by "
        + DecimalText.percent(state.caution, digits: 0))
    if let job = state.job {
      rows.append("building   job \(job.number) since \(job.orderedOn): \(job.reason) (\(job.sessions) sessions)")
    }
    if !story.isEmpty { rows.append("story") }
    for (_, note) in story {
      rows.append(
        "  \(note.session.isEmpty ? "-         " : note.session)  "
          + DeployText.line(kind: note.kind, model: note.model, state: note.state, text: note.text))
    }
    return rows.joined(separator: "\n")
  }

  private func line(_ model: PipelineModel) -> String {
    let name = model.stage == .live ? "champion" : model.stage.rawValue
    let evidence = DecimalText.compact(min(1e6, model.evidence))
    let gate = model.isGated ? "" : ", passed no gate"
    return name.padding(toLength: 11, withPad: " ", startingAt: 0)
      + "\(model.id.prefix(12)) since \(model.since.isEmpty ? "the start" : model.since) (\(model.sessionsInStage) "
      + "sessions), evidence that it earns \(evidence), its orders earned "
      + "\(DecimalText.fixed(model.earned, digits: 2)) BRL\(gate)"
  }

  private func page(
    _ engine: AutoOptimizationEngine, _ story: Story
  ) throws -> String {
    let state = engine.state
    let models: [[ReportTable.Cell]] = state.models.map { model in
      [
        .text(String(model.id.prefix(12))), .text(model.stage.rawValue), .text(model.bornOn), .count(model.age),
        .number(min(1e6, model.evidence), digits: 2), .signed(model.earned, digits: 2),
      ]
    }
    let decisions = try engine.registry.decisions().map { decision -> [ReportTable.Cell] in
      let checks = try JSONDecoder().decode(PromotionDecision.self, from: Data(decision.decision.utf8)).checks
      let failed = checks.filter { !$0.passes }
      return [
        .text(String(decision.model.prefix(12))), .text(decision.passed ? "passed" : "refused"),
        .text((failed.isEmpty ? checks : failed).map { "\($0.name): \($0.finding)" }.joined(separator: "; ")),
      ]
    }
    let lines: [[ReportTable.Cell]] = story.map { item in
      [
        .text(item.note.session), .text(item.note.model.map { String($0.prefix(12)) } ?? ""), .text(item.note.kind),
        .text(item.note.state ?? ""), .text(item.note.text),
      ]
    }
    return ReportPage(
      title: "The models of \(folder.models)",
      subtitle: "Deployment \(state.deploymentNumber), \(state.sessions) sessions, newest \(state.session)",
      stamps: [ReportStamp(name: "program", value: programVersion)], verdicts: [],
      sections: [
        ReportSection(
          "Who lives",
          [
            .table(
              ReportTable(
                caption: "Models that trade or watch",
                columns: [
                  .init("Model", .text), .init("Stage", .text), .init("Born", .text), .init("Age, sessions"),
                  .init("Evidence that it earns"), .init("Orders earned, BRL"),
                ], rows: models))
          ]),
        ReportSection(
          "What the gate decided",
          [.table(Self.words("Challengers and the gate's findings", ["Model", "Verdict", "Findings"], decisions))]),
        ReportSection(
          "The story",
          [.table(Self.words("Everything that happened", ["Session", "Model", "What", "Stage", "Why"], lines))]),
      ]
    ).html()
  }

  private static func words(_ caption: String, _ titles: [String], _ rows: [[ReportTable.Cell]]) -> ReportTable {
    ReportTable(caption: caption, columns: titles.map { ReportTable.Column($0, .text) }, rows: rows)
  }
}
