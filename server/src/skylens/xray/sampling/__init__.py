"""Sampling: the rules that clients sample by, and how much of each rule's reservoir a client may use."""
