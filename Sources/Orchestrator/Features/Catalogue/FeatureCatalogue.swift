// The reference page of the features, written from their declarations.

/// Renders schemas, candidates, operators and indicators as a page of documentation.
package enum FeatureCatalogue {
  /// The page `docs/reference/features.md`.
  package static func markdown() -> String {
    introduction + section(of: .v2) + differences + candidates() + language() + regime
  }

  private static let introduction = """
    # Features

    This page is generated from the declarations in `Sources/Orchestrator/Features`; a test compares the two.

    A feature is an expression over what is known at the close of a bar, such as `zscore(rsi(close, 14), 100)`. It is
    computed bar by bar from integer ticks, in double precision, and rounded to single precision once. Training runs the
    same code over stored bars that trading runs on live ones. Prices in expressions are in ticks.

    - **Warm-up** is the number of bars until the value counts: for windowed features the window itself, for recursive
      ones the bars until their start weighs at most \(FeatureExpression.text(
        FeatureMemory.seedWeightWhenWarm * 100)) %. `+1 session`: a session's first bar must have been seen.
    - **Memory** tells what a restart can change: `window n` means that the value is a function of the last n bars, to
      the last bit; `decays r` means that the weight of the past falls as r^n; `session` means that it depends on this
      session, or the one before, from its first bar; `path` that it depends on where the stream began, for ever: it is
      there for research, and no schema that trades may hold it.
    - **Needs** tells what must have been recorded. Where only bars exist, a schema that needs more is refused by name.
    - Bars are taken as they come, across session boundaries; minutes without trades have no bar and are not filled
      unless asked for. A bar during which events were lost gives no vector, and `is_gap` tells the bars after it.
    - A bar whose vector would hold a value that is not finite gives no vector and is counted.

    """

  private static func section(of schema: FeatureSchema) -> String {
    """

    ## Schema `\(schema.name)`

    Version \(schema.version), \(schema.count) features, \(Set(schema.declarations.map(canonical)).count) distinct, \
    warm after \(schema.warmUpBars) bars, hash `\(schema.hashText)`.


    """ + table(schema.declarations, schema)
  }

  /// momentum over a lag of 1 is written in two ways that always agree.
  private static func canonical(_ declaration: FeatureDeclaration) -> String {
    declaration.expression.description.replacing("adaptive_momentum(close, 1)", with: "delta(close, 1)")
  }

  private static func candidates() -> String {
    let schema = FeatureSchema.eventCandidates
    var page = """

      ## Candidates

      \(FeatureSchema.candidates.count) features that bars alone can tell (schema `candidates`, warm after \
      \(FeatureSchema.candidates.warmUpBars) bars),
      \(schema.count) with those that need trades, quotes or depth (schema `event-candidates`). `trader features select`
      chooses among them.

      """
    for family in FeatureFamily.all {
      page += "\n### \(family.name)\n\n\(family.summary)\n\n" + table(family.declarations, schema)
    }
    return page
  }

  private static func table(_ declarations: [FeatureDeclaration], _ schema: FeatureSchema) -> String {
    var lines = [
      "| feature | expression | unit | warm-up | memory | needs | note | source |",
      "|---|---|---|--:|---|---|---|---|",
    ]
    for declaration in declarations {
      guard let index = schema.index(of: declaration.name) else { continue }
      lines.append(row(declaration, schema.properties[index]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ declaration: FeatureDeclaration, _ properties: FeatureProperties) -> String {
    let notes = [properties.dependsOnLevel ? "level-dependent" : "", declaration.note].filter { !$0.isEmpty }
    let sessions =
      properties.sessions == 0 ? "" : " +\(properties.sessions) session" + (properties.sessions > 1 ? "s" : "")
    let cells = [
      "`\(declaration.name)`", "`\(declaration.expression)`", declaration.unit.rawValue,
      "\(properties.warmUpBars)\(sessions)", text(properties.memory), "\(properties.tier)",
      notes.joined(separator: "; "), declaration.source,
    ]
    return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }

  /// A memory as the table writes it.
  package static func text(_ memory: FeatureMemory) -> String {
    switch memory {
    case .window(let bars): "window \(bars)"
    case .recursive(let decay): "decays \(FeatureExpression.text((decay * 10_000).rounded() / 10_000))"
    case .session: "session"
    case .path: "path"
    }
  }

  private static func language() -> String {
    var lines = [
      "", "## Expressions", "",
      "An expression is an input, a number, or `name(inputs, parameters)`. A declaration in a schema file gives a",
      "name, an expression and, if wished, unit, source and note; `trader features check` tests it for leaks.", "",
      "### Inputs", "", "| input | needs |", "|---|---|",
    ]
    let inputs: [FeatureInput] =
      BarInput.allCases.map(FeatureInput.bar) + ClockInput.allCases.map(FeatureInput.clock)
      + RegimeInput.allCases.map(FeatureInput.regime) + EventSignal.allCases.map(FeatureInput.event)
    lines += inputs.map { "| `\($0.name)` | \($0.tier) |" }
    lines += [
      "| `WIN.close`, `DOL.volume`, ... | bars of that instrument |", "", "### Operators", "", "| operator | value |",
      "|---|---|",
    ]
    lines += FeatureOperator.allCases.map { "| `\($0.signature)` | \($0.definition.replacing("|", with: "\\|")) |" }
    lines += ["", "### Indicators", "", "| indicator | value | source |", "|---|---|---|"]
    lines += FeatureIndicator.all.map {
      "| `\($0.signature)` | \($0.definition.replacing("|", with: "\\|")) | \($0.source) |"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let differences = """

    ### Where schema v2 departs from TA-Lib

    The operators compute both forms; golden files of TA-Lib test the textbook one, pandas formulas the v2 one.

    | indicator | TA-Lib | v2 |
    |---|---|---|
    | EMA | seeded by the mean of the first n values | seeded by the first value |
    | RSI | Wilder's average of gains and losses | simple mean of the last 14 changes (Cutler) |
    | ADX | Wilder's decaying sums; equal movement in both directions counts in neither | exponential averages of the \
    same period, which forget about twice as fast; equal movement counts in both; the first bar's range is H - L |
    | Bollinger bands | population deviation (n) | sample deviation (n - 1); the width is in points, not relative |
    | momentum_k | C - C[k bars ago] | the lag changes with the volatility tercile |

    """

  private static let regime = """

    ## Regime

    `RegimeDetector` applies the v2 rules with the same kernels: trend up when EMA(9) > EMA(20) > EMA(50) and ADX > 25,
    trend down when the order is reversed and ADX > 25, range when ADX < 25, undefined otherwise and during the first
    \(RegimeDetector.warmUpBars) bars. [Regimes](../concept/regimes.md) tells of the learned one.

    `RangeBoundaries` places support and resistance as the predecessor did: the newest trough below the close and the
    oldest peak above it among the five-bar turning points of the last \(RangeBoundaries.lookbackBars) bars; a level
    within \(FeatureExpression.text(RangeBoundaries.nearFraction * 100)) % of the price is near.

    """
}
