// Studies on disk, in the tables of Optuna's relational storage: what Optuna and its dashboard read, too.
package import Foundation
import GRDB

/// A study's database. Every change is one transaction: a process killed at any moment leaves whole trials or none.
///
/// Source of the tables: Optuna 5.0, schema version 12, migration v3.2.0.a.
package struct StudyDatabase: Sendable {
  private let database: DatabaseQueue
  package let path: String

  /// What became of a trial, in the schema's words.
  package enum State: String, Sendable {
    case complete = "COMPLETE"
    case pruned = "PRUNED"
    case failed = "FAIL"
  }

  /// A parameter's value as Optuna keeps it: a number (an index for a category) and what it was chosen from, as JSON.
  package struct Parameter: Hashable, Sendable {
    package var name: String
    package var value: Double
    package var distribution: String

    package init(name: String, value: Double, distribution: String) {
      self.name = name
      self.value = value
      self.distribution = distribution
    }
  }

  /// A finished trial.
  package struct Trial: Sendable {
    package var number: Int
    package var state: State
    package var start: Date
    package var end: Date
    package var parameters: [Parameter]
    /// One value an objective; empty for a trial without.
    package var values: [Double]
    /// One value a fold, in order.
    package var intermediate: [Double]
    /// Notes by name, as JSON.
    package var notes: [String: String]

    package init(
      number: Int, state: State, start: Date, end: Date, parameters: [Parameter], values: [Double],
      intermediate: [Double], notes: [String: String]
    ) {
      self.number = number
      self.state = state
      self.start = start
      self.end = end
      self.parameters = parameters
      self.values = values
      self.intermediate = intermediate
      self.notes = notes
    }
  }

  /// Opens or creates the database at `path`.
  package init(path: String) throws(StorageError) {
    self.path = path
    do {
      // A dashboard that reads at the same moment is waited for.
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      database = try DatabaseQueue(path: path, configuration: configuration)
      try database.write { database in
        let known = try Int.fetchOne(
          database, sql: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'version_info'")
        if known == 0 {
          for statement in Self.schema { try database.execute(sql: statement) }
        }
        guard let version = try Int.fetchOne(database, sql: "SELECT schema_version FROM version_info"), version == 12
        else {
          throw StorageError(
            kind: .content, path: path, problem: "the tables are not those of Optuna's schema version 12",
            mend: "Name another file, or upgrade it with `optuna storage upgrade`.")
        }
      }
    } catch let error as StorageError {
      throw error
    } catch {
      throw Self.refused(path, error)
    }
  }

  /// The notes of a study by name; nil where there is no such study.
  package func notes(of study: String) throws(StorageError) -> [String: String]? {
    try perform { database in
      guard let id = try Self.id(of: study, database) else { return nil }
      return try Self.notes(database, table: "study_user_attributes", column: "study_id", id)
    }
  }

  /// Names of all studies.
  package func studies() throws(StorageError) -> [String] {
    try perform { try String.fetchAll($0, sql: "SELECT study_name FROM studies ORDER BY study_id") }
  }

  /// Makes a study; `maximises` says for each objective whether more is better.
  package func create(_ study: String, maximises: [Bool], notes: [String: String]) throws(StorageError) {
    try perform { database in
      try database.execute(sql: "INSERT INTO studies (study_name) VALUES (?)", arguments: [study])
      let id = database.lastInsertedRowID
      for (objective, isMore) in maximises.enumerated() {
        try database.execute(
          sql: "INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, ?)",
          arguments: [isMore ? "MAXIMIZE" : "MINIMIZE", id, objective])
      }
      for (key, value) in notes.sorted(by: { $0.key < $1.key }) {
        try database.execute(
          sql: "INSERT INTO study_user_attributes (study_id, key, value_json) VALUES (?, ?, ?)",
          arguments: [id, key, value])
      }
    }
  }

  /// Adds a finished trial, whole or not at all.
  package func append(_ trial: Trial, to study: String) throws(StorageError) {
    let path = path
    try perform { database in
      guard let owner = try Self.id(of: study, database) else {
        throw StorageError(
          kind: .content, path: path, problem: "there is no study '\(study)'", mend: "Name one that is there.")
      }
      try database.execute(
        sql: "INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES (?, ?, ?, ?, ?)",
        arguments: [trial.number, owner, trial.state.rawValue, Self.text(trial.start), Self.text(trial.end)])
      let id = database.lastInsertedRowID
      for parameter in trial.parameters {
        try database.execute(
          sql: "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)",
          arguments: [id, parameter.name, parameter.value, parameter.distribution])
      }
      for (objective, value) in trial.values.enumerated() {
        try database.execute(
          sql: "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, 'FINITE')",
          arguments: [id, objective, value])
      }
      for (step, value) in trial.intermediate.enumerated() {
        try database.execute(
          sql: "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) "
            + "VALUES (?, ?, ?, 'FINITE')", arguments: [id, step, value])
      }
      for (key, value) in trial.notes.sorted(by: { $0.key < $1.key }) {
        try database.execute(
          sql: "INSERT INTO trial_user_attributes (trial_id, key, value_json) VALUES (?, ?, ?)",
          arguments: [id, key, value])
      }
    }
  }

  /// The finished trials of a study, ascending by number.
  package func trials(of study: String) throws(StorageError) -> [Trial] {
    try perform { database in
      guard let owner = try Self.id(of: study, database) else { return [] }
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT * FROM trials WHERE study_id = ? AND state IN ('COMPLETE', 'PRUNED', 'FAIL') ORDER BY number",
        arguments: [owner])
      return try rows.map { row in
        let id: Int64 = row["trial_id"]
        return Trial(
          number: row["number"], state: State(rawValue: row["state"]) ?? .failed,
          start: Self.date(row["datetime_start"]),
          end: Self.date(row["datetime_complete"]),
          parameters: try Row.fetchAll(
            database, sql: "SELECT * FROM trial_params WHERE trial_id = ? ORDER BY param_id", arguments: [id]
          ).map { Parameter(name: $0["param_name"], value: $0["param_value"], distribution: $0["distribution_json"]) },
          values: try Double.fetchAll(
            database, sql: "SELECT value FROM trial_values WHERE trial_id = ? ORDER BY objective", arguments: [id]),
          intermediate: try Double.fetchAll(
            database,
            sql: "SELECT intermediate_value FROM trial_intermediate_values WHERE trial_id = ? ORDER BY step",
            arguments: [id]),
          notes: try Self.notes(database, table: "trial_user_attributes", column: "trial_id", id))
      }
    }
  }

  private static func id(of study: String, _ database: Database) throws -> Int64? {
    try Int64.fetchOne(database, sql: "SELECT study_id FROM studies WHERE study_name = ?", arguments: [study])
  }

  private static func notes(
    _ database: Database, table: String, column: String, _ id: Int64
  ) throws -> [String: String] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT key, value_json FROM \(table) WHERE \(column) = ?", arguments: [id])
    return Dictionary(rows.map { ($0["key"], $0["value_json"]) }) { first, _ in first }
  }

  /// As SQLAlchemy writes it: local to nowhere, with microseconds.
  private static func text(_ date: Date) -> String { formatter.string(from: date) }

  private static func date(_ text: String?) -> Date { text.flatMap { formatter.date(from: $0) } ?? .distantPast }

  private static var formatter: DateFormatter {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss.SSSSSS"
    return formatter
  }

  private func perform<Value>(_ work: (Database) throws -> Value) throws(StorageError) -> Value {
    do {
      return try database.write(work)
    } catch let error as StorageError {
      throw error
    } catch {
      throw Self.refused(path, error)
    }
  }

  private static func refused(_ path: String, _ error: any Error) -> StorageError {
    StorageError(
      kind: .environment, path: path, problem: "the study's database refused: \(error)",
      mend: "Check that the folder is writable and the file a database; if another process holds it, wait for it.")
  }
}
