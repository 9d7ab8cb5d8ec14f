// What every chart of the report offers: a drawing in two widths, a sentence, and a line for the terminal.

/// A chart as a pure value: equal charts draw equal bytes.
package protocol ReportChart: Sendable {
  /// Heading above the chart.
  var title: String { get }
  /// What the chart says in a sentence with its main numbers: for screen readers, and for those who skim.
  var summary: String { get }
  /// What distinguishes the marks; empty where the title says it all.
  var legend: [ChartLegendEntry] { get }
  /// The values that a line of block characters in a terminal can show; nil where there is no such line.
  var sparkline: [Double]? { get }
  /// The `<svg>` element.
  func svg(_ frame: ChartFrame) -> String
}

extension ReportChart {
  package var legend: [ChartLegendEntry] { [] }
  package var sparkline: [Double]? { nil }
}

/// A mark and what it stands for.
package struct ChartLegendEntry: Hashable, Sendable {
  /// Class of the mark in the page's style sheet, which gives it colour and shape.
  var mark: String
  /// What it stands for.
  var name: String

  init(_ mark: String, _ name: String) {
    self.mark = mark
    self.name = name
  }
}

/// The room that a chart is drawn into. One drawing cannot serve both a desk and a hand: text that is readable on one
/// would be tiny or huge on the other, so full-width charts are drawn twice and the page shows the fitting one.
package enum ChartFrame: Hashable, Sendable, CaseIterable {
  /// Desktop, full width.
  case wide
  /// Phone, or half the width of a desktop page.
  case narrow

  /// Width of the drawing in its own units, which are pixels where nothing is scaled.
  var width: Double { self == .wide ? 960 : 400 }
  /// Room for the labels of the value axis.
  var left: Double { self == .wide ? 68 : 50 }
  /// Room for half of the last label of the time axis.
  var right: Double { self == .wide ? 28 : 16 }
  /// Width between the axes.
  var plotWidth: Double { width - left - right }
  /// Room for names at the left of rows: as much as the longest needs, within a third of the drawing.
  func nameRoom(_ names: [String]) -> Double {
    let longest = names.map { ChartCanvas.width(of: $0) }.max() ?? 0
    return min(width / 3, max(left, longest + 18))
  }
  /// Labels that fit beside each other on the time axis.
  var timeLabels: Int { self == .wide ? 9 : 4 }
}
