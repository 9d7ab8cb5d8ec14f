// The reference page of the features, written from their declarations.

/// Renders every known schema as a page of documentation.
package enum FeatureCatalogue {
  /// The page `docs/reference/features.md`.
  package static func markdown() -> String {
    var page = """
      # Features

      This page is generated from the declarations in `Sources/Orchestrator/Features`; a test compares the two.

      A feature is computed bar by bar from integer ticks, in double precision, and rounded to single precision once.
      Training runs the same code over stored bars that trading runs on live ones. C, H, L, V are close, high, low and
      volume of the newest completed bar; EMA is the exponential moving average.

      - **Warm-up** is the number of bars until the value counts: for windowed features the window itself, for recursive
        ones the bars until the weight of their start has fallen to \(FeatureFormula.text(
          FeatureFormula.seedWeightWhenWarm * 100)) %.
      - **Memory** tells what a restart can change: `window n` means that the value is a function of the last n bars, to
        the last bit; `decays r` means that the weight of the past falls as r^n.
      - Bars are taken as they come, across session boundaries; minutes without trades have no bar and are not filled.
      - A bar whose vector would hold a value that is not finite gives no vector and is counted.

      """
    for schema in FeatureSchema.known { page += section(of: schema) }
    page += differences
    return page
  }

  private static func section(of schema: FeatureSchema) -> String {
    var lines = [
      "", "## Schema `\(schema.name)`", "",
      "Version \(schema.version), \(schema.count) features, \(distinct(schema)) distinct, warm after "
        + "\(schema.warmUpBars) bars, hash `\(hexadecimal(schema.hash))`.", "",
      "| # | feature | definition | inputs | unit | warm-up | memory | where it would divide by zero | note | source |",
      "|--:|---|---|---|---|--:|---|---|---|---|",
    ]
    for (index, declaration) in schema.declarations.enumerated() {
      lines.append(row(index, declaration))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ index: Int, _ declaration: FeatureDeclaration) -> String {
    let formula = declaration.formula
    let cells = [
      String(index), "`\(declaration.name)`", formula.definition.replacing("|", with: "\\|"),
      formula.inputs.map(\.rawValue).joined(separator: ", "), formula.unit.rawValue, String(formula.warmUpBars),
      text(formula.memory), formula.zeroRule, note(of: declaration), declaration.source,
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private static func note(of declaration: FeatureDeclaration) -> String {
    guard declaration.formula.dependsOnLevel else { return declaration.note }
    return "level-dependent; " + declaration.note
  }

  private static func text(_ memory: FeatureMemory) -> String {
    switch memory {
    case .window(let bars): "window \(bars)"
    case .recursive(let decay): "decays \(FeatureFormula.text((decay * 10_000).rounded() / 10_000))"
    }
  }

  private static func distinct(_ schema: FeatureSchema) -> Int {
    // momentum over a lag of 1 is written in two ways that always agree.
    Set(
      schema.declarations.map {
        $0.formula == .adaptiveMomentum(lag: 1) ? FeatureFormula.momentum(lag: 1) : $0.formula
      }
    ).count
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static let differences = """

    ## Where schema v2 departs from TA-Lib

    The kernels compute both forms; golden files of TA-Lib test the textbook one, pandas formulas the v2 one.

    | indicator | TA-Lib | v2 |
    |---|---|---|
    | EMA | seeded by the mean of the first n values | seeded by the first value |
    | RSI | Wilder's average of gains and losses | simple mean of the last 14 changes (Cutler) |
    | ADX | Wilder's decaying sums; equal movement in both directions counts in neither | exponential averages of the \
    same period, which forget about twice as fast; equal movement counts in both; the first bar's range is H - L |
    | Bollinger bands | population deviation (n) | sample deviation (n - 1); the width is in points, not relative |
    | momentum_k | C - C[k bars ago] | the lag changes with the volatility tercile |

    ## Regime

    `RegimeDetector` applies the v2 rules with the same kernels: trend up when EMA(9) > EMA(20) > EMA(50) and ADX > 25,
    trend down when the order is reversed and ADX > 25, range when ADX < 25, undefined otherwise and during the first
    \(RegimeDetector.warmUpBars) bars.

    `RangeBoundaries` places support and resistance as the predecessor did: the newest trough below the close and the
    oldest peak above it among the five-bar turning points of the last \(RangeBoundaries.lookbackBars) bars; a level
    within \(FeatureFormula.text(RangeBoundaries.nearFraction * 100)) % of the price is near.

    """
}
