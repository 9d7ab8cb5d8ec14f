// `trader features`: what the feature schemas hold, from the declarations themselves.
import ArgumentParser
import Features

struct FeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features", abstract: "Prints the feature catalogue that docs/reference/features.md is made from.")

  func run() throws { print(FeatureCatalogue.markdown(), terminator: "") }
}
