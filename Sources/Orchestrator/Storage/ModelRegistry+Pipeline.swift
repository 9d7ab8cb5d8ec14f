// The pipeline's memory: its state, its story, and the evidence behind every decision, stored step by step.
package import Foundation
import GRDB

/// One step of the pipeline: everything of it is stored, or nothing.
package struct PipelineStep: Sendable {
  /// Line of the story.
  package struct Note: Sendable, Codable, Hashable {
    package var session: String
    package var kind: String
    package var model: String?
    package var state: String?
    package var text: String

    package init(session: String, kind: String, model: String?, state: String?, text: String) {
      self.session = session
      self.kind = kind
      self.model = model
      self.state = state
      self.text = text
    }
  }

  /// A decision of the promotion gate with all that it was made on, as JSON.
  package struct Decision: Sendable {
    package var model: String
    package var evidence: String
    package var decision: String
    package var passed: Bool

    package init(model: String, evidence: String, decision: String, passed: Bool) {
      self.model = model
      self.evidence = evidence
      self.decision = decision
      self.passed = passed
    }
  }

  /// Revision that the step builds on; 0 for the first.
  package var revision: Int
  /// The whole state after the step, as JSON.
  package var state: String
  package var notes: [Note]
  package var decision: Decision?
  /// Number and JSON of the deployment after the step, where it is another.
  package var deployment: (number: Int, body: String)?

  package init(
    revision: Int, state: String, notes: [Note], decision: Decision?, deployment: (number: Int, body: String)?
  ) {
    self.revision = revision
    self.state = state
    self.notes = notes
    self.decision = decision
    self.deployment = deployment
  }
}

extension ModelRegistry {
  static func addPipeline(_ database: Database) throws {
    try database.create(table: "pipeline") { table in
      table.primaryKey("id", .integer).check { $0 == 1 }
      table.column("revision", .integer).notNull()
      table.column("state", .text).notNull()
    }
    try database.create(table: "note") { table in
      table.autoIncrementedPrimaryKey("number")
      table.column("session", .text).notNull()
      table.column("kind", .text).notNull()
      table.column("model", .text)
      table.column("state", .text)
      table.column("text", .text).notNull()
      table.column("at", .datetime).notNull()
    }
    try database.create(table: "decision") { table in
      table.autoIncrementedPrimaryKey("number")
      table.column("model", .text).notNull()
      table.column("evidence", .text).notNull()
      table.column("decision", .text).notNull()
      table.column("passed", .boolean).notNull()
      table.column("at", .datetime).notNull()
    }
    try database.create(table: "deployment") { table in
      table.primaryKey("number", .integer)
      table.column("body", .text).notNull()
      table.column("at", .datetime).notNull()
    }
    for name in ["note", "decision", "deployment"] {
      for verb in ["UPDATE", "DELETE"] {
        try database.execute(
          sql: """
            CREATE TRIGGER \(name)_is_append_only_\(verb.lowercased()) BEFORE \(verb) ON \(name)
            BEGIN SELECT RAISE(ABORT, 'the pipeline''s story is append-only'); END
            """)
      }
    }
  }

  /// The pipeline's state with its revision; nil before its first step.
  package func pipeline() throws(StorageError) -> (revision: Int, state: String)? {
    try perform { database in
      try Row.fetchOne(database, sql: "SELECT revision, state FROM pipeline").map { ($0["revision"], $0["state"]) }
    }
  }

  /// Stores a step in one transaction: a process that dies has made it or has not.
  ///
  /// - Throws: Where another process made a step since the one that this builds on.
  package func commit(_ step: PipelineStep, at date: Date) throws(StorageError) {
    let path = database.path
    try perform { database in
      let current = try Int.fetchOne(database, sql: "SELECT revision FROM pipeline") ?? 0
      guard current == step.revision else {
        throw StorageError(
          kind: .content, path: path, problem: "another process moved the pipeline on meanwhile",
          mend: "Give the order again; only one `trader deploy watch` may run on a folder.")
      }
      try database.execute(
        sql: "INSERT INTO pipeline (id, revision, state) VALUES (1, ?, ?) "
          + "ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, state = excluded.state",
        arguments: [step.revision + 1, step.state])
      if let decision = step.decision {
        try database.execute(
          sql: "INSERT INTO decision (model, evidence, decision, passed, at) VALUES (?, ?, ?, ?, ?)",
          arguments: [decision.model, decision.evidence, decision.decision, decision.passed, date])
      }
      for note in step.notes {
        try database.execute(
          sql: "INSERT INTO note (session, kind, model, state, text, at) VALUES (?, ?, ?, ?, ?, ?)",
          arguments: [note.session, note.kind, note.model, note.state, note.text, date])
        if let model = note.model, let state = note.state.flatMap(ModelState.init(rawValue:)) {
          try Self.move(model, to: state, reason: note.text, at: date, database)
        }
      }
      if let deployment = step.deployment {
        try database.execute(
          sql: "INSERT INTO deployment (number, body, at) VALUES (?, ?, ?)",
          arguments: [deployment.number, deployment.body, date])
      }
    }
  }

  /// Keeps the artifact's state beside the pipeline's, stage by stage, with its reason.
  private static func move(
    _ model: String, to state: ModelState, reason: String, at date: Date, _ database: Database
  ) throws {
    guard var entry = try Entry.filter(Column("id").like(model + "%")).fetchOne(database) else { return }
    let ladder: [ModelState] = [.trained, .validated, .shadow, .canary, .live]
    while entry.state != state {
      var next = state
      if !entry.state.mayBecome(state), let place = ladder.firstIndex(of: entry.state), place + 1 < ladder.count {
        next = ladder[place + 1]
      }
      guard entry.state.mayBecome(next) else { return }
      try database.execute(
        sql: "INSERT INTO transition (artifact, origin, destination, reason, at) VALUES (?, ?, ?, ?, ?)",
        arguments: [entry.id, entry.state.rawValue, next.rawValue, reason, date])
      entry.state = next
      try entry.update(database)
    }
  }

  /// The story, oldest first; of one model, or of all.
  package func notes(of model: String? = nil) throws(StorageError) -> [(at: Date, note: PipelineStep.Note)] {
    try perform { database in
      let filter = model == nil ? "" : "WHERE model = ? "
      let rows = try Row.fetchAll(
        database, sql: "SELECT session, kind, model, state, text, at FROM note \(filter)ORDER BY number",
        arguments: model.map { [$0] } ?? [])
      return rows.map { row in
        (
          row["at"],
          PipelineStep.Note(
            session: row["session"], kind: row["kind"], model: row["model"], state: row["state"], text: row["text"])
        )
      }
    }
  }

  /// The gate's decisions, oldest first.
  package func decisions() throws(StorageError) -> [PipelineStep.Decision] {
    try perform { database in
      try Row.fetchAll(database, sql: "SELECT model, evidence, decision, passed FROM decision ORDER BY number").map {
        PipelineStep.Decision(
          model: $0["model"], evidence: $0["evidence"], decision: $0["decision"], passed: $0["passed"])
      }
    }
  }

  /// Copies the whole database to `path`, consistent even while another process writes.
  package func backup(to path: String) throws(StorageError) {
    do {
      let copy = try DatabaseQueue(path: path)
      try database.backup(to: copy)
      try copy.close()
    } catch {
      throw StorageError(
        kind: .environment, path: path, problem: "cannot write the copy of the registry: \(error)",
        mend: "Check that the folder is writable and has room.")
    }
  }
}
