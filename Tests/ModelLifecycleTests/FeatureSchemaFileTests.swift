// What a schema file may hold, and what is refused with a word that helps.

import Features
import Foundation
import ModelLifecycle
import Testing

private func problem(_ text: String) -> String? {
  do {
    _ = try FeatureSchemaFile.read(Data(text.utf8), path: "mine.json")
    return nil
  } catch {
    return error.problem
  }
}

private let feature = #"{"name": "change", "expression": "delta(rsi(close, 14), 5)", "unit": "-100 to 100"}"#

@Test func aSlipInASchemaFileIsNotReadPast() throws {
  #expect(problem(#"{"schema": "mine", "version": 1, "bar_seconds": 300, "features": [\#(feature)]}"#) == nil)
  let key = problem(#"{"schema": "mine", "version": 1, "bar_second": 300, "features": [\#(feature)]}"#)
  #expect(try #require(key).contains("'bar_second' means nothing"))
  let inner = problem(
    #"{"schema": "mine", "version": 1, "features": [{"name": "x", "expression": "close", "untis": "points"}]}"#)
  #expect(try #require(inner).contains("'untis' of feature 'x'"))
  let unit = problem(
    #"{"schema": "mine", "version": 1, "features": [{"name": "x", "expression": "close", "unit": "furlongs"}]}"#)
  #expect(try #require(unit).contains("furlongs"))
  let broken = problem("{\"schema\": \"mine\",\n \"version\" 1}")
  #expect(try #require(broken).contains("line 2"), "\(broken ?? "")")
}

@Test func barsOfASchemaFileAreThoseItNames() throws {
  let schema = try FeatureSchemaFile.read(
    Data(#"{"schema": "mine", "version": 1, "bar_seconds": 300, "features": [\#(feature)]}"#.utf8), path: "mine.json")
  #expect(schema.barSeconds == 300)
}

@Test func unitsOfTheCandidatesSayWhetherTheyFallBelowZero() {
  for declaration in FeatureSchema.candidates.declarations where declaration.unit == .index {
    let text = declaration.expression.description
    #expect(!text.hasPrefix("delta(") && !text.hasPrefix("subtract("), "\(declaration.name): \(text)")
  }
}
