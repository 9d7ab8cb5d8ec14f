// What a control says about itself, for the reference page and for people.

/// Title, rule and action of one implemented control.
package struct ControlDescription: Sendable {
  package let control: RiskControl
  package let title: String
  /// When an order or a state is in order; settings are named in backquotes.
  package let rule: String
  /// What happens otherwise.
  package let onBreach: String

  init(_ control: RiskControl, _ title: String, rule: String, onBreach: String) {
    self.control = control
    self.title = title
    self.rule = rule
    self.onBreach = onBreach
  }
}
