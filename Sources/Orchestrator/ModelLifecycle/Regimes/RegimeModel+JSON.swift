// Regime models as JSON.

package import Features
package import Foundation

extension RegimeModel {
  /// Reads and checks the JSON form.
  package init(json: Data) throws(Flaw) {
    do {
      self = try JSONDecoder().decode(RegimeModel.self, from: json)
    } catch {
      throw .unreadable("\(error)")
    }
    try validate()
  }

  /// The JSON form: sorted keys, and numbers that read back to the same bits.
  package func json() -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("a model that passed its checks holds finite numbers only")
    }
    return data
  }
}
