// Which schema an option means, and whether bars alone can feed it.
import Features
import ModelLifecycle

/// The schema of that name or file, which one-minute bars must suffice for.
func barSchema(_ nameOrPath: String) throws -> FeatureSchema {
  let schema = try FeatureSchemaFile.find(nameOrPath)
  guard schema.tier == .bars || !schema.readsEvents else {
    let needy = zip(schema.names, schema.properties).first { $0.1.tier == schema.tier }?.0 ?? schema.name
    throw CommandFailure(
      .badInput,
      "schema '\(schema.name)' needs recorded \(schema.tier), for '\(needy)' among others; this command computes "
        + "features from bars. Choose a schema of bars, such as v2 or candidates.")
  }
  guard schema.references.isEmpty else {
    throw CommandFailure(
      .badInput,
      "schema '\(schema.name)' reads bars of \(schema.references.joined(separator: ", ")), which this command does not "
        + "have. Choose a schema of one instrument.")
  }
  return schema
}
