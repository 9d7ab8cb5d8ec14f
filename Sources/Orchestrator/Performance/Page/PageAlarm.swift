// A word in capitals above the report: what forbids taking its result at face value.

/// A fact that every reader must see before any number.
package struct PageAlarm: Hashable, Sendable {
  /// Short and in capitals, for example `NO COSTS`.
  package var word: String
  /// What it means for the numbers below, one sentence.
  package var sentence: String

  /// Every field as given.
  package init(word: String, sentence: String) {
    self.word = word
    self.sentence = sentence
  }

  /// The run was stopped before its last session.
  package static let partial = PageAlarm(
    word: "PARTIAL", sentence: "The run was stopped before its end. The numbers cover only the part that was run.")
  /// The run charged neither fees nor spread.
  package static let noCosts = PageAlarm(
    word: "NO COSTS",
    sentence: "No fees, spread or slippage were charged. A real account would have earned less, or lost.")
  /// The model was fitted on days that it is tested on.
  package static let inSample = PageAlarm(
    word: "IN SAMPLE",
    sentence: "The model has seen these sessions in training. The result says nothing about sessions it has not seen.")
}
