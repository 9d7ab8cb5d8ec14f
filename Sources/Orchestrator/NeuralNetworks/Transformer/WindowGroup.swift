// Which windows of a batch a layer works on.

/// Windows `first` ..< `first + rows` of a batch, and what is particular to each.
package struct WindowGroup {
  package let first: Int
  package let rows: Int
  /// T, tokens of a window.
  package let steps: Int
  /// Of the dropout; nil drops nothing.
  package let key: DropoutKey?
  /// (B) of the whole batch, how many of a window's oldest tokens there are none of; nil for no such windows.
  package let missing: UnsafePointer<Int32>?

  package init(
    first: Int = 0, rows: Int, steps: Int, key: DropoutKey? = nil, missing: UnsafePointer<Int32>? = nil
  ) {
    self.first = first
    self.rows = rows
    self.steps = steps
    self.key = key
    self.missing = missing
  }

  /// How many of the newest `tokens` tokens of batch row `row` are missing.
  func missing(of row: Int, among tokens: Int) -> Int {
    guard let missing else { return 0 }
    return max(0, Int(missing[row]) - (steps - tokens))
  }
}
