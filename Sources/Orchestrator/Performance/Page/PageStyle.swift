// The style sheet of the page: one palette for light, one for dark, and the looks of every mark.

/// CSS of the report page. No fonts, images or rules come from elsewhere.
enum PageStyle {
  /// The style sheet.
  static let css = """
    :root { color-scheme: light dark; \(light) }
    @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { \(dark) } }
    :root[data-theme="light"] { color-scheme: light; }
    :root[data-theme="dark"] { color-scheme: dark; \(dark) }
    \(layout)
    \(verdicts)
    \(tables)
    \(charts)
    """

  // Gain and loss are blue and orange, which no common kind of colour blindness confuses.
  private static let light = """
    --paper: #f7f7f4; --card: #ffffff; --ink: #1c2127; --muted: #5a636e; --rule: #e3e3dd; --grid: #ecece7; \
    --zero: #9aa1a9; --gain: #1763aa; --loss: #b5480d; --on-heat: #ffffff; --pass: #1c7a55; --note: #4a6078; \
    --warning: #8a5d00; --fail: #b3261e; --shadow: 0 1px 2px rgba(28, 33, 39, 0.05); \
    --r0: #2f7fc1; --r1: #bf7a00; --r2: #12896a; --r3: #b9639a; --r4: #3a8cbd; --r5: #c1551c;
    """
  private static let dark = """
    --paper: #111417; --card: #191d21; --ink: #e8eaed; --muted: #a0a9b4; --rule: #2c3238; --grid: #252a30; \
    --zero: #69727d; --gain: #6fb4f0; --loss: #f0945c; --on-heat: #10151a; --pass: #5fcb9f; --note: #a6bacf; \
    --warning: #e2b54a; --fail: #ff8c82; --shadow: none; \
    --r0: #5aa5e3; --r1: #e9ad45; --r2: #45bd99; --r3: #d98fbf; --r4: #86cdf3; --r5: #ec8a52;
    """

