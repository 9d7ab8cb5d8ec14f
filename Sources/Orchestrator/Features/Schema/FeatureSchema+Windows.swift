// The same features over longer or shorter windows.

extension FeatureSchema {
  /// Every window, period or lag of at least three bars times `factor`, rounded, within its bounds; names stay.
  ///
  /// Bars of another length (`every`) keep it. Lags of one and two bars say "the bar before", and stay.
  /// - Throws: ``FeatureSchemaError`` where a scaled expression is none that can be computed.
  package func scalingWindows(by factor: Double) throws(FeatureSchemaError) -> FeatureSchema {
    guard factor != 1 else { return self }
    var scaled: [FeatureDeclaration] = []
    for declaration in declarations {
      scaled.append(
        FeatureDeclaration(
          declaration.name, declaration.expression.scalingWindows(by: factor), unit: declaration.unit,
          source: declaration.source, note: declaration.note))
    }
    return try FeatureSchema(
      name: "\(name)-windows-\(FeatureExpression.text(factor))", version: version, barSeconds: barSeconds,
      declarations: scaled)
  }
}

extension FeatureExpression {
  func scalingWindows(by factor: Double) -> FeatureExpression {
    guard case .call(let name, let arguments) = self else { return self }
    let inputs: Int
    let parameters: [FeatureOperator.Parameter]
    if let indicator = FeatureIndicator.named(name) {
      (inputs, parameters) = (indicator.inputs.count, indicator.parameters)
    } else if let known = FeatureOperator(rawValue: name) {
      (inputs, parameters) = (known.inputs.count, known == .every ? [] : known.parameters)
    } else {
      return self
    }
    let scaled = arguments.enumerated().map { place, argument -> FeatureExpression in
      guard place >= inputs, place - inputs < parameters.count, case .number(let value) = argument,
        case .count(_, let range) = parameters[place - inputs], value >= 3
      else { return argument.scalingWindows(by: factor) }
      return .number(min(Double(range.upperBound), max(3, Double(range.lowerBound), (value * factor).rounded())))
    }
    return .call(name, scaled)
  }
}
