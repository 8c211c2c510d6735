"""One file per protocol, each reading like its definition; what they share is in `base`."""
