// Deployment on the command line: orders, a session with several models, a supervisor that is killed at every step.

import Foundation
import Testing

@Suite struct DeployCommandTests {
  private struct Status: Decodable {
    struct State: Decodable {
      struct Job: Decodable { var number: Int }
      struct Model: Decodable {
        var id: String
        var stage: String
      }
      var models: [Model]
      var job: Job?
      var jobs: Int
      var sessions: Int
    }
    struct Note: Decodable {
      var kind: String
      var text: String
    }
    var state: State
    var story: [Note]
  }

  private func status(_ models: String) throws -> Status {
    let text = try TraderProgram.succeed(["deploy", "status", "--models", models, "--lines", "1000", "--json"]).output
    return try JSONDecoder().decode(Status.self, from: Data(text.utf8))
  }

  /// A store of noise, and two models on its first days.
  private func scene() throws -> (store: String, models: String, days: [String], ids: [String]) {
    let (store, folder, models) = (Scratch.path("store"), Scratch.path("planted"), Scratch.path("models"))
    try TraderProgram.succeed(["data", "plant", "--sharpe", "0", "--days", "16", "--out", folder])
    try TraderProgram.succeed(["import", folder + "/bars.csv", "--symbol", "WDO", "--into", store])
    let days = try FileManager.default.contentsOfDirectory(atPath: store + "/WDO/bars-60s")
      .filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }.sorted()
    for last in [days[8], days[9]] {
      try TraderProgram.succeed([
        "train", "--baseline", "--data", store, "--symbol", "WDO", "--from", days[0], "--to", last, "--rounds", "5",
        "--folds", "2", "--out", models,
      ])
    }
    let ids = try FileManager.default.contentsOfDirectory(atPath: models).filter { $0.count == 32 }.sorted()
    return (store, models, days, ids)
  }

  @Test func modelsAreStagedTradedRolledBackAndRestored() throws {
    let (store, models, days, ids) = try scene()
    func order(_ words: [String]) throws {
      try TraderProgram.succeed(["deploy"] + words + ["--models", models, "--reason", "a test"])
    }
    try order(["stage", ids[0]])
    try order(["canary", ids[0]])
    try order(["live", ids[0]])
    try order(["stage", ids[1]])
    let run = Scratch.path("run")
    try TraderProgram.succeed([
      "run", "--deployed", models, "--simulate", store, "--date", days[12], "--speed", "max", "--out", run,
    ])
    let journal = try TraderProgram.succeed(["explain", run + "/journal.bin"]).output
    #expect(journal.contains("watching models' forecasts"))
    let counted = try TraderProgram.succeed(["status", "--counters", run + "/counters", "--json"]).output
    #expect(counted.contains("\"engine_warm_allocated_bytes\" : 0,"), "watching takes no memory: \(counted)")
    #expect(FileManager.default.fileExists(atPath: models + "/sessions/\(days[12]).json"))
    try order(["canary", ids[1]])
    try order(["live", ids[1]])
    try order(["rollback"])
    let before = try status(models)
    #expect(before.state.models.first { $0.stage == "live" }?.id == String(ids[0].prefix(16)))
    #expect(before.state.models.first { $0.stage == "shadow" }?.id == String(ids[1].prefix(16)))
    let refused = try TraderProgram.run(["deploy", "rollback", "--models", models, "--reason", "again"])
    #expect(refused.status == 5)
    let backup = Scratch.path("backup.tar.gz")
    try TraderProgram.succeed(["deploy", "backup", "--models", models, backup])
    let fresh = Scratch.path("restored")
    try TraderProgram.succeed(["deploy", "restore", backup, "--models", fresh])
    func text(_ folder: String) throws -> String {
      try TraderProgram.succeed(["deploy", "status", "--models", folder, "--lines", "1000", "--json"]).output
    }
    #expect(try text(fresh) == text(models))
    #expect(try TraderProgram.run(["deploy", "restore", backup, "--models", fresh]).status == 3)
    #expect(try TraderProgram.run(["deploy", "backup", "--models", models, backup]).status == 3)
  }

  @Test func aSupervisorThatIsKilledAnywhereNeverHalfPromotes() throws {
    let (store, models, _, _) = try scene()
    let watch = [
      "deploy", "watch", "--models", models, "--data", store, "--symbol", "WDO", "--once", "--priority", "usual",
    ]
    try FileManager.default.createDirectory(atPath: models + "/sessions", withIntermediateDirectories: true)
    try Data(#"{"date":"2030-01-02","results":{},"verdicts":[]}"#.utf8).write(
      to: URL(fileURLWithPath: models + "/sessions/2030-01-02.json"))
    for attempt in 0..<8 {
      let program = try TraderProgram.start(watch, in: Scratch.root)
      usleep(UInt32(20_000 + attempt * 45_000))
      program.send(signal: SIGKILL)
      _ = try program.wait()
      let now = try status(models)
      #expect(now.state.models.count { $0.stage == "live" } <= 1)
      #expect(now.state.jobs <= 2)
    }
    try TraderProgram.succeed(watch)
    let end = try status(models)
    #expect(end.state.job == nil)
    #expect(end.state.sessions == 1)
    let endings = end.story.filter { ["born", "refused", "failed"].contains($0.kind) }
    #expect(endings.count == end.state.jobs, "every job ended once")
  }

  @Test func mistakesAreNamedWithTheirMend() throws {
    let missing = try TraderProgram.run(["deploy", "status", "--models", Scratch.path("nowhere")])
    #expect(missing.status == 3 && missing.errors.contains("trader train"))
    let folder = try Scratch.folder("empty")
    let unknown = try TraderProgram.run([
      "deploy", "stage", "abc", "--models", folder, "--reason", "test",
    ])
    #expect(unknown.status == 3 && unknown.errors.contains("models list"))
    let none = try TraderProgram.run(["run", "--deployed", folder, "--speed", "max"])
    #expect(none.status == 3 && none.errors.contains("deploy stage"))
    let silent = try TraderProgram.run(["deploy", "freeze", "--models", folder, "--reason", " "])
    #expect(silent.status == 2)
  }
}