  private static let layout = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 4rem; }
    body { margin: 0; overflow-wrap: break-word; background: var(--paper); color: var(--ink); \
    -webkit-font-smoothing: antialiased; \
    font: 16px/1.55 Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
    main, header.top, footer { max-width: 1080px; margin: 0 auto; padding: 0 32px; }
    header.top { padding-top: 56px; position: relative; }
    h1 { margin: 0; padding-right: 110px; font-size: 34px; line-height: 1.15; font-weight: 650; letter-spacing: \
    -0.022em; \
    overflow-wrap: anywhere; }
    time { white-space: nowrap; }
    .subtitle { margin: 10px 0 0; color: var(--muted); max-width: 70ch; overflow-wrap: anywhere; }
    h2 { margin: 64px 0 18px; font-size: 22px; line-height: 1.25; font-weight: 620; letter-spacing: -0.012em; }
    h3 { margin: 0 0 2px; font-size: 15px; font-weight: 600; line-height: 1.4; }
    p { max-width: 72ch; margin: 0 0 16px; }
    nav { position: sticky; top: 0; z-index: 2; margin-top: 28px; border-bottom: 1px solid var(--rule); \
    background: var(--paper); }
    nav ul { display: flex; gap: 4px 22px; max-width: 1080px; margin: 0 auto; padding: 0 32px; list-style: none; \
    overflow-x: auto; scrollbar-width: none; }
    nav a { display: block; padding: 12px 0; color: var(--muted); text-decoration: none; font-size: 14px; \
    white-space: nowrap; }
    nav a:hover, nav a:focus-visible { color: var(--ink); }
    :focus-visible { outline: 2px solid var(--gain); outline-offset: 2px; }
    button.theme { position: absolute; top: 54px; right: 32px; padding: 6px 12px; border: 1px solid var(--rule); \
    border-radius: 8px; background: var(--card); color: var(--muted); font: inherit; font-size: 13px; cursor: pointer; }
    footer { margin-top: 72px; padding-bottom: 48px; color: var(--muted); font-size: 13px; }
    .alarm { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 20px; margin: 28px 0 0; \
    padding: 16px 22px; border: 2px solid var(--fail); border-radius: 10px; background: var(--card); }
    .alarm strong { color: var(--fail); font-size: 26px; letter-spacing: 0.05em; line-height: 1.2; }
    .alarm + .alarm { margin-top: 12px; }
    .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 14px; margin: 0 0 24px; }
    .card { padding: 15px 18px 14px; border: 1px solid var(--rule); border-radius: 10px; background: var(--card); \
    box-shadow: var(--shadow); min-width: 0; }
    .card dt::first-letter, tbody th::first-letter { text-transform: uppercase; }
    .card dt { color: var(--muted); font-size: 13px; line-height: 1.35; }
    .card dd { margin: 0; font-variant-numeric: tabular-nums; }
    .card .value { margin-top: 4px; font-size: 24px; font-weight: 600; letter-spacing: -0.015em; line-height: 1.3; }
    .card .unit { font-size: 13px; font-weight: 400; color: var(--muted); letter-spacing: 0; }
    .card .sure { color: var(--muted); font-size: 12.5px; line-height: 1.5; }
    .gain { color: var(--gain); } .loss { color: var(--loss); } .undefined { color: var(--muted); font-weight: 400; }
    @media (max-width: 760px) {
      body { font-size: 15px; }
      main, header.top, footer, nav ul { padding-left: 16px; padding-right: 16px; }
      header.top { padding-top: 28px; } h1 { font-size: 26px; padding-right: 84px; } h2 { margin-top: 48px; \
    font-size: 20px; }
      button.theme { top: 24px; right: 16px; }
      .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
      .card { padding: 12px 13px; } .card .value { font-size: 19px; overflow-wrap: anywhere; }
    }
    @media print { nav, button.theme { display: none; } section, figure, .card { break-inside: avoid; } }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    """

  private static let verdicts = """
    .verdict-summary { font-size: 18px; margin-bottom: 20px; }
    ul.verdicts { margin: 0; padding: 0; list-style: none; }
    ul.verdicts > li { display: grid; grid-template-columns: 112px minmax(0, 1fr); gap: 2px 20px; padding: 16px 0; \
    border-top: 1px solid var(--rule); }
    ul.verdicts .severity { display: flex; align-items: center; gap: 8px; align-self: start; font-size: 14px; \
    font-weight: 600; line-height: 22px; }
    ul.verdicts .severity svg { width: 16px; height: 16px; flex: none; }
    ul.verdicts p { margin: 0; } ul.verdicts .evidence { margin-top: 4px; color: var(--muted); font-size: 14px; }
    .pass { color: var(--pass); } .note { color: var(--note); } .warning { color: var(--warning); } \
    .fail { color: var(--fail); }
    .severity svg * { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; \
    stroke-linejoin: round; }
    details > summary { padding: 12px 0; cursor: pointer; color: var(--muted); font-size: 15px; }
    details > summary:hover { color: var(--ink); }
    @media (max-width: 760px) { ul.verdicts > li { grid-template-columns: minmax(0, 1fr); } }
    """

  private static let tables = """
    .scroll { margin: 0 0 24px; overflow-x: auto; border: 1px solid var(--rule); border-radius: 10px; \
    background: var(--card); box-shadow: var(--shadow); }
    table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
    caption { padding: 14px 16px 6px; text-align: left; font-size: 15px; font-weight: 600; }
    caption span { position: sticky; left: 16px; display: inline-block; white-space: normal; \
    max-width: min(100%, calc(100vw - 68px)); }
    th, td { padding: 8px 16px; text-align: left; vertical-align: baseline; white-space: nowrap; }
    thead th { color: var(--muted); font-weight: 500; font-size: 13px; border-bottom: 1px solid var(--rule); }
    tbody tr + tr > * { border-top: 1px solid var(--grid); }
    tbody th { font-weight: 400; white-space: normal; min-width: 130px; max-width: 340px; } tr.total > * { \
    font-weight: 600; border-top: 1px solid var(--zero); }
    .right { text-align: right; }
    td.bar { min-width: 150px; width: 30%; } td.bar svg { display: block; width: 100%; height: 14px; } \
    td.bar line { vector-effect: non-scaling-stroke; }
    dl.stamps { display: grid; grid-template-columns: minmax(150px, auto) minmax(0, 1fr); margin: 0; font-size: 14px; }
    dl.stamps > * { padding: 8px 0; border-top: 1px solid var(--rule); margin: 0; }
    dl.stamps dt { color: var(--muted); padding-right: 24px; } dl.stamps dd { overflow-wrap: anywhere; }
    @media (max-width: 760px) {
      th, td { padding: 7px 12px; }
      tbody th { position: sticky; left: 0; background: var(--card); white-space: normal; min-width: 110px; \
      max-width: 150px; }
      dl.stamps { grid-template-columns: minmax(0, 1fr); } dl.stamps dt { padding-bottom: 0; } \
      dl.stamps dd { border-top: 0; padding-top: 0; }
    }
    """

  private static let charts = """
    figure { margin: 0 0 24px; padding: 18px 20px 14px; border: 1px solid var(--rule); border-radius: 10px; \
    background: var(--card); box-shadow: var(--shadow); min-width: 0; }
    figcaption p { margin: 0 0 10px; max-width: 110ch; color: var(--muted); font-size: 14px; line-height: 1.45; }
    .legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0 0 8px; padding: 0; list-style: none; \
    color: var(--muted); font-size: 13px; }
    .legend li { display: flex; align-items: center; gap: 7px; } .legend svg { width: 18px; height: 12px; flex: none; }
    figure > svg { display: block; width: 100%; height: auto; overflow: visible; }
    figure > svg.narrow { max-width: 560px; }
    figure.full > svg.narrow { display: none; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 0 20px; }
    @media (max-width: 760px) {
      figure { padding: 14px 12px 10px; }
      figure.full > svg.wide { display: none; } figure.full > svg.narrow { display: block; }
    }
    figure svg text { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums; }
    figure svg text.unit, figure svg text.lane { font-size: 11.5px; } figure svg text.name { font-size: 13px; \
    fill: var(--ink); }
    figure svg text.figure, figure svg text.heat-light, figure svg text.heat-sum { fill: var(--ink); }
    figure svg text.heat-sum { font-weight: 600; } figure svg text.heat-dark { fill: var(--on-heat); }
    .grid, .day { stroke: var(--grid); } .zero, .stroke { stroke: var(--zero); } .day { stroke-dasharray: 2 3; }
    .line-main, .line-other, .line-loss, .line-price, .line-path, .line-mean { fill: none; stroke-linejoin: round; }
    .line-main { stroke: var(--gain); stroke-width: 1.7; } .line-loss { stroke: var(--loss); stroke-width: 1.2; }
    .line-other { stroke: var(--muted); stroke-width: 1.4; stroke-dasharray: 5 3; }
    .line-mean { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 2 2; }
    .line-price { stroke: var(--ink); stroke-width: 1.1; }
    .line-path { stroke: var(--gain); stroke-width: 0.7; stroke-opacity: 0.32; }
    .area-main { fill: var(--gain); fill-opacity: 0.09; } .area-loss { fill: var(--loss); fill-opacity: 0.2; }
    .band { fill: var(--gain); fill-opacity: 0.13; } .band-inner { fill: var(--gain); fill-opacity: 0.17; }
    .bar-gain, .heat-gain { fill: var(--gain); } .bar-loss, .heat-loss { fill: var(--loss); }
    .heat-empty { fill: var(--grid); fill-opacity: 0.55; } .heat-total { fill: var(--card); }
    .hit { fill: transparent; } .hit:hover { fill: var(--ink); fill-opacity: 0.05; }
    .dot { fill: var(--card); stroke: var(--gain); stroke-width: 2; } .whisker, .line-whisker { stroke: var(--gain); \
    stroke-width: 2; }
    .break-even { stroke: var(--loss); stroke-width: 1.4; stroke-dasharray: 4 3; }
    .link { stroke: var(--zero); stroke-dasharray: 2 2; }
    .wick { stroke: var(--muted); } .wick-dense { stroke: var(--ink); stroke-width: 1; stroke-opacity: 0.6; }
    .candle-up { fill: var(--card); stroke: var(--muted); stroke-width: 0.9; } .candle-down { fill: var(--muted); }
    .mark-long { fill: var(--gain); stroke: var(--card); stroke-width: 0.6; }
    .mark-short { fill: var(--loss); stroke: var(--card); stroke-width: 0.6; }
    .mark-win { fill: var(--gain); stroke: var(--card); } .mark-lose { stroke: var(--loss); stroke-width: 2; fill: \
    none; }
    .scatter-win, .scatter-lose { fill: none; stroke-opacity: 0.6; }
    .scatter-win { stroke: var(--gain); stroke-width: 5; stroke-linecap: round; }
    .scatter-lose { stroke: var(--loss); stroke-width: 1.2; }
    .hold-win { stroke: var(--gain); stroke-width: 1.2; }
    .hold-lose { stroke: var(--loss); stroke-width: 1.2; stroke-dasharray: 3 2; }
    \((0..<6).map { ".regime-\($0) { fill: var(--r\($0)); }" }.joined(separator: " "))
    #tip { position: fixed; z-index: 3; pointer-events: none; padding: 7px 11px; border-radius: 7px; white-space: pre; \
    background: var(--ink); color: var(--paper); font-size: 13px; line-height: 1.45; max-width: calc(100vw - 16px); \
    font-variant-numeric: tabular-nums; }
    """
}
