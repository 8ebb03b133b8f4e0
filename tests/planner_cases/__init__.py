"""What tests share: regions, pretended models, results made up. Tests import it by this name alone."""
