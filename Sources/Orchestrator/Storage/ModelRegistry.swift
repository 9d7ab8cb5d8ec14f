// The registry of models: which artifact is in which state, and every step between states, in SQLite.
package import Foundation
import GRDB

/// State of an artifact on its way to real money and out again.
package enum ModelState: String, Codable, Sendable, CaseIterable {
  case trained
  case validated
  case shadow
  case canary
  case live
  case retired

  /// Whether a step from this state to `next` is allowed: one stage forward at a time, back to watching and
  /// out at any time.
  package func mayBecome(_ next: ModelState) -> Bool {
    switch (self, next) {
    case (.trained, .validated), (.validated, .shadow), (.shadow, .canary), (.canary, .live): return true
    // Back to watching: what trades may always be taken off the trade, and has to earn it again.
    case (.canary, .shadow), (.live, .shadow): return true
    case (.retired, _): return false
    case (_, .retired): return true
    default: return false
    }
  }
}

extension ModelRegistry.Entry: FetchableRecord, PersistableRecord {
  static let databaseTableName = "artifact"
}

/// The registry's database; one writer at a time, safe against a crash at any moment.
package struct ModelRegistry: Sendable {
  let database: DatabaseQueue

  /// One registered artifact.
  package struct Entry: Codable, Sendable {
    package var id: String
    package var symbol: String
    package var schemaHash: String
    package var state: ModelState
    package var registeredAt: Date
  }

  /// Opens or creates the database at `path`.
  package init(path: String) throws(StorageError) {
    do {
      var configuration = Configuration()
      // The supervisor, a build and an operator may write at the same moment: each waits for its turn.
      configuration.busyMode = .timeout(10)
      database = try DatabaseQueue(path: path, configuration: configuration)
      try Self.migrator.migrate(database)
    } catch {
      throw StorageError(
        kind: .environment, path: path, problem: "cannot open the model registry: \(error)",
        mend: "Check that the folder is writable and the file is a registry of this program.")
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: artifacts, transitions, trials") { database in
      try database.create(table: "artifact") { table in
        table.primaryKey("id", .text)
        table.column("symbol", .text).notNull()
        table.column("schemaHash", .text).notNull()
        table.column("state", .text).notNull()
        table.column("registeredAt", .datetime).notNull()
      }
      try database.create(table: "transition") { table in
        table.autoIncrementedPrimaryKey("number")
        table.column("artifact", .text).notNull().references("artifact")
        table.column("origin", .text).notNull()
        table.column("destination", .text).notNull()
        table.column("reason", .text).notNull()
        table.column("at", .datetime).notNull()
      }
      try database.create(table: "trial") { table in
        table.autoIncrementedPrimaryKey("number")
        table.column("study", .text).notNull()
        table.column("settings", .text).notNull()
        table.column("score", .double)
        table.column("at", .datetime).notNull()
      }
      // The ledger only grows: the promotion gate deflates by everything that was ever tried.
      for verb in ["UPDATE", "DELETE"] {
        try database.execute(
          sql: """
            CREATE TRIGGER trial_is_append_only_\(verb.lowercased()) BEFORE \(verb) ON trial
            BEGIN SELECT RAISE(ABORT, 'the trial ledger is append-only'); END
            """)
      }
    }
    migrator.registerMigration("2: pipeline, notes, decisions, deployments", migrate: Self.addPipeline)
    return migrator
  }

  /// Registers an artifact as trained; registering it again changes nothing.
  package func register(_ artifact: ModelArtifact, at date: Date) throws(StorageError) {
    try perform { database in
      let entry = Entry(
        id: artifact.id.hexadecimal, symbol: artifact.manifest.symbol, schemaHash: artifact.manifest.schemaHash,
        state: .trained, registeredAt: date)
      try entry.insert(database, onConflict: .ignore)
    }
  }

  /// Moves an artifact to `state` with a reason that is kept.
  package func transition(
    _ id: ContentHash, to state: ModelState, reason: String, at date: Date
  ) throws(StorageError) {
    let path = database.path
    try perform { database in
      guard var entry = try Entry.fetchOne(database, key: id.hexadecimal) else {
        throw StorageError(
          kind: .content, path: path, problem: "no artifact \(id) is registered", mend: "Register it by training.")
      }
      guard entry.state.mayBecome(state) else {
        throw StorageError(
          kind: .content, path: path, problem: "an artifact in state \(entry.state) may not become \(state)",
          mend: "Stages are passed one at a time: trained, validated, shadow, canary, live; retired ends it.")
      }
      try database.execute(
        sql: "INSERT INTO transition (artifact, origin, destination, reason, at) VALUES (?, ?, ?, ?, ?)",
        arguments: [id.hexadecimal, entry.state.rawValue, state.rawValue, reason, date])
      entry.state = state
      try entry.update(database)
    }
  }

  /// Everything registered, newest first.
  package func entries() throws(StorageError) -> [Entry] {
    try perform { database in
      try Entry.order(Column("registeredAt").desc, Column("id")).fetchAll(database)
    }
  }

  /// Adds one trial to the append-only ledger.
  package func recordTrial(study: String, settings: String, score: Double?, at date: Date) throws(StorageError) {
    try perform { database in
      try database.execute(
        sql: "INSERT INTO trial (study, settings, score, at) VALUES (?, ?, ?, ?)",
        arguments: [study, settings, score, date])
    }
  }

  /// How many trials were ever recorded.
  package func trialCount() throws(StorageError) -> Int {
    try perform { database in try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM trial") ?? 0 }
  }

  func perform<Value>(_ work: (Database) throws -> Value) throws(StorageError) -> Value {
    do {
      return try database.write(work)
    } catch let error as StorageError {
      throw error
    } catch {
      throw StorageError(
        kind: .environment, path: database.path, problem: "the model registry refused: \(error)",
        mend: "Check the disk; if another process holds the registry, wait for it.")
    }
  }
}
