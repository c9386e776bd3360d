"""One job: overview, network, QuickMark and nodes."""
