// A regime study as one page that needs nothing else.

import TradingDomain

extension RegimeStudy {
  /// Colours in the order of ``RegimeProbabilities/order``; told apart in grey too, by lightness.
  private static let colours = ["#7fc8a9", "#e08e8e", "#c9ced6", "#6a4c93", "#ffffff"]

  /// The page: verdicts, the last window's price under its regimes, and the figures.
  package func html(title: String) -> String {
    let verdictItems = verdicts.map { "<li>\(Self.escaped($0))</li>" }.joined(separator: "\n")
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Self.escaped(title))</title>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; color: #1c2430; }
      body { max-width: 1000px; margin: 2em auto; padding: 0 1em; }
      pre { overflow-x: auto; background: #f5f6f8; padding: 1em; font-size: 13px; }
      svg { width: 100%; height: auto; }
      .key span { display: inline-block; width: 0.9em; height: 0.9em; margin: 0 0.3em 0 1em; border: 1px solid #888; }
      </style>
      </head>
      <body>
      <h1>\(Self.escaped(title))</h1>
      <p>Models fitted to the bars before each window, filtered forward over the window: nothing here was fitted to what
      it is measured on.</p>
      <ul>
      \(verdictItems)
      </ul>
      <h2>Price and regime, last window</h2>
      <p>Close of every \(lastWindow.step == 1 ? "bar" : "\(lastWindow.step)th bar"), coloured by the regime called at \
      that close.</p>
      \(key)
      \(strip)
      <h2>Figures</h2>
      <pre>\(Self.escaped(text))</pre>
      </body>
      </html>

      """
  }

  private var key: String {
    let entries = RegimeModel.states.indices.map { place in
      "<span style=\"background: \(Self.colours[place])\"></span>\(RegimeModel.states[place])"
    }
    return "<p class=\"key\">\(entries.joined())</p>"
  }

  /// The closes as a line over a band for each run of regimes.
  private var strip: String {
    let (width, height) = (960.0, 320.0)
    let closes = lastWindow.closes
    guard let lowest = closes.min(), let highest = closes.max(), closes.count > 1 else { return "" }
    let span = Double(max(1, highest - lowest))
    func x(_ place: Int) -> Double { width * Double(place) / Double(closes.count - 1) }
    func y(_ close: Int64) -> Double { 10 + (height - 20) * (1 - Double(close - lowest) / span) }
    var bands: [String] = []
    var begin = 0
    for place in 1...closes.count
    where place == closes.count || lastWindow.regimes[place] != lastWindow.regimes[begin] {
      let end = min(place, closes.count - 1)
      bands.append(
        "<rect x=\"\(Self.number(x(begin), 1, 0))\" y=\"0\" width=\"\(Self.number(x(end) - x(begin), 1, 0))\" "
          + "height=\"\(Int(height))\" fill=\"\(Self.colours[lastWindow.regimes[begin]])\"/>")
      begin = place
    }
    let points = closes.indices.map { Self.number(x($0), 1, 0) + "," + Self.number(y(closes[$0]), 1, 0) }
    return """
      <svg viewBox="0 0 \(Int(width)) \(Int(height))" role="img" aria-label="price over regimes">
      \(bands.joined(separator: "\n"))
      <polyline points="\(points.joined(separator: " "))" fill="none" stroke="#1c2430" stroke-width="1"/>
      </svg>
      """
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
