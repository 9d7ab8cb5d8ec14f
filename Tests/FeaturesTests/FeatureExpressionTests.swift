// The notation: what is read, what is refused, and how a refusal reads.

import Testing

import Features
import TradingDomain

private func schema(_ text: String) throws -> FeatureSchema {
  try FeatureSchema(name: "test", declarations: [FeatureDeclaration("a", try FeatureExpressionParser.parse(text))])
}

@Test func everyCandidateIsReadBackFromItsText() throws {
  for declaration in FeatureSchema.eventCandidates.declarations + FeatureSchema.v2.declarations {
    #expect(try FeatureExpressionParser.parse(declaration.expression.description) == declaration.expression)
  }
}

@Test(arguments: [
  ("", "expected a name or a number"), ("mean(close, 5", "expected ',' or ')'"), ("mean(close 5)", "character 12"),
  ("mean close, 5)", "expected '(' after 'mean'"), ("clsoe", "did you mean 'close'"), ("mean(close, 5))", "the end"),
  ("1.2.3", "expected a number"), ("mean(close, 5) x", "the end of the expression"),
])
func aTextThatIsNoExpressionIsRefusedWithItsPlace(text: String, words: String) {
  let error = #expect(throws: FeatureExpressionError.self) { try FeatureExpressionParser.parse(text) }
  #expect(error?.description.contains(words) == true, "\(text): \(String(describing: error))")
}

@Test(arguments: [
  ("rsi(close)", "write rsi(x, n)"), ("rsi(close, volume)", "n must be a number"),
  ("rsi(close, 2.5)", "a whole number from 2 to 500"), ("mean(close, 0)", "whole number from 1 to 2048"),
  ("maen(close, 5)", "did you mean 'mean'"), ("every(every(close, 5), 15)", "cannot stand inside"),
  ("every(clock.in_ptax, 5)", "the bar's own fields"), ("quantile(close, 5, 2)", "must lie in 0...1"),
])
func anExpressionThatCannotBeMeantIsRefusedByItsFeature(text: String, words: String) {
  let error = #expect(throws: FeatureSchemaError.self) { try schema(text) }
  #expect(error?.description.contains(words) == true, "\(text): \(String(describing: error))")
  #expect(error?.description.contains("feature 'a'") == true)
}

@Test func deepAndLongTextsAreRefusedAndDoNotCrash() {
  let deep = String(repeating: "absolute(", count: 100_000) + "close" + String(repeating: ")", count: 100_000)
  #expect(throws: FeatureExpressionError.self) { try FeatureExpressionParser.parse(deep) }
  let nested = String(repeating: "absolute(", count: 40) + "close" + String(repeating: ")", count: 40)
  #expect(throws: FeatureExpressionError.self) { try FeatureExpressionParser.parse(nested) }
}

@Test func namesMustBeNamesAndDifferent() {
  func names(_ list: [String]) throws {
    _ = try FeatureSchema(name: "test", declarations: list.map { FeatureDeclaration($0, .number(1)) })
  }
  #expect(throws: FeatureSchemaError.badName("Close")) { try names(["Close"]) }
  #expect(throws: FeatureSchemaError.badName("1a")) { try names(["1a"]) }
  #expect(throws: FeatureSchemaError.repeatedName("a")) { try names(["a", "a"]) }
  #expect(throws: FeatureSchemaError.wrongCount("test", 0)) { try names([]) }
}

@Test func warmUpAndMemoryFollowFromTheExpression() throws {
  func properties(_ text: String) throws -> FeatureProperties { try schema(text).properties[0] }
  #expect(try properties("close").warmUpBars == 1)
  #expect(try properties("mean(close, 20)").memory == .window(bars: 20))
  #expect(try properties("mean(delta(close, 5), 20)").memory == .window(bars: 25))
  #expect(try properties("mean(delta(close, 5), 20)").warmUpBars == 25)
  #expect(try properties("ema(close, 9)").memory == .recursive(decay: 0.8))
  #expect(try properties("ema(close, 9)").warmUpBars == 32)
  #expect(try properties("session_sum(volume)").memory == .session)
  #expect(try properties("previous_session(session_highest(high))").sessions == 2)
  #expect(try properties("every(mean(close, 3), 5)").memory == .window(bars: 20))
  #expect(try properties("close").dependsOnLevel && !(try properties("delta(close, 1)").dependsOnLevel))
  #expect(try properties("ratio(subtract(close, mean(close, 9)), atr(14))").dependsOnLevel == false)
}

@Test func thereAreTwoHundredCandidatesFromBarsAlone() {
  #expect(FeatureSchema.candidates.count >= 200)
  #expect(FeatureSchema.candidates.tier == .bars && FeatureSchema.eventCandidates.tier == .depth)
  #expect(Set(FeatureSchema.candidates.declarations.map(\.expression)).count == FeatureSchema.candidates.count)
}
