// A chart of one line of text.

/// Values as a row of characters of different heights.
package enum Sparkline {
  private static let blocks = Array("\u{2581}\u{2582}\u{2583}\u{2584}\u{2585}\u{2586}\u{2587}\u{2588}")
  private static let ascii = Array("_.-=+*#@")

  /// At most `width` characters, each the mean of its share of the values; the lowest and the highest character are the
  /// lowest and the highest mean. Empty without finite values.
  package static func text(_ values: [Double], width: Int, unicode: Bool) -> String {
    let finite = values.filter(\.isFinite)
    let means = ChartThinning.groups(count: finite.count, limit: width).map { group in
      finite[group].reduce(0, +) / Double(group.count)
    }
    guard let lowest = means.min(), let highest = means.max() else { return "" }
    let levels = unicode ? blocks : ascii
    return String(
      means.map { mean in
        // A flat line is drawn in the middle: neither low nor high.
        guard highest > lowest else { return levels[levels.count / 2] }
        return levels[min(levels.count - 1, Int((mean - lowest) / (highest - lowest) * Double(levels.count)))]
      })
  }
}
