// Many backtest paths of one strategy: their median, their middle and their edges.

/// A fan of paths, as combinatorial purged cross-validation or a Monte Carlo of trades makes them.
package struct PathFanChart: ReportChart, Hashable {
  /// Paths drawn one by one; more are shown only by their quantiles.
  private static let drawn = 40
  /// Places along the paths at which quantiles are taken.
  private static let places = 120

  /// Heading.
  package var title: String
  /// What one step along a path is, in the plural, for example `sessions`.
  package var steps: String
  /// Cumulative net profit in BRL after each step; all of one length.
  package let paths: [[Double]]

  /// - Precondition: The paths are equally long.
  package init(title: String, steps: String, paths: [[Double]]) {
    precondition(Set(paths.map(\.count)).count <= 1, "\(title): paths of different lengths cannot be compared by step")
    self.title = title
    self.steps = steps
    self.paths = paths
  }

  package var sparkline: [Double]? { paths.compactMap(\.last).sorted() }

  package var legend: [ChartLegendEntry] {
    [
      ChartLegendEntry("line-main", "median"), ChartLegendEntry("band-inner", "half of the paths"),
      ChartLegendEntry("band", "nine tenths of the paths"), ChartLegendEntry("line-path", "single paths"),
    ]
  }

  package var summary: String {
    let ends = paths.compactMap(\.last).sorted()
    guard !ends.isEmpty else { return "No paths." }
    func end(_ share: Double) -> String { DecimalText.signed(Self.quantile(ends, share), digits: 2) }
    let paths = DecimalText.counted(ends.count, "path", "paths")
    return "\(paths); \(ends.filter { $0 > 0 }.count) end above zero; median \(end(0.5)) BRL, nine tenths "
      + "between \(end(0.05)) and \(end(0.95)) BRL."
  }

  /// The value below which that share of `sorted` lies, interpolated between order statistics (Hyndman and Fan's type
  /// 7).
  package static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard let length = paths.first?.count, length > 0 else { return "" }
    let (top, bottom) = (12.0, frame == .wide ? 260.0 : 210.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 42)
    let kept = ChartThinning.groups(count: length, limit: Self.places).map { $0.upperBound - 1 }
    let columns = kept.map { step in paths.map { $0[step] }.sorted() }
    let everything = columns.flatMap { [$0[0], $0[$0.count - 1]] }
    let scale = ChartScale(
      covering: min(0, everything.min() ?? 0)...max(0, everything.max() ?? 0), from: bottom, to: top, count: 6)
    scale.drawValues(&canvas, frame)
    // Every path starts at 0 before its first step.
    func x(_ step: Int) -> Double { frame.left + frame.plotWidth * Double(step + 1) / Double(length) }
    let origin = (x: frame.left, y: scale.place(0))
    func points(_ height: (Int) -> Double) -> [(x: Double, y: Double)] {
      [origin] + kept.indices.map { (x(kept[$0]), scale.place(height($0))) }
    }
    for (low, high, style) in [(0.05, 0.95, "band"), (0.25, 0.75, "band-inner")] {
      var band = ChartPath()
      band.lines(points { Self.quantile(columns[$0], high) })
      band.lines(points { Self.quantile(columns[$0], low) }.reversed(), joined: true)
      band.close()
      canvas.path(band, style)
    }
    for group in ChartThinning.groups(count: paths.count, limit: Self.drawn) {
      var line = ChartPath()
      line.lines(points { paths[group.lowerBound][kept[$0]] })
      canvas.path(line, "line-path")
    }
    var median = ChartPath()
    median.lines(points { Self.quantile(columns[$0], 0.5) })
    canvas.path(median, "line-main")
    for tick in ChartAxis.values(
      covering: 0...Double(length), count: frame == .wide ? 8 : 4, leastStep: 1)
    where tick <= Double(length) {
      let label = DecimalText.fixed(tick, digits: 0)
      canvas.label(label, x: frame.left + frame.plotWidth * tick / Double(length), y: bottom + 17, anchor: "middle")
    }
    canvas.label(steps, x: frame.left + frame.plotWidth / 2, y: bottom + 36, anchor: "middle", "unit")
    canvas.label("BRL", x: frame.left + 6, y: top + 12, "unit")
    return canvas.element(frame, title: title, description: summary)
  }
}
