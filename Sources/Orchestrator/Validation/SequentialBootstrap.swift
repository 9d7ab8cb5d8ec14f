// A bootstrap that avoids drawing the same outcome twice under two labels.

package import QuantMath

/// The sequential bootstrap: each label is drawn with probability proportional to its uniqueness among those drawn.
///
/// With c(t) the number of labels drawn so far that depend on bar t (a label drawn twice counts twice):
///
///     u(i) = mean over label i's bars of 1 / (1 + c(t))       P(next = i) = u(i) / sum of u
///
/// A draw costs one pass over the bars spanned and one over the labels: u is read off prefix sums of 1 / (1 + c).
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 4.5.3.
package enum SequentialBootstrap {
  /// `draws` positions into `labels`, in the order drawn, with replacement.
  ///
  /// - Parameter random: Draw k uses exactly the k-th number from here, so equal keys give equal samples.
  /// - Throws: ``ValidationError`` if there is nothing to draw from or a label depends on no bar.
  package static func sample(
    _ labels: [Label], draws: Int, random: CounterRandom
  ) throws(ValidationError) -> [Int] {
    try require(draws >= 0, "draws", draws, "not negative")
    if labels.isEmpty, draws > 0 { throw .tooFewLabels(count: 0, needed: 1, purpose: "a bootstrap") }
    let concurrency = try Concurrency(labels)
    var random = random
    var drawn = [Int](repeating: 0, count: concurrency.counts.count)
    var inverse = [Double](repeating: 0, count: drawn.count + 1)
    var cumulative = [Double](repeating: 0, count: labels.count)
    var sample: [Int] = []
    for _ in 0..<draws {
      for bar in drawn.indices { inverse[bar + 1] = inverse[bar] + 1 / Double(1 + drawn[bar]) }
      var total = 0.0
      for (position, label) in labels.enumerated() {
        total += concurrency.sum(inverse, over: label) / Double(label.endIndex - label.startIndex)
        cumulative[position] = total
      }
      let choice = firstPosition(above: random.nextUniform() * total, in: cumulative)
      sample.append(choice)
      for bar in (labels[choice].startIndex + 1)...labels[choice].endIndex { drawn[bar - concurrency.firstBar] += 1 }
    }
    return sample
  }

  /// The first position whose cumulative weight exceeds `target`; the last one if rounding lifted `target` to the sum.
  private static func firstPosition(above target: Double, in cumulative: [Double]) -> Int {
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
